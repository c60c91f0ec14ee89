"""Commands on evidence: seal, send, list, open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.approving import approve_draft
from comity.cli.context import read_file
from comity.cli.output import Reply, printable, table, write_lines
from comity.cli.pages import exhibit_rows, short
from comity.cli.problems import UsageError
from comity.cli.sealing import sealed_reply, teller
from comity.cli.values import delivery_value, exhibit_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.cli.context import Context
    from comity.cli.ports import Desks
    from comity.node.views import CaseView, SealView

_STORED_DATA = "44"
_EXECUTION = "execution"
"""The purpose that sealing implies: a request is being carried out."""


def seal(context: Context) -> Reply:
    """Seal files and folders: for a case, or as a loose bag on a practice node."""
    case = context.options.maybe("case")
    try:
        sealed = _seal_for_case(context, case) if case else _seal_loose(context)
    except KeyboardInterrupt:
        if not context.wants_json:
            write_lines(context.stderr, [context.say("next.resume", command="comity evidence resume")])
        raise
    reply = sealed_reply(context, sealed)
    if not case:
        return reply
    command = f'comity evidence send {sealed.bag_root[:12]} --case {case} --reason "…"'
    return Reply(value=reply.value, lines=(*reply.lines, context.say("next.send", command=command)))


def _seal_loose(context: Context) -> SealView:
    options = context.options
    if not options.many("to"):
        raise UsageError(
            "usage.missing", where="--to", missing="--to PEER|age1", command="comity evidence seal"
        )
    return context.toolbox.seal_loose(
        options.many("source"),
        out=options.text("out"),
        recipients=options.many("to"),
        node=context.node,
        tell=teller(context),
    )


def _seal_for_case(context: Context, prefix: str) -> SealView:
    options = context.options
    with context.seated() as (desks, actor):
        purpose = context.purpose(desks, implied=_EXECUTION)
        view = desks.cases.show(actor, case=desks.cases.resolve(prefix), purpose=purpose)
        parties = {authority.partition("/")[0] for authority in view.participants}
        for recipient in options.many("to"):
            if not recipient.startswith("age1") and recipient.partition("/")[0] not in parties:
                raise UsageError(
                    "usage.not_in_case",
                    where="--to",
                    recipient=recipient[:80],
                    known=", ".join(sorted(parties)),
                )
        return desks.evidence.seal(
            actor,
            sources=options.many("source"),
            case=view.case,
            request=_request_of(context, desks, view),
            handling=options.text("handling") or "ordinary",
            limits=_limits(options.text("limits")),
            out=options.text("out"),
            to=options.many("to"),
            tell=teller(context),
        )


def _request_of(context: Context, desks: Desks, case: CaseView) -> str:
    """Return the request that the package answers: the one named, else the only one for stored data."""
    if named := context.options.text("request"):
        return desks.cases.resolve(named)
    found = [request.act for request in case.requests if request.mechanism.startswith(_STORED_DATA)]
    if len(found) != 1:
        raise UsageError(
            "usage.which_request", where="--request", known=", ".join(short(act) for act in found) or "–"
        )
    return found[0]


def _limits(path: str) -> Mapping[str, object] | None:
    from comity.kernel.errors import MalformedError
    from comity.kernel.ijson import parse_ijson

    if not path:
        return None
    value = parse_ijson(read_file(path), where=path)
    if not isinstance(value, dict):
        raise MalformedError("limits.form", "limits are a JSON object", where=path)
    return value


def send(context: Context) -> Reply:
    """Draft the delivery of a sealed package whose transmission is decided; approve and issue it."""
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(context.options.text("case"))
        form = desks.evidence.deliver_form(
            actor, case=case, bag_root=desks.cases.resolve(context.options.text("bag_root"))
        )
        draft = desks.cases.draft_act(actor, kind="evidence.deliver", case=case, form=form)
        return approve_draft(context, desks, actor, act=draft.act, reason=context.options.text("reason"))


def listing(context: Context) -> Reply:
    """List the deliveries of a case and how far they came."""
    with context.seated() as (desks, actor):
        case = desks.cases.resolve(context.options.text("case"))
        found = desks.evidence.deliveries(actor, case=case, purpose=context.purpose(desks))
    rows = []
    for delivery in found:
        state = "opened" if delivery.opened else "complete" if delivery.complete else "underway"
        pieces = f"{delivery.pieces_here}/{delivery.pieces}"
        rows.append((short(delivery.act), pieces, context.words.label("delivery", state), delivery.bag_root))
    lines = table(rows) or (context.say("line.none"),)
    return Reply(value={"deliveries": [delivery_value(delivery) for delivery in found]}, lines=lines)


def open_delivery(context: Context) -> Reply:
    """Verify a delivery and open it into a new folder."""
    options = context.options
    with context.seated() as (desks, actor):
        opened = desks.evidence.open(
            actor,
            delivery=desks.cases.resolve(options.text("delivery")),
            purpose=context.purpose(desks),
            out=options.text("out"),
        )
    lines = (
        context.say("line.opened", count=len(opened.exhibits), folder=printable(opened.folder)),
        *exhibit_rows(opened.exhibits, context.words),
        "  " + context.say("line.bag_root", root=opened.bag_root),
    )
    value = {
        "delivery": opened.delivery,
        "folder": opened.folder,
        "bag_root": opened.bag_root,
        "exhibits": [exhibit_value(exhibit) for exhibit in opened.exhibits],
    }
    return Reply(value=value, lines=lines)
