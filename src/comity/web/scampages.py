"""Reports of scams and ransomware in pages: brought, opened, judged value by value; campaigns and figures."""

from comity.indicators.errors import bad_form
from comity.indicators.kinds import Kind
from comity.indicators.marks import UNMARKED, parse_tlp
from comity.indicators.observations import Found
from comity.indicators.reports import Criticality, Sector, State, Victim
from comity.kernel.errors import ComityError
from comity.node.access import Action, is_allowed
from comity.node.indicators import Terms
from comity.node.reportdesk import Extract, OpenReport
from comity.web.answers import Answer
from comity.web.visits import Visit

MARKS = ("clear", "green", "amber", "amber+strict", "red")
MOST_SHOWN = 200
_MOST_CASES = 5
_MOST_CAMPAIGNS = 20


def queue(visit: Visit) -> Answer:
    """Show what was reported, and the form to bring a message."""
    return _queue(visit)


def bring(visit: Visit) -> Answer:
    """Take apart what an officer pasted or chose, and lead to what was found."""
    form = visit.form
    file = next((one for one in form.files if one.data), None)
    name, data = (file.name, file.data) if file is not None else ("text.txt", form.get("words").encode())
    try:
        made = visit.toolbox.desks.scams.bring(
            visit.actor, name=name, data=data, extract=_extract(visit), victim=_victim(visit)
        )
    except ComityError as error:
        return _queue(visit, fault=error)
    return visit.back(f"/indicators/reports/{made.report.id}")


def show(visit: Visit) -> Answer:
    """Show a report that was opened; one that waits is opened by its button."""
    found = visit.toolbox.desks.scams.look(visit.actor, name=visit.place("report"), purpose=visit.purpose)
    return _report(visit, found)


def open_report(visit: Visit) -> Answer:
    """Open a report: the confined worker takes it apart."""
    name = visit.place("report")
    visit.toolbox.desks.scams.open(visit.actor, name=name, extract=_extract(visit), purpose=visit.purpose)
    return visit.back(f"/indicators/reports/{name}")


def decide(visit: Visit) -> Answer:
    """Keep the values that were ticked, or dismiss them."""
    form, name = visit.form, visit.place("report")
    chosen = form.all("value")
    desk = visit.toolbox.desks.scams
    keeps = form.get("what") == "keep"
    try:
        if not chosen:
            raise bad_form("no value was chosen", where="value")
        desk.decide(
            visit.actor,
            name=name,
            kept=chosen if keeps else (),
            dismissed=() if keeps else chosen,
            terms=_terms(visit) if keeps else Terms(),
        )
    except ComityError as error:
        return _report(visit, desk.look(visit.actor, name=name, purpose=visit.purpose), fault=error)
    return visit.back(f"/indicators/reports/{name}")


def describe(visit: Visit) -> Answer:
    """Say whom a report concerns."""
    name = visit.place("report")
    visit.toolbox.desks.scams.describe(visit.actor, name=name, victim=_victim(visit))
    return visit.back(f"/indicators/reports/{name}")


def dismiss(visit: Visit) -> Answer:
    """Dismiss a report with a reason; what it says is erased."""
    visit.toolbox.desks.scams.dismiss(
        visit.actor, name=visit.place("report"), reason=visit.form.get("reason")
    )
    return visit.back("/indicators/reports")


def campaigns(visit: Visit) -> Answer:
    """Show a page of campaigns with reasons, cases, requests and reports; or one with all of its messages."""
    name = visit.places.get("campaign", "")
    found = visit.toolbox.desks.scams.campaigns(
        visit.actor, name=name, after=visit.query.get("after", ""), most=_MOST_CAMPAIGNS
    )
    most = MOST_SHOWN if name else _MOST_CASES
    asked = {case for one in found.campaigns for case in one.cases[:most]}
    return visit.page(
        "campaigns.html",
        section="indicators",
        campaigns=found.campaigns,
        common=() if name else found.common,
        count=found.count,
        more=f"/indicators/campaigns?after={found.after}" if found.after else "",
        name=name,
        most=most,
        requests={case: _requests(visit, case) for case in sorted(asked)[:MOST_SHOWN]},
    )


