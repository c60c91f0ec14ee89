"""An open node, as a face sees it: its desks side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from comity.kernel.ids import parse_officer
from comity.node.assetdesks import AssetDesks
from comity.node.guarddesks import GuardDesks
from comity.node.lawdesks import LawDesks
from comity.node.officedesks import OfficeDesks
from comity.node.packagedesks import PackageDesks
from comity.node.protectdesks import ProtectDesks
from comity.node.redressdesks import RedressDesks
from comity.node.scamdesks import ScamDesks
from comity.node.sharingdesks import SharingDesks

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.kernel.ids import OfficerName
    from comity.node.attesting import AttestingDesk
    from comity.node.custodial import CustodyDesk
    from comity.node.lanes import LaneDesk
    from comity.node.listing import ListsDesk
    from comity.node.made import Makers
    from comity.node.practicing import PracticeDesk
    from comity.node.proceeding import ProcedureDesk
    from comity.node.sheets import SheetsDesk
    from comity.node.views import Actor, NodeInfo
    from comity.node.workplace import Workplace

Unlock: TypeAlias = "Callable[[OfficerName], bytes | None]"


class Desks(
    OfficeDesks,
    PackageDesks,
    LawDesks,
    ProtectDesks,
    GuardDesks,
    AssetDesks,
    RedressDesks,
    SharingDesks,
    ScamDesks,
):
    """The desks of one node."""

    __slots__ = ("info", "makers", "place", "unlock")

    def __init__(self, *, place: Workplace, info: NodeInfo, unlock: Unlock, makers: Makers) -> None:
        """Keep what desks are made of.

        Args:
            place: Where they work.
            info: Which node this is.
            unlock: Asks for the passphrase of an officer's key, where it has one.
            makers: How those are made that need more than the workplace.
        """
        self.place = place
        self.info = info
        self.unlock = unlock
        self.makers = makers

    @property
    def lists(self) -> ListsDesk:
        """Lists, page by page."""
        from comity.node.listing import ListsDesk

        return ListsDesk(place=self.place, cases_desk=self.cases)

    @property
    def lanes(self) -> LaneDesk:
        """Call-backs, reviews and the hours of a hold."""
        from comity.node.lanes import LaneDesk

        return LaneDesk(place=self.place)

    @property
    def practice(self) -> PracticeDesk:
        """Guided cases, on a practice node."""
        from comity.node.practicing import PracticeDesk

        return PracticeDesk(desks=self, ground=self.makers.ground())

    @property
    def sheets(self) -> SheetsDesk:
        """Procedure sheets."""
        from comity.node.sheets import SheetsDesk

        return SheetsDesk(place=self.place)

    @property
    def procedure(self) -> ProcedureDesk:
        """Domestic facts."""
        from comity.node.proceeding import ProcedureDesk

        return ProcedureDesk(place=self.place)

    @property
    def custody(self) -> CustodyDesk:
        """Chains of custody."""
        return self.evidence.custody

    @property
    def attesting(self) -> AttestingDesk:
        """What came outside any node."""
        from comity.node.attesting import AttestingDesk

        return AttestingDesk(place=self.place, cases=self.cases)

    def actor(self, name: str | None) -> Actor:
        """Return the officer who acts, with an unlocked key; the only officer where none is named."""
        known = self.place.actor(name, unlock=False).officer if name is None else parse_officer(name)
        locked = self.place.is_locked(self.place.actor(known, unlock=False).officer)
        return self.place.actor(known, passphrase=self.unlock(known) if locked else None)
