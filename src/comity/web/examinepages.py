"""What lies inside exhibits: begin an examination, read its numbers, search. No content is ever shown."""

from comity.evidence.examination import Kind, Note
from comity.evidence.triage import Query
from comity.kernel.clock import Instant
from comity.node.examined import HitPage
from comity.node.examinework import begin_examination, finding_view
from comity.web.answers import Answer
from comity.web.visits import Visit

_FIELDS = ("text", "kind", "note", "media_type", "digest", "known")
_LATEST = 253_402_300_800_000_000


def show(visit: Visit) -> Answer:
    """Show what was examined in a case, in numbers, and the form to search in it."""
    desks, case = visit.toolbox.desks, visit.place("case")
    reports = desks.examination.reports(visit.actor, case=case, purpose=visit.purpose)
    return _page(visit, case, reports=reports, page=None)


def search(visit: Visit) -> Answer:
    """Search; the terms are posted, so that they are in no address that a browser keeps."""
    form, case = visit.form, visit.place("case")
    page = visit.toolbox.desks.examination.search(
        visit.actor,
        case=case,
        purpose=visit.purpose,
        query=Query(
            text=form.get("text").strip(),
            kind=form.get("kind"),
            note=form.get("note"),
            media_type=form.get("media_type").strip(),
            digest=form.get("digest").strip(),
            known=form.get("known").strip(),
        ),
        after=form.get("after"),
    )
    return _page(visit, case, reports=(), page=page)


def begin(visit: Visit) -> Answer:
    """Begin to examine a delivery."""
    toolbox = visit.toolbox
    made = begin_examination(
        toolbox.desks.examination,
        toolbox.work.room,
        visit.actor,
        delivery=visit.place("act"),
        purpose=visit.purpose,
    )
    return visit.back(f"/work/{made.work}")


def _page(visit: Visit, case: str, *, reports: object, page: HitPage | None) -> Answer:
    views = [finding_view(hit) for hit in page.hits] if page is not None else []
    return visit.page(
        "examine.html",
        section="cases",
        case=case,
        reports=reports,
        page=page,
        findings=[(one, _dated(one.dated)) for one in views],
        asked={name: visit.form.get(name) for name in _FIELDS},
        kinds=visit.choices("examine.kind", [kind.value for kind in Kind]),
        notes=visit.choices("examine.note", [note.value for note in Note]),
    )


def _dated(at: int | None) -> Instant | None:
    """Return a date that a calendar has; exhibits may claim any."""
    return Instant(at) if at is not None and 0 <= at < _LATEST else None
