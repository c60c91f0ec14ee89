"""Figures on indicators: how many, of what, how fast; small cells of victims are hidden."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from comity.indicators.campaigns import Campaign
from comity.indicators.reports import Report, State
from comity.indicators.statements import Indicator
from comity.kernel.clock import SECOND, Instant
from comity.kernel.figures import hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of one thing; None for a cell that is hidden."""

    name: str
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of one office.

    Attributes:
        types: Statements by type.
        families: Statements by family of ransomware.
        months: Statements by the month in which they were first made, ``2026-11``.
        campaigns: Campaigns by id, with their messages.
        reports: Reports by what became of them.
        sectors: Reports by sector of the victim; small cells are hidden.
        criticality: Reports by what depends on the victim; small cells are hidden.
        published: Statements that were published.
        retracted: Statements that were retracted.
        median_seconds: From report to publication, half were as fast; None where nothing was published.
        slow_seconds: Nine of ten were as fast.
    """

    types: tuple[Count, ...]
    families: tuple[Count, ...]
    months: tuple[Count, ...]
    campaigns: tuple[Count, ...]
    reports: tuple[Count, ...]
    sectors: tuple[Count, ...]
    criticality: tuple[Count, ...]
    published: int
    retracted: int
    median_seconds: int | None
    slow_seconds: int | None


def figures_of(
    indicators: Iterable[Indicator],
    reports: Iterable[Report],
    campaigns: Iterable[Campaign],
    *,
    more: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> Figures:
    """Return the figures of statements, reports and campaigns.

    Args:
        indicators: The newest version of each statement.
        reports: All of them.
        campaigns: All of them.
        more: Digests of sources that a statement does not bear itself, by its id.
    """
    stated, told = tuple(indicators), tuple(reports)
    came = {digest: one.received_at for one in told for digest in one.digests}
    taken = sorted(
        (one.published.at - _began(one, more.get(one.id, ()), came)) // SECOND
        for one in stated
        if one.published is not None
    )
    real = [one for one in told if one.state is not State.DISMISSED]
    return Figures(
        types=counted(one.kind.value for one in stated),
        families=counted(one.family for one in stated if one.family),
        months=tuple(sorted(counted(_month(one.created) for one in stated), key=lambda one: one.name)),
        campaigns=tuple(Count(name=one.id, count=len(one.sources)) for one in campaigns),
        reports=counted(one.state.value for one in told),
        sectors=_shown(Counter(one.victim.sector.value for one in real if one.victim.sector)),
        criticality=_shown(Counter(one.victim.criticality.value for one in real if one.victim.criticality)),
        published=len(taken),
        retracted=sum(one.retracted is not None for one in stated),
        median_seconds=part_of(taken, 50),
        slow_seconds=part_of(taken, 90),
    )


def _shown(counts: Mapping[str, int]) -> tuple[Count, ...]:
    """Return counts with the small ones hidden."""
    rows, small = sorted(counts.items(), key=lambda one: (-one[1], one[0])), hidden(counts)
    return tuple(Count(name=name, count=None if name in small else count) for name, count in rows)


def counted(names: Iterable[str] | Mapping[str, int]) -> tuple[Count, ...]:
    """Return how often each name is there, or what was counted of it; the most frequent first."""
    rows = sorted(Counter(names).items(), key=lambda one: (-one[1], one[0]))
    return tuple(Count(name=name, count=count) for name, count in rows)


def _began(one: Indicator, more: Iterable[str], came: Mapping[str, Instant]) -> Instant:
    """Return when the first report that holds an indicator came; else when it was stated."""
    digests = (*(source.digest for source in one.sources), *more)
    times = [came[digest] for digest in digests if digest in came]
    return min([*times, one.created])


def part_of(ordered: Sequence[int], percent: int) -> int | None:
    """Return the least number that so many of a hundred do not exceed; None for no numbers."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def _month(at: Instant) -> str:
    return datetime.fromtimestamp(at // SECOND, tz=UTC).strftime("%Y-%m")
