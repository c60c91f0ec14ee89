"""What is lacking, line by line: each line names its place in the Convention and the national provisions.

A gap analysis judges articles and elements; this says what there is to do. Nothing here is a new judgement:
the same profile gives the same lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from comity.law.elements import OFFENCES, Asked
from comity.law.gaps import ElementGap, Filled, Gap, Line
from comity.law.profiles import Profile, Row

SERIOUS = "2(h)"
SANCTIONS = "21(1)"
SAFEGUARDS = "24(2)"
RIGHTS = "6(2)"
WITHOUT_OWN_OFFENCE = "40(8)"
RESERVATION = "11(3)"
"""What is left out under it must be reserved with the instrument; every other option needs no declaration."""
_HELP = (40, "help_without_own_offence")
_EVIDENCE = (23, "for_any_evidence")
_URGENT = (25, 26)
_BY_THE_POLICE = frozenset({"police", "minister"})


class Weight(StrEnum):
    """What a line weighs.

    Attributes:
        GAP: The Convention asks for it, and the law lacks it.
        WEAK: No duty is broken, but the law will help less: penalties, help for others.
        EXCESS: The law reaches further than human rights may bear.
        OPEN: The Convention leaves it to each State, and the law uses that.
        UNKNOWN: Nobody read it yet.
    """

    GAP = "gap"
    WEAK = "weak"
    EXCESS = "excess"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One line.

    Attributes:
        code: What it is, e.g. ``element.missing``; the catalogues say it.
        article: Article that it belongs to.
        subject: Element or safeguard; empty where it is about the whole article.
        basis: The place of the Convention that asks.
        facts: Facts that the law asks for besides, or leaves out.
        leaves: Places of the Convention that leave something open here.
        provisions: National provisions, as the library names them.
        note: What the profile says of it, in its own language.
    """

    code: str
    article: int
    subject: str
    basis: str
    facts: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    note: str = ""

    @property
    def weight(self) -> Weight:
        """What the line weighs."""
        return _WEIGHTS.get(self.code) or _WEIGHTS[self.code.partition(".")[2]]


_WEIGHTS = {
    "article.missing": Weight.GAP,
    "element.absent": Weight.GAP,
    "element.narrowed": Weight.GAP,
    "element.partial": Weight.GAP,
    "safeguard.missing": Weight.GAP,
    "safeguard.alone": Weight.GAP,
    "penalty.below": Weight.WEAK,
    "penalty.aggravated": Weight.WEAK,
    "evidence.unhelped": Weight.WEAK,
    "evidence.helped": Weight.OPEN,
    "element.option": Weight.OPEN,
    "element.unused": Weight.OPEN,
    "element.reserved": Weight.OPEN,
    "excess.reaches": Weight.EXCESS,
    "unknown": Weight.UNKNOWN,
}

