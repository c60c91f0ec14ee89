"""What is owed: a duty with its owner, its time and its arithmetic, and the targets that the house sets."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.cases.alarms import FIRST_ALARM, alarm_times, rung_at
from comity.cases.calendars import NO_CALENDARS, Calendar, Calendars
from comity.cases.ports import Address
from comity.cases.reckoning import Period, Reckoning, Roll, Span, Step, Unit
from comity.cases.state import RequestState
from comity.kernel.clock import DAY, HOUR, Instant
from comity.kernel.ids import ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """House targets in microseconds, for steps that the treaty only calls expeditious.

    Attributes:
        transmit: How long a request is usually on its way, in working days of the requested side.
    """

    preserve: int = DAY
    preserve_urgent: int = 4 * HOUR
    answer: int = 30 * DAY
    answer_urgent: int = 3 * DAY
    clarify: int = 14 * DAY
    deliver: int = 7 * DAY
    undo: int = 30 * DAY
    warning: int = 14 * DAY
    settle: int = 3 * DAY
    transmit: int = 2

    def __post_init__(self) -> None:
        spans = (self.preserve, self.preserve_urgent, self.answer, self.answer_urgent, self.clarify)
        if min(*spans, self.deliver, self.undo, self.warning, self.settle, self.transmit) <= 0:
            raise ValueError("a target lies in the future")


TARGETS = Targets()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something somebody owes.

    Attributes:
        code: Stable code, the key of its sentence in the catalogue.
        who: The authority that owes it.
        act: The act it comes from.
        due: By when.
        alarm_from: When to begin to remind.
        alarms_to: The time that the ladder of alarms leads to; None where one reminder is enough.
        after: It arises once this instant has passed; None where it is open from the start.
        until: It is over once this instant has passed; None where only an act ends it.
        is_target: Whether ``due`` is a house target and not a date that an act or the treaty fixes.
        basis: The paragraph.
        steps: How ``due`` was come to, the last step being ``due`` itself.
    """

    code: str
    who: Address
    request: ActId | None
    act: ActId
    items: tuple[str, ...]
    due: Instant
    alarm_from: Instant
    is_target: bool
    basis: str
    steps: tuple[Step, ...]
    alarms_to: Instant | None = None
    after: Instant | None = None
    until: Instant | None = None

    def is_open(self, now: Instant) -> bool:
        """Tell whether it is owed at a time; both ends of its span are instants, so this needs no fold."""
        begun = self.after is None or now > self.after
        return begun and (self.until is None or now <= self.until)

    def is_overdue(self, now: Instant) -> bool:
        """Tell whether the time has passed."""
        return now > self.due

    def alarms(self, now: Instant) -> bool:
        """Tell whether somebody has to be told now."""
        return now >= self.alarm_from

    def rung(self, now: Instant) -> int | None:
        """Return the alarm that came last: how long before the time it is; None before the first."""
        return None if self.alarms_to is None else rung_at(self.alarms_to, now)

    def alarm_plan(self) -> tuple[Instant, ...]:
        """Return when its alarms come while it is open."""
        if self.alarms_to is None:
            return (self.alarm_from,)
        return alarm_times(self.alarms_to, since=self.after, until=self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """By which targets and calendars the times of a case are reckoned."""

    targets: Targets = TARGETS
    calendars: Calendars = NO_CALENDARS

    def calendar(self, end: Address) -> Calendar:
        """Return the calendar of the Party of an authority."""
        return self.calendars.of(end.authority.partition("/")[0])

    def target(
        self, fact: str, at: int, span: int, *, who: Address, stood: Sequence[Span] = (), rolls: bool = True
    ) -> Reckoning:
        """Return a house target: so long after a fact, on a working day of who owes it."""
        unit, size = (Unit.DAYS, DAY) if span % DAY == 0 else (Unit.HOURS, HOUR)
        calendar = self.calendar(who)
        found = Reckoning.since(fact, at).plus(Period(count=span // size, unit=unit), calendar)
        return found.suspended(stood).rolled(Roll.NEXT if rolls else Roll.STAYS, calendar)


def owed(
    code: str,
    request: RequestState,
    who: Address,
    reckoned: Reckoning,
    *,
    before: int,
    basis: str,
    act: ActId | None = None,
    items: tuple[str, ...] = (),
    is_target: bool = False,
    alarms_to: Instant | None = None,
    after: Instant | None = None,
    until: Instant | None = None,
) -> Duty:
    """Return a duty on a request, due at the end of a reckoning.

    Args:
        code: Of the duty.
        request: The request.
        who: Who owes it.
        reckoned: How its time is come to.
        before: How long before its time to begin to remind, in microseconds, where no ladder leads to it.
        basis: The paragraph.
        act: The act it comes from, where that is not the request.
        items: The items it is about.
        is_target: Whether the time is a target of the house.
        alarms_to: The time that a ladder of alarms leads to.
        after: When it arises.
        until: When it is over by itself.
    """
    first = reckoned.at - before if alarms_to is None else alarms_to - FIRST_ALARM
    return Duty(
        code=code,
        who=who,
        request=request.id,
        act=act or request.id,
        items=items,
        due=reckoned.at,
        alarm_from=Instant(max(0, first)),
        is_target=is_target,
        basis=basis,
        steps=reckoned.steps,
        alarms_to=alarms_to,
        after=after,
        until=until,
    )
