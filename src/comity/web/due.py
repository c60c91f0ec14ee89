"""The start page: what is due, whose it is, and what waits for this office."""

from dataclasses import dataclass

from comity.kernel.clock import DAY, Instant
from comity.node.views import CaseView, DutyView
from comity.web.answers import Answer
from comity.web.visits import Visit

_SOON = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """One duty of this office or of the other side.

    Attributes:
        urgency: ``late``, ``soon``, ``later`` or ``open``, where no time is fixed.
    """

    duty: DutyView
    urgency: str


def show(visit: Visit) -> Answer:
    """Show the duties of all open cases: those of this office first, late ones before all."""
    actor = visit.actor
    cases = visit.toolbox.desks.cases.list(actor, purpose=visit.purpose)
    now = visit.toolbox.desks.place.clock.now()
    lines = due_lines(cases, now=now)
    return visit.page(
        "due.html",
        section="due",
        mine=[line for line in lines if line.duty.owner == actor.authority],
        theirs=[line for line in lines if line.duty.owner != actor.authority],
        drafts=[draft for case in cases for draft in case.drafts],
        authority=actor.authority,
    )


def due_lines(cases: tuple[CaseView, ...], *, now: Instant) -> tuple[DueLine, ...]:
    """Return the duties of cases by time; those without a time come last."""
    duties = [duty for case in cases for duty in case.duties]
    ordered = sorted(duties, key=lambda d: (d.due is None, d.due or 0, d.case, d.code))
    return tuple(DueLine(duty=duty, urgency=_urgency(duty, now)) for duty in ordered)


def _urgency(duty: DutyView, now: Instant) -> str:
    if duty.due is None:
        return "open"
    if duty.due < now:
        return "late"
    return "soon" if duty.due < now + _SOON else "later"
