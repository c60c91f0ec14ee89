"""Events of MISP as receivers bring and read them: each by its key, with its marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from comity.indicators import mispwire, stixwire
from comity.indicators.errors import bad_form
from comity.indicators.ports import EVENTS, Receiver, Wanted
from comity.indicators.statements import uuid_of
from comity.kernel.clock import SECOND
from comity.kernel.errors import ConflictError, MalformedError
from comity.node.eventquery import AttributeQuery, attributes_of, paged
from comity.node.eventshelf import candidates, event_named, no_event, put_event, require_writer, seen
from comity.node.receiving import receiver_of
from comity.node.workplace import Workplace

MOST_FOUND = 200_000


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
        require_writer(self.receiver(key))
        given = read_given(data, "Event")
        if not given.get("uuid"):
            given["uuid"] = uuid_of(self.place.entropy.bytes(16))
        event = mispwire.read_event(given, where="event", at=now)
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            if tx.sharing.shared(receiver.authority, EVENTS, Wanted(ids=(event.uuid,), most=1)):
                raise ConflictError("sharing.event", "an event of this UUID is there already")
            number = str(tx.sharing.count_shared(receiver.authority, EVENTS) + 1)
            return put_event(tx, receiver, given, number=number, held=None, at=now)

    def edit(self, key: str, name: str, data: bytes) -> dict[str, Any]:
        """Change an event that this receiver brought, and return it.

        Attributes and objects are put beside those that are there, or in place of the one with the same UUID.

        Raises:
            NotFoundError: ``sharing.no_event``: it is another's, or not there.
        """
        now = self.place.clock.now()
        require_writer(self.receiver(key))
        given = read_given(data, "Event")
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            row = event_named(tx, receiver, name, at=now)
            if row.owner != receiver.name:
                raise no_event(name)
            held: dict[str, Any] = msgspec.json.decode(row.body)
            merged = _merged(held, given)
            merged |= {"uuid": row.object_id, "timestamp": str(now // SECOND)}
            return put_event(tx, receiver, merged, number=str(held["id"]), held=row, at=now)

    def remove(self, key: str, name: str) -> None:
        """Remove an event that this receiver brought."""
        now = self.place.clock.now()
        require_writer(self.receiver(key))
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            row = event_named(tx, receiver, name, at=now)
            if row.owner != receiver.name:
                raise no_event(name)
            tx.sharing.drop_shared(receiver.authority, EVENTS, row.object_id)

    def view(self, key: str, name: str) -> dict[str, Any]:
        """Return an event by id or UUID without what this key may not see; NotFoundError for the rest."""
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            return seen(event_named(tx, receiver, name, at=now), receiver, at=now)

    def events(self, key: str, query: AttributeQuery) -> list[dict[str, Any]]:
        """Return the events that are meant, or that hold an attribute that is meant, the oldest first.

        Raises:
            MalformedError: ``sharing.much``: too much to answer at once.
        """
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            found = (
                one
                for one in candidates(tx, receiver, query, at=now)
                if query.fits_event(one, whole=True)
                and (
                    not query.of_attributes
                    or any(
                        query.fits(each, inside=inside, event=one, whole=True)
                        for each, inside in attributes_of(one)
                    )
                )
            )
            listed, size = [], 0
            for one in paged(found, query):
                size += 1 + (0 if query.bare else sum(1 for _ in attributes_of(one)))
                _require_bounded(size)
                listed.append(_bare(one) if query.bare else one)
            return listed

    def attributes(self, key: str, query: AttributeQuery) -> list[dict[str, Any]]:
        """Return the attributes that are meant, by event; MalformedError ``sharing.much`` for too many."""
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            found = (
                {**each, "Event": _head(one)}
                for one in candidates(tx, receiver, query, at=now)
                if query.fits_event(one, whole=False)
                for each, inside in attributes_of(one)
                if query.fits(each, inside=inside, event=one, whole=False)
            )
            listed: list[dict[str, Any]] = []
            for one in paged(found, query):
                listed.append(one)
                _require_bounded(len(listed))
            return listed


def read_given(data: bytes, frame: str) -> dict[str, Any]:
    """Return the object of a call, with or without its frame; MalformedError for another thing."""
    value = stixwire.read_json(data or b"{}", where=frame.lower())
    given = value.get(frame, value) if isinstance(value, dict) else None
    if not isinstance(given, dict):
        raise bad_form(f"an object of MISP is meant: {frame}", where=frame.lower())
    return given


def _merged(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a thing with what is given of it; what is inside it is told apart by UUID."""
    made = {**held, **given}
    for name in ("Attribute", "Object"):
        if name not in given:
            continue
        if not isinstance(given[name], list) or not all(isinstance(one, dict) for one in given[name]):
            raise bad_form(f"{name} is a list of objects", where="event")
        inside = {str(one.get("uuid")).lower(): one for one in held.get(name) or ()}
        for place, one in enumerate(given[name]):
            uuid = str(one.get("uuid") or f"new {place}").lower()
            inside[uuid] = _merged(inside[uuid], one) if uuid in inside else one
        made[name] = list(inside.values())
    return made


def _require_bounded(size: int) -> None:
    if size > MOST_FOUND:
        raise MalformedError(
            "sharing.much",
            f"more than {MOST_FOUND} things are found",
            hint="ask by pages: limit and page",
        )


def _bare(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in event.items() if name not in ("Attribute", "Object", "EventReport")
    }


def _head(event: Mapping[str, Any]) -> dict[str, Any]:
    told = ("id", "uuid", "info", "distribution", "org_id", "orgc_id", "publish_timestamp")
    return {name: event[name] for name in told if name in event}
