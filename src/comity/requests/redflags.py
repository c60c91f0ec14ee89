"""Red flags: words of a form that bring a person in. They never decide anything.

Two nets, both packaged data: words that say it outright, tried by :mod:`comity.requests.lexicon`, and
concepts that stand together, tried by :mod:`comity.requests.scenes`.
"""

from collections.abc import Mapping

from comity.requests.concepts import concepts
from comity.requests.lexicon import lexicon, texts
from comity.requests.matter import Matter
from comity.requests.remembering import Remembered
from comity.requests.scenes import staged

DATA = "data/redflags.json"
_BYSTANDERS = frozenset({"persecution", "expression", "immunity"})
_HARMLESS = frozenset({"guise", "victim"})
_SKIPPED = frozenset({"circumstances", "assurances", "kind", "basis"})
"""What says these things on purpose, or in codes, is not searched."""
_READ: Remembered[frozenset[str]] = Remembered()


def flagged(matter: Matter) -> Mapping[str, str]:
    """Return the flags that the words of a form raise, each with the pointer of the first place."""
    found: dict[str, str] = {}
    for name, value in matter.reading.content.items():
        if name in _SKIPPED:
            continue
        for pointer, text in texts(value, f"/{name}"):
            for flag in raised(text, pointer=pointer):
                found.setdefault(flag, pointer)
    return found


def raised(text: str, *, pointer: str = "") -> frozenset[str]:
    """Return the flags that a text raises; the pointer tells where it stands, where that matters.

    A word that names a group or an office raises nothing where it is spoken of as victim or as a mask, and
    nobody is accused.
    """
    return _READ.of(text, lambda: _raised(text, pointer), beside=pointer)


def _raised(text: str, pointer: str) -> frozenset[str]:
    scenes = frozenset(staged(text, pointer=pointer))
    words = lexicon(DATA).raised(text, pointer=pointer) - scenes
    if words & _BYSTANDERS:
        spoken = concepts().spoken(text)
        if spoken & _HARMLESS and "accused" not in spoken:
            words -= _BYSTANDERS
    return scenes | words


def flags() -> tuple[str, ...]:
    """Return the names of all flags, in the order of the data."""
    return lexicon(DATA).flags
