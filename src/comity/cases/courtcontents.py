"""What goes into a court file, gathered before a byte of it is written.

Basis: PROTOCOL rules 22 and 25
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.cases.parts import Part
from comity.cases.ports import Address
from comity.cases.wire import SignedAct
from comity.kernel.clock import Instant
from comity.kernel.ids import CaseId, PartyCode
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope, envelope_value
from comity.ledger.proofs import LoggedLeaf


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtAct:
    """An act of the case with what is disclosed beside it.

    Attributes:
        parts: The disclosed parts, with their salts.
        receipt: DSSE JSON bytes of the addressee's receipt; None where there is none yet.
        leaves: Leaves of the peer log that commit to the signed act.
    """

    signed: SignedAct
    parts: tuple[Part, ...] = ()
    receipt: bytes | None = None
    leaves: tuple[LoggedLeaf, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtParty:
    """A Party: all versions of its root and of its entry, oldest first, as DSSE JSON bytes."""

    code: PartyCode
    roots: tuple[bytes, ...]
    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BagFile:
    """One file of a delivered bag.

    Attributes:
        name: Path inside the bag, e.g. ``data/000000001.bin``.
        size: Length in bytes.
        sha256: Digest in hexadecimal, known before the file is read again.
        chunks: Returns the content, piece by piece, each time it is called.
    """

    name: str
    size: int
    sha256: str
    chunks: Callable[[], Iterator[bytes]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtDelivery:
    """The opened bag that an ``evidence.deliver`` act delivered."""

    act_id: str
    files: tuple[BagFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldItem:
    """A part, or with ``part`` None the delivered bag of an act, that this file does not disclose.

    Attributes:
        exhibit: Number of the one exhibit of the delivered bag that is withheld; None for all of it.
        ground: Why, 1 to 200 characters.
        decided_by: Who decided it, 1 to 200 characters.
        decision: Id of the release that two officers approved; empty where none stands behind it.
    """

    act_id: str
    part: str | None
    ground: str
    decided_by: str
    at: Instant
    decision: str = ""
    exhibit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A package of the case that no act delivered, so that it is not in this file; a disclosure lists it.

    Attributes:
        bag_root: Its root.
        exhibits: How many exhibits it has; 0 where that is not known here.
    """

    bag_root: str
    exhibits: int
    ground: str
    decided_by: str
    decision: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtDecision:
    """A release statement with the approvals of officers: it lets something leave, or be destroyed."""

    statement: Envelope
    approvals: tuple[Envelope, ...]

    @property
    def value(self) -> dict[str, Any]:
        """The JSON form, without a version."""
        approvals = [envelope_value(one) for one in self.approvals]
        return {"statement": envelope_value(self.statement), "approvals": approvals}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtCustody:
    """What became of a package after its sealing.

    Attributes:
        bag_root: The package.
        events: Signed events of the sealing office, oldest first, one chain.
        decision: What decided its destruction; None where it was not destroyed.
    """

    bag_root: str
    events: tuple[Envelope, ...]
    decision: CourtDecision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtContents:
    """Everything that goes into one court file.

    Attributes:
        sealed_by: The authority that seals.
        others: Packages that no act delivered; listed in a disclosure.
        custody: What became of the packages that the file delivers or lists.
        stamps: Answers of time-stamp authorities, by the digest that each is over.
        release: What decided that the file leaves; None for a drill that nobody decided.
        way: ``disclosure`` for a disclosure package; empty for a court file.
        version: Version of the software.
        bugs: Known bugs of that version that bear on this file, one sentence each.
    """

    realm: Realm
    case: CaseId
    sealed_by: Address
    acts: tuple[CourtAct, ...]
    parties: tuple[CourtParty, ...]
    deliveries: tuple[CourtDelivery, ...] = ()
    withheld: tuple[WithheldItem, ...] = ()
    others: tuple[HeldBack, ...] = ()
    custody: tuple[CourtCustody, ...] = ()
    stamps: Mapping[str, bytes] = field(default_factory=dict)
    release: CourtDecision | None = None
    way: str = ""
    version: str
    bugs: tuple[str, ...] = ()
