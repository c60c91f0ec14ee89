"""Routes of duty and of the fast lanes: what the command ``comity duty`` and the page of duty do."""

from dataclasses import dataclass, field
from typing import Any

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from comity.api.v1.bodies import EntrySecret
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.api.v1.staffing import signed
from comity.kernel.clock import require_instant
from comity.kernel.ijson import dump_ijson
from comity.node.callbacks import CallBack
from comity.node.duty import DutyBoard
from comity.node.laneviews import TaskView
from comity.node.ringing import Alarm
from comity.node.roster import Roster
from comity.requests.lanes import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleWish(EntrySecret):
    """Whether one person may approve alone in an emergency; to allow it, a live node wants two officers."""

    allowed: bool
    confirmed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleState:
    """Whether one person may approve alone in an emergency."""

    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterWish:
    """A roster, as docs/spec/lanes.md has it."""

    roster: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says about what is done."""

    words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWish:
    """A call that the officer made: a number of the signed entry, and how the call ended."""

    number: str
    outcome: str
    reached: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """Numbers of the other side's signed entry, the calls made, and whether one is still needed."""

    numbers: tuple[str, ...]
    calls: tuple[CallBack, ...]
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWish(Said):
    """A review: ``upheld`` or ``not-upheld``."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Said):
    """A task by its name, as the board shows it."""

    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyWish:
    """A lane for a ``payment`` or a ``wallet``; the end of the hold in microseconds, where it is known."""

    name: str
    asset: str
    hold_ends: int | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWish:
    """When something was said by voice, in microseconds, and within how many days it is wanted in writing."""

    said_at: int
    days: int | None = None


@get(f"{ROOT}/duty", sync_to_thread=True)
def board(caller: NamedDependency[Caller]) -> DutyBoard:
    """Show who is on duty, what rings, which Party is silent, and every task."""
    return caller.desks.duty.board(caller.actor)


@get(f"{ROOT}/duty/tasks", sync_to_thread=True)
def owed(caller: NamedDependency[Caller]) -> list[TaskView]:
    """List what the lanes owe now, those due first, each with owner, paragraph and arithmetic."""
    return list(caller.desks.duty.owed(caller.actor))


@put(f"{ROOT}/duty/roster", sync_to_thread=True)
def set_roster(caller: NamedDependency[Caller], data: JSONBody[RosterWish]) -> Roster:
    """Keep the roster of the office, in place of the one before."""
    return caller.desks.duty.set_roster(caller.actor, roster=dump_ijson(data.roster))


@put(f"{ROOT}/duty/single", sync_to_thread=True)
def allow_single(caller: NamedDependency[Caller], data: JSONBody[SingleWish]) -> SingleState:
    """Publish whether one person may approve alone in an emergency."""
    allowed = signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.duty.allow_single(
            caller.actor,
            allowed=data.allowed,
            confirmed_by=data.confirmed_by,
            entry_passphrase=secret,
        ),
    )
    return SingleState(allowed=allowed)


@post(f"{ROOT}/duty/drills", status_code=201, sync_to_thread=True)
def drill(caller: NamedDependency[Caller]) -> Alarm:
    """Raise an alarm that is a drill."""
    return caller.desks.duty.drill(caller.actor)


@post(f"{ROOT}/duty/alarms/{{alarm:str}}/acknowledgement", status_code=201, sync_to_thread=True)
def acknowledge(caller: NamedDependency[Caller], alarm: FromPath[str], data: JSONBody[Said]) -> Alarm:
    """Take an alarm: it rings no more."""
    return caller.desks.duty.acknowledge(caller.actor, alarm=alarm, words=data.words)


@get(f"{ROOT}/requests/{{act:str}}/calls", sync_to_thread=True)
def calls(caller: NamedDependency[Caller], act: FromPath[str]) -> CallState:
    """Show whom to call about a request, by its full id, and the calls made."""
    lanes, actor = caller.desks.lanes, caller.actor
    return CallState(
        numbers=lanes.numbers(actor, request=act),
        calls=lanes.calls(actor, request=act),
        needed=lanes.needs_call(actor, request=act),
    )


@post(f"{ROOT}/requests/{{act:str}}/calls", status_code=201, sync_to_thread=True)
def call(caller: NamedDependency[Caller], act: FromPath[str], data: JSONBody[CallWish]) -> CallBack:
    """Record a call to the other side of a request, by its full id."""
    return caller.desks.lanes.call(
        caller.actor, request=act, number=data.number, outcome=data.outcome, reached=data.reached
    )


@post(f"{ROOT}/acts/{{act:str}}/review", status_code=201, sync_to_thread=True)
def review(caller: NamedDependency[Caller], act: FromPath[str], data: JSONBody[ReviewWish]) -> Task:
    """Review an emergency decision, or what one person approved alone, by the full id of the act."""
    return caller.desks.lanes.review(caller.actor, decision=act, outcome=data.outcome, words=data.words)


@post(f"{ROOT}/duty/tasks/done", status_code=201, sync_to_thread=True)
def done(caller: NamedDependency[Caller], data: JSONBody[TaskDone]) -> Task:
    """Say that a step of a lane was done."""
    return caller.desks.lanes.done(caller.actor, task=data.task, words=data.words)


@post(f"{ROOT}/duty/properties", status_code=201, sync_to_thread=True)
def begin_property(caller: NamedDependency[Caller], data: JSONBody[PropertyWish]) -> list[Task]:
    """Begin the lane for a payment or a wallet; again with another end of the hold, plan it anew."""
    ends = None if data.hold_ends is None else require_instant(data.hold_ends, where="/hold_ends")
    return list(
        caller.desks.lanes.begin_property(
            caller.actor, name=data.name, asset=data.asset, hold_ends=ends, case=data.case
        )
    )


@post(f"{ROOT}/duty/properties/{{name:str}}/end", status_code=201, sync_to_thread=True)
def end_property(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[Said]) -> list[Task]:
    """End the lane for a payment or a wallet: what is still open in it is owed no more."""
    return list(caller.desks.lanes.end_property(caller.actor, name=name, words=data.words))


@post(f"{ROOT}/acts/{{act:str}}/confirmation", status_code=201, sync_to_thread=True)
def confirm_later(caller: NamedDependency[Caller], act: FromPath[str], data: JSONBody[SpokenWish]) -> Task:
    """Owe a confirmation in writing of what was said by voice; what is registered owes it by itself."""
    said = require_instant(data.said_at, where="/said_at")
    return caller.desks.lanes.confirm_later(caller.actor, act=act, said_at=said, days=data.days)


LANES: tuple[HTTPRouteHandler, ...] = (
    board, owed, set_roster, allow_single, drill, acknowledge, calls, call, review, done, begin_property,
    end_property, confirm_later,
)  # fmt: skip
