"""Commands of the requesting side, and the list both sides share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.approving import approve_draft, given_document, prepared
from comity.cli.context import read_file
from comity.cli.due import MOST, page_lines, page_value
from comity.cli.finding import find_request
from comity.cli.output import Reply, printable
from comity.cli.pages import request_rows
from comity.cli.problems import UsageError
from comity.cli.values import request_value

if TYPE_CHECKING:
    from comity.cli.context import Context

_FORM_PART = "form"
_INVESTIGATION = "investigation"


def draft(context: Context) -> Reply:
    """Prepare a request from a form; show what was found and what is to decide."""
    from comity.kernel.ijson import parse_ijson

    options = context.options
    form = read_file(options.text("form"))
    value = parse_ijson(form, where=options.text("form"))
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind is not None and kind != options.text("kind"):
        raise UsageError(
            "usage.kind_differs", where="/kind", typed=options.text("kind")[:40], stated=str(kind)[:40]
        )
    case = options.maybe("case")
    with context.seated() as (desks, actor):
        view = desks.cases.draft_request(
            actor,
            form=form,
            to=options.text("to"),
            case=desks.cases.resolve(case) if case else None,
            consult=options.flag("consult"),
            outside=options.flag("outside"),
            document=given_document(context),
            single=options.text("single"),
        )
    return prepared(context, view)


def send(context: Context) -> Reply:
    """Approve a drafted request as this officer; issue it when nothing lacks."""
    with context.seated() as (desks, actor):
        act = desks.cases.resolve(context.options.text("act"))
        purpose = context.purpose(desks, implied=_INVESTIGATION)
        kind = desks.cases.draft(actor, act=act, purpose=purpose).kind
        if not kind.endswith(".request"):
            raise UsageError("usage.no_request", where=act, kind=kind)
        reason = context.options.text("reason")
        return approve_draft(context, desks, actor, act=act, reason=reason, implied=_INVESTIGATION)


def listing(context: Context) -> Reply:
    """List the requests of the officer's office."""
    with context.seated() as (desks, actor):
        page = desks.lists.requests(
            actor, purpose=context.purpose(desks), after=context.options.text("after"), most=MOST
        )
    lines = (
        *(request_rows(page.items, context.words) or (context.say("line.none"),)),
        *page_lines(context, page, command="request list"),
    )
    requests = [request_value(request) for request in page.items]
    return Reply(value={"requests": requests, **page_value(page)}, lines=lines)


def show(context: Context) -> Reply:
    """Show one request with its form."""
    import json

    from comity.kernel.ijson import parse_ijson

    with context.seated() as (desks, actor):
        purpose = context.purpose(desks)
        request = find_request(desks, actor, context.options.text("act"), purpose=purpose)
        data = desks.cases.part(actor, act=request.act, name=_FORM_PART, purpose=purpose)
    form = parse_ijson(data, most_bytes=len(data))
    shown = json.dumps(form, indent=2, ensure_ascii=False)
    lines = (
        *request_rows((request,), context.words),
        *(f"  {printable(line)}" for line in shown.splitlines()),
    )
    return Reply(value={**request_value(request), "form": form}, lines=lines)
