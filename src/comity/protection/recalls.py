"""Who has to be told that something was taken back, until each of them was told.

A person may take back what they gave at any time, and it reaches every receiver within a day. A receiver
comes and asks; so what it has not asked for yet is counted, and an alarm rings before the day is over.

Basis: 34; docs/spec/safe.md section 6
"""

from collections.abc import Iterable

from comity.kernel.clock import HOUR, Instant
from comity.protection.ports import PleaStore, Recall
from comity.protection.service import Lists
from comity.protection.shelves import Entry, Shelf

WITHIN = 24 * HOUR
"""In which every receiver has to be told."""
RINGS_AFTER = 18 * HOUR
"""After which a person is told that one was not."""


def mark_of(lists: Lists, name: str, place: str) -> str:
    """Return under which sign a place of a list is noted: it tells nobody what it is."""
    return lists.vault.blind(f"recall\n{name}\n{place}")[:32]


def recall(
    lists: Lists, store: PleaStore, shelf: Shelf, entries: Iterable[Entry], *, at: Instant, only: str = ""
) -> None:
    """Note for every receiver that may hold these entries, or for one of them, that it has to be told.

    Only lists of what people gave who asked for help are watched so closely.
    """
    if shelf.of_pleas:
        store.put_recalls(
            [
                Recall(
                    authority=lists.authority,
                    shelf=shelf.name,
                    receiver=holder.name,
                    mark=mark_of(lists, shelf.name, entry.place),
                    since=at,
                )
                for entry in entries
                for holder in shelf.holders(entry)
                if only in ("", holder.name)
            ]
        )


def told(lists: Lists, store: PleaStore, *, name: str, receiver: str, places: Iterable[str]) -> None:
    """Note that a receiver was told of these places: by a door, or by the exchange."""
    waiting = {
        one.mark: one
        for one in store.recalls(lists.authority)
        if (one.shelf, one.receiver) == (name, receiver)
    }
    if waiting:
        marks = (mark_of(lists, name, place) for place in places)
        store.drop_recalls([waiting[mark] for mark in marks if mark in waiting])


def late(rows: Iterable[Recall], *, now: Instant, after: int = RINGS_AFTER) -> dict[tuple[str, str], Instant]:
    """Return by list and receiver since when each was not told that should have been by now."""
    found: dict[tuple[str, str], Instant] = {}
    for row in rows:
        if now - row.since >= after:
            key = (row.shelf, row.receiver)
            found[key] = min(row.since, found.get(key, row.since))
    return found
