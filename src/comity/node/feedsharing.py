"""The desk for feeds: to whom indicators go by whose decision, what each peer was given, and what came."""

from dataclasses import dataclass

import msgspec

from comity.exchange.envelope import End
from comity.indicators.errors import bad_form, is_red
from comity.indicators.feedfigures import FeedFigures, alert_flows, flows_of
from comity.indicators.marks import Tlp
from comity.indicators.ports import STATEMENTS, Wanted
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.node.access import Action, require_access
from comity.node.addressing import addressee_of
from comity.node.exchanging import feeder_of
from comity.node.feedalerts import open_channel
from comity.node.feedbook import (
    IN,
    INDICATORS,
    BatchRecord,
    Channel,
    Reached,
    Share,
    batches_of,
    came,
    fed_of,
    keep_share,
    reached,
    share_of,
    shares_of,
)
from comity.node.feedcounts import (
    alerts_between,
    crossings,
    receiver_figures,
    source_figures,
    span_of,
    standing,
    unconfirmed,
)
from comity.node.feedstops import (
    TAKING,
    Stop,
    Withdrawer,
    goes_on,
    keep_stop,
    require_stoppable,
    stop_of,
    stops_of,
)
from comity.node.ports import Transaction
from comity.node.preferences import language_of
from comity.node.reference import RefDesk
from comity.node.stated import named
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

    @property
    def mark(self) -> str:
        """Up to which mark, as TLP 2.0 writes it."""
        return Tlp(self.share.most_tlp).label


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

    def figures(self, actor: Actor, *, first: str = "", last: str = "", stands: bool = False) -> FeedFigures:
        """Return figures on the feeds of the office for a span of days.

        Args:
            actor: Who asks.
            first: First day of the span, such as ``2026-11-01``; empty for thirty days up to the last.
            last: Last day, counted in; empty for today.
            stands: Whether every statement is read, to tell what each peer is not given and why.

        Raises:
            MalformedError: ``indicators.form``: no such span.
        """
        self._require(actor, Action.INDICATOR_READ)
        now, office = self.place.clock.now(), actor.authority
        since, until = span_of(first, last, now=now)
        warnings = RefDesk(place=self.place).warnings(actor) if stands else None
        with self.place.store.snapshot() as tx:
            return FeedFigures(
                since=since,
                until=until,
                flows=flows_of(crossings(tx, office, since=since, until=until)),
                unconfirmed=tuple(unconfirmed(tx, office, feeder_of(self.place))),
                alerts=alert_flows(alerts_between(tx, office, since=since, until=until), now=now),
                receivers=receiver_figures(tx, office, since=since, until=until),
                sources=source_figures(tx, office),
                standing=None if warnings is None else standing(tx, office, warnings, now=now),
            )

    def refuse(
        self,
        actor: Actor,
        *,
        source: str,
        reason: str,
        feed: str = INDICATORS,
        withdraw: bool = False,
        language: str = "",
    ) -> Stop:
        """Take nothing new of a peer's feed from now on, only retractions. The peer is told, and not why.

        Args:
            actor: Who answers for it.
            source: ``PARTY/name`` of a pinned Party.
            reason: Why; it stays here.
            feed: ``indicators`` or ``alerts``.
            withdraw: Whether everything that the feed brought is withdrawn from use, and from whoever was
                given it by this office. It goes on by itself where it was cut.
            language: Of the reason; empty for the one that the officer prefers.

        Raises:
            ConflictError: ``feed.stopped``: it is stopped already, and there is nothing more to withdraw.
            MalformedError: ``indicators.form`` without a reason; ``feed.unknown``.
            NotFoundError: ``peer.absent``, ``peer.no_authority``.

        Basis: 36(2), 40(19)
        """
        self._require(actor, Action.INDICATOR_SHARE)
        require_stoppable(feed)
        _require_reason(reason)
        if withdraw and feed != INDICATORS:
            raise bad_form("what is withdrawn from use are indicators", where="--withdraw")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            channel = self._channel(tx, actor, source, feed=feed)
            known, state = stop_of(tx, channel), came(tx, channel)
            stands = known is not None and known.is_stopped
            if known is not None and stands and (known.upto or not withdraw):
                raise ConflictError("feed.stopped", f"nothing of {feed} is taken of {source[:70]} already")
            made = Stop(
                office=channel.peer.authority,
                root=channel.peer.root,
                feed=feed,
                is_stopped=True,
                at=int(now) if known is None else max(int(now), known.at + 1),
                officer=str(actor.officer),
                reason=reason,
                language=language_of(tx, actor, language),
                epoch=state.epoch,
                seq=state.seq,
                last=state.last,
                upto=tx.sharing.count_shared(actor.authority, STATEMENTS) if withdraw else 0,
            )
            if known is not None and stands:
                made = msgspec.structs.replace(made, epoch=known.epoch, seq=known.seq, last=known.last)
            self._decide(tx, actor, made, channel, action="indicators.refuse")
        Withdrawer(place=self.place).turn(actor.authority)
        return made

    def resume(
        self, actor: Actor, *, source: str, reason: str, feed: str = INDICATORS, language: str = ""
    ) -> Stop:
        """Take a peer's feed again: what was passed over, and what was withdrawn, comes again.

        Raises:
            ConflictError: ``feed.taken``: it was not stopped.
            MalformedError: ``indicators.form`` without a reason; ``feed.unknown``.
            NotFoundError: ``peer.absent``, ``peer.no_authority``.

        Basis: 40(19)
        """
        self._require(actor, Action.INDICATOR_SHARE)
        require_stoppable(feed)
        _require_reason(reason)
        Withdrawer(place=self.place).turn(actor.authority)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            channel = self._channel(tx, actor, source, feed=feed)
            known = stop_of(tx, channel)
            if known is None or not known.is_stopped:
                raise ConflictError("feed.taken", f"{feed} of {source[:70]} are taken already")
            epoch, seq = goes_on(tx, channel, known)
            made = msgspec.structs.replace(
                known,
                is_stopped=False,
                at=max(int(now), known.at + 1),
                officer=str(actor.officer),
                reason=reason,
                language=language_of(tx, actor, language),
                epoch=epoch,
                seq=seq,
                upto=0,
            )
            self._decide(tx, actor, made, channel, action="indicators.resume")
        return made

    def stops(self, actor: Actor) -> tuple[Stop, ...]:
        """Return what was decided last on taking feeds of peers, where one was ever stopped."""
        self._require(actor, Action.INDICATOR_READ)
        with self.place.store.snapshot() as tx:
            return tuple(stops_of(tx, actor.authority))

    def _decide(self, tx: Transaction, actor: Actor, stop: Stop, channel: Channel, *, action: str) -> None:
        now = self.place.clock.now()
        keep_stop(tx, actor.authority, stop)
        telling = Channel(authority=actor.authority, peer=channel.peer, feed=TAKING)
        open_channel(tx, telling, officer=str(actor.officer), now=now)
        about = f"{stop.feed} of {stop.office}" + (", withdrawn" if stop.upto else "") + f": {stop.reason}"
        self.place.journal.decision(tx, actor, action=action, about=about, at=now)

    def _channel(self, tx: Transaction, actor: Actor, to: str, *, feed: str = INDICATORS) -> Channel:
        peer = addressee_of(self.place, tx, to)
        end = End(authority=peer.authority, root=Fingerprint(peer.root))
        return Channel(authority=actor.authority, peer=end, feed=feed)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def _require_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > MOST_WORDS:
        raise bad_form("a decision on a feed has a reason", where="--reason")
