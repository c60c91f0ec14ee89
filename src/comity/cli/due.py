"""What is due for the officer's office, and how the pages of lists are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.clocks import explained
from comity.cli.output import Reply, table
from comity.cli.pages import short
from comity.cli.values import duty_value, moment
from comity.wording.clocks import rung_text

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.values import Value
    from comity.node.views import Page

MOST = 100


def listing(context: Context) -> Reply:
    """List what is due, those late first: for the office, or with ``--others`` for the other side."""
    others = context.options.flag("others")
    with context.seated() as (desks, actor):
        page = desks.lists.due(
            actor,
            purpose=context.purpose(desks),
            after=context.options.text("after"),
            theirs=others,
            most=MOST,
        )
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
    shown = explained(table(rows), page.items, words) or (context.say("line.none"),)
    lines = (*shown, *page_lines(context, page, command=command))
    duties = [{"case": duty.case, **duty_value(duty, words)} for duty in page.items]
    return Reply(value={"duties": duties, **page_value(page)}, lines=lines)


def page_value(page: Page[object]) -> Value:
    """Return which page comes next, empty on the last, and how many cases wait to be read anew."""
    return {"next": page.next, "waiting": page.waiting}


def page_lines(context: Context, page: Page[object], *, command: str) -> tuple[str, ...]:
    """Return the lines under a page: what may be missing from it, and how to see the next."""
    lines = [context.say("line.waiting", count=page.waiting)] if page.waiting else []
    if page.next:
        lines.append(context.say("next.page", command=f"comity {command} --after {page.next}"))
    return tuple(lines)
