"""Routes of reports, looks and takedowns. No picture is taken or shown, and nothing is fetched."""

from dataclasses import dataclass, field

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.guardviews import ClusterView, IntakeView, LookView, QueueRow, ReportView
from comity.node.takedowns import Where
from comity.node.takedownviews import NoticeView, TakedownRow, TakedownView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWish:
    """A file of reports, as text.

    Attributes:
        content: XML or JSON.
        source: Who sent it.
        form: ``cybertipline`` or ``iccam``; empty to tell by its names.
    """

    content: str = field(repr=False)
    source: str
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookWish:
    """A look.

    Attributes:
        cluster: At which cluster.
        why: In words.
        blur: Whether it is wanted blurred; a choice, no protection.
        again: Whether to look although somebody did.
    """

    cluster: int
    why: str
    blur: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownWish:
    """A takedown; see ``comity protect takedown open``."""

    place: str
    subject: str
    why: str
    address: str = ""
    service: str = ""
    registrar: str = ""
    hashes: list[str] = field(default_factory=list, repr=False)
    report: int = 0
    plea: str = ""
    victim: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWish:
    """A notice, or an appeal.

    Attributes:
        to: Code of the channel.
        term: Code of the law that names a time; empty for none.
        words: What is added.
        appeal: Whether it is against a refusal.
    """

    to: str
    term: str = ""
    words: str = ""
    appeal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWish:
    """What came of a takedown; see ``comity protect takedown answer``."""

    step: str
    reason: str = ""
    words: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingWish:
    """How the person was told, in words; nothing by which the person is found."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Number of a takedown."""

    takedown: int


@get(f"{ROOT}/protection/reports", sync_to_thread=True)
def reports(caller: NamedDependency[Caller], purpose: FromQuery[str | None] = None) -> list[QueueRow]:
    """List the open reports by matter, imminent harm first, with every reason."""
    return list(caller.desks.reports.queue(caller.actor, purpose=caller.purpose(purpose)))


@post(f"{ROOT}/protection/reports", status_code=200, sync_to_thread=True)
def take_reports(caller: NamedDependency[Caller], data: JSONBody[ReportWish]) -> IntakeView:
    """Take reports in; what may be the content of a picture is dropped."""
    return caller.desks.reports.take_in(
        caller.actor, data=data.content.encode("utf-8", "replace"), source=data.source, form=data.form
    )


@get(f"{ROOT}/protection/reports/{{report:int}}", sync_to_thread=True)
def report(
    caller: NamedDependency[Caller], report: FromPath[int], purpose: FromQuery[str | None] = None
) -> ReportView:
    """Show one report, with the States that may take it."""
    return caller.desks.reports.show(caller.actor, report=report, purpose=caller.purpose(purpose))


@get(f"{ROOT}/protection/looks", sync_to_thread=True)
def clusters(caller: NamedDependency[Caller], purpose: FromQuery[str | None] = None) -> list[ClusterView]:
    """List the clusters of new files."""
    return list(caller.desks.looks.clusters(caller.actor, purpose=caller.purpose(purpose)))


@post(f"{ROOT}/protection/looks", status_code=200, sync_to_thread=True)
def look(
    caller: NamedDependency[Caller], data: JSONBody[LookWish], purpose: FromQuery[str | None] = None
) -> LookView:
    """Begin a look; it is in the log first, and no picture is shown."""
    return caller.desks.looks.look(
        caller.actor,
        cluster=data.cluster,
        why=data.why,
        purpose=caller.purpose(purpose),
        blur=data.blur,
        again=data.again,
    )


@get(f"{ROOT}/protection/takedowns", sync_to_thread=True)
def takedowns(caller: NamedDependency[Caller], purpose: FromQuery[str | None] = None) -> list[TakedownRow]:
    """List the takedowns, those whose clock ends first before the others."""
    return list(caller.desks.takedowns.listed(caller.actor, purpose=caller.purpose(purpose)))


@post(f"{ROOT}/protection/takedowns", status_code=200, sync_to_thread=True)
def open_takedown(caller: NamedDependency[Caller], data: JSONBody[TakedownWish]) -> Opened:
    """Open a takedown; nothing is resolved or fetched."""
    where = Where(place=data.place, address=data.address, service=data.service, registrar=data.registrar)
    number = caller.desks.takedowns.open(
        caller.actor,
        where=where,
        subject=data.subject,
        why=data.why,
        hashes=data.hashes,
        report=data.report,
        plea=data.plea,
        victim=data.victim,
    )
    return Opened(takedown=number)


@get(f"{ROOT}/protection/takedowns/{{takedown:int}}", sync_to_thread=True)
def takedown(
    caller: NamedDependency[Caller], takedown: FromPath[int], purpose: FromQuery[str | None] = None
) -> TakedownView:
    """Show one takedown."""
    return caller.desks.takedowns.show(caller.actor, takedown=takedown, purpose=caller.purpose(purpose))


@post(f"{ROOT}/protection/takedowns/{{takedown:int}}/notices", status_code=200, sync_to_thread=True)
def notice(
    caller: NamedDependency[Caller], takedown: FromPath[int], data: JSONBody[NoticeWish]
) -> NoticeView:
    """Record a notice or an appeal; a person sends it."""
    return caller.desks.takedowns.notice(
        caller.actor, takedown=takedown, to=data.to, term=data.term, words=data.words, appeal=data.appeal
    )


@post(f"{ROOT}/protection/takedowns/{{takedown:int}}/tellings", status_code=200, sync_to_thread=True)
def telling(
    caller: NamedDependency[Caller], takedown: FromPath[int], data: JSONBody[TellingWish]
) -> TakedownRow:
    """Record that the person who is shown was told how it stands."""
    return caller.desks.takedowns.told(caller.actor, takedown=takedown, words=data.words)


@post(f"{ROOT}/protection/takedowns/{{takedown:int}}/answers", status_code=200, sync_to_thread=True)
def answer(
    caller: NamedDependency[Caller], takedown: FromPath[int], data: JSONBody[AnswerWish]
) -> TakedownRow:
    """Record what came of a takedown."""
    return caller.desks.takedowns.answer(
        caller.actor,
        takedown=takedown,
        step=data.step,
        reason=data.reason,
        words=data.words,
        term=data.term,
    )


GUARDING: tuple[HTTPRouteHandler, ...] = (
    reports,
    take_reports,
    report,
    clusters,
    look,
    takedowns,
    open_takedown,
    takedown,
    notice,
    answer,
    telling,
)
