"""What the commands on reports of scams need of an open node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from comity.indicators.figures import Figures
    from comity.indicators.observations import Found
    from comity.indicators.reports import Report, Victim
    from comity.node.indicators import Taken, Terms
    from comity.node.publicform import FormState
    from comity.node.reportdesk import CampaignPage, OpenReport
    from comity.node.views import Actor


class PublicForm(Protocol):
    """The form that anybody may fill in."""

    def state(self) -> FormState:
        """Return whether it is open."""
        ...

    def switch(self, actor: Actor, *, on: bool, keep_days: int = 90, notice: str = "") -> FormState:
        """Open or close it."""
        ...


class ReportDesk(Protocol):
    """What was reported."""

    @property
    def form(self) -> PublicForm:
        """The form that anybody may fill in."""
        ...

    def queue(self, actor: Actor, *, state: str = "") -> Sequence[Report]:
        """Return reports without what they say."""
        ...

    def bring(
        self,
        actor: Actor,
        *,
        name: str,
        data: bytes,
        extract: Callable[[str, bytes], Sequence[Found]],
        victim: Victim | None = None,
    ) -> OpenReport:
        """Take apart what an officer brought."""
        ...

    def open(
        self,
        actor: Actor,
        *,
        name: str,
        extract: Callable[[str, bytes], Sequence[Found]],
        purpose: str = "",
    ) -> OpenReport:
        """Open a report."""
        ...

    def look(self, actor: Actor, *, name: str, purpose: str = "") -> OpenReport:
        """Return a report as it is."""
        ...

    def decide(
        self, actor: Actor, *, name: str, kept: Sequence[str], dismissed: Sequence[str], terms: Terms
    ) -> Taken:
        """Keep values, dismiss others."""
        ...

    def describe(self, actor: Actor, *, name: str, victim: Victim) -> Report:
        """Say whom a report concerns."""
        ...

    def dismiss(self, actor: Actor, *, name: str, reason: str) -> Report:
        """Dismiss a report."""
        ...

    def campaigns(self, actor: Actor, *, name: str = "", after: str = "", most: int = ...) -> CampaignPage:
        """Return what joins reports."""
        ...

    def figures(self, actor: Actor) -> Figures:
        """Return figures."""
        ...


class ScamDesks(Protocol):
    """The desk for reports of an open node."""

    @property
    def scams(self) -> ReportDesk:
        """Reports of scams and ransomware, and the public form."""
        ...
