"""What an assessor looks at: a form, whose side he is on, on which day, and what is in force."""

from dataclasses import dataclass
from datetime import date

from comity.kernel.ids import PartyCode
from comity.requests.kinds import RequestKind, Side
from comity.requests.published import NOTHING_PUBLISHED, Published
from comity.requests.reading import Reading
from comity.treaty.instruments import CONVENTION
from comity.treaty.packs import Mechanism, OffenceClass, Pack

LEAST_SERIOUS_MONTHS = 48
LIFE_MONTHS = 100 * 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """One offence of the form, as far as its fields hold.

    Attributes:
        pointer: Where it stands.
        article: Article of the Convention that establishes it; None when it is another crime.
        months: Maximum deprivation of liberty in the requesting State, in months; None when not known.
        months_requested: The same in the requested State.
        criminal_in_requested: ``yes``, ``no`` or ``unknown``; None when the form does not say.
    """

    pointer: str
    article: int | None
    months: int | None
    months_requested: int | None
    criminal_in_requested: str | None

    @property
    def offence_class(self) -> OffenceClass | None:
        """Return the scope class, by the requesting State's penalty; None when it cannot be told.

        Basis: 35(1), 2(h)
        """
        if self.article is not None:
            return OffenceClass.CONVENTION
        if self.months is None:
            return None
        return OffenceClass.SERIOUS if self.months >= LEAST_SERIOUS_MONTHS else OffenceClass.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A form under assessment.

    Attributes:
        reading: The form with its faults.
        kind: Its kind.
        side: Who assesses.
        on: The day of the assessment.
        pack: What is in force between the two Parties; None when nothing is known.
        reservations: The requested Party's reservations, as references.
        published: What the signed entries of the two Parties say.
    """

    reading: Reading
    kind: RequestKind
    side: Side
    on: date
    pack: Pack | None
    reservations: frozenset[str]
    published: Published = NOTHING_PUBLISHED

    @property
    def requested_side(self) -> bool:
        """Tell whether the Party that is asked assesses."""
        return self.side is Side.REQUESTED

    @property
    def instrument(self) -> str:
        """Return the instrument whose rules apply; the Convention where nothing else is in force."""
        return self.pack.instrument if self.pack else CONVENTION

    def place(self, paragraph: str) -> str:
        """Return the paragraph of the Convention, or the article of the instrument that stands for it.

        Basis: 40(7)
        """
        if self.pack is None or self.instrument == CONVENTION:
            return paragraph
        article = self.mechanism.article if self.mechanism else ""
        return f"{self.instrument}:{article}" if article else self.instrument

    @property
    def mechanism(self) -> Mechanism | None:
        """Return what the pack says of this kind; None without a pack or when it was not agreed."""
        return self.pack.mechanisms.get(self.kind.code) if self.pack else None


def offences_of(reading: Reading) -> tuple[Offence, ...]:
    """Return the offences of a form whose object is there."""
    return tuple(
        Offence(
            pointer=pointer,
            article=reading.get(f"{pointer}/convention_article"),
            months=_months(reading, f"{pointer}/maximum_penalty"),
            months_requested=_months(reading, f"{pointer}/penalty_requested"),
            criminal_in_requested=reading.get(f"{pointer}/criminal_in_requested"),
        )
        for pointer in reading.rows("/offences")
    )


def best_class(reading: Reading) -> OffenceClass | None:
    """Return the widest scope class among the offences; None when none can be told. Basis: 35(1)"""
    known = [one.offence_class for one in offences_of(reading) if one.offence_class is not None]
    return min(known, key=lambda c: c.value, default=None)


def parties_of(reading: Reading) -> tuple[PartyCode | None, PartyCode | None]:
    """Return the Party that asks and the Party that is asked, as far as the form holds."""
    authority = reading.get("/requesting_authority/id")
    requested = reading.get("/requested_party")
    requesting = PartyCode(authority.partition("/")[0]) if authority else None
    return requesting, PartyCode(requested) if requested else None


def is_urgent(reading: Reading) -> bool:
    """Tell whether a form says that it is urgent. Basis: 40(26)"""
    return reading.get("/urgency") is not None or reading.get("/vulnerable") is True


def instrument_of(reading: Reading) -> str:
    """Return the instrument that a form names first for the obligation; else the Convention."""
    for row in reading.rows("/basis"):
        code = reading.get(f"{row}/instrument")
        if reading.get(f"{row}/role") == "obligation" and code is not None:
            return str(code)
    return CONVENTION


def _months(reading: Reading, pointer: str) -> int | None:
    years = reading.get(f"{pointer}/years")
    if years is None or not reading.sound(pointer):
        return None
    if reading.get(f"{pointer}/life") is True:
        return LIFE_MONTHS
    return int(years) * 12 + int(reading.get(f"{pointer}/months") or 0)
