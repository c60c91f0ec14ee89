"""Routes of the indicators' room: statements, reports judged value by value, campaigns, families, figures."""

import base64
import binascii
from dataclasses import dataclass, field

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.indicators.errors import bad_form
from comity.indicators.families import Family
from comity.indicators.figures import Figures
from comity.indicators.marks import UNMARKED, parse_pap, parse_tlp
from comity.indicators.observations import Found
from comity.indicators.recognising import Recognised
from comity.indicators.reports import Criticality, Report, Sector, Victim
from comity.kernel.clock import read_instant
from comity.node.indicators import Taken, Terms
from comity.node.indicatorviews import (
    IndicatorView,
    PageView,
    ValueView,
    page_view,
    statement_view,
    value_views,
)
from comity.node.publicform import FormState
from comity.node.reportdesk import MOST_CAMPAIGNS, CampaignPage, CampaignView, Extract, OpenReport
from comity.node.sharing import Published


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimWish:
    """Whom it hit, as far as anybody said; empty for what is not known."""

    sector: str = ""
    criticality: str = ""
    family: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWish:
    """A message to be taken apart.

    Attributes:
        text: Its words; or
        data: its bytes in Base64, at most 1 MiB.
        name: Name of its file.
    """

    text: str = ""
    data: str = ""
    name: str = "text.txt"
    victim: VictimWish = field(default_factory=VictimWish)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWish:
    """What becomes of values, each named as ``TYPE VALUE``, and the marks and limits of what is kept."""

    kept: list[str] = field(default_factory=list)
    dismissed: list[str] = field(default_factory=list)
    tlp: str = ""
    pap: str = ""
    purpose: str = ""
    basis: list[str] = field(default_factory=list)
    retain_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonWish:
    """Why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractWish:
    """Why, in words; and in which language: without it, that which the officer prefers."""

    reason: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishWish:
    """What is published, and why what a warning list knows is published all the same."""

    names: list[str]
    override: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWish:
    """Whether the public form is open, and for how many days what comes in is kept."""

    on: bool
    keep_days: int = 90
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnswer:
    """A report that an officer reads, with its values and the families of ransomware it may speak of."""

    report: Report
    words: str
    contact: str
    values: tuple[ValueView, ...]
    notes: tuple[str, ...]
    families: tuple[Recognised, ...]


@get(f"{ROOT}/indicators", sync_to_thread=True)
def indicators(
    caller: NamedDependency[Caller],
    kind: FromQuery[str | None] = None,
    value: FromQuery[str | None] = None,
    after: FromQuery[int | None] = None,
    most: FromQuery[int | None] = None,
) -> PageView:
    """List statements, the oldest first: of a type, or with a value, or all."""
    page = caller.desks.indicators.list(
        caller.actor, kind=kind or "", value=value or "", after=max(0, after or 0), most=most or 100
    )
    return page_view(page)


@get(f"{ROOT}/indicators/{{name:str}}", sync_to_thread=True)
def indicator(
    caller: NamedDependency[Caller], name: FromPath[str], purpose: FromQuery[str | None] = None
) -> IndicatorView:
    """Give a statement with its versions, sources and sightings; the reading is in the log first."""
    versions, seen = caller.desks.indicators.show(caller.actor, name=name, purpose=purpose or "")
    return statement_view(versions, seen)


@post(f"{ROOT}/indicators/publications", status_code=201, sync_to_thread=True)
def publish(caller: NamedDependency[Caller], data: JSONBody[PublishWish]) -> Published:
    """Give statements to the receivers: all of those named, or none."""
    return caller.desks.sharing.publish(caller.actor, names=data.names, override=data.override)


@post(f"{ROOT}/indicators/{{name:str}}/retraction", status_code=204, sync_to_thread=True)
def retract(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[RetractWish]) -> None:
    """Retract a statement; every receiver who asks again is told."""
    caller.desks.sharing.retract(caller.actor, name=name, reason=data.reason, language=data.language)


@get(f"{ROOT}/indicators/exports/{{form:str}}", sync_to_thread=True)
def export(
    caller: NamedDependency[Caller], form: FromPath[str], kind: FromQuery[str | None] = None
) -> Response[bytes]:
    """Hand out what may leave as a file of exchange, or refuse it whole."""
    made = caller.desks.sharing.export(caller.actor, form=form, kind=kind or "")
    return Response(made.data, media_type="text/csv" if form == "csv" else "application/json")


@get(f"{ROOT}/scams/campaigns", sync_to_thread=True)
def campaigns(
    caller: NamedDependency[Caller],
    after: FromQuery[str | None] = None,
    most: FromQuery[int | None] = None,
) -> CampaignPage:
    """List the campaigns with reasons, cases and reports, the largest first; and what is common to many."""
    size = min(most or MOST_CAMPAIGNS, MOST_CAMPAIGNS)
    return caller.desks.scams.campaigns(caller.actor, after=after or "", most=size)


@get(f"{ROOT}/scams/campaigns/{{name:str}}", sync_to_thread=True)
def campaign(caller: NamedDependency[Caller], name: FromPath[str]) -> CampaignView:
    """Give one campaign with every message."""
    return caller.desks.scams.campaigns(caller.actor, name=name).campaigns[0]


@get(f"{ROOT}/scams/figures", sync_to_thread=True)
def figures(caller: NamedDependency[Caller]) -> Figures:
    """Give the figures; small cells of victims are hidden."""
    return caller.desks.scams.figures(caller.actor)


@get(f"{ROOT}/scams/families/{{name:str}}", sync_to_thread=True)
def families(caller: NamedDependency[Caller], name: FromPath[str]) -> list[Family]:
    """List the families of ransomware that a name, an ending, the name of a note or a hidden site means."""
    known = caller.desks.indicators.references.families(caller.actor)
    found = (known.named(name), *known.by_ending(name), *known.by_note(name), *known.by_site(name))
    return list({one.name: one for one in found if one is not None}.values())


@get(f"{ROOT}/scams/reports", sync_to_thread=True)
def reports(caller: NamedDependency[Caller], status: FromQuery[str | None] = None) -> list[Report]:
    """List reports without what they say, the oldest first."""
    return list(caller.desks.scams.queue(caller.actor, state=status or ""))


@post(f"{ROOT}/scams/reports", status_code=201, sync_to_thread=True)
def bring(caller: NamedDependency[Caller], data: JSONBody[MessageWish]) -> ReportAnswer:
    """Take apart what an officer brings; the message itself is not kept."""
    try:
        content = base64.b64decode(data.data, validate=True) if data.data else data.text.encode("utf-8")
    except (binascii.Error, ValueError) as exc:
        raise bad_form("the message is no Base64", where="data") from exc
    made = caller.desks.scams.bring(
        caller.actor, name=data.name, data=content, extract=_extract(caller), victim=_victim(data.victim)
    )
    return _answer(made)


@post(f"{ROOT}/scams/reports/{{report:str}}/opening", status_code=200, sync_to_thread=True)
def open_report(
    caller: NamedDependency[Caller], report: FromPath[str], purpose: FromQuery[str | None] = None
) -> ReportAnswer:
    """Open a report; the reading is in the log first, and the confined worker takes it apart once."""
    made = caller.desks.scams.open(caller.actor, name=report, extract=_extract(caller), purpose=purpose or "")
    return _answer(made)


@post(f"{ROOT}/scams/reports/{{report:str}}/decisions", status_code=201, sync_to_thread=True)
def decide(caller: NamedDependency[Caller], report: FromPath[str], data: JSONBody[DecisionWish]) -> Taken:
    """Keep values as indicators, dismiss others."""
    try:
        until = read_instant(data.retain_until) if data.retain_until else None
    except ValueError as exc:
        raise bad_form(
            "an end of retention is a time such as 2027-01-31T00:00:00Z", where="retain_until"
        ) from exc
    terms = Terms(
        tlp=parse_tlp(data.tlp, where="tlp") if data.tlp else UNMARKED,
        pap=parse_pap(data.pap, where="pap") if data.pap else None,
        purpose=data.purpose,
        basis=tuple(data.basis),
        retain_until=until,
    )
    return caller.desks.scams.decide(
        caller.actor, name=report, kept=data.kept, dismissed=data.dismissed, terms=terms
    )


@post(f"{ROOT}/scams/reports/{{report:str}}/victim", status_code=200, sync_to_thread=True)
def describe(caller: NamedDependency[Caller], report: FromPath[str], data: JSONBody[VictimWish]) -> Report:
    """Say whom a report concerns."""
    return caller.desks.scams.describe(caller.actor, name=report, victim=_victim(data))


@post(f"{ROOT}/scams/reports/{{report:str}}/dismissal", status_code=200, sync_to_thread=True)
def dismiss(caller: NamedDependency[Caller], report: FromPath[str], data: JSONBody[ReasonWish]) -> Report:
    """Dismiss a report; what it says is erased at once."""
    return caller.desks.scams.dismiss(caller.actor, name=report, reason=data.reason)


@post(f"{ROOT}/scams/form", status_code=200, sync_to_thread=True)
def switch(caller: NamedDependency[Caller], data: JSONBody[FormWish]) -> FormState:
    """Open the public form for the caller's office, or close it."""
    return caller.desks.scams.form.switch(
        caller.actor, on=data.on, keep_days=data.keep_days, notice=data.notice
    )


def _answer(made: OpenReport) -> ReportAnswer:
    return ReportAnswer(
        report=made.report,
        words=made.contents.words,
        contact=made.contents.contact,
        values=value_views(made.values),
        notes=tuple(f"{one.code} {one.detail}".strip() for one in made.contents.notes),
        families=made.contents.families,
    )


def _victim(wish: VictimWish) -> Victim:
    try:
        return Victim(
            sector=Sector(wish.sector) if wish.sector else None,
            criticality=Criticality(wish.criticality) if wish.criticality else None,
            family=wish.family[:200],
            case=wish.case[:100],
        )
    except ValueError as exc:
        raise bad_form("a sector or criticality that nobody knows", where="victim") from exc


def _extract(caller: Caller) -> Extract:
    brands = caller.desks.indicators.references.brands(caller.actor)

    def extract(name: str, data: bytes) -> list[Found]:
        return list(caller.toolbox.extract(name, data, brands))

    return extract


SCAMS: tuple[HTTPRouteHandler, ...] = (
    indicators, indicator, publish, retract, export, campaigns, campaign, figures, families, reports, bring,
    open_report, decide, describe, dismiss, switch,
)  # fmt: skip
