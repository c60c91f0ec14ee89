"""The operator's own data on instruments, kept beside a node's configuration."""

from pathlib import Path

from comity.bootstrap.treaty import TreatyRoom
from comity.treaty.book import Known, with_book
from comity.treaty.instruments import CONVENTION
from comity.treaty.overlay import NO_OVERLAY, Overlay, parse_overlay

OVERLAY = "basis.json"


def kept_overlay(folder: Path) -> Overlay | None:
    """Return what ``basis.json`` and ``status.json`` of a node's folder say; None where there is neither.

    Raises:
        MalformedError: ``overlay.form``, ``treaty.book``: a node does not start on data that it cannot read.
    """
    book = TreatyRoom().book(str(folder))
    own = operators_own(folder)
    return with_book(own or NO_OVERLAY, book) if book.events else own


def known_status(folder: Path) -> Known:
    """Return what a node knows of the status of the Convention beside its packs, as its files say now."""
    own = operators_own(folder)
    beside = () if own is None else own.events.get(CONVENTION, ())
    return Known(book=TreatyRoom().book(str(folder)), beside=beside)


def operators_own(folder: Path) -> Overlay | None:
    """Return what ``basis.json`` alone says; None where there is no such file."""
    path = folder / OVERLAY
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return parse_overlay(data, where=str(path))
