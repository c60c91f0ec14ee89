"""Taking feeds: one batch of a peer judged step by step and kept; what a peer may not say is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from comity.cases.restore import is_clock_behind, raise_mark
from comity.exchange.envelope import End
from comity.exchange.feeds import Batch, parse_batch, unfold
from comity.exchange.ports import Accepted, Deferred, DeferredReason, Message, Peer, Refused
from comity.indicators.statements import Source
from comity.kernel.clock import DAY, MINUTE, Instant
from comity.kernel.errors import ComityError, MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.realms import parse_payload_type
from comity.kernel.signing import ALGORITHM, Envelope
from comity.node.feedbook import (
    IN,
    TURNED_AWAY,
    BatchRecord,
    Came,
    Channel,
    batch_of,
    came,
    keep_batch,
    keep_came,
    keep_receipt,
    receipt_kept,
)
from comity.node.founding import own_root
from comity.node.ports import Transaction
from comity.node.seams import CaseDirectory
from comity.node.workplace import Workplace

DENIED = "act.denied"
MOST_A_DAY = 2_000_000
"""Changes that are taken of one peer in a day."""
MOST_HELD = 5_000_000
"""Things that one feed of a peer may have brought."""
MOST_TURNED_AWAY = 1000
"""Batches of one peer that were refused whole, noted in a day."""
_AHEAD = 5 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A batch that holds, for whoever knows what its changes mean.

    Attributes:
        changes: Unfolded.
    """

    channel: Channel
    batch: Batch
    changes: bytes
    now: Instant

    @property
    def terms(self) -> Mapping[str, str]:
        """What the sender binds us to."""
        return dict(self.batch.header.terms)

    @property
    def source(self) -> Source:
        """Where what it brings came from: office, batch, its number."""
        place = f"{self.channel.feed} {self.batch.header.seq}"
        return Source(digest=self.batch.id, name=str(self.channel.peer.authority), place=place)

    def listed(self, value: object) -> list[object]:
        """Return the changes; MalformedError ``feed.form`` unless they are as many as the header says."""
        if not isinstance(value, list) or len(value) != self.batch.header.count:
            raise MalformedError("feed.form", "the changes are not as many as the header says")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a batch.

    Attributes:
        taken: Changes that were taken, or known already.
        fresh: Things that were not here before.
        refused: Things that the peer may not say, each with a code.
        kinds: How many changes of each kind it held, as figures count them.
        keeps: Whether the changes may be kept beside their header.
    """

    taken: int
    fresh: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()
    keeps: bool = True


class Sink(Protocol):
    """Takes the changes of one kind of feed."""

    def take(self, tx: Transaction, parcel: Parcel) -> Outcome:
        """Keep what holds; a ComityError refuses the whole batch, and nothing of it was kept."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedIntake:
    """Judges and keeps batches for every office of the node.

    Attributes:
        sinks: By the name of the feed.
    """

    place: Workplace = field(repr=False)
    sinks: Mapping[str, Sink]

    def message(self, plaintext: bytes) -> Message | None:
        """Return a batch as a message; None where it has no name."""
        try:
            batch = parse_batch(plaintext)
        except ComityError:
            return None
        return Message(name=ActId(batch.id), plaintext=plaintext, content=batch)

    def receipt_of(self, tx: Transaction, authority: AuthorityId, name: ActId) -> bytes | None:
        """Return the receipt that we gave for a batch that is kept here."""
        return receipt_kept(tx, authority, name, signer=str(authority))

    def receipted(
        self, tx: Transaction, authority: AuthorityId, *, receipt: Envelope, name: ActId, now: Instant
    ) -> bool:
        """Keep our own receipt for a batch that came; return False where none of that name came."""
        if batch_of(tx, authority, IN, name) is None:
            return False
        keep_receipt(tx, authority, name, signer=str(authority), receipt=receipt.json, at=now)
        return True

    def accept(
        self, tx: Transaction, *, peer: Peer, batch: Batch, now: Instant
    ) -> Accepted | Refused | Deferred:
        """Judge a batch and keep what it brings; the same batch again changes nothing.

        1. It is from the caller, to us, of this realm.
        2. It is not known; it is not from the future; the peer is within what is taken in a day.
        3. It is signed by a key that the sender's Party lists for acts, by every algorithm that it demands.
        4. It is the next of its epoch, or the first of a later one.
        5. The changes are as the header says, and are taken one by one.
        """
        if is_clock_behind(tx, now):
            return Deferred(reason=DeferredReason.BUSY)
        header, name = batch.header, ActId(batch.id)
        sender = End(authority=peer.authority, root=peer.fingerprint)
        realm = parse_payload_type(batch.envelope.payload_type)[2]
        if header.sender != sender or header.to != End(authority=peer.ours, root=own_root(tx)):
            return Refused(message_id=name, code=DENIED)
        if realm is not self.place.realm:
            return Refused(message_id=name, code=DENIED)
        if batch_of(tx, peer.ours, IN, name) is not None:
            return _accepted(batch)
        if header.at > now + _AHEAD:
            return Deferred(reason=DeferredReason.FUTURE)
        usage = tx.exchange.usage(peer.fingerprint, day=now // DAY, what="changes")
        if usage + header.count > MOST_A_DAY:
            return Deferred(reason=DeferredReason.QUOTA)
        channel = Channel(authority=peer.ours, peer=sender, feed=header.feed, name=header.name)
        state = came(tx, channel)
        try:
            self._require_signed(tx, batch, now)
            self._require_next(batch, state)
            outcome = self._taken(tx, channel, batch, state, now)
        except ComityError as exc:
            _turned_away(tx, channel, batch, exc.code, now)
            return Refused(message_id=name, code=exc.code, your_last_seq=_known_seq(batch, state))
        tx.exchange.add_usage(peer.fingerprint, day=now // DAY, what="changes", count=header.count)
        keep_batch(tx, peer.ours, IN, _record(channel, batch, outcome, now))
        held = Came(
            epoch=header.epoch, seq=header.seq, last=batch.id, at=int(now), held=state.held + outcome.fresh
        )
        keep_came(tx, channel, held)
        raise_mark(tx, now)
        return _accepted(batch)

    def _taken(self, tx: Transaction, channel: Channel, batch: Batch, state: Came, now: Instant) -> Outcome:
        sink = self.sinks.get(channel.feed)
        if sink is None:
            raise MalformedError("feed.unknown", f"no feed {channel.feed!r} is known here")
        if state.held + batch.header.count > MOST_HELD:
            raise MalformedError("feed.many", f"a feed brings at most {MOST_HELD} things")
        changes = unfold(batch.folded, size=batch.header.size)
        return sink.take(tx, Parcel(channel=channel, batch=batch, changes=changes, now=now))

    def _require_signed(self, tx: Transaction, batch: Batch, now: Instant) -> None:
        sender = batch.header.sender
        directory = CaseDirectory(directory=self.place.directory, store=tx.exchange)
        if directory.algorithms(sender.root, at=now) - {ALGORITHM}:
            raise UntrustedError("signature.algorithm", "the sender demands an algorithm not known here")
        keys = directory.act_keys(sender.authority, sender.root, at=now)
        if not any(batch.envelope.is_signed_by(key.public) for key in keys):
            raise UntrustedError("signature.act", f"not signed by an act key of {sender.authority}")

    def _require_next(self, batch: Batch, state: Came) -> None:
        header = batch.header
        if header.epoch < state.epoch:
            raise MalformedError("feed.epoch", "a later count of batches has begun")
        is_next = header.seq == state.seq + 1 and header.prev == state.last
        if header.seq != 1 if header.epoch > state.epoch else not is_next:
            raise MalformedError("feed.gap", "the batch before this one is not here")


def _known_seq(batch: Batch, state: Came) -> int:
    return state.seq if batch.header.epoch == state.epoch else 0


def _accepted(batch: Batch) -> Accepted:
    return Accepted(
        message_id=ActId(batch.id),
        case=None,
        digest=batch.digest,
        your_last_seq=batch.header.seq,
        own_last_seq=0,
    )


def _turned_away(tx: Transaction, channel: Channel, batch: Batch, code: str, now: Instant) -> None:
    """Note a batch that was refused whole, without what it held; so many of a peer in a day."""
    root, day = channel.peer.root, now // DAY
    if tx.exchange.usage(root, day=day, what="turned-away") < MOST_TURNED_AWAY:
        tx.exchange.add_usage(root, day=day, what="turned-away", count=1)
        outcome = Outcome(taken=0, refused=(("", code),), keeps=False)
        keep_batch(tx, channel.authority, TURNED_AWAY, _record(channel, batch, outcome, now))


def _record(channel: Channel, batch: Batch, outcome: Outcome, now: Instant) -> BatchRecord:
    header = batch.header
    return BatchRecord(
        id=batch.id,
        office=channel.peer.authority,
        root=channel.peer.root,
        feed=channel.feed,
        name=channel.name,
        epoch=header.epoch,
        seq=header.seq,
        count=header.count,
        at=now,
        signed=batch.signed,
        kinds=outcome.kinds,
        taken=outcome.taken,
        refused=outcome.refused,
        salt=batch.salt if outcome.keeps else b"",
        folded=batch.folded if outcome.keeps else b"",
    )
