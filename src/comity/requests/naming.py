"""Is a thing or person named, so that somebody can find it, or only described in general words?"""

import re
from collections.abc import Iterator

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.concepts import concepts
from comity.requests.matter import Matter
from comity.requests.substance import filled, says_nothing

_NAMES = frozenset({"account", "address", "addressee", "identifier", "identity"})
_LOOSE = frozenset({"holder", "place", "user", "whereabouts"})
_ALL = _NAMES | _LOOSE
_LEAST_WORDS = 3
_CASED = re.compile(r"[^\W\d_]", re.UNICODE)


def check_naming(matter: Matter) -> Iterator[Finding]:
    """Yield what is to be found by general words alone, and what reaches a crowd.

    Basis: 24(1), 40(15)(e), 42(3)(c)
    """
    for pointer, one, value in filled(matter):
        if one.name not in _ALL or not isinstance(value, str) or not matter.reading.sound(pointer):
            continue
        if says_nothing(one, value):
            continue
        if (one.name in _NAMES and is_general(value)) or is_crowd(value):
            yield found("items.general", basis=one.basis, field=pointer, label=one.label)


def is_general(name: str) -> bool:
    """Tell whether a text of several words has no number, no address and no proper name."""
    words = name.split()
    if len(words) < 2 or any(sign.isdigit() or sign in "@/:\"'\u201c\u00ab" for sign in name):
        return False
    if not all(_is_cased(word) for word in words if _CASED.search(word)):
        return False
    if len(words) >= _LEAST_WORDS:
        words = [words[0].lower(), *words[1:]]
    return all(word == word.lower() for word in words)


def is_crowd(name: str) -> bool:
    """Tell whether a text means everybody of some kind."""
    spoken = concepts().spoken(name)
    return {"many", "crowd"} <= spoken and "limited" not in spoken


def _is_cased(word: str) -> bool:
    """Tell whether a word is of a script with small and large letters."""
    return word.lower() != word.upper()