def figures(visit: Visit) -> Answer:
    """Show the figures."""
    return visit.page(
        "figures.html", section="indicators", figures=visit.toolbox.desks.scams.figures(visit.actor)
    )


def switch(visit: Visit) -> Answer:
    """Open the public form for the office, or close it."""
    form = visit.form
    days = form.get("days")
    visit.toolbox.desks.scams.form.switch(
        visit.actor,
        on=form.get("on") == "yes",
        keep_days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        notice=form.get("notice"),
    )
    return visit.back("/indicators/reports")


def _queue(visit: Visit, *, fault: ComityError | None = None) -> Answer:
    desk = visit.toolbox.desks.scams
    found = desk.queue(visit.actor)
    return visit.page(
        "scamreports.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        waiting=[one for one in found if one.state is State.WAITING][:MOST_SHOWN],
        others=[one for one in reversed(found) if one.state is not State.WAITING][:MOST_SHOWN],
        words_before=visit.form.get("words"),
        fault=fault,
        form=desk.form.state(),
        may_switch=is_allowed(visit.actor, Action.INDICATOR_KEYS),
        **_choices(visit),
    )


def _report(visit: Visit, found: OpenReport, *, fault: ComityError | None = None) -> Answer:
    brands = visit.toolbox.desks.indicators.references
    return visit.page(
        "scamreport.html",
        status=200 if fault is None else fault.status,
        section="indicators",
        report=found.report,
        contents=found.contents,
        values=found.values[:MOST_SHOWN],
        left=max(0, len(found.values) - MOST_SHOWN),
        warned=_warned(visit, found),
        lists=len([one for one in brands.lists(visit.actor) if one.at is not None]),
        marks=MARKS,
        chosen=frozenset(visit.form.all("value")),
        form=visit.form,
        fault=fault,
        waits=found.report.state is State.WAITING,
        **_choices(visit),
    )


def _choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    return {
        "sectors": visit.choices("scam_sector", [one.value for one in Sector]),
        "criticalities": visit.choices("scam_criticality", [one.value for one in Criticality]),
    }


def _warned(visit: Visit, found: OpenReport) -> dict[tuple[Kind, str], tuple[str, ...]]:
    """Return the warning lists that know a value, so that nobody keeps a bank unawares."""
    warnings = visit.toolbox.desks.indicators.references.warnings(visit.actor)
    return {
        (one.first.kind, one.first.value): lists
        for one in found.values[:MOST_SHOWN]
        if (lists := warnings.lists_of(one.first.kind, one.first.value))
    }


def _requests(visit: Visit, case: str) -> list[tuple[str, str]]:
    """Return the requests of a case by act and kind; none where the officer may not read it."""
    try:
        view = visit.toolbox.desks.cases.show(visit.actor, case=case, purpose=visit.purpose)
    except ComityError:
        return []
    return [(one.act, one.mechanism) for one in view.requests]


def _victim(visit: Visit) -> Victim:
    form = visit.form
    sector, criticality = form.get("sector"), form.get("criticality")
    return Victim(
        sector=Sector(sector) if sector in set(Sector) else None,
        criticality=Criticality(criticality) if criticality in set(Criticality) else None,
        family=form.get("family")[:200],
        case=form.get("case")[:100],
    )


def _terms(visit: Visit) -> Terms:
    form = visit.form
    mark = form.get("tlp")
    return Terms(
        tlp=parse_tlp(mark, where="tlp") if mark else UNMARKED,
        purpose=form.get("purpose-of-use"),
        basis=tuple(form.get("basis").replace(",", " ").split()),
        family=form.get("family")[:200],
    )


def _extract(visit: Visit) -> Extract:
    brands = visit.toolbox.desks.indicators.references.brands(visit.actor)

    def extract(name: str, data: bytes) -> list[Found]:
        return list(visit.toolbox.extract(name, data, brands))

    return extract
