"""Names of Parties as the depositary writes them, in English and French, and the codes that they mean."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from comity.kernel.ids import PartyCode
from comity.kernel.packaged import packaged_bytes

DATA = "data/names.json"
_WORD = re.compile(r"[a-z0-9]+")


def party_named(text: str) -> PartyCode | None:
    """Return the Party of a name as the depositary writes it; None for a name that nobody here knows.

    Case, accents and punctuation do not matter; nothing else is guessed.
    """
    return _names().get(_plain(text))


def parties_in(text: str) -> tuple[PartyCode, ...]:
    """Return the Parties that a text names, in the order in which it does; longer names go before shorter."""
    pattern = _pattern()
    found = (_names()[match[0]] for match in pattern.finditer(_plain(text)))
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(ch for ch in bare if not unicodedata.combining(ch))))


@cache
def _names() -> Mapping[str, PartyCode]:
    rows = json.loads(packaged_bytes("comity.treaty", DATA))["names"]
    return {name: PartyCode(code) for code, names in rows.items() for name in names}


@cache
def _pattern() -> re.Pattern[str]:
    known = sorted(_names(), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(known) + r")\b")
