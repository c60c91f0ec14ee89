"""Duty at the command line: who is asked, what rings, whom to call, what is owed by which hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.nodes import entry_passphrase
from comity.cli.output import Reply, printable
from comity.cli.pages import short
from comity.cli.problems import UsageError
from comity.cli.values import moment
from comity.kernel.clock import Instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.callbacks import CallBack
    from comity.node.duty import DutyBoard, PeerPulse
    from comity.node.ringing import Alarm
    from comity.requests.lanes import Task


def watch(context: Context) -> Reply:
    """Show the board."""
    with context.seated() as (desks, actor):
        board = desks.duty.board(actor)
    names = context.say("duty_desk.on_duty", names=", ".join(board.order))
    lines = [names] if board.has_roster else [context.say("duty_desk.no_roster"), names]
    lines += [_alarm(context, one) for one in board.alarms]
    lines += [_pulse(context, one) for one in board.pulses]
    lines += [_task(context, one) for one in board.tasks]
    return Reply(value=_board_value(board), lines=tuple(lines))


def roster(context: Context) -> Reply:
    """Keep the roster in a file."""
    data = read_file(context.options.text("roster_file"))
    with context.seated() as (desks, actor):
        made = desks.duty.set_roster(actor, roster=data)
    count = len(made.named())
    return Reply(value={"officers": count}, lines=(context.say("duty_desk.kept", count=count),))


def drill(context: Context) -> Reply:
    """Raise a drill."""
    with context.seated() as (desks, actor):
        made = desks.duty.drill(actor)
    return Reply(value=_alarm_value(made), lines=(_alarm(context, made),))


def single(context: Context) -> Reply:
    """Publish whether one person may approve alone in an emergency."""
    options = context.options
    with context.seated() as (desks, actor):
        allowed = desks.duty.allow_single(
            actor,
            allowed=options.text("switch") == "on",
            confirmed_by=options.many("confirmed_by"),
            entry_passphrase=entry_passphrase(context, desks),
        )
    line = context.say("duty_desk.single_on" if allowed else "duty_desk.single_off")
    return Reply(value={"single_approval": allowed}, lines=(line,))


def take(context: Context) -> Reply:
    """Acknowledge an alarm."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.duty.acknowledge(actor, alarm=options.text("alarm"), words=options.text("said"))
    return Reply(value=_alarm_value(made), lines=(_alarm(context, made),))


def numbers(context: Context) -> Reply:
    """Show the numbers of the signed entry."""
    with context.seated() as (desks, actor):
        request = desks.cases.resolve(context.options.text("act"))
        found = desks.lanes.numbers(actor, request=request)
    lines = tuple(printable(one) for one in found) or (context.say("duty_desk.no_number"),)
    return Reply(value={"request": request, "numbers": list(found)}, lines=lines)


def call(context: Context) -> Reply:
    """Record a call-back."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.lanes.call(
            actor,
            request=desks.cases.resolve(options.text("act")),
            number=options.text("number"),
            outcome=options.text("call_outcome"),
            reached=options.text("reached"),
        )
    return Reply(value=_call_value(made), lines=(_call(context, made),))


def review(context: Context) -> Reply:
    """Review an emergency decision."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.lanes.review(
            actor,
            decision=desks.cases.resolve(options.text("act")),
            outcome=options.text("review_outcome"),
            words=options.text("said"),
        )
    return _tasks(context, (made,))


