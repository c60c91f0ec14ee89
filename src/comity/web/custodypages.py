"""The chain of custody of each package of a case, and the form to add what happened outside the node."""

from comity.node.access import Action, is_allowed
from comity.node.custodial import BY_HAND
from comity.web.answers import Answer
from comity.web.staffing import parse_time
from comity.web.visits import Visit


def show(visit: Visit) -> Answer:
    """Show the packages of a case with their events."""
    desks, case = visit.toolbox.desks, visit.place("case")
    return visit.page(
        "custody.html",
        section="cases",
        case=case,
        packages=desks.custody.packages(visit.actor, case=case, purpose=visit.purpose),
        steps=visit.choices("web.custody", [step.value for step in BY_HAND]),
        may_record=is_allowed(visit.actor, Action.EVIDENCE_SEAL),
    )


def record(visit: Visit) -> Answer:
    """Add an event to the chain of one package."""
    form, case = visit.form, visit.place("case")
    visit.toolbox.desks.custody.record(
        visit.actor,
        case=case,
        bag_root=form.get("bag_root"),
        step=form.get("step"),
        reason=form.get("reason"),
        where=form.get("where"),
        at=parse_time(form.get("at")),
    )
    return visit.back(f"/cases/{case}/custody")
