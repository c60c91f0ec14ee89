"""Pages on which an officer registers what came outside any node, and attests it by name."""

from comity.cases import attested
from comity.cases.kinds import KINDS, OPENING_KINDS
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson
from comity.node.attesting import Arrival
from comity.node.views import CaseView
from comity.web.answers import Answer
from comity.web.staffing import parse_time
from comity.web.talkforms import FIELDS
from comity.web.visits import Visit

_SPECIAL = (
    OPENING_KINDS
    | attested.NEVER_ATTESTED
    | {
        "act.recall",
        "case.close",
        "evidence.hand",
        "execution.report",
        "information.send",
        "order.record",
        "preservation.effect",
        "preservation.extend",
        "preservation.release",
        "request.forward",
        "request.refuse",
        "request.postpone",
        "request.clarify",
    }
)
PLAIN = tuple(
    sorted(
        name
        for name in KINDS
        if name not in _SPECIAL and not any(field.needed for field in FIELDS.get(name, ()))
    )
)
"""Kinds that words alone transcribe; everything else comes as a file."""


def ask(visit: Visit) -> Answer:
    """Show the form."""
    return _page(visit, visit.query.get("case", ""))


def register(visit: Visit) -> Answer:
    """Prepare the attestation; who registers approves it on the next page."""
    case = visit.form.get("case")
    view = visit.toolbox.desks.attesting.register(
        visit.actor, form=_transcription(visit), arrival=arrival_of(visit), case=case or None
    )
    return visit.back(f"/drafts/{view.act}")


def arrival_of(visit: Visit) -> Arrival:
    """Return how it came, as the form says; raise MalformedError for what no attestation can say."""
    form = visit.form
    return Arrival(
        sender=form.get("sender"),
        channel=form.get("channel"),
        at=parse_time(form.get("came"), where="came"),
        statement=form.get("statement"),
        language=visit.words.language,
        checked=form.get("checked") or "not_checked",
        reference=form.get("reference") or None,
        scan=form.get("scan") or None,
        confirms=form.get("confirms") or None,
    )


def _transcription(visit: Visit) -> bytes:
    """Return the uploaded transcription, or the one that kind and words make."""
    if visit.form.files and visit.form.files[0].data:
        return visit.form.files[0].data
    kind, text = visit.form.get("kind"), visit.form.get("text")
    row = KINDS.get(kind)
    if row is None or kind not in PLAIN:
        raise MalformedError("register.nothing", "neither a file nor a kind of act was chosen")
    names = row.needs or row.may
    parts = {names[0]: {"text": text, "language": visit.words.language}} if names and text else {}
    return dump_ijson({"act": kind, "body": {}, "parts": parts})


def _page(visit: Visit, name: str) -> Answer:
    case: CaseView | None = None
    if name:
        case = visit.toolbox.desks.cases.show(visit.actor, case=name, purpose=visit.purpose)
    others = [] if case is None else [one for one in case.participants if one != visit.actor.authority]
    voices = [
        act.act
        for act in (() if case is None else case.acts)
        if act.attested and act.attested.channel == attested.VOICE and act.attested.status == "standing"
    ]
    wanted = visit.query.get("confirms", "")
    return visit.page(
        "register.html",
        section="cases",
        case=case,
        sender=others[0] if others else "",
        channels=attested.CHANNELS,
        checks=attested.CHECKS,
        kinds=PLAIN if case is not None else (),
        voices=voices,
        confirms=wanted if wanted in voices else "",
    )
