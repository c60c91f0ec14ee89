"""How the line is shared: how many bytes a second pieces may take, and whose piece is next.

Acts never wait here. What they take is counted, so that pieces wait the longer. Among deliveries the line is
shared by weight, as start-time fair queueing does: small and urgent ones go first, and none waits for ever.
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec

from comity.kernel.clock import Instant, to_datetime
from comity.kernel.errors import MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson

LEAST_RATE = 8 * 1024
"""Bytes a second: below it the other side takes a piece for one that does not come."""
MOST_RATE = 1 << 40
NARROW_RATE = 128 * 1024
"""Below it one piece at a time is on its way, since two would each take too long."""
MOST_HOURS = 48
MOST_TERMS = 16 * 1024
MOST_WEIGHT = 64
MIB = 1 << 20
SMALL, MIDDLING = 16 * MIB, 1024 * MIB

Offsets = Sequence[tuple[Instant, int]]
_Hour = Annotated[str, msgspec.Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
_Rate = Annotated[int, msgspec.Meta(ge=0, le=MOST_RATE)]


class Hours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of every day with a rate of its own; one that ends before it begins runs past midnight."""

    begins: _Hour
    ends: _Hour
    rate: _Rate


class LineTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a head set for the line of this node.

    Attributes:
        v: Of this form.
        rate: Bytes a second that pieces may take; 0 for no limit.
        hours: Rates for hours of the day, which go before ``rate``; the first that fits counts. 0: no limit.
        zone: The time zone of the hours.
        low: Whether the line is poor: one piece at a time, and fewer greetings.
    """

    v: Literal[1] = 1
    rate: _Rate = 0
    hours: Annotated[tuple[Hours, ...], msgspec.Meta(max_length=MOST_HOURS)] = ()
    zone: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "UTC"
    low: bool = False

    def rate_at(self, at: Instant, *, offsets: Offsets = ()) -> int:
        """Return the bytes a second at an instant; 0 for no limit.

        Args:
            at: The instant.
            offsets: From which instant on the clocks of the zone are how many seconds ahead of UTC.
        """
        place = bisect_right(offsets, at, key=lambda pair: pair[0])
        ahead = offsets[max(place - 1, 0)][1] if offsets else 0
        clock = f"{to_datetime(at) + timedelta(seconds=ahead):%H:%M}"
        return next((one.rate for one in self.hours if _runs(one, clock)), self.rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the line allows now: bytes a second for pieces, 0 for no limit; whether it is poor."""

    rate: int = 0
    low: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether one piece at a time is on its way, to whomever."""
        return self.low or 0 < self.rate < NARROW_RATE


FREE = LineTerms()
"""A line that nobody limited."""


def parse_terms(data: bytes) -> LineTerms:
    """Return the terms of a line; raise MalformedError ``line.form`` or ``line.rate`` for anything else."""
    value: Any = parse_ijson(data, most_bytes=MOST_TERMS, most_depth=4, where="the line")
    try:
        made = msgspec.convert(value, LineTerms, strict=True)
    except msgspec.ValidationError as exc:
        raise MalformedError(
            "line.form", f"these are no terms of a line: {exc}", hint="docs/spec/exchange.md, section 10"
        ) from exc
    return require_terms(made)


def require_terms(terms: LineTerms) -> LineTerms:
    """Return the terms; raise MalformedError ``line.rate`` for a rate that no piece could keep."""
    slowest = min(
        (one for one in (terms.rate, *(each.rate for each in terms.hours)) if one), default=MOST_RATE
    )
    if slowest < LEAST_RATE:
        raise MalformedError(
            "line.rate",
            f"{slowest} bytes a second are too few",
            hint=f"at least {LEAST_RATE}; below that use the courier",
        )
    return terms


def dump_terms(terms: LineTerms) -> bytes:
    """Return the bytes of the terms."""
    return dump_ijson(msgspec.to_builtins(terms))


def weight_of(size: int, *, urgent: bool) -> int:
    """Return the share of a delivery of so many bytes beside others: 1 to 64."""
    share = 16 if size <= SMALL else 4 if size <= MIDDLING else 1
    return share * 4 if urgent else share


@dataclass(slots=True, kw_only=True)
class Bucket:
    """Bytes that may go: they come at a rate, a second's worth is kept at most, and may be owed.

    Attributes:
        level: Bytes at hand; below zero what was taken in advance.
        at: When that was reckoned, in seconds of a clock that never goes back.
    """

    level: float = 0.0
    at: float = 0.0

    def take(self, size: int, *, rate: int, now: float) -> float:
        """Take so many bytes and return after how many seconds they may go; 0 without a limit (rate 0)."""
        if not rate:
            self.level, self.at = 0.0, now
            return 0.0
        came = max(0.0, now - self.at) * rate
        self.level, self.at = min(self.level + came, float(rate)) - size, now
        return max(0.0, -self.level / rate)


@dataclass(slots=True)
class _Flow:
    weight: int
    finish: int = 0


@dataclass(slots=True)
class Turns:
    """Whose turn it is among flows that share something by weight; a flow that rested gets nothing for it."""

    _flows: dict[str, _Flow] = field(default_factory=dict)
    _now: int = 0

    def join(self, name: str, *, weight: int) -> None:
        """Let a flow take part, or change its weight."""
        if not 0 < weight <= MOST_WEIGHT:
            raise ValueError("a weight is from 1 to 64")
        self._flows.setdefault(name, _Flow(weight)).weight = weight

    def keep(self, names: Collection[str]) -> None:
        """Forget all flows but these."""
        self._flows = {name: flow for name, flow in self._flows.items() if name in names}

    def order(self, waiting: Collection[str]) -> list[str]:
        """Return those that wait, the next first; those that never joined stand as new ones."""
        return sorted(waiting, key=lambda name: (self._start(name), -self._weight(name), name))

    def served(self, name: str, size: int) -> None:
        """Note that a flow got so much."""
        flow = self._flows.setdefault(name, _Flow(1))
        self._now = max(self._now, flow.finish)
        flow.finish = self._now + size * MOST_WEIGHT // flow.weight

    def _start(self, name: str) -> int:
        flow = self._flows.get(name)
        return self._now if flow is None else max(self._now, flow.finish)

    def _weight(self, name: str) -> int:
        flow = self._flows.get(name)
        return 1 if flow is None else flow.weight


def _runs(hours: Hours, clock: str) -> bool:
    if hours.begins <= hours.ends:
        return hours.begins <= clock < hours.ends
    return clock >= hours.begins or clock < hours.ends
