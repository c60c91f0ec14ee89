"""Routes of the freeze lane: what the command ``comity freeze`` does."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import Instant, require_instant
from comity.kernel.findings import Assessment
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.freezeforms import FREEZING, Brief
from comity.node.freezekeeping import AssetView
from comity.node.freezing import BankWord
from comity.node.views import DraftView
from comity.tracing.frozen import Asset, Claim, Order
from comity.tracing.questions import Question
from comity.tracing.taint import Method
from comity.wording.freezing import freeze_texts

MOST_FORM = 1 << 20


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
    head: str
    lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedState:
    """A request as it stands, what is found on it, and pointers of what still says nothing."""

    form: dict[str, Any]
    assessment: Assessment
    open_fields: tuple[str, ...]


@get(f"{ROOT}/freezes", sync_to_thread=True)
def assets(caller: NamedDependency[Caller], purpose: FromQuery[str | None] = None) -> list[AssetState]:
    """List the assets of the office; the reading is in the log first."""
    return [_state(one) for one in caller.desks.freezing.list(caller.actor, purpose=caller.purpose(purpose))]


@get(f"{ROOT}/freezes/{{name:str}}", sync_to_thread=True)
def asset(
    caller: NamedDependency[Caller], name: FromPath[str], purpose: FromQuery[str | None] = None
) -> AssetState:
    """Show an asset with its book; the reading is in the log first."""
    return _told(caller.desks.freezing.show(caller.actor, name=name, purpose=caller.purpose(purpose)))


@post(f"{ROOT}/freezes", status_code=201, sync_to_thread=True)
def begin(
    caller: NamedDependency[Caller], data: JSONBody[AssetWish], purpose: FromQuery[str | None] = None
) -> AssetState:
    """Begin the book of an asset, by a trace or by a bank's word; never on a tag alone."""
    desk = caller.desks.freezing
    if data.bank is not None:
        return _told(desk.open_bank(caller.actor, name=data.name, told=data.bank, words=data.words))
    wish = data.trace or TraceWish(addresses=())
    question = None
    if wish.seeds:
        question = Question(
            method=Method(wish.method) if wish.method in set(Method) else Method.POISON,
            seeds=wish.seeds,
            since=_time(wish.since, "/trace/since"),
            until=_time(wish.until, "/trace/until"),
        )
    return _told(
        desk.open_traced(
            caller.actor,
            name=data.name,
            ledger=wish.ledger,
            question=question,
            addresses=wish.addresses,
            words=data.words,
            purpose=caller.purpose(purpose),
        )
    )


@post(f"{ROOT}/freezes/{{name:str}}/looks", status_code=201, sync_to_thread=True)
def look(
    caller: NamedDependency[Caller], name: FromPath[str], purpose: FromQuery[str | None] = None
) -> AssetState:
    """Ask the ledger again: what has moved since, to the unit."""
    return _told(caller.desks.freezing.look_again(caller.actor, name=name, purpose=caller.purpose(purpose)))


@post(f"{ROOT}/freezes/{{name:str}}/lines", status_code=201, sync_to_thread=True)
def record(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[LineWish]) -> AssetState:
    """Add a line that an officer records by hand."""
    return _told(caller.desks.freezing.record(caller.actor, name=name, fact=data.fact))


@post(f"{ROOT}/freezes/{{name:str}}/orders", status_code=201, sync_to_thread=True)
def order(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[OrderWish]) -> AssetState:
    """Record the intent to order a provider at home; a task rings until somebody says what came of it."""
    until = require_instant(data.until, where="/until")
    return _told(
        caller.desks.freezing.orders.order(
            caller.actor,
            name=name,
            provider=data.provider,
            reference=data.reference,
            digest=data.digest,
            until=until,
        )
    )


