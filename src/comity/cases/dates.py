"""Dates that a form or the limits of a delivery give: hearings, limitation, custody, retention.

They stand in parts, not in what is signed openly, so whoever reads parts hands them over; a part that was
erased gives none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from comity.cases.alarms import FIRST_ALARM
from comity.cases.owed import Duty, House, owed
from comity.cases.reckoning import Period, Reckoning, Roll, Unit
from comity.cases.state import CaseState, Delivery, RequestState
from comity.cases.terms import HomeTerm, at_home
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId

HEARING, LIMITATION, CUSTODY = "hearing", "limitation", "custody"
MEASURE, AGREEMENT, RETENTION = "measure", "agreement", "retention"
ORIGINAL = "original"
CLOCKS = (HEARING, LIMITATION, CUSTODY, MEASURE, AGREEMENT)
"""The clocks that a date of a form may move; retention comes with a delivery, an original with the office."""

_ENDS_WITH_ITEMS = frozenset({HEARING, LIMITATION, ORIGINAL})
_BY, _TO, _BOTH = (True, False), (False, True), (True, True)
_OWNERS = MappingProxyType(
    {
        HEARING: _TO,  # the requested side must have done it by then
        LIMITATION: _BOTH,
        CUSTODY: _BOTH,  # a person is held: neither side may forget it
        MEASURE: _BY,
        AGREEMENT: _BOTH,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDate:
    """A date that an act gives in one of its parts.

    Attributes:
        act: The act.
        clock: Which clock it moves: one of those above.
        day: A day in the requesting State; None where ``at`` or ``days`` is given.
        at: The instant.
        days: So many days of the requested State after the receipt of the request.
        basis: The paragraph of the field.
        label: Catalogue key of what the date is, such as ``field.items.hearing_on``.
    """

    act: ActId
    clock: str
    day: date | None = None
    at: Instant | None = None
    days: int | None = None
    basis: str
    label: str

    def __post_init__(self) -> None:
        if [self.day, self.at, self.days].count(None) != 2:
            raise ValueError("a date is a day, an instant or so many days")
        if self.clock not in (*CLOCKS, RETENTION, ORIGINAL):
            raise ValueError(f"no clock {self.clock}")


def dated(state: CaseState, dates: Sequence[GivenDate | HomeTerm], house: House) -> Iterator[Duty]:
    """Yield what is owed on the dates that a case's parts give, and by the times at home.

    Basis: 40(26), 37(10), 36(2)
    """
    for given in dates:
        if isinstance(given, HomeTerm):
            yield from at_home(state, given, house)
            continue
        for request in state.requests:
            if request.id == given.act:
                if _is_live(state, request, given):
                    yield from _of_form(request, given, house)
                    yield from _of_office(request, given, house)
            else:
                for delivery in request.deliveries:
                    if delivery.act == given.act and not delivery.recalled:
                        yield from _of_delivery(request, delivery, given)


def _is_live(state: CaseState, request: RequestState, given: GivenDate) -> bool:
    """Tell whether a date still binds: some end with the work, those of persons held with the closing."""
    if state.closed or request.closed:
        return False
    return not (request.is_final and given.clock in _ENDS_WITH_ITEMS)


def _of_form(request: RequestState, given: GivenDate, house: House) -> Iterator[Duty]:
    if given.day is None:
        return
    end = house.calendar(request.by).last_of(given.day)
    party = request.by.authority.partition("/")[0]
    reckoned = Reckoning.since("given_day", end, day=given.day.isoformat(), label=given.label, party=party)
    owners = zip((request.by, request.to), _OWNERS[given.clock], strict=True)
    for who in (end_of for end_of, owes in owners if owes):
        yield owed(
            f"duty.{given.clock}", request, who, reckoned, before=0, basis=given.basis, alarms_to=reckoned.at
        )


def _of_office(request: RequestState, given: GivenDate, house: House) -> Iterator[Duty]:
    """Yield what the office asked wants after receipt: the paper original. Basis: 40(13)"""
    if given.days is None or request.received_at is None or request.originals:
        return
    calendar = house.calendar(request.to)
    reckoned = (
        Reckoning.since("received", request.received_at)
        .plus(Period(count=given.days, unit=Unit.CALENDAR_DAYS), calendar)
        .rolled(Roll.NEXT, calendar)
    )
    yield owed(
        f"duty.{given.clock}",
        request,
        request.by,
        reckoned,
        before=0,
        basis=given.basis,
        alarms_to=reckoned.at,
    )


def _of_delivery(request: RequestState, delivery: Delivery, given: GivenDate) -> Iterator[Duty]:
    """Yield the end of retention, for who received the evidence; no closing ends it."""
    if given.at is None:
        return
    reckoned = Reckoning.since("given_instant", given.at, label=given.label)
    yield owed(
        f"duty.{given.clock}",
        request,
        request.by,
        reckoned,
        before=0,
        basis=given.basis,
        act=delivery.act,
        items=tuple(item.id for item in delivery.items),
        alarms_to=reckoned.at,
        after=Instant(max(0, reckoned.at - FIRST_ALARM - 1)),
    )
