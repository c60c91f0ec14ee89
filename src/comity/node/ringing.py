"""An alarm that rings until a person acknowledges it: whom, when, and what comes next."""

from collections.abc import Sequence
from typing import Any

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.ids import OfficerName
from comity.kernel.ijson import dump_ijson, parse_ijson

MOST_RINGS = 512
"""How many rings of one alarm are remembered; it goes on ringing, and the oldest are forgotten."""


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """That an officer was rung at an instant."""

    officer: str
    at: int


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an officer must look at now.

    Attributes:
        id: Names it: the same cause raises it once.
        code: What it is, such as ``emergency`` or ``heartbeat``; never case material.
        about: Id of an act, a Party's code, or empty.
        raised_at: Since when.
        rings: Who was rung, oldest first.
        acknowledged_by: Who took it; empty while nobody has.
    """

    id: str
    code: str
    about: str
    raised_at: int
    rings: tuple[Ring, ...] = ()
    acknowledged_by: str = ""
    acknowledged_at: int = 0
    words: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has acknowledged it."""
        return not self.acknowledged_by


def is_due(alarm: Alarm, *, now: Instant, pace: int) -> bool:
    """Tell whether an alarm must ring now: at once, then after every ``pace`` microseconds, without end.

    A clock that was set back never silences it: a ring that lies ahead of now counts for nothing.
    """
    if not alarm.is_open:
        return False
    if not alarm.rings:
        return True
    last = alarm.rings[-1].at
    return last > now or now - last >= pace


def rung(alarm: Alarm, *, now: Instant, order: Sequence[OfficerName]) -> Alarm:
    """Return the alarm with one more ring: of the first officer in the order who had fewest of the rings.

    Args:
        alarm: An open alarm.
        now: When.
        order: Who is on duty, in the order in which they are asked; at least one name.
    """
    counted = {name: sum(ring.officer == name for ring in alarm.rings) for name in order}
    chosen = min(order, key=lambda name: counted[name])
    rings = (*alarm.rings, Ring(officer=chosen, at=now))[-MOST_RINGS:]
    return msgspec.structs.replace(alarm, rings=rings)


def acknowledged(alarm: Alarm, *, by: OfficerName, at: Instant, words: str) -> Alarm:
    """Return the alarm as taken by an officer; one that was taken before stays with the first."""
    if not alarm.is_open:
        return alarm
    return msgspec.structs.replace(alarm, acknowledged_by=by, acknowledged_at=at, words=words)


def dump_alarm(alarm: Alarm) -> bytes:
    """Return the bytes of an alarm."""
    return dump_ijson(msgspec.to_builtins(alarm))


def parse_alarm(data: bytes) -> Alarm:
    """Return the alarm in bytes of ours."""
    value: Any = parse_ijson(data)
    return msgspec.convert(value, Alarm)
