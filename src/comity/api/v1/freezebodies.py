"""What callers send to the routes of the freeze lane, and what these give."""

from dataclasses import dataclass, field
from typing import Any

from comity.kernel.findings import Assessment
from comity.node.freezeforms import FREEZING, Brief
from comity.node.freezekeeping import Answered
from comity.node.freezing import BankWord
from comity.tracing.freezefigures import FreezeFigures
from comity.tracing.frozen import Asset, Claim, Order, Untagged


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceWish:
    """Coins that a trace found; times in microseconds. Without a seed nothing is opened."""

    addresses: tuple[str, ...]
    seeds: tuple[str, ...] = ()
    ledger: str = "main"
    method: str = "haircut"
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetWish:
    """An asset to be opened: its name, a person's reasons, and what was traced or what a bank told."""

    name: str
    words: str = field(repr=False)
    trace: TraceWish | None = None
    bank: BankWord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWish:
    """A line of the book as docs/spec/freezing.md has it, its amounts as decimal numbers."""

    fact: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWish:
    """An order that is meant: on which ruling, by its digest, till when, in microseconds."""

    provider: str
    reference: str
    digest: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWish:
    """What came of an order: ``done`` with its amount, ``uncertain``, or ``failed``."""

    outcome: str
    amount: str = ""
    reference: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWish:
    """A request to be filled in: to whom, of which kind, what only a person knows, and an earlier form."""

    to: str
    kind: str = FREEZING
    language: str = "en"
    brief: Brief = field(default_factory=Brief)
    base: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWish:
    """What the other side is told, in a language."""

    words: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftWish(SaidWish):
    """Why a measure is lifted, and by which consultation the other side was heard, or why it was not."""

    ground: str
    hearing: str = ""
    unheard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TieWish:
    """A request that is here, by its id or its first digits, and its item; the first where it is empty."""

    request: str
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetState:
    """An asset as its book says; amounts in the smallest unit, as texts; times in microseconds."""

    name: str
    unit: str
    decimals: int
    coins: bool
    found: str
    remaining: str
    lost: str
    went: str | None
    came: str | None
    looked_at: int
    frozen: str
    lifted: str
    released: str
    held: str
    in_custody: str
    claims: tuple[Claim, ...]
    orders: tuple[Order, ...]
    requests: tuple[str, ...]
    untagged: tuple[Untagged, ...]
    head: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedState:
    """A request as it stands, what is found on it, and pointers of what still says nothing."""

    form: dict[str, Any]
    assessment: Assessment
    open_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthState:
    """What was found and what became of it, on one network or in one currency; None for what is hidden."""

    name: str
    unit: str
    decimals: int
    count: int | None
    found: str | None
    frozen: str | None
    held: str | None
    released: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresState:
    """Figures of the office; sums in the smallest unit, as texts; times from the opening to the alarm."""

    assets: int
    asked: int
    alarmed: int
    claimed: int
    median_seconds: int | None
    slow_seconds: int | None
    worth: tuple[WorthState, ...]


def figures_of(found: FreezeFigures) -> FiguresState:
    """Return figures with their sums as texts: a number of JSON would not hold them."""
    return FiguresState(
        assets=found.assets,
        asked=found.asked,
        alarmed=found.alarmed,
        claimed=found.claimed,
        median_seconds=found.median_seconds,
        slow_seconds=found.slow_seconds,
        worth=tuple(
            WorthState(
                name=one.name,
                unit=one.unit,
                decimals=one.decimals,
                count=one.count,
                found=_text(one.found),
                frozen=_text(one.frozen),
                held=_text(one.held),
                released=_text(one.released),
            )
            for one in found.worth
        ),
    )


def _text(units: int | None) -> str | None:
    return None if units is None else str(units)


def state_of(
    one: Asset, lines: list[dict[str, Any]] | None = None, answers: tuple[Answered, ...] = ()
) -> AssetState:
    """Return an asset as its book says; where wanted, with its lines and what became of its requests."""
    clock = one.clock
    return AssetState(
        name=one.name,
        unit=one.unit,
        decimals=one.decimals,
        coins=one.is_coin,
        found=str(clock.found),
        remaining=str(clock.remaining),
        lost=str(clock.lost),
        went=None if clock.went is None else str(clock.went),
        came=None if clock.came is None else str(clock.came),
        looked_at=clock.looked_at,
        frozen=str(one.frozen),
        lifted=str(one.lifted),
        released=str(one.released),
        held=str(one.held),
        in_custody=str(one.in_custody),
        claims=one.claims,
        orders=one.orders,
        requests=tuple(dict.fromkeys(each.request for each in one.asked)),
        untagged=one.untagged,
        head=one.head,
        lines=lines or [],
        answers=answers,
    )
