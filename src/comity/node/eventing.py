"""Events of MISP as receivers bring and read them: each by its key, with its marks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.indicators import mispwire, stixwire
from comity.indicators.errors import bad_form, may_not_write
from comity.indicators.marks import Tlp
from comity.indicators.ports import EVENTS, Receiver, Shared, Value, Wanted
from comity.indicators.statements import named_uuid, uuid_of
from comity.kernel.clock import SECOND, Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.node.indicatorrows import event_row
from comity.node.ports import Transaction
from comity.node.receiving import receiver_of
from comity.node.workplace import Workplace

MOST_EVENTS = 10_000
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeQuery:
    """What is looked for among attributes; what is empty is not asked.

    Attributes:
        kinds: MISP types.
        values: Whole values.
        events: Ids or UUIDs of events.
        uuids: UUIDs of attributes.
        to_ids: Whether only those for detection are meant, or only the others.
        deleted: Whether those that were retracted are told too.
    """

    kinds: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    to_ids: bool | None = None
    deleted: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, attribute: Mapping[str, Any]) -> bool:
        """Tell whether an attribute is meant."""
        value = str(attribute.get("value"))
        sides = {value, *value.split("|")}
        deleted = attribute.get("deleted") in (True, 1, "1", "true")
        used = attribute.get("to_ids") in (True, 1, "1", "true")
        return (
            (not self.kinds or attribute.get("type") in self.kinds)
            and (not self.values or not sides.isdisjoint(self.values))
            and (not self.categories or attribute.get("category") in self.categories)
            and (not self.uuids or attribute.get("uuid") in self.uuids)
            and self.to_ids in (None, used)
            and (self.deleted or not deleted)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDesk:
    """The door's side of events. What a receiver may not see does not exist for it."""

    place: Workplace

    def receiver(self, key: str) -> Receiver:
        """Return whose key this is; raise DeniedError ``sharing.key`` for any that is not in force."""
        with self.place.store.snapshot() as tx:
            return receiver_of(tx, key)

    def add(self, key: str, data: bytes) -> dict[str, Any]:
        """Keep a new event and return it with its numbers.

        Raises:
            ConflictError: ``sharing.event``: an event of this UUID is there.
            MalformedError: ``indicators.form``, ``json.*``; nothing is kept then.
            DeniedError: ``sharing.key``, ``sharing.read_only``.
        """
        now = self.place.clock.now()
        _writer(self.receiver(key))
        value = stixwire.read_json(data, where="event")
        given = value.get("Event", value) if isinstance(value, dict) else None
        if isinstance(given, dict) and not given.get("uuid"):
            given["uuid"] = uuid_of(self.place.entropy.bytes(16))
        event = mispwire.read_event(value, where="event", at=now)
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            if tx.sharing.shared(receiver.authority, EVENTS, Wanted(ids=(event.uuid,), most=1)):
                raise ConflictError("sharing.event", "an event of this UUID is there already")
            number = tx.sharing.count_shared(receiver.authority, EVENTS) + 1
            return self._put(tx, receiver, event, str(number), now)

    def edit(self, key: str, name: str, data: bytes) -> dict[str, Any]:
        """Replace an event that this receiver brought, and return it.

        Raises:
            NotFoundError: ``sharing.no_event``: it is another's, or not there.
        """
        now = self.place.clock.now()
        _writer(self.receiver(key))
        value = stixwire.read_json(data, where="event")
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            row = _named(tx, receiver, name)
            if row.owner != receiver.name:
                raise no_event(name)
            held: dict[str, Any] = msgspec.json.decode(row.body)
            given = value.get("Event", value) if isinstance(value, dict) else None
            if not isinstance(given, dict):
                raise bad_form("an event of MISP is meant", where="event")
            merged = {**held, **given, "uuid": row.object_id, "timestamp": str(now // SECOND)}
            event = mispwire.read_event(merged, where="event", at=now)
            return self._put(tx, receiver, event, str(held["id"]), now)

    def remove(self, key: str, name: str) -> None:
        """Remove an event that this receiver brought."""
        _writer(self.receiver(key))
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            row = _named(tx, receiver, name)
            if row.owner != receiver.name:
                raise no_event(name)
            tx.sharing.drop_shared(receiver.authority, EVENTS, row.object_id)

    def view(self, key: str, name: str) -> dict[str, Any]:
        """Return an event by id or UUID without what this key may not see; NotFoundError for the rest."""
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            return _seen(_named(tx, receiver, name), receiver)

    def events(self, key: str, query: AttributeQuery) -> list[dict[str, Any]]:
        """Return the events that hold an attribute that is meant, the oldest first."""
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            return [
                one
                for one in _candidates(tx, receiver, query)
                if not _asks(query) or any(query.fits(each) for each in attributes_of(one))
            ]

    def attributes(self, key: str, query: AttributeQuery) -> list[dict[str, Any]]:
        """Return the attributes that are meant, by event."""
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            found = _candidates(tx, receiver, query)
            return [
                {**each, "Event": _head(one)}
                for one in found
                for each in attributes_of(one)
                if query.fits(each)
            ]

    def _put(
        self, tx: Transaction, receiver: Receiver, event: mispwire.Event, number: str, now: Instant
    ) -> dict[str, Any]:
        raw = _numbered(event.raw, event, number, receiver)
        again = mispwire.read_event(raw, where="event", at=now)
        row, values = event_row(receiver.authority, again, owner=receiver.name, at=now)
        tx.sharing.add_shared([row], values=[[*values, Value(kind="id", text=number)]])
        return raw


def attributes_of(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the attributes of an event's JSON, those of its objects too."""
    yield from event.get("Attribute") or ()
    for one in event.get("Object") or ():
        yield from one.get("Attribute") or ()


def no_event(name: str) -> NotFoundError:
    """Return the error for an event that is not there, or that this key may not see."""
    return NotFoundError("sharing.no_event", f"there is no event {name[:60]!r}")


def _candidates(tx: Transaction, receiver: Receiver, query: AttributeQuery) -> list[dict[str, Any]]:
    if query.events:
        rows: Iterable[Shared] = _rows_named(tx, receiver, query.events)
    elif query.uuids:
        rows = _with(tx, receiver, ("uuid",), query.uuids)
    elif query.kinds:
        rows = tx.sharing.with_value(receiver.authority, EVENTS, kinds=query.kinds, most=MOST_EVENTS)
    else:
        rows = _all(tx, receiver)
    found = []
    for row in rows:
        try:
            found.append(_seen(row, receiver))
        except NotFoundError:
            continue
    return found


def _rows_named(tx: Transaction, receiver: Receiver, names: Sequence[str]) -> Iterator[Shared]:
    for name in names:
        try:
            yield _named(tx, receiver, name)
        except NotFoundError:
            continue


def _with(tx: Transaction, receiver: Receiver, kinds: tuple[str, ...], texts: Sequence[str]) -> list[Shared]:
    found = {
        row.number: row
        for text in texts
        for row in tx.sharing.with_value(receiver.authority, EVENTS, kinds=kinds, text=text)
    }
    return [found[number] for number in sorted(found)]


def _all(tx: Transaction, receiver: Receiver) -> Iterator[Shared]:
    after = 0
    while True:
        wanted = Wanted(after=after, most_tlp=receiver.most_tlp, owner=receiver.name, most=_PAGE)
        rows = tx.sharing.shared(receiver.authority, EVENTS, wanted)
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].number


def _named(tx: Transaction, receiver: Receiver, name: str) -> Shared:
    rows = tx.sharing.shared(receiver.authority, EVENTS, Wanted(ids=(name.lower(),), most=1))
    rows = rows or tx.sharing.with_value(receiver.authority, EVENTS, kinds=("id",), text=name, most=1)
    if not rows or (rows[0].owner != receiver.name and rows[0].tlp > receiver.most_tlp):
        raise no_event(name)
    return rows[0]


def _seen(row: Shared, receiver: Receiver) -> dict[str, Any]:
    """Return an event as a receiver may see it; raise NotFoundError where it may see nothing of it."""
    raw: dict[str, Any] = msgspec.json.decode(row.body)
    if row.owner == receiver.name:
        return raw
    event = mispwire.read_event(raw, where=row.object_id, at=row.added_at)
    open_part = mispwire.for_others(event, most=receiver.most_tlp) if row.tlp is not Tlp.RED else None
    if open_part is None or row.tlp > receiver.most_tlp:
        raise no_event(row.object_id)
    return open_part


def _asks(query: AttributeQuery) -> bool:
    return bool(query.kinds or query.values or query.categories or query.uuids or query.to_ids is not None)


def _numbered(
    raw: Mapping[str, Any], event: mispwire.Event, number: str, receiver: Receiver
) -> dict[str, Any]:
    """Return an event with the numbers that MISP's clients look for."""
    made = {**raw, "id": number, "uuid": event.uuid, "org_id": "1", "orgc_id": "1"}
    org = {"id": "1", "name": str(receiver.name), "uuid": named_uuid(f"identity {receiver.name}")}
    made.setdefault("Orgc", org)
    made.setdefault("timestamp", str(event.at // SECOND))
    for name, text in (
        ("published", False),
        ("analysis", "0"),
        ("threat_level_id", "4"),
        ("distribution", "1"),
    ):
        made.setdefault(name, text)
    count = 0

    def numbered(one: Mapping[str, Any], owner: str) -> dict[str, Any]:
        nonlocal count
        count += 1
        told = {**one, "id": f"{number}{count:06d}", "event_id": number, "object_id": owner}
        told.setdefault("timestamp", made["timestamp"])
        return told

    made["Attribute"] = [numbered(one, "0") for one in raw.get("Attribute") or ()]
    objects = []
    for place, one in enumerate(raw.get("Object") or (), start=1):
        inside = [numbered(each, f"{number}{place:06d}") for each in one.get("Attribute") or ()]
        objects.append({**one, "id": f"{number}{place:06d}", "event_id": number, "Attribute": inside})
    made["Object"] = objects
    made["attribute_count"] = str(count)
    return made


def _head(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in ("id", "uuid", "info", "distribution") if name in event}


def _writer(receiver: Receiver) -> None:
    if not receiver.writes:
        raise may_not_write()
