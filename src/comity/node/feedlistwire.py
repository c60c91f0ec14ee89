"""Changes of lists as they travel in feeds."""

import msgspec

from comity.indicators.feedfigures import ENTRY, WITHDRAWAL
from comity.protection.categories import UNSORTED
from comity.protection.shelves import Medium, State


class VoteWire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A vote as it travels."""

    by: str
    on: str = ""
    good: bool
    reason: str = ""
    tags: list[str] = []
    at: int


class EntryWire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry as it travels: nothing of whoever asked for help, but for what it must never be used."""

    id: str
    by: str = ""
    medium: Medium = Medium.IMAGE
    pdq: str = ""
    quality: int | None = None
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    category: str = UNSORTED
    claimed: str = ""
    state: State = State.LIVE
    tags: list[str] = []
    votes: list[VoteWire] = []
    bar: str = ""


class GoneWire(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is taken back."""

    id: str
    medium: Medium = Medium.IMAGE


class ListChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One change of a list: an entry, one that is taken back, or since when the whole list is."""

    entry: EntryWire | None = None
    gone: GoneWire | None = None
    retracted: int | None = None

    @property
    def kind(self) -> str:
        """Which kind of change, as figures count it."""
        return WITHDRAWAL if self.entry is None else ENTRY
