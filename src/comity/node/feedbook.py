"""The book of the feeds: what is shared with whom by which decision, how far each feed is, and what came."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from comity.exchange.envelope import End
from comity.indicators.marks import Tlp
from comity.indicators.ports import Shared, Wanted
from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.node.ports import Transaction

INDICATORS, LIST, ALERTS = "indicators", "list", "alerts"
OUT, IN, RECEIPTS = "feed-out", "feed-in", "feed-receipts"
TURNED_AWAY, CHANGES = "feed-turned-away", "feed-changes"
"""Shelves: of batches that came and were refused whole, and of the changes of those that were taken."""
MOST_SHOWN = 1000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One feed between an office of ours and one of a peer.

    Attributes:
        feed: One of ``indicators``, ``list``, ``alerts``.
        name: Of a list, as the sending side calls it; empty otherwise.
    """

    authority: AuthorityId
    peer: End
    feed: str
    name: str = ""

    @property
    def key(self) -> str:
        """What names it among the channels of the office."""
        return f"{self.peer.root}/{self.peer.authority}/{self.feed}/{self.name}"

    @property
    def owner(self) -> str:
        """What names the peer as the one through whom something came."""
        return owner_of(self.peer)

    @property
    def shelf(self) -> str:
        """The shelf that says which version of what the peer was given."""
        return f"fed {sha256(self.key.encode()).hex()[:32]}"


