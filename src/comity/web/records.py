"""The logs: their heads, who cosigned them, the audit, proofs, and the journal of reads and decisions."""

from comity.kernel.ijson import dump_ijson
from comity.web.answers import Answer, download
from comity.web.visits import Visit


def logs(visit: Visit) -> Answer:
    """Show the head of every log and who cosigned it."""
    return visit.page(
        "logs.html", section="logs", logs=visit.toolbox.desks.logs.list(visit.actor), audited=None
    )


def audit(visit: Visit) -> Answer:
    """Recompute every log from its leaves and show what does not hold."""
    desk, actor = visit.toolbox.desks.logs, visit.actor
    return visit.page("logs.html", section="logs", logs=desk.list(actor), audited=desk.audit(actor))


def checkpoint(visit: Visit) -> Answer:
    """Give the newest signed head of a log to keep. Basis: C2SP tlog-checkpoint"""
    note = visit.toolbox.desks.logs.checkpoint(visit.actor, origin=visit.query.get("origin", ""))
    plain = "text/plain; charset=utf-8"
    return download(iter([note.encode("utf-8")]), name="checkpoint.txt", media_type=plain)


def proof(visit: Visit) -> Answer:
    """Give the proof that an act stands in the log shared with its peer. Basis: RFC 9162"""
    act = visit.place("act")
    shown = dump_ijson(visit.toolbox.reading.proof(visit.actor, act=act, purpose=visit.purpose))
    return download(iter([shown]), name=f"proof-{act[:12]}.json", media_type="application/json")


def journal(visit: Visit) -> Answer:
    """Show who read or decided what, when and why."""
    entries = visit.toolbox.reading.journal(visit.actor)
    return visit.page("journal.html", section="journal", entries=entries)
