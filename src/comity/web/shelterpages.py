"""A shelter's officers in pages: counts, clocks of receivers, lists and outcomes. No case is here."""

from collections.abc import Callable

from comity.kernel.errors import ComityError
from comity.node.access import Action, is_allowed
from comity.protection.pleas import Outcome
from comity.web.answers import Answer
from comity.web.visits import Visit


def show(visit: Visit) -> Answer:
    """Show counts and clocks."""
    return _page(visit)


def make_list(visit: Visit) -> Answer:
    """Make a list to which people may give."""
    form, desk = visit.form, visit.toolbox.desks.shelter
    return _done(
        visit,
        lambda: desk.make_list(
            visit.actor,
            name=form.get("name").strip(),
            about=form.get("about"),
            ground=form.get("ground"),
            licence=form.get("licence"),
        ),
    )


def confirm(visit: Visit) -> Answer:
    """Note that a receiver took out what was taken back."""
    form, desk = visit.form, visit.toolbox.desks.shelter
    return _done(
        visit, lambda: desk.confirm(visit.actor, name=form.get("list"), receiver=form.get("receiver"))
    )


def outcome(visit: Visit) -> Answer:
    """Tell whoever gave a fingerprint what became of the image."""
    form, desk = visit.form, visit.toolbox.desks.shelter
    return _done(
        visit,
        lambda: desk.outcome(
            visit.actor, value=form.get("hash").strip(), outcome=form.get("outcome"), by=form.get("by")
        ),
    )


def _done(visit: Visit, work: Callable[[], object]) -> Answer:
    try:
        work()
    except ComityError as fault:
        return _page(visit, fault)
    return visit.back("/shelter")


def _page(visit: Visit, fault: ComityError | None = None) -> Answer:
    actor = visit.actor
    return visit.page(
        "shelter.html",
        status=fault.status if fault else 200,
        section="shelter",
        found=visit.toolbox.desks.shelter.overview(actor),
        may_list=is_allowed(actor, Action.HASH_KEEP),
        outcomes=visit.choices("shelter_outcome", tuple(one.value for one in Outcome)),
        posted=visit.form,
        fault=fault,
    )
