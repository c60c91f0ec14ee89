"""Single things of an event, changed by the receiver that brought it: attributes, objects, tags."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from comity.indicators import stixwire
from comity.indicators.errors import bad_form
from comity.indicators.marks import UNMARKED, Tlp, tlp_of_tag
from comity.indicators.ports import Receiver, Shared
from comity.indicators.statements import uuid_of
from comity.kernel.clock import SECOND, Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.node.eventing import read_given
from comity.node.eventquery import attributes_of
from comity.node.eventshelf import (
    event_around,
    event_named,
    no_attribute,
    no_event,
    put_event,
    require_writer,
    seen,
)
from comity.node.ports import Transaction
from comity.node.receiving import receiver_of
from comity.node.workplace import Workplace

MOST_ONCE = 10_000
_TRUE = (True, 1, "1", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChanges:
    """The door's side of single attributes, objects and tags.

    Every change keeps the event anew, whole and judged: what an event may not hold, no change puts in.
    """

    place: Workplace

    def attribute(self, key: str, name: str) -> dict[str, Any]:
        """Return an attribute by number or UUID; NotFoundError ``sharing.no_attribute``."""
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            try:
                event = seen(event_around(tx, receiver, name, at=now), receiver, at=now)
            except NotFoundError as exc:
                raise no_attribute(name) from exc
        found, _ = _attribute_in(event, name)
        return dict(found)

    def add_attributes(self, key: str, event: str, data: bytes) -> list[dict[str, Any]]:
        """Put attributes, one or a list, into an event and return them.

        Raises:
            ConflictError: ``sharing.attribute``: the event has one of the same type and value.
            MalformedError: ``indicators.form``; none is kept then.
        """
        value = stixwire.read_json(data or b"{}", where="attribute")
        given = value.get("Attribute", value) if isinstance(value, dict) else value
        listed = given if isinstance(given, list) else [given]
        if not listed or len(listed) > MOST_ONCE or not all(isinstance(one, dict) for one in listed):
            raise bad_form("one attribute is meant, or a list of them", where="attribute")
        for one in listed:
            one["uuid"] = str(one.get("uuid") or uuid_of(self.place.entropy.bytes(16))).lower()

        def changed(raw: dict[str, Any], now: Instant) -> None:
            held = {_same(one) for one in raw["Attribute"] if one.get("deleted") not in _TRUE}
            for one in listed:
                if _same(one) in held:
                    raise ConflictError("sharing.attribute", "the event has an attribute of this value")
                one.setdefault("timestamp", str(now // SECOND))
            raw["Attribute"] += listed

        made = self._change(key, changed, event=event)
        names = {one["uuid"] for one in listed}
        return [one for one, _ in attributes_of(made) if one["uuid"] in names]

    def edit_attribute(self, key: str, name: str, data: bytes) -> dict[str, Any]:
        """Change an attribute of an event that this receiver brought, and return it."""
        given = read_given(data, "Attribute")

        def changed(raw: dict[str, Any], now: Instant) -> None:
            found, _ = _attribute_in(raw, name)
            uuid = found["uuid"]
            found |= {**given, "uuid": uuid, "timestamp": str(now // SECOND)}

        return self._after(key, name, changed)

    def remove_attribute(self, key: str, name: str, data: bytes = b"", *, hard: bool = False) -> None:
        """Mark an attribute as deleted, so that receivers learn it; or take it out for good (``hard``)."""
        gone = hard or read_given(data, "Attribute").get("hard") in _TRUE

        def changed(raw: dict[str, Any], now: Instant) -> None:
            found, place = _attribute_in(raw, name)
            if gone:
                place.remove(found)
            else:
                found |= {"deleted": True, "timestamp": str(now // SECOND)}

        self._change(key, changed, inside=name)

    def restore_attribute(self, key: str, name: str) -> dict[str, Any]:
        """Take a deletion back and return the attribute."""

        def changed(raw: dict[str, Any], now: Instant) -> None:
            found, _ = _attribute_in(raw, name)
            found |= {"deleted": False, "timestamp": str(now // SECOND)}

        return self._after(key, name, changed)

    def add_object(self, key: str, event: str, data: bytes) -> dict[str, Any]:
        """Put an object with its attributes into an event and return it."""
        given = read_given(data, "Object")
        given["uuid"] = str(given.get("uuid") or uuid_of(self.place.entropy.bytes(16))).lower()

        def changed(raw: dict[str, Any], now: Instant) -> None:
            if any(one.get("uuid") == given["uuid"] for one in raw["Object"]):
                raise ConflictError("sharing.attribute", "the event has an object of this UUID")
            given.setdefault("timestamp", str(now // SECOND))
            raw["Object"].append(given)

        made = self._change(key, changed, event=event)
        return next(one for one in made["Object"] if one["uuid"] == given["uuid"])

    def remove_object(self, key: str, name: str, data: bytes = b"") -> None:
        """Mark an object and what is in it as deleted, or take it out for good (``hard``)."""
        gone = read_given(data, "Object").get("hard") in _TRUE

        def changed(raw: dict[str, Any], now: Instant) -> None:
            for one in raw["Object"]:
                if name.lower() in (one.get("uuid"), one.get("id")):
                    if gone:
                        raw["Object"].remove(one)
                        return
                    for each in (one, *one["Attribute"]):
                        each |= {"deleted": True, "timestamp": str(now // SECOND)}
                    return
            raise no_attribute(name)

        self._change(key, changed, inside=name)

    def tag(self, key: str, data: bytes, *, off: bool = False) -> str:
        """Put a tag on an event or attribute of this receiver, or take it off; return the tag.

        Raises:
            ConflictError: ``sharing.mark``: a sharing mark would be taken off, which would open the thing.
        """
        asked = read_given(data, "request")
        uuid, tag = str(asked.get("uuid") or "").lower(), str(asked.get("tag") or "").strip()
        if not uuid or not tag or len(tag) > 1000:
            raise bad_form("a tag is put on something by its UUID", where="tag")
        if off and (tlp_of_tag(tag) or Tlp.CLEAR) > UNMARKED:
            raise ConflictError(
                "sharing.mark", "a sharing mark is not taken off alone", hint="put the new mark on instead"
            )

        def changed(raw: dict[str, Any], now: Instant) -> None:
            thing = raw if raw["uuid"] == uuid else _attribute_in(raw, uuid)[0]
            kept = [one for one in thing.get("Tag") or () if _is_kept(one, tag)]
            local = asked.get("local") in _TRUE
            thing["Tag"] = kept if off else [*kept, {"name": tag, "local": local}]
            thing["timestamp"] = str(now // SECOND)

        try:
            self._change(key, changed, event=uuid)
        except NotFoundError:
            self._change(key, changed, inside=uuid)
        return tag

    def _after(
        self, key: str, name: str, change: Callable[[dict[str, Any], Instant], None]
    ) -> dict[str, Any]:
        made = self._change(key, change, inside=name)
        return dict(_attribute_in(made, name)[0])

    def _change(
        self,
        key: str,
        change: Callable[[dict[str, Any], Instant], None],
        *,
        event: str = "",
        inside: str = "",
    ) -> dict[str, Any]:
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            require_writer(receiver)
            row = self._row(tx, receiver, event=event, inside=inside, now=now)
            raw: dict[str, Any] = msgspec.json.decode(row.body)
            change(raw, now)
            raw["timestamp"] = str(now // SECOND)
            return put_event(tx, receiver, raw, number=str(raw["id"]), held=row, at=now)

    def _row(self, tx: Transaction, receiver: Receiver, *, event: str, inside: str, now: Instant) -> Shared:
        found = (
            event_around(tx, receiver, inside, at=now) if inside else event_named(tx, receiver, event, at=now)
        )
        if found.owner != receiver.name:
            raise no_attribute(inside) if inside else no_event(event)
        return found


def _attribute_in(event: Mapping[str, Any], name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return an attribute and the list that it is in."""
    for place in _lists(event):
        for one in place:
            if name.lower() in (one.get("uuid"), one.get("id")):
                return one, place
    raise no_attribute(name)


def _lists(event: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    yield event.get("Attribute") or []
    for one in event.get("Object") or ():
        yield one.get("Attribute") or []


def _same(attribute: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(attribute.get("type")), str(attribute.get("category")), str(attribute.get("value"))


def _is_kept(held: Mapping[str, Any], tag: str) -> bool:
    """Tell whether a tag stays beside a new one: one mark takes the place of the marks before it."""
    name = str(held.get("name"))
    return name != tag and (tlp_of_tag(tag) is None or tlp_of_tag(name) is None)
