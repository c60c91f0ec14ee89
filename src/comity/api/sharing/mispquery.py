"""Searches of MISP's clients as questions; a filter that nobody judges here is refused, never passed over."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from comity.indicators.stixwire import read_json
from comity.kernel.clock import DAY, SECOND, Instant, read_instant
from comity.kernel.errors import MalformedError
from comity.node.eventquery import ALWAYS, ANYTHING, AttributeQuery, Span, Words
from comity.node.seen import SeenQuery

_WORDS = {
    "type": "kinds", "value": "values", "category": "categories", "eventid": "events", "uuid": "uuids",
    "tags": "tags", "event_tags": "tags", "org": "orgs", "eventinfo": "infos", "object_name": "objects",
    "attribute": "values",
}  # fmt: skip
_SPANS = {
    "timestamp": "stamped", "attribute_timestamp": "stamped", "event_timestamp": "event_stamped",
    "publish_timestamp": "published", "last": "published",
}  # fmt: skip
_WITHOUT_EFFECT = frozenset(
    "includeEventUuid includeEventTags includeContext includeSightings "
    "includeCorrelations withAttachments sgReferenceOnly requested_attributes headerless includeDecayScore "
    "includeFullModel decayingModel includeWarninglistHits includeSightingdb sort desc "
    "direction minimal includeAttribute includeEvent".split()
)
_AGO = re.compile(r"([0-9]{1,6})([smhdw])", re.ASCII)
_UNITS = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": DAY, "w": 7 * DAY}
_TRUE, _FALSE = (True, 1, "1", "true"), (False, 0, "0", "false")
_ONLY = {"returnFormat": ("json",), "enforceWarninglist": _FALSE, "excludeDecayed": _FALSE}
"""What a search may say in one way only: in another it would leave things out, or have another form."""
MOST_WORDS = 1000


def read_asked(body: bytes) -> Mapping[str, Any]:
    """Return what a search asks, as parsed JSON, without what is null or says the same everywhere.

    Raises:
        MalformedError: ``sharing.query``, ``json.*``.
    """
    value = read_json(body or b"{}", where="search")
    if not isinstance(value, dict):
        raise unknown("the search")
    framed = value.get("request")
    asked = framed if isinstance(framed, dict) and len(value) == 1 else value
    said = {name: told for name, told in asked.items() if told is not None and name not in _WITHOUT_EFFECT}
    for name, allowed in _ONLY.items():
        if name in said and said.pop(name) not in allowed:
            raise unknown(name)
    return said


def is_minimal(body: bytes) -> bool:
    """Tell whether a list of events is asked for with their numbers and times alone."""
    value = read_json(body or b"{}", where="search")
    return isinstance(value, dict) and value.get("minimal") in _TRUE


def read_query(body: bytes, *, now: Instant) -> AttributeQuery:
    """Return the question of a search for events or attributes.

    Args:
        body: JSON, or nothing for everything.
        now: For times like ``5d``.

    Raises:
        MalformedError: ``sharing.query``, ``json.*``.
    """
    made: dict[str, Any] = {}
    for name, told in read_asked(body).items():
        if name in _WORDS:
            field = _WORDS[name]
            made[field] = _both(made.get(field, ANYTHING), _words(told, name), name)
        elif name in _SPANS:
            made[_SPANS[name]] = _span(told, name, now)
        elif name in _DAYS:
            at = _moment(told, name, now)
            days = made.get("dated", ALWAYS)
            made["dated"] = replace(days, last=at) if _DAYS[name] else replace(days, first=at)
        elif name in _OTHERS:
            field, read = _OTHERS[name]
            made[field] = read(told, name)
        elif name != "published" or not _choice(told, name):
            raise unknown(name)
    return AttributeQuery(**made)


def read_seen(body: bytes, *, context: str, now: Instant) -> SeenQuery:
    """Return the question of a search for sightings."""
    asked = dict(read_asked(body))
    context = str(asked.pop("context", context))
    if context not in ("", "attribute", "event"):
        raise unknown("context")
    first, last = asked.pop("from", None), asked.pop("to", None)
    newer = asked.pop("last", None)
    found = SeenQuery(
        context=context,
        name=str(asked.pop("id", "")),
        kind=str(asked.pop("type", "")),
        source=str(asked.pop("source", "")),
        span=Span(
            first=_moment(newer if newer is not None else first, "from", now),
            last=_moment(last, "to", now),
        ),
    )
    if asked:
        raise unknown(next(iter(asked)))
    return found


def unknown(name: str) -> MalformedError:
    """Return the error for a filter that is not judged here, or cannot be read."""
    known = ", ".join(sorted({*_WORDS, *_SPANS, *_DAYS, *_OTHERS}))
    return MalformedError(
        "sharing.query", f"the filter {name[:40]!r} is not judged here", hint=f"{known} are"
    )


def _words(told: Any, name: str) -> Words:
    """Return texts as MISP writes them: one, a list, ``!`` for none of, or OR, AND and NOT by name."""
    if isinstance(told, dict):
        if not told or set(told) - {"OR", "AND", "NOT"}:
            raise unknown(name)
        return Words(
            some=_texts(told.get("OR"), name),
            every=_texts(told.get("AND"), name),
            none=_texts(told.get("NOT"), name),
        )
    texts = _texts(told, name)
    if not texts or any("&&" in one for one in texts):
        raise unknown(name)
    return Words(
        some=tuple(one for one in texts if not one.startswith("!")),
        none=tuple(one[1:] for one in texts if one.startswith("!")),
    )


def _texts(told: Any, name: str) -> tuple[str, ...]:
    if told is None:
        return ()
    listed = told if isinstance(told, list) else [told]
    if len(listed) > MOST_WORDS or not all(isinstance(one, str | int) for one in listed):
        raise unknown(name)
    texts = tuple(str(one) for one in listed if str(one))
    return tuple(one.lower() for one in texts) if name == "uuid" else texts


def _both(held: Words, more: Words, name: str) -> Words:
    if not held.is_empty and held.some and more.some:
        raise unknown(name)
    return Words(some=held.some or more.some, every=held.every + more.every, none=held.none + more.none)


def _span(told: Any, name: str, now: Instant) -> Span:
    if isinstance(told, list):
        if len(told) != 2:
            raise unknown(name)
        first, last = (_moment(one, name, now) for one in told)
        if first is not None and last is not None and first > last:
            first, last = last, first
        return Span(first=first, last=last)
    return Span(first=_moment(told, name, now))


def _moment(told: Any, name: str, now: Instant) -> Instant | None:
    """Return a time: seconds since 1970, a day or time, or how long ago, such as ``5d``."""
    if told is None or told == "":
        return None
    text = str(told).strip()
    ago = _AGO.fullmatch(text)
    try:
        if ago is not None:
            return Instant(max(0, now - int(ago[1]) * _UNITS[ago[2]]))
        if text.isdigit() and len(text) <= 11:
            return Instant(int(text) * SECOND)
        return read_instant(text)
    except ValueError as exc:
        raise unknown(name) from exc


def _number(told: Any, name: str) -> int:
    if isinstance(told, bool) or not str(told).isdecimal() or len(str(told)) > 9:
        raise unknown(name)
    return int(told)


def _choice(told: Any, name: str) -> bool:
    if told in _TRUE or told in _FALSE:
        return told in _TRUE
    raise unknown(name)


def _deleted(told: Any) -> bool | None:
    """Return None for what is in force, True for what was taken back, False for both."""
    if isinstance(told, list):
        marks = {_choice(one, "deleted") for one in told}
        return False if len(marks) == 2 else (True if marks == {True} else None)
    return True if _choice(told, "deleted") else None


_DAYS = {"from": False, "datefrom": False, "to": True, "dateuntil": True}
_OTHERS: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
    "page": ("page", lambda told, name: max(1, _number(told, name))),
    "limit": ("limit", _number),
    "metadata": ("bare", _choice),
    "to_ids": ("to_ids", _choice),
    "deleted": ("deleted", lambda told, _name: _deleted(told)),
}
