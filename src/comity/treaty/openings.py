"""What an instrument opens: a mechanism with its articles, its class test and what it asks beyond the form.

These are the rows of a pack. They are read strictly: an unknown name in the data is refused.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from comity.treaty.packs import DualCriminality, OffenceClass, PenaltySide

Place = Annotated[str, msgspec.Meta(pattern=r"\A([0-9]{1,3}([.(][0-9A-Za-z]{1,4}\)?)*)?\Z")]
"""A place in the instrument, e.g. ``29(2)``; empty where the operator's data must name it."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
KindCode = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+(-[a-z]+)*\Z")]
StatementCode = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+(_[a-z]+)*\Z")]
GroundCode = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{1,3}-[A-Za-z0-9][A-Za-z0-9().-]{0,39}\Z")]


class Role(StrEnum):
    """For what a request relies on an article: the duty to help, the way to ask, the grounds of refusal."""

    OBLIGATION = "obligation"
    PROCEDURE = "procedure"
    GROUNDS = "grounds"


class Confidence(StrEnum):
    """Whether a source was read for the data of a pack, or it was recalled and must be checked."""

    CONFIRMED = "confirmed"
    RECALLED = "recalled"


class Coverage(StrEnum):
    """Whether an offence passes the class test of an opening; ``unknown`` where too little was said."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of pack data: frozen, named, and with no name that we do not know."""


class Requirement(Row, frozen=True, kw_only=True):
    """Something that the instrument wants said beyond what the form of the kind asks.

    Attributes:
        statement: Code of the statement; a field of the form with this name meets it as well.
        article: The place of the instrument that asks for it.
    """

    statement: StatementCode
    article: Place


class PackGround(Row, frozen=True, kw_only=True):
    """A ground of refusal or postponement that the instrument opens, or closes (effect ``never``).

    Attributes:
        code: Stable code.
        effect: ``refuse``, ``postpone`` or ``never``.
        article: The place of the instrument.
        consult: Whether the other Party is consulted first.
        sets: Sets of grounds that it stands in; those of the request kinds.
        reservation: The reservation that a Party must have made to use it; empty when none is needed.
    """

    code: GroundCode
    effect: Annotated[str, msgspec.Meta(pattern=r"\A(refuse|postpone|never)\Z")]
    article: Place
    consult: bool = False
    sets: tuple[KindCode, ...]
    reservation: Place = ""


class Opening(Row, frozen=True, kw_only=True):
    """A mechanism that an instrument opens for some kinds of request.

    Attributes:
        kinds: Codes of the request kinds.
        obligation: Where the duty to help stands.
        procedure: Where the way to ask stands.
        grounds: Where the grounds of refusal stand.
        classes: Scope classes that are covered.
        least_months: Shortest maximum penalty in months, for every class; 0 for none.
        articles: Articles of the Convention whose offences the instrument establishes too; empty for no such
            limit. Class A is covered only by an offence of one of them.
        dual_criminality: Whether it may be asked, must be, or must not.
        waiver: The place that lets the law of the requested Party do without it; empty for none.
        penalty_side: Whose penalty counts.
        requires: What must be said beyond the form.
        general: Whether a general clause opens it, rather than an article of its own.
        review: Whether a lawyer looks before it is relied on, since the article alone does not carry it.
        postponable: Whether the requested Party may postpone.
    """

    kinds: Annotated[tuple[KindCode, ...], msgspec.Meta(min_length=1)]
    obligation: Place = ""
    procedure: Place = ""
    grounds: Place = ""
    classes: tuple[OffenceClass, ...] = (OffenceClass.CONVENTION, OffenceClass.SERIOUS, OffenceClass.OTHER)
    least_months: Annotated[int, msgspec.Meta(ge=0, le=1200)] = 0
    articles: tuple[Annotated[int, msgspec.Meta(ge=1, le=68)], ...] = ()
    dual_criminality: DualCriminality = DualCriminality.OPTIONAL
    waiver: Place = ""
    penalty_side: PenaltySide = PenaltySide.BOTH
    requires: tuple[Requirement, ...] = ()
    general: bool = False
    review: bool = False
    postponable: bool = True

    def places(self) -> tuple[tuple[Role, str], ...]:
        """Return the basis that a request takes from it, in the order of the roles.

        An instrument without an article for a role gives that role none; the obligation always stands.
        """
        given = (
            (Role.OBLIGATION, self.obligation),
            (Role.PROCEDURE, self.procedure),
            (Role.GROUNDS, self.grounds),
        )
        return tuple((role, place) for role, place in given if place or role is Role.OBLIGATION)

    def covers(
        self, offence_class: OffenceClass | None, *, months: int | None = None, article: int | None = None
    ) -> Coverage:
        """Tell whether an offence passes the class test.

        Args:
            offence_class: Scope class under the Convention; None when it is not known.
            months: Longest deprivation of liberty in months; None when not known.
            article: Article of the Convention that establishes the offence; None when none or not known.

        Basis: 2(h), 35(1)
        """
        if offence_class is None:
            return Coverage.YES if len(self.classes) == 3 and not self.least_months else Coverage.UNKNOWN
        if offence_class not in self.classes:
            return Coverage.NO
        tests = [self._long_enough(offence_class, months)]
        if self.articles and offence_class is OffenceClass.CONVENTION:
            tests.append(_known(None if article is None else article in self.articles))
        if Coverage.NO in tests:
            return Coverage.NO
        return Coverage.UNKNOWN if Coverage.UNKNOWN in tests else Coverage.YES

    def _long_enough(self, offence_class: OffenceClass, months: int | None) -> Coverage:
        if not self.least_months:
            return Coverage.YES
        if months is not None:
            return _known(months >= self.least_months)
        if offence_class is OffenceClass.SERIOUS and self.least_months <= SERIOUS_MONTHS:
            return Coverage.YES
        return Coverage.UNKNOWN


SERIOUS_MONTHS = 48


def _known(answer: bool | None) -> Coverage:
    if answer is None:
        return Coverage.UNKNOWN
    return Coverage.YES if answer else Coverage.NO
