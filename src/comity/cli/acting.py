"""Commands on single acts: draft, approve, drop, list, read a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.approving import approve_draft, given_document, prepared
from comity.cli.cases import MOST
from comity.cli.context import read_file, write_file
from comity.cli.due import page_lines, page_value
from comity.cli.output import Reply, printable
from comity.cli.pages import draft_lines, short, timeline
from comity.cli.problems import UsageError
from comity.cli.values import act_value, draft_value

if TYPE_CHECKING:
    from comity.cli.context import Context

_DOCUMENT = "document"


def draft(context: Context) -> Reply:
    """Prepare an act of any kind; with ``--reason`` approve it at once as this officer."""
    options = context.options
    with context.seated() as (desks, actor):
        view = desks.cases.draft_act(
            actor,
            kind=options.text("kind"),
            case=desks.cases.resolve(options.text("case")),
            form=read_file(options.text("form")),
            document=given_document(context),
            single=options.text("single"),
        )
        if reason := options.text("reason"):
            return approve_draft(context, desks, actor, act=view.act, reason=reason)
    return prepared(context, view)


def approve(context: Context) -> Reply:
    """Approve a draft as this officer; issue it when nothing lacks."""
    with context.seated() as (desks, actor):
        act = desks.cases.resolve(context.options.text("act"))
        return approve_draft(context, desks, actor, act=act, reason=context.options.text("reason"))


def drop(context: Context) -> Reply:
    """Drop a draft that was not issued; its number is used again."""
    with context.seated() as (desks, actor):
        act = desks.cases.resolve(context.options.text("act"))
        desks.cases.drop(actor, act=act)
    return Reply(value={"dropped": act}, lines=(context.say("line.dropped", act=short(act)),))


def listing(context: Context) -> Reply:
    """List acts and drafts of one case or of all."""
    from comity.node.views import Page

    asked = context.options.maybe("case")
    with context.seated() as (desks, actor):
        purpose = context.purpose(desks)
        if asked:
            shown = desks.cases.show(actor, case=desks.cases.resolve(asked), purpose=purpose)
            page = Page(items=(shown,), next="", waiting=0)
        else:
            after = context.options.text("after")
            page = desks.lists.views(actor, purpose=purpose, after=after, most=MOST)
    found = page.items
    acts = [act for case in found for act in case.acts]
    drafts = [draft for case in found for draft in case.drafts]
    lines = [*timeline(acts, context.words)]
    for view in drafts:
        lines += draft_lines(view, context.words)
    value = {
        "acts": [act_value(act) for act in acts],
        "drafts": [draft_value(d, context.words) for d in drafts],
        **page_value(page),
    }
    lines = [*(lines or (context.say("line.none"),)), *page_lines(context, page, command="act list")]
    return Reply(value=value, lines=tuple(lines))


def part(context: Context) -> Reply:
    """Read one part of an act, such as the form of a request or the text of a reason."""
    options = context.options
    with context.seated() as (desks, actor):
        act = desks.cases.resolve(options.text("act"))
        name = options.text("part")
        data = desks.cases.part(actor, act=act, name=name, purpose=context.purpose(desks))
    if out := options.text("out"):
        write_file(out, data)
        return Reply(
            value={"act": act, "part": name, "path": out}, lines=(context.say("line.written", path=out),)
        )
    if name == _DOCUMENT:
        raise UsageError("usage.document_out", where="--out")
    text = data.decode("utf-8", "backslashreplace")
    value = {"act": act, "part": name, "text": text}
    return Reply(value=value, lines=tuple(printable(line) for line in text.split("\n")))
