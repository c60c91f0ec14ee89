"""What the exchange keeps: messages of ours, orphans, pins, alarms, channels, deliveries.

All are importable from :mod:`comity.exchange.ports`, where the store that keeps them is described.
"""

from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName, PartyCode
from comity.kernel.realms import Realm

EPOCH = Instant(0)


class SendState(StrEnum):
    """Where a message of ours stands; only a receipt of the peer moves it out of ``queued``."""

    QUEUED = "queued"
    STORED = "stored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One sealed message of ours on its way.

    Attributes:
        message_id: Id of the signed act inside (``Envelope.id``).
        authority: Our authority, the author.
        peer: Fingerprint of the addressee's Party root.
        to: The addressee authority.
        sealed: The age file, the same bytes at every attempt; empty once settled.
        digest: SHA-256 of the signed act's bytes, which the leaves on both sides commit to (32 bytes).
        order: Monotonic within (authority, peer, to); messages leave oldest first.
        attempts: Calls that carried it without a receipt coming back.
        next_at: It is not sent again before this instant.
    """

    message_id: ActId
    authority: AuthorityId
    peer: Fingerprint
    to: AuthorityId
    sealed: bytes
    digest: bytes
    order: int
    queued_at: Instant
    attempts: int = 0
    next_at: Instant = EPOCH
    state: SendState = SendState.QUEUED

    def __post_init__(self) -> None:
        if len(self.digest) != 32:
            raise ValueError("the digest of a message is 32 bytes")
        if self.state is SendState.QUEUED and not self.sealed:
            raise ValueError("a queued message has sealed bytes")
        if self.order < 0 or self.attempts < 0:
            raise ValueError("order and attempts are not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How one of our messages ended: stored, or refused with a code. The mailbox keeps the receipt."""

    message_id: ActId
    state: SendState
    code: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A message that came before what it builds on; kept for a while and tried again.

    Attributes:
        message_id: Its id, as far as it could be read.
        authority: Our authority that it is addressed to.
        peer: Fingerprint of the sender's Party root.
        sender: The sending authority.
        sealed: The age file as it came.
        missing: Ids it waits for; may be empty where they are not known.
        until: It is dropped after this instant.
    """

    message_id: ActId
    authority: AuthorityId
    peer: Fingerprint
    sender: AuthorityId
    sealed: bytes
    missing: tuple[str, ...]
    held_at: Instant
    until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The decision to trust one Party root, taken by named officers after comparing twelve words.

    Attributes:
        officers: Who compared the words: two on a live node, at least one in practice.
        channel: How they were compared, e.g. ``voice`` or ``note-verbale``.
        ours: True for the node's own Party.
    """

    fingerprint: Fingerprint
    party: PartyCode
    realm: Realm
    pinned_at: Instant
    officers: tuple[OfficerName, ...]
    channel: str
    ours: bool = False

    def __post_init__(self) -> None:
        needed = 2 if self.realm is Realm.LIVE and not self.ours else 1
        if len(set(self.officers)) < needed:
            raise ValueError(f"a pin in the {self.realm} realm takes {needed} distinct officers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something a person must see: a fork, a rollback, a peer silent for a day, own acts not held.

    Attributes:
        code: Stable dotted code, e.g. ``log.forked``.
        authority: Our authority concerned.
        peer: The peer concerned; empty for none.
        detail: JSON bytes with what is known (ids, sizes, roots), never case material.
    """

    code: str
    authority: AuthorityId
    peer: Fingerprint
    at: Instant
    detail: bytes = b"{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerState:
    """What we keep about one channel: our authority and one authority of a peer.

    Attributes:
        entry_sent: Id of our Party entry that the peer was last known to have; empty for none.
        log_seen: Size of our log for the peer that it last said it holds.
        failing_since: First failed call since the last that succeeded; None while all is well.
        incarnation: Highest incarnation the peer has shown in its receipts.
        notice_seen: Id of our newest notice that the peer says it judged; empty for none.
        notice_heard: Id of the peer's newest notice that we judged, taken or not; empty for none.
    """

    authority: AuthorityId
    peer: Fingerprint
    to: AuthorityId
    entry_sent: str = ""
    log_seen: int = 0
    last_contact_at: Instant = EPOCH
    failing_since: Instant | None = None
    alarmed_at: Instant | None = None
    incarnation: int = 0
    notice_seen: str = ""
    notice_heard: str = ""


class Direction(StrEnum):
    """Which way the pieces of a delivery travel, seen from here."""

    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One package on its way in pieces, as announced by a signed ``evidence.deliver``.

    Attributes:
        act_id: The announcing act.
        authority: Our authority; ``peer`` and ``counterpart`` are the other end.
        payload_length: Bytes of the age payload (its nonce included, its header not).
        piece_root: Merkle root over its 1 MiB pieces, hexadecimal.
        pieces: How many pieces.
        name: Where the bytes lie on the sending side (a store's name for the package); empty when receiving.
        done_at: When the last piece was acknowledged or verified; None while it lasts.
    """

    act_id: ActId
    authority: AuthorityId
    peer: Fingerprint
    counterpart: AuthorityId
    direction: Direction
    payload_length: int
    piece_root: str
    pieces: int
    announced_at: Instant
    name: str = ""
    attempts: int = 0
    next_at: Instant = EPOCH
    done_at: Instant | None = None

    def __post_init__(self) -> None:
        if self.pieces < 1 or self.payload_length < 1:
            raise ValueError("a delivery has at least one piece and one byte")
