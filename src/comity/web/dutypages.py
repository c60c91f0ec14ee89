"""The page of duty: who is asked, what rings, which Party is silent, what is owed, and whom to call back."""

from comity.node.callbacks import OUTCOMES
from comity.web.answers import Answer
from comity.web.visits import Visit


def show(visit: Visit) -> Answer:
    """Show the board, and for a request named in the address the numbers of the signed entry."""
    desks, actor = visit.toolbox.desks, visit.actor
    request = visit.query.get("request", "")
    return visit.page(
        "duty.html",
        section="duty",
        board=desks.duty.board(actor),
        request=request,
        numbers=desks.lanes.numbers(actor, request=request) if request else (),
        calls=desks.lanes.calls(actor, request=request) if request else (),
        outcomes=visit.choices("call_outcome", OUTCOMES),
    )


def take(visit: Visit) -> Answer:
    """Acknowledge an alarm."""
    form = visit.form
    visit.toolbox.desks.duty.acknowledge(visit.actor, alarm=form.get("alarm"), words=form.get("words"))
    return visit.back("/duty")


def drill(visit: Visit) -> Answer:
    """Raise a drill."""
    visit.toolbox.desks.duty.drill(visit.actor)
    return visit.back("/duty")


def call(visit: Visit) -> Answer:
    """Record a call-back."""
    form = visit.form
    made = visit.toolbox.desks.lanes.call(
        visit.actor,
        request=form.get("request"),
        number=form.get("number"),
        outcome=form.get("outcome"),
        reached=form.get("reached"),
    )
    return visit.back(f"/duty?request={made.request}")
