"""What the exchange needs from outside: a store within the caller's transaction, and a mailbox.

Every store method works inside the transaction that the caller opened; nothing here commits.
The exchange is payload-agnostic: a message is an age file out and a plaintext in, and the
:class:`Mailbox` (the cases) says what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from comity.exchange.records import (
    Alarm,
    Delivery,
    Direction,
    Held,
    Outgoing,
    PeerState,
    Pin,
    SendState,
    Settled,
)
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint
from comity.kernel.signing import Envelope
from comity.ledger.ports import LogStore

__all__ = [
    "Accepted",
    "Alarm",
    "Deferred",
    "DeferredReason",
    "Delivery",
    "DeliveryStore",
    "Direction",
    "DirectoryStore",
    "ExchangeStore",
    "ExchangeTransaction",
    "Held",
    "InboxStore",
    "Mail",
    "Mailbox",
    "Message",
    "OutboxStore",
    "Outgoing",
    "Peer",
    "PeerState",
    "Pin",
    "Refused",
    "SendState",
    "Settled",
]

Tx_contra = TypeVar("Tx_contra", contravariant=True)


class OutboxStore(Protocol):
    """Our messages until the peer's receipt is in."""

    def queue(self, outgoing: Outgoing) -> None:
        """Keep a message to send; ConflictError ``outbox.known`` if its id is already there."""
        ...

    def next_order(self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId) -> int:
        """Return an order above every one given in this channel."""
        ...

    def due(
        self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId, now: Instant, limit: int
    ) -> tuple[Outgoing, ...]:
        """Return at most ``limit`` queued messages with ``next_at <= now``, lowest order first."""
        ...

    def peers_due(
        self, authority: AuthorityId, *, now: Instant
    ) -> tuple[tuple[Fingerprint, AuthorityId], ...]:
        """Return each (peer, addressee authority) for which something is due, sorted."""
        ...

    def postpone(self, message_ids: tuple[ActId, ...], *, next_at: Instant) -> None:
        """Count one attempt on each and set when they are due again."""
        ...

    def settle(self, settled: Settled) -> None:
        """Record the end of a queued message and drop its sealed bytes; NotFoundError if unknown."""
        ...

    def expect(self, message_ids: Sequence[ActId]) -> None:
        """Read many messages at once, for the calls of ``outgoing`` that follow; it changes no answer."""
        ...

    def count_queued(self, peer: Fingerprint) -> int:
        """Return how many messages to a peer are queued, over all authorities."""
        ...

    def outgoing(self, message_id: ActId) -> Outgoing | None:
        """Return one message of ours, whatever its state."""
        ...

    def settled(self, message_id: ActId) -> Settled | None:
        """Return how it ended; None while queued or unknown."""
        ...


class InboxStore(Protocol):
    """What we answered to what we refused, what we hold back, and what guards against replay and flood."""

    def expect_receipts(self, authority: AuthorityId, message_ids: Sequence[ActId]) -> None:
        """Read many receipts at once, for the calls of ``receipt_for`` that follow; it changes no answer."""
        ...

    def receipt_for(self, authority: AuthorityId, message_id: ActId) -> bytes | None:
        """Return the receipt that refused a message (DSSE JSON bytes, the same at every replay)."""
        ...

    def put_receipt(
        self, authority: AuthorityId, message_id: ActId, *, peer: Fingerprint, receipt: bytes
    ) -> None:
        """Keep a receipt that refuses a message; ConflictError ``receipt.known`` if there is one already."""
        ...

    def remember_nonce(self, peer: Fingerprint, nonce: bytes, *, until: Instant) -> bool:
        """Keep a nonce of a call; False if it is known already."""
        ...

    def forget_nonces(self, before: Instant) -> None:
        """Drop the nonces whose ``until`` lies before the instant."""
        ...

    def hold(self, orphan: Held) -> None:
        """Keep an orphan; the same (authority, message id) again changes nothing."""
        ...

    def held(self, authority: AuthorityId, peer: Fingerprint) -> tuple[Held, ...]:
        """Return the orphans of a peer, oldest first (then by id)."""
        ...

    def drop_held(self, authority: AuthorityId, message_id: ActId) -> None:
        """Forget an orphan; unknown ids are no error."""
        ...

    def count_held(self, peer: Fingerprint) -> int:
        """Return how many orphans a peer has here, over all authorities."""
        ...

    def held_bytes(self, peer: Fingerprint) -> int:
        """Return how many sealed bytes the orphans of a peer take, over all authorities."""
        ...

    def usage(self, peer: Fingerprint, *, day: int, what: str) -> int:
        """Return a peer's counter for a day (whole days since 1970-01-01 UTC); 0 where none."""
        ...

    def add_usage(self, peer: Fingerprint, *, day: int, what: str, count: int) -> None:
        """Add to a peer's counter for a day."""
        ...


