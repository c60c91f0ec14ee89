"""Who is on duty: shifts in the office's own time zone, deputies, and the order in which an alarm goes round.

A roster names officers of one office. It is kept by the office and never leaves the node.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Annotated, Any

import msgspec

from comity.kernel.clock import MINUTE, Instant, to_datetime
from comity.kernel.errors import MalformedError
from comity.kernel.ids import OfficerName, parse_officer
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.lines import place_of
from comity.requests.published import Zones

MOST_ROSTER = 64 * 1024
MOST_SHIFTS = 128
_Clock = Annotated[str, msgspec.Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Names = Annotated[tuple[_Name, ...], msgspec.Meta(max_length=16)]
_Days = Annotated[
    tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...], msgspec.Meta(min_length=1, max_length=7)
]


class Shift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One officer's hours, every week.

    Attributes:
        days: ISO weekdays on which it begins, 1 for Monday.
        begins: Time of day, in the roster's zone.
        ends: Time of day; one that is not later than ``begins`` is on the next day.
        deputies: Who is asked after the officer, in this order.
    """

    officer: _Name
    days: _Days
    begins: _Clock = msgspec.field(name="from")
    ends: _Clock = msgspec.field(name="to")
    deputies: _Names = ()


class Roster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The roster of one office.

    Attributes:
        zone: Time zone of the shifts.
        escalate: Minutes after which an alarm that nobody acknowledged goes to the next officer.
        heartbeat: Minutes of silence of a peer after which an alarm is raised.
        always: Who is asked last, at any hour.
    """

    zone: _Name = "UTC"
    escalate: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    heartbeat: Annotated[int, msgspec.Meta(ge=15, le=10080)] = 60
    shifts: Annotated[tuple[Shift, ...], msgspec.Meta(max_length=MOST_SHIFTS)] = ()
    always: _Names = ()

    @property
    def pace(self) -> int:
        """Microseconds from one ring to the next."""
        return self.escalate * MINUTE

    def named(self) -> tuple[OfficerName, ...]:
        """Return everybody the roster names, each once."""
        return _once(name for _, name in self.places())

    def places(self) -> Iterator[tuple[str, str]]:
        """Yield each name with the JSON pointer of the member in which it stands."""
        for number, shift in enumerate(self.shifts):
            yield f"/shifts/{number}/officer", shift.officer
            yield from ((f"/shifts/{number}/deputies", name) for name in shift.deputies)
        yield from (("/always", name) for name in self.always)


NO_ROSTER = Roster()
"""Of an office that keeps none: an alarm goes to every officer in turn."""


def parse_roster(data: bytes, *, zones: Zones) -> Roster:
    """Return the roster in a file.

    Raises:
        MalformedError: ``roster.form``; ``zone.unknown``; ``json.*``.
    """
    value: Any = parse_ijson(data, most_bytes=MOST_ROSTER, where="the roster")
    try:
        made = msgspec.convert(value, Roster, strict=True)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "roster.form",
            f"this is no roster: {exc}",
            hint="docs/spec/lanes.md lists the members of a roster",
            where=place_of(exc),
        ) from exc
    for place, name in made.places():
        parse_officer(name, where=place)
    if made.zone != "UTC":
        zones(made.zone)
    return made


def dump_roster(roster: Roster) -> bytes:
    """Return the bytes of a roster."""
    return dump_ijson(msgspec.to_builtins(roster))


def on_duty(roster: Roster, at: Instant, *, zones: Zones) -> tuple[OfficerName, ...]:
    """Return who is on duty at an instant, in the order in which they are asked; empty where nobody is.

    First the officers whose shift runs, then their deputies, then those who are asked at any hour.
    """
    offsets = zones(roster.zone) if roster.zone != "UTC" else ()
    place = bisect_right(offsets, at, key=lambda pair: pair[0])
    seconds = offsets[max(place - 1, 0)][1] if offsets else 0
    local = to_datetime(at) + timedelta(seconds=seconds)
    running = [shift for shift in roster.shifts if _runs(shift, local.isoweekday(), f"{local:%H:%M}")]
    names = [shift.officer for shift in running]
    names += [deputy for shift in running for deputy in shift.deputies]
    return _once([*names, *roster.always])


def _runs(shift: Shift, day: int, clock: str) -> bool:
    before = 7 if day == 1 else day - 1
    if shift.begins < shift.ends:
        return day in shift.days and shift.begins <= clock < shift.ends
    return (day in shift.days and clock >= shift.begins) or (before in shift.days and clock < shift.ends)


def _once(names: Iterable[str]) -> tuple[OfficerName, ...]:
    return tuple(OfficerName(name) for name in dict.fromkeys(names))
