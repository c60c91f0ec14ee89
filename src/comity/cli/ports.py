"""The desks of an open node, as far as the command line uses them.

``comity.node.desks`` fulfils these shapes; the tests fulfil them with a fake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from comity.kernel.clock import Instant
    from comity.kernel.findings import Assessment
    from comity.node.views import (
        Actor,
        ActView,
        CaseView,
        CourierView,
        CourtView,
        DeliveryView,
        DraftView,
        DutyView,
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

    def words(self, card: bytes) -> Sequence[str]:
        """Return the twelve words to compare by voice."""
        ...


class CasesDesk(Protocol):
    """Requests, acts and cases."""

    def draft_request(self, actor: Actor, *, form: bytes, to: str, case: str | None) -> DraftView:
        """Prepare a request from a form."""
        ...

    def draft_act(self, actor: Actor, *, kind: str, case: str, form: bytes) -> DraftView:
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

    def draft(self, act: str) -> DraftView:
        """Return a draft."""
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


class EvidenceDesk(Protocol):
    """Sealed packages."""

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
    ) -> SealView:
        """Seal exhibits for a request."""
        ...

    def deliver_form(self, actor: Actor, *, case: str, bag_root: str) -> bytes:
        """Return the form of the delivery of a sealed package."""
        ...

    def open(self, actor: Actor, *, delivery: str, purpose: str, out: str) -> OpenedView:
        """Verify and open a delivery."""
        ...

    def deliveries(self, actor: Actor, *, case: str) -> Sequence[DeliveryView]:
        """List the deliveries of a case."""
        ...

    def package(self, actor: Actor, *, delivery: str, out: str, identity_out: str | None = None) -> object:
        """Write the sealed file as it was received.

        With ``identity_out``, on a practice node only, its header is wrapped to a new key written there, so
        that stock ``age -d -i`` opens it.
        """
        ...


class Release(Protocol):
    """A decision that a case may leave as a court file."""

    @property
    def release(self) -> str:
        """Its id."""
        ...

    @property
    def case(self) -> str:
        """The case."""
        ...

    @property
    def approved_by(self) -> Sequence[str]:
        """Who approved."""
        ...

    @property
    def closed(self) -> bool:
        """Whether nothing lacks."""
        ...


class CourtDesk(Protocol):
    """Court files."""

    def propose(self, actor: Actor, *, case: str, purpose: str) -> Release:
        """Propose that a case leave as a court file."""
        ...

    def approve(self, actor: Actor, *, release: str, reason: str) -> Release:
        """Approve a release; the last approval needed closes it."""
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

    def list(self) -> Sequence[LogView]:
        """List the heads."""
        ...

    def proof(self, act: str) -> Mapping[str, object]:
        """Return the inclusion proof of an act."""
        ...

    def checkpoint(self, origin: str) -> str:
        """Return the signed head of a log, as a note."""
        ...

    def audit(self) -> Assessment:
        """Recompute every log and judge it."""
        ...


class CourierDesk(Protocol):
    """The exchange through a folder."""

    def export(self, actor: Actor, *, folder: str, peer: str | None) -> CourierView:
        """Write what waits into a folder."""
        ...

    def import_(self, actor: Actor, *, folder: str) -> CourierView:
        """Take in what a folder brings."""
        ...


class SignInCodes(Protocol):
    """What officers of a practice node sign in with in a browser."""

    def new_code(self, actor: Actor, *, name: str) -> str:
        """Return a new code; an older one stops working."""
        ...


class Desks(Protocol):
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
    def courier(self) -> CourierDesk:
        """The exchange through a folder."""
        ...

    @property
    def signin(self) -> SignInCodes:
        """Sign-in in a browser."""
        ...

    def actor(self, name: str | None) -> Actor:
        """Return the officer who acts: the one named, else the only one; unlocks the key."""
        ...
