"""The desks beside cases and evidence, as far as the command line uses them: courier, sign-in, practice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from comity.cli.courier_ports import CourierDesk
    from comity.cli.home_ports import ProcedureDesk, SheetsDesk
    from comity.cli.key_ports import RewrappingDesk
    from comity.evidence.inspection import Inspection
    from comity.evidence.sealing import Sealing
    from comity.evidence.triage import Query
    from comity.kernel.clock import Instant
    from comity.ledger.stamps import Stamp
    from comity.node.attesting import Arrival
    from comity.node.callbacks import CallBack
    from comity.node.custodial import HeldPackage
    from comity.node.deriving import Work
    from comity.node.duty import DutyBoard
    from comity.node.examined import Examined, HitPage, Surveyed
    from comity.node.knownfiles import KnownList
    from comity.node.laneviews import TaskView
    from comity.node.onward import OnwardView
    from comity.node.practicing import PracticeView
    from comity.node.releasing import ReleaseView
    from comity.node.ringing import Alarm
    from comity.node.roster import Roster
    from comity.node.sealed import UnfinishedView
    from comity.node.stamping import StampsView
    from comity.node.telling import ToldCustody
    from comity.node.views import Actor, CourtView, DraftView, SealView
    from comity.requests.lanes import Task


class SignInCodes(Protocol):
    """What officers of a practice node sign in with in a browser."""

    def new_code(self, actor: Actor, *, name: str) -> str:
        """Return a new code; an older one stops working."""
        ...


class PracticeDesk(Protocol):
    """Guided cases."""

    def list(self, actor: Actor) -> Sequence[PracticeView]:
        """Return every guided case and how far it is."""
        ...

    def show(self, actor: Actor, *, name: str) -> PracticeView:
        """Return one guided case."""
        ...

    def start(self, actor: Actor, *, name: str) -> PracticeView:
        """Begin a guided case."""
        ...

    def advance(self, actor: Actor, *, name: str) -> PracticeView:
        """Let the other side act where it is its turn."""
        ...


class AttestingDesk(Protocol):
    """What came outside any node."""

    def register(self, actor: Actor, *, form: bytes, arrival: Arrival, case: str | None = None) -> DraftView:
        """Prepare the attestation of what came."""
        ...


class OnwardDesk(Protocol):
    """What goes to a third State, with the consent of the one that gave it."""

    def propose(self, actor: Actor, *, act: str, recipient: str, use: str, purpose: str) -> ReleaseView:
        """Propose that what came by an act go to a third State."""
        ...

    def hand(self, actor: Actor, *, release: str, out: str, purpose: str) -> OnwardView:
        """Write what a decided release lets go."""
        ...


class WithOnward(Protocol):
    """A desk beside which something is passed on."""

    @property
    def onward(self) -> OnwardDesk:
        """The desk for what goes to a third State."""
        ...


class DutyDesk(Protocol):
    """Who is on duty, and what rings."""

    def board(self, actor: Actor) -> DutyBoard:
        """Return who is on duty, what rings, who is silent and what is owed."""
        ...

    def owed(self, actor: Actor) -> Sequence[TaskView]:
        """Return what the fast lanes owe now."""
        ...

    def set_roster(self, actor: Actor, *, roster: bytes) -> Roster:
        """Keep the roster of the office."""
        ...

    def drill(self, actor: Actor) -> Alarm:
        """Raise an alarm that is a drill."""
        ...

    def acknowledge(self, actor: Actor, *, alarm: str, words: str) -> Alarm:
        """Take an alarm."""
        ...

    def allow_single(
        self,
        actor: Actor,
        *,
        allowed: bool,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> bool:
        """Publish whether one person may approve alone in an emergency."""
        ...


class LaneDesk(Protocol):
    """Call-backs, reviews and the hours of a hold."""

    def numbers(self, actor: Actor, *, request: str) -> Sequence[str]:
        """Return the numbers of the signed entry."""
        ...

    def call(self, actor: Actor, *, request: str, number: str, outcome: str, reached: str = "") -> CallBack:
        """Record a call to the other side of a request."""
        ...

    def review(self, actor: Actor, *, decision: str, outcome: str, words: str) -> Task:
        """Review an emergency decision."""
        ...

    def done(self, actor: Actor, *, task: str, words: str) -> Task:
        """Say that a step of a lane was done."""
        ...

    def begin_property(
        self,
        actor: Actor,
        *,
        name: str,
        asset: str,
        hold_ends: Instant | None = None,
        case: str | None = None,
    ) -> Sequence[Task]:
        """Begin the lane for a payment or a wallet."""
        ...

    def end_property(self, actor: Actor, *, name: str, words: str) -> Sequence[Task]:
        """End the lane for a payment or a wallet."""
        ...

    def confirm_later(self, actor: Actor, *, act: str, said_at: Instant, days: int | None = None) -> Task:
        """Owe a confirmation in writing."""
        ...


class DerivingDesk(Protocol):
    """Exhibits made from others."""

    def derive(
        self, actor: Actor, *, case: str, sources: Sequence[str], work: Work, purpose: str
    ) -> SealView:
        """Seal what was made from exhibits as a package of its own."""
        ...


class TellingDesk(Protocol):
    """Custody as it leaves."""

    def tell(self, actor: Actor, *, case: str, purpose: str, release: str | None = None) -> ToldCustody:
        """Return the custody of a case for an export."""
        ...

    def write(self, data: bytes, *, out: str) -> str:
        """Write bytes to a new file and return their SHA-256."""
        ...


class DisclosingDesk(Protocol):
    """What the defence gets."""

    def propose(self, actor: Actor, *, case: str, purpose: str, withhold: Sequence[str] = ()) -> ReleaseView:
        """Propose a disclosure, with the list of what is withheld."""
        ...

    def disclose(
        self, actor: Actor, *, case: str, purpose: str, out: str, release: str, to: str = ""
    ) -> CourtView:
        """Write the disclosure package that two officers approved."""
        ...


class DestroyingDesk(Protocol):
    """The end of packages."""

    def propose(self, actor: Actor, *, case: str, bag_root: str, reason: str) -> ReleaseView:
        """Propose that a package be destroyed."""
        ...

    def destroy(self, actor: Actor, *, case: str, bag_root: str, release: str) -> HeldPackage:
        """Destroy a package as two officers decided."""
        ...

    def write_certificate(self, actor: Actor, *, case: str, bag_root: str, purpose: str, out: str) -> None:
        """Write the certificate of a destruction to a new file."""
        ...


class KnownFilesDesk(Protocol):
    """Lists of known files."""

    def put(self, actor: Actor, *, name: str, path: str, source: str, dated: str) -> KnownList:
        """Take in a list."""
        ...

    def drop(self, actor: Actor, *, name: str) -> None:
        """Remove a list."""
        ...

    def lists_here(self, actor: Actor) -> Sequence[KnownList]:
        """Return the lists."""
        ...


class ExaminationDesk(Protocol):
    """What lies inside exhibits, and searches in it."""

    @property
    def known(self) -> KnownFilesDesk:
        """The lists of known files."""
        ...

    def examine(
        self, actor: Actor, *, delivery: str, purpose: str, told: Callable[[int], None] | None = None
    ) -> Examined:
        """Examine a delivery, or go on with it."""
        ...

    def survey(
        self,
        actor: Actor,
        *,
        folder: str,
        handling: str,
        most: int = 200,
        told: Callable[[int], None] | None = None,
    ) -> Surveyed:
        """Examine a folder that is no exhibit yet."""
        ...

    def search(
        self, actor: Actor, *, case: str, purpose: str, query: Query, after: str = "", most: int = 50
    ) -> HitPage:
        """Search in what was examined in a case."""
        ...


class PackageDesks(Protocol):
    """What an open node does with packages after their sealing."""

    @property
    def rewrapping(self) -> RewrappingDesk:
        """Other store keys."""
        ...

    @property
    def deriving(self) -> DerivingDesk:
        """Exhibits made from others."""
        ...

    @property
    def telling(self) -> TellingDesk:
        """Custody as it leaves."""
        ...

    @property
    def disclosing(self) -> DisclosingDesk:
        """What the defence gets."""
        ...

    @property
    def destroying(self) -> DestroyingDesk:
        """The end of packages."""
        ...


class SideDesks(Protocol):
    """The desks of an open node beside those for cases and evidence."""

    @property
    def examination(self) -> ExaminationDesk:
        """What lies inside exhibits."""
        ...

    @property
    def stamps(self) -> StampingDesk:
        """Time stamps."""
        ...

    @property
    def sheets(self) -> SheetsDesk:
        """Procedure sheets."""
        ...

    @property
    def procedure(self) -> ProcedureDesk:
        """Domestic facts."""
        ...

    @property
    def courier(self) -> CourierDesk:
        """The exchange through a folder."""
        ...

    @property
    def signin(self) -> SignInCodes:
        """Sign-in in a browser."""
        ...

    @property
    def practice(self) -> PracticeDesk:
        """Guided cases."""
        ...

    @property
    def attesting(self) -> AttestingDesk:
        """What came outside any node."""
        ...

    @property
    def duty(self) -> DutyDesk:
        """Who is on duty, and what rings."""
        ...

    @property
    def lanes(self) -> LaneDesk:
        """Call-backs, reviews and the hours of a hold."""
        ...


class SealingDesk(Protocol):
    """Sealings that were interrupted."""

    def unfinished(self, actor: Actor) -> tuple[UnfinishedView, ...]:
        """Return them, the oldest first."""
        ...

    def resume(self, actor: Actor, *, name: str, tell: Callable[[Sealing], None] | None = None) -> SealView:
        """Go on with one."""
        ...

    def drop(self, actor: Actor, *, name: str) -> None:
        """Throw one away, with its ciphertext."""
        ...


class SealedFiles(Protocol):
    """Sealed files: those that are being made, and any that lie somewhere."""

    @property
    def sealing(self) -> SealingDesk:
        """Sealings that were interrupted."""
        ...

    def inspect(self, actor: Actor, *, path: str, purpose: str) -> Inspection:
        """Return what a sealed file is, and what is inside where a key of the office opens it."""
        ...

    def deliver_form(self, actor: Actor, *, case: str, bag_root: str) -> bytes:
        """Return the form of the delivery of a sealed package."""
        ...


class StampingDesk(Protocol):
    """Time stamps of an authority."""

    def shown(self, actor: Actor) -> StampsView:
        """Return what is stamped, each token judged now."""
        ...

    def token(self, actor: Actor, *, name: str) -> Stamp:
        """Return one token."""
        ...