class DirectoryStore(Protocol):
    """Roots, entries and pins: bytes as they came, every version kept; and what is known of channels."""

    def put_root(self, fingerprint: Fingerprint, *, version: int, envelope: bytes) -> None:
        """Keep a root version (DSSE JSON bytes); again changes nothing, other bytes are a ConflictError."""
        ...

    def roots(self, fingerprint: Fingerprint) -> tuple[bytes, ...]:
        """Return all root versions of a Party, lowest version first."""
        ...

    def put_entry(self, fingerprint: Fingerprint, *, version: int, envelope: bytes) -> None:
        """Keep a Party entry version; the same bytes again change nothing, others are a ConflictError."""
        ...

    def entries(self, fingerprint: Fingerprint) -> tuple[bytes, ...]:
        """Return all entry versions of a Party, lowest version first."""
        ...

    def pin(self, pin: Pin) -> None:
        """Keep a pin; a second one for the same fingerprint is a ConflictError ``pin.known``."""
        ...

    def pins(self) -> tuple[Pin, ...]:
        """Return all pins, oldest first (then by fingerprint)."""
        ...

    def pin_of(self, fingerprint: Fingerprint) -> Pin | None:
        """Return the pin of one root."""
        ...

    def alarm(self, alarm: Alarm) -> None:
        """Keep an alarm; the same (code, authority, peer, detail) again changes nothing."""
        ...

    def alarms(self) -> tuple[Alarm, ...]:
        """Return all alarms in the order they were raised."""
        ...

    def is_alarmed(self, authority: AuthorityId, code: str) -> bool:
        """Tell whether an alarm of this code was ever raised at an authority, about any peer."""
        ...

    def peer_state(self, authority: AuthorityId, peer: Fingerprint, *, to: AuthorityId) -> PeerState:
        """Return what is kept about a channel; a fresh one where nothing is."""
        ...

    def put_peer_state(self, state: PeerState) -> None:
        """Replace what is kept about a channel."""
        ...


class DeliveryStore(Protocol):
    """Packages on their way in pieces."""

    def put_delivery(self, delivery: Delivery) -> None:
        """Keep or replace a delivery, by (authority, act id, direction)."""
        ...

    def delivery(self, authority: AuthorityId, act_id: ActId, *, direction: Direction) -> Delivery | None:
        """Return one delivery."""
        ...

    def open_deliveries(self, authority: AuthorityId, *, direction: Direction) -> tuple[Delivery, ...]:
        """Return those without ``done_at``, oldest announcement first (then by act id)."""
        ...


class ExchangeStore(OutboxStore, InboxStore, DirectoryStore, DeliveryStore, Protocol):
    """Everything the exchange keeps, within the caller's transaction."""


