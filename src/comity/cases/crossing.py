"""Crossing acts: what holds when two acts on the same items were written without sight of each other.

The table is normative in ``docs/spec/acts.md``. It is read for a pair of kinds on the same item, where
neither act descends from the other; a pair that is not in the table stands side by side.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    """What a crossing pair comes to, seen from the first kind of the pair."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"
    DUTY = "duty"
    """The first stands as a recorded execution; the second, a withdrawal, becomes a duty."""


WITHDRAW = "request.withdraw"
EXECUTIONS = frozenset({"preservation.effect", "evidence.deliver", "evidence.hand", "execution.report"})
"""What was done in the world and recorded: no crossing withdrawal undoes it."""

_DECISIONS = ("request.accept", "request.refuse", "request.postpone")
_STEPS = ("order.record", "transmission.decide", "request.forward")
_REQUESTS = (
    "preservation.request",
    "data.request",
    "assistance.request",
    "cooperation.request",
    "police.request",
    "information.offer",
)

_TABLE: Mapping[tuple[str, str], Outcome] = MappingProxyType(
    {(execution, WITHDRAW): Outcome.DUTY for execution in EXECUTIONS}
    | {("order.record", WITHDRAW): Outcome.DUTY}
    | {(kind, WITHDRAW): Outcome.SECOND for kind in (*_DECISIONS, *_STEPS[1:], "request.clarify")}
    # Two acts of one author cross only in a fork; the more cautious one holds until people have decided.
    | {("request.refuse", other): Outcome.FIRST for other in ("request.accept", "request.postpone", *_STEPS)}
    | {("request.postpone", other): Outcome.FIRST for other in ("request.accept", *_STEPS)}
    | {("preservation.release", "preservation.extend"): Outcome.SECOND}
    | {("case.close", kind): Outcome.SECOND for kind in (*EXECUTIONS, *_REQUESTS)}
)


def outcome(first: str, second: str) -> Outcome:
    """Return what a crossing pair of kinds comes to; the order of the pair only turns the answer round.

    Basis: PROTOCOL rule 5
    """
    found = _TABLE.get((first, second))
    if found is not None:
        return found
    turned = _TABLE.get((second, first), Outcome.BOTH)
    return {Outcome.FIRST: Outcome.SECOND, Outcome.SECOND: Outcome.FIRST}.get(turned, turned)


def rows() -> tuple[tuple[str, str, Outcome], ...]:
    """Return the table, sorted: every pair that does not simply stand side by side."""
    return tuple((first, second, result) for (first, second), result in sorted(_TABLE.items()))
