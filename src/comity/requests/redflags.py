"""Red flags: words of a form that bring a person in. They never decide anything.

A form is searched once for all flags; the terms are packaged data. ``*`` at the end of a term stands for any
ending. Arabic is searched without word boundaries, since its particles are written together with the word.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from comity.kernel.packaged import packaged_bytes
from comity.requests.matter import Matter

DATA = "data/redflags.json"
_SKIPPED = frozenset({"circumstances", "assurances", "kind", "basis"})
"""What says these things on purpose, or in codes, is not searched."""


def flagged(matter: Matter) -> Mapping[str, str]:
    """Return the flags that the words of a form raise, each with the pointer of the first place."""
    found: dict[str, str] = {}
    for pointer, text in _texts(dict(matter.reading.content), ""):
        for match in _pattern().finditer(text.replace("\u2019", "'")):
            if match.lastgroup is not None:
                found.setdefault(match.lastgroup, pointer)
    return found


@cache
def flags() -> tuple[str, ...]:
    """Return the names of all flags, in the order of the data."""
    return tuple(row["flag"] for row in _rows())


def _texts(value: Any, above: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a form with its pointer."""
    if isinstance(value, str):
        yield above, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if above or name not in _SKIPPED:
                yield from _texts(inner, f"{above}/{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, f"{above}/{at}")


@cache
def _rows() -> Any:
    return json.loads(packaged_bytes("comity.requests", DATA))["flags"]


@cache
def _pattern() -> "re.Pattern[str]":
    groups = []
    for row in _rows():
        latin = "|".join(_ending(term) for term in row["terms"])
        arabic = "|".join(re.escape(term) for term in row["arabic"])
        groups.append(rf"(?P<{row['flag']}>\b(?:{latin})\b|(?:{arabic}))")
    return re.compile("|".join(groups), re.IGNORECASE)


def _ending(term: str) -> str:
    return term[:-1] + r"\w*" if term.endswith("*") and not term.endswith("\\w*") else term
