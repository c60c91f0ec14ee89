"""The desks for what becomes of packages, made from those of an open node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.made import MadeRooms

if TYPE_CHECKING:
    from comity.node.deriving import DerivingDesk
    from comity.node.destroying import DestroyingDesk
    from comity.node.disclosing import DisclosingDesk
    from comity.node.rewrapping import RewrappingDesk
    from comity.node.telling import TellingDesk


class PackageDesks(MadeRooms):
    """What an open node does with packages after their sealing."""

    __slots__ = ()

    @property
    def deriving(self) -> DerivingDesk:
        """Exhibits made from others."""
        from comity.node.deriving import DerivingDesk

        held = self.evidence
        return DerivingDesk(place=self.place, vault=held.vault, blobs=held.blobs, tool=held.tool)

    @property
    def rewrapping(self) -> RewrappingDesk:
        """Other store keys."""
        from comity.node.rewrapping import RewrappingDesk

        held = self.evidence
        return RewrappingDesk(
            place=self.place,
            blobs=held.blobs,
            pieces=held.pieces,
            sealings=held.sealings,
            indexes=self.examination.indexes,
        )

    @property
    def telling(self) -> TellingDesk:
        """Custody as it leaves."""
        from comity.node.telling import TellingDesk

        return TellingDesk(place=self.place, custody=self.evidence.custody, files=self.evidence.files)

    @property
    def disclosing(self) -> DisclosingDesk:
        """What the defence gets."""
        from comity.node.disclosing import DisclosingDesk

        return DisclosingDesk(place=self.place, court=self.court)

    @property
    def destroying(self) -> DestroyingDesk:
        """The end of packages."""
        from comity.node.destroying import DestroyingDesk

        held = self.evidence
        return DestroyingDesk(
            place=self.place,
            blobs=held.blobs,
            pieces=held.pieces,
            files=held.files,
            tool=held.tool,
            forget=self.examination.forget,
        )
