"""A TAXII 2.1 server: one API root and one collection for each office, pages by a stable number.

Basis: docs/spec/sharing.md
"""

import asyncio
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.api.sharing.answers import Answer, Call, Receive, Send, read_body, read_call, send_answer
from comity.indicators.ports import Receiver, Shared, Stretch
from comity.indicators.stixwire import stix_time
from comity.kernel.clock import Instant, read_instant
from comity.kernel.errors import ComityError, MalformedError, NotFoundError
from comity.node.receiving import (
    MOST_PAGE,
    MOST_PUSH,
    PageQuery,
    ReceivingDesk,
    collection_id,
    no_object,
    root_name,
)

DOOR = "/taxii2"
MEDIA = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"
_TAKEN = frozenset({"application/taxii+json;version=2.1", "application/taxii+json", "application/*", "*/*"})
_USUAL_PAGE = 100
_CHOOSING = frozenset({"match[id]", "match[type]", "match[version]", "match[spec_version]"})


class KeptPages:
    """Pages that were put together, each good until the shelf changes; the oldest make room.

    Args:
        most: Bytes of all of them.
    """

    def __init__(self, most: int = 32 << 20) -> None:
        self._most, self._held = most, 0
        self._turn = threading.Lock()
        self._pages: dict[Hashable, tuple[int, Answer]] = {}

    def get(self, asked: Hashable, mark: int) -> Answer | None:
        """Return the page of a question, if the shelf stands at this mark."""
        found = self._pages.get(asked)
        return found[1] if found is not None and found[0] == mark else None

    def put(self, asked: Hashable, mark: int, answer: Answer) -> None:
        """Keep a page."""
        with self._turn:
            self._drop(asked)
            self._pages[asked] = (mark, answer)
            self._held += len(answer.body)
            while self._held > self._most:
                self._drop(next(iter(self._pages)))

    def _drop(self, asked: Hashable) -> None:
        found = self._pages.pop(asked, None)
        self._held -= len(found[1].body) if found is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxiiDoor:
    """An ASGI application.

    Attributes:
        report: Takes one line about a fault of ours; nothing of a call.
        inline: Whether reading a page is quick enough to be done in the loop: a file, and no server. What
            looks for objects by more than their place is done in a thread.
    """

    desk: ReceivingDesk
    report: Callable[[str], None] = field(repr=False)
    inline: bool = True
    kept: KeptPages = field(default_factory=KeptPages, repr=False)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one call."""
        try:
            call = read_call(scope, door=DOOR)
            answer = await self._answer(call, receive)
        except ComityError as error:
            answer = told(error)
        except Exception as error:  # noqa: BLE001  the edge: a fault of ours becomes a plain answer
            self.report(f"taxii: {type(error).__name__}")
            answer = _problem(500, "fault", "a fault of this server", "")
        await send_answer(send, answer)

    async def _answer(self, call: Call, receive: Receive) -> Answer:
        if call.method == "POST":
            _require_content(call)
            self.desk.receiver(call.key)  # a stranger's body is not read
            body = await read_body(receive, most=MOST_PUSH)
            return await asyncio.get_running_loop().run_in_executor(None, self.written, call, body)
        if call.method == "DELETE":
            return await asyncio.get_running_loop().run_in_executor(None, self.removed, call)
        if call.method != "GET":
            return _problem(405, "method", "only GET, POST and DELETE are served", "")
        if self.inline and call.path[-1:] == ("objects",) and not _CHOOSING.intersection(call.query):
            return self.read(call)
        return await asyncio.get_running_loop().run_in_executor(None, self.read, call)

    def read(self, call: Call) -> Answer:
        """Return the answer of a GET."""
        _require_accept(call)
        match call.path:
            case (_, "collections", collection, "objects"):
                return self._page(call, collection)
            case (_, "collections", collection, "objects", name):
                return self._page(call, collection, ids=(name,))
            case (_, "collections", collection, "objects", name, "versions"):
                page = self.desk.versions(self._of(call, collection), name, _query(call))
                return _listed(page.objects, "versions", [_version(one) for one in page.objects], page.more)
            case (_, "collections", collection, "manifest"):
                page = self.desk.page(self._of(call, collection), _query(call))
                return _listed(page.objects, "objects", [_manifest(one) for one in page.objects], page.more)
            case (_, "status", name):
                self._of(call, None)
                return _answer(self.desk.status(call.key, name))
            case _:
                return _answer(msgspec.json.encode(self._described(call)))

    def written(self, call: Call, body: bytes) -> Answer:
        """Return the answer of a POST."""
        match call.path:
            case (_, "collections", collection, "objects"):
                key = self._of(call, collection)
                return _answer(msgspec.json.encode(self.desk.push(key, body)), status=202)
            case _:
                raise _nothing(call)

    def removed(self, call: Call) -> Answer:
        """Return the answer of a DELETE."""
        _require_accept(call)
        match call.path:
            case (_, "collections", collection, "objects", name):
                self.desk.remove(self._of(call, collection), name, _query(call))
                return _answer(b"")
            case _:
                raise _nothing(call)

    def _page(self, call: Call, collection: str, *, ids: tuple[str, ...] = ()) -> Answer:
        """Return a page, as it was put together before where nothing changed; the key is judged anew."""
        query = _query(call, ids=ids)

        def made(receiver: Receiver, mark: int) -> Answer | None:
            _require_place(call, receiver, collection)
            return self.kept.get(_asked(receiver, query), mark)

        found = self.desk.ready(call.key, query, made)
        if isinstance(found, Answer):
            return found
        if ids and not found.stretch.joined and query.after == 0 and query.since is None:
            raise no_object(ids[0])
        answer = _enveloped(found.stretch)
        if found.mark >= 0:
            self.kept.put(_asked(found.receiver, query), found.mark, answer)
        return answer

    def _of(self, call: Call, collection: str | None) -> str:
        """Return the key of a call to the root and collection of that key's office; 404 for any other."""
        _require_place(call, self.desk.receiver(call.key), collection)
        return call.key

    def _described(self, call: Call) -> dict[str, Any]:
        receiver = self.desk.receiver(call.key)
        root = f"{call.origin}{DOOR}/{root_name(receiver.authority)}/"
        match call.path:
            case ():
                return {
                    "title": f"Indicators of {receiver.authority}",
                    "description": "What this office shares with the holder of the key",
                    "default": root,
                    "api_roots": [root],
                }
            case (name,) if name == root_name(receiver.authority):
                return {
                    "title": f"Indicators of {receiver.authority}",
                    "versions": [MEDIA],
                    "max_content_length": MOST_PUSH,
                }
            case (name, "collections") if name == root_name(receiver.authority):
                return {"collections": [_collection(receiver)]}
            case (name, "collections", found) if name == root_name(
                receiver.authority
            ) and found == collection_id(receiver.authority):
                return _collection(receiver)
            case _:
                raise _nothing(call)


