"""Who is bound by an instrument on a day: dated events, and the rule by which it enters into force.

Days are whole days, UTC. A State is bound from the day on which the instrument enters into force for it up
to, and without, the day on which its denunciation takes effect.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from comity.kernel.ids import PartyCode
from comity.treaty.openings import Confidence, KindCode, Place, Row

PartyText = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]


class EventKind(StrEnum):
    """What a State did towards an instrument; ``entry_into_force`` states a day that a list gives."""

    SIGNATURE = "signature"
    RATIFICATION = "ratification"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    ACCESSION = "accession"
    SUCCESSION = "succession"
    ENTRY_INTO_FORCE = "entry_into_force"
    RESERVATION = "reservation"
    RESERVATION_WITHDRAWN = "reservation_withdrawn"
    DECLARATION = "declaration"
    DECLARATION_WITHDRAWN = "declaration_withdrawn"
    CONFIRMATION = "confirmation"
    OBJECTION = "objection"
    OBJECTION_WITHDRAWN = "objection_withdrawn"
    NOTIFICATION = "notification"
    INSTRUMENT_WITHDRAWN = "instrument_withdrawn"
    DENUNCIATION = "denunciation"


CONSENTS = frozenset(
    {
        EventKind.RATIFICATION,
        EventKind.ACCEPTANCE,
        EventKind.APPROVAL,
        EventKind.ACCESSION,
        EventKind.SUCCESSION,
    }
)
ORGANIZATIONS = frozenset({PartyCode("EUE")})
"""Regional organizations: their instrument is not counted in addition to those of their members."""


class Event(Row, frozen=True, kw_only=True):
    """One dated event.

    Attributes:
        party: Who.
        event: What.
        on: The day; of a deposit or notification the day of receipt.
        latest: Whether the exact day is not known and ``on`` is the last that it can have been.
        earliest: Where ``latest``: the first day that it can have been, if that is known.
        provision: Of a statement: the place concerned.
        against: Of an objection: the Party whose statement it is about.
        label: What its author called it, e.g. ``reservation``; empty where the source does not say.
        closes: Of a reservation: kinds of request that it closes between its State and any other.
        effect: Of a statement: what it says, in our own words, or as the depositary published it.
        mark: Confirmed or recalled.
        source: Where it was read, or is to be checked; empty for the source of the pack.
    """

    party: PartyText
    event: EventKind
    on: date
    latest: bool = False
    earliest: date | None = None
    provision: Place = ""
    against: Annotated[str, msgspec.Meta(pattern=r"\A([A-Z]{3})?\Z")] = ""
    label: Annotated[str, msgspec.Meta(max_length=80)] = ""
    closes: tuple[KindCode, ...] = ()
    effect: str = ""
    mark: Confidence = Confidence.RECALLED
    source: str = ""

    def __post_init__(self) -> None:
        if self.earliest is not None and (not self.latest or self.earliest > self.on):
            raise ValueError("an earliest day belongs to a last possible day, and lies before it")

    @property
    def first(self) -> date:
        """Return the first day that it can have been; the day itself where that is known."""
        return self.earliest or self.on


class Period(Row, frozen=True, kw_only=True):
    """How long after a day something takes effect.

    Attributes:
        days: So many days after it.
        months: So many calendar months after it; the last day of a shorter month.
        first_of_month: On the first day of the month that follows their end.
    """

    days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 0
    months: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    first_of_month: bool = False

    def after(self, day: date) -> date:
        """Return the day on which it takes effect."""
        over = day.month - 1 + self.months
        year, month = day.year + over // 12, over % 12 + 1
        end = date(year, month, min(day.day, calendar.monthrange(year, month)[1])) + timedelta(days=self.days)
        if not self.first_of_month:
            return end
        return date(end.year + end.month // 12, end.month % 12 + 1, 1)


class Entry(Row, frozen=True, kw_only=True):
    """The rule by which an instrument enters into force.

    Attributes:
        threshold: Instruments of consent that are needed; 0 where ``since`` is known.
        after_threshold: From the deposit that reaches it to the first day in force.
        after_deposit: From a later deposit to the first day in force for its State.
        denunciation: From the receipt of a denunciation to its effect.
        since: First day in force, where it is a known fact.

    Basis: 65(1), 65(2), 67(1)
    """

    threshold: int = 0
    after_threshold: Period = Period()
    after_deposit: Period = Period()
    denunciation: Period = Period(months=12)
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A State is bound from a day until, and without, another; None for no end known."""

    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Tell whether the day lies in it."""
        return self.since <= on and (self.until is None or on < self.until)


def consents(events: Iterable[Event]) -> tuple[date, ...]:
    """Return the days of the first instrument of consent of each State, in order.

    Basis: 65(1)
    """
    first: dict[str, date] = {}
    for one in standing_consents(events):
        if one.party not in ORGANIZATIONS:
            first[one.party] = min(one.on, first.get(one.party, one.on))
    return tuple(sorted(first.values()))


def standing_consents(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the instruments of consent without those that their State took back before it was bound."""
    known = tuple(events)
    gone = [e for e in known if e.event is EventKind.INSTRUMENT_WITHDRAWN]
    return tuple(
        one
        for one in known
        if one.event in CONSENTS and not any(e.party == one.party and e.on >= one.on for e in gone)
    )


