"""What TAXII servers and MISP answer, page by page: read within limits, with the place of what is broken."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from comity.indicators import stixwire
from comity.indicators.sources import Answer, Asked, Line, SourceKind, SourceRecord, SourceState, address_of
from comity.kernel.clock import MINUTE, SECOND, Instant, read_instant
from comity.kernel.errors import ComityError, ConflictError, MalformedError, NotFoundError

TAXII = "application/taxii+json;version=2.1"
JSON = "application/json"
LIMIT, MISP_LIMIT = 500, 20
MOST_PAGES, MOST_OBJECTS, MOST_TOTAL = 20_000, 10_000, 2 << 30
_SLACK = 10 * MINUTE
_MOST_WORD = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One page.

    Attributes:
        number: From 1, in this pull.
        items: Objects of STIX or events of MISP, as parsed JSON of any form.
        state: How far the source is read when this page is kept.
        size: Bytes.
    """

    number: int
    items: Sequence[Any]
    state: SourceState
    size: int


def pages_of(
    line: Line, source: SourceRecord, state: SourceState, *, now: Callable[[], Instant]
) -> Iterator[SourcePage]:
    """Yield the pages that were not read yet, in order.

    Raises:
        MalformedError: ``sources.answer``, ``sources.much``, ``json.*``: with the number of the page.
        NotFoundError: ``sources.collection``.
        As :meth:`Line.ask`.
    """
    begun = state if state.begun else replace(state, begun=now(), next="", top=state.since)
    if state.begun and source.kind is SourceKind.TAXII:
        # A word for the next page holds for one walk, and on some servers for one use: a pull that was cut
        # asks by time, from just before the last that was kept, since others may have come at the same time.
        begun = replace(begun, next="", since=_just_before(state.top) or state.since)
    step = _taxii_page if source.kind is SourceKind.TAXII else _misp_page
    path = objects_path(line, source) if source.kind is SourceKind.TAXII else source.address.path
    held, total, before = begun, 0, (0, "")
    for number in range(1, MOST_PAGES + 1):
        page = step(line, path, held, number)
        total += page.size
        if total > MOST_TOTAL:
            raise _much(f"page {number}")
        if page.state.begun and before == (before := (page.size, repr(page.items[-1:]))):
            raise _bad("the same page again", f"page {number}")
        if not page.state.begun:
            page = replace(page, state=replace(page.state, at=now()))
        yield page
        if not page.state.begun:
            return
        held = page.state
    raise _much(f"page {MOST_PAGES}")


def objects_path(line: Line, source: SourceRecord, *, writes: bool = False) -> str:
    """Return the path of the collection's objects: discovery and its list are asked as far as needed.

    Raises:
        NotFoundError: ``sources.collection``: not there, or not named where there are several.
        ConflictError: ``sources.read_only``: what is there may not be written, or takes no STIX 2.1.
    """
    root = _root(line, source)
    if source.collection:
        found = [
            _object(
                line.ask(Asked(path=f"{root}collections/{source.collection}/", media=TAXII)), "collection"
            )
        ]
    else:
        listed = _object(line.ask(Asked(path=f"{root}collections/", media=TAXII)), "collections")
        found = [one for one in listed.get("collections") or () if isinstance(one, dict)]
    found = [one for one in found if writes or one.get("can_read") is True]
    names = [str(one.get("id"))[:90] for one in found]
    if len(found) != 1 or not all(letter.isalnum() or letter in "._~-" for letter in names[0]):
        raise NotFoundError(
            "sources.collection",
            f"the server offers {len(names)} collections: {', '.join(names[:10])}",
            hint="name the one that is meant with --collection",
        )
    types = found[0].get("media_types") or []
    fits = not types or any(
        "version=2.1" in str(one) or str(one).strip() == "application/stix+json" for one in types
    )
    if writes and (found[0].get("can_write") is not True or not fits):
        raise ConflictError(
            "sources.read_only",
            f"the collection {names[0]} takes no objects of STIX 2.1 from us",
            hint="ask whoever runs it for the right to write",
        )
    return f"{root}collections/{names[0]}/objects/"


def read_answer(answer: Answer, where: str) -> dict[str, Any]:
    """Return the object that an answer holds; MalformedError ``sources.answer`` for another thing."""
    return _object(answer, where)


