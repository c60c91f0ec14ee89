"""Feeding peers: what changed here becomes signed batches, one on its way at a time, until all is told.

A batch is made when the one before it was receipted: so it holds what is true then, and a thing that changed
ten times while a peer was away goes once. What was given and may no longer be is taken back by name.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from comity.cases.restore import raise_mark, require_clock
from comity.exchange.envelope import End
from comity.exchange.feeds import (
    MOST_INFLATED,
    SALT_SIZE,
    SENT_TAG,
    Header,
    batch_bytes,
    fold,
    header_envelope,
    signed_bytes,
)
from comity.exchange.outbox import Outbox
from comity.exchange.protocol import require_running
from comity.exchange.receipts import STORED, Receipt, parse_receipt
from comity.indicators.feedfigures import TAKEN_BACK
from comity.kernel.clock import HOUR, MINUTE, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import UnavailableError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint
from comity.kernel.signing import Envelope
from comity.node.feedbook import (
    LIST,
    OUT,
    BatchRecord,
    Channel,
    Fed,
    Reached,
    Share,
    batch_of,
    every_batch,
    fed_of,
    keep_batch,
    keep_fed,
    keep_reached,
    keep_receipt,
    keep_share,
    reached,
    share_of,
    shares_of,
)
from comity.node.founding import own_root
from comity.node.ports import Transaction
from comity.node.seams import PeerLedger
from comity.node.workplace import Workplace

GAP, OLD_EPOCH = "feed.gap", "feed.epoch"
REST = 6 * HOUR
"""How long a feed rests that the peer refused; an officer who shares again wakes it."""
MOST_AHEAD = 1000
"""Batches of one feed that a carried disk takes at once."""
MOST_LOOKED_AT = 20_000
"""Changes of ours that one turn looks at, where the peer may have few of them."""
ROOM = MOST_INFLATED - (64 << 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing as a peer may have it, or that it is taken back.

    Attributes:
        id: What it is, as this office keeps its book.
        version: Which version; the same is not given twice.
        body: The change in JSON.
        is_gone: Whether the peer may not have it any more.
        kind: Of the change, as figures count it.
        at: When it came about here; 0 where nobody asks.
    """

    id: str
    version: str
    body: bytes
    is_gone: bool = False
    kind: str
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Some changes of ours, in order.

    Attributes:
        changes: What of them the peer is told.
        upto: Number of the last that was looked at.
        terms: What the peer binds itself to.
    """

    changes: tuple[Change, ...]
    upto: int
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For whom changes are looked for.

    Attributes:
        after: Number of the last change that was looked at.
        epoch: Of the batch to be made.
        is_first: Whether the peer was told nothing in this epoch.
        is_declined: Whether the peer takes retractions alone.
    """

    channel: Channel
    share: Share
    after: int
    epoch: int
    is_first: bool
    is_declined: bool = False
    now: Instant

    @property
    def is_open(self) -> bool:
        """Whether the peer is given anything new."""
        return self.share.is_open(self.now)

    def given(self, tx: Transaction, names: Sequence[str]) -> Mapping[str, Fed]:
        """Return what the peer was given of these things."""
        return fed_of(tx, self.channel, names)

    def is_known(self, fed: Fed | None, version: str) -> bool:
        """Tell whether the peer was told exactly this in this epoch."""
        return fed is not None and not fed.is_gone and fed.epoch == self.epoch and fed.version == version


