"""From reviews to rows: what named officers said of finds becomes what a State says of its law.

Nothing is filled in: an element of which nobody spoke is not known, and a row of which nobody spoke is not
there.
"""

from collections.abc import Sequence
from dataclasses import replace

from comity.kernel.clock import to_date
from comity.law.elements import Asked, asked
from comity.law.profiles import Cited, Coverage, Implements, Meeting, Penalty, Row, Sayer
from comity.law.reviews import Review, Reviewed, standing

_ORDER = (Coverage.MET, Coverage.NARROWED)


def rows_of(reviews: Sequence[Review]) -> dict[int, Row]:
    """Return the rows that follow from reviews of one office of the law of one State, by article.

    Stale reviews are the caller's to leave out; those that a later one took the place of are left out here.
    """
    said = standing(reviews)
    found = {
        number: _row(asked()[number], [one for one in said if one.article == number]) for number in asked()
    }
    return {number: row for number, row in found.items() if row is not None}


def instruments_of(reviews: Sequence[Review]) -> dict[str, str]:
    """Return the names of the instruments of which reviews speak, by their short names."""
    return {
        seen.cited[0]: seen.title or seen.cited[0]
        for one in sorted(reviews, key=lambda one: one.number)
        for seen in one.seen
    }


def _row(article: Asked, said: Sequence[Review]) -> Row | None:
    if not said:
        return None
    taken = next((one for one in reversed(said) if one.row is not None), None)
    after = [one for one in said if one.row is None and (taken is None or one.number > taken.number)]
    base = taken.row if taken is not None else None
    provisions = _provisions(base, after)
    elements = {**({} if base is None else base.elements), **_elements(after)}
    implements = _implements(article, base, after, provisions, elements)
    return Row(
        article=article.article,
        implements=implements,
        sureness="high" if base is None else base.sureness,
        is_incomplete=base is not None and base.is_incomplete and not _concluded(after),
        provisions=provisions,
        elements=elements,
        safeguards=None if base is None else base.safeguards,
        said=_sayer([*([] if taken is None else [taken]), *after]),
        note="" if base is None else base.note,
    )


def _provisions(base: Row | None, after: Sequence[Review]) -> tuple[Cited, ...]:
    found = {(one.instrument, one.section): one for one in (() if base is None else base.provisions)}
    for one in after:
        if one.found is not None and not one.element and one.serves != one.found:
            found.pop(one.found.cited, None)
        if one.serves is not None:
            place = one.serves.cited
            found[place] = _cited(one, one.serves, found.get(place))
    return tuple(found.values())


def _cited(review: Review, served: Reviewed, known: Cited | None) -> Cited:
    instrument, section = served.cited
    made = Cited(
        instrument=instrument,
        section=section,
        is_primary=review.is_primary,
        most=review.most,
        aggravated=review.aggravated,
    )
    if known is None:
        return made
    return replace(
        made,
        is_primary=known.is_primary or review.is_primary if review.element else review.is_primary,
        most=_told(review.most, known.most),
        aggravated=_told(review.aggravated, known.aggravated),
    )


def _told(new: Penalty, old: Penalty) -> Penalty:
    return new if new.is_known else old


def _elements(after: Sequence[Review]) -> dict[str, Meeting]:
    """Return what was said of each element: that it is met goes before that it is narrowed, by any provision.

    Several provisions narrow each in its own way, and conditions of one are none of another, so the last
    counts.
    """
    found: dict[str, Meeting] = {}
    for one in after:
        if not one.element or one.meeting is None:
            continue
        known = found.get(one.element)
        if known is None or _rank(one.meeting) <= _rank(known):
            found[one.element] = one.meeting
    return found


def _rank(meeting: Meeting) -> int:
    return _ORDER.index(meeting.coverage) if meeting.coverage in _ORDER else len(_ORDER)


def _concluded(after: Sequence[Review]) -> Meeting | None:
    """Return what was said of the article as a whole, last."""
    told = [one.meeting for one in after if not one.element and one.meeting is not None]
    return told[-1] if told else None


def _implements(
    article: Asked,
    base: Row | None,
    after: Sequence[Review],
    provisions: Sequence[Cited],
    elements: dict[str, Meeting],
) -> Implements:
    whole = _concluded(after)
    if whole is not None and whole.coverage is Coverage.MISSING:
        return Implements.PARTIAL if provisions else Implements.NONE
    if not provisions:
        return base.implements if base is not None and not after else Implements.UNKNOWN
    if whole is not None and whole.coverage in (Coverage.MET, Coverage.NARROWED):
        return Implements.FULL if whole.coverage is Coverage.MET else Implements.PARTIAL
    if base is not None and not any(one.element for one in after):
        return base.implements
    needed = [elements.get(one.name) for one in article.elements if not one.is_optional]
    if any(one is not None and one.coverage is Coverage.MISSING for one in needed):
        return Implements.PARTIAL
    if any(one is None or one.coverage is Coverage.UNKNOWN for one in needed):
        return Implements.UNKNOWN
    narrowed = any(one is not None and not _is_allowed(article, one) for one in needed)
    return Implements.PARTIAL if narrowed else Implements.FULL


def _is_allowed(article: Asked, meeting: Meeting) -> bool:
    """Tell whether an element is narrowed by nothing that the article does not leave open."""
    besides = {*meeting.only_if, *meeting.sure_if} <= article.may_ask
    left_out = set(meeting.not_if) <= article.may_leave_out | article.edges
    is_named = bool(meeting.only_if or meeting.sure_if or meeting.not_if)
    return meeting.coverage is Coverage.MET or (besides and left_out and is_named)


def _sayer(said: Sequence[Review]) -> Sayer:
    """Return who answers for a row: everybody on whose reviews it rests, the last one's office and day."""
    last = said[-1]
    people = dict.fromkeys(one.officer for one in said)
    return Sayer(person=", ".join(people), office=last.role, on=to_date(last.at))
