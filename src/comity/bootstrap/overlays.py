"""The operator's own data on instruments, kept beside a node's configuration."""

from pathlib import Path

from comity.treaty.book import EMPTY, MOST_BYTES, STATUS_FILE, Book, Known, parse_book, with_book
from comity.treaty.instruments import CONVENTION
from comity.treaty.overlay import NO_OVERLAY, Overlay, parse_overlay

OVERLAY = "basis.json"


def kept_overlay(folder: Path) -> Overlay | None:
    """Return what ``basis.json`` and ``status.json`` of a node's folder say; None where there is neither.

    Raises:
        MalformedError: ``overlay.form``, ``treaty.book``: a node does not start on data that it cannot read.
    """
    book = kept_book(folder)
    own = operators_own(folder)
    return with_book(own or NO_OVERLAY, book) if book.events else own


def kept_book(folder: Path) -> Book:
    """Return what a node took from pages of the depositary; an empty book where that is nothing yet."""
    path = folder / STATUS_FILE
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return EMPTY
    return parse_book(data, where=str(path))


def known_status(folder: Path) -> Known:
    """Return what a node knows of the status of the Convention beside its packs, as its files say now."""
    own = operators_own(folder)
    beside = () if own is None else own.events.get(CONVENTION, ())
    return Known(book=kept_book(folder), beside=beside)


def operators_own(folder: Path) -> Overlay | None:
    """Return what ``basis.json`` alone says; None where there is no such file."""
    path = folder / OVERLAY
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return parse_overlay(data, where=str(path))