class Source(Protocol):
    """What a feed is made of."""

    def head(self, tx: Transaction, channel: Channel) -> int:
        """Return the number of the newest change of ours."""
        ...

    def portion(self, tx: Transaction, asked: Asked) -> Portion:
        """Return what comes behind ``asked.after``, at most a batch of it."""
        ...

    def stored(self, tx: Transaction, channel: Channel, *, upto: int) -> None:
        """Note that the peer has everything up to a change of ours, as far as it is told any of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeder:
    """Makes and queues the next batch of every feed of an office, and takes receipts for them.

    Attributes:
        sources: By the name of the feed.
    """

    place: Workplace
    sources: Mapping[str, Source]

    def waits(self, authority: AuthorityId) -> bool:
        """Tell whether a feed of an office has something to look at."""
        return bool(self._due(authority))

    def turn(self, authority: AuthorityId) -> int:
        """Queue what is due of every feed of an office; return how many batches that were."""
        return sum(self._tried(one.channel(authority)) for one in self._due(authority))

    def fill(self, authority: AuthorityId, *, peer: Fingerprint | None = None) -> int:
        """Queue everything that peers were not told yet, for a disk that is carried; return how many batches.

        Each batch names the one before it, so they may be on their way together. Of a list nothing goes
        before the receipt for its terms.
        """
        with self.place.store.snapshot() as tx:
            shares = [one for one in shares_of(tx, authority) if peer in (None, one.root)]
        made = 0
        for share in shares:
            for _ in range(MOST_AHEAD):
                if not self._tried(share.channel(authority), ahead=True):
                    break
                made += 1
        return made

    def untold(self, tx: Transaction, share: Share, authority: AuthorityId) -> tuple[Portion, bool] | None:
        """Return what a peer is to be told next and whether more may follow; None where there is nothing."""
        channel, now = share.channel(authority), self.place.clock.now()
        source, state = self.sources.get(share.feed), reached(tx, channel)
        if source is None or (share.stopped is not None and state.seq == 0):
            return None
        changed = state.revision != share.revision or state.again
        if not changed and source.head(tx, channel) <= state.looked_at:
            return None
        portion = source.portion(tx, _asked(channel, share, state, now)[1])
        return portion, portion.upto < source.head(tx, channel)

    def receipted(
        self, tx: Transaction, *, authority: AuthorityId, receipt: Envelope, name: ActId, now: Instant
    ) -> bool:
        """Take a peer's receipt for a batch of ours; return False where it is none of ours."""
        said = parse_receipt(receipt)
        record = batch_of(tx, authority, OUT, name)
        if record is None or said.author.authority != authority:
            return False
        channel = Channel(authority=authority, peer=said.signer, feed=record.feed, name=record.name)
        keep_receipt(tx, authority, name, signer=str(said.signer.authority), receipt=receipt.json, at=now)
        state = reached(tx, channel)
        if state.pending == name:
            state = _after(tx, channel, state, said, now)
            keep_reached(tx, channel, state)
            if said.result == STORED and record.feed in self.sources:
                self.sources[record.feed].stored(tx, channel, upto=state.cursor)
        return True

    def _due(self, authority: AuthorityId) -> list[Share]:
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            return [one for one in shares_of(tx, authority) if self._waits(tx, one, authority, now)]

    def _waits(
        self, tx: Transaction, share: Share, authority: AuthorityId, now: Instant, *, ahead: bool = False
    ) -> bool:
        channel = share.channel(authority)
        state, source = reached(tx, channel), self.sources.get(share.feed)
        if source is None or (state.pending and not (ahead and _may_go_ahead(share, state))):
            return False
        rest = MINUTE if state.code in (GAP, OLD_EPOCH) else REST
        if state.code and now < state.refused_at + rest and share.since <= state.refused_at:
            return False
        if share.stopped is not None and state.seq == 0:
            return False  # nothing was ever given
        if _has_run_out(share, state, now):
            return True
        changed = state.revision != share.revision or state.again
        return changed or source.head(tx, channel) > state.looked_at

    def _tried(self, channel: Channel, *, ahead: bool = False) -> int:
        """Feed one channel; a peer whose entry or key is not in force waits and holds up no other."""
        try:
            return self._feed(channel, ahead=ahead)
        except (UnavailableError, UntrustedError):
            return 0

    def _feed(self, channel: Channel, *, ahead: bool) -> int:
        """Queue the next batch of one feed, if there is anything to tell."""
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            share = share_of(tx, channel)
            if share is None or not self._waits(tx, share, channel.authority, now, ahead=ahead):
                return 0
            require_clock(tx, now)
            require_running(tx, channel.authority)
            if _has_run_out(share, reached(tx, channel), now):
                ended = {"stopped": share.until, "recall": True, "revision": share.revision + 1}
                share = msgspec.structs.replace(share, **ended)
                keep_share(tx, channel.authority, share)
            state, asked = _asked(channel, share, reached(tx, channel), now)
            portion = self.sources[channel.feed].portion(tx, asked)
            if not portion.changes and not (asked.is_first and portion.terms):
                self._nothing_to_tell(tx, channel, state, portion.upto)
                return 0
            begun = state if asked.epoch == state.epoch else msgspec.structs.replace(state, seq=0, last="")
            self._queue(tx, channel, begun, portion, epoch=asked.epoch, now=now)
            return 1

    def _nothing_to_tell(self, tx: Transaction, channel: Channel, state: Reached, upto: int) -> None:
        if state.pending:
            keep_reached(tx, channel, msgspec.structs.replace(state, upto=upto))
            return
        source = self.sources[channel.feed]
        again = state.again and upto < source.head(tx, channel)
        keep_reached(tx, channel, msgspec.structs.replace(state, cursor=upto, again=again))
        source.stored(tx, channel, upto=upto)

    def _queue(
        self, tx: Transaction, channel: Channel, state: Reached, portion: Portion, *, epoch: int, now: Instant
    ) -> None:
        changes = b"[" + b",".join(one.body for one in portion.changes) + b"]"
        folded, salt = fold(changes), self.place.entropy.bytes(SALT_SIZE)
        own = End(authority=channel.authority, root=own_root(tx))
        header = Header(
            sender=own,
            to=channel.peer,
            at=now,
            feed=channel.feed,
            name=channel.name,
            epoch=epoch,
            seq=state.seq + 1,
            prev=state.last,
            count=len(portion.changes),
            size=len(changes),
            changes=sha256(salt, folded).hex(),
            terms=portion.terms,
        )
        envelope = self._send(tx, channel, header, salt=salt, folded=folded)
        record = BatchRecord(
            id=envelope.id,
            office=channel.peer.authority,
            root=channel.peer.root,
            feed=channel.feed,
            name=channel.name,
            epoch=epoch,
            seq=header.seq,
            count=header.count,
            at=now,
            signed=signed_bytes(envelope),
            upto=portion.upto,
            prev=header.prev,
            kinds=tuple(sorted(Counter(one.kind for one in portion.changes).items())),
            since=min((one.at for one in portion.changes if one.kind in TAKEN_BACK), default=0),
        )
        keep_batch(tx, channel.authority, OUT, record)
        given = [(one.id, one.version, one.is_gone) for one in portion.changes]
        keep_fed(tx, channel, given, epoch=epoch, seq=header.seq, at=now)
        keep_reached(
            tx,
            channel,
            msgspec.structs.replace(
                state,
                epoch=epoch,
                seq=header.seq,
                last=envelope.id,
                pending=envelope.id,
                upto=portion.upto,
                code="",
                again=False,
            ),
        )
        raise_mark(tx, now)

    def _send(
        self, tx: Transaction, channel: Channel, header: Header, *, salt: bytes, folded: bytes
    ) -> Envelope:
        """Sign a batch, note it in the peer's log, and put it into the outbox."""
        signer = self.place.keys.signer(f"{channel.authority}/act")
        envelope = header_envelope(header, realm=self.place.realm).signed_by(signer)
        digest = sha256(signed_bytes(envelope))
        Outbox(directory=self.place.directory, entropy=self.place.entropy).queue(
            tx.exchange,
            message_id=ActId(envelope.id),
            author=channel.authority,
            to=channel.peer,
            plaintext=batch_bytes(envelope, salt=salt, folded=folded),
            digest=digest,
            now=header.at,
        )
        ledger = PeerLedger(realm=self.place.realm, entropy=self.place.entropy, clock=self.place.clock)
        ledger.append(tx, authority=channel.authority, peer=channel.peer.root, tag=SENT_TAG, digest=digest)
        return envelope


