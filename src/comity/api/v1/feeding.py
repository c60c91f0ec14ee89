"""Routes of feeds and alerts: what is shared with whom, what came and is not taken; warnings, answers."""

from dataclasses import dataclass, field

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.api.v1.scams import ReasonWish
from comity.indicators.errors import bad_form
from comity.indicators.feedfigures import FeedFigures
from comity.indicators.marks import UNMARKED, parse_tlp
from comity.kernel.clock import Instant, read_instant
from comity.node.alerting import AlertForm, Hit
from comity.node.feedsharing import GivenView
from comity.node.feedviews import (
    AlertDetails,
    BatchView,
    FeedView,
    ShareView,
    StopView,
    alert_details,
    batch_view,
    feed_view,
    share_view,
    stop_view,
)
from comity.node.indicators import Terms

MOST_BATCHES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareWish:
    """To which office of a peer what is published goes, for what, up to which mark, until when."""

    to: str
    purpose: str
    tlp: str = "amber"
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWish:
    """Which office is given nothing new, and whether all that it was given is taken back."""

    to: str
    recall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWish:
    """Which feed of an office of a peer is not taken, and why; whether what it brought is withdrawn."""

    source: str
    reason: str
    feed: str = "indicators"
    withdraw: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeWish:
    """Which feed of an office of a peer is taken again, and why."""

    source: str
    reason: str
    feed: str = "indicators"
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWish:
    """What is warned of, and who is warned; ``hit`` in ``to`` are those who told us of the same.

    Attributes:
        answer_within: Minutes; 0 for never.
        override: Why values that a warning list knows are named all the same.
    """

    words: str
    to: list[str]
    family: str = ""
    indicators: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    critical: bool = False
    victim: str = ""
    tlp: str = ""
    purpose: str = ""
    basis: list[str] = field(default_factory=list)
    retain_until: str = ""
    case: str = ""
    answer_within: int = 0
    override: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWish:
    """Whether this office sees the same: ``yes``, ``no`` or nothing; and what it adds."""

    hit: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A statement of this office that names the same."""

    id: str
    type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAnswer:
    """An alert, what is held here of the same, and in which cases."""

    record: AlertDetails
    matches: tuple[MatchView, ...]
    cases: tuple[str, ...]


@get(f"{ROOT}/feeds", sync_to_thread=True)
def feeds(caller: NamedDependency[Caller]) -> list[FeedView]:
    """List what is shared with whom by which decision, and how far each feed is."""
    return [feed_view(one) for one in caller.desks.feeds.shared(caller.actor)]


@post(f"{ROOT}/feeds", status_code=201, sync_to_thread=True)
def share(caller: NamedDependency[Caller], data: JSONBody[ShareWish]) -> ShareView:
    """Decide that an office of a peer is given what is published; again: under these terms."""
    made = caller.desks.feeds.share(
        caller.actor,
        to=data.to,
        purpose=data.purpose,
        most_tlp=parse_tlp(data.tlp, where="tlp"),
        until=_time(data.until, where="until"),
    )
    return share_view(made)


@post(f"{ROOT}/feeds/ends", status_code=201, sync_to_thread=True)
def end(caller: NamedDependency[Caller], data: JSONBody[EndWish]) -> ShareView:
    """Give an office of a peer nothing new; or take back all that it was given."""
    return share_view(caller.desks.feeds.stop(caller.actor, to=data.to, recall=data.recall))


@get(f"{ROOT}/feeds/received", sync_to_thread=True)
def received(caller: NamedDependency[Caller], source: FromQuery[str | None] = None) -> list[BatchView]:
    """List the batches that came, the newest first, and what of them was not taken and why."""
    found = caller.desks.feeds.received(caller.actor, source=source or "")
    return [batch_view(one) for one in found[:MOST_BATCHES]]


@get(f"{ROOT}/feeds/holders/{{name:str}}", sync_to_thread=True)
def holders(caller: NamedDependency[Caller], name: FromPath[str]) -> list[GivenView]:
    """List who was given a statement, and whether the receipt is in."""
    return list(caller.desks.feeds.holders(caller.actor, name=name))


@get(f"{ROOT}/feeds/figures", sync_to_thread=True)
def figures(
    caller: NamedDependency[Caller],
    since: FromQuery[str | None] = None,
    until: FromQuery[str | None] = None,
    held: FromQuery[bool | None] = None,
) -> FeedFigures:
    """Give figures for a span of days, both counted in; with ``held`` every statement is read for it."""
    return caller.desks.feeds.figures(caller.actor, first=since or "", last=until or "", stands=bool(held))


@get(f"{ROOT}/feeds/stops", sync_to_thread=True)
def stops(caller: NamedDependency[Caller]) -> list[StopView]:
    """List which feeds of peers were ever left untaken, by the last decision on each."""
    return [stop_view(one) for one in caller.desks.feeds.stops(caller.actor)]


@post(f"{ROOT}/feeds/stops", status_code=201, sync_to_thread=True)
def refuse(caller: NamedDependency[Caller], data: JSONBody[StopWish]) -> StopView:
    """Take nothing new of a peer's feed; its retractions are taken."""
    made = caller.desks.feeds.refuse(
        caller.actor,
        source=data.source,
        reason=data.reason,
        feed=data.feed,
        withdraw=data.withdraw,
        language=data.language,
    )
    return stop_view(made)