def in_force_since(entry: Entry, events: Iterable[Event]) -> date | None:
    """Return the first day on which the instrument is in force at all; None as long as none is known.

    The day of the deposit is day 0: with 90 days, the ninetieth day after it is the first.

    Basis: 65(1)
    """
    if entry.since is not None:
        return entry.since
    deposits = consents(events)
    if not entry.threshold or len(deposits) < entry.threshold:
        return None
    return entry.after_threshold.after(deposits[entry.threshold - 1])


def spans(entry: Entry, events: Iterable[Event], *, party: PartyCode) -> tuple[Span, ...]:
    """Return when a State is bound, in order; several spans where it left and came back.

    A stated day of entry into force goes before the one that follows from the deposit in front of it. Where
    a State consents again, the new span begins as for a later joiner.

    Basis: 65(1), 65(2), 67(1)
    """
    known = tuple(events)
    start = in_force_since(entry, known)
    found: list[Span] = []
    kept = set(standing_consents(known))
    for one in sorted((e for e in known if e.party == party), key=lambda e: (e.on, _ORDER.index(e.event))):
        begun = found[-1] if found else None
        running = begun is not None and begun.until is None
        if one.event is EventKind.DENUNCIATION and begun is not None and running:
            found[-1] = Span(since=begun.since, until=max(begun.since, entry.denunciation.after(one.on)))
        elif one.event is EventKind.ENTRY_INTO_FORCE:
            if begun is not None and running:
                found[-1] = Span(since=one.on)
            else:
                found.append(Span(since=one.on))
        elif one in kept and not running and start is not None:
            first = one.on <= _reached(entry, known) and begun is None
            since = start if first else max(start, entry.after_deposit.after(one.on))
            if begun is not None and begun.until is not None:
                since = max(since, begun.until)
            found.append(Span(since=since))
    return tuple(found)


def reservations(events: Iterable[Event], *, party: PartyCode, on: date) -> tuple[Event, ...]:
    """Return the reservations of a State that stand on a day. Basis: 42(5)"""
    standing: dict[str, Event] = {}
    for one in sorted((e for e in events if e.party == party and e.on <= on), key=lambda e: e.on):
        if one.event is EventKind.RESERVATION:
            standing[one.provision] = one
        elif one.event is EventKind.RESERVATION_WITHDRAWN:
            standing.pop(one.provision, None)
    return tuple(standing.values())


def _reached(entry: Entry, events: tuple[Event, ...]) -> date:
    """Return the day up to which a deposit counts towards the first entry into force."""
    deposits = consents(events)
    if entry.since is not None or not entry.threshold:
        return date.min
    return deposits[entry.threshold - 1]


_ORDER = tuple(EventKind)
