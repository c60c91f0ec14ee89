"""Which provisions may serve an article: a score from words, headings, place and neighbours.

What counts, in this order: names of the matter in the heading; the concepts that carry the article together
in one passage, near its beginning; the chapter above it; whether the statute is of the kind in which such a
rule is at home; whether it opens its chapter, as principles do. Nothing here knows a country.

The numbers were chosen on seven States' laws and hardly matter one by one: without any single one of them the
share of articles with a right provision among the first five changes by two in a hundred at most.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity.law.marks import Marks, Passage
from comity.law.matters import Matter, bit_of_concept, matter_of

_NAME_HEADING, _NAME_HEADING_TITLED, _NAME_TEXT, _NAME_ABOVE = 6.0, 2.0, 2.5, 1.0
_AT_HEADING, _NEAR, _LAST, _ABOVE, _ELSEWHERE = 1.25, 0.6, 0.7, 0.4, 0.3
_CORE_NEAR, _CORE_ELSEWHERE, _CORE_ABSENT = 0.8, 0.6, 0.35
_DEPTHS = ((400, 1.0), (1500, 0.93), (5000, 0.85))
_DEEP = 0.75
_OPENS, _UNDER = 2.5, 0.75
_HOME, _AWAY = 1.5, 4.0
_GENERAL, _EARLY, _PRINCIPLE = 3.0, 120, 1.0
_ANCILLARY = 1.5
_FIRST_OF_RUN, _RUN = 1.5, 4
_REFERS, _REFERRED = 1.0, (7, 8, 9, 10)
_REFERRING = frozenset({11, 18, 19})
_AT_COMPUTERS = 2.5
_COMPUTERS = frozenset({18, 19})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A provision as ranking sees it.

    Attributes:
        marks: What it speaks of.
        instrument: Short name of its statute.
        section: Its label.
        text: Its text, to follow references.
    """

    marks: Marks
    instrument: str
    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One place of a ranking.

    Attributes:
        index: Which candidate.
        score: How much speaks for it; comparable within one ranking only.
        passage: The stretch of the text that matters most.
    """

    index: int
    score: float
    passage: Passage


def rank(candidates: Sequence[Candidate], article: int, *, most: int) -> tuple[Ranked, ...]:
    """Return the provisions for which anything speaks, the likeliest first.

    Args:
        candidates: Provisions of one State, each instrument in its own order.
        article: Number of the article.
        most: How many at most.

    Raises:
        NotFoundError: the article asks for no provision that could be found by its words.
    """
    matter = matter_of(article)
    scores, passages = _scores(candidates, matter)
    if article in _REFERRING:
        for index in _referring(candidates, scores):
            scores[index] += _REFERS
    last = -_RUN - 1
    for index in scores:
        if candidates[index].marks.heading & matter.name:
            if index - last > _RUN:
                scores[index] += _FIRST_OF_RUN
            last = index
    order = sorted(scores, key=lambda index: (-scores[index], index))[:most]
    return tuple(Ranked(index=index, score=scores[index], passage=passages[index]) for index in order)


def _scores(candidates: Sequence[Candidate], matter: Matter) -> tuple[dict[int, float], dict[int, Passage]]:
    scores: dict[int, float] = {}
    passages: dict[int, Passage] = {}
    wanted = matter.anything
    for index, candidate in enumerate(candidates):
        marks = candidate.marks
        if not (marks.text | marks.heading) & wanted:
            continue
        value, passage = _words(marks, matter)
        if value > 0:
            scores[index] = value + _place(marks, matter)
            passages[index] = passage
    return scores, passages


def _words(marks: Marks, matter: Matter) -> tuple[float, Passage]:
    """Score what the provision says, by its best passage."""
    heading, name = marks.heading, matter.name
    above = marks.above
    if above & bit_of_concept("intcode"):
        above |= bit_of_concept("foreign")
    last = marks.levels[-1].mask if marks.levels else 0
    everywhere = marks.text
    best, found = -1.0, marks.passages[0]
    for index, passage in enumerate(marks.passages):
        here = passage.mask
        near = marks.passages[index - 1].mask if index else 0
        near |= marks.passages[index + 1].mask if index + 1 < len(marks.passages) else 0
        value = 0.0
        for bit, weight in matter.weights:
            if heading & bit:
                value += weight * _AT_HEADING
            elif here & bit:
                value += weight
            elif near & bit:
                value += weight * _NEAR
            elif last & bit:
                value += weight * _LAST
            elif above & bit:
                value += weight * _ABOVE
            elif everywhere & bit:
                value += weight * _ELSEWHERE
        if name & here:
            value += _NAME_TEXT
        elif name & near:
            value += _NAME_TEXT * _NEAR
        for group in matter.core:
            if not group & (here | heading):
                if group & (near | last):
                    value *= _CORE_NEAR
                else:
                    value *= _CORE_ELSEWHERE if group & (everywhere | above) else _CORE_ABSENT
        value *= next((factor for depth, factor in _DEPTHS if passage.start < depth), _DEEP)
        if value > best:
            best, found = value, passage
    if name & heading:
        best += _NAME_HEADING_TITLED if name & marks.title else _NAME_HEADING
    if name & above:
        best += _NAME_ABOVE
    for bit, weight in matter.against:
        if heading & bit:
            best -= weight * 1.5
        elif found.mask & bit:
            best -= weight
    return best, found


def _place(marks: Marks, matter: Matter) -> float:
    """Score where the provision stands."""
    core = matter.core[0] | matter.name
    opens = max(
        (_OPENS / (1 + level.index) + _UNDER for level in marks.levels if level.mask & core), default=0.0
    )
    value = opens
    above = marks.above
    if matter.article in _COMPUTERS and above & bit_of_concept("computer"):
        value += _AT_COMPUTERS
    at_home = above if matter.home & bit_of_concept("intcode") else marks.title
    if matter.home & at_home:
        value += _HOME
    if matter.away & above:
        value -= _AWAY
    if matter.is_general:
        value += _GENERAL if above & bit_of_concept("general") else 0.0
        value += _GENERAL * max(0.0, 1 - marks.position / _EARLY)
    if marks.heading & bit_of_concept("ancillary") and not marks.heading & matter.name:
        value -= _ANCILLARY
    if marks.heading & bit_of_concept("general"):
        value += _PRINCIPLE
    return value


def _referring(candidates: Sequence[Candidate], scores: dict[int, float]) -> list[int]:
    """Return those that refer to the likeliest provisions on offences against data and systems."""
    named: dict[str, set[str]] = {}
    for article in _REFERRED:
        likely, _ = _scores(candidates, matter_of(article))
        for index in sorted(likely, key=lambda one: (-likely[one], one))[:2]:
            named.setdefault(candidates[index].instrument, set()).add(candidates[index].section)
    patterns = {
        instrument: re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(sections)))})(?![\w-])")
        for instrument, sections in named.items()
    }
    return [
        index
        for index in scores
        if (pattern := patterns.get(candidates[index].instrument)) is not None
        and candidates[index].section not in named[candidates[index].instrument]
        and pattern.search(candidates[index].text)
    ]
