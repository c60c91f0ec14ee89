"""What is due for the officer's office, and how the pages of lists are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, table
from comity.cli.pages import short
from comity.cli.values import duty_value, moment

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
    rows = [
        (
            moment(duty.due) or "",
            short(duty.case),
            duty.basis,
            duty.owner,
            context.words.label("duty", duty.code.removeprefix("duty.")),
        )
        for duty in page.items
    ]
    command = "due --others" if others else "due"
    lines = (*(table(rows) or (context.say("line.none"),)), *page_lines(context, page, command=command))
    duties = [{"case": duty.case, **duty_value(duty)} for duty in page.items]
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
