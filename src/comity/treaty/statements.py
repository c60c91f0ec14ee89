"""What Parties said beside their instruments: reservations that the text foresees, options, other statements.

The label is kept as its author made it; the sort is ours, and follows from the place alone. Confirmation and
objection follow the general law of treaties, which the Convention leaves untouched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from comity.kernel.ids import PartyCode
from comity.treaty.convention import declarations
from comity.treaty.force import Day
from comity.treaty.openings import Confidence
from comity.treaty.standing import CONSENTS, Event, EventKind, Period

OBJECTION = Period(months=12)
"""How long a State may object after it was notified of a reservation. Basis: 60(2)"""
_OPENS = {EventKind.RESERVATION: EventKind.RESERVATION_WITHDRAWN}
_OPENS[EventKind.DECLARATION] = EventKind.DECLARATION_WITHDRAWN
STATEMENTS = frozenset(_OPENS)


class Sort(StrEnum):
    """What the text of the Convention has to do with a statement.

    Attributes:
        FORESEEN: A reservation that the text allows in so many words.
        DECLARED: A declaration that the text asks for.
        OPTION: An option of a State's law that needs no declaration.
        NEAR: It names the article of such a clause and not the clause: a lawyer says whether it stays within.
        OTHER: Nothing that the text foresees.
    """

    FORESEEN = "foreseen"
    DECLARED = "declared"
    OPTION = "option"
    NEAR = "near"
    OTHER = "other"


class Confirmation(StrEnum):
    """Whether a reservation made at signature was confirmed with the instrument of consent.

    Attributes:
        NEEDLESS: It was made with the instrument or later, or is no reservation.
        AWAITED: The instrument is not deposited yet.
        MADE: It was confirmed.
        UNKNOWN: The instrument is deposited, and no confirmation is known.
    """

    NEEDLESS = "needless"
    AWAITED = "awaited"
    MADE = "made"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """An objection by another Party; ``withdrawn`` is the day on which it was taken back."""

    party: PartyCode
    on: Day
    effect: str
    source: str
    withdrawn: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement about one place.

    Attributes:
        party: Who made it.
        sort: What the text has to do with it.
        label: What its author called it; empty where the source does not say.
        provision: The place; empty where it names none.
        effect: What it says.
        made: When.
        withdrawn: The day on which it was taken back; None while it stands.
        confirmation: Of one made at signature.
        objections: By other Parties.
        objections_until: The last day for an objection where one can be made; None where none is open.
        mark: Confirmed or recalled.
        source: Where it was read.

    Basis: 60(2), 63(3), 63(4)
    """

    party: PartyCode
    sort: Sort
    label: str
    provision: str
    effect: str
    made: Day
    withdrawn: date | None
    confirmation: Confirmation
    objections: tuple[Objection, ...]
    objections_until: date | None
    mark: Confidence
    source: str


def sort_of(provision: str) -> Sort:
    """Return the sort of a statement by the place that it names.

    Basis: 11(3), 23(3), 37(6)(a), 42(5), 63(3)
    """
    for place, sort in _clauses().items():
        if provision == place or provision.startswith(f"{place}("):
            return sort
    clauses = (place for place, sort in _clauses().items() if sort is not Sort.OPTION)
    if provision and any(place.startswith(f"{provision}(") for place in clauses):
        return Sort.NEAR
    return Sort.OTHER


def statements(events: Iterable[Event], *, party: PartyCode | None = None) -> tuple[Statement, ...]:
    """Return the statements of a Party, or of all, in the order in which they were made.

    What came after the day of interest is left out by the caller, who leaves out the events.

    Basis: 60(2)
    """
    told = sorted(events, key=lambda e: (e.on, e.party, e.provision))
    made = (one for one in told if one.event in STATEMENTS)
    return tuple(_statement(one, told) for one in made if party is None or one.party == party)


def _statement(one: Event, told: list[Event]) -> Statement:
    sort = sort_of(one.provision)
    same = [e for e in told if e.party == one.party and e.provision == one.provision and e.on >= one.on]
    back = (e.on for e in same if e.event is _OPENS[one.event])
    reserves = sort is not Sort.OPTION and (sort is Sort.FORESEEN or one.event is EventKind.RESERVATION)
    expects = one.event is EventKind.RESERVATION and sort in (Sort.NEAR, Sort.OTHER)
    return Statement(
        party=PartyCode(one.party),
        sort=sort,
        label=one.label,
        provision=one.provision,
        effect=one.effect,
        made=Day(earliest=one.first, latest=one.on),
        withdrawn=min(back, default=None),
        confirmation=_confirmation(one, told, same) if reserves else Confirmation.NEEDLESS,
        objections=tuple(_objections(one, told)),
        objections_until=OBJECTION.after(one.on) if expects else None,
        mark=one.mark,
        source=one.source,
    )


def _confirmation(one: Event, told: list[Event], same: list[Event]) -> Confirmation:
    if any(e.event is EventKind.CONFIRMATION for e in same):
        return Confirmation.MADE
    consent = next((e for e in told if e.party == one.party and e.event in CONSENTS), None)
    if consent is None:
        return Confirmation.AWAITED
    return Confirmation.UNKNOWN if one.on < consent.first else Confirmation.NEEDLESS


def _objections(one: Event, told: list[Event]) -> Iterable[Objection]:
    for e in told:
        about = e.event is EventKind.OBJECTION and e.against == one.party
        if about and e.provision in ("", one.provision) and e.on >= one.first:
            back = (
                o.on
                for o in told
                if o.event is EventKind.OBJECTION_WITHDRAWN
                and (o.party, o.against, o.provision) == (e.party, e.against, e.provision)
                and o.on >= e.on
            )
            yield Objection(
                party=PartyCode(e.party),
                on=Day(earliest=e.first, latest=e.on),
                effect=e.effect,
                source=e.source,
                withdrawn=min(back, default=None),
            )


@cache
def _clauses() -> Mapping[str, Sort]:
    sorts = {"reservation": Sort.FORESEEN, "declaration (treaty basis)": Sort.DECLARED}
    return {row.ref: sorts.get(row.nature, Sort.OPTION) for row in declarations()}
