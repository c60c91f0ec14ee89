"""The door of bound receivers for takedowns: what they found where, and what they did about it.

    GET  /receivers/v1/takedowns
    POST /receivers/v1/takedowns
    POST /receivers/v1/takedowns/NUMBER/answers

A receiver shows the key of its record as a bearer token. Bodies are JSON of at most 64 KiB.

Basis: RFC 6750; 34(6)
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from comity.api.errors import status_response
from comity.kernel.errors import MalformedError
from comity.node.bounddoors import Answered, BoundDoors, Supplied
from comity.node.hashdoors import Receiver
from comity.protection.categories import Subject

RECEIVERS = "/receivers/"
MOST_BODY = 64 << 10
_JSON = "application/json"
_Http = Request[Any, Any, Any]
_Told = TypeVar("_Told", Supplied, Answered)


def bound_routes(doors: BoundDoors, admits: Callable[[str], bool]) -> list[HTTPRouteHandler]:
    """Return the routes.

    Args:
        doors: What receivers may do.
        admits: Tells whether another call of a receiver is taken now.
    """
    base = f"{RECEIVERS}v1/takedowns"

    async def answered(request: _Http, work: Callable[[Receiver, Subject, bytes], object]) -> Response[bytes]:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        caller, subject = await sync_to_thread(
            doors.receiver, key.strip() if scheme.lower() == "bearer" else ""
        )
        if not admits(caller.name):
            refused = status_response(429)
            refused.headers["retry-after"] = "1"
            return refused
        body = b"" if request.method == "GET" else await request.body()
        made = await sync_to_thread(work, caller, subject, body)
        return Response(msgspec.json.encode(made), media_type=_JSON, headers={"cache-control": "no-store"})

    @get(base)
    async def listed(request: _Http) -> Response[bytes]:
        return await answered(request, lambda caller, _subject, _body: doors.listed(caller))

    @post(base, status_code=200)
    async def supply(request: _Http) -> Response[bytes]:
        return await answered(
            request,
            lambda caller, subject, body: doors.supply(caller, subject=subject, told=_read(body, Supplied)),
        )

    @post(f"{base}/{{takedown:int}}/answers", status_code=200)
    async def answer(request: _Http) -> Response[bytes]:
        number = int(request.path_params["takedown"])
        return await answered(
            request,
            lambda caller, _subject, body: doors.answer(caller, takedown=number, told=_read(body, Answered)),
        )

    return [listed, supply, answer]


def _read(body: bytes, kind: type[_Told]) -> _Told:
    if len(body) > MOST_BODY:
        raise MalformedError("bound.call", "a call is at most 64 KiB")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise MalformedError("bound.call", f"the call does not read: {str(exc)[:200]}") from exc
