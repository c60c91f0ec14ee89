"""The desks that need more than the workplace: bootstrap tells how, and none is made before it is used.

What all of them load together takes longer than most commands do; a command uses two or three.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.carrying import CourierDesk
    from comity.node.casework import CasesDesk
    from comity.node.court import CourtDesk
    from comity.node.examining import ExaminationDesk
    from comity.node.exhibits import EvidenceDesk
    from comity.node.lawdesk import LawDesk
    from comity.node.lawmaking import LawmakingDesk
    from comity.node.practicing import PracticeGround
    from comity.node.protecting import HashDesk
    from comity.node.signin import SignInDesk
    from comity.node.stamping import StampingDesk
    from comity.node.tracing import TracingDesk
    from comity.node.treatydesk import TreatyDesk
    from comity.node.upkeep import UpkeepDesk
    from comity.node.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Makers:
    """How the desks of one node are made; each gives the same desk whenever it is called, on any thread.

    Attributes:
        ground: Where guided cases are played; None on a live node.
    """

    cases: Callable[[], CasesDesk]
    evidence: Callable[[], EvidenceDesk]
    court: Callable[[], CourtDesk]
    courier: Callable[[], CourierDesk]
    signin: Callable[[], SignInDesk]
    stamps: Callable[[], StampingDesk]
    examination: Callable[[], ExaminationDesk]
    law: Callable[[], LawDesk]
    lawmaking: Callable[[], LawmakingDesk]
    hashes: Callable[[], HashDesk]
    treaty: Callable[[], TreatyDesk]
    upkeep: Callable[[], UpkeepDesk]
    tracing: Callable[[], TracingDesk]
    ground: Callable[[], PracticeGround | None]


class MadeDesks:
    """Cases, their evidence, and who signs in."""

    __slots__ = ()

    place: Workplace
    makers: Makers

    @property
    def cases(self) -> CasesDesk:
        """Requests, acts and cases."""
        return self.makers.cases()

    @property
    def evidence(self) -> EvidenceDesk:
        """Sealed packages."""
        return self.makers.evidence()

    @property
    def court(self) -> CourtDesk:
        """Court files."""
        return self.makers.court()

    @property
    def courier(self) -> CourierDesk:
        """What is carried by hand."""
        return self.makers.courier()

    @property
    def signin(self) -> SignInDesk:
        """Who signs in."""
        return self.makers.signin()

    @property
    def stamps(self) -> StampingDesk:
        """Time stamps."""
        return self.makers.stamps()

    @property
    def examination(self) -> ExaminationDesk:
        """What is inside of exhibits."""
        return self.makers.examination()


class MadeRooms(MadeDesks):
    """The rooms around cases."""

    __slots__ = ()

    @property
    def law(self) -> LawDesk:
        """National law."""
        return self.makers.law()

    @property
    def lawmaking(self) -> LawmakingDesk:
        """Law in the making."""
        return self.makers.lawmaking()

    @property
    def hashes(self) -> HashDesk:
        """Lists of fingerprints."""
        return self.makers.hashes()

    @property
    def treaty(self) -> TreatyDesk:
        """The state of the Convention."""
        return self.makers.treaty()

    @property
    def upkeep(self) -> UpkeepDesk:
        """Keys, places and rows."""
        return self.makers.upkeep()

    @property
    def tracing(self) -> TracingDesk:
        """Ledgers of transactions."""
        return self.makers.tracing()
