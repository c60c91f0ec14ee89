"""Red flags: words of a form that bring a person in. They never decide anything.

The terms are packaged data, tried at each word that begins like them; ``*`` at the end of a term stands for
any ending. Arabic is searched without word boundaries, since its particles are written with the word.
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
_HEAD = 3
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile("[\u0600-\u06ff]")


def flagged(matter: Matter) -> Mapping[str, str]:
    """Return the flags that the words of a form raise, each with the pointer of the first place."""
    found: dict[str, str] = {}
    for pointer, text in _texts(dict(matter.reading.content), ""):
        for flag in raised(text):
            found.setdefault(flag, pointer)
    return found


def raised(text: str) -> frozenset[str]:
    """Return the flags that a text raises."""
    text, heads = text.replace("\u2019", "'").lower(), _latin()
    found = {
        flag
        for word in _WORD.finditer(text)
        for flag, pattern in heads.get(word[0][:_HEAD], ())
        if pattern.match(text, word.start())
    }
    if _ARABIC.search(text):
        found |= {row["flag"] for row in _rows() if any(term in text for term in row["arabic"])}
    return frozenset(found)


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
def _latin() -> "Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]":
    """Return the terms by the first letters of their first word, so that few are tried at each word."""
    heads: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for row in _rows():
        for term in row["terms"]:
            first = _WORD.match(term)
            if first is None:
                raise ValueError(f"a term begins with a word: {term}")
            pattern = re.compile(rf"(?:{_ending(term)})\b")
            heads.setdefault(first[0][:_HEAD], []).append((row["flag"], pattern))
    return {head: tuple(found) for head, found in heads.items()}


def _ending(term: str) -> str:
    return term[:-1] + r"\w*" if term.endswith("*") and not term.endswith("\\w*") else term
