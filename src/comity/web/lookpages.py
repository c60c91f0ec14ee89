"""Looks at new material in pages: clusters that one look serves, limits for each. No picture is here."""

from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, is_allowed
from comity.node.guardviews import LookView
from comity.protection.categories import scheme
from comity.web.answers import Answer
from comity.web.visits import Visit

_SHOWN = 100


def show(visit: Visit) -> Answer:
    """Show the clusters, those that nobody looked at first, and how often everybody looked."""
    return _page(visit)


def take(visit: Visit) -> Answer:
    """Begin a look: it is in the log before it is told where the one file lies."""
    form = visit.form
    try:
        made = visit.toolbox.desks.looks.look(
            visit.actor,
            cluster=_number(form.get("cluster")),
            why=form.get("why"),
            purpose=visit.purpose,
            blur=form.get("blur") == "yes",
            again=form.get("again") == "yes",
        )
    except ComityError as fault:
        return _page(visit, fault=fault)
    return _page(visit, made=made)


def judge(visit: Visit) -> Answer:
    """Say what a look found; it holds for the whole cluster."""
    form = visit.form
    try:
        visit.toolbox.desks.looks.judge(
            visit.actor, look=_number(form.get("look")), category=form.get("category")
        )
    except ComityError as fault:
        return _page(visit, fault=fault)
    return visit.back("/protection/looks")


def _page(visit: Visit, *, made: LookView | None = None, fault: ComityError | None = None) -> Answer:
    desk, actor = visit.toolbox.desks.looks, visit.actor
    rows = desk.clusters(actor, purpose=visit.purpose)
    codes = tuple(one for one in scheme().subjects if one != "unsorted")
    return visit.page(
        "looks.html",
        status=fault.status if fault else 200,
        section="protection",
        rows=rows[:_SHOWN],
        more=max(0, len(rows) - _SHOWN),
        people=desk.people(actor) if is_allowed(actor, Action.LOOK_JUDGE) else (),
        categories=visit.choices("hash_category", codes),
        may_look=is_allowed(actor, Action.LOOK_TAKE),
        made=made,
        posted=visit.form,
        fault=fault,
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise MalformedError("guard.number", f"{text[:20]!r} is no number", where="number")
    return int(text)
