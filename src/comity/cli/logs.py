"""Commands on the logs: heads, proofs, audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, table
from comity.cli.pages import assessment_lines
from comity.cli.values import assessment_value, log_value

if TYPE_CHECKING:
    from comity.cli.context import Context


def listing(context: Context) -> Reply:
    """List the logs with their heads and who cosigned them."""
    with context.seated() as (desks, actor):
        found = desks.logs.list(actor)
    rows = []
    for log in found:
        seen = ", ".join(log.cosigned_by)
        by = context.say("line.cosigned", names=seen) if seen else context.say("line.not_cosigned")
        rows.append((log.origin, str(log.size), log.root[:16], by))
    return Reply(
        value={"logs": [log_value(log) for log in found]}, lines=table(rows) or (context.say("line.none"),)
    )


def proof(context: Context) -> Reply:
    """Give the proof that an act stands in its log."""
    import json

    with context.seated() as (desks, actor):
        act = desks.cases.resolve(context.options.text("act"))
        found = dict(desks.logs.proof(actor, act=act, purpose=context.purpose(desks)))
    return Reply(value=found, lines=tuple(json.dumps(found, indent=2, ensure_ascii=False).splitlines()))


def checkpoint(context: Context) -> Reply:
    """Give the signed head of one log or of all, as notes that any C2SP tool reads."""
    asked = context.options.text("origin")
    with context.seated() as (desks, actor):
        origins = [asked] if asked else [log.origin for log in desks.logs.list(actor)]
        notes = [(origin, desks.logs.checkpoint(actor, origin=origin)) for origin in origins]
    lines = tuple(line for _, note in notes for line in note.split("\n"))
    return Reply(value={"checkpoints": [{"origin": o, "note": n} for o, n in notes]}, lines=lines)


def audit(context: Context) -> Reply:
    """Recompute every log from its leaves and say what does not hold."""
    with context.seated() as (desks, actor):
        found = desks.logs.audit(actor)
    lines = assessment_lines(found, context.words) if found.findings else (context.say("line.audit_clean"),)
    return Reply(value={"assessment": assessment_value(found, context.words)}, lines=lines)
