"""Calendars of Parties: the hours of their days, the days that are no working days, and their recesses.

A calendar is a value, made at the rim from what each Party says of itself. What is not known never moves a
time to a later one: without a calendar, days are those of UTC and every day is a working day.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Protocol

from comity.kernel.clock import DAY, Instant, start_of, to_date

MOST_OFFSET = 18 * 3600
MOST_OFF = 60
"""The longest row of days off that a calendar may hold; a longer one is a mistake in the data."""
LAST = Instant(253_402_300_799_999_999)
"""The last instant that can be shown, at the end of the year 9999; no time is reckoned beyond it."""
_FIRST_YEAR = 1970
_LAST_DAY = date(9999, 12, 30)
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recess:
    """Days, both included, in which the periods of a procedure do not run."""

    first: date
    last: date
    name: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a recess ends before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The calendar of one Party.

    Attributes:
        party: Its code.
        offsets: From which instant on its clocks are how many seconds ahead of UTC, ascending; the first
            also counts before. Empty for UTC.
        weekend: Days of the week that are no working days, Monday being 1.
        holidays: Other days that are none, each with its name.
        recesses: When periods of procedure stand still, ascending, none touching another.
        known_until: The last day for which the holidays are known; None where no holidays are kept.
    """

    party: str
    offsets: tuple[tuple[Instant, int], ...] = ()
    weekend: frozenset[int] = frozenset()
    holidays: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    recesses: tuple[Recess, ...] = ()
    known_until: date | None = None

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.offsets]
        if starts != sorted(set(starts)) or any(abs(seconds) > MOST_OFFSET for _, seconds in self.offsets):
            raise ValueError("offsets ascend, and none is more than 18 hours")
        if not self.weekend <= set(range(1, 8)) or len(self.weekend) > 3:
            raise ValueError("a weekend is at most three days of the week, 1 to 7")
        for one, other in zip(self.recesses, self.recesses[1:], strict=False):
            if other.first <= one.last + _ONE:
                raise ValueError("recesses ascend and do not touch each other")
        row = 0
        for day in sorted(self.holidays):
            row = row + 1 if day - _ONE in self.holidays else 1
            if row > MOST_OFF:
                raise ValueError(f"more than {MOST_OFF} holidays in a row")

    def offset_at(self, at: Instant) -> int:
        """Return how many seconds the clocks are ahead of UTC."""
        if not self.offsets:
            return 0
        place = bisect_right(self.offsets, at, key=lambda pair: pair[0])
        return self.offsets[max(place - 1, 0)][1]

    def day_of(self, at: Instant) -> date:
        """Return the day that it is in the Party at an instant."""
        return to_date(Instant(min(max(0, at + self.offset_at(at) * 1_000_000), LAST)))

    def first_of(self, day: date) -> Instant:
        """Return the first instant of a day there, also where its midnight is left out or comes twice."""
        if day.year < _FIRST_YEAR:
            return Instant(0)
        base = start_of(day)
        near = {self.offset_at(Instant(base - DAY)), self.offset_at(Instant(base + DAY))}
        tries = sorted(Instant(max(0, base - seconds * 1_000_000)) for seconds in near)
        return next((at for at in tries if self.day_of(at) == day), tries[0])

    def last_of(self, day: date) -> Instant:
        """Return the last instant of a day there."""
        return LAST if day >= _LAST_DAY else Instant(max(0, self.first_of(day + _ONE) - 1))

    def why_off(self, day: date) -> tuple[str, str]:
        """Return why a day is no working day: ``holiday`` and its name, ``weekend``, or two empty texts."""
        if day in self.holidays:
            return "holiday", self.holidays[day]
        return ("weekend", "") if day.isoweekday() in self.weekend else ("", "")

    def is_working(self, day: date) -> bool:
        """Tell whether it is a working day."""
        return not self.why_off(day)[0]

    def nearest(self, day: date, *, step: int) -> date:
        """Return the day itself if it is a working day, else the next one, or the last with ``step=-1``."""
        while not self.is_working(day) and date.min < day < _LAST_DAY:
            day += step * _ONE
        return day

    def counted(self, day: date, count: int) -> date:
        """Return the day so many working days after a day, or before it with a negative count."""
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            if not date.min < day < _LAST_DAY:
                return day
            day = self.nearest(day + step * _ONE, step=step)
        return day


class Calendars(Protocol):
    """The calendars that a node keeps.

    Attributes:
        digest: Differs whenever a calendar says something else; empty where none is kept.
    """

    @property
    def digest(self) -> str:
        """A short text that names this state of the calendars."""
        ...

    def of(self, party: str) -> Calendar:
        """Return the calendar of a Party; the plain one where none is kept."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCalendars:
    """Calendars as a value."""

    held: Mapping[str, Calendar] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    digest: str = ""

    def of(self, party: str) -> Calendar:
        """Return the calendar of a Party; the plain one where none is kept."""
        return self.held.get(party) or Calendar(party=party)


NO_CALENDARS = KeptCalendars()