class Share(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That an office of a peer is given a feed: an officer's decision.

    Attributes:
        office: Office of the peer, of the Party of ``root``.
        most_tlp: What goes less far is not given.
        purpose: What the peer is given it for, in words.
        since: When it was decided, by which ``officer``.
        until: When it ends; None for no end.
        stopped: Since when nothing new is given; retractions go on. None while it is given.
        recall: Whether everything that was given is taken back.
        revision: Grows with each change, so that everything is looked at anew.
        consent: That whoever releases fingerprints was warned of what they can give away.
    """

    office: str
    root: str
    feed: str
    name: str = ""
    most_tlp: int = int(Tlp.AMBER)
    purpose: str = ""
    since: int
    officer: str
    until: int | None = None
    stopped: int | None = None
    recall: bool = False
    revision: int = 1
    consent: bool = False

    def channel(self, authority: AuthorityId) -> Channel:
        """Return the channel of the feed."""
        peer = End(authority=AuthorityId(self.office), root=Fingerprint(self.root))
        return Channel(authority=authority, peer=peer, feed=self.feed, name=self.name)

    def is_open(self, now: Instant) -> bool:
        """Tell whether something new is given now."""
        return self.stopped is None and (self.until is None or now < self.until)


class Reached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a feed to a peer is.

    Attributes:
        epoch: When this count of batches began; 0 before the first.
        seq: Number of the last batch, whose id is ``last``.
        cursor: Number of the last change of ours that was looked at.
        pending: Id of the batch without a receipt; empty for none. ``upto`` is the cursor once it is stored.
        stored_at: When the peer stored the last batch.
        code: Why the peer refused the last batch, ``refused_at``; empty where it did not.
        revision: Of the share by which everything up to the cursor was looked at.
        declined: Since when the peer does not take the feed; 0 while it does.
        heard: When it decided that, by its own clock.
        again: Whether everything behind the cursor is told again, in a new epoch.
    """

    epoch: int = 0
    seq: int = 0
    last: str = ""
    cursor: int = 0
    pending: str = ""
    upto: int = 0
    stored_at: int = 0
    code: str = ""
    refused_at: int = 0
    revision: int = 0
    declined: int = 0
    heard: int = 0
    again: bool = False

    @property
    def looked_at(self) -> int:
        """Number of the last change that is told, or on its way."""
        return max(self.upto, self.cursor) if self.pending else self.cursor


class Came(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a feed from a peer is.

    Attributes:
        held: How many things it brought that were new.
    """

    epoch: int = 0
    seq: int = 0
    last: str = ""
    at: int = 0
    held: int = 0


class BatchRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One batch that went or came.

    Attributes:
        id: Of its signed header.
        signed: The signed header, as it is kept.
        upto: Of one that went: the cursor after it.
        prev: Of one that went: id of the one before it in its epoch.
        kinds: How many changes of each kind; what is missing from ``count`` is of none that is known.
        since: Of one that went: when the first change that it takes back came about here; 0 for none.
        taken: Of one that came: how many changes were taken; ``refused`` names the others with their codes.
        salt: With ``folded`` what the header commits to; both lie on a shelf of their own, and are read by
            :func:`changes_of`. Empty where the changes are not kept.
    """

    id: str
    office: str
    root: str
    feed: str
    name: str
    epoch: int
    seq: int
    count: int
    at: int
    signed: bytes
    upto: int = 0
    prev: str = ""
    kinds: tuple[tuple[str, int], ...] = ()
    since: int = 0
    taken: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    salt: bytes = b""
    folded: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """What a peer was given of one thing: which version in which epoch, or that it was taken back."""

    version: str
    epoch: int
    is_gone: bool


def owner_of(peer: End) -> str:
    """Return what names an office of a peer as the one through whom something came."""
    return f"{peer.authority} {peer.root}"


def shares_of(tx: Transaction, authority: AuthorityId) -> Iterator[Share]:
    """Yield what an office shares, those that were stopped too, by peer."""
    for name in tx.node.names(f"feed/share/{authority}/"):
        data = tx.node.setting(name)
        if data is not None:
            yield msgspec.json.decode(data, type=Share)


def share_of(tx: Transaction, channel: Channel) -> Share | None:
    """Return by which decision a channel is fed, or None."""
    return _setting(tx, f"feed/share/{channel.authority}/{channel.key}", Share)


def keep_share(tx: Transaction, authority: AuthorityId, share: Share) -> None:
    """Keep a decision, in place of an older one on the same channel."""
    name = f"feed/share/{authority}/{share.channel(authority).key}"
    tx.node.put_setting(name, msgspec.json.encode(share))


def reached(tx: Transaction, channel: Channel) -> Reached:
    """Return how far a feed to a peer is."""
    return _setting(tx, f"feed/out/{channel.authority}/{channel.key}", Reached) or Reached()


def keep_reached(tx: Transaction, channel: Channel, state: Reached) -> None:
    """Keep how far a feed to a peer is."""
    tx.node.put_setting(f"feed/out/{channel.authority}/{channel.key}", msgspec.json.encode(state))


def came(tx: Transaction, channel: Channel) -> Came:
    """Return how far a feed from a peer is."""
    return _setting(tx, f"feed/in/{channel.authority}/{channel.key}", Came) or Came()


def keep_came(tx: Transaction, channel: Channel, state: Came) -> None:
    """Keep how far a feed from a peer is."""
    tx.node.put_setting(f"feed/in/{channel.authority}/{channel.key}", msgspec.json.encode(state))


def keep_batch(tx: Transaction, authority: AuthorityId, shelf: str, record: BatchRecord) -> None:
    """Keep a batch that went or came; the same again changes nothing."""
    if record.folded:  # beside the book, so that whoever counts batches need not read what they held
        body = msgspec.msgpack.encode((record.salt, record.folded))
        row = _row(authority, CHANGES, record.id, version="1", kind="changes", at=record.at, body=body)
        tx.sharing.add_shared([row])
        record = msgspec.structs.replace(record, salt=b"", folded=b"")
    kind, body = _channel_kind(record), msgspec.msgpack.encode(record)
    row = _row(authority, shelf, record.id, version="1", kind=kind, at=record.at, body=body)
    tx.sharing.add_shared([row])


def changes_of(tx: Transaction, authority: AuthorityId, record: BatchRecord) -> tuple[bytes, bytes] | None:
    """Return the salt and the folded changes of a batch that came; None where they were not kept."""
    if record.folded:
        return record.salt, record.folded
    rows = tx.sharing.shared(authority, CHANGES, Wanted(ids=(record.id,), most=1))
    return msgspec.msgpack.decode(rows[0].body, type=tuple[bytes, bytes]) if rows else None


def batch_of(tx: Transaction, authority: AuthorityId, shelf: str, name: str) -> BatchRecord | None:
    """Return a batch by its id, or None."""
    rows = tx.sharing.shared(authority, shelf, Wanted(ids=(name,), most=1))
    return msgspec.msgpack.decode(rows[0].body, type=BatchRecord) if rows else None


def batches_of(
    tx: Transaction, authority: AuthorityId, shelf: str, *, channel: Channel | None = None, after: int = 0
) -> tuple[tuple[int, BatchRecord], ...]:
    """Return batches by their place on the shelf, at most a thousand."""
    kinds = () if channel is None else (sha256(channel.key.encode()).hex(),)
    rows = tx.sharing.shared(authority, shelf, Wanted(after=after, kinds=kinds, most=MOST_SHOWN))
    return tuple((row.number, msgspec.msgpack.decode(row.body, type=BatchRecord)) for row in rows)


def every_batch(tx: Transaction, channel: Channel, shelf: str) -> Iterator[BatchRecord]:
    """Yield every batch of a channel, the oldest first."""
    after = 0
    while rows := batches_of(tx, channel.authority, shelf, channel=channel, after=after):
        yield from (record for _, record in rows)
        after = rows[-1][0]


def keep_receipt(
    tx: Transaction, authority: AuthorityId, name: str, *, signer: str, receipt: bytes, at: Instant
) -> None:
    """Keep a receipt for a batch, ours or the peer's."""
    place = f"{name} {signer}"
    row = _row(authority, RECEIPTS, place, version="1", kind="receipt", at=at, body=receipt)
    tx.sharing.add_shared([row])


def receipt_kept(tx: Transaction, authority: AuthorityId, name: str, *, signer: str) -> bytes | None:
    """Return the receipt that somebody signed for a batch, or None."""
    rows = tx.sharing.shared(authority, RECEIPTS, Wanted(ids=(f"{name} {signer}",), most=1))
    return rows[0].body if rows else None


def fed_of(tx: Transaction, channel: Channel, names: Sequence[str]) -> Mapping[str, Fed]:
    """Return what a peer was given of these things last."""
    if not names:
        return {}
    wanted = Wanted(ids=tuple(names), most=max(1, len(names)))
    rows = tx.sharing.shared(channel.authority, channel.shelf, wanted)
    return {
        row.object_id: Fed(
            version=row.body.decode(), epoch=int(row.version.partition(".")[0]), is_gone=row.kind == "gone"
        )
        for row in rows
    }


def keep_fed(
    tx: Transaction,
    channel: Channel,
    given: Iterable[tuple[str, str, bool]],
    *,
    epoch: int,
    seq: int,
    at: Instant,
) -> None:
    """Keep which versions a batch gave a peer, or took back: name, version, whether it is gone."""
    place = f"{epoch:020}.{seq:016}"
    rows = [
        _row(
            channel.authority,
            channel.shelf,
            name,
            version=place,
            kind="gone" if is_gone else "live",
            at=at,
            body=version.encode(),
        )
        for name, version, is_gone in given
    ]
    tx.sharing.add_shared(rows)


def _setting(tx: Transaction, name: str, kind: type[_T]) -> _T | None:
    data = tx.node.setting(name)
    return None if data is None else msgspec.json.decode(data, type=kind)


def _channel_kind(record: BatchRecord) -> str:
    peer = End(authority=AuthorityId(record.office), root=Fingerprint(record.root))
    channel = Channel(authority=AuthorityId(""), peer=peer, feed=record.feed, name=record.name)
    return sha256(channel.key.encode()).hex()


def _row(
    authority: AuthorityId, shelf: str, name: str, *, version: str, kind: str, at: int, body: bytes
) -> Shared:
    return Shared(
        authority=authority,
        shelf=shelf,
        number=0,
        object_id=name,
        version=version,
        kind=kind,
        added_at=Instant(at),
        tlp=Tlp.RED,
        body=body,
    )