def done(context: Context) -> Reply:
    """Say that a step was done."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.lanes.done(actor, task=options.text("task"), words=options.text("said"))
    return _tasks(context, (made,))


def begin_property(context: Context) -> Reply:
    """Begin a lane for property."""
    options = context.options
    ends, case = options.text("hold_ends"), options.text("case")
    with context.seated() as (desks, actor):
        made = desks.lanes.begin_property(
            actor,
            name=options.text("lane"),
            asset=options.text("asset"),
            hold_ends=_time(ends, "--hold-ends") if ends else None,
            case=desks.cases.resolve(case) if case else None,
        )
    return _tasks(context, made)


def end_property(context: Context) -> Reply:
    """End a lane for property."""
    options = context.options
    with context.seated() as (desks, actor):
        made = desks.lanes.end_property(actor, name=options.text("lane"), words=options.text("said"))
    return _tasks(context, made)


def confirm(context: Context) -> Reply:
    """Owe a confirmation in writing."""
    options = context.options
    days = options.text("days")
    if days and not (days.isdecimal() and 0 < int(days) <= 90):
        raise UsageError("usage.choice", where="--days", value=days[:20], choices="1-90")
    with context.seated() as (desks, actor):
        made = desks.lanes.confirm_later(
            actor,
            act=desks.cases.resolve(options.text("act")),
            said_at=_time(options.text("said_at"), "--said-at"),
            days=int(days) if days else None,
        )
    return _tasks(context, (made,))


def task_lines(context: Context, tasks: Sequence[Task]) -> tuple[str, ...]:
    """Return tasks as lines."""
    return tuple(_task(context, one) for one in tasks)


def _tasks(context: Context, tasks: Sequence[Task]) -> Reply:
    return Reply(
        value={"tasks": [_task_value(one) for one in tasks]},
        lines=tuple(_task(context, one) for one in tasks),
    )


def _alarm(context: Context, alarm: Alarm) -> str:
    what = context.words.label("duty_alarm", alarm.code)
    if not alarm.is_open:
        return context.say(
            "duty_desk.alarm_taken",
            id=short(alarm.id),
            what=what,
            officer=alarm.acknowledged_by,
            words=printable(alarm.words),
        )
    return context.say(
        "duty_desk.alarm_open",
        id=alarm.id,
        what=what,
        about=printable(alarm.about),
        at=moment(Instant(alarm.raised_at)) or "",
        officer=alarm.rings[-1].officer if alarm.rings else "-",
    )


def _pulse(context: Context, pulse: PeerPulse) -> str:
    at = moment(pulse.heard_at) or ""
    if pulse.heard_at is None:
        return context.say("duty_desk.never", party=pulse.party)
    if pulse.silent:
        return context.say("duty_desk.silent", party=pulse.party, at=at)
    return context.say("duty_desk.pulse", party=pulse.party, at=at)


def _task(context: Context, task: Task) -> str:
    what = context.words.label("lane_task", task.code)
    if not task.is_open:
        return context.say(
            "duty_desk.task_done", what=what, officer=task.done_by, words=printable(task.words)
        )
    due = moment(Instant(task.due)) or ""
    return context.say("duty_desk.task_open", due=due, basis=task.basis, what=what, id=task.id)


def _call(context: Context, made: CallBack) -> str:
    outcome = context.words.label("call_outcome", made.outcome)
    return context.say(
        "duty_desk.called", officer=made.officer, number=printable(made.number), outcome=outcome
    )


def _board_value(board: DutyBoard) -> Value:
    return {
        "authority": board.authority,
        "on_duty": list(board.order),
        "has_roster": board.has_roster,
        "alarms": [_alarm_value(one) for one in board.alarms],
        "peers": [
            {"party": one.party, "heard_at": moment(one.heard_at), "silent": one.silent}
            for one in board.pulses
        ],
        "tasks": [_task_value(one) for one in board.tasks],
    }


def _alarm_value(alarm: Alarm) -> Value:
    return {
        "alarm": alarm.id,
        "code": alarm.code,
        "about": alarm.about,
        "raised_at": moment(Instant(alarm.raised_at)),
        "rings": [{"officer": one.officer, "at": moment(Instant(one.at))} for one in alarm.rings],
        "taken_by": alarm.acknowledged_by,
    }


def _task_value(task: Task) -> Value:
    return {
        "task": task.id,
        "code": task.code,
        "basis": task.basis,
        "due": moment(Instant(task.due)),
        "reckoned": task.reckoned,
        "done_by": task.done_by,
        "words": task.words,
    }


def _call_value(made: CallBack) -> Value:
    return {
        "request": made.request,
        "office": made.office,
        "number": made.number,
        "entry": made.entry,
        "officer": made.officer,
        "at": moment(Instant(made.at)),
        "outcome": made.outcome,
    }


def _time(text: str, where: str) -> Instant:
    from datetime import datetime

    from comity.kernel.clock import from_datetime

    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise ValueError("no offset")
        return from_datetime(found)
    except ValueError as exc:
        raise UsageError(
            "usage.choice", where=where, value=text[:40], choices="2026-11-25T12:00:00Z"
        ) from exc
