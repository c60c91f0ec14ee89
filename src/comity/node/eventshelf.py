"""Events on their shelf: by what name each is found, what a receiver sees of it, how a change is kept."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from comity.indicators import mispwire
from comity.indicators.errors import bad_form, may_not_write, not_the_office
from comity.indicators.marks import Tlp
from comity.indicators.mispopen import for_others
from comity.indicators.ports import EVENTS, Receiver, Shared, Value, Wanted
from comity.indicators.statements import named_uuid
from comity.kernel.clock import SECOND, Instant, read_instant
from comity.kernel.digests import sha256
from comity.kernel.errors import NotFoundError
from comity.node.claiming import strange_event
from comity.node.eventquery import AttributeQuery
from comity.node.indicatorrows import event_row
from comity.node.ports import Transaction
from comity.tracing.secrets import require_keyless

MOST_NAMED = 1000
_DIGITS = 16
_PAGE = 200


def no_event(name: str) -> NotFoundError:
    """Return the error for an event that is not there, or that this key may not see."""
    return NotFoundError("sharing.no_event", f"there is no event {name[:60]!r}")


def no_attribute(name: str) -> NotFoundError:
    """Return the error for an attribute that is not there, or that this key may not see."""
    return NotFoundError("sharing.no_attribute", f"there is no attribute {name[:60]!r}")


def require_writer(receiver: Receiver) -> None:
    """Raise DeniedError ``sharing.read_only`` for a key that only reads."""
    if not receiver.writes:
        raise may_not_write()


def event_named(tx: Transaction, receiver: Receiver, name: str, *, at: Instant) -> Shared:
    """Return an event by number or UUID, if this key may see it; NotFoundError ``sharing.no_event``."""
    rows = tx.sharing.shared(receiver.authority, EVENTS, Wanted(ids=(name.lower(),), most=1))
    rows = rows or tx.sharing.with_value(receiver.authority, EVENTS, kinds=("id",), text=name, most=1)
    if not rows or rows[0].keep_until <= at:
        raise no_event(name)
    if rows[0].owner != receiver.name and rows[0].tlp > receiver.most_tlp:
        raise no_event(name)
    return rows[0]


def event_around(tx: Transaction, receiver: Receiver, name: str, *, at: Instant) -> Shared:
    """Return the event that an attribute or an object is in, by the number or UUID of that.

    What the receiver may not see of it must still be judged.

    Raises:
        NotFoundError: ``sharing.no_attribute``.
    """
    if name.isdigit() and len(name) > _DIGITS:
        return event_named(tx, receiver, name[:-_DIGITS], at=at)
    for kind in ("uuid", "object"):
        rows = tx.sharing.with_value(receiver.authority, EVENTS, kinds=(kind,), text=name.lower())
        mine = [one for one in rows if one.owner == receiver.name]
        for row in (*mine, *rows):
            if row.keep_until > at and (row.owner == receiver.name or row.tlp <= receiver.most_tlp):
                return row
    raise no_attribute(name)


def seen(row: Shared, receiver: Receiver, *, at: Instant) -> dict[str, Any]:
    """Return an event as a receiver may see it; raise NotFoundError where it may see nothing of it."""
    raw: dict[str, Any] = msgspec.json.decode(row.body)
    if row.keep_until > at and row.owner == receiver.name:
        return raw
    found = None
    if row.tlp is not Tlp.RED and row.tlp <= receiver.most_tlp and row.keep_until > at:
        event = mispwire.read_event(raw, where=row.object_id, at=row.added_at)
        found = for_others(event, most=receiver.most_tlp, at=at, brought=bool(row.owner))
    if found is None:
        raise no_event(row.object_id)
    return found


def candidates(
    tx: Transaction, receiver: Receiver, query: AttributeQuery, *, at: Instant
) -> Iterator[dict[str, Any]]:
    """Yield the events in which something that is looked for may be, each as the receiver may see it."""
    for row in _rows(tx, receiver, query, at):
        try:
            yield seen(row, receiver, at=at)
        except NotFoundError:
            continue


def put_event(
    tx: Transaction,
    receiver: Receiver,
    value: Mapping[str, Any],
    *,
    number: str,
    held: Shared | None,
    at: Instant,
) -> dict[str, Any]:
    """Keep an event of a receiver and return it with its numbers; its version before goes.

    Raises:
        MalformedError: ``indicators.form``; nothing is kept then.
        ConflictError: ``sharing.claim``: it says that the office made what it never made.
    """
    require_keyless(value, where="event")
    event = mispwire.read_event(value, where="event", at=at)
    raw = _numbered(event.raw, event, number, receiver, at)
    again = mispwire.read_event(raw, where="event", at=at)
    strange = strange_event(tx, receiver.authority, again, at=at)
    if strange is None or strange:  # not even a copy of what the office states, under a UUID of its own
        raise not_the_office(strange or [again.uuid])
    later = at if held is None else Instant(max(at, read_instant(held.version) + 1))
    row, values = event_row(receiver.authority, again, owner=receiver.name, at=later)
    tx.sharing.add_shared([row], values=[[*values, Value(kind="id", text=number)]])
    if held is not None:
        tx.sharing.drop_shared(receiver.authority, EVENTS, held.object_id, version=held.version)
    return raw


def _rows(tx: Transaction, receiver: Receiver, query: AttributeQuery, at: Instant) -> Iterator[Shared]:
    if query.events.exact:
        yield from _named(tx, receiver, query.events.exact, at)
    elif query.uuids.exact:
        found = {row.number: row for row in _named(tx, receiver, query.uuids.exact, at)}
        found |= {row.number: row for row in _holding(tx, receiver, ("uuid",), query.uuids.exact)}
        yield from (found[number] for number in sorted(found))
    elif query.values.exact:
        found = {row.number: row for row in _holding(tx, receiver, (), query.values.exact)}
        yield from (found[number] for number in sorted(found))
    elif query.kinds.exact:
        after = 0
        while rows := tx.sharing.with_value(
            receiver.authority, EVENTS, kinds=query.kinds.exact, after=after, most=_PAGE
        ):
            yield from rows
            after = rows[-1].number
    else:
        yield from _all(tx, receiver, at)


def _named(tx: Transaction, receiver: Receiver, names: Sequence[str], at: Instant) -> Iterator[Shared]:
    for name in dict.fromkeys(names[:MOST_NAMED]):
        try:
            yield event_named(tx, receiver, name, at=at)
        except NotFoundError:
            continue


def _holding(
    tx: Transaction, receiver: Receiver, kinds: tuple[str, ...], texts: Sequence[str]
) -> Iterator[Shared]:
    for text in dict.fromkeys(texts[:MOST_NAMED]):
        after = 0
        while rows := tx.sharing.with_value(
            receiver.authority, EVENTS, kinds=kinds, text=text, after=after, most=_PAGE
        ):
            yield from rows
            after = rows[-1].number


def _all(tx: Transaction, receiver: Receiver, at: Instant) -> Iterator[Shared]:
    after = 0
    while True:
        wanted = Wanted(after=after, most_tlp=receiver.most_tlp, owner=receiver.name, most=_PAGE, at=at)
        rows = tx.sharing.shared(receiver.authority, EVENTS, wanted)
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].number


def _numbered(
    raw: Mapping[str, Any], event: mispwire.Event, number: str, receiver: Receiver, at: Instant
) -> dict[str, Any]:
    """Return an event with the numbers that MISP's clients look for.

    The number of an attribute or object follows from its event's and its UUID; so a change of the event never
    gives it to another. UUIDs that came twice are told apart.
    """
    made = {**raw, "id": number, "uuid": event.uuid, "org_id": "1", "orgc_id": "1"}
    org = {"id": "1", "name": str(receiver.name), "uuid": named_uuid(f"identity {receiver.name}")}
    made.setdefault("Orgc", org)
    made.setdefault("timestamp", str(event.at // SECOND))
    made |= {"published": True, "publish_timestamp": str(at // SECOND)}
    for name, text in (("analysis", "0"), ("threat_level_id", "4"), ("distribution", "1")):
        made.setdefault(name, text)
    taken: set[str] = set()

    def numbered(one: Mapping[str, Any], *, name: str, inside: str) -> dict[str, Any]:
        uuid, turn = str(one.get("uuid") or name).lower(), 0
        while uuid in taken:
            turn += 1
            uuid = named_uuid(f"{one.get('uuid') or name} {turn}")
        taken.add(uuid)
        told = {**one, "uuid": uuid, "id": f"{number}{_short(uuid)}", "event_id": number}
        told.setdefault("timestamp", made["timestamp"])
        return {**told, "object_id": inside} if inside else told

    made["Attribute"] = [numbered(one, name="", inside="0") for one in _things(raw, "Attribute")]
    made["Object"] = objects = []
    for place, one in enumerate(_things(raw, "Object")):
        name = named_uuid(f"object {event.uuid} {one.get('name')} {place}")
        thing = numbered(one, name=name, inside="")
        thing["Attribute"] = [
            numbered(each, name="", inside=thing["id"]) for each in _things(one, "Attribute")
        ]
        objects.append(thing)
    made["attribute_count"] = str(len(taken) - len(objects))
    return made


def _things(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = value.get(name) or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise bad_form(f"{name} is a list of objects", where="event")
    return listed


def _short(uuid: str) -> str:
    return f"{int.from_bytes(sha256(uuid.encode('utf-8'))[:8]) % 10**_DIGITS:0{_DIGITS}d}"
