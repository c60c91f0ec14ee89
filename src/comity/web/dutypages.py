"""The page of duty: who is asked, what rings, which Party is silent, what is owed, and whom to call back.

Every form stands on the one page. What is wrong is told at its field, with what was typed kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from comity.kernel.errors import ComityError
from comity.kernel.realms import Realm
from comity.node.access import Action, is_allowed
from comity.node.callbacks import OUTCOMES
from comity.node.lanes import NOT_UPHELD, UPHELD
from comity.requests.lanes import ASSETS, Task
from comity.web.answers import Answer
from comity.web.rosterform import RosterForm
from comity.web.staffing import parse_time
from comity.web.visits import Visit

PROPERTY = "property-"
_TIME = ("time.form", "time.range")
_ID = ("digest.form", "id.short", "id.unknown", "id.ambiguous")
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "call": {"callback.number": "number", "callback.outcome": "outcome"},
    "take": {"duty.words": "words"},
    "review": {"duty.words": "words", "review.outcome": "outcome"},
    "done": {"duty.words": "words"},
    "end": {"duty.words": "words"},
    "property": {
        "lane.name": "name",
        "lane.asset": "asset",
        "lane.hold": "hold_ends",
        **dict.fromkeys(_TIME, "hold_ends"),
        **dict.fromkeys(("case.unknown", *_ID), "case"),
    },
    "confirm": {
        "duty.days": "days",
        **dict.fromkeys(_TIME, "said_at"),
        **dict.fromkeys(_ID, "act"),
    },
    "single": {
        **dict.fromkeys(("single.two_officers", "single.confirmed_by", "officer.name"), "confirmed_by"),
        **dict.fromkeys(("key.locked", "signin.wait"), "entry_passphrase"),
    },
}
"""For each form, at which of its fields an error is shown, by its code; the page tells any at its head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What was wrong with a form that was sent.

    Attributes:
        form: Which form.
        row: Which of several of its kind: the task or the lane; empty where there is but one.
        field: Name of the field; empty where the whole form is meant, which the head of the page tells.
    """

    form: str
    row: str
    field: str
    error: ComityError


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A lane for property, with its steps."""

    name: str
    steps: tuple[Task, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether a step of it is still owed."""
        return any(one.is_open for one in self.steps)


def show(visit: Visit) -> Answer:
    """Show the board, and for a request named in the address the numbers of the signed entry."""
    return board_page(visit, request=visit.query.get("request", ""))


def board_page(
    visit: Visit, *, request: str = "", fault: Fault | None = None, roster: RosterForm | None = None
) -> Answer:
    """Return the whole page, with what was wrong with a form that was sent."""
    desks, actor = visit.toolbox.desks, visit.actor
    board, may_change = desks.duty.board(actor), is_allowed(actor, Action.OFFICE_CHANGE)
    return visit.page(
        "duty.html",
        status=200 if fault is None else fault.error.status,
        section="duty",
        board=board,
        request=request,
        numbers=desks.lanes.numbers(actor, request=request) if request else (),
        calls=desks.lanes.calls(actor, request=request) if request else (),
        tasks=[one for one in board.tasks if not one.lane.startswith(PROPERTY)],
        holds=holds_of(board.tasks),
        outcomes=visit.choices("call_outcome", OUTCOMES),
        reviews=visit.choices("review_outcome", (UPHELD, NOT_UPHELD)),
        assets=visit.choices("asset", ASSETS),
        may_call=is_allowed(actor, Action.ACT_DECIDE),
        may_work=is_allowed(actor, Action.ACT_DRAFT),
        may_review=is_allowed(actor, Action.CASE_READ),
        may_change=may_change,
        roster=roster or RosterForm.of(board.roster),
        seconds=_seconds(visit) if may_change else (),
        is_live=visit.realm is Realm.LIVE,
        fault=fault,
        posted=visit.form,
    )


def holds_of(tasks: Sequence[Task]) -> tuple[Hold, ...]:
    """Return the lanes for property, those with something open first, each with its steps by their hours."""
    lanes = dict.fromkeys(task.lane for task in tasks if task.lane.startswith(PROPERTY))
    found = [
        Hold(
            name=lane.removeprefix(PROPERTY),
            steps=tuple(
                sorted((task for task in tasks if task.lane == lane), key=lambda one: (one.due, one.id))
            ),
        )
        for lane in lanes
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_open, one.name)))


def take(visit: Visit) -> Answer:
    """Acknowledge an alarm."""
    form, alarm = visit.form, visit.form.get("alarm")
    desk = visit.toolbox.desks.duty
    return _sent(
        visit, "take", lambda: desk.acknowledge(visit.actor, alarm=alarm, words=form.get("words")), row=alarm
    )


def drill(visit: Visit) -> Answer:
    """Raise a drill."""
    visit.toolbox.desks.duty.drill(visit.actor)
    return visit.back("/duty")


def call(visit: Visit) -> Answer:
    """Record a call-back."""
    form, request = visit.form, visit.form.get("request")

    def step() -> object:
        return visit.toolbox.desks.lanes.call(
            visit.actor,
            request=request,
            number=form.get("number"),
            outcome=form.get("outcome"),
            reached=form.get("reached"),
        )

    return _sent(visit, "call", step, request=request)


def review(visit: Visit) -> Answer:
    """Review an emergency decision, or what one person approved alone, with the reason. Basis: 24(1)"""
    form, act = visit.form, visit.form.get("act")

    def step() -> object:
        return visit.toolbox.desks.lanes.review(
            visit.actor, decision=act, outcome=form.get("outcome"), words=form.get("words")
        )

    return _sent(visit, "review", step, row=act)


def done(visit: Visit) -> Answer:
    """Say that a step of a lane was done."""
    task, words = visit.form.get("task"), visit.form.get("words")
    desk = visit.toolbox.desks.lanes
    return _sent(visit, "done", lambda: desk.done(visit.actor, task=task, words=words), row=task)


def begin_property(visit: Visit) -> Answer:
    """Begin the lane for a payment or a wallet, or plan one anew from another end. Basis: 50(2)"""
    form, desks = visit.form, visit.toolbox.desks

    def step() -> object:
        case = form.get("case")
        return desks.lanes.begin_property(
            visit.actor,
            name=form.get("name"),
            asset=form.get("asset"),
            hold_ends=parse_time(form.get("hold_ends"), where="hold_ends"),
            case=desks.cases.resolve(case) if case else None,
        )

    return _sent(visit, "property", step)


def end_property(visit: Visit) -> Answer:
    """End the lane for a payment or a wallet, with the reason. Basis: 50(2)"""
    name, words = visit.form.get("name"), visit.form.get("words")
    desk = visit.toolbox.desks.lanes
    return _sent(visit, "end", lambda: desk.end_property(visit.actor, name=name, words=words), row=name)


def confirm(visit: Visit) -> Answer:
    """Owe the writing of what was said by voice. Basis: 40(13)"""
    form, desks = visit.form, visit.toolbox.desks

    def step() -> object:
        days, now = form.get("days"), desks.place.clock.now()
        said = parse_time(form.get("said_at"), where="said_at")
        return desks.lanes.confirm_later(
            visit.actor,
            act=desks.cases.resolve(form.get("act")),
            said_at=now if said is None else said,
            days=(int(days[:4]) if days.isascii() and days.isdecimal() else 0) if days else None,
        )

    return _sent(visit, "confirm", step)


def _sent(visit: Visit, form: str, step: Callable[[], object], *, row: str = "", request: str = "") -> Answer:
    """Take the step of a form; where it fails, show the page again with the error at its field."""
    try:
        step()
    except ComityError as error:
        return told(visit, form, error, row=row, request=request)
    return visit.back(f"/duty?request={request}" if request else "/duty")


def told(visit: Visit, form: str, error: ComityError, *, row: str = "", request: str = "") -> Answer:
    """Return the page with an error at the field of a form that it is about."""
    field = _FIELDS[form].get(error.code, "")
    return board_page(visit, request=request, fault=Fault(form=form, row=row, field=field, error=error))


def _seconds(visit: Visit) -> tuple[str, ...]:
    """Return who can agree beside the officer at the page."""
    mine = visit.actor.officer
    return tuple(one.name for one in visit.toolbox.desks.people.officers() if one.name != mine)
