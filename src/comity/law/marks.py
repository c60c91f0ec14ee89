"""What a provision speaks of, passage by passage: computed once when it is taken in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from comity.law.provisions import Provision
from comity.law.vocabulary import Vocabulary

_LONG = 420
_CUT = re.compile(r"\n+|;|[.:]\s|[。；]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a provision's text and what it speaks of.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last one.
        mask: Bits of concepts and names.
    """

    start: int
    end: int
    mask: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A heading above a provision.

    Attributes:
        mask: Bits of what the heading speaks of.
        index: How many provisions under the same heading come before this one.
    """

    mask: int
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a provision speaks of, where.

    Attributes:
        title: Bits of the title of the instrument.
        levels: The headings above it, from the outermost in.
        heading: Bits of its own heading.
        passages: Its text, in order, without gaps.
        position: How many provisions of the instrument come before it.
    """

    title: int
    levels: tuple[Level, ...]
    heading: int
    passages: tuple[Passage, ...]
    position: int

    @property
    def text(self) -> int:
        """Bits of the whole text."""
        found = 0
        for passage in self.passages:
            found |= passage.mask
        return found

    @property
    def above(self) -> int:
        """Bits of all headings above it, and of the title."""
        found = self.title
        for level in self.levels:
            found |= level.mask
        return found


def passages_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of passages: whole sentences or paragraphs, joined while they are short."""
    start = 0
    before = 0
    for cut in [*(hit.end() for hit in _CUT.finditer(text)), len(text)]:
        if cut - start > _LONG and before > start:
            yield start, before
            start = before
        before = cut
    yield start, len(text)


class Marker:
    """Marks provisions of one language, in the order in which their instruments give them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Begin with no provision seen."""
        self._vocabulary = vocabulary
        self._counts: dict[tuple[str, ...], int] = {}
        self._heads: dict[str, int] = {}

    def marks(self, provision: Provision) -> Marks:
        """Return the marks of the next provision."""
        path = (provision.instrument, *provision.path)
        mask = self._vocabulary.mask
        return Marks(
            title=self._above(provision.title),
            levels=tuple(
                Level(mask=self._above(heading), index=self._next(path[: depth + 2]))
                for depth, heading in enumerate(provision.path)
            ),
            heading=mask(provision.heading) if provision.heading else 0,
            passages=tuple(
                Passage(start=start, end=end, mask=mask(provision.text[start:end]))
                for start, end in passages_of(provision.text)
            ),
            position=self._next((provision.instrument,)),
        )

    def _above(self, heading: str) -> int:
        if heading not in self._heads:
            self._heads[heading] = self._vocabulary.mask(heading)
        return self._heads[heading]

    def _next(self, place: tuple[str, ...]) -> int:
        self._counts[place] = self._counts.get(place, -1) + 1
        return self._counts[place]
