"""Profiles: which provisions of a State serve which article, element by element, as a document.

A draft is what somebody read with care; nobody answers for it. A confirmed profile names the person, the
office and the day, and its authority has signed it. Facts and own words only: no text of a statute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from comity.law.elements import asked, is_fact

SERIOUS_MONTHS = 48
"""Months of deprivation of liberty from which an offence is a serious crime. Basis: 2(h)"""


class Status(StrEnum):
    """Who answers for a profile."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Implements(StrEnum):
    """How far the law of a State serves an article."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    UNKNOWN = "unknown"


class Coverage(StrEnum):
    """How far the law of a State meets one element."""

    MET = "met"
    NARROWED = "narrowed"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """The longest deprivation of liberty.

    Attributes:
        months: At most so many; None where not told, or for life.
        is_life: Whether for life.
    """

    months: int | None = None
    is_life: bool = False

    def __post_init__(self) -> None:
        if self.months is not None and (self.is_life or not 0 <= self.months <= 1200):
            raise ValueError("a penalty is a number of months up to 1200, or for life")

    @property
    def is_known(self) -> bool:
        """Whether anything is told."""
        return self.is_life or self.months is not None

    @property
    def is_serious(self) -> bool:
        """Whether it reaches four years. Basis: 2(h)"""
        return self.is_life or (self.months is not None and self.months >= SERIOUS_MONTHS)

    @property
    def rank(self) -> int:
        """A number by which penalties are compared; -1 where nothing is told."""
        return 100_000 if self.is_life else -1 if self.months is None else self.months


UNTOLD = Penalty()
"""A penalty of which nothing is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A provision that serves an article.

    Attributes:
        instrument: Short name, as the library names it.
        section: Label.
        is_primary: Whether it carries the article, or only helps.
        most: Longest penalty of the plain offence.
        aggravated: Longest penalty where the law makes it graver.
    """

    instrument: str
    section: str
    is_primary: bool
    most: Penalty
    aggravated: Penalty


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """How one element is met.

    Attributes:
        coverage: How far.
        only_if: Facts that the law asks for besides: without one of them it does not reach the conduct.
        sure_if: Facts with which it surely does, and without which it is doubtful.
        not_if: Facts for which the law does not reach the conduct.
        covers: Facts at the edge that the law reaches.
        is_wider: Whether the law does not ask for the element at all.
        note: In own words, in the language of the profile.
    """

    coverage: Coverage
    only_if: tuple[str, ...] = ()
    sure_if: tuple[str, ...] = ()
    not_if: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    is_wider: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        for fact in (*self.only_if, *self.sure_if, *self.not_if, *self.covers):
            if not is_fact(fact):
                raise ValueError(f"{fact[:40]!r} is no word of a described conduct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguards:
    """What stands around a power: who orders, who reviews, on what grounds, within what limits.

    ``review`` is ``prior``, ``later``, ``none`` or ``unknown``; the others ``yes``, ``no`` or ``unknown``.

    Basis: 24(2)
    """

    orders: tuple[str, ...]
    review: str
    grounds: str
    limits: str
    remedy: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayer:
    """Who answers for one row: a person by name or pseudonym, the office held, and the day."""

    person: str
    office: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One article in the law of one State.

    Attributes:
        article: Its number.
        implements: How far.
        sureness: ``high``, ``medium`` or ``low``.
        is_incomplete: Whether law that matters was not read, so that an absence proves nothing.
        provisions: What serves it.
        elements: How each element is met, by its name; an element that is not named is not known.
        safeguards: For powers.
        said: Who answers for it; None in a draft, and where the profile as a whole names who does.
        note: In own words.
    """

    article: int
    implements: Implements
    sureness: str
    is_incomplete: bool
    provisions: tuple[Cited, ...]
    elements: Mapping[str, Meeting]
    safeguards: Safeguards | None = None
    said: Sayer | None = None
    note: str = ""

    def __post_init__(self) -> None:
        known = asked().get(self.article)
        if known is None:
            raise ValueError(f"article {self.article} asks nothing of national law that a profile tells")
        names = {one.name for one in known.elements}
        for name in self.elements:
            if name not in names:
                raise ValueError(f"article {self.article} has no element {name[:40]!r}")
        if self.implements in (Implements.FULL, Implements.PARTIAL) and not self.provisions:
            raise ValueError(f"article {self.article} is said to be served, and no provision is named")

    def meeting(self, element: str) -> Meeting:
        """Return how an element is met."""
        return self.elements.get(element, Meeting(coverage=Coverage.UNKNOWN))

    @property
    def told(self) -> Implements:
        """How far the article is served, where an absence that proves nothing is not known."""
        is_open = self.is_incomplete and self.implements is Implements.NONE
        return Implements.UNKNOWN if is_open else self.implements

    @property
    def most(self) -> Penalty:
        """The longest penalty of a plain offence among the provisions that carry the article."""
        return _longest([one.most for one in self.provisions if one.is_primary])

    @property
    def aggravated(self) -> Penalty:
        """The longest penalty of a graver form."""
        return _longest([one.aggravated for one in self.provisions if one.is_primary])


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A provision that reaches further than human rights may bear. Basis: 6(2)"""

    instrument: str
    section: str
    right: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Who answers for a profile: a person by name, the office held, the authority, the day and the instant.

    ``at`` is in microseconds UTC; 0 where it is not told.
    """

    person: str
    office: str
    authority: str
    on: date
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The law of one State, article by article.

    Attributes:
        country: ISO 3166-1 alpha-3 code.
        language: BCP 47 tag of the notes.
        status: Draft or confirmed.
        as_of: Day of the newest law that was read.
        holds_from: First day for which it may be asked; before it, nothing is known.
        instruments: Names of the instruments, by their short names.
        rows: By article.
        excess: What reaches too far.
        confirmation: Who answers for it; None for a draft.
        version: From 1 on; of two versions of one Party the higher one counts. 0 for a draft.
        supersedes: Id of the version before; empty for the first.
        signed_by: Name of the key whose signature was verified; empty for a draft.
        id: Id of the signed statement; empty for a draft.
        taken_at: When it was taken in, in microseconds UTC; 0 for a draft.
    """

    country: str
    language: str
    status: Status
    as_of: date
    holds_from: date
    instruments: Mapping[str, str]
    rows: Mapping[int, Row]
    excess: tuple[Excess, ...] = ()
    confirmation: Confirmation | None = None
    version: int = 0
    supersedes: str = ""
    signed_by: str = field(default="", compare=False)
    id: str = field(default="", compare=False)
    taken_at: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        is_draft = self.status is Status.DRAFT
        if is_draft != (self.confirmation is None):
            raise ValueError("a confirmed profile names who confirmed it, and a draft names nobody")
        if is_draft != (self.version == 0) or (self.version <= 1) != (not self.supersedes):
            raise ValueError("a confirmed profile has a version, and a later one names the one before")
        if self.status is Status.WITHDRAWN and (self.rows or self.excess):
            raise ValueError("a withdrawn profile says nothing of the law")
        if self.holds_from > self.as_of:
            raise ValueError("a profile cannot hold from a day after the law that was read")
        cited = [(one.instrument, one.section) for row in self.rows.values() for one in row.provisions]
        for instrument, _ in (*cited, *((one.instrument, one.section) for one in self.excess)):
            if instrument not in self.instruments:
                raise ValueError(f"the instrument {instrument[:40]!r} is cited and not named")

    def reference(self, cited: Cited | Excess) -> str:
        """Return how the library names a provision of this profile, e.g. ``DEU/StGB/202a``."""
        return f"{self.country}/{cited.instrument}/{cited.section}"

    @property
    def is_confirmed(self) -> bool:
        """Whether a named person answers for it."""
        return self.status is Status.CONFIRMED


def _longest(penalties: list[Penalty]) -> Penalty:
    return max(penalties, key=lambda one: one.rank, default=Penalty())