def _root(line: Line, source: SourceRecord) -> str:
    """Return the path of the API root: that of the address, or the one that the discovery there names."""
    ours = source.address
    value = _object(line.ask(Asked(path=ours.path, media=TAXII)), "discovery")
    listed = value.get("api_roots")
    if not isinstance(listed, list):
        return ours.path
    chosen = str(value.get("default") or (listed[0] if len(listed) == 1 else ""))
    if chosen.startswith("/") and not chosen.startswith("//"):
        host = f"[{ours.host}]" if ":" in ours.host else ours.host
        chosen = f"{ours.scheme}://{host}:{ours.port}{chosen}"
    try:
        found = address_of(chosen, allow_private=source.allow_private)
    except ComityError:
        found = None
    if found is None or (found.scheme, found.host, found.port) != (ours.scheme, ours.host, ours.port):
        raise _bad("its discovery names no one root at the same place", "discovery")
    return found.path


def _taxii_page(line: Line, path: str, state: SourceState, number: int) -> SourcePage:
    where = f"page {number}"
    query = [("limit", str(LIMIT))]
    query += [("added_after", state.since)] if state.since else []
    query += [("next", state.next)] if state.next else []
    answer = line.ask(Asked(path=path, query=tuple(query), media=TAXII))
    value = _object(answer, where)
    items = value.get("objects", [])
    if not isinstance(items, list) or len(items) > MOST_OBJECTS:
        raise _bad("no list of objects", where)
    top = _later(answer.last_added, state.top, where)
    if value.get("more") is not True:
        done = replace(state, since=top, next="", top="", begun=Instant(0))
        return SourcePage(number=number, items=items, state=done, size=len(answer.body))
    word = value.get("next")
    if not isinstance(word, str) or not 0 < len(word) <= _MOST_WORD or not items:
        raise _bad("there is more, and not where", where)
    return SourcePage(
        number=number, items=items, state=replace(state, next=word, top=top), size=len(answer.body)
    )


def _just_before(told: str) -> str:
    """Return the time a microsecond before one as TAXII writes it; empty for none."""
    return stixwire.stix_time(Instant(max(0, read_instant(told) - 1)), digits=6) if told else ""


def _later(told: str, held: str, where: str) -> str:
    """Return the later of two times as TAXII writes them."""
    if not told:
        return held
    try:
        return told if not held or read_instant(told) > read_instant(held) else held
    except ValueError as exc:
        raise _bad("a time that is none", where) from exc


def _misp_page(line: Line, path: str, state: SourceState, number: int) -> SourcePage:
    where, page = f"page {number}", int(state.next or 1)
    body: dict[str, Any] = {"returnFormat": "json", "page": page, "limit": MISP_LIMIT}
    body |= {"timestamp": state.since} if state.since else {}
    answer = line.ask(Asked(path=f"{path}events/restSearch", body=msgspec.json.encode(body), media=JSON))
    value = stixwire.read_json(answer.body, where=where)
    items = value.get("response") if isinstance(value, dict) else value
    if not isinstance(items, list) or len(items) > MOST_OBJECTS:
        raise _bad("no list of events", where)
    stamps = [stamp for one in items if (stamp := _stamp(one)) > 0]
    top = max([int(state.top or 0), *stamps])
    if items:
        held = replace(state, next=str(page + 1), top=str(top))
        return SourcePage(number=number, items=items, state=held, size=len(answer.body))
    # What changed while pages were read may lie behind us: so much is read again.
    since = min(top, (state.begun - _SLACK) // SECOND)
    done = replace(state, since=str(max(since, int(state.since or 0))), next="", top="", begun=Instant(0))
    return SourcePage(number=number, items=(), state=done, size=len(answer.body))


def _stamp(one: object) -> int:
    event = one.get("Event", one) if isinstance(one, dict) else None
    text = str(event.get("timestamp", "")) if isinstance(event, dict) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


def _object(answer: Answer, where: str) -> dict[str, Any]:
    value = stixwire.read_json(answer.body, where=where)
    if not isinstance(value, dict):
        raise _bad("no object", where)
    return value


def _bad(what: str, where: str) -> MalformedError:
    return MalformedError(
        "sources.answer",
        f"the source answers what cannot be used: {what}",
        hint="nothing of this page was kept; ask whoever runs the source",
        where=where,
    )


def _much(where: str) -> MalformedError:
    return MalformedError(
        "sources.much",
        "the source gives more than one pull takes",
        hint="pull again: it goes on where it stopped",
        where=where,
    )
