"""What an image is said to show, in one scheme that others are mapped to; the source's marks are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import msgspec

from comity.kernel.errors import MalformedError
from comity.kernel.packaged import packaged_bytes

UNSORTED = "unsorted"


class Subject(StrEnum):
    """Whom a list protects: it decides by which door the list may leave."""

    CHILD = "child"
    INTIMATE = "intimate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The agreed scheme and the maps to it.

    Attributes:
        subjects: Subject by category; ``none`` where it protects nobody.
        maps: By scheme of a source, its marks to our categories.
    """

    subjects: Mapping[str, str]
    maps: Mapping[str, Mapping[str, str]]

    def mapped(self, scheme: str, mark: str) -> str:
        """Return our category of a source's mark; ``unsorted`` for one that nobody mapped."""
        return self.maps.get(scheme, {}).get(mark.strip(), UNSORTED)

    def marked(self, scheme: str, category: str) -> str:
        """Return a source's mark of our category; empty where it has none."""
        return next((mark for mark, ours in self.maps.get(scheme, {}).items() if ours == category), "")

    def require(self, category: str, *, where: str = "") -> str:
        """Return a category of the scheme; raise MalformedError ``protect.category`` for any other."""
        if category not in self.subjects:
            raise MalformedError(
                "protect.category",
                f"{category[:40]!r} is no category",
                hint="one of: " + ", ".join(self.subjects),
                where=where,
            )
        return category


class _Category(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    subject: str


class _File(msgspec.Struct, frozen=True, kw_only=True):
    v: int
    source: str
    categories: list[_Category]
    schemes: dict[str, dict[str, str]]


@cache
def scheme() -> Scheme:
    """Return the scheme that ships."""
    file = msgspec.json.decode(packaged_bytes("comity.protection", "data/categories.json"), type=_File)
    return Scheme(subjects={one.code: one.subject for one in file.categories}, maps=file.schemes)
