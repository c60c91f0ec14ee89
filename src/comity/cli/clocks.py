"""The arithmetic of deadlines in words, and the run of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply, printable, table
from comity.cli.reckoned import reckoned, steps_value
from comity.cli.values import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.cli.words import Words
    from comity.node.laneviews import TaskView
    from comity.node.views import DutyView
    from comity.requests.simulation import Deadline

_MOST_SCENARIO = 16 * 1024 * 1024
_MOST_SHOWN = 200


def simulated(context: Context) -> Reply:
    """Run the clocks of a scenario; what lapses is an answer, not an error."""
    run = context.toolbox.simulate(read_file(context.options.text("file"), most=_MOST_SCENARIO))
    words, lapses = context.words, run.lapses
    value = {
        "until": moment(run.until),
        "deadlines": [deadline_value(one, words) for one in run.deadlines],
        "alarms": [alarm for one in run.deadlines for alarm in _alarms(one)],
        "lapses": [deadline_value(one, words) | {"acknowledged": moment(one.ended)} for one in lapses],
        "unowned": [{"case": one.case, "request": one.request, "at": moment(one.at)} for one in run.unowned],
    }
    lines: list[str] = [context.say("title.deadlines")]
    for one in run.deadlines[:_MOST_SHOWN]:
        lines += table([_row(one, words)], indent=2)
        lines += [f"      {text}" for text in reckoned(one.steps, words)]
    lines.append(context.say("title.lapses"))
    lines += table([_lapse(one, words) for one in lapses[:_MOST_SHOWN]], indent=2)
    if run.unowned:
        lines.append(context.say("title.unowned"))
        lines += table(
            [(moment(one.at) or "", printable(one.case), printable(one.request)) for one in run.unowned],
            indent=2,
        )
    return Reply(value=value, lines=tuple(lines))


def explained(
    rows: Sequence[str], duties: Sequence[DutyView | TaskView], words: Words, *, indent: int = 2
) -> tuple[str, ...]:
    """Return the lines of a table of duties, each followed by the arithmetic of its time."""
    lines: list[str] = []
    for row, duty in zip(rows, duties, strict=True):
        lines.append(row)
        lines += [f"{' ' * indent}{text}" for text in reckoned(duty.steps, words)]
    return tuple(lines)


def deadline_value(one: Deadline, words: Words) -> Value:
    """Return one deadline of a run."""
    return {
        "case": one.case,
        "request": one.request,
        "code": one.code,
        "owner": one.owner,
        "due": moment(one.due),
        "basis": one.basis,
        "target": one.is_target,
        "opened": moment(one.opened),
        "ended": moment(one.ended),
        "outcome": one.outcome,
        "arithmetic": steps_value(one.steps, words),
    }


def _alarms(one: Deadline) -> list[Value]:
    return [
        {
            "case": one.case,
            "request": one.request,
            "code": one.code,
            "owner": one.owner,
            "at": moment(at),
            "basis": one.basis,
            "due": moment(one.due),
        }
        for at in one.alarms
    ]


def _lapse(one: Deadline, words: Words) -> tuple[str, ...]:
    ended = moment(one.ended)
    said = words.say("line.acknowledged", date=ended) if ended else words.say("line.not_acknowledged")
    return (*_row(one, words), said)


def _row(one: Deadline, words: Words) -> tuple[str, ...]:
    family, _, code = one.code.partition(".")
    what = words.label("lane_task" if family == "lane" else "duty", code)
    name = printable(f"{one.case} {one.request}".strip())
    return (moment(one.due) or "", one.owner, one.basis, what, name)