CODES = (
    *(code for code in _WEIGHTS if "." in code),
    *(f"{what}.unknown" for what in ("article", "element", "safeguard", "penalty", "evidence")),
)
"""Every code that a line can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacks:
    """The lines of a State, by article, and what reaches too far."""

    by_article: Mapping[int, tuple[Lack, ...]]
    excess: tuple[Lack, ...]

    @property
    def all(self) -> tuple[Lack, ...]:
        """Every line, in the order of the articles; excess last."""
        return (*(one for rows in self.by_article.values() for one in rows), *self.excess)


def lacks_of(profile: Profile | None, found: tuple[Gap, ...]) -> Lacks:
    """Return the lines of a gap analysis.

    Args:
        profile: Of whose law; None where nothing is known.
        found: Its gaps, as :func:`comity.law.gaps.gaps_of` gives them.

    Basis: 2(h), 6(2), 21(1), 24(2), 35(3), 40(8)
    """
    help_given = _coverage(found, _HELP)
    return Lacks(
        by_article={one.asked.article: tuple(_of_article(one, profile, help_given)) for one in found},
        excess=() if profile is None else tuple(_excess(profile)),
    )


def evidence_without_offence(found: tuple[Gap, ...]) -> tuple[Filled, Filled]:
    """Return whether evidence can be given for an offence that this State does not have.

    Two answers: whether the law on assistance lets it, and whether powers at home reach evidence of any
    offence. Preservation never waits for dual criminality.

    Basis: 23(2)(c), 40(8), 42(4)
    """
    return _coverage(found, _HELP), _coverage(found, _EVIDENCE)


def cited(profile: Profile | None, row: Row | None, *, only_primary: bool = True) -> tuple[str, ...]:
    """Return the provisions of a row, as the library names them."""
    if profile is None or row is None:
        return ()
    return tuple(profile.reference(one) for one in row.provisions if one.is_primary or not only_primary)


def _of_article(gap: Gap, profile: Profile | None, help_given: Filled) -> Iterator[Lack]:
    number, provisions = gap.asked.article, cited(profile, gap.row)
    note = "" if gap.row is None else gap.row.note
    if gap.filled in (Filled.MISSING, Filled.UNKNOWN):
        yield Lack(
            code=f"article.{gap.filled.value}",
            article=number,
            subject="",
            basis=gap.asked.elements[0].basis,
            leaves=_open_places(gap.asked),
            provisions=provisions,
            note=note,
        )
    else:
        for one in gap.elements:
            yield from _of_element(gap.asked, one, provisions)
        yield from _of_penalty(gap, provisions)
        yield from _of_safeguards(gap, provisions)
    if number in OFFENCES and gap.filled in (Filled.MISSING, Filled.PARTLY):
        code = "helped" if help_given is Filled.COVERED else "unhelped"
        code = "unknown" if help_given is Filled.UNKNOWN else code
        yield Lack(
            code=f"evidence.{code}",
            article=number,
            subject=_HELP[1],
            basis=WITHOUT_OWN_OFFENCE,
            provisions=provisions,
        )


def _of_element(article: Asked, gap: ElementGap, provisions: tuple[str, ...]) -> Iterator[Lack]:
    def line(code: str, facts: tuple[str, ...] = (), leaves: tuple[str, ...] = ()) -> Lack:
        return Lack(
            code=f"element.{code}",
            article=article.article,
            subject=gap.element.name,
            basis=gap.element.basis,
            facts=facts,
            leaves=leaves,
            provisions=provisions,
            note=gap.meeting.note,
        )

    if gap.filled is Filled.MISSING:
        yield line("unused" if gap.element.is_optional else "absent")
    elif gap.filled is Filled.UNKNOWN:
        yield line("unknown")
    elif gap.filled is Filled.PARTLY:
        yield line("narrowed" if gap.beyond else "partial", gap.beyond, _open_places(article))
    by_place: dict[str, list[str]] = {}
    for fact in gap.allowed if gap.filled is not Filled.MISSING else ():
        if place := article.leaves.get(fact):
            by_place.setdefault(place, []).append(fact)
    for place, facts in by_place.items():
        yield line("reserved" if place == RESERVATION else "option", tuple(facts), (place,))


def _of_penalty(gap: Gap, provisions: tuple[str, ...]) -> Iterator[Lack]:
    codes = {Line.BELOW: "below", Line.AGGRAVATED: "aggravated", Line.UNKNOWN: "unknown"}
    if gap.penalty in codes:
        yield Lack(
            code=f"penalty.{codes[gap.penalty]}",
            article=gap.asked.article,
            subject="",
            basis=SERIOUS,
            leaves=(SANCTIONS,),
            provisions=provisions,
        )


def _of_safeguards(gap: Gap, provisions: tuple[str, ...]) -> Iterator[Lack]:
    """Yield what article 24 asks and the power has not: who orders is weighed with who reviews."""
    told = None if gap.row is None else gap.row.safeguards
    note = "" if told is None else told.note
    for name, filled in gap.safeguards.items():
        code = {Filled.MISSING: "missing", Filled.UNKNOWN: "unknown"}.get(filled)
        if name == "orders" and told is not None and told.orders and gap.asked.article not in _URGENT:
            alone = _BY_THE_POLICE.issuperset(told.orders) and told.review != "prior"
            code = "alone" if alone else None
        if code is not None:
            yield Lack(
                code=f"safeguard.{code}",
                article=gap.asked.article,
                subject=name,
                basis=SAFEGUARDS,
                provisions=provisions,
                note=note,
            )


def _excess(profile: Profile) -> Iterator[Lack]:
    places = {"security_research": "11(2)"}
    for one in profile.excess:
        yield Lack(
            code="excess.reaches",
            article=6,
            subject=one.right,
            basis=RIGHTS,
            leaves=(places[one.right],) if one.right in places else (),
            provisions=(profile.reference(one),),
            note=one.note,
        )


def _open_places(article: Asked) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place for place in article.leaves.values() if place != str(article.article)))


def _coverage(found: tuple[Gap, ...], which: tuple[int, str]) -> Filled:
    article, name = which
    for gap in found:
        if gap.asked.article == article and gap.row is not None:
            return next((one.filled for one in gap.elements if one.element.name == name), Filled.UNKNOWN)
    return Filled.UNKNOWN
