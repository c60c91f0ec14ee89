"""The file of a Party's calendar, read into a value. Its format is in ``docs/spec/clocks.md``."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import msgspec

from comity.cases.calendars import Calendar, Recess
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError

Offsets = tuple[tuple[Instant, int], ...]
Zones = Callable[[str], Offsets]
"""Returns from when on the clocks of a zone are how far ahead of UTC; MalformedError ``zone.unknown``."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_MOST_DAYS, _MOST_RECESSES = 2000, 200


class _Recess(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: date
    last: date
    name: Name


class CalendarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The members of a calendar file."""

    zone: Name = "UTC"
    weekend: Annotated[tuple[int, ...], msgspec.Meta(max_length=3)] = ()
    holidays: Annotated[dict[str, Name], msgspec.Meta(max_length=_MOST_DAYS)] = {}
    recesses: Annotated[tuple[_Recess, ...], msgspec.Meta(max_length=_MOST_RECESSES)] = ()
    known_until: date | None = None


def parse_calendar(value: Any, *, party: str, zones: Zones, where: str) -> Calendar:
    """Return the calendar in a parsed JSON value.

    Args:
        value: The value.
        party: Whose calendar it is.
        zones: Knows the zones.
        where: Named in an error.

    Raises:
        MalformedError: ``calendar.form``; ``zone.unknown``.
    """
    try:
        found = msgspec.convert(value, CalendarFile)
        return Calendar(
            party=party,
            offsets=() if found.zone == "UTC" else zones(found.zone),
            weekend=frozenset(found.weekend),
            holidays={_day(text): name for text, name in found.holidays.items()},
            recesses=tuple(Recess(first=one.first, last=one.last, name=one.name) for one in found.recesses),
            known_until=found.known_until,
        )
    except (msgspec.ValidationError, ValueError) as exc:
        raise MalformedError(
            "calendar.form",
            f"this is no calendar: {exc}",
            hint="see docs/spec/clocks.md for the members of a calendar",
            where=where,
        ) from exc


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"{text[:20]} is not written as 2027-05-01")
    return day
