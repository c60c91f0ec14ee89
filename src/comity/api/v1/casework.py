"""Routes of the cases: read, assess, draft, decide, approve, issue, and let out."""

from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from litestar import Response, delete, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import ApprovalWish, Decision, KindView
from comity.api.v1.callers import Caller, Http
from comity.api.v1.office import ROOT
from comity.kernel.errors import MalformedError
from comity.kernel.findings import Assessment
from comity.node.listing import PAGE
from comity.node.views import (
    ActView,
    CaseSummary,
    CaseView,
    DeliveryView,
    DraftView,
    DutyView,
    Page,
    RequestView,
)
from comity.requests import service
from comity.requests.kinds import Side

T = TypeVar("T")
WAITING = "comity-waiting"
"""Header of a list: cases that changed and are not read anew yet, 1000 for a thousand or more."""


@get(f"{ROOT}/cases", sync_to_thread=True)
def cases(
    caller: NamedDependency[Caller],
    purpose: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
) -> Response[list[CaseSummary]]:
    """List the cases of the office, oldest first, a page at a time; the reading is in the log first."""
    lists = caller.desks.lists
    page = lists.cases(caller.actor, purpose=caller.purpose(purpose), after=after, most=limit)
    return _page(page, "cases", limit)


@get(f"{ROOT}/duties", sync_to_thread=True)
def duties(
    caller: NamedDependency[Caller],
    purpose: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
    owner: FromQuery[str] = "mine",
) -> Response[list[DutyView]]:
    """List what the office owes (``owner=mine``) or the others (``theirs``), those late first, by pages."""
    if owner not in ("mine", "theirs"):
        raise MalformedError("duty.owner", f"{owner[:20]!r} is neither mine nor theirs")
    page = caller.desks.lists.due(
        caller.actor,
        purpose=caller.purpose(purpose),
        after=after,
        theirs=owner == "theirs",
        most=limit,
    )
    return _page(page, "duties", limit, owner=owner)


