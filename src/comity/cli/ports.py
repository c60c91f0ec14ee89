"""The desks of an open node, as far as the command line uses them.

``comity.node.desks`` fulfils these shapes; the tests fulfil them with a fake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from comity.cli.desk_ports import PackageDesks, SealedFiles, SideDesks, WithOnward
from comity.cli.room_ports import RoomDesks

if TYPE_CHECKING:
    from comity.cli.directory_ports import DirectoryDesk
    from comity.evidence.sealing import Sealing
    from comity.kernel.clock import Instant
    from comity.kernel.findings import Assessment
    from comity.node.custodial import HeldPackage
    from comity.node.releasing import ReleaseView
    from comity.node.views import (
        Actor,
        ActView,
        AlarmView,
        CaseView,
        CourtView,
        DeliveryView,
        DraftView,
        DutyView,
        KeyView,
        LogView,
        NodeInfo,
        OfficerView,
        OpenedView,
        Page,
        PeerView,
        RequestView,
        SealView,
    )


class PeopleDesk(Protocol):
    """Authorities and officers."""

    def add_authority(
        self,
        actor: Actor,
        *,
        authority: str,
        name: str,
        roles: Sequence[str],
        passphrase: bytes | None = None,
    ) -> object:
        """Add an authority to the Party entry; ``passphrase`` opens the entry key where it is wrapped."""
        ...

    def add_officer(
        self,
        actor: Actor,
        *,
        authority: str,
        name: str,
        roles: Sequence[str],
        passphrase: bytes | None,
        entry_passphrase: bytes | None = None,
    ) -> OfficerView:
        """Add an officer: ``passphrase`` wraps their key, ``entry_passphrase`` opens the entry key."""
        ...

    def renew(self, actor: Actor, *, entry_passphrase: bytes | None = None) -> Instant:
        """Publish every office and officer for another term and return its end."""
        ...

    def revoke_officer(
        self, actor: Actor, *, name: str, since: Instant | None = None, entry_passphrase: bytes | None = None
    ) -> object:
        """Take an officer out and revoke the key."""
        ...

    def change_roles(
        self, actor: Actor, *, name: str, roles: Sequence[str], entry_passphrase: bytes | None = None
    ) -> OfficerView:
        """Publish other roles of an officer."""
        ...

    def choose_language(self, actor: Actor, *, language: str) -> None:
        """Keep the language of an officer's pages."""
        ...

    def keys(self, actor: Actor) -> Sequence[KeyView]:
        """List the public keys of the offices."""
        ...

    def rotate(self, actor: Actor, *, authority: str, entry_passphrase: bytes | None = None) -> bool:
        """Publish a new age key where the newest is a month old; tell whether it was."""
        ...

    def officers(self) -> Sequence[OfficerView]:
        """List the officers."""
        ...


class PeersDesk(Protocol):
    """Other Parties."""

    def card(self) -> bytes:
        """Return this node's card for peers."""
        ...

    def add(self, actor: Actor, *, card: bytes, words: str | None, confirmed_by: Sequence[str]) -> PeerView:
        """Pin the Party of a card."""
        ...

    def list(self) -> Sequence[PeerView]:
        """List the pinned Parties."""
        ...

    def alarms(self, actor: Actor) -> Sequence[AlarmView]:
        """List the alarms of the exchange."""
        ...

    def words(self, card: bytes) -> Sequence[str]:
        """Return the twelve words to compare by voice."""
        ...


class CasesDesk(Protocol):
    """Requests, acts and cases."""

    def draft_request(
        self,
        actor: Actor,
        *,
        form: bytes,
        to: str,
        case: str | None,
        consult: bool = False,
        outside: bool = False,
        document: bytes | None = None,
        single: str = "",
    ) -> DraftView:
        """Prepare a request from a form."""
        ...

    def draft_act(
        self,
        actor: Actor,
        *,
        kind: str,
        case: str,
        form: bytes,
        document: bytes | None = None,
        single: str = "",
    ) -> DraftView:
        """Prepare any other act."""
        ...

    def decide(
        self, actor: Actor, *, act: str, finding: str, outcome: str, inner: str, outer: str
    ) -> DraftView:
        """Decide one open finding by name."""
        ...

    def approve(self, actor: Actor, *, act: str, reason: str) -> DraftView:
        """Approve a draft with the officer's own key."""
        ...

    def issue(self, actor: Actor, *, act: str) -> ActView:
        """Sign a complete draft as the authority and queue it."""
        ...

    def drop(self, actor: Actor, *, act: str) -> None:
        """Drop a draft."""
        ...

    def draft(self, actor: Actor, *, act: str, purpose: str) -> DraftView:
        """Return a draft of the officer's office."""
        ...

    def show(self, actor: Actor, *, case: str, purpose: str) -> CaseView:
        """Return one case, named by its id or by an act in it."""
        ...

    def part(self, actor: Actor, *, act: str, name: str, purpose: str) -> bytes:
        """Return one part of an act."""
        ...

    def resolve(self, prefix: str) -> str:
        """Return the full id that a prefix of at least 8 digits names."""
        ...


