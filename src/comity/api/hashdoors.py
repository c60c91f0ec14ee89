"""The doors for receivers of lists of fingerprints: the calls of NCMEC and StopNCII, for their clients.

    GET  /ncmec/v2/status, /members, /entries?from=&to=&start=&size=, /feedback/TYPE/reasons
    PUT  /ncmec/v2/entries/MEMBER/ID/TYPE/feedback
    GET  /stopncii/FetchHashes?startTimestamp=&pageSize=&nextPageToken=      (also below /stopncii/v1/)
    POST /stopncii/SubmitHashes, /stopncii/SubmitFeedback

A receiver shows the key that it was given: as the password of Basic at the first, as ``x-functions-key`` at
the second. No fingerprint of an image, and nothing else of a call, is written to a log.

Basis: RFC 7617
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar, Request, Response, get, post, put
from litestar.concurrency import sync_to_thread
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from comity.api.bounddoors import bound_routes
from comity.api.errors import problem_response, status_response
from comity.kernel.clock import MINUTE, SECOND, Instant
from comity.kernel.errors import ComityError, MalformedError
from comity.node.bounddoors import BoundDoors
from comity.node.hashdoors import HashDoors, Receiver
from comity.protection import ncmec, stopncii
from comity.protection.categories import Subject

NCMEC, STOPNCII = "/ncmec/", "/stopncii/"
XML = "application/xml; charset=utf-8"
JSON = "application/json"
MOST_BODY = 1 << 20
MOST_PAGE = 1000
A_MINUTE = 600
"""Calls of one receiver in a minute; a further one is answered with 429."""
_QUARTER = 15 * MINUTE
_FARTHEST = 14 * 60 * MINUTE
_CALLER = "protect.caller"

_Http = Request[Any, Any, Any]


@dataclass(slots=True, kw_only=True)
class Guard:
    """Counts the calls of each receiver, and remembers how far ahead of ours its clock writes.

    A widespread client writes its local time and calls it UTC. Where it is east of us the end that it asks
    for lies in the future; the beginning is then set back by as much, so that nothing is left out.
    """

    now: Callable[[], Instant]
    left: dict[str, tuple[float, int]] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)

    def admits(self, name: str) -> bool:
        """Tell whether another call of a receiver is taken now."""
        now = self.now()
        tokens, at = self.left.get(name, (float(A_MINUTE), now))
        tokens = min(float(A_MINUTE), tokens + (now - at) * A_MINUTE / MINUTE)
        self.left[name] = (max(0.0, tokens - 1), now)
        return tokens >= 1

    def begins(self, name: str, since: Instant, until: Instant) -> int:
        """Return from when on a receiver has to be told, for what it asked."""
        beyond = until - self.now()
        if beyond > MINUTE:
            quarters = min(_FARTHEST, -(-beyond // _QUARTER) * _QUARTER)
            self.ahead[name] = max(self.ahead.get(name, 0), quarters)
        return max(0, since - self.ahead.get(name, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorToolbox:
    """What the doors call.

    Attributes:
        doors: What receivers may do.
        now: The time.
        report: Takes one line about a bug.
    """

    doors: HashDoors
    now: Callable[[], Instant]
    report: Callable[[str], None]


def hash_doors_app(toolbox: DoorToolbox) -> Litestar:
    """Return the application behind ``/ncmec/``, ``/stopncii/`` and ``/receivers/``."""
    room = _Room(toolbox=toolbox, guard=Guard(now=toolbox.now))

    def refused(_request: _Http, error: ComityError) -> Response[bytes]:
        if error.code == _CALLER:
            answer = status_response(401)
            answer.headers["www-authenticate"] = 'Basic realm="lists", charset="UTF-8"'
            return answer
        return problem_response(error)

    def not_served(_request: _Http, error: HTTPException) -> Response[bytes]:
        return status_response(error.status_code)

    def bug(_request: _Http, error: Exception) -> Response[bytes]:
        toolbox.report(f"doors of lists: {type(error).__name__}")
        return status_response(500)

    return Litestar(
        route_handlers=[
            *_ncmec(room),
            *_stopncii(room),
            *bound_routes(BoundDoors(doors=toolbox.doors), room.guard.admits),
        ],
        exception_handlers={ComityError: refused, HTTPException: not_served, Exception: bug},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=MOST_BODY,
        debug=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """Leads a call to its work: who calls, how often, then in a thread what is asked."""

    toolbox: DoorToolbox
    guard: Guard

    async def answered(
        self,
        request: _Http,
        subject: Subject,
        work: Callable[[Receiver, _Http, bytes], bytes],
        *,
        media: str,
    ) -> Response[bytes]:
        """Return the answer of some work for the receiver that calls."""
        key = _basic_key(request) if subject is Subject.CHILD else request.headers.get("x-functions-key", "")
        caller = await sync_to_thread(self.toolbox.doors.receiver, key, subject=subject)
        if not self.guard.admits(caller.name):
            answer = status_response(429)
            answer.headers["retry-after"] = "1"
            return answer
        body = b"" if request.method == "GET" else await request.body()
        made = await sync_to_thread(work, caller, request, body)
        return Response(made, media_type=media, headers={"cache-control": "no-store"})

    def entries(self, caller: Receiver, request: _Http, _body: bytes) -> bytes:
        """Return a page of NCMEC's entries."""
        query = request.query_params
        since_text, until_text = query.get("from", "1970-01-01T00:00:00Z"), query.get("to", "")
        now = self.toolbox.now()
        since = ncmec.parse_stamp(since_text, where="from")
        until = ncmec.parse_stamp(until_text, where="to") if until_text else now
        begins = self.guard.begins(caller.name, since, until)
        size = _number(query.get("size", ""), "size", most=MOST_PAGE, otherwise=MOST_PAGE)
        found = self.toolbox.doors.walk(
            caller,
            after=_number(query.get("start", ""), "start", most=1 << 62, otherwise=0),
            since=begins - begins % SECOND,
            until=until - until % SECOND + SECOND - 1,
            most=max(1, size),
        )
        page = ncmec.Page(
            since=since_text,
            until=until_text or ncmec.stamp(until),
            after=found.after,
            size=max(1, size),
            last=found.last,
            more=found.more,
        )
        return ncmec.entries_xml(found.found, page, own=str(caller.authority))

    def hashes(self, caller: Receiver, request: _Http, _body: bytes) -> bytes:
        """Return a page of StopNCII's records."""
        query = request.query_params
        start = _number(query.get("startTimestamp", ""), "startTimestamp", most=1 << 40, otherwise=0)
        after = stopncii.parse_token(query.get("nextPageToken", ""))
        size = _number(query.get("pageSize", ""), "pageSize", most=MOST_PAGE, otherwise=800)
        found = self.toolbox.doors.walk(caller, after=after, since=start * SECOND, most=max(1, size))
        return stopncii.fetched(found.found, start=start, after=found.after or after, more=found.more)

    def voted(self, caller: Receiver, request: _Http, body: bytes) -> bytes:
        """Keep NCMEC's feedback on an entry."""
        places = request.path_params
        kind = str(places["kind"]).upper()
        if kind not in ncmec.TYPES:
            raise MalformedError(
                "protect.feedback", "the feedback is on no kind of fingerprint", where="type"
            )
        good, reason = ncmec.parse_feedback(body)
        vote = stopncii.own_vote(caller.member, caller.name, self.toolbox.now())
        vote = stopncii.filled(vote, on=kind.lower(), good=good, reason=reason)
        self.toolbox.doors.vote(caller, places=[f"{places['member']}/{places['entry']}"], vote=vote)
        return ncmec.done_xml()

    def submitted(self, caller: Receiver, _request: _Http, body: bytes) -> bytes:
        """Take StopNCII's hashes in."""
        vote = stopncii.own_vote(caller.member, caller.name, self.toolbox.now())
        entries = stopncii.parse_hashes(body, vote=vote)
        return b'{"count":%d,"added":%d}' % (len(entries), self.toolbox.doors.submit(caller, entries=entries))

    def said(self, caller: Receiver, _request: _Http, body: bytes) -> bytes:
        """Keep StopNCII's feedback on hashes."""
        vote = stopncii.own_vote(caller.member, caller.name, self.toolbox.now())
        said = stopncii.parse_feedbacks(body, vote=vote)
        for value, one in said:
            places = [f"1/{stopncii.place_of(signal, value)}" for signal in stopncii.SIGNALS]
            self.toolbox.doors.vote(caller, places=places, vote=one)
        return b'{"count":%d}' % len(said)


