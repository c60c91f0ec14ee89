"""What lies inside exhibits: begin an examination, read its numbers, search. No content is ever shown."""

from comity.evidence.examination import Kind, Note
from comity.evidence.triage import Query
from comity.kernel.clock import DAY, Instant
from comity.node.examined import HitPage
from comity.node.examinework import begin_examination, finding_view
from comity.web.answers import Answer
from comity.web.staffing import parse_time
from comity.web.visits import Visit

_FIELDS = ("text", "kind", "note", "media_type", "digest", "known", "since", "until", "exhibit")
_DIGITS = 6
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
            known=form.get("known"),
            since=_day(form.get("since"), where="since"),
            until=_day_after(form.get("until")),
            exhibit=_number(form.get("exhibit")),
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


def begin_package(visit: Visit) -> Answer:
    """Begin to examine a package by its root, one that was sealed here as well."""
    toolbox = visit.toolbox
    made = begin_examination(
        toolbox.desks.examination,
        toolbox.work.room,
        visit.actor,
        delivery=visit.form.get("bag_root"),
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
        lists=[one.name for one in visit.toolbox.desks.examination.known.lists_here(visit.actor)],
    )


def _day(text: str, *, where: str) -> Instant | None:
    return parse_time(f"{text}T00:00:00Z" if len(text) == len("2026-01-01") else text, where=where)


def _day_after(text: str) -> Instant | None:
    """Return the end of a day: who names the last day means all of it."""
    at = _day(text, where="until")
    return None if at is None else Instant(at + DAY)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def _dated(at: int | None) -> Instant | None:
    """Return a date that a calendar has; exhibits may claim any."""
    return Instant(at) if at is not None and 0 <= at < _LATEST else None
