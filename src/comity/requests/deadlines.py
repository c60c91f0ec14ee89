"""Clocks of a preservation: when it begins, how long it lasts at least, when somebody must be told.

A preservation begins when it is effected, not when it is asked. Periods are whole days of 86,400 seconds.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from comity.kernel.clock import DAY, Instant
from comity.treaty.packs import Clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class PreservationClock:
    """A preservation that runs.

    Attributes:
        effected_at: When the data were secured (t0).
        expires_at: When it lapses unless a request for the data arrives or it is extended.

    Basis: 42(8)
    """

    effected_at: Instant
    expires_at: Instant

    def __post_init__(self) -> None:
        if self.expires_at <= self.effected_at:
            raise ValueError("a preservation that ends before it begins")

    @property
    def days(self) -> int:
        """Return the whole days that it lasts."""
        return (self.expires_at - self.effected_at) // DAY

    def is_running(self, now: Instant) -> bool:
        """Tell whether it still stands at ``now``."""
        return self.effected_at <= now < self.expires_at

    def first_alarm(self, clocks: Clocks) -> Instant:
        """Return when the requesting side is first told that it will lapse; never before it began."""
        return Instant(max(self.effected_at, self.expires_at - clocks.first_alarm * DAY))

    def order_renewal(self, clocks: Clocks) -> Instant:
        """Return when the domestic order behind it must have been renewed. Basis: 25(2)"""
        return Instant(self.effected_at + clocks.order_most * DAY)

    def needs_renewal(self, clocks: Clocks) -> bool:
        """Tell whether it outlasts one domestic order. Basis: 25(2)"""
        return self.expires_at > self.order_renewal(clocks)


def preserve(effected_at: Instant, *, clocks: Clocks, days: int | None = None) -> PreservationClock:
    """Return the clock of a preservation effected at an instant.

    Args:
        effected_at: When the data were secured.
        clocks: Periods in force.
        days: How long; the least that the treaty allows when None.

    Raises:
        ValueError: fewer days than the treaty allows.

    Basis: 42(8)
    """
    least = clocks.preservation_least
    lasts = least if days is None else days
    if lasts < least:
        raise ValueError(f"a preservation for another State lasts at least {least} days, not {lasts}")
    return PreservationClock(effected_at=effected_at, expires_at=Instant(effected_at + lasts * DAY))


def may_extend(clock: PreservationClock, now: Instant) -> bool:
    """Tell whether an extension may still be asked: before expiry only. Basis: 42(9)"""
    return now < clock.expires_at


def extend(clock: PreservationClock, *, days: int) -> PreservationClock:
    """Return the clock after an extension, counted from the expiry that stood.

    Raises:
        ValueError: less than one day.

    Basis: 42(9)
    """
    if days < 1:
        raise ValueError("an extension lasts at least one day")
    return PreservationClock(effected_at=clock.effected_at, expires_at=Instant(clock.expires_at + days * DAY))


def secrecy_review(until: date, *, on: date, clocks: Clocks) -> bool:
    """Tell whether secrecy until a day is so long that a person must decide on it."""
    return until - on > timedelta(days=clocks.secrecy_review)
