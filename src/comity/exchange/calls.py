"""A call on its way: made by us and ready to carry, or made by a peer and served."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from comity.exchange.envelope import Answer, Call, End, Heads
from comity.exchange.office import Office
from comity.exchange.ports import Message
from comity.kernel.digests import sha256
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.ledger.heads import Witnessed

Tx_contra = TypeVar("Tx_contra", contravariant=True)


class Carriage(StrEnum):
    """How the bytes came: a call over the network must be of this minute, one on a disk may be old."""

    HTTPS = "https"
    COURIER = "courier"


class OwnActs(Protocol[Tx_contra]):
    """What the cases know of our own acts."""

    def last_own_seq(self, tx: Tx_contra, *, authority: AuthorityId, case: CaseId) -> int:
        """Return the highest ``seq`` that the authority has issued in the case; 0 for none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a call of one of our offices goes.

    Attributes:
        endpoint: Base URL; None where the peer is reached by courier only.
        certificate: The only TLS certificate (DER) to trust there.
    """

    office: Office
    peer: End
    endpoint: str | None
    certificate: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallToMake:
    """A call that is ready to be carried.

    Attributes:
        body: The bytes to sign and send; the same in a courier folder.
        shown: What we showed of the logs in it.
        sealed: SHA-256 of each message's age file, in order.
    """

    to: Destination
    body: bytes = field(repr=False)
    nonce: bytes
    message_ids: tuple[ActId, ...]
    sealed: tuple[str, ...]
    shown: Heads = field(repr=False)
    entry_id: str

    @property
    def office(self) -> Office:
        """Our office that calls."""
        return self.to.office

    @property
    def peer(self) -> End:
        """Whom it calls."""
        return self.to.peer

    @property
    def name(self) -> str:
        """SHA-256 of the body, which names the answer in a courier folder."""
        return sha256(self.body).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who made a call, as the transport proved it by signature against the pinned directory."""

    end: End
    nonce: bytes
    carriage: Carriage = Carriage.HTTPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One message of a call, opened; ``message`` is None for what could not be opened or read.

    Attributes:
        name: Its id; the SHA-256 of the age file where there is none to be read.
    """

    sealed: bytes
    name: ActId
    message: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An authenticated call that was read.

    Attributes:
        size: Bytes of its body.
        office: Our office that it addresses.
        opened: Its messages; None where they were not opened, as the peer's quota was used up.
    """

    caller: Caller
    call: Call
    size: int
    office: Office
    opened: tuple[Opened, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An answer that still lacks the cosignature, which waits for the transaction to be durable.

    Attributes:
        head: The head of the caller's log to cosign; None where there is none.
        denied: The call is turned away, and what was noted about it has to become durable first.
    """

    answer: Answer
    office: Office
    head: Witnessed | None = None
    denied: bool = False
