"""What the desk for lists of fingerprints shows and is told: no fingerprint is in here."""

from dataclasses import dataclass

import msgspec

from comity.kernel.clock import Instant
from comity.protection.categories import Subject
from comity.protection.service import Taken
from comity.protection.shelves import Holding, Shelf


class HolderView(msgspec.Struct, frozen=True, kw_only=True):
    """Who may hold or receive a list, and why."""

    name: str
    ground: str
    licence: str
    onward: bool
    since: int
    until: int | None
    has_key: bool


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """A list as an officer sees it: no fingerprint is in here.

    Attributes:
        name: Its name here.
        subject: Whom it protects: ``child`` or ``intimate``.
        source: Whose it is.
        scheme: Which marks the source uses.
        dated: The day of the list, as the source says.
        made: When it was made here.
        entries: How many entries it has, withdrawn ones too.
        holding: The record by which this office holds it.
        receivers: Who may receive it.
        retracted: When the source took it back; None while it stands.
    """

    name: str
    subject: str
    source: str
    scheme: str
    dated: str
    made: int
    entries: int
    holding: HolderView
    receivers: tuple[HolderView, ...]
    retracted: int | None


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """What came of taking a file in."""

    list: str
    added: int
    changed: int
    same: int
    withdrawn: int
    without: int


class SharedView(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver that was recorded; the key is shown this once."""

    list: str
    receiver: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """By which record a list is held or received.

    Attributes:
        ground: The law, and the provision of it.
        licence: The terms of the source.
        onward: Whether it may go on from there.
        until: When that ends; None for no end.
        submits: Whether a receiver may add to the list.
    """

    ground: str
    licence: str
    onward: bool = False
    until: Instant | None = None
    submits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a new list says of itself.

    Attributes:
        subject: Whom it protects.
        source: Whose it is, in words.
        scheme: Which marks it uses.
        dated: Its day.
        category: Of entries that say none.
    """

    subject: str = Subject.CHILD
    source: str = ""
    scheme: str = ""
    dated: str = ""
    category: str = ""


def imported(name: str, taken: Taken, without: int) -> ImportView:
    """Return what came of an intake as it is shown."""
    return ImportView(
        list=name,
        added=taken.added,
        changed=taken.changed,
        same=taken.same,
        withdrawn=taken.withdrawn,
        without=without,
    )


def _holder(one: Holding) -> HolderView:
    return HolderView(
        name=one.name,
        ground=one.ground,
        licence=one.licence,
        onward=one.onward,
        since=one.since,
        until=one.until,
        has_key=bool(one.secret),
    )


def list_view(shelf: Shelf, entries: int) -> ListView:
    """Return a list as an officer sees it."""
    return ListView(
        name=shelf.name,
        subject=shelf.subject.value,
        source=shelf.source,
        scheme=shelf.scheme,
        dated=shelf.dated,
        made=shelf.made,
        entries=entries,
        holding=_holder(shelf.holding),
        receivers=tuple(map(_holder, shelf.receivers)),
        retracted=shelf.retracted,
    )
