"""What the treaty desk answers: the status on a day, entry into force with a what-if, a page and the book."""

from collections.abc import Iterable, Sequence
from datetime import date

from comity.treaty.book import EMPTY, Book, Difference, difference, known_events
from comity.treaty.depositary import Page, read_page
from comity.treaty.force import Force, force
from comity.treaty.instruments import CONVENTION
from comity.treaty.library import find_pack
from comity.treaty.standing import Entry, Event
from comity.treaty.views import ForceView, StatusView, force_view, status_view

PAGE_SOURCE = "depositary's page, SHA-256 {digest}"


def entry_rule() -> Entry:
    """Return the rule by which the Convention enters into force. Basis: 65(1), 65(2)"""
    pack = find_pack(CONVENTION)
    return Entry() if pack is None else pack.entry


def status_on(on: date, *, book: Book = EMPTY, beside: Iterable[Event] = ()) -> StatusView:
    """Return the status on a day.

    Args:
        on: The day; what came after it is left aside.
        book: What the node took from the depositary.
        beside: The operator's own events.
    """
    events = known_events(book, beside=beside)
    found = force(entry_rule(), events, on=on, as_at=on)
    return status_view((one for one in events if one.on <= on), found, book=book)


def force_on(
    on: date,
    *,
    as_at: date | None = None,
    supposed: Sequence[Event] = (),
    book: Book = EMPTY,
    beside: Iterable[Event] = (),
) -> ForceView:
    """Return how the Convention stands on a day, with deposits supposed.

    Args:
        on: The day on which it is or is not in force.
        as_at: The last day of what is looked at; None for all that is known or supposed.
        supposed: Deposits of a what-if.
        book: What the node took from the depositary.
        beside: The operator's own events.

    Basis: 65(1), 65(2)
    """
    return force_view(reckoned(on, as_at=as_at, supposed=supposed, book=book, beside=beside))


def reckoned(
    on: date,
    *,
    as_at: date | None = None,
    supposed: Sequence[Event] = (),
    book: Book = EMPTY,
    beside: Iterable[Event] = (),
) -> Force:
    """Return the same as a value of the domain."""
    events = known_events(book, beside=beside)
    return force(entry_rule(), events, on=on, as_at=as_at, supposed=supposed)


def compared(page: Page, *, book: Book, on: date, name: str, sha256: str) -> Difference:
    """Return what a page of the depositary would change in a book.

    Raises:
        MalformedError: ``treaty.columns``.
    """
    reading = read_page(page, source=PAGE_SOURCE.format(digest=sha256[:16]))
    return difference(book, reading, on=on, name=name, sha256=sha256)
