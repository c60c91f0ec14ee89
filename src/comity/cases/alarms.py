"""The ladder of alarms before a time: 30, 14, 7, 3 and 1 days, then every hour of the last day.

An alarm is no row that somebody has to write: which rung has been reached follows from the time that the
alarms lead to and from the hour of the look, so none can be missed while a machine is off.
"""

from comity.kernel.clock import DAY, HOUR, Instant

LADDER_DAYS = (30, 14, 7, 3, 1)
RUNGS: tuple[int, ...] = (
    *(days * DAY for days in LADDER_DAYS),
    *(hours * HOUR for hours in range(23, -1, -1)),
)
"""How long before the time each alarm comes, in microseconds, the first one first; the last is that time."""
FIRST_ALARM = RUNGS[0]


def alarm_times(
    end: Instant, *, since: Instant | None = None, until: Instant | None = None
) -> tuple[Instant, ...]:
    """Return when the alarms before a time come, those from ``since`` on and up to ``until``."""
    last = end if until is None else until
    return tuple(Instant(end - rung) for rung in RUNGS if (since or 0) <= end - rung <= last)


def rung_at(end: Instant, now: Instant) -> int | None:
    """Return the alarm that has come last: how long before the time it is, or None before the first one."""
    reached = [rung for rung in RUNGS if end - rung <= now]
    return reached[-1] if reached else None
