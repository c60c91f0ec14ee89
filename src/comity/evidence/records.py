"""What an authority keeps of packages and their custody."""

from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecord:
    """A sealed file that an authority holds.

    Attributes:
        authority: Whose row it is.
        piece_root: Name of its blob.
        bag_root: Root of the bag inside; as signed where it came from a peer.
        payload_length: Bytes of the payload.
        leaves: Leaf hashes of the pieces, 32 bytes each.
        header_length: Bytes of the age header of the stored file.
        case: Case it belongs to; None for a loose bag.
        delivery: The act ``evidence.deliver`` by which it came or went, once there is one.
        own: Whether it was sealed here.
        exhibits: ``exhibits.jsonl`` as ``listing.packed`` keeps it; empty until a received package was
            opened.
        stored_at: When it was stored.
    """

    authority: AuthorityId
    piece_root: str
    bag_root: str
    payload_length: int
    leaves: bytes
    header_length: int
    case: CaseId | None
    delivery: ActId | None
    own: bool
    exhibits: bytes
    stored_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose package a sealed file is, among the offices of a node.

    Attributes:
        authority: The office.
        bag_root: The package.
        live: Whether it is still here; a package that was destroyed keeps its roots.
    """

    authority: AuthorityId
    bag_root: str
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRecord:
    """One custody line of a package, as it stands in its bag.

    Attributes:
        authority: Whose row it is.
        bag_root: The package.
        number: From 1, without a gap.
        line: Bytes of the line, without its line feed.
    """

    authority: AuthorityId
    bag_root: str
    number: int
    line: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchRecord:
    """One event of a package after its bag was closed.

    Attributes:
        authority: Whose row it is.
        bag_root: The package.
        number: From 1, without a gap.
        statement: The signed statement, DSSE JSON.
    """

    authority: AuthorityId
    bag_root: str
    number: int
    statement: bytes
