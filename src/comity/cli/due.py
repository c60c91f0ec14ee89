"""What is due for the officer's office, and how the pages of lists are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.clocks import explained
from comity.cli.output import Reply, printable, table
from comity.cli.pages import short
from comity.cli.reckoned import steps_value
from comity.cli.values import duty_value, moment
from comity.wording.clocks import rung_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.cli.words import Words
    from comity.node.laneviews import TaskView
    from comity.node.views import Page

MOST = 100
ID_DIGITS = 64


def listing(context: Context) -> Reply:
    """List what is due, those late first: for the office, or with ``--others`` for the other side."""
    others = context.options.flag("others")
    with context.seated() as (desks, actor):
        after = context.options.text("after")
        page = desks.lists.due(
            actor,
            purpose=context.purpose(desks),
            after=after,
            theirs=others,
            most=MOST,
        )
        tasks = () if others or after else desks.duty.owed(actor)
    words = context.words
    rows = [
        (
            moment(duty.due) or "",
            short(duty.case),
            duty.basis,
            duty.owner,
            words.label("duty", duty.code.removeprefix("duty.")),
            rung_text(duty.alarm, duty.alarms_to, language=words.language),
        )
        for duty in page.items
    ]
    command = "due --others" if others else "due"
    shown = explained(table(rows), page.items, words)
    found = (*task_lines(tasks, words), *shown) or (context.say("line.none"),)
    lines = (*found, *page_lines(context, page, command=command))
    duties = [{"case": duty.case, **duty_value(duty, words)} for duty in page.items]
    value = {"tasks": [task_value(one, words) for one in tasks], "duties": duties, **page_value(page)}
    return Reply(value=value, lines=lines)


def task_lines(tasks: Sequence[TaskView], words: Words) -> tuple[str, ...]:
    """Return the tasks of the fast lanes, each followed by the arithmetic of its hour."""
    rows = [
        (
            moment(one.due) or "",
            short(printable(one.about)) if len(one.about) == ID_DIGITS else printable(one.about),
            one.basis,
            one.owner,
            words.label("lane_task", one.code),
            words.say("duty_desk.overdue") if one.overdue else "",
        )
        for one in tasks
    ]
    return explained(table(rows), tasks, words)


def task_value(one: TaskView, words: Words) -> Value:
    """Return one task of the fast lanes, with the arithmetic of its hour."""
    return {
        "task": one.task,
        "about": one.about,
        "code": one.code,
        "owner": one.owner,
        "due": moment(one.due),
        "basis": one.basis,
        "overdue": one.overdue,
        "arithmetic": steps_value(one.steps, words),
    }


def page_value(page: Page[object]) -> Value:
    """Return which page comes next, empty on the last, and how many cases wait to be read anew."""
    return {"next": page.next, "waiting": page.waiting}


def page_lines(context: Context, page: Page[object], *, command: str) -> tuple[str, ...]:
    """Return the lines under a page: what may be missing from it, and how to see the next."""
    lines = [context.say("line.waiting", count=page.waiting)] if page.waiting else []
    if page.next:
        lines.append(context.say("next.page", command=f"comity {command} --after {page.next}"))
    return tuple(lines)
