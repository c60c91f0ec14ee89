"""The victims' desk in pages: records by pseudonym, a form for each step, what is owed.

A reading is in the log first. What finds a person is in no address and in no list: it is told when a button
asks for it, each in a reading of its own.

Basis: 34, 36(1)
"""

from comity.kernel.clock import to_datetime
from comity.kernel.errors import ComityError, MalformedError
from comity.node.access import Action, is_advocate, is_allowed
from comity.node.victims import SHOWN
from comity.protection.victims.steps import OPENING, STEPS
from comity.web.answers import Answer, redirect
from comity.web.blankforms import blank_fields, blank_values
from comity.web.visits import Visit


def listing(visit: Visit) -> Answer:
    """Show the victims whose records name the officer, and the form to begin one."""
    return _listing(visit)


def begin(visit: Visit) -> Answer:
    """Begin a record."""
    values = blank_values(visit, OPENING)
    desks = visit.toolbox.desks
    try:
        if values.get("case", "").strip():
            values["case"] = desks.cases.resolve(values["case"].strip())
        made = desks.victims.begin(visit.actor, values=values)
    except ComityError as fault:
        return _listing(visit, fault)
    return redirect(f"/victims/{made.number}")


def show(visit: Visit) -> Answer:
    """Show a record without what finds the person, and the form of a step that the address names."""
    return _record(visit, step=visit.query.get("step", ""))


def reveal(visit: Visit) -> Answer:
    """Tell one thing that a record holds."""
    what = visit.form.get("what")
    found = visit.toolbox.desks.victims.reveal(
        visit.actor, number=visit.place("victim"), what=what, purpose=visit.purpose
    )
    return _record(visit, held=tuple(_rows(visit, found.get(what))), what=what)


def record(visit: Visit) -> Answer:
    """Take a step; a fault is told above its form."""
    number, step, desks = visit.place("victim"), visit.form.get("step"), visit.toolbox.desks
    values = blank_values(visit, STEPS.get(step, ()))
    try:
        if step == "case" and values.get("case", "").strip():
            values["case"] = desks.cases.resolve(values["case"].strip())
        desks.victims.record(visit.actor, number=number, step=step, values=values)
    except ComityError as fault:
        return _record(visit, step=step, fault=fault)
    return visit.back(f"/victims/{number}")


def erase(visit: Visit) -> Answer:
    """Erase a record that its victim asked to be erased."""
    number = visit.place("victim")
    try:
        visit.toolbox.desks.victims.erase(visit.actor, number=number, reason=visit.form.get("reason"))
    except ComityError as fault:
        return _record(visit, fault=fault)
    return visit.back(f"/victims/{number}")


def entrust(visit: Visit) -> Answer:
    """Name an advocate in a record, which is not shown."""
    form = visit.form
    try:
        visit.toolbox.desks.victims.entrust(
            visit.actor, number=form.get("number").strip(), advocate=form.get("advocate").strip()
        )
    except ComityError as fault:
        return _listing(visit, fault)
    return visit.back("/victims")


def figures(visit: Visit) -> Answer:
    """Show how many records were begun in a year, small counts hidden."""
    now = to_datetime(visit.toolbox.desks.place.clock.now()).year
    text = visit.query.get("year", "") or str(now - 1)
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise MalformedError("blank.value", "year cannot be read", hint="write a whole number", where="year")
    found = visit.toolbox.desks.victims.count(visit.actor, year=int(text))
    return visit.page("victimfigures.html", section="victims", found=found, year=text)


def _listing(visit: Visit, fault: ComityError | None = None) -> Answer:
    actor, desks = visit.actor, visit.toolbox.desks
    return visit.page(
        "victims.html",
        status=fault.status if fault else 200,
        section="victims",
        rows=desks.victims.list(actor, purpose=visit.purpose),
        fields=blank_fields(visit, OPENING, family="victims"),
        may_count=is_allowed(actor, Action.VICTIM_COUNT),
        may_entrust=is_allowed(actor, Action.VICTIM_ENTRUST),
        posted=visit.form,
        fault=fault,
    )


def _record(
    visit: Visit,
    *,
    step: str = "",
    held: tuple[tuple[str, str], ...] = (),
    what: str = "",
    fault: ComityError | None = None,
) -> Answer:
    actor, desks = visit.actor, visit.toolbox.desks
    found = desks.victims.show(actor, number=visit.place("victim"), purpose=visit.purpose)
    open_steps = [one for one in STEPS if is_advocate(actor) or one not in ("officer", "refusal")]
    return visit.page(
        "victim.html",
        status=fault.status if fault else 200,
        section="victims",
        one=found,
        held=held,
        what=what,
        holds=[one for one in SHOWN if one in found.has],
        steps=visit.choices("victims.step", open_steps),
        step=step if step in open_steps else "",
        fields=blank_fields(visit, STEPS.get(step, ()), family="victims"),
        may_erase=is_allowed(actor, Action.VICTIM_ERASE),
        sees_cases=is_allowed(actor, Action.CASE_READ),
        sees_money=is_allowed(actor, Action.RESTITUTION_READ),
        party=str(desks.info.party),
        fault=fault,
    )


def _rows(visit: Visit, held: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(held, dict):
        return [row for key, value in held.items() for row in _rows(visit, value, str(key))]
    if isinstance(held, list | tuple):
        return [row for value in held for row in _rows(visit, value, name)]
    if held in (None, ""):
        return []
    label = visit.words.label("victims.field", name) if name else ""
    if isinstance(held, bool):
        return [(label, visit.words.label("victims.choice", "yes" if held else "no"))]
    if name in ("channel", "decision") or (name == "officer" and held in ("woman", "man", "no_wish")):
        return [(label, visit.words.label("victims.choice", str(held)))]
    if name in ("since", "at", "until") and isinstance(held, int):
        return [(label, str(to_datetime(held).date()))]  # type: ignore[arg-type]
    return [(label, str(held))]
