"""Looks at material: one look serves a whole cluster, and nobody looks too often.

A cluster holds what lies within 31 bits of its **first** file, and the same bytes as any of its files. It is
not chained: what is like a member and unlike the first file is a cluster of its own, since nobody saw
anything like it. A look is an event; the picture itself is never here.

The limits are the office's own. Their defaults are a choice of this software, not of medicine: no study says
how many looks are safe. Blur and grey did not lessen harm where that was measured; they are a choice.

Basis: 34(4)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from comity.kernel.clock import DAY, MINUTE, Instant
from comity.kernel.errors import MalformedError
from comity.protection.fingerprints import Fingerprints

MOST_MEMBERS = 500
"""So many members of a cluster are named; the others are counted."""


class Cluster(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """New files that one look serves.

    Attributes:
        number: Its number.
        prints: Of its first file.
        report: The report of that file.
        file: Its id there.
        files: How many files it has.
        reports: Numbers of the reports that name one of them, up to ``MOST_MEMBERS``.
        category: Of our scheme, once somebody looked; empty before.
        judged: When.
    """

    number: int
    prints: Fingerprints
    report: int
    file: str
    files: int = 1
    reports: tuple[int, ...] = ()
    category: str = ""
    judged: Instant | None = None

    def joined(self, report: int) -> "Cluster":
        """Return the cluster with one more file."""
        reports = self.reports
        if report not in reports and len(reports) < MOST_MEMBERS:
            reports = (*reports, report)
        return msgspec.structs.replace(self, files=self.files + 1, reports=reports)


class Look(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That somebody looked.

    Attributes:
        number: Its number.
        cluster: At which cluster.
        officer: Who.
        why: In words.
        blur: Whether it was asked for blurred.
        again: Whether somebody had looked before.
        at: When it began.
        category: What it was found to be; empty until that is said.
        ended: When that was said.
    """

    number: int
    cluster: int
    officer: str
    why: str
    blur: bool = False
    again: bool = False
    at: Instant
    category: str = ""
    ended: Instant | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How often one person looks.

    Attributes:
        day: Looks in 24 hours.
        week: Looks in seven days.
        run: Looks without a pause.
        pause: Minutes of that pause.
        days: Days in a row; the day after is free.
        spread: So many more looks than a colleague in seven days, and it is the colleague's turn.
        away: Officers who are not there, and whose turn it never is.
    """

    day: int = 20
    week: int = 60
    run: int = 5
    pause: int = 20
    days: int = 4
    spread: int = 5
    away: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse limits that allow nothing or everything."""
        for name, most in (
            ("day", 500),
            ("week", 2000),
            ("run", 100),
            ("pause", 24 * 60),
            ("days", 7),
            ("spread", 500),
        ):
            if not 1 <= getattr(self, name) <= most:
                raise MalformedError("look.limits", f"{name} is 1 to {most}", where=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Why somebody may not look now.

    Attributes:
        limit: ``day``, ``week``, ``run``, ``days`` or ``turn``.
        until: When that ends; None where it is another's turn.
    """

    limit: str
    until: Instant | None


def barred(looks: Sequence[Instant], limits: Limits, now: Instant) -> Bar | None:
    """Return why somebody who looked at these times may not look now, or None.

    Args:
        looks: Times, in any order.
        limits: Of the office.
        now: Now.
    """
    times = sorted(one for one in looks if now - one < 15 * DAY)
    for name, most, span in (("week", limits.week, 7 * DAY), ("day", limits.day, DAY)):
        within = [one for one in times if now - one < span]
        if len(within) >= most:
            return Bar(limit=name, until=Instant(within[len(within) - most] + span))
    days = {one // DAY for one in times}
    today, streak = now // DAY, 0
    while today - 1 - streak in days:
        streak += 1
    if streak >= limits.days:
        return Bar(limit="days", until=Instant((today + 1) * DAY))
    pause, run = limits.pause * MINUTE, 0
    for later, one in zip([now, *reversed(times)], reversed(times), strict=False):
        if later - one >= pause:
            break
        run += 1
    if run >= limits.run:
        return Bar(limit="run", until=Instant(times[-1] + pause))
    return None


def turn_of(looks: Mapping[str, Sequence[Instant]], limits: Limits, now: Instant) -> tuple[str, ...]:
    """Return who may look now, those first who looked least in seven days and longest ago.

    Args:
        looks: Times by officer, of everybody who is entitled.
        limits: Of the office.
        now: Now.
    """
    free = [
        name
        for name, times in looks.items()
        if name not in limits.away and barred(times, limits, now) is None
    ]
    return tuple(sorted(free, key=lambda name: (_week(looks[name], now), max(looks[name], default=0), name)))


def bar_of(officer: str, looks: Mapping[str, Sequence[Instant]], limits: Limits, now: Instant) -> Bar | None:
    """Return why an officer may not look now, or None; see :func:`turn_of`."""
    found = barred(looks.get(officer, ()), limits, now)
    if found is not None:
        return found
    others = [name for name in turn_of(looks, limits, now) if name != officer]
    least = min((_week(looks[name], now) for name in others), default=None)
    if least is not None and _week(looks.get(officer, ()), now) - least >= limits.spread:
        return Bar(limit="turn", until=None)
    return None


def _week(looks: Sequence[Instant], now: Instant) -> int:
    return sum(now - one < 7 * DAY for one in looks)
