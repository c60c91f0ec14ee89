"""Cases: the list, one case with its timeline, and the parts of its acts."""

from comity.requests.kinds import is_request
from comity.web.answers import Answer
from comity.web.due import due_lines
from comity.web.formreading import shown_part
from comity.web.timeline import entries
from comity.web.visits import Visit

_AFTER_SEAL = "evidence.deliver"


def listing(visit: Visit) -> Answer:
    """Show the cases of the office, newest first, a page at a time."""
    page = visit.toolbox.desks.lists.cases(
        visit.actor, purpose=visit.purpose, after=visit.query.get("after", ""), newest=True
    )
    return visit.page(
        "cases.html",
        section="cases",
        cases=page.items,
        more=f"/cases?after={page.next}" if page.next else "",
        waiting=page.waiting,
    )


def show(visit: Visit) -> Answer:
    """Show one case: what happened, what is open, what may come next."""
    desks, actor = visit.toolbox.desks, visit.actor
    case = desks.cases.show(actor, case=visit.place("case"), purpose=visit.purpose)
    arrivals = {}
    if case.acts:
        arrivals = {one.act: one for one in desks.evidence.deliveries(actor, case=case.case)}
    now = desks.place.clock.now()
    return visit.page(
        "case.html",
        section="cases",
        case=case,
        authority=actor.authority,
        timeline=entries(case.acts, visit.words),
        due=due_lines(case.duties, now=now),
        deliveries=[arrivals.get(one.act, one) for one in case.deliveries],
        answers=[kind for kind in case.permitted if not is_request(kind)],
        may_ask=any(map(is_request, case.permitted)),
        may_seal=_AFTER_SEAL in case.permitted or "transmission.decide" in case.permitted,
    )


def part(visit: Visit) -> Answer:
    """Show one part of an act; the reading is in the log first."""
    desks, act, name = visit.toolbox.desks, visit.place("act"), visit.place("part")
    data = desks.cases.part(visit.actor, act=act, name=name, purpose=visit.purpose)
    return visit.page("part.html", section="cases", act=act, name=name, part=shown_part(data, visit.words))
