"""Restitution in pages: the ledger of a case as somebody may see it, and a form for each entry."""

from urllib.parse import urlencode

from comity.kernel.errors import ComityError, NotFoundError
from comity.node.access import Action, is_allowed
from comity.restitution.forms import FORMS
from comity.restitution.views import Statement
from comity.web.answers import Answer, download
from comity.web.blankforms import blank_fields, blank_values
from comity.web.visits import Visit

_AUDIENCES = ("court", "victim", "state")


def show(visit: Visit) -> Answer:
    """Show a statement on the ledger of a case, and the form of an entry that the address names."""
    return _page(visit, entry=visit.query.get("entry", ""))


def record(visit: Visit) -> Answer:
    """Record an entry; a fault is told above its form, with what was written still in it."""
    entry, case = visit.form.get("entry"), visit.place("case")
    try:
        visit.toolbox.desks.restitution.record(
            visit.actor,
            case=case,
            entry=entry,
            values=blank_values(visit, FORMS.get(entry, ())),
            purpose=visit.purpose,
            after=visit.form.get("after") or None,
        )
    except ComityError as fault:
        if entry not in FORMS:
            raise
        return _page(visit, entry=entry, fault=fault)
    return visit.back(f"/cases/{case}/restitution")


def take_claims(visit: Visit) -> Answer:
    """Take over the claims of a freeze book; a fault is told above its form."""
    form, case, desk = visit.form, visit.place("case"), visit.toolbox.desks.restitution
    try:
        waiting = desk.claims_waiting(visit.actor, case=case, purpose=visit.purpose)
        told = {
            one.number: form.get(f"awarded-{one.number}")
            for book in waiting
            if book.book == form.get("freeze")
            for one in book.claims
        }
        desk.take_claims(
            visit.actor,
            case=case,
            book=form.get("freeze"),
            asset=form.get("asset"),
            awarded={line: amount.strip() for line, amount in told.items() if amount.strip()},
            purpose=visit.purpose,
        )
    except ComityError as fault:
        return _page(visit, entry="", fault=fault)
    return visit.back(f"/cases/{case}/restitution")


def statement(visit: Visit) -> Answer:
    """Hand out a statement as PDF, for whom the address says."""
    case, audience = visit.place("case"), visit.query.get("for", "court")
    found = visit.toolbox.desks.restitution.show(
        visit.actor,
        case=case,
        purpose=visit.purpose,
        audience=audience,
        who=visit.query.get("who", "") if audience == "victim" else "",
    )
    data = visit.toolbox.print_statement(
        found, languages=visit.words.language, author=str(visit.actor.authority)
    )
    name = f"restitution-{case[:12]}-{audience}.pdf"
    return download(iter((data,)), name=name, media_type="application/pdf", size=len(data))


def _page(visit: Visit, *, entry: str, fault: ComityError | None = None) -> Answer:
    case, audience = visit.place("case"), visit.query.get("for", "court")
    found: Statement | None = None
    try:
        found = visit.toolbox.desks.restitution.show(
            visit.actor,
            case=case,
            purpose=visit.purpose,
            audience=audience,
            who=visit.query.get("who", "") if audience == "victim" else "",
        )
    except NotFoundError as missing:
        if missing.code != "restitution.absent":
            raise
    may_record = is_allowed(visit.actor, Action.RESTITUTION_KEEP) and audience == "court"
    desk = visit.toolbox.desks.restitution
    return visit.page(
        "restitution.html",
        status=fault.status if fault else 200,
        section="cases",
        case=case,
        found=found,
        audiences=visit.choices("restitution.for", _AUDIENCES),
        audience=audience,
        victims=sorted({one.who for one in found.claims if one.kind == "victim"}) if found else [],
        entries=visit.choices("restitution.entry", tuple(FORMS)) if may_record else [],
        entry=entry if may_record and entry in FORMS else "",
        fields=blank_fields(visit, FORMS.get(entry, ()), family="restitution"),
        waiting=desk.claims_waiting(visit.actor, case=case, purpose=visit.purpose)
        if found and may_record
        else (),
        posted=visit.form,
        fault=fault,
        paper=_address(visit, audience),
    )


def _address(visit: Visit, audience: str) -> str:
    """Return where the statement that is shown is handed out as PDF."""
    asked = {"for": audience}
    if audience == "victim":
        asked["who"] = visit.query.get("who", "")
    return f"/cases/{visit.place('case')}/restitution/statement?{urlencode(asked)}"
