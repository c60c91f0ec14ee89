"""What a head sets on the page of duty: the roster, and whether one person may approve alone."""

from comity.kernel.errors import ComityError
from comity.web.answers import Answer
from comity.web.dutypages import Fault, board_page, told
from comity.web.rosterform import RosterForm
from comity.web.staffing import signed_by_entry
from comity.web.visits import Visit


def change(visit: Visit) -> Answer:
    """Keep the roster, or show the form again with the error at its field."""
    form = RosterForm.posted(visit.form)
    try:
        visit.toolbox.desks.duty.set_roster(visit.actor, roster=form.roster())
    except ComityError as error:
        place = "zone" if error.code == "zone.unknown" else form.field(error.where)
        fault = Fault(form="roster", row="", field=place, error=error)
        return board_page(visit, fault=fault, roster=form)
    return visit.back("/duty")


def switch(visit: Visit) -> Answer:
    """Let one person approve alone in an emergency, or no longer; a live node wants a second officer.

    Basis: PROTOCOL rule 10
    """
    form, desk = visit.form, visit.toolbox.desks.duty
    second = form.get("confirmed_by")
    try:
        signed_by_entry(
            visit,
            lambda secret: desk.allow_single(
                visit.actor,
                allowed=form.get("allowed") == "yes",
                confirmed_by=(second,) if second else (),
                entry_passphrase=secret,
            ),
        )
    except ComityError as error:
        return told(visit, "single", error)
    return visit.back("/duty")
