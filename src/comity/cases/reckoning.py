"""The arithmetic of a deadline: a fact, periods, days that do not count, each step kept for whoever asks why.

A reckoning is a chain of steps. A step is a code, the instant it leads to, and parameters; words are made at
the rim. Days of 24 hours count from the hour of the fact; calendar days, working days and months count from
its day in a State, and end with the last instant of a day there.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from comity.cases.calendars import LAST, Calendar
from comity.kernel.clock import DAY, HOUR, Instant

Value = str | int
MOST_COUNT = 40_000
_EARLIEST, _LATEST = date(1970, 1, 1), date(9000, 1, 1)
"""Between them days are counted; what others write may lie outside."""


class Unit(StrEnum):
    """What a period is counted in. Basis: 42(8)"""

    HOURS = "hours"
    DAYS = "days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


CIVIL = frozenset({Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.MONTHS})
"""Units that are counted by the days of a State."""


class Roll(StrEnum):
    """Where an end goes that falls on no working day."""

    STAYS = "stays"
    NEXT = "next"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        code: What was done, the key of its sentence.
        at: The instant after it.
        given: Its parameters, by name.
    """

    code: str
    at: Instant
    given: tuple[tuple[str, Value], ...] = ()

    @property
    def parameters(self) -> dict[str, Value]:
        """What its sentence needs: the parameters, and ``at``."""
        return {"at": self.at, **dict(self.given)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A count of units. A negative one goes back."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if abs(self.count) > MOST_COUNT:
            raise ValueError(f"a period of more than {MOST_COUNT} units")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which a period does not run, and why: a code, such as ``question`` or ``recess``."""

    since: Instant
    until: Instant
    why: str
    name: str = ""

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise ValueError("a time that ends before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """A deadline and how it was come to; every method returns a longer one."""

    steps: tuple[Step, ...]

    @classmethod
    def since(cls, fact: str, at: int, **given: Value) -> Self:
        """Return the beginning: a fact, such as ``effected``, and when it was."""
        return cls(steps=(Step(code=fact, at=_shown(at), given=tuple(sorted(given.items()))),))

    @property
    def at(self) -> Instant:
        """What it comes to."""
        return self.steps[-1].at

    def plus(self, period: Period, calendar: Calendar) -> Self:
        """Return the reckoning with a period added, counted by the days of a State."""
        end = _moved(self.at, period, calendar)
        given: dict[str, Value] = {"count": abs(period.count)}
        if period.unit in CIVIL:
            given |= {"party": calendar.party, "day": calendar.day_of(end).isoformat()}
        code = f"{'less' if period.count < 0 else 'plus'}_{period.unit.value}"
        return self._and(code, end, **given)

    def rolled(self, roll: Roll, calendar: Calendar) -> Self:
        """Return the reckoning with its end on a working day of a State: itself where it is one already.

        An end that moves is the last instant of the day it moves to. A day beyond the holidays that the
        calendar knows is moved by weekends only, which the arithmetic says.
        """
        day = calendar.day_of(self.at)
        if roll is Roll.STAYS:
            return self
        found = self
        if calendar.known_until is not None and day > calendar.known_until:
            found = found._and("holidays_unknown", self.at, party=calendar.party, day=day.isoformat())
        why, name = calendar.why_off(day)
        if not why:
            return found
        to = calendar.nearest(day, step=1 if roll is Roll.NEXT else -1)
        given: dict[str, Value] = {"day": day.isoformat(), "to": to.isoformat(), "party": calendar.party}
        if name:
            given["name"] = name
        return found._and(f"{why}_{roll.value}", calendar.last_of(to), **given)

    def suspended(self, spans: Iterable[Span], *, by_days: Calendar | None = None) -> Self:
        """Return the reckoning with its end later by every time, since it began, in which it did not run.

        With a calendar, whole days of that State are counted, and the end stays the end of a day there.
        """
        found, begun, counted = self, self.steps[0].at, 0
        for span in sorted(spans, key=lambda one: (one.since, one.until)):
            since = max(span.since, begun, counted)
            if since < found.at and span.until > since:
                length = span.until - since
                counted = span.until
                given: dict[str, Value] = {
                    "since": since,
                    "until": span.until,
                    "seconds": length // 1_000_000,
                }
                if span.name:
                    given["name"] = span.name
                end = found.at + length if by_days is None else _later(found.at, since, span.until, by_days)
                found = found._and(f"stood_{span.why}", end, **given)
        return found

    def not_before(self, fact: str, at: int, **given: Value) -> Self:
        """Return the reckoning, or a later time that a fact sets in its place."""
        return self._and(fact, at, **given) if at > self.at else self

    def not_after(self, fact: str, at: int, **given: Value) -> Self:
        """Return the reckoning, or an earlier time that a fact sets in its place."""
        return self._and(fact, at, **given) if at < self.at else self

    def _and(self, code: str, at: int, **given: Value) -> Self:
        step = Step(code=code, at=_shown(at), given=tuple(sorted(given.items())))
        return replace(self, steps=(*self.steps, step))


def recesses(calendar: Calendar) -> tuple[Span, ...]:
    """Return the recesses of a State as times in which a period does not run."""
    return tuple(
        Span(
            since=calendar.first_of(one.first),
            until=Instant(calendar.last_of(one.last) + 1),
            why="recess",
            name=one.name,
        )
        for one in calendar.recesses
    )


def _moved(at: Instant, period: Period, calendar: Calendar) -> Instant:
    match period.unit:
        case Unit.HOURS:
            return Instant(at + period.count * HOUR)
        case Unit.DAYS:
            return Instant(at + period.count * DAY)
    day = calendar.day_of(at)
    day = min(max(day, _EARLIEST), _LATEST)
    match period.unit:
        case Unit.CALENDAR_DAYS:
            day = date.fromordinal(day.toordinal() + period.count)
        case Unit.WORKING_DAYS:
            day = calendar.counted(day, period.count)
        case Unit.MONTHS:
            day = _months(day, period.count)
    return calendar.last_of(day)


def _shown(at: int) -> Instant:
    """Return an instant inside the years 1970 to 9999: what others write may lie outside."""
    return Instant(min(max(0, at), LAST))


def _later(at: Instant, since: int, until: int, calendar: Calendar) -> Instant:
    """Return the end of the day that is as many days later as a time touches."""
    first, last = calendar.day_of(Instant(since)), calendar.day_of(Instant(until - 1))
    days = (last - first).days + 1
    return calendar.last_of(date.fromordinal(calendar.day_of(at).toordinal() + days))


def _months(day: date, count: int) -> date:
    """Return the same day so many months on, or the last of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
