"""Commands of conversation, and of what came or went outside any node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.approving import approve_draft
from comity.cli.context import read_file
from comity.cli.nodes import instant_of
from comity.cli.output import Reply

if TYPE_CHECKING:
    from comity.cli.context import Context

_MOST_SCAN = 1 << 30


def example(context: Context) -> Reply:
    """Print the form of an act, to be filled in and handed to ``act KIND``."""
    import json

    from comity.node.actexamples import act_example

    value = act_example(context.options.text("kind"))
    lines = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return Reply(value=value, lines=tuple(lines))


def register(context: Context) -> Reply:
    """Register what came outside any node; this officer attests it by name."""
    from comity.node.attesting import Arrival

    options = context.options
    channel = context.words.label("talk", options.text("channel"))
    statement = options.text("statement") or context.say("line.statement", channel=channel)
    with context.seated() as (desks, actor):
        confirms = options.maybe("confirms")
        arrival = Arrival(
            sender=options.text("sender"),
            channel=options.text("channel"),
            at=instant_of(options.text("at"), where="--at"),
            statement=statement,
            language=context.words.language,
            checked=options.text("checked") or "not_checked",
            reference=options.maybe("reference"),
            scan=_digest(options.maybe("scan")),
            confirms=desks.cases.resolve(confirms) if confirms else None,
        )
        case = options.maybe("case")
        view = desks.attesting.register(
            actor,
            form=read_file(options.text("file")),
            arrival=arrival,
            case=desks.cases.resolve(case) if case else None,
        )
        return approve_draft(context, desks, actor, act=view.act, reason=statement)


def sent(context: Context) -> Reply:
    """Say how an act of this office left, or arrived, where the other side has no node."""
    from comity.kernel.ijson import dump_ijson

    options = context.options
    with context.seated() as (desks, actor):
        act = desks.cases.resolve(options.text("act"))
        body: dict[str, object] = {
            "act": act,
            "step": "arrived" if options.flag("arrived") else "sent",
            "channel": options.text("channel"),
        }
        found = {
            "at": instant_of(options.text("at"), where="--at"),
            "reference": options.maybe("reference"),
            "scan": _digest(options.maybe("scan")),
        }
        body |= {name: value for name, value in found.items() if value is not None}
        purpose = context.purpose(desks, implied="execution")
        case = desks.cases.show(actor, case=act, purpose=purpose).case
        view = desks.cases.draft_act(actor, kind="act.convey", case=case, form=dump_ijson({"body": body}))
        reason = context.say("line.carried", channel=context.words.label("talk", options.text("channel")))
        return approve_draft(context, desks, actor, act=view.act, reason=reason)


def _digest(path: str | None) -> str | None:
    """Return the SHA-256 of a scan; the scan itself stays where it is kept."""
    from hashlib import sha256

    return None if path is None else sha256(read_file(path, most=_MOST_SCAN)).hexdigest()
