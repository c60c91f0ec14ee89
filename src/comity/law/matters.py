"""What to look for when a provision may serve an article of the Convention: the articles as data.

A matter says which concepts carry an article and how much, which must be there, which speak against it, and
in what kind of statute it is at home. It names no country and no section: the same data ranks a law that
nobody has seen before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.law.errors import no_article
from comity.treaty.articles import LAST_ARTICLE

FILE = "data/matters.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """How an article is recognised.

    Attributes:
        article: Its number.
        weights: What each concept adds where it occurs, by its bit.
        core: Groups of concepts; of each group one should occur.
        against: What speaks against it, by bit.
        home: Bit of the kind of statute in which it is at home; 0 where it may be anywhere.
        away: Bits of matters in whose statutes it is not at home.
        is_general: Whether it belongs to the general part of a code.
    """

    article: int
    weights: tuple[tuple[int, float], ...]
    core: tuple[int, ...]
    against: tuple[tuple[int, float], ...] = ()
    home: int = 0
    away: int = 0
    is_general: bool = False

    @property
    def name(self) -> int:
        """The bit of the article's own names."""
        return bit_of_name(self.article)

    @property
    def anything(self) -> int:
        """All bits of which one must occur for a provision to be looked at."""
        found = self.name
        for group in self.core:
            found |= group
        return found


@cache
def _data() -> dict[str, object]:
    return dict(json.loads(packaged_bytes("comity.law", FILE)))


@cache
def _bits() -> Mapping[str, int]:
    names = _data()["concepts"]
    assert isinstance(names, list)
    return {name: 1 << index for index, name in enumerate(names)}


def concepts() -> tuple[str, ...]:
    """Return the names of all concepts."""
    return tuple(_bits())


def bit_of_concept(name: str) -> int:
    """Return the bit of a concept; raise KeyError for a name that the data does not know."""
    return _bits()[name]


def bit_of_name(article: int) -> int:
    """Return the bit that stands for the names of an article."""
    return 1 << (len(_bits()) + article)


@cache
def matters() -> Mapping[int, Matter]:
    """Return every article that can be looked for, in order."""
    articles = _data()["articles"]
    assert isinstance(articles, dict)
    return {int(number): _matter(int(number), row) for number, row in articles.items()}


def matter_of(article: int) -> Matter:
    """Return the matter of an article.

    Raises:
        NotFoundError: ``law.article`` for a number outside 1 to 68, and for an article that asks nothing of
            national law that could be found by its words.
    """
    if not 1 <= article <= LAST_ARTICLE:
        raise no_article(
            article, f"the Convention has no article {article}; its articles are 1 to {LAST_ARTICLE}"
        )
    found = matters().get(article)
    if found is None:
        raise no_article(article, f"article {article} asks for no provision that could be found by its words")
    return found


def _matter(number: int, row: Mapping[str, object]) -> Matter:
    def mask(names: object) -> int:
        assert isinstance(names, list)
        found = 0
        for name in names:
            found |= bit_of_concept(name)
        return found

    weights, core, against = row["weights"], row["core"], row.get("against", {})
    assert isinstance(weights, dict) and isinstance(core, list) and isinstance(against, dict)
    return Matter(
        article=number,
        weights=tuple((bit_of_concept(name), float(value)) for name, value in weights.items()),
        core=tuple(mask(group) for group in core),
        against=tuple((bit_of_concept(name), float(value)) for name, value in against.items()),
        home=mask(row.get("home", [])),
        away=mask(row.get("away", [])),
        is_general=bool(row.get("general", False)),
    )
