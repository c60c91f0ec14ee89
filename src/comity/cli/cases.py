"""Commands on cases: the list, one case, its court file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.due import page_lines, page_value
from comity.cli.output import Reply, printable, table
from comity.cli.pages import case_lines, exhibit_rows, short
from comity.cli.values import case_value, exhibit_value, moment

if TYPE_CHECKING:
    from comity.cli.context import Context

MOST = 50
"""Cases on a page; each is folded afresh."""


def listing(context: Context) -> Reply:
    """List the cases of the officer's office."""
    with context.seated() as (desks, actor):
        page = desks.lists.views(
            actor, purpose=context.purpose(desks), after=context.options.text("after"), most=MOST
        )
    rows = []
    for case in page.items:
        state = context.say("line.closed" if case.closed else "line.open")
        acts, due = (
            context.say("line.acts", count=len(case.acts)),
            context.say("line.due", count=len(case.duties)),
        )
        rows.append(
            (short(case.case), moment(case.opened_at) or "", state, ", ".join(case.participants), acts, due)
        )
    lines = (
        *(table(rows) or (context.say("line.none"),)),
        *page_lines(context, page, command="case list"),
    )
    cases = [case_value(case, context.words) for case in page.items]
    return Reply(value={"cases": cases, **page_value(page)}, lines=lines)


def show(context: Context) -> Reply:
    """Show one case: acts, requests, deliveries, duties, drafts, what may come next."""
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(context.options.text("case"))
        view = desks.cases.show(actor, case=case, purpose=context.purpose(desks))
    return Reply(value=case_value(view, context.words), lines=case_lines(view, context.words))


def export(context: Context) -> Reply:
    """Write the court file of a case."""
    with context.seated() as (desks, actor):
        view = desks.court.export(
            actor,
            case=desks.cases.resolve(context.options.text("case")),
            purpose=context.purpose(desks),
            out=context.options.text("out"),
            withhold=context.options.many("withhold"),
            release=context.options.maybe("release"),
        )
    lines = [
        context.say("line.court_written", path=printable(view.path)),
        *exhibit_rows(view.exhibits, context.words),
    ]
    lines += [context.say("line.withheld", part=part) for part in view.withheld]
    lines.append(context.say("next.court", command=f"comity verify {printable(view.path)} --trust FILE"))
    value = {
        "path": view.path,
        "exhibits": [exhibit_value(exhibit) for exhibit in view.exhibits],
        "withheld": list(view.withheld),
    }
    return Reply(value=value, lines=tuple(lines))
