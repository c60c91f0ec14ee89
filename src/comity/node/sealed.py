"""Exhibits and packages as a face shows them."""

from collections.abc import Sequence

from comity.evidence.exhibits import Exhibit, display_text
from comity.evidence.sealing import SealedPackage
from comity.node.views import ExhibitView, SealView


def exhibit_views(exhibits: Sequence[Exhibit]) -> tuple[ExhibitView, ...]:
    """Return exhibits as a face shows them."""
    return tuple(
        ExhibitView(
            number=exhibit.number,
            name=display_text(exhibit.folder + b"/" + exhibit.name if exhibit.folder else exhibit.name),
            size=exhibit.size,
            sha256=exhibit.sha256,
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
