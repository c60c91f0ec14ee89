"""The procedure at home of one case: its steps, what is recorded, what halts, and a form for each fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.cases.facts import FACTS, DomesticStep, Fact, Line
from comity.kernel.clock import Instant
from comity.kernel.findings import Finding
from comity.kernel.ijson import dump_ijson
from comity.node.access import Action, is_allowed
from comity.node.proceeding import HomeView
from comity.web.answers import Answer
from comity.web.due import due_lines
from comity.web.factforms import FactForm, fact_form, posted_fact
from comity.web.homepanel import step_rows
from comity.web.visits import Visit
from comity.web.words import Words, plain
from comity.wording import say

_DUTIES = frozenset(
    {f"duty.home_{step.value}" for step in DomesticStep} | {"duty.remedy_period", "duty.challenge_pending"}
)
_REASON = "reason:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A recorded line as a person reads it; ``reasons`` are findings by code, each with its reason."""

    number: int
    at: Instant
    recorded_at: Instant
    officer: str
    sentence: str
    items: tuple[str, ...]
    digest: str
    reasons: Mapping[str, str]
    struck: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of the sheet, with what is recorded of it."""

    name: str
    rows: tuple[tuple[str, str], ...]
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestShown:
    """A received request at home; ``form`` is there where its form of a fact was asked for."""

    home: HomeView
    head: str
    steps: tuple[StepShown, ...]
    lines: tuple[LineShown, ...]
    form: FactForm | None


def show(visit: Visit) -> Answer:
    """Show the domestic side of a case, and the form of a fact that the address names."""
    query = visit.query
    return _page(visit, fact=query.get("fact", ""), request=query.get("request", ""))


def record(visit: Visit) -> Answer:
    """Record a fact; what is open is shown first, to be decided by name with a reason."""
    desk, case, form = visit.toolbox.desks.procedure, visit.place("case"), visit.form
    data = dump_ijson(posted_fact(form))
    found = desk.weigh(visit.actor, case=case, form=data).to_decide
    reasons = {one.code: form.get(f"{_REASON}{one.code}") for one in found}
    if not all(reasons.values()):
        return _page(visit, fact=form.get("fact"), request=form.get("request"), waiting=found)
    desk.record(visit.actor, case=case, form=data, reasons=reasons)
    return visit.back(f"/cases/{case}/procedure")


def _page(visit: Visit, *, fact: str, request: str, waiting: tuple[Finding, ...] = ()) -> Answer:
    desks, actor = visit.toolbox.desks, visit.actor
    case = desks.cases.show(actor, case=visit.place("case"), purpose=visit.purpose)
    found = desks.procedure.show(actor, case=case.case, purpose=visit.purpose)
    lines = [(one, _line(one, visit.words, one.number in found.struck)) for one in found.lines]
    may_record = is_allowed(actor, Action.ACT_DRAFT)
    chosen = fact if fact in FACTS and may_record else ""
    return visit.page(
        "procedure.html",
        section="cases",
        case=case.case,
        requests=[
            _request(visit, one, lines, chosen if one.request == request else "") for one in found.requests
        ],
        due=due_lines(tuple(one for one in case.duties if one.code in _DUTIES), now=desks.place.clock.now()),
        may_record=may_record,
        facts=visit.choices("fact", list(FACTS)),
        waiting={one.code: one for one in waiting},
    )


def _request(
    visit: Visit, home: HomeView, lines: Sequence[tuple[Line, LineShown]], fact: str
) -> RequestShown:
    words, head = visit.words, ""
    mine = [(one, shown) for one, shown in lines if one.fact.request == home.request]
    if home.sheet is not None and home.measure is not None:
        sheet = home.sheet.sheet
        head = words.say(
            "home.sheet", party=sheet.party, version=sheet.version, since=sheet.since.isoformat()
        )
    return RequestShown(
        home=home,
        head=head,
        steps=tuple(
            StepShown(
                name=words.label("home_step", row.step.value),
                rows=step_rows(words, row),
                lines=tuple(shown for one, shown in mine if _step(one.fact) is row.step),
            )
            for row in (home.measure.steps if home.measure is not None else ())
        ),
        lines=tuple(shown for _, shown in mine),
        form=fact_form(visit, fact, home) if fact else None,
    )


def _step(fact: Fact) -> DomesticStep | None:
    """Return the step that a fact is about, where it names one."""
    found = getattr(fact, "step", None)
    return DomesticStep.SERVICE if fact.__struct_config__.tag == "served" else found


def _line(line: Line, words: Words, struck: bool) -> LineShown:
    fact = line.fact
    return LineShown(
        number=line.number,
        at=Instant(fact.at),
        recorded_at=line.recorded_at,
        officer=line.officer,
        sentence=say(f"home.{fact.__struct_config__.tag}", language=words.language, parameters=_said(fact)),
        items=fact.items,
        digest=getattr(fact, "digest", None) or "",
        reasons=line.decided,
        struck=struck,
    )


def _said(fact: Fact) -> dict[str, str | int]:
    """Return what a fact says, as the parameters of its sentence."""
    said: dict[str, str | int] = {}
    for name in fact.__struct_fields__:
        value = getattr(fact, name)
        if isinstance(value, bool):
            said[name] = "yes" if value else "no"
        elif isinstance(value, str):
            said[name] = plain(str(value)) or "–"
        elif isinstance(value, int):
            said[name] = value
    return said
