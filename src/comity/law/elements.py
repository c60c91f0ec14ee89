"""What each article of the Convention asks of national law, element by element: the articles as data.

An element of an offence names the facts that make it: groups of words, of each of which one must be there.
What a State may ask besides, or may leave out, is listed too, so that a narrowing that the Convention allows
is told from one that it does not. An edge is a fact that takes conduct out of the core of an offence: laws
differ there, and nothing is assumed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from comity.kernel.digests import sha256
from comity.kernel.packaged import packaged_bytes

_FILE = "data/elements.json"
_AGE = "under:"
OFFENCES = range(7, 18)
"""Articles whose offences can be compared. Basis: 7, 17"""
POWERS = range(25, 32)
"""Articles whose powers stand under article 24. Basis: 24(1)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing that an article asks for.

    Attributes:
        name: Stable name, e.g. ``access``.
        role: ``conduct``, ``object``, ``circumstance``, ``result`` or ``mind``; else ``measure``.
        facts: Groups of facts; of each group one makes the element.
        only_for: Acts for which the element is asked at all; empty where for every act.
        is_optional: Whether the Convention leaves it to each State.
        basis: The place of the Convention that asks for it.
        signs: Concepts of which one is most often spoken of where a law has the element; maybe none.
    """

    name: str
    role: str
    basis: str
    signs: tuple[str, ...]
    facts: tuple[frozenset[str], ...]
    only_for: frozenset[str]
    is_optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one article asks for.

    Attributes:
        article: Its number.
        kind: ``offence``, ``liability``, ``procedure``, ``power``, ``protection`` or ``cooperation``.
        elements: What it asks for, in order.
        may_ask: Facts that a State may ask for besides.
        may_leave_out: Facts that a State may leave out.
        edges: Facts that take conduct out of the core.
        leaves: Of each fact that a State may ask besides or leave out, the place that leaves it open.
    """

    article: int
    kind: str
    elements: tuple[Element, ...]
    may_ask: frozenset[str]
    may_leave_out: frozenset[str]
    edges: frozenset[str]
    leaves: Mapping[str, str]


@cache
def asked() -> Mapping[int, Asked]:
    """Return every article that asks something of national law, in order."""
    data = _data()
    return {
        int(number): Asked(
            article=int(number),
            kind=row["kind"],
            elements=tuple(_element(one) for one in row["elements"]),
            may_ask=frozenset(row["may_ask"]),
            may_leave_out=frozenset(row["may_leave_out"]),
            edges=frozenset((*row["edges"], *data["edges"])),
            leaves={fact: place for place, facts in row["leaves"].items() for fact in facts},
        )
        for number, row in data["articles"].items()
    }


@cache
def elements_digest() -> str:
    """Return a digest of what the articles ask: the rules by which a profile is judged."""
    return sha256(packaged_bytes("comity.law", _FILE)).hex()


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """Return the words of a described conduct, by the member of the form in which they stand."""
    return {member: tuple(row) for member, row in _data()["words"].items()}


@cache
def known_facts() -> frozenset[str]:
    """Return every fact that is said by a word, and the two that have members of their own."""
    return frozenset(word for row in words().values() for word in row) | {"without_right", "no_consent"}


def age_below(fact: str) -> int | None:
    """Return the age of a fact such as ``under:16``; None for any other fact."""
    years = fact.removeprefix(_AGE)
    return (
        int(years)
        if fact.startswith(_AGE) and years.isascii() and years.isdigit() and len(years) < 3
        else None
    )


def is_fact(fact: str) -> bool:
    """Tell whether conditions of a law may name a fact."""
    return fact in known_facts() or age_below(fact) is not None


@cache
def _data() -> Any:
    return json.loads(packaged_bytes("comity.law", _FILE))


def _element(row: Mapping[str, object]) -> Element:
    facts, signs = row["facts"], row["signs"]
    only_for = row.get("for", [])
    assert isinstance(facts, list) and isinstance(only_for, list) and isinstance(signs, list)
    return Element(
        name=str(row["id"]),
        role=str(row["role"]),
        basis=str(row["basis"]),
        signs=tuple(signs),
        facts=tuple(frozenset(group) for group in facts),
        only_for=frozenset(only_for),
        is_optional=bool(row.get("optional", False)),
    )
