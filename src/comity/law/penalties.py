"""Penalties read from the words of a provision: the longest deprivation of liberty that each rule names.

What is read is a proposal for a person: references to other sections, general rules on lower or higher
degrees, and sentences without a figure are not followed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.law.profiles import Penalty
from comity.law.vocabulary import folded

_AFTER, _BEFORE = 90, 50
_MOST = 1200
_YEAR = 12
_ENDS = re.compile(r"[.;:。；]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPenalties:
    """What the words of a provision name.

    Attributes:
        all: Longest deprivations of liberty, in the order of the text.
    """

    all: tuple[Penalty, ...]

    @property
    def first(self) -> Penalty:
        """The first one, which most often is that of the plain offence; not told where there is none."""
        return self.all[0] if self.all else Penalty()

    @property
    def longest(self) -> Penalty:
        """The longest one."""
        return max(self.all, key=lambda one: one.rank, default=Penalty())


@dataclass(frozen=True, slots=True)
class _Tongue:
    deprive: re.Pattern[str]
    life: re.Pattern[str]
    stop: re.Pattern[str]
    span: re.Pattern[str]
    numbers: dict[str, int]
    alone: dict[str, int]


def read_penalties(text: str, *, language: str) -> ReadPenalties:
    """Return the penalties that a text names; none in a language whose words are not known here.

    Args:
        text: Of a provision.
        language: BCP 47 tag.

    Basis: 2(h)
    """
    tongue = _tongue(language.partition("-")[0])
    if tongue is None:
        return ReadPenalties(all=())
    plain = folded(text, language.partition("-")[0])
    lives = [hit.span() for hit in tongue.life.finditer(plain)]
    found = [(start, Penalty(is_life=True)) for start, _ in lives]
    taken: set[int] = set()
    for hit in tongue.deprive.finditer(plain):
        if any(start <= hit.start() < end for start, end in lives):
            continue
        months = _longest(plain, hit, tongue, taken)
        if months is not None and months <= _MOST:
            found.append((hit.start(), Penalty(months=months)))
    return ReadPenalties(all=tuple(one for _, one in sorted(found, key=lambda pair: pair[0])))


def _longest(text: str, hit: re.Match[str], tongue: _Tongue, taken: set[int]) -> int | None:
    """Return the longest span beside a word of deprivation: behind it, else before it; each is taken once."""
    behind = tongue.stop.split(_ENDS.split(text[hit.end() : hit.end() + _AFTER])[0])[0]
    before = _ENDS.split(text[max(0, hit.start() - _BEFORE) : hit.start()])[-1]
    before = tongue.stop.split(before)[-1]
    for part, offset in ((behind, hit.end()), (before, hit.start() - len(before))):
        spans = [(at + offset, value) for at, value in _spans(part, tongue) if at + offset not in taken]
        if spans:
            taken.update(at for at, _ in spans)
            return max(value for _, value in spans)
    return None


def _spans(text: str, tongue: _Tongue) -> Iterator[tuple[int, int]]:
    for hit in tongue.span.finditer(text):
        if (alone := hit["alone"]) is not None:
            yield hit.start(), tongue.alone[alone]
            continue
        number = hit["number"]
        value = int(number) if number.isdigit() else tongue.numbers[number]
        yield hit.start(), value * (_YEAR if hit["years"] is not None else 1)


@cache
def _tongue(language: str) -> _Tongue | None:
    row = json.loads(packaged_bytes("comity.law", "data/penalties.json")).get(language)
    if row is None:
        return None
    numbers, alone = row["numbers"], row.get("alone", {})
    by_length = "|".join(map(re.escape, sorted(numbers, key=len, reverse=True)))
    alones = "|".join(map(re.escape, sorted(alone, key=len, reverse=True))) or r"(?!)"
    edge = "" if language == "zh" else r"(?<!\w)"
    gap = r"(?:\s*\([^)]{1,20}\))?[\s-]*"
    span = (
        rf"{edge}(?:(?P<alone>{alones})(?!\w)|(?P<number>\d{{1,3}}|{by_length}){gap}"
        rf"(?:(?P<years>{'|'.join(row['years'])})|(?P<months>{'|'.join(row['months'])})))"
    )
    return _Tongue(
        deprive=re.compile("|".join(row["deprive"])),
        life=re.compile("|".join(row["life"])),
        stop=re.compile("|".join(row["stop"])),
        span=re.compile(span),
        numbers=numbers,
        alone=alone,
    )
