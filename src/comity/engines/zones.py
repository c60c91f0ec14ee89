"""Time zones by their names: when the clocks of a zone are set, from the data of the machine."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from comity.kernel.clock import Instant, from_datetime
from comity.kernel.errors import MalformedError

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
_STRIDE = timedelta(days=7)
"""No State has set its clocks twice within a week."""


@cache
def zone_offsets(name: str) -> tuple[tuple[Instant, int], ...]:
    """Return from which instant on the clocks of a zone are how many seconds ahead of UTC, 2020 to 2059.

    Raises:
        MalformedError: ``zone.unknown``: the machine has no zone of this name.

    Basis: RFC 6557
    """
    try:
        zone = ZoneInfo(name)
    except (ValueError, OSError, KeyError) as exc:
        raise MalformedError(
            "zone.unknown",
            f"this machine knows no time zone {name[:60]!r}",
            hint="use a name such as Europe/Paris; the package tzdata brings them where the system has none",
            where=name[:60],
        ) from exc
    found = [(from_datetime(FIRST), _offset(FIRST, zone))]
    before = FIRST
    while before < LAST:
        after = before + _STRIDE
        if _offset(after, zone) != found[-1][1]:
            turn = _turn(before, after, zone)
            found.append((from_datetime(turn), _offset(turn, zone)))
        before = after
    return tuple(found)


def _turn(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the clocks are set between two times."""
    was = _offset(before, zone)
    seconds = int((after - before).total_seconds())
    low, high = 0, seconds
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), zone) == was:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _offset(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