def _asked(channel: Channel, share: Share, state: Reached, now: Instant) -> tuple[Reached, Asked]:
    """Return what is asked for the next batch of a feed, and how far the feed is under its decision."""
    if state.revision != share.revision:
        state = msgspec.structs.replace(state, cursor=0, revision=share.revision)
    fresh = not state.epoch or bool(state.code) or state.again
    return state, Asked(
        channel=channel,
        share=share,
        after=state.looked_at,
        epoch=max(int(now), state.epoch + 1) if fresh else state.epoch,
        is_first=fresh or state.seq == 0,
        is_declined=bool(state.declined),
        now=now,
    )


def _has_run_out(share: Share, state: Reached, now: Instant) -> bool:
    """Tell whether a list that was given has to be taken back because its record ended by itself."""
    return share.feed == LIST and state.seq > 0 and share.stopped is None and not share.is_open(now)


def _may_go_ahead(share: Share, state: Reached) -> bool:
    """Tell whether a batch may be made while the one before it is on its way."""
    if state.again or state.revision != share.revision:
        return False
    return share.feed != LIST or state.seq > 1


def _after(tx: Transaction, channel: Channel, state: Reached, said: Receipt, now: Instant) -> Reached:
    """Return how far a feed is once a receipt for its last batch is in.

    A peer that lacks a batch (it was restored from a copy) says how far it came: from there on all is told
    again, in a new epoch. Who refuses for another reason is told again from the last batch that it stored.
    """
    if said.result == STORED:
        cursor = state.cursor if state.again else max(state.upto, state.cursor)
        return msgspec.structs.replace(state, cursor=cursor, pending="", stored_at=int(now), code="")
    cursor = state.cursor
    if said.code == GAP:
        place = (state.epoch, said.your_last_seq)
        batches = every_batch(tx, channel, OUT)
        cursor = next((one.upto for one in batches if (one.epoch, one.seq) == place), 0)
    return msgspec.structs.replace(state, cursor=cursor, pending="", code=said.code, refused_at=int(now))
