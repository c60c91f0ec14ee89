"""The status that a node keeps: events taken from the depositary's pages, and what another page would change.

One file of a node, ``status.json``. An event of the book takes the place of what the pack says of the same
Party and matter; what the book does not speak of stays as the pack has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.ijson import parse_ijson
from comity.treaty.depositary import Reading, Unread
from comity.treaty.instruments import CONVENTION
from comity.treaty.library import find_pack
from comity.treaty.openings import Row, Text
from comity.treaty.overlay import Overlay
from comity.treaty.standing import CONSENTS, Event, EventKind

MOST_BYTES = 16 * 1024 * 1024
STATUS_FILE = "status.json"
_GROUPS = {EventKind.DECLARATION: "statement", EventKind.RESERVATION: "statement"}


class Taken(Row, frozen=True, kw_only=True):
    """One import.

    Attributes:
        on: The day on which it was taken.
        name: Of the file.
        sha256: Of its bytes.
        events: How many events it told.
        unread: How many lines were left out.
    """

    on: date
    name: Text
    sha256: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    events: Annotated[int, msgspec.Meta(ge=0)]
    unread: Annotated[int, msgspec.Meta(ge=0)]


class Book(Row, frozen=True, kw_only=True):
    """The events of the newest page, and every import.

    Attributes:
        format: Of the data; this is 1.
        events: What the newest page told.
        taken: Every import, the oldest first.
    """

    format: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    events: tuple[Event, ...] = ()
    taken: tuple[Taken, ...] = ()


class Change(StrEnum):
    """What a page does to one event: new, another day or text, or gone though an earlier page told it.

    Attributes:
        ADDED: It was not known.
        CHANGED: It was known otherwise.
        REMOVED: An earlier page told it, this one does not.
        KEPT: The page does not tell it; it stands on another source.
    """

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a difference; ``before`` is None for what is new, ``after`` for what is gone."""

    change: Change
    before: Event | None
    after: Event | None

    @property
    def event(self) -> Event:
        """Return the event as it is afterwards, else as it was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a line without an event")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a page would change.

    Attributes:
        lines: What is added, changed, removed or kept.
        unread: What of the page is left out.
        book: The book afterwards.
    """

    lines: tuple[Line, ...]
    unread: tuple[Unread, ...]
    book: Book

    @property
    def changes(self) -> tuple[Line, ...]:
        """Return the lines that change something."""
        return tuple(line for line in self.lines if line.change is not Change.KEPT)


EMPTY = Book()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a node knows of the status beside its packs: the book, and the operator's own events."""

    book: Book = EMPTY
    beside: tuple[Event, ...] = ()


def nothing_known() -> Known:
    """Return what a node knows that took nothing and whose operator added nothing."""
    return Known()


def parse_book(data: bytes, *, where: str = "") -> Book:
    """Return the book that the bytes hold; raise MalformedError ``treaty.book`` for anything else."""
    try:
        return msgspec.convert(parse_ijson(data, most_bytes=MOST_BYTES, where=where), Book)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "treaty.book", f"this is no status of the treaty: {exc}", hint="import it again", where=where
        ) from exc


def book_bytes(book: Book) -> bytes:
    """Return the bytes of a book."""
    return msgspec.json.format(msgspec.json.encode(book), indent=1) + b"\n"


def known_events(book: Book = EMPTY, *, beside: Iterable[Event] = ()) -> tuple[Event, ...]:
    """Return all events of the Convention: those of its pack, of a book in their place, and others beside."""
    pack = find_pack(CONVENTION)
    own = () if pack is None else pack.events
    told = {_matter(one) for one in book.events}
    return (*(one for one in own if _matter(one) not in told), *book.events, *beside)


def with_book(overlay: Overlay, book: Book) -> Overlay:
    """Return the operator's data with the events of a book; the operator's own events come behind them."""
    if not book.events or CONVENTION in overlay.replaces:
        return overlay
    events = known_events(book, beside=overlay.events.get(CONVENTION, ()))
    return msgspec.structs.replace(
        overlay,
        events={**overlay.events, CONVENTION: events},
        replaces=(*overlay.replaces, CONVENTION),
    )


def difference(book: Book, reading: Reading, *, on: date, name: str, sha256: str) -> Difference:
    """Return what a page would change, matter by matter, and the book afterwards.

    Args:
        book: What is kept now.
        reading: The page.
        on: The day of the import.
        name: Of the file.
        sha256: Of its bytes.
    """
    taken = Taken(
        on=on, name=name[:400] or "-", sha256=sha256, events=len(reading.events), unread=len(reading.unread)
    )
    after = Book(events=reading.events, taken=(*book.taken, taken))
    before_by, after_by = _by_matter(known_events(book)), _by_matter(known_events(after))
    from_page = {_matter(one) for one in reading.events}
    lines: list[Line] = []
    for matter in dict.fromkeys((*before_by, *after_by)):
        lines += _lines(before_by.get(matter, []), after_by.get(matter, []), told=matter in from_page)
    lines.sort(key=lambda line: (line.event.party, line.event.on, line.event.provision))
    return Difference(lines=tuple(lines), unread=reading.unread, book=after)


def _matter(one: Event) -> tuple[str, str, str, str]:
    """Return what an event is about: of one matter, a page replaces what was known."""
    group = "consent" if one.event in CONSENTS else _GROUPS.get(one.event, one.event.value)
    return one.party, group, one.provision, one.against


def _by_matter(events: Iterable[Event]) -> dict[tuple[str, str, str, str], list[Event]]:
    found: dict[tuple[str, str, str, str], list[Event]] = {}
    for one in events:
        found.setdefault(_matter(one), []).append(one)
    return found


def _lines(before: list[Event], after: list[Event], *, told: bool) -> list[Line]:
    gone = [one for one in before if not any(_same(one, other) for other in after)]
    new = [one for one in after if not any(_same(one, other) for other in before)]
    if not gone and not new:
        return [] if told else [Line(change=Change.KEPT, before=one, after=one) for one in after]
    pairs = min(len(gone), len(new))
    lines = [
        Line(change=Change.CHANGED, before=old, after=one)
        for old, one in zip(gone[:pairs], new[:pairs], strict=True)
    ]
    lines += [Line(change=Change.REMOVED, before=old, after=None) for old in gone[pairs:]]
    return lines + [Line(change=Change.ADDED, before=None, after=one) for one in new[pairs:]]


def _same(one: Event, other: Event) -> bool:
    """Tell whether two events say the same, whatever their sources."""
    return (one.event, one.on, one.latest, one.effect) == (other.event, other.on, other.latest, other.effect)
