"""Sharing marks of objects that receivers bring, where a mark is defined by another object.

An object whose mark nobody defined yet counts as one without a mark, unless it has a stricter one beside.
When the definition comes and says that it goes less far, so it does from then on.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from comity.indicators import stixwire
from comity.indicators.marks import STANDARD_MARKS, UNMARKED, marks_named
from comity.indicators.ports import SHARED, Receiver, Shared, Value, Wanted
from comity.indicators.stixmarks import defined_marks
from comity.indicators.stixwire import StixObject
from comity.kernel.clock import Instant
from comity.node.indicatorrows import shared_row
from comity.node.ports import Transaction

_WAITS = "mark"
_PORTION = 1000


class MarkBook:
    """The marking definitions that an envelope and the shelf hold.

    Args:
        tx: One step of the store.
        receiver: Who brings the envelope.
        objects: What is in it, as parsed JSON of any form.
    """

    def __init__(self, tx: Transaction, receiver: Receiver, objects: Sequence[Any]) -> None:
        self._tx, self._receiver = tx, receiver
        given = [one for one in objects if isinstance(one, dict)]
        self._came = {str(one.get("id")) for one in given if one.get("type") == "marking-definition"}
        asked = {name for one in given for name in marks_named(one)} - self._came - STANDARD_MARKS
        held = self._held(tuple(asked))
        self._known = self._came | STANDARD_MARKS | {str(one["id"]) for one in held}
        self.marks = defined_marks([*held, *given])

    def row(self, found: StixObject, *, at: Instant) -> Shared:
        """Return an object as it is kept: while a mark is not defined, no weaker than without a mark."""
        made = shared_row(self._receiver.authority, found, owner=self._receiver.name, at=at)
        return replace(made, tlp=max(made.tlp, UNMARKED)) if self._waiting(found) else made

    def values(self, found: StixObject) -> list[Value]:
        """Return by what an object is found whose marks are not all defined."""
        return [Value(kind=_WAITS, text=name) for name in self._waiting(found)]

    def settle(self, *, at: Instant) -> None:
        """Mark the objects that waited for a definition in this envelope, where it goes less far."""
        place = (self._receiver.authority, SHARED)
        for name in sorted(self._came):
            after = 0
            while rows := self._tx.sharing.with_value(
                *place, kinds=(_WAITS,), text=name, after=after, most=_PORTION
            ):
                after = rows[-1].number
                for row in rows:
                    if row.owner == self._receiver.name:
                        self._again(row, at)

    def _again(self, row: Shared, at: Instant) -> None:
        value = msgspec.json.decode(row.body)
        book = MarkBook(self._tx, self._receiver, [value])
        found = stixwire.read_object(value, where=row.object_id, marks=book.marks)
        made = book.row(found, at=at)
        if made.tlp <= row.tlp:
            return
        self._tx.sharing.drop_shared(row.authority, SHARED, row.object_id, version=row.version)
        self._tx.sharing.add_shared([made], values=[book.values(found)])

    def _waiting(self, found: StixObject) -> list[str]:
        return [name for name in dict.fromkeys(found.marks) if name not in self._known]

    def _held(self, names: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return the definitions that this receiver may go by: its own, and those that it may see."""
        if not names:
            return []
        receiver = self._receiver
        rows = self._tx.sharing.shared(
            receiver.authority,
            SHARED,
            Wanted(ids=names, most=len(names), most_tlp=receiver.most_tlp, owner=receiver.name),
        )
        return [msgspec.json.decode(one.body) for one in rows if one.kind == "marking-definition"]