class ExchangeTransaction(Protocol):
    """What a transaction of the store must have for the exchange; the node's has more."""

    @property
    def exchange(self) -> ExchangeStore:
        """The exchange's tables."""
        ...

    @property
    def logs(self) -> LogStore:
        """Merkle logs and what was witnessed of the logs of others."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who sent the call that a message came in, as proven by its signature and our pins.

    Attributes:
        fingerprint: The sender's Party root.
        authority: The sending authority; ``ours`` is the authority of ours that it addressed.
        may_open: False when the peer's quota of new cases for today is used up; an opening act is then
            answered ``Deferred(reason="quota")``.
    """

    fingerprint: Fingerprint
    authority: AuthorityId
    ours: AuthorityId
    may_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The message is stored, now or earlier.

    Attributes:
        case: The thread it belongs to; None for what belongs to none.
        opened: True when it opened that thread just now.
        tag: Tag of its leaf, ``act.received``.
        digest: SHA-256 of the signed act's bytes (32 bytes).
        your_last_seq: Highest ``seq`` of the sender's acts held in the case.
        own_last_seq: Highest ``seq`` of our own acts issued in the case.
        pending: Id of our one pending act in the case.
        delivery: Set for an ``evidence.deliver``: its pieces are then expected.
        incarnation: Our incarnation.
    """

    message_id: ActId
    case: CaseId | None
    digest: bytes
    your_last_seq: int
    own_last_seq: int
    pending: ActId | None = None
    tag: str = "act.received"
    opened: bool = False
    delivery: Delivery | None = None
    incarnation: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The message is not stored and never will be; nothing of it was kept.

    Attributes:
        code: Stable dotted code; one uniform code for whoever is no participant.
        case: Only where the sender is a participant of it.
    """

    message_id: ActId | None
    code: str
    case: CaseId | None = None
    your_last_seq: int = 0
    own_last_seq: int = 0
    pending: ActId | None = None
    incarnation: int = 1


class DeferredReason(StrEnum):
    """Why a message was neither stored nor refused; the sender tries again."""

    FUTURE = "future"
    ORPHAN = "orphan"
    BUSY = "busy"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Not now: nothing of it was stored. An orphan names what it waits for and is held by the inbox."""

    reason: DeferredReason
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An opened message.

    Attributes:
        name: Id of the signed act in it.
        content: What the mailbox made of it, for its own eyes; None where it is to be read again.
    """

    name: ActId
    plaintext: bytes
    content: object = None


class Mail(Protocol):
    """The mail of one office of ours in one transaction."""

    def expect(self, names: Sequence[ActId]) -> None:
        """Read at once what the calls that follow ask about these messages; it changes no answer."""
        ...

    def receipt_of(self, name: ActId) -> bytes | None:
        """Return the receipt that we issued for a message that is stored here (DSSE JSON bytes)."""
        ...

    def accept(self, *, peer: Peer, message: Message, now: Instant) -> Accepted | Refused | Deferred:
        """Judge and store one opened message; the same message again changes nothing.

        Faults of the message are a :class:`Refused`, never an exception.
        """
        ...

    def receipted(self, *, message_id: ActId, receipt: Envelope, now: Instant) -> None:
        """Take a verified receipt as an input of the fold, and keep it.

        It is the peer's for a message of ours, or our own for a message of the peer just stored; the
        receipt names who signed. It is taken even when no such message is known here: that is how a node
        learns that it lost acts.

        Basis: PROTOCOL 15
        """
        ...


class Mailbox(Protocol[Tx_contra]):
    """What receives messages; implemented by the intake of the cases."""

    def read(
        self, tx: Tx_contra, *, ours: AuthorityId, plaintexts: Sequence[bytes], now: Instant
    ) -> tuple[Message | None, ...]:
        """Return what each opened message is; None where no signed act is to be read.

        It only reads: a snapshot is enough. All signatures are checked here, together, so that ``accept``
        has little left to do in its transaction; what it answers is not changed by that.
        """
        ...

    def open(self, tx: Tx_contra, *, ours: AuthorityId) -> Mail:
        """Return the mail of one of our offices, in the caller's transaction."""
        ...
