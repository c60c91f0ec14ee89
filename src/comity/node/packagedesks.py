"""The desks for what becomes of packages, made from those of an open node."""

from comity.node.court import CourtDesk
from comity.node.deriving import DerivingDesk
from comity.node.destroying import DestroyingDesk
from comity.node.disclosing import DisclosingDesk
from comity.node.examining import ExaminationDesk
from comity.node.exhibits import EvidenceDesk
from comity.node.rewrapping import RewrappingDesk
from comity.node.telling import TellingDesk
from comity.node.workplace import Workplace


class PackageDesks:
    """What an open node does with packages after their sealing."""

    __slots__ = ()

    place: Workplace
    evidence: EvidenceDesk
    court: CourtDesk
    examination: ExaminationDesk

    @property
    def deriving(self) -> DerivingDesk:
        """Exhibits made from others."""
        held = self.evidence
        return DerivingDesk(place=self.place, vault=held.vault, blobs=held.blobs, tool=held.tool)

    @property
    def rewrapping(self) -> RewrappingDesk:
        """Other store keys."""
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
        return TellingDesk(place=self.place, custody=self.evidence.custody, files=self.evidence.files)

    @property
    def disclosing(self) -> DisclosingDesk:
        """What the defence gets."""
        return DisclosingDesk(place=self.place, court=self.court)

    @property
    def destroying(self) -> DestroyingDesk:
        """The end of packages."""
        held = self.evidence
        return DestroyingDesk(
            place=self.place,
            blobs=held.blobs,
            pieces=held.pieces,
            files=held.files,
            tool=held.tool,
            forget=self.examination.forget,
        )
