"""Gaps: what the law of a State lacks of what the Convention asks, as far as its profile tells.

A narrowing that the Convention leaves open is no gap. What nobody read is ``unknown``, never ``missing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from comity.law.elements import POWERS, Asked, Element, asked
from comity.law.profiles import Coverage, Implements, Meeting, Profile, Row


class Filled(StrEnum):
    """How far something is filled."""

    COVERED = "covered"
    PARTLY = "partly"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Line(StrEnum):
    """Where penalties stand to the line of four years. Basis: 2(h)"""

    REACHED = "reached"
    AGGRAVATED = "aggravated_only"
    BELOW = "below"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementGap:
    """One element.

    Attributes:
        element: What the article asks.
        filled: How far the law fills it.
        meeting: What the profile says.
        allowed: Facts asked besides, or left out, that the Convention leaves open.
        beyond: Those that it does not leave open: they narrow the offence too far.
    """

    element: Element
    filled: Filled
    meeting: Meeting
    allowed: tuple[str, ...]
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One article.

    Attributes:
        asked: What it asks.
        filled: How far the law fills it.
        row: What the profile says; None where it says nothing.
        elements: Element by element.
        penalty: For offences, where the penalty stands; None for everything else.
        safeguards: For powers: each condition of article 24, and whether it is known to be there.
    """

    asked: Asked
    filled: Filled
    row: Row | None
    elements: tuple[ElementGap, ...]
    penalty: Line | None
    safeguards: Mapping[str, Filled]


_FROM = {
    Coverage.MET: Filled.COVERED,
    Coverage.NARROWED: Filled.COVERED,
    Coverage.MISSING: Filled.MISSING,
    Coverage.UNKNOWN: Filled.UNKNOWN,
}
_SAFEGUARDS = ("orders", "review", "grounds", "limits", "remedy")
_ANSWERS = {
    "yes": Filled.COVERED,
    "prior": Filled.COVERED,
    "later": Filled.COVERED,
    "unknown": Filled.UNKNOWN,
}


def gaps_of(profile: Profile | None) -> tuple[Gap, ...]:
    """Return every article that asks something of national law, and how far a State fills it.

    Without a profile everything is unknown.

    Basis: 7, 24(1)
    """
    rows = {} if profile is None else profile.rows
    return tuple(_gap(one, rows.get(number)) for number, one in asked().items())


def _gap(article: Asked, row: Row | None) -> Gap:
    elements = tuple(_element_gap(article, one, row) for one in article.elements)
    return Gap(
        asked=article,
        filled=_filled(row, elements),
        row=row,
        elements=elements,
        penalty=line_of(row) if article.kind == "offence" else None,
        safeguards=_safeguards(row) if article.article in POWERS else {},
    )


def _element_gap(article: Asked, element: Element, row: Row | None) -> ElementGap:
    meeting = Meeting(coverage=Coverage.UNKNOWN) if row is None else row.meeting(element.name)
    asked_besides = (*meeting.only_if, *meeting.sure_if)
    beyond = tuple(
        sorted(
            {fact for fact in asked_besides if fact not in article.may_ask}
            | {fact for fact in meeting.not_if if fact not in article.may_leave_out | article.edges}
        )
    )
    allowed = tuple(fact for fact in (*asked_besides, *meeting.not_if) if fact not in beyond)
    filled = _FROM[meeting.coverage]
    if filled is Filled.COVERED and meeting.coverage is Coverage.NARROWED and (beyond or not allowed):
        filled = Filled.PARTLY
    return ElementGap(element=element, filled=filled, meeting=meeting, allowed=allowed, beyond=beyond)


def _filled(row: Row | None, elements: tuple[ElementGap, ...]) -> Filled:
    if row is None or row.implements is Implements.UNKNOWN:
        return Filled.UNKNOWN
    if row.implements is Implements.NONE:
        return Filled.UNKNOWN if row.is_incomplete else Filled.MISSING
    needed = [one for one in elements if not one.element.is_optional]
    if row.implements is Implements.PARTIAL or any(
        one.filled in (Filled.PARTLY, Filled.MISSING) for one in needed
    ):
        return Filled.PARTLY
    return Filled.COVERED


def line_of(row: Row | None) -> Line:
    """Return where the penalties of a row stand to the line of four years. Basis: 2(h)"""
    if row is None or not (row.most.is_known or row.aggravated.is_known):
        return Line.UNKNOWN
    if row.most.is_serious:
        return Line.REACHED
    return Line.AGGRAVATED if row.aggravated.is_serious else Line.BELOW


def _safeguards(row: Row | None) -> dict[str, Filled]:
    told = None if row is None else row.safeguards
    if told is None:
        return dict.fromkeys(_SAFEGUARDS, Filled.UNKNOWN)
    found = {"orders": Filled.COVERED if told.orders else Filled.UNKNOWN}
    for name, said in (
        ("review", told.review),
        ("grounds", told.grounds),
        ("limits", told.limits),
        ("remedy", told.remedy),
    ):
        found[name] = _ANSWERS.get(said, Filled.MISSING)
    return found
