"""What a bill does to the gap analysis: article by article, element by element, and to penalties.

Two ways. With a profile of the law as it shall stand, both analyses are computed and compared. Without one,
only words can tell: an element whose words go, or come, is ``unknown`` afterwards and has to be read. A bill
is never said to cover anything; that an article loses all that carried it is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from comity.law.bills import Bill
from comity.law.changes import Change, Changed
from comity.law.elements import Element, asked
from comity.law.gaps import ElementGap, Filled, Gap, Line, gaps_of, line_of
from comity.law.marks import Marker
from comity.law.matters import bit_of_concept, matters
from comity.law.penalties import ReadPenalties, read_penalties
from comity.law.profiles import Cited, Penalty, Profile, Row
from comity.law.provisions import Provision
from comity.law.ranking import Candidate, rank
from comity.law.vocabulary import LANGUAGES, vocabulary

MOST_PLACE = 3
"""A provision of a bill may serve an article where it is among the first so many of the law."""

_SERVED = (Filled.COVERED, Filled.PARTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementEffect:
    """One element: ``why`` is ``profile``, ``repealed``, ``words_gone`` or ``words_came``."""

    element: Element
    before: Filled
    after: Filled
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleEffect:
    """One article.

    Attributes:
        article: Its number.
        before: How far the law fills it.
        after: How far the law would; ``unknown`` where somebody has to read.
        why: ``profile``, ``repealed``, ``changed`` (the text of what carries it changes) or ``came`` (a new
            text may serve it).
        elements: Those that change.
        penalty: Where the penalty stands to the line of four years, before and after; else None.
        most: Longest penalty of the plain offence, before and after.
        provisions: Provisions of the bill by which that comes.
    """

    article: int
    before: Filled
    after: Filled
    why: str
    elements: tuple[ElementEffect, ...]
    penalty: tuple[Line, Line] | None
    most: tuple[Penalty, Penalty]
    provisions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A provision of a bill with what its words say.

    Attributes:
        changed: The provision.
        before: Penalties in the text as it stands.
        after: Penalties in the text as it shall stand.
        serves: Articles that the profile says it serves.
        may_serve: Articles for which it ranks among the first; claimed by nobody.
        excess: The right that the profile says it reaches too far into; empty for none.
    """

    changed: Changed
    before: ReadPenalties
    after: ReadPenalties
    serves: tuple[int, ...]
    may_serve: tuple[int, ...]
    excess: str = ""


def touched_by(bill: Bill, profile: Profile | None) -> tuple[Touched, ...]:
    """Return every provision of a bill with its penalties and the articles that it serves, or may serve."""
    places = _places(bill)
    return tuple(
        Touched(
            changed=one,
            before=_penalties(one.before),
            after=_penalties(one.after),
            serves=_served(one, profile),
            may_serve=places.get(one.provision.reference, ()) if one.after is not None else (),
            excess=_excess(one, profile),
        )
        for one in bill.changes
    )


def effects_of(
    touched: Sequence[Touched], *, before: Profile | None, after: Profile | None = None
) -> tuple[ArticleEffect, ...]:
    """Return what a bill changes in the gap analysis.

    Args:
        touched: What it touches.
        before: Profile of the law in force.
        after: Profile of the law as it shall stand, where somebody made one.

    Basis: 2(h)
    """
    gaps = gaps_of(before)
    if after is not None:
        found = (_compared(old, new) for old, new in zip(gaps, gaps_of(after), strict=True))
    else:
        found = (_effect(one, touched) for one in gaps)
    return tuple(one for one in found if one is not None)


def _compared(old: Gap, new: Gap) -> ArticleEffect | None:
    elements = tuple(
        ElementEffect(element=a.element, before=a.filled, after=b.filled, why="profile")
        for a, b in zip(old.elements, new.elements, strict=True)
        if a.filled is not b.filled
    )
    most = (_most(old.row), _most(new.row))
    if (old.filled, old.penalty, most[0]) == (new.filled, new.penalty, most[1]) and not elements:
        return None
    return ArticleEffect(
        article=old.asked.article,
        before=old.filled,
        after=new.filled,
        why="profile",
        elements=elements,
        penalty=None if old.penalty is None or new.penalty is None else (old.penalty, new.penalty),
        most=most,
        provisions=(),
    )


def _effect(gap: Gap, touched: Sequence[Touched]) -> ArticleEffect | None:
    number = gap.asked.article
    carried = [one for one in touched if number in one.serves]
    came = [one for one in touched if number in one.may_serve and number not in one.serves]
    gone = [one for one in carried if one.changed.change is Change.REPEALED]
    if carried and gap.row is not None and gap.filled in _SERVED:
        primaries = sum(1 for one in gap.row.provisions if one.is_primary)
        if len(gone) == primaries:
            return _fallen(gap, gone, came)
        return _read_again(gap, carried, came)
    if came and gap.filled not in (Filled.COVERED,):
        return _gained(gap, carried, came)
    return None


def _fallen(gap: Gap, gone: list[Touched], came: list[Touched]) -> ArticleEffect:
    """All that carried the article is repealed: it is missing, unless something new has to be read first."""
    after = Filled.UNKNOWN if came else Filled.MISSING
    return ArticleEffect(
        article=gap.asked.article,
        before=gap.filled,
        after=after,
        why="repealed",
        elements=tuple(
            ElementEffect(element=one.element, before=one.filled, after=after, why="repealed")
            for one in gap.elements
            if one.filled in _SERVED
        ),
        penalty=None if gap.penalty is None else (gap.penalty, Line.UNKNOWN),
        most=(_most(gap.row), Penalty()),
        provisions=_names([*gone, *came]),
    )


