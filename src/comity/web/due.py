"""The start page: what is due, whose it is, and what waits for this office."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.kernel.clock import DAY, Instant
from comity.node.access import Action, is_allowed
from comity.node.views import DutyView
from comity.web.answers import Answer, redirect
from comity.web.visits import Visit

_SOON = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """One duty of this office or of the other side.

    Attributes:
        urgency: ``late``, ``today``, ``soon``, ``later`` or ``open``, where no time is fixed.
    """

    duty: DutyView
    urgency: str


def show(visit: Visit) -> Answer:
    """Show what is due, a page at a time: the duties of this office first, late ones before all."""
    actor, query = visit.actor, visit.query
    if not is_allowed(actor, Action.CASE_LIST):
        for action, path in ((Action.PLEA_SEE, "/shelter"), (Action.VICTIM_READ, "/victims")):
            if is_allowed(actor, action):
                return redirect(path)
    found = visit.toolbox.desks.lists.agenda(
        actor,
        purpose=visit.purpose,
        mine=query.get("mine", ""),
        theirs=query.get("theirs", ""),
        drafts=query.get("drafts", ""),
    )
    now = visit.toolbox.desks.place.clock.now()
    return visit.page(
        "due.html",
        section="due",
        mine=due_lines(found.mine.items, now=now),
        theirs=due_lines(found.theirs.items, now=now),
        drafts=found.drafts.items,
        tasks=visit.toolbox.desks.duty.owed(actor),
        more={
            name: f"/?{name}={page.next}#{name}" if page.next else ""
            for name, page in (("mine", found.mine), ("theirs", found.theirs), ("drafts", found.drafts))
        },
        waiting=found.mine.waiting,
        authority=actor.authority,
    )


def due_lines(duties: Sequence[DutyView], *, now: Instant) -> tuple[DueLine, ...]:
    """Return duties, which come in the order of their time, with their urgency."""
    return tuple(DueLine(duty=duty, urgency=_urgency(duty, now)) for duty in duties)


def _urgency(duty: DutyView, now: Instant) -> str:
    if duty.due is None:
        return "open"
    if duty.due < now:
        return "late"
    if duty.due < now + DAY:
        return "today"
    return "soon" if duty.due < now + _SOON else "later"