def _ncmec(room: _Room) -> list[HTTPRouteHandler]:
    base, own = f"{NCMEC}v2", Subject.CHILD

    @get(f"{base}/status")
    async def status(request: _Http) -> Response[bytes]:
        return await room.answered(
            request, own, lambda caller, _r, _b: ncmec.status_xml(caller.name, caller.member), media=XML
        )

    @get(f"{base}/members")
    async def members(request: _Http) -> Response[bytes]:
        def work(caller: Receiver, _request: _Http, _body: bytes) -> bytes:
            return ncmec.members_xml(room.toolbox.doors.members(caller))

        return await room.answered(request, own, work, media=XML)

    @get(f"{base}/entries")
    async def entries(request: _Http) -> Response[bytes]:
        return await room.answered(request, own, room.entries, media=XML)

    @get(f"{base}/feedback/{{kind:str}}/reasons")
    async def reasons(request: _Http) -> Response[bytes]:
        def work(_caller: Receiver, given: _Http, _body: bytes) -> bytes:
            return ncmec.reasons_xml(str(given.path_params["kind"])[:40])

        return await room.answered(request, own, work, media=XML)

    @put(f"{base}/entries/{{member:int}}/{{entry:str}}/{{kind:str}}/feedback")
    async def feedback(request: _Http) -> Response[bytes]:
        return await room.answered(request, own, room.voted, media=XML)

    return [status, members, entries, reasons, feedback]


def _stopncii(room: _Room) -> list[HTTPRouteHandler]:
    own = Subject.INTIMATE

    @get([f"{STOPNCII}FetchHashes", f"{STOPNCII}v1/FetchHashes"])
    async def fetch(request: _Http) -> Response[bytes]:
        return await room.answered(request, own, room.hashes, media=JSON)

    @post([f"{STOPNCII}SubmitHashes", f"{STOPNCII}v1/SubmitHashes"], status_code=200)
    async def submit(request: _Http) -> Response[bytes]:
        return await room.answered(request, own, room.submitted, media=JSON)

    @post([f"{STOPNCII}SubmitFeedback", f"{STOPNCII}v1/SubmitFeedback"], status_code=200)
    async def feedback(request: _Http) -> Response[bytes]:
        return await room.answered(request, own, room.said, media=JSON)

    return [fetch, submit, feedback]


def _basic_key(request: _Http) -> str:
    """Return the password of Basic; empty where there is none."""
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(coded, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _number(text: str, name: str, *, most: int, otherwise: int) -> int:
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise MalformedError("protect.query", f"{text[:20]!r} is no number", where=name)
    return min(int(text), most)