@post(f"{ROOT}/feeds/resumptions", status_code=201, sync_to_thread=True)
def resume(caller: NamedDependency[Caller], data: JSONBody[ResumeWish]) -> StopView:
    """Take a peer's feed again; what was passed over comes again."""
    made = caller.desks.feeds.resume(
        caller.actor, source=data.source, reason=data.reason, feed=data.feed, language=data.language
    )
    return stop_view(made)


@get(f"{ROOT}/alerts", sync_to_thread=True)
def alerts(caller: NamedDependency[Caller]) -> list[AlertDetails]:
    """List alerts, ours and others', the newest first."""
    return [alert_details(one) for one in caller.desks.alerts.alerts(caller.actor)]


@post(f"{ROOT}/alerts", status_code=201, sync_to_thread=True)
def send(caller: NamedDependency[Caller], data: JSONBody[AlertWish]) -> AlertDetails:
    """Warn offices of peers."""
    terms = Terms(
        tlp=parse_tlp(data.tlp, where="tlp") if data.tlp else UNMARKED,
        purpose=data.purpose,
        basis=tuple(data.basis),
        retain_until=_time(data.retain_until, where="retain_until"),
        case=data.case,
    )
    form = AlertForm(
        family=data.family,
        indicators=tuple(data.indicators),
        sectors=tuple(data.sectors),
        critical=data.critical,
        words=data.words,
        victim=data.victim,
        terms=terms,
        to=tuple(data.to),
        answer_within=data.answer_within,
        override=data.override,
    )
    return alert_details(caller.desks.alerts.send(caller.actor, form))


@get(f"{ROOT}/alerts/{{name:str}}", sync_to_thread=True)
def alert(caller: NamedDependency[Caller], name: FromPath[str]) -> AlertAnswer:
    """Give an alert with what this office holds of the same; the reading is in the log first."""
    found = caller.desks.alerts.show(caller.actor, name=name)
    matches = tuple(MatchView(id=one.id, type=one.kind.value, value=one.value) for one in found.matches)
    return AlertAnswer(record=alert_details(found.record), matches=matches, cases=found.cases)


@post(f"{ROOT}/alerts/hits", status_code=200, sync_to_thread=True)
def hit(caller: NamedDependency[Caller], data: JSONBody[AlertWish]) -> list[Hit]:
    """List the peers that told us of the same family or values as an alert that is not sent yet."""
    return list(caller.desks.alerts.hit(caller.actor, family=data.family, indicators=data.indicators))


@post(f"{ROOT}/alerts/{{name:str}}/answer", status_code=200, sync_to_thread=True)
def answer(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[AnswerWish]) -> AlertDetails:
    """Answer a peer's alert; what rang is silent."""
    made = caller.desks.alerts.answer(caller.actor, name=name, hit=data.hit, words=data.words)
    return alert_details(made)


@post(f"{ROOT}/alerts/{{name:str}}/recall", status_code=200, sync_to_thread=True)
def recall(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[ReasonWish]) -> AlertDetails:
    """Take an alert of ours back; everybody who was told is told."""
    return alert_details(caller.desks.alerts.recall(caller.actor, name=name, reason=data.reason))


def _time(text: str, *, where: str) -> Instant | None:
    try:
        return read_instant(text) if text else None
    except ValueError as exc:
        raise bad_form("a time is written such as 2027-01-31T00:00:00Z", where=where) from exc


FEEDS: tuple[HTTPRouteHandler, ...] = (
    feeds, share, end, received, holders, figures, stops, refuse, resume, alerts, send, alert, hit, answer,
    recall,
)  # fmt: skip
