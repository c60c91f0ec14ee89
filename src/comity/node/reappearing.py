"""Content that was taken down and comes in again: told by its digests, by its address, or by likeness.

Basis: 34(6)
"""

from collections.abc import Sequence

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.guardroom import TAKEDOWN
from comity.node.ports import Store, Transaction
from comity.node.protecting import HashDesk
from comity.node.returning import give_back
from comity.protection.fingerprints import turned_hash
from comity.protection.guard import Guarded
from comity.protection.matching import MOST_ASKED, Question, ask
from comity.protection.reports import Report
from comity.protection.shelves import Entry
from comity.protection.takedown import Event, State, Step, Takedown

SHELF = ".takedowns"
"""Where fingerprints of takedowns lie to be searched: no list can have this name."""


def keep_prints(hashes: HashDesk, tx: Transaction, room: Guarded, held: Takedown, *, at: Instant) -> None:
    """Let a takedown be found by its fingerprints and its address."""
    marks = [("digest", f"{name}:{value.hex()}") for one in held.prints for name, value in one.exact]
    if held.url:
        marks.append(("url", held.url.rstrip("/")))
    room.mark(tx.guarded, TAKEDOWN, held.number, marks)
    entries = [
        Entry(id=f"{held.number}.{place}", prints=one)
        for place, one in enumerate(held.prints)
        if one.matchable
    ]
    hashes.room(tx, room.authority).put(tx.hashes, SHELF, entries, at=at)


def alike(
    hashes: HashDesk, store: Store, authority: AuthorityId, reports: Sequence[Report]
) -> dict[bytes, set[int]]:
    """Return the takedowns that pictures of reports are like, by their PDQ hash."""
    prints = dict.fromkeys(one.prints for report in reports for one in report.files if one.prints.matchable)
    found: dict[bytes, set[int]] = {}
    if not prints:
        return found
    with store.snapshot() as tx:
        if tx.node.setting(f"protect/secret/{authority}") is None:
            return found
        lists = hashes.room(tx, authority)
        loaded = hashes.loaded(tx, lists, SHELF, searches=len(prints))

        def opened(key: int) -> Entry:
            row = tx.hashes.hash_row(authority, SHELF, f"{key:016x}")
            if row is None:
                raise LookupError(key)
            return lists.opened(row)

        waiting = list(prints)
        for start in range(0, len(waiting), MOST_ASKED):
            part = waiting[start : start + MOST_ASKED]
            asked = [Question(name="", prints=one, turned=turned_hash(one.pdq), derived=True) for one in part]
            for one, answer in zip(part, ask(loaded, asked, opened), strict=True):
                numbers = {int(match.id.partition(".")[0]) for match in answer.matches}
                found.setdefault(one.pdq, set()).update(numbers)
    return found


def note_again(
    hashes: HashDesk,
    tx: Transaction,
    room: Guarded,
    report: Report,
    likes: dict[bytes, set[int]],
    *,
    at: Instant,
) -> tuple[int, ...]:
    """Note at every takedown that a report speaks of its content, and return their numbers.

    Where the content had come down it is seen again: somebody has to look. That it is alike is a lead.
    """
    numbers = {
        number for file in report.files for number in likes.get(file.prints.pdq, ()) if file.prints.pdq
    }
    marks = [
        ("digest", f"{name}:{value.hex()}") for file in report.files for name, value in file.prints.exact
    ]
    marks += [("url", url.rstrip("/")) for url in report.urls]
    for mark in marks:
        numbers |= {int(key) for key in room.with_mark(tx.guarded, *mark, TAKEDOWN)}
    for number in sorted(numbers):
        held = room.find(tx.guarded, TAKEDOWN, number, Takedown)
        if held is None:
            continue
        reports = held.reports if report.number in held.reports else (*held.reports, report.number)
        held = msgspec.structs.replace(held, reports=reports[-200:])
        if held.state in (State.REMOVED, State.CLOSED):
            event = Event(step=Step.AGAIN, at=at, by="desk", report=report.number)
            held = give_back(hashes, tx, room.authority, held.after(event), event)
        room.put(tx.guarded, TAKEDOWN, held, number=number)
    return tuple(sorted(numbers))
