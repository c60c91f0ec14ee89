"""Routes of examination: begin it, read its reports, search in what it found, lists of known files."""

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import KnownListWish
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.evidence.triage import Query
from comity.kernel.clock import require_instant
from comity.node.examined import Examined
from comity.node.examinework import FindingPage, begin_examination, finding_view
from comity.node.knownfiles import KnownList
from comity.node.working import WorkView


@post(f"{ROOT}/deliveries/{{act:str}}/examination", status_code=202, sync_to_thread=True)
def examine(
    caller: NamedDependency[Caller], act: FromPath[str], purpose: FromQuery[str | None] = None
) -> WorkView:
    """Begin to examine a delivery, or go on where it was interrupted; the reading is in the log first."""
    return begin_examination(
        caller.desks.examination,
        caller.toolbox.work.room,
        caller.actor,
        delivery=caller.desks.cases.resolve(act),
        purpose=caller.purpose(purpose),
    )


@get(f"{ROOT}/cases/{{case:str}}/examinations", sync_to_thread=True)
def examinations(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> list[Examined]:
    """List what was examined in a case, in numbers; the reading is in the log first."""
    held = caller.desks.cases.resolve(case)
    return list(caller.desks.examination.reports(caller.actor, case=held, purpose=caller.purpose(purpose)))


@get(f"{ROOT}/cases/{{case:str}}/findings", sync_to_thread=True)
def findings(  # noqa: PLR0917  as many as a search has
    caller: NamedDependency[Caller],
    case: FromPath[str],
    text: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    remark: FromQuery[str] = "",
    media_type: FromQuery[str] = "",
    sha256: FromQuery[str] = "",
    known: FromQuery[str] = "",
    since: FromQuery[int | None] = None,
    until: FromQuery[int | None] = None,
    exhibit: FromQuery[int] = 0,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = 50,
    purpose: FromQuery[str | None] = None,
) -> FindingPage:
    """Search in what was examined in a case; what is looked for is in the log first."""
    page = caller.desks.examination.search(
        caller.actor,
        case=caller.desks.cases.resolve(case),
        purpose=caller.purpose(purpose),
        query=Query(
            text=text,
            kind=kind,
            note=remark,
            media_type=media_type,
            digest=sha256,
            known=known,
            since=None if since is None else require_instant(since, where="since"),
            until=None if until is None else require_instant(until, where="until"),
            exhibit=exhibit,
        ),
        after=after,
        most=max(1, limit),
    )
    return FindingPage(
        findings=tuple(finding_view(hit) for hit in page.hits),
        searched=page.searched,
        refused=page.refused,
        unfinished=page.unfinished,
        after=page.after,
    )


@get(f"{ROOT}/known-files", sync_to_thread=True)
def known_files(caller: NamedDependency[Caller]) -> list[KnownList]:
    """List the lists of known files."""
    return list(caller.desks.examination.known.lists_here(caller.actor))


@post(f"{ROOT}/known-files", status_code=201, sync_to_thread=True)
def add_known(caller: NamedDependency[Caller], data: JSONBody[KnownListWish]) -> KnownList:
    """Take in the SHA-256 digests of an uploaded text file as a list; an older one is replaced."""
    caller.desks.examination.known.require_change(caller.actor)
    room, officer = caller.toolbox.work.room, caller.session.officer
    made = caller.desks.examination.known.put(
        caller.actor,
        name=data.name,
        path=room.path(officer, data.upload),
        source=data.source,
        dated=data.dated,
    )
    room.drop_upload(officer, data.upload)
    return made


@delete(f"{ROOT}/known-files/{{name:str}}", status_code=204, sync_to_thread=True)
def drop_known(caller: NamedDependency[Caller], name: FromPath[str]) -> None:
    """Remove a list of known files."""
    caller.desks.examination.known.drop(caller.actor, name=name)


EXAMINING: tuple[HTTPRouteHandler, ...] = (
    examine, examinations, findings, known_files, add_known, drop_known,
)  # fmt: skip