def _read_again(gap: Gap, carried: list[Touched], came: list[Touched]) -> ArticleEffect:
    before = _mask(one.changed.before for one in carried)
    after = _mask(one.changed.after for one in (*carried, *came))
    elements = tuple(_by_words(gap.elements, before, after))
    row = _row_after(gap.row, carried)
    needed = any(not one.element.is_optional for one in elements)
    return ArticleEffect(
        article=gap.asked.article,
        before=gap.filled,
        after=Filled.UNKNOWN if needed else gap.filled,
        why="changed",
        elements=elements,
        penalty=None if gap.penalty is None else (gap.penalty, line_of(row)),
        most=(_most(gap.row), _most(row)),
        provisions=_names([*carried, *came]),
    )


def _gained(gap: Gap, carried: list[Touched], came: list[Touched]) -> ArticleEffect:
    after = _mask(one.changed.after for one in (*carried, *came))
    longest = max((one.after.first for one in came), key=lambda one: one.rank, default=Penalty())
    kept = _most(gap.row)
    most = longest if longest.rank > kept.rank else kept
    return ArticleEffect(
        article=gap.asked.article,
        before=gap.filled,
        after=Filled.UNKNOWN,
        why="came",
        elements=tuple(one for one in _by_words(gap.elements, 0, after) if one.why == "words_came"),
        penalty=None if gap.penalty is None else (gap.penalty, _line_of(most)),
        most=(kept, most),
        provisions=_names([*carried, *came]),
    )


def _by_words(gaps: tuple[ElementGap, ...], before: int, after: int) -> Iterator[ElementEffect]:
    for one in gaps:
        signs = sum(map(bit_of_concept, one.element.signs))
        lost = bool(signs & before) and not signs & after
        won = bool(signs & after) and not signs & before
        if one.filled in _SERVED and lost:
            yield ElementEffect(
                element=one.element, before=one.filled, after=Filled.UNKNOWN, why="words_gone"
            )
        elif one.filled is not Filled.COVERED and won:
            yield ElementEffect(
                element=one.element, before=one.filled, after=Filled.UNKNOWN, why="words_came"
            )


def _row_after(row: Row | None, carried: list[Touched]) -> Row:
    """Return the row with the penalties that the words of the bill name; repealed provisions leave it."""
    assert row is not None
    by_name = {(one.changed.provision.instrument, one.changed.provision.section): one for one in carried}
    kept: list[Cited] = []
    for cited in row.provisions:
        one = by_name.get((cited.instrument, cited.section))
        if one is None:
            kept.append(cited)
        elif one.changed.after is not None:
            changes = one.before != one.after
            kept.append(
                replace(cited, most=one.after.first, aggravated=one.after.longest) if changes else cited
            )
    return replace(row, provisions=tuple(kept))


def _places(bill: Bill) -> dict[str, tuple[int, ...]]:
    """Return the articles for which a provision that the bill brings ranks among the first of the law."""
    new = {one.provision.reference for one in bill.changes if one.after is not None}
    if not new:
        return {}
    by_tongue: dict[str, list[Candidate]] = {}
    names: dict[str, list[str]] = {}
    markers: dict[str, Marker] = {}
    for one in bill.law:
        if one.tongue in LANGUAGES:
            marker = markers.setdefault(one.tongue, Marker(vocabulary(one.tongue)))
            names.setdefault(one.tongue, []).append(one.reference)
            by_tongue.setdefault(one.tongue, []).append(
                Candidate(
                    marks=marker.marks(one), instrument=one.instrument, section=one.section, text=one.text
                )
            )
    found: dict[str, set[int]] = {}
    for article in matters():
        if article in asked():
            for tongue, candidates in by_tongue.items():
                for place in rank(candidates, article, most=MOST_PLACE):
                    if (name := names[tongue][place.index]) in new:
                        found.setdefault(name, set()).add(article)
    return {name: tuple(sorted(articles)) for name, articles in found.items()}


def _served(one: Changed, profile: Profile | None) -> tuple[int, ...]:
    if profile is None or one.before is None:
        return ()
    name = (one.before.instrument, one.before.section)
    return tuple(
        row.article
        for row in profile.rows.values()
        if any(cited.is_primary and (cited.instrument, cited.section) == name for cited in row.provisions)
    )


def _excess(one: Changed, profile: Profile | None) -> str:
    if profile is None or one.before is None:
        return ""
    name = (one.before.instrument, one.before.section)
    return next((found.right for found in profile.excess if (found.instrument, found.section) == name), "")


def _penalties(one: Provision | None) -> ReadPenalties:
    return ReadPenalties(all=()) if one is None else read_penalties(one.text, language=one.language)


def _mask(provisions: Iterator[Provision | None]) -> int:
    found = 0
    for one in provisions:
        if one is not None and one.tongue in LANGUAGES:
            found |= vocabulary(one.tongue).mask(f"{one.heading}\n{one.text}")
    return found


def _most(row: Row | None) -> Penalty:
    return Penalty() if row is None else row.most


def _line_of(most: Penalty) -> Line:
    return Line.UNKNOWN if not most.is_known else Line.REACHED if most.is_serious else Line.BELOW


def _names(touched: Sequence[Touched]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.changed.provision.reference for one in touched))


def changed_counts(bill: Bill) -> Mapping[str, int]:
    """Return how many provisions a bill adds, changes, repeals, and leaves as they are."""
    counts = {change.value: sum(1 for one in bill.changes if one.change is change) for change in Change}
    return {**counts, "same": bill.same}
