"""What a law lacks, and what a bill changes, in pages."""

from pathlib import Path

from comity.kernel.errors import ComityError
from comity.law.billviews import BillView
from comity.node.lawmaking import Brought
from comity.web.answers import Answer, download
from comity.web.visits import Visit
from comity.wording.gapfiles import MEDIA, file_name
from comity.wording.gapreport import gap_report


def show(visit: Visit) -> Answer:
    """Show the gap analysis of a State, with its files to save."""
    desk = visit.toolbox.desks.lawmaking
    asked = visit.query.get("country", "").strip()
    report = None
    if asked:
        view = desk.gaps(visit.actor, country=asked)
        report = gap_report(view, language=visit.words.language, on=desk.today())
    return visit.page(
        "gaps.html",
        section="law",
        states=_named(visit, desk.states(visit.actor)),
        asked=asked,
        report=report,
        forms=tuple(MEDIA),
    )


def file(visit: Visit) -> Answer:
    """Hand over a gap analysis as a file in the reader's language."""
    desk = visit.toolbox.desks.lawmaking
    form = visit.query.get("form", "")
    view = desk.gaps(visit.actor, country=visit.query.get("country", ""))
    data = visit.toolbox.gap_file(
        view, form=form, language=visit.words.language, author=visit.actor.authority, on=desk.today()
    )
    name = file_name(view.country, form)
    return download(iter((data,)), name=name, media_type=MEDIA[form], size=len(data))


def ask_bill(visit: Visit) -> Answer:
    """Show the form to bring a bill."""
    return _bill(visit)


def bill(visit: Visit) -> Answer:
    """Show what a bill would change; nothing of it is kept."""
    try:
        view = visit.toolbox.desks.lawmaking.bill(
            visit.actor, brought_in(visit, partial=not visit.form.get("whole"))
        )
    except ComityError as exc:
        return _bill(visit, fault=exc)
    return _bill(visit, view=view)


def brought_in(visit: Visit, *, partial: bool) -> Brought:
    """Return what a form with files brought."""
    form = visit.form
    return Brought(
        country=form.get("country"),
        paths=tuple(one.path for one in form.files),
        size=sum(Path(one.path).stat().st_size for one in form.files),
        instrument=form.get("instrument"),
        language=form.get("language"),
        is_partial=partial,
    )


def _bill(visit: Visit, *, view: BillView | None = None, fault: ComityError | None = None) -> Answer:
    held = dict.fromkeys(one.country for one in visit.toolbox.desks.law.holdings(visit.actor))
    return visit.page(
        "bill.html",
        status=200 if fault is None else fault.status,
        section="law",
        states=_named(visit, tuple(held)),
        asked=visit.form.get("country"),
        view=view,
        fault=fault,
    )


def _named(visit: Visit, states: tuple[str, ...]) -> list[tuple[str, str]]:
    return sorted(((code, visit.words.party(code)) for code in states), key=lambda pair: pair[1])
