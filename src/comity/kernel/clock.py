"""Time as integer microseconds since 1970-01-01T00:00:00 UTC, and the clock port.

The domain never reads a clock: it is handed an :class:`Instant` or a :class:`Clock`.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NewType, Protocol

from comity.kernel.errors import MalformedError

Instant = NewType("Instant", int)
"""Microseconds since the Unix epoch, UTC."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799_999_999  # 9999-12-31T23:59:59.999999Z, the last instant datetime can show


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> Instant:
        """Return the current instant."""
        ...


class FixedClock:
    """A clock that stands still until it is moved: for tests and the simulator."""

    def __init__(self, at: int = 1_790_000_000 * SECOND) -> None:
        self.at = at

    def now(self) -> Instant:
        """Return the instant the clock was set to."""
        return Instant(self.at)

    def advance(self, microseconds: int) -> None:
        """Move the clock forward (or back, with a negative number)."""
        self.at += microseconds


def require_instant(value: int, *, where: str = "") -> Instant:
    """Return ``value`` as an instant; raise MalformedError outside the years 1970 to 9999."""
    if not 0 <= value <= _LATEST:
        raise MalformedError("time.range", f"time {value} is outside the years 1970 to 9999", where=where)
    return Instant(value)


def to_datetime(at: Instant) -> datetime:
    """Return the instant as an aware UTC datetime."""
    return _EPOCH + timedelta(microseconds=at)


def from_datetime(moment: datetime) -> Instant:
    """Return an aware datetime as an instant; raise ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place here")
    return Instant((moment - _EPOCH) // timedelta(microseconds=1))


def read_instant(text: str) -> Instant:
    """Return the instant that a person wrote: a day means its first instant, no offset means UTC.

    Raises:
        ValueError: no such time, or one outside the years 1970 to 9999.

    Basis: RFC 3339
    """
    moment = datetime.fromisoformat(text)
    found = from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    if not 0 <= found <= _LATEST:
        raise ValueError("a time outside the years 1970 to 9999")
    return found


def format_instant(at: Instant) -> str:
    """Return RFC 3339 text in UTC, with microseconds only when there are any."""
    return to_datetime(at).isoformat().replace("+00:00", "Z")


def to_date(at: Instant) -> date:
    """Return the UTC calendar day of the instant."""
    return to_datetime(at).date()


def start_of(day: date) -> Instant:
    """Return the first instant of a UTC calendar day."""
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC))
