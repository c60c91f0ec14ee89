"""The desks of reports, looks and takedowns, as far as the command line uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.feedbook import Share
    from comity.node.guardviews import (
        ClusterView,
        IntakeView,
        LookView,
        PersonView,
        QueueRow,
        ReportView,
    )
    from comity.node.hashviews import Grounds
    from comity.node.takedowns import Where
    from comity.node.takedownviews import FigureView, NoticeView, RegisterView, TakedownRow, TakedownView
    from comity.node.views import Actor
    from comity.protection.channels import Channel
    from comity.protection.jurisdiction import Claim
    from comity.protection.looking import Limits
    from comity.protection.reports import Report
    from comity.protection.terms import Term


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


class ReturningDesk(Protocol):
    """Outcomes of takedowns, back to shelters."""

    def begin(self, actor: Actor, *, to: str, name: str, grounds: Grounds, consent: bool) -> Share:
        """Make a list of outcomes for a shelter, and share it with it."""
        ...


class TakedownDesk(Protocol):
    """Content that is to come down."""

    def open(
        self,
        actor: Actor,
        *,
        where: Where,
        subject: str,
        why: str,
        hashes: Sequence[str] = (),
        report: int = 0,
        plea: str = "",
        victim: bool = False,
    ) -> int:
        """Open a takedown and return its number."""
        ...

    def listed(self, actor: Actor, *, purpose: str) -> Sequence[TakedownRow]:
        """Return the takedowns."""
        ...

    def show(self, actor: Actor, *, takedown: int, purpose: str) -> TakedownView:
        """Return one takedown."""
        ...

    def notice(
        self, actor: Actor, *, takedown: int, to: str, term: str = "", words: str = "", appeal: bool = False
    ) -> NoticeView:
        """Record that a notice goes out."""
        ...

    def told(self, actor: Actor, *, takedown: int, words: str) -> TakedownRow:
        """Record that the person who is shown was told."""
        ...

    @property
    def returning(self) -> ReturningDesk:
        """Where outcomes go back to."""
        ...

    def letter(self, actor: Actor, *, takedown: int, purpose: str) -> NoticeView:
        """Return what the last notice says."""
        ...

    def answer(
        self, actor: Actor, *, takedown: int, step: str, reason: str = "", words: str = "", term: str = ""
    ) -> TakedownRow:
        """Record what came of it."""
        ...


class BookDesk(Protocol):
    """Registers, channels and terms."""

    def take_register(self, actor: Actor, *, data: bytes, dated: str = "") -> RegisterView:
        """Take a register in."""
        ...

    def registers(self, actor: Actor) -> Sequence[RegisterView]:
        """Return the registers."""
        ...

    def take_channels(self, actor: Actor, *, data: bytes) -> Sequence[Channel]:
        """Take channels in."""
        ...

    def take_terms(self, actor: Actor, *, data: bytes) -> Sequence[Term]:
        """Take terms in."""
        ...

    def channels(self, actor: Actor) -> Sequence[Channel]:
        """Return the channels."""
        ...

    def terms(self, actor: Actor) -> Sequence[Term]:
        """Return the terms."""
        ...

    def figures(self, actor: Actor) -> Sequence[FigureView]:
        """Return times to removal."""
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

    @property
    def takedowns(self) -> TakedownDesk:
        """Content that is to come down."""
        ...

    @property
    def takedown_books(self) -> BookDesk:
        """Registers, channels and terms of takedowns."""
        ...
