"""Sightings that receivers report: that a value was seen again, was harmless, or has passed.

Who saw something is told to that receiver alone, and to the office of this node.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from comity.indicators.errors import bad_form
from comity.indicators.marks import Tlp
from comity.indicators.ports import SEEN, Receiver, Shared, Value, Wanted
from comity.indicators.statements import Sighting, uuid_of
from comity.kernel.clock import SECOND, Instant
from comity.kernel.errors import NotFoundError
from comity.node.eventing import read_given
from comity.node.eventquery import ALWAYS, AttributeQuery, Span, Words, attributes_of, stamp_of
from comity.node.eventshelf import (
    candidates,
    event_around,
    event_named,
    no_attribute,
    require_writer,
    seen,
)
from comity.node.ports import Transaction
from comity.node.receiving import receiver_of
from comity.node.sightings import tell_office
from comity.node.workplace import Workplace

MOST_AT_ONCE = 1000
_SEEN, _HARMLESS, _PASSED = "0", "1", "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenQuery:
    """Which sightings are asked for.

    Attributes:
        context: ``attribute`` or ``event``; empty for everything.
        name: Number or UUID of that attribute or event.
        kind: ``0`` seen, ``1`` harmless, ``2`` passed; empty for all.
        span: When it was seen.
        source: As who reported it wrote.
    """

    context: str = ""
    name: str = ""
    kind: str = ""
    span: Span = ALWAYS
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDesk:
    """The door's side of sightings. Only what a receiver may see can it say something of, or read about."""

    place: Workplace

    def add(self, key: str, data: bytes, *, name: str = "") -> list[dict[str, Any]]:
        """Keep that an attribute was seen, or every attribute with one of some values; return what was kept.

        What the office itself states of it learns the sighting too.

        Raises:
            NotFoundError: ``sharing.no_attribute``: nothing of it is shared with this receiver.
            MalformedError: ``indicators.form``.
        """
        asked = read_given(data, "Sighting")
        now = self.place.clock.now()
        kind, at, source = _told(asked, now)
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            require_writer(receiver)
            found = list(_meant(tx, receiver, asked, name, now))
            if not found or len(found) > MOST_AT_ONCE:
                raise no_attribute(name or str(asked.get("value") or asked.get("values") or asked.get("id")))
            made = []
            for event, attribute, tlp, until in found:
                value = {
                    "uuid": uuid_of(self.place.entropy.bytes(16)),
                    "attribute_id": attribute["id"],
                    "attribute_uuid": attribute["uuid"],
                    "event_id": event["id"],
                    "event_uuid": event["uuid"],
                    "type": kind,
                    "date_sighting": str(at // SECOND),
                    "source": source,
                }
                value["id"] = str(tx.sharing.count_shared(receiver.authority, SEEN) + 1)
                tx.sharing.add_shared([_row(receiver, value, tlp, until, now)], values=[_values(value)])
                if kind != _PASSED:
                    _tell_office(tx, receiver, value, harmless=kind == _HARMLESS, at=at)
                made.append(_shown(value, receiver, own=True))
        return made

    def find(self, key: str, query: SeenQuery, *, most: int = MOST_AT_ONCE) -> list[dict[str, Any]]:
        """Return sightings of what this key may see, the oldest first."""
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            made: list[dict[str, Any]] = []
            open_events: dict[str, frozenset[str]] = {}
            for row in _asked_rows(tx, receiver, query, now):
                value = msgspec.json.decode(row.body)
                own = row.owner == receiver.name
                if not (_is_meant(value, query, own=own) and row.keep_until > now):
                    continue
                uuid = value["event_uuid"]
                if uuid not in open_events:
                    open_events[uuid] = _visible(tx, receiver, uuid, now)
                if value["attribute_uuid"] in open_events[uuid]:
                    made.append(_shown(value, receiver, own=own))
                if len(made) == most:
                    break
            return made

    def remove(self, key: str, name: str) -> None:
        """Take back a sighting that this receiver reported; NotFoundError ``sharing.no_sighting``."""
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            require_writer(receiver)
            rows = tx.sharing.shared(receiver.authority, SEEN, Wanted(ids=(name.lower(),), most=1))
            rows = rows or tx.sharing.with_value(receiver.authority, SEEN, kinds=("id",), text=name)
            mine = [one for one in rows if one.owner == receiver.name]
            if not mine:
                raise NotFoundError("sharing.no_sighting", f"there is no sighting {name[:60]!r}")
            tx.sharing.drop_shared(receiver.authority, SEEN, mine[0].object_id)


def _tell_office(
    tx: Transaction, receiver: Receiver, value: dict[str, Any], *, harmless: bool, at: Instant
) -> None:
    made = Sighting(
        id=f"sighting--{value['uuid']}",
        indicator=f"indicator--{value['attribute_uuid']}",
        at=at,
        author=str(receiver.name),
        harmless=harmless,
    )
    tell_office(tx, receiver, made)


def _told(asked: dict[str, Any], now: Instant) -> tuple[str, Instant, str]:
    kind, source = str(asked.get("type") or _SEEN), asked.get("source") or ""
    stamp = asked.get("date_sighting") or asked.get("timestamp")
    at = stamp_of(stamp) if stamp else now
    if kind not in (_SEEN, _HARMLESS, _PASSED) or not isinstance(source, str) or len(source) > 200:
        raise bad_form("a sighting has a type from 0 to 2 and a short source", where="sighting")
    if not 0 < at <= now + 3600 * SECOND:
        raise bad_form("a sighting was made at some time before now", where="sighting")
    return kind, at, source


def _meant(
    tx: Transaction, receiver: Receiver, asked: dict[str, Any], name: str, now: Instant
) -> Iterator[tuple[dict[str, Any], dict[str, Any], Tlp, Instant]]:
    """Yield the attributes that a sighting is of, each with its event, mark and end."""
    single = name or str(asked.get("id") or asked.get("uuid") or asked.get("attribute_uuid") or "")
    if single:
        row = event_around(tx, receiver, single, at=now)
        try:
            event = seen(row, receiver, at=now)
        except NotFoundError:
            return
        for attribute, _ in attributes_of(event):
            if single.lower() in (attribute.get("uuid"), attribute.get("id")):
                yield event, attribute, row.tlp, row.keep_until
        return
    told = asked.get("values") or asked.get("value") or ()
    values = tuple(str(one) for one in (told if isinstance(told, list) else [told]) if str(one))
    if not values:
        return
    query = AttributeQuery(values=Words(some=tuple(one.replace("%", "") for one in values)))
    for event in candidates(tx, receiver, query, at=now):
        row = event_named(tx, receiver, str(event["uuid"]), at=now)
        for attribute, inside in attributes_of(event):
            if query.fits(attribute, inside=inside, event=event, whole=False):
                yield event, attribute, row.tlp, row.keep_until


def _asked_rows(tx: Transaction, receiver: Receiver, query: SeenQuery, now: Instant) -> Iterator[Shared]:
    after = 0
    while True:
        if query.context and query.name:
            kinds = (query.context, f"{query.context}-id")
            rows = tx.sharing.with_value(
                receiver.authority, SEEN, kinds=kinds, text=query.name.lower(), after=after
            )
        else:
            rows = tx.sharing.shared(receiver.authority, SEEN, Wanted(after=after, at=now))
        if not rows:
            return
        yield from rows
        after = rows[-1].number


def _is_meant(value: dict[str, Any], query: SeenQuery, *, own: bool) -> bool:
    return (
        query.kind in ("", value["type"])
        and query.span.holds(stamp_of(value["date_sighting"]))
        and (not query.source or (own and query.source == value["source"]))
    )


def _visible(tx: Transaction, receiver: Receiver, uuid: str, now: Instant) -> frozenset[str]:
    try:
        event = seen(event_named(tx, receiver, uuid, at=now), receiver, at=now)
    except NotFoundError:
        return frozenset()
    return frozenset(str(one["uuid"]) for one, _ in attributes_of(event))


def _shown(value: dict[str, Any], receiver: Receiver, *, own: bool) -> dict[str, Any]:
    if own:
        return {**value, "org_id": "1", "Organisation": {"id": "1", "name": str(receiver.name)}}
    return {**value, "org_id": "0", "source": ""}


def _row(receiver: Receiver, value: dict[str, Any], tlp: Tlp, until: Instant, now: Instant) -> Shared:
    return Shared(
        authority=receiver.authority,
        shelf=SEEN,
        number=0,
        object_id=value["uuid"],
        version="1",
        kind="sighting",
        added_at=now,
        tlp=tlp,
        owner=receiver.name,
        body=msgspec.json.encode(value),
        keep_until=until,
    )


def _values(value: dict[str, Any]) -> list[Value]:
    return [
        Value(kind="id", text=value["id"]),
        Value(kind="attribute", text=value["attribute_uuid"]),
        Value(kind="attribute-id", text=value["attribute_id"]),
        Value(kind="event", text=value["event_uuid"]),
        Value(kind="event-id", text=value["event_id"]),
    ]
