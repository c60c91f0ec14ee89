"""Dual criminality: is the conduct a crime in both States, element by element, and for what reason.

Judged by conduct: the articles and names under which each State punishes it need not be the same. A law that
was not read, an element that is not known, a fact that is not told, or conduct at the edge of an offence make
the answer ``unclear``; nothing is filled in.

Basis: 35(3)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from comity.law.conduct import Conduct
from comity.law.elements import OFFENCES, Asked, Element, asked
from comity.law.errors import no_offence
from comity.law.profiles import Coverage, Implements, Meeting, Penalty, Profile, Row
from comity.treaty.packs import OffenceClass


class Answer(StrEnum):
    """Whether something is met."""

    MET = "met"
    NOT_MET = "not_met"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer and why.

    Attributes:
        answer: The answer.
        reason: Code of the reason; ``law.reason.CODE`` in the catalogues.
        facts: The facts that the reason speaks of.
    """

    answer: Answer
    reason: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one State's law says of one article.

    Attributes:
        country: The State.
        said: Of the article as a whole.
        row: What its profile says; None where there is nothing.
        elements: Of each element, by its name.
        is_spoken: Whether somebody answers for the row: a confirmed profile, or a named officer.
    """

    country: str
    said: Said
    row: Row | None
    elements: Mapping[str, Said]
    is_spoken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One article in both laws."""

    article: int
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Conduct, or an article's own conduct, in two laws.

    Attributes:
        countries: The two States.
        on: The day that is asked.
        answer: Of both together.
        by_country: Of each State: the best of the articles that reach the conduct.
        articles: What was compared.
        is_certain: Whether each law is told by a confirmed profile; else it rests on a draft or nothing.
        stated: Of each State, what somebody answers for: ``unclear`` where nobody does.
        penalties: Longest penalties of the plain and of graver forms, by State.
    """

    countries: tuple[str, str]
    on: date
    answer: Answer
    by_country: Mapping[str, Said]
    articles: tuple[Compared, ...]
    is_certain: bool
    stated: Mapping[str, Said]
    penalties: Mapping[str, tuple[Penalty, Penalty]]

    @property
    def stated_answer(self) -> Answer:
        """What somebody answers for, of both together; ``answer`` itself only proposes. Basis: 35(3)"""
        return _all(one.answer for one in self.stated.values())

    @property
    def stated_class(self) -> OffenceClass | None:
        """The scope class that follows from what somebody answers for. Basis: 35(1)"""
        return OffenceClass.CONVENTION if self.stated_answer is Answer.MET else None

    @property
    def is_serious(self) -> bool | None:
        """Whether the plain offence reaches four years in both laws; None where a penalty is not told.

        Basis: 2(h)
        """
        most = [most for most, _ in self.penalties.values()]
        return all(one.is_serious for one in most) if all(one.is_known for one in most) else None

    @property
    def offence_class(self) -> OffenceClass | None:
        """The scope class that is proposed; None while the answer is not that it is met. Basis: 35(1)"""
        return OffenceClass.CONVENTION if self.answer is Answer.MET and self.articles else None


def compare(
    first: tuple[str, Profile | None],
    second: tuple[str, Profile | None],
    *,
    on: date,
    article: int | None = None,
    conduct: Conduct | None = None,
) -> Comparison:
    """Compare two laws by conduct, or by the conduct that an article describes.

    Args:
        first: A State and its profile; None where there is none.
        second: The other State.
        on: The day that is asked: a profile that holds from a later day answers nothing.
        article: The article; None where conduct is described.
        conduct: The conduct; None where the article is named.

    Raises:
        NotFoundError: ``law.offence`` for an article that establishes no offence.

    Basis: 35(3), 37(1), 40(8)
    """
    if (article is None) == (conduct is None):
        raise ValueError("either an article or conduct is compared")
    if article is not None and article not in OFFENCES:
        raise no_offence(article)
    numbers = (article,) if article is not None else conduct.looked_at() if conduct is not None else ()
    compared = tuple(
        Compared(
            article=number,
            sides=(
                _side(*first, asked()[number], conduct=conduct, on=on),
                _side(*second, asked()[number], conduct=conduct, on=on),
            ),
        )
        for number in numbers
    )
    countries = (first[0], second[0])
    by_country = {
        country: [side for one in compared for side in one.sides if side.country == country]
        for country in countries
    }
    sides = {country: _best(found) for country, found in by_country.items()}
    spoken = {
        country: _best(side for side in found if side.is_spoken) for country, found in by_country.items()
    }
    return Comparison(
        countries=countries,
        on=on,
        answer=_all(one.said.answer for one in sides.values()),
        by_country={country: one.said for country, one in sides.items()},
        articles=compared,
        is_certain=all(profile is not None and profile.is_confirmed for _, profile in (first, second)),
        stated={
            country: one.said if one.row is not None else _unclear("nobody")
            for country, one in spoken.items()
        },
        penalties={country: _penalties(one) for country, one in sides.items()},
    )


def side_of(profile: Profile, article: int, *, on: date) -> Side:
    """Return what one law says of the conduct that an article describes.

    Raises:
        NotFoundError: ``law.offence``.

    Basis: 35(3)
    """
    if article not in OFFENCES:
        raise no_offence(article)
    return _side(profile.country, profile, asked()[article], conduct=None, on=on)


def _side(
    country: str, profile: Profile | None, article: Asked, *, conduct: Conduct | None, on: date
) -> Side:
    row = None if profile is None else profile.rows.get(article.article)
    if profile is None:
        return Side(country=country, said=_unclear("profile.absent"), row=None, elements={})
    if on < profile.holds_from:
        return Side(country=country, said=_unclear("profile.later"), row=row, elements={})
    if row is None or (row.implements is Implements.UNKNOWN and not row.elements):
        return Side(country=country, said=_unclear("row.unknown"), row=row, elements={})
    elements = {one.name: _element(one, row.meeting(one.name), conduct) for one in article.elements}
    is_spoken = profile.is_confirmed or row.said is not None
    if row.implements is Implements.UNKNOWN:  # somebody spoke of some elements, and of the article by none
        said = _unclear("element.unknown")
        return Side(country=country, said=said, row=row, elements=elements, is_spoken=is_spoken)
    said = _row(article, row, elements, conduct=conduct, is_confirmed=is_spoken)
    return Side(country=country, said=said, row=row, elements=elements, is_spoken=is_spoken)


def _row(
    article: Asked, row: Row, elements: Mapping[str, Said], *, conduct: Conduct | None, is_confirmed: bool
) -> Said:
    if row.is_incomplete:
        return _unclear("row.incomplete")
    if row.implements is Implements.NONE:
        return Said(answer=Answer.NOT_MET, reason="row.none")
    if row.implements is Implements.PARTIAL and (conduct is None or not is_confirmed):
        return _unclear("row.partial")
    open_edges = _open_edges(article, row, conduct)
    excluded = [one for one in elements.values() if one.reason == "fact.excluded"]
    if open_edges and not excluded:
        return Said(answer=Answer.UNCLEAR, reason="edge", facts=open_edges)
    worst = _all(one.answer for one in elements.values())
    said = next(one for one in elements.values() if one.answer is worst)
    return said if worst is not Answer.MET else Said(answer=worst, reason="row.met")


def _open_edges(article: Asked, row: Row, conduct: Conduct | None) -> tuple[str, ...]:
    """Return the facts that take the conduct out of the core, and that the law is not known to reach."""
    if conduct is None:
        return ()
    covered = {fact for one in row.elements.values() for fact in one.covers}
    return tuple(sorted(fact for fact in article.edges - covered if conduct.tells(fact)))


def _element(element: Element, meeting: Meeting, conduct: Conduct | None) -> Said:
    if meeting.coverage is Coverage.MISSING:
        return Said(answer=Answer.NOT_MET if conduct else Answer.UNCLEAR, reason="element.missing")
    if meeting.coverage is Coverage.UNKNOWN:
        return _unclear("element.unknown")
    if conduct is None:
        asked_besides = (*meeting.only_if, *meeting.sure_if)
        if asked_besides or meeting.not_if:
            return Said(answer=Answer.MET, reason="element.narrowed", facts=(*asked_besides, *meeting.not_if))
        return Said(answer=Answer.MET, reason="element.met")
    return _by_conduct(element, meeting, conduct)


def _by_conduct(element: Element, meeting: Meeting, conduct: Conduct) -> Said:
    grouped = frozenset(fact for group in element.facts for fact in group)
    if told := tuple(sorted(fact for fact in meeting.not_if if fact not in grouped and conduct.tells(fact))):
        return Said(answer=Answer.NOT_MET, reason="fact.excluded", facts=told)
    if meeting.is_wider:
        return Said(answer=Answer.MET, reason="element.wider")
    if element.only_for and not element.only_for & conduct.there:
        return Said(answer=Answer.MET, reason="element.not_asked")
    for group in element.facts:
        if (said := _group(group, meeting, conduct)).answer is not Answer.MET:
            return said
    return _conditions(meeting, conduct)


def _group(group: frozenset[str], meeting: Meeting, conduct: Conduct) -> Said:
    left_out = frozenset(meeting.not_if)
    told = {fact: conduct.tells(fact) for fact in sorted(group)}
    if any(told[fact] for fact in group - left_out):
        return Said(answer=Answer.MET, reason="element.met")
    if excluded := tuple(fact for fact in told if told[fact] and fact in left_out):
        return Said(answer=Answer.NOT_MET, reason="fact.excluded", facts=excluded)
    if any(value is None for value in told.values()):
        return Said(
            answer=Answer.UNCLEAR,
            reason="fact.not_told",
            facts=tuple(fact for fact, value in told.items() if value is None),
        )
    return Said(answer=Answer.NOT_MET, reason="fact.not_there", facts=tuple(told))


def _conditions(meeting: Meeting, conduct: Conduct) -> Said:
    told = {fact: conduct.tells(fact) for fact in (*meeting.only_if, *meeting.sure_if)}
    if missing := tuple(fact for fact in meeting.only_if if told[fact] is False):
        return Said(answer=Answer.NOT_MET, reason="condition.not_there", facts=missing)
    if doubtful := tuple(fact for fact, value in told.items() if not value):
        return Said(answer=Answer.UNCLEAR, reason="condition.not_told", facts=doubtful)
    return Said(answer=Answer.MET, reason="element.met", facts=tuple(told))


def _best(sides: Iterable[Side]) -> Side:
    order = (Answer.MET, Answer.UNCLEAR, Answer.NOT_MET)
    found = sorted(sides, key=lambda one: order.index(one.said.answer))
    if not found:
        return Side(country="", said=_unclear("conduct.no_article"), row=None, elements={})
    return found[0]


def _penalties(side: Side) -> tuple[Penalty, Penalty]:
    return (Penalty(), Penalty()) if side.row is None else (side.row.most, side.row.aggravated)


def _all(answers: Iterable[Answer]) -> Answer:
    found = set(answers)
    if Answer.NOT_MET in found:
        return Answer.NOT_MET
    return Answer.UNCLEAR if Answer.UNCLEAR in found or not found else Answer.MET


def _unclear(reason: str) -> Said:
    return Said(answer=Answer.UNCLEAR, reason=reason)
