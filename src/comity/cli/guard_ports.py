"""The desks of reports, looks and takedowns, as far as the command line uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.guardviews import (
        ClusterView,
        IntakeView,
        LookView,
        PersonView,
        QueueRow,
        ReportView,
    )
    from comity.node.views import Actor
    from comity.protection.jurisdiction import Claim
    from comity.protection.looking import Limits
    from comity.protection.reports import Report


class ReportDesk(Protocol):
    """Reports of providers and hotlines."""

    def take_in(self, actor: Actor, *, data: bytes, source: str, form: str = "") -> IntakeView:
        """Take the reports of a file in."""
        ...

    def queue(self, actor: Actor, *, purpose: str) -> Sequence[QueueRow]:
        """Return the open reports by matter."""
        ...

    def show(self, actor: Actor, *, report: int, purpose: str) -> ReportView:
        """Return one report."""
        ...

    def claims(self, actor: Actor, *, report: int, purpose: str) -> tuple[Report, Sequence[Claim]]:
        """Return a report and the States that may take it."""
        ...

    def say(self, actor: Actor, *, report: int, sign: str, why: str) -> None:
        """Say something of a report."""
        ...

    def tie(
        self, actor: Actor, *, report: int, tie: str, party: str, who: str = "", sure: bool = False
    ) -> None:
        """Say what ties a report to a State."""
        ...

    def erase(self, actor: Actor, *, report: int, why: str) -> None:
        """Erase a report."""
        ...


class LookDesk(Protocol):
    """Looks at new material."""

    def clusters(self, actor: Actor, *, purpose: str) -> Sequence[ClusterView]:
        """Return the clusters."""
        ...

    def look(
        self, actor: Actor, *, cluster: int, why: str, purpose: str, blur: bool = False, again: bool = False
    ) -> LookView:
        """Begin a look."""
        ...

    def judge(self, actor: Actor, *, look: int, category: str) -> ClusterView:
        """Say what a look found."""
        ...

    def people(self, actor: Actor) -> Sequence[PersonView]:
        """Return how often everybody looked."""
        ...

    def limits(self, actor: Actor) -> Limits:
        """Return the limits of the office."""
        ...

    def set_limits(self, actor: Actor, limits: Limits) -> None:
        """Set the limits of the office."""
        ...


class GuardDesks(Protocol):
    """What an open node does with reports and looks."""

    @property
    def reports(self) -> ReportDesk:
        """Reports of providers and hotlines."""
        ...

    @property
    def looks(self) -> LookDesk:
        """Looks at new material."""
        ...