@post(f"{ROOT}/freezes/{{name:str}}/orders/{{line:int}}", status_code=201, sync_to_thread=True)
def outcome(
    caller: NamedDependency[Caller], name: FromPath[str], line: FromPath[int], data: JSONBody[OutcomeWish]
) -> AssetState:
    """Record what came of an order, by its line."""
    return _told(
        caller.desks.freezing.orders.carried(
            caller.actor,
            name=name,
            order=line,
            outcome=data.outcome,
            amount=data.amount,
            reference=data.reference,
            words=data.words,
        )
    )


@post(f"{ROOT}/freezes/{{name:str}}/request/check", status_code=200, sync_to_thread=True)
def prepare(
    caller: NamedDependency[Caller],
    name: FromPath[str],
    data: JSONBody[RequestWish],
    purpose: FromQuery[str | None] = None,
) -> PreparedState:
    """Fill in and check the request for an asset; nothing is drafted."""
    made = _prepared(caller, name, data, caller.purpose(purpose))
    return PreparedState(
        form=parse_ijson(made.form, most_bytes=MOST_FORM),
        assessment=made.assessment,
        open_fields=made.open_fields,
    )


@post(f"{ROOT}/freezes/{{name:str}}/request", status_code=201, sync_to_thread=True)
def draft(
    caller: NamedDependency[Caller],
    name: FromPath[str],
    data: JSONBody[RequestWish],
    purpose: FromQuery[str | None] = None,
) -> DraftView:
    """Fill in the request for an asset and draft it; it is decided, approved and issued like every other."""
    caller.desks.freezing.asking.require_drafter(caller.actor)
    made = _prepared(caller, name, data, caller.purpose(purpose))
    return caller.desks.freezing.asking.draft(caller.actor, name=name, form=made.form, to=data.to)


@post(f"{ROOT}/freezes/{{name:str}}/hearing", status_code=201, sync_to_thread=True)
def hear(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[SaidWish]) -> DraftView:
    """Draft the act by which the requesting State is heard before a measure is lifted."""
    return caller.desks.freezing.asking.hear(
        caller.actor, name=name, words=data.words, language=data.language
    )


@post(f"{ROOT}/freezes/{{name:str}}/lifting", status_code=201, sync_to_thread=True)
def lift(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[LiftWish]) -> DraftView:
    """Draft the act that lifts a measure."""
    return caller.desks.freezing.asking.lift(
        caller.actor,
        name=name,
        ground=data.ground,
        words=data.words,
        language=data.language,
        hearing=data.hearing,
        unheard=data.unheard,
    )


@post(f"{ROOT}/freezes/{{name:str}}/recall", status_code=201, sync_to_thread=True)
def recall(caller: NamedDependency[Caller], name: FromPath[str], data: JSONBody[SaidWish]) -> DraftView:
    """Draft the withdrawal of what was asked for."""
    return caller.desks.freezing.asking.recall(
        caller.actor, name=name, words=data.words, language=data.language
    )


def _prepared(caller: Caller, name: str, wish: RequestWish, purpose: str) -> Any:
    asked = caller.desks.freezing.show(caller.actor, name=name, purpose=purpose).asset
    return caller.desks.freezing.asking.prepare(
        caller.actor,
        name=name,
        kind=wish.kind,
        to=wish.to,
        texts=freeze_texts(asked, kind=wish.kind, language=wish.language),
        brief=wish.brief,
        base=b"" if wish.base is None else dump_ijson(wish.base),
        purpose=purpose,
    )


def _told(view: AssetView) -> AssetState:
    lines = [
        {
            "line": one.number,
            "officer": one.officer,
            "previous": one.previous,
            **msgspec.to_builtins(one.fact),
        }
        for one in view.lines
    ]
    return _state(view.asset, lines)


def _state(one: Asset, lines: list[dict[str, Any]] | None = None) -> AssetState:
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
        head=one.head,
        lines=lines or [],
    )


def _time(value: int | None, where: str) -> Instant | None:
    return None if value is None else require_instant(value, where=where)


FREEZES: tuple[HTTPRouteHandler, ...] = (
    assets, asset, begin, look, record, order, outcome, prepare, draft, hear, lift, recall,
)  # fmt: skip