def _require_place(call: Call, receiver: Receiver, collection: str | None) -> None:
    known = (None, collection_id(receiver.authority))
    if call.path[0] != root_name(receiver.authority) or collection not in known:
        raise _nothing(call)


def told(error: ComityError) -> Answer:
    """Return an error as TAXII tells it."""
    if error.code == "sharing.key":
        answer = _problem(401, error.code, error.message, error.hint)
        return Answer(
            status=401,
            body=answer.body,
            media=MEDIA,
            headers=((b"www-authenticate", b'Basic realm="taxii"'),),
        )
    status = {"sharing.size": 413, "sharing.accept": 406, "sharing.content": 415, "sharing.query": 400}.get(
        error.code, error.status
    )
    return _problem(status, error.code, error.message, error.hint)


def _query(call: Call, *, ids: tuple[str, ...] = ()) -> PageQuery:
    """Return the question of a call.

    Raises:
        MalformedError: ``sharing.query``.
    """
    told = call.query
    try:
        limit = int(told.get("limit", _USUAL_PAGE))
        after = int(told.get("next", "0"))
        if limit < 1 or not 0 <= after < 1 << 62:
            raise ValueError("out of range")
        since = read_instant(told["added_after"]) if "added_after" in told else None
        versions = tuple(_exact(one) for one in _parts(told.get("match[version]", "")))
    except ValueError as exc:
        raise MalformedError(
            "sharing.query",
            "a parameter of the call cannot be read",
            hint="limit and next are whole numbers, added_after and versions are times",
        ) from exc
    kinds = _parts(told.get("match[type]", ""))
    specs = _parts(told.get("match[spec_version]", ""))
    if specs and "2.1" not in specs:
        kinds = ("nothing",)
    return PageQuery(
        after=after,
        since=since,
        ids=ids or _parts(told.get("match[id]", "")),
        kinds=kinds,
        versions=versions,
        most=min(limit, MOST_PAGE),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _exact(text: str) -> str:
    """Return a version as the store writes it."""
    return text if text in ("first", "last", "all") else stix_time(read_instant(text), digits=6)


def _enveloped(found: Stretch) -> Answer:
    """Return objects as an envelope; their bytes are put together as they are kept."""
    if not found.joined:
        return _answer(b"{}")
    head = (
        b'{"more":true,"next":"%d","objects":[' % found.last if found.more else b'{"more":false,"objects":['
    )
    return _answer(b"".join((head, found.joined, b"]}")), span=(found.first_at, found.last_at))


def _asked(receiver: Receiver, query: PageQuery) -> Hashable:
    return (receiver.authority, receiver.name, int(receiver.most_tlp), query)


def _listed(objects: Sequence[Shared], name: str, values: list[Any], more: bool) -> Answer:
    if not objects:
        return _answer(b"{}")
    said: dict[str, Any] = {"more": more, name: values}
    if more:
        said["next"] = str(objects[-1].number)
    return _answer(msgspec.json.encode(said), span=(objects[0].added_at, objects[-1].added_at))


def _answer(body: bytes, *, status: int = 200, span: tuple[Instant, Instant] | None = None) -> Answer:
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if span is not None:
        headers = (
            (b"x-taxii-date-added-first", stix_time(span[0], digits=6).encode("ascii")),
            (b"x-taxii-date-added-last", stix_time(span[1], digits=6).encode("ascii")),
        )
    return Answer(status=status, body=body, media=MEDIA, headers=headers)


def _version(one: Shared) -> str:
    if one.version == "0":
        return stix_time(one.added_at, digits=6)
    return f"{one.version[:-4]}Z" if one.version.endswith("000Z") else one.version


def _manifest(one: Shared) -> dict[str, str]:
    return {
        "id": one.object_id,
        "date_added": stix_time(one.added_at, digits=6),
        "version": _version(one),
        "media_type": STIX,
    }


def _collection(receiver: Receiver) -> dict[str, Any]:
    return {
        "id": collection_id(receiver.authority),
        "title": f"Indicators of {receiver.authority}",
        "can_read": True,
        "can_write": receiver.writes,
        "media_types": [STIX],
    }


def _require_accept(call: Call) -> None:
    accept = call.header("accept")
    if accept in _TAKEN:
        return
    offered = {part.split(";q=")[0].replace(" ", "") for part in accept.split(",")}
    if accept and not offered & _TAKEN:
        raise MalformedError(
            "sharing.accept", "this server answers in TAXII 2.1 only", hint=f"accept {MEDIA}"
        )


def _require_content(call: Call) -> None:
    _require_accept(call)
    if call.header("content-type").replace(" ", "") not in (MEDIA, "application/taxii+json"):
        raise MalformedError("sharing.content", "an envelope of TAXII 2.1 is meant", hint=f"send {MEDIA}")


def _nothing(call: Call) -> NotFoundError:
    return NotFoundError("sharing.nothing", f"nothing is served at {'/'.join(call.path)[:90]!r}")


def _problem(status: int, code: str, title: str, hint: str) -> Answer:
    body = {"title": title, "description": hint, "error_code": code, "http_status": str(status)}
    return Answer(status=status, body=msgspec.json.encode(body), media=MEDIA)
