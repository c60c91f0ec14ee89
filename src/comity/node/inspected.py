"""What a sealed file says of itself, in a form that every face can show."""

from dataclasses import dataclass

from comity.evidence.inspection import Inside, Inspection, kinds_counted
from comity.kernel.clock import Instant
from comity.node.sealed import exhibit_views
from comity.node.views import ExhibitView


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientKind:
    """How many recipients of a sealed file are of one type; who they are it does not say."""

    type: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A link or special file that was left out on purpose: its path as it may be shown, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideView:
    """What a key of the officer's authority showed; no exhibit was hashed.

    Attributes:
        case: None for a loose bag.
    """

    bag_root: str
    realm: str
    case: str | None
    authority: str
    sealed_at: Instant
    handling: str
    left_out: tuple[LeftOut, ...]
    exhibits: tuple[ExhibitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionView:
    """A sealed file as it lies there.

    Attributes:
        bytes: Of the file.
        suite: Empty where the recipients belong to none of ours.
        stock_copy: Whether it is marked as a copy for stock tools.
        archive_bytes: Of the archive inside; None where the file is cut off.
        inside: None where no key that was tried opens it.
    """

    bytes: int
    suite: str
    recipients: tuple[RecipientKind, ...]
    stock_copy: bool
    header_bytes: int
    payload_length: int
    pieces: int
    archive_bytes: int | None
    inside: InsideView | None


def inspection_view(found: Inspection) -> InspectionView:
    """Return an inspection in a form without parts of the package."""
    counted = kinds_counted(found.recipients)
    return InspectionView(
        bytes=found.size,
        suite=found.suite,
        recipients=tuple(RecipientKind(type=kind, count=count) for kind, count in counted),
        stock_copy=found.stock_copy,
        header_bytes=found.header_length,
        payload_length=found.payload_length,
        pieces=found.pieces,
        archive_bytes=found.plain_length,
        inside=None if found.inside is None else _inside(found.inside),
    )


def _inside(inside: Inside) -> InsideView:
    label = inside.label
    return InsideView(
        bag_root=inside.bag_root,
        realm=label.realm.value,
        case=label.case,
        authority=label.authority,
        sealed_at=label.sealed_at,
        handling=label.handling.value,
        left_out=tuple(LeftOut(path=one.display, reason=one.reason) for one in label.left_out),
        exhibits=exhibit_views(inside.exhibits),
    )
