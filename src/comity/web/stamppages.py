"""Time stamps: those that are kept, how the authority answers, and one as a file to save."""

from comity.web.answers import Answer, download
from comity.web.visits import Visit

REPLY = "application/timestamp-reply"


def show(visit: Visit) -> Answer:
    """Show the tokens that are kept, each judged now, and how the authority answers. Basis: PROTOCOL 14"""
    return visit.page("stamps.html", section="logs", stamps=visit.toolbox.desks.stamps.shown(visit.actor))


def token(visit: Visit) -> Answer:
    """Give one token as it came, for stock tools to check. Basis: RFC 3161"""
    found = visit.toolbox.desks.stamps.token(visit.actor, name=visit.query.get("name", ""))
    name = f"{found.subject.kind}-{found.subject.digest.hex()[:12]}.tsr"
    return download(iter([found.token]), name=name, media_type=REPLY, size=len(found.token))


def head(visit: Visit) -> Answer:
    """Give the text that the token of a log's head is over."""
    found = visit.toolbox.desks.stamps.token(visit.actor, name=visit.query.get("name", ""))
    data = found.subject.text.encode("utf-8")
    name = f"head-{found.subject.digest.hex()[:12]}.txt"
    return download(iter([data]), name=name, media_type="text/plain; charset=utf-8", size=len(data))
