"""What becomes of a provision: added, changed or repealed, with what is new and what is gone marked."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from comity.law.provisions import Provision

_MOST_WORDS = 3_000
_SENTENCE = re.compile(r"[^\n.;:。；]*(?:[\n.;:。；]+\s*|$)")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    """What a bill does to a provision."""

    ADDED = "added"
    CHANGED = "changed"
    REPEALED = "repealed"


class Mark(StrEnum):
    """What a stretch of text is beside the other text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of text and what it is."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One provision that a bill touches.

    Attributes:
        change: What is done to it.
        before: As it stands; None for a new one.
        after: As it shall stand; None for one that is repealed.
    """

    change: Change
    before: Provision | None
    after: Provision | None

    @property
    def provision(self) -> Provision:
        """Return it as it shall stand, else as it stands."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    def stretches(self) -> tuple[Stretch, ...]:
        """Return heading and text with what is new and what is gone marked."""
        return marked(_words_of(self.before), _words_of(self.after))


def marked(before: str, after: str) -> tuple[Stretch, ...]:
    """Return two texts as one, with what is new and what is gone marked: by sentences, then by words."""
    found: list[Stretch] = []
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Stretch(mark=Mark.SAME, text="".join(old[a:b])))
        else:
            found += _by_words("".join(old[a:b]), "".join(new[c:d]))
    return _joined(found)


def _by_words(before: str, after: str) -> list[Stretch]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return [Stretch(mark=Mark.REMOVED, text=before), Stretch(mark=Mark.ADDED, text=after)]
    found = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Stretch(mark=Mark.SAME, text="".join(old[a:b])))
            continue
        found.append(Stretch(mark=Mark.REMOVED, text="".join(old[a:b])))
        found.append(Stretch(mark=Mark.ADDED, text="".join(new[c:d])))
    return found


def _joined(found: Sequence[Stretch]) -> tuple[Stretch, ...]:
    kept: list[Stretch] = []
    for one in found:
        if not one.text:
            continue
        if kept and kept[-1].mark is one.mark:
            kept[-1] = Stretch(mark=one.mark, text=kept[-1].text + one.text)
        else:
            kept.append(one)
    return tuple(kept)


def _words_of(one: Provision | None) -> str:
    return "" if one is None else "\n".join(part for part in (one.heading, one.text) if part)
