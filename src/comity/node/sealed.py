"""Exhibits and packages as a face shows them, and what is kept about a package beside its record."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.cases.kinds import DeliverBody, parse_body
from comity.cases.wire import parse_signed_act
from comity.evidence.exhibits import Exhibit, display_text
from comity.evidence.sealing import SealedPackage
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId
from comity.node.ports import Transaction
from comity.node.views import ExhibitView, SealView


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedView:
    """A sealing that was interrupted: its name, when it began, and what it was to seal.

    Attributes:
        case: Empty for a loose bag.
        sources: Paths.
        out: The file that was asked for; empty for none.
    """

    name: str
    began: Instant
    case: str
    sources: tuple[str, ...]
    out: str


def exhibit_views(exhibits: Sequence[Exhibit]) -> tuple[ExhibitView, ...]:
    """Return exhibits as a face shows them."""
    return tuple(
        ExhibitView(
            number=exhibit.number,
            name=display_text(exhibit.folder + b"/" + exhibit.name if exhibit.folder else exhibit.name),
            size=exhibit.size,
            sha256=exhibit.sha256,
            changes=exhibit.changes,
            read=exhibit.read,
            part_of=display_text(exhibit.part.of) if exhibit.part else "",
            part=exhibit.part.number if exhibit.part else 0,
            last=exhibit.part.last if exhibit.part else True,
        )
        for exhibit in exhibits
    )


def seal_view(sealed: SealedPackage, *, path: str, label: str) -> SealView:
    """Return a sealed package as a face shows it."""
    return SealView(
        path=path,
        bag_root=sealed.bag_root,
        piece_root=sealed.piece_root,
        payload_length=sealed.payload_length,
        pieces=sealed.pieces.count,
        exhibits=exhibit_views(sealed.exhibits),
        label=label,
    )


def delivered_body(tx: Transaction, authority: AuthorityId, act_id: ActId) -> DeliverBody:
    """Return the skeleton of the act that announced a delivery."""
    record = tx.acts.get(authority, act_id)
    body = parse_body(parse_signed_act(record.signed).act) if record is not None else None
    if not isinstance(body, DeliverBody):
        raise ValueError("a delivery comes from an act of its kind")
    return body


def said_name(authority: AuthorityId, bag_root: str) -> str:
    """Return the name under which handling and limits of a package of ours are kept."""
    return f"package/{authority}/{bag_root}"