@get(f"{ROOT}/cases/{{case:str}}", sync_to_thread=True)
def case(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> CaseView:
    """Show one case; the reading is in the log first."""
    return caller.desks.cases.show(caller.actor, case=case, purpose=caller.purpose(purpose))


@get(f"{ROOT}/requests", sync_to_thread=True)
def requests(
    caller: NamedDependency[Caller],
    purpose: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
) -> Response[list[RequestView]]:
    """List the requests in so many cases of the office, a page at a time; the reading is in the log first."""
    lists = caller.desks.lists
    page = lists.requests(caller.actor, purpose=caller.purpose(purpose), after=after, most=limit)
    return _page(page, "requests", limit)


@get(f"{ROOT}/cases/{{case:str}}/deliveries", sync_to_thread=True)
def deliveries(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> list[DeliveryView]:
    """List the deliveries of a case and how far they came; the reading is in the log first."""
    held = caller.desks.cases.resolve(case)
    return list(caller.desks.evidence.deliveries(caller.actor, case=held, purpose=caller.purpose(purpose)))


@get(f"{ROOT}/acts/{{act:str}}/parts/{{name:str}}", sync_to_thread=True)
def part(
    caller: NamedDependency[Caller],
    act: FromPath[str],
    name: FromPath[str],
    purpose: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give one part of an act, byte for byte; the reading is in the log first."""
    data = caller.desks.cases.part(caller.actor, act=act, name=name, purpose=caller.purpose(purpose))
    return Response(data, media_type="application/octet-stream")


@get(f"{ROOT}/request-kinds", sync_to_thread=True)
def kinds(caller: NamedDependency[Caller]) -> list[KindView]:
    """List the kinds of request."""
    return [
        KindView(
            code=one.code,
            article=one.article,
            mechanism=one.mechanism,
            fields_from=one.fields_from,
            version=one.version,
            act=one.act,
            depth=one.depth.value,
            two_person=one.two_person,
            coercive=one.coercive,
            examples=service.examples(one.code),
        )
        for one in service.kinds()
    ]


@get(f"{ROOT}/request-kinds/{{kind:str}}/schema", sync_to_thread=True)
def schema(caller: NamedDependency[Caller], kind: FromPath[str]) -> dict[str, Any]:
    """Give the form of a kind as JSON Schema, each field with its paragraph."""
    return service.schema(kind)


@get(f"{ROOT}/request-kinds/{{kind:str}}/example", sync_to_thread=True)
def example(
    caller: NamedDependency[Caller], kind: FromPath[str], variant: FromQuery[int] = 1
) -> dict[str, Any]:
    """Give a complete form between two practice Parties, one of those that the kind has."""
    return service.example(kind, variant=variant)


@post(f"{ROOT}/requests/check", status_code=200)
async def check(
    request: Http, caller: NamedDependency[Caller], on: FromQuery[date], side: FromQuery[str] = "requesting"
) -> Assessment:
    """Assess a form without keeping it; the body is the form."""
    if side not in {one.value for one in Side}:
        raise MalformedError("side.unknown", f"{side[:20]!r} is no side", hint="requesting or requested")
    form = await request.body()
    overlay = caller.desks.place.overlay
    return await sync_to_thread(lambda: service.check(form, side=side, on=on, overlay=overlay))


@post(f"{ROOT}/requests", status_code=201)
async def draft_request(
    request: Http,
    caller: NamedDependency[Caller],
    to: FromQuery[str],
    *,
    case: FromQuery[str | None] = None,
    consult: FromQuery[bool] = False,
    outside: FromQuery[bool] = False,
    document: FromQuery[str | None] = None,
    single: FromQuery[str] = "",
) -> DraftView:
    """Prepare a request; the body is the form.

    ``consult`` only talks about it; ``outside`` is for an authority without a node; ``document`` is an upload
    that goes with it; ``single`` says why one person will approve it alone, in an emergency.
    """
    form, desk = await request.body(), caller.desks.cases
    return await sync_to_thread(
        lambda: desk.draft_request(
            caller.actor,
            form=form,
            to=to,
            case=case,
            consult=consult,
            outside=outside,
            document=_uploaded(caller, document),
            single=single,
        )
    )


@post(f"{ROOT}/cases/{{case:str}}/acts", status_code=201)
async def draft_act(
    request: Http,
    caller: NamedDependency[Caller],
    case: FromPath[str],
    kind: FromQuery[str],
    document: FromQuery[str | None] = None,
    *,
    single: FromQuery[str] = "",
) -> DraftView:
    """Prepare any other act of a case; the body is ``{"body": {…}, "parts": {…}}``."""
    form = await request.body()
    return await sync_to_thread(
        lambda: caller.desks.cases.draft_act(
            caller.actor,
            kind=kind,
            case=case,
            form=form,
            document=_uploaded(caller, document),
            single=single,
        )
    )


def _uploaded(caller: Caller, upload: str | None) -> bytes | None:
    """Return the bytes of an uploaded document; None where none is named."""
    return None if upload is None else caller.toolbox.work.document(caller.actor, upload=upload)


@get(f"{ROOT}/drafts/{{act:str}}", sync_to_thread=True)
def draft(
    caller: NamedDependency[Caller], act: FromPath[str], purpose: FromQuery[str | None] = None
) -> DraftView:
    """Show a draft of the office; the reading is in the log first."""
    return caller.toolbox.reading.draft(caller.actor, act=act, purpose=caller.purpose(purpose)).view


@post(f"{ROOT}/drafts/{{act:str}}/decisions", status_code=201, sync_to_thread=True)
def decide(caller: NamedDependency[Caller], act: FromPath[str], data: JSONBody[Decision]) -> DraftView:
    """Decide one open finding by name."""
    return caller.desks.cases.decide(
        caller.actor,
        act=act,
        finding=data.finding,
        outcome=data.outcome,
        inner=data.inner,
        outer=data.outer,
    )


@post(f"{ROOT}/drafts/{{act:str}}/approvals", status_code=201, sync_to_thread=True)
def approve(caller: NamedDependency[Caller], act: FromPath[str], data: JSONBody[ApprovalWish]) -> DraftView:
    """Approve a draft with the officer's own key."""
    return caller.desks.cases.approve(caller.approver(data.passphrase), act=act, reason=data.reason)


@post(f"{ROOT}/drafts/{{act:str}}/issue", status_code=201, sync_to_thread=True)
def issue(caller: NamedDependency[Caller], act: FromPath[str]) -> ActView:
    """Sign a complete draft as the authority and send it."""
    return caller.desks.cases.issue(caller.actor, act=act)


@delete(f"{ROOT}/drafts/{{act:str}}", status_code=204, sync_to_thread=True)
def drop(caller: NamedDependency[Caller], act: FromPath[str]) -> None:
    """Drop a draft."""
    caller.desks.cases.drop(caller.actor, act=act)


def _page(page: Page[T], route: str, limit: int, **members: str) -> Response[list[T]]:
    """Return a page as its items; the header ``link`` leads to the next one. Basis: RFC 8288"""
    headers = {WAITING: str(page.waiting)}
    if page.next:
        query = urlencode({**members, "after": page.next, "limit": limit})
        headers["link"] = f'<{ROOT}/{route}?{query}>; rel="next"'
    return Response(list(page.items), headers=headers)


CASEWORK: tuple[HTTPRouteHandler, ...] = (
    cases, case, duties, requests, deliveries, part, kinds, schema, example, check, draft_request, draft_act,
    draft, decide, approve, issue, drop,
)  # fmt: skip
