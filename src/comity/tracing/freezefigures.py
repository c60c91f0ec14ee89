"""Figures on assets: how many, how fast from the trace to the alarm, and value by network, or hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.kernel.clock import SECOND, Instant
from comity.kernel.figures import hidden
from comity.tracing.assets import TracedFact
from comity.tracing.frozen import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """An asset with the times that count.

    Attributes:
        opened_at: When its book was begun: by a trace, or a bank's word.
        alarmed_at: When the other side had the urgent request, by its receipt; None where it has none.
    """

    asset: Asset
    opened_at: Instant
    alarmed_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What was found and what became of it, on one network or in one currency; None for what is hidden.

    Attributes:
        name: Network and token, or ``account`` and the currency.
        count: How many assets.
        found: In the smallest unit, as the other sums.
    """

    name: str
    unit: str
    decimals: int
    count: int | None
    found: int | None
    frozen: int | None
    held: int | None
    released: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeFigures:
    """Figures of one office.

    Attributes:
        asked: Assets that are tied to a request.
        alarmed: Assets whose request is with the other side.
        claimed: Assets with a claim that no court has ruled on.
        median_seconds: From the opening to the alarm, half were as fast; None where none was.
        slow_seconds: Nine of ten were as fast.
        worth: By network and currency; small cells are hidden with their sums.
    """

    assets: int
    asked: int
    alarmed: int
    claimed: int
    median_seconds: int | None
    slow_seconds: int | None
    worth: tuple[Worth, ...]


def freeze_figures(found: Sequence[Timed]) -> FreezeFigures:
    """Return the figures of assets. Basis: 31(2), 50(2), 36(1)"""
    taken = sorted(
        max(0, one.alarmed_at - one.opened_at) // SECOND for one in found if one.alarmed_at is not None
    )
    groups: dict[str, list[Asset]] = {}
    for one in found:
        groups.setdefault(_group(one.asset), []).append(one.asset)
    small = hidden({name: len(assets) for name, assets in groups.items()})
    return FreezeFigures(
        assets=len(found),
        asked=sum(bool(one.asset.asked) for one in found),
        alarmed=len(taken),
        claimed=sum(bool(one.asset.open_claims) for one in found),
        median_seconds=_part(taken, 50),
        slow_seconds=_part(taken, 90),
        worth=tuple(_worth(name, assets, name in small) for name, assets in sorted(groups.items())),
    )


def _group(asset: Asset) -> str:
    opening = asset.opening
    if isinstance(opening, TracedFact):
        return f"{opening.network} {opening.asset}".strip()
    return f"account {asset.unit}"


def _worth(name: str, assets: Sequence[Asset], is_hidden: bool) -> Worth:
    def told(units: int) -> int | None:
        return None if is_hidden else units

    return Worth(
        name=name,
        unit=assets[0].unit,
        decimals=assets[0].decimals,
        count=told(len(assets)),
        found=told(sum(one.clock.found for one in assets)),
        frozen=told(sum(one.frozen for one in assets)),
        held=told(sum(one.held for one in assets)),
        released=told(sum(one.released for one in assets)),
    )


def _part(sorted_times: Sequence[int], percent: int) -> int | None:
    """Return the time within which so many of a hundred were; None of none."""
    if not sorted_times:
        return None
    return sorted_times[max(0, -(-len(sorted_times) * percent // 100) - 1)]