class ListsDesk(Protocol):
    """Lists, page by page."""

    def due(
        self, actor: Actor, *, purpose: str, after: str = "", theirs: bool = False, most: int = 50
    ) -> Page[DutyView]:
        """List what the office owes, or what the others owe it, those late first."""
        ...

    def requests(self, actor: Actor, *, purpose: str, after: str = "", most: int = 50) -> Page[RequestView]:
        """List the requests in so many cases of the office."""
        ...

    def views(self, actor: Actor, *, purpose: str, after: str = "", most: int = 50) -> Page[CaseView]:
        """List so many cases of the office, whole."""
        ...


class CustodyDesk(Protocol):
    """Chains of custody."""

    def packages(self, actor: Actor, *, case: str, purpose: str) -> Sequence[HeldPackage]:
        """Return the packages of a case with their chains."""
        ...

    def record(
        self,
        actor: Actor,
        *,
        case: str,
        bag_root: str,
        step: str,
        reason: str,
        where: str,
        at: Instant | None,
        to: str = "",
        operation: str = "",
        tool: tuple[str, str] = ("", ""),
    ) -> HeldPackage:
        """Add an event that happened outside the node."""
        ...

    def hold(
        self, actor: Actor, *, case: str, bag_root: str, reason: str, lift: int | None = None
    ) -> HeldPackage:
        """Set a legal hold on a package, or lift one."""
        ...


class EvidenceDesk(SealedFiles, Protocol):
    """Sealed packages."""

    @property
    def custody(self) -> CustodyDesk:
        """Chains of custody."""
        ...

    def seal(
        self,
        actor: Actor,
        *,
        sources: Sequence[str],
        case: str,
        request: str,
        handling: str,
        limits: Mapping[str, object] | None,
        out: str | None,
        to: Sequence[str] = (),
        tell: Callable[[Sealing], None] | None = None,
    ) -> SealView:
        """Seal exhibits for a request; ``tell`` takes how far it is."""
        ...

    def open(self, actor: Actor, *, delivery: str, purpose: str, out: str) -> OpenedView:
        """Verify and open a delivery."""
        ...

    def deliveries(self, actor: Actor, *, case: str, purpose: str) -> Sequence[DeliveryView]:
        """List the deliveries of a case."""
        ...

    def package(self, actor: Actor, *, delivery: str, out: str, identity_out: str | None = None) -> object:
        """Write the sealed file as it was received.

        With ``identity_out``, on a practice node only, its header is wrapped to a new key written there, so
        that stock ``age -d -i`` opens it.
        """
        ...


class ReleaseDesk(Protocol):
    """Decisions that a case may leave as a court file."""

    def propose(self, actor: Actor, *, case: str, purpose: str) -> ReleaseView:
        """Propose that a case leave as a court file."""
        ...

    def list(self, actor: Actor, *, purpose: str, case: str | None = None) -> Sequence[ReleaseView]:
        """List the releases of the office, or of one case."""
        ...

    def show(self, actor: Actor, *, release: str, purpose: str) -> ReleaseView:
        """Return one release with what was found."""
        ...

    def decide(self, actor: Actor, *, release: str, finding: str, inner: str) -> ReleaseView:
        """Decide by name that one finding does not stand against it."""
        ...

    def approve(self, actor: Actor, *, release: str, reason: str) -> ReleaseView:
        """Approve a release; the last approval needed closes it."""
        ...


class CourtDesk(WithOnward, Protocol):
    """Court files."""

    @property
    def releases(self) -> ReleaseDesk:
        """Decisions that a case may leave."""
        ...

    def export(
        self,
        actor: Actor,
        *,
        case: str,
        purpose: str,
        out: str,
        withhold: Sequence[str] = (),
        release: str | None = None,
    ) -> CourtView:
        """Write the court file of a case, under a closed release where the realm is live."""
        ...


class LogsDesk(Protocol):
    """The logs of the node."""

    def list(self, actor: Actor) -> Sequence[LogView]:
        """List the heads."""
        ...

    def proof(self, actor: Actor, *, act: str, purpose: str) -> Mapping[str, object]:
        """Return the inclusion proof of an act."""
        ...

    def checkpoint(self, actor: Actor, *, origin: str) -> str:
        """Return the signed head of a log, as a note."""
        ...

    def audit(self, actor: Actor) -> Assessment:
        """Recompute every log and judge it."""
        ...


class Desks(SideDesks, PackageDesks, RoomDesks, Protocol):
    """An open node."""

    @property
    def info(self) -> NodeInfo:
        """Which node this is."""
        ...

    @property
    def people(self) -> PeopleDesk:
        """Authorities and officers."""
        ...

    @property
    def peers(self) -> PeersDesk:
        """Other Parties."""
        ...

    @property
    def cases(self) -> CasesDesk:
        """Requests, acts and cases."""
        ...

    @property
    def lists(self) -> ListsDesk:
        """Lists, page by page."""
        ...

    @property
    def evidence(self) -> EvidenceDesk:
        """Sealed packages."""
        ...

    @property
    def court(self) -> CourtDesk:
        """Court files."""
        ...

    @property
    def logs(self) -> LogsDesk:
        """The logs."""
        ...

    @property
    def directory(self) -> DirectoryDesk:
        """What Parties publish of their offices."""
        ...

    def actor(self, name: str | None) -> Actor:
        """Return the officer who acts: the one named, else the only one; unlocks the key."""
        ...
