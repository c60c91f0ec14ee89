"""The desk for feeds: to whom indicators go by whose decision, what each peer was given, and what came."""

from dataclasses import dataclass

import msgspec

from comity.exchange.envelope import End
from comity.indicators.errors import bad_form, is_red
from comity.indicators.marks import Tlp
from comity.indicators.ports import STATEMENTS, Wanted
from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.node.access import Action, require_access
from comity.node.addressing import addressee_of
from comity.node.feedbook import (
    IN,
    INDICATORS,
    BatchRecord,
    Channel,
    Reached,
    Share,
    batches_of,
    fed_of,
    keep_share,
    reached,
    share_of,
    shares_of,
)
from comity.node.indicators import named
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace

MOST_WORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedView:
    """One feed to a peer.

    Attributes:
        share: By which decision it is given.
        state: How far it is.
        waits: How many changes of ours were not looked at yet.
    """

    share: Share
    state: Reached
    waits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenView:
    """That an office of a peer was given a statement.

    Attributes:
        version: Which version.
        is_gone: Whether it was taken back.
        is_told: Whether the peer's receipt for it is in.
    """

    office: AuthorityId
    version: str
    is_gone: bool
    is_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDesk:
    """Feeds of the officer's authority. Each decision is in the national log."""

    place: Workplace

    def share(
        self,
        actor: Actor,
        *,
        to: str,
        purpose: str,
        most_tlp: Tlp = Tlp.AMBER,
        until: Instant | None = None,
    ) -> Share:
        """Decide that an office of a peer is given what is published of indicators; again: under these terms.

        Args:
            actor: Who answers for it.
            to: ``PARTY/name`` of a pinned Party.
            purpose: What it is given for.
            most_tlp: What goes less far is not given; never RED.
            until: When it ends.

        Raises:
            DeniedError: ``indicators.red``, ``access.…``.
            NotFoundError: ``peer.absent``, ``peer.no_authority``.
            MalformedError: ``indicators.form`` without a purpose.

        Basis: 40(19), 36(2)
        """
        self._require(actor, Action.INDICATOR_SHARE)
        if most_tlp is Tlp.RED:
            raise is_red(f"a feed to {to}")
        if not purpose.strip() or len(purpose) > MOST_WORDS:
            raise bad_form("a feed has a purpose", where="--purpose")
        now = self.place.clock.now()
        if until is not None and until <= now:
            raise bad_form("a feed ends in the future", where="--until")
        with self.place.store.transaction() as tx:
            channel = self._channel(tx, actor, to)
            held = share_of(tx, channel)
            made = Share(
                office=channel.peer.authority,
                root=channel.peer.root,
                feed=INDICATORS,
                most_tlp=int(most_tlp),
                purpose=purpose,
                since=int(now),
                officer=str(actor.officer),
                until=None if until is None else int(until),
                revision=1 if held is None else held.revision + 1,
            )
            keep_share(tx, actor.authority, made)
            about = f"{to} up to {most_tlp.label}"
            self.place.journal.decision(tx, actor, action="indicators.share", about=about, at=now)
        return made

    def stop(self, actor: Actor, *, to: str, recall: bool = False) -> Share:
        """Give a peer nothing new; retractions go on. With ``recall`` all that it was given is taken back.

        Raises:
            NotFoundError: ``feed.absent``.
        """
        self._require(actor, Action.INDICATOR_SHARE)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            held = share_of(tx, self._channel(tx, actor, to))
            if held is None:
                raise NotFoundError("feed.absent", f"nothing is shared with {to[:70]}", where="to")
            stopped = held.stopped if held.stopped is not None else int(now)
            made = msgspec.structs.replace(
                held,
                stopped=stopped,
                recall=held.recall or recall,
                revision=held.revision + 1,
                since=int(now),
                officer=str(actor.officer),
            )
            keep_share(tx, actor.authority, made)
            action = "indicators.recall" if recall else "indicators.stop"
            self.place.journal.decision(tx, actor, action=action, about=to, at=now)
        return made

    def shared(self, actor: Actor) -> tuple[SharedView, ...]:
        """Return what is shared with whom, and how far each feed is."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            newest = tx.sharing.count_shared(actor.authority, STATEMENTS)
            found = []
            for share in shares_of(tx, actor.authority):
                state = reached(tx, share.channel(actor.authority))
                waits = max(0, newest - state.cursor) if share.feed == INDICATORS else 0
                found.append(SharedView(share=share, state=state, waits=waits))
        return tuple(found)

    def holders(self, actor: Actor, *, name: str) -> tuple[GivenView, ...]:
        """Return which peers were given a statement, by their receipts.

        Raises:
            NotFoundError: ``indicators.absent``.
        """
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            found = named(tx, actor.authority, name)
            made = []
            for share in shares_of(tx, actor.authority):
                channel = share.channel(actor.authority)
                if share.feed != INDICATORS or (fed := fed_of(tx, channel, [found.id]).get(found.id)) is None:
                    continue
                state = reached(tx, channel)
                rows = tx.sharing.shared(actor.authority, channel.shelf, Wanted(ids=(found.id,), most=1))
                last = int(rows[0].version.partition(".")[2])
                told = fed.epoch < state.epoch or last < state.seq or not state.pending
                made.append(
                    GivenView(
                        office=channel.peer.authority, version=fed.version, is_gone=fed.is_gone, is_told=told
                    )
                )
        return tuple(made)

    def received(self, actor: Actor, *, source: str = "") -> tuple[BatchRecord, ...]:
        """Return the batches that came, the newest first: of one office of a peer, or of all."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            after, found = 0, []
            while rows := batches_of(tx, actor.authority, IN, after=after):
                found += [one for _, one in rows if source in ("", one.office)]
                after = rows[-1][0]
        return tuple(reversed(found))

    def _channel(self, tx: Transaction, actor: Actor, to: str) -> Channel:
        peer = addressee_of(self.place, tx, to)
        end = End(authority=peer.authority, root=Fingerprint(peer.root))
        return Channel(authority=actor.authority, peer=end, feed=INDICATORS)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)
