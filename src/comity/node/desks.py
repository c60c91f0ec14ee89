"""An open node, as a face sees it: its desks side by side."""

from collections.abc import Callable
from dataclasses import dataclass

from comity.kernel.ids import OfficerName, parse_officer
from comity.node.assetdesks import AssetDesks
from comity.node.attesting import AttestingDesk
from comity.node.carrying import CourierDesk
from comity.node.casework import CasesDesk
from comity.node.court import CourtDesk
from comity.node.custodial import CustodyDesk
from comity.node.directory import DirectoryDesk
from comity.node.duty import DutyDesk
from comity.node.examining import ExaminationDesk
from comity.node.exhibits import EvidenceDesk
from comity.node.guarddesks import GuardDesks
from comity.node.lanes import LaneDesk
from comity.node.lawdesk import LawDesk
from comity.node.lawdesks import LawDesks
from comity.node.lawmaking import LawmakingDesk
from comity.node.listing import ListsDesk
from comity.node.logs import LogsDesk
from comity.node.packagedesks import PackageDesks
from comity.node.people import PeersDesk, PeopleDesk
from comity.node.practicing import PracticeDesk, PracticeGround
from comity.node.preferences import PreferencesDesk
from comity.node.proceeding import ProcedureDesk
from comity.node.protectdesks import ProtectDesks
from comity.node.protecting import HashDesk
from comity.node.redressdesks import RedressDesks
from comity.node.scamdesks import ScamDesks
from comity.node.sharingdesks import SharingDesks
from comity.node.sheets import SheetsDesk
from comity.node.signin import SignInDesk
from comity.node.stamping import StampingDesk
from comity.node.tracing import TracingDesk
from comity.node.treatydesk import TreatyDesk
from comity.node.upkeep import UpkeepDesk
from comity.node.views import Actor, NodeInfo
from comity.node.workplace import Workplace

Unlock = Callable[[OfficerName], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks(
    PackageDesks, LawDesks, ProtectDesks, GuardDesks, AssetDesks, RedressDesks, SharingDesks, ScamDesks
):
    """The desks of one node.

    Attributes:
        unlock: Asks for the passphrase of an officer's key, where it has one.
        ground: Where guided cases are played; None on a live node.
    """

    place: Workplace
    info: NodeInfo
    unlock: Unlock
    people: PeopleDesk
    peers: PeersDesk
    cases: CasesDesk
    lists: ListsDesk
    evidence: EvidenceDesk
    court: CourtDesk
    logs: LogsDesk
    courier: CourierDesk
    signin: SignInDesk
    stamps: StampingDesk
    examination: ExaminationDesk
    law: LawDesk
    hashes: HashDesk
    lawmaking: LawmakingDesk
    treaty: TreatyDesk
    upkeep: UpkeepDesk
    tracing: TracingDesk
    ground: PracticeGround | None = None

    @property
    def directory(self) -> DirectoryDesk:
        """What Parties publish of their offices."""
        return DirectoryDesk(place=self.place)

    @property
    def duty(self) -> DutyDesk:
        """Who is on duty, and what rings."""
        return DutyDesk(place=self.place)

    @property
    def lanes(self) -> LaneDesk:
        """Call-backs, reviews and the hours of a hold."""
        return LaneDesk(place=self.place)

    @property
    def practice(self) -> PracticeDesk:
        """Guided cases, on a practice node."""
        return PracticeDesk(desks=self, ground=self.ground)

    @property
    def sheets(self) -> SheetsDesk:
        """Procedure sheets."""
        return SheetsDesk(place=self.place)

    @property
    def procedure(self) -> ProcedureDesk:
        """Domestic facts."""
        return ProcedureDesk(place=self.place)

    @property
    def preferences(self) -> PreferencesDesk:
        """What officers prefer."""
        return PreferencesDesk(place=self.place)

    @property
    def custody(self) -> CustodyDesk:
        """Chains of custody."""
        return self.evidence.custody

    @property
    def attesting(self) -> AttestingDesk:
        """What came outside any node."""
        return AttestingDesk(place=self.place, cases=self.cases)

    def actor(self, name: str | None) -> Actor:
        """Return the officer who acts, with an unlocked key; the only officer where none is named."""
        known = self.place.actor(name, unlock=False).officer if name is None else parse_officer(name)
        locked = self.place.is_locked(self.place.actor(known, unlock=False).officer)
        return self.place.actor(known, passphrase=self.unlock(known) if locked else None)
