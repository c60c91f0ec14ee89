"""Routes of the freeze lane: what the command ``comity freeze`` does."""

from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.freezebodies import (
    AssetState,
    AssetWish,
    FiguresState,
    LiftWish,
    LineWish,
    OrderWish,
    OutcomeWish,
    PreparedState,
    RequestWish,
    SaidWish,
    TieWish,
    TraceWish,
    figures_of,
    state_of,
)
from comity.api.v1.office import ROOT
from comity.kernel.clock import Instant, require_instant
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.node.freezekeeping import AssetView
from comity.node.views import DraftView
from comity.tracing.questions import Question
from comity.tracing.taint import Method
from comity.wording.freezing import freeze_texts

MOST_FORM = 1 << 20


@get(f"{ROOT}/freezes", sync_to_thread=True)
def assets(caller: NamedDependency[Caller], purpose: FromQuery[str | None] = None) -> list[AssetState]:
    """List the assets of the office; the reading is in the log first."""
    return [
        state_of(one) for one in caller.desks.freezing.list(caller.actor, purpose=caller.purpose(purpose))
    ]


@get(f"{ROOT}/freezes/{{name:str}}", sync_to_thread=True)
def asset(
    caller: NamedDependency[Caller], name: FromPath[str], purpose: FromQuery[str | None] = None
) -> AssetState:
    """Show an asset with its book; the reading is in the log first."""
    return _told(caller.desks.freezing.show(caller.actor, name=name, purpose=caller.purpose(purpose)))


@get(f"{ROOT}/freezing/figures", sync_to_thread=True)
def figures(caller: NamedDependency[Caller], purpose: FromQuery[str | None] = None) -> FiguresState:
    """Tell figures on the assets of the office; small counts are hidden with their sums."""
    found = caller.desks.freezing.figures(caller.actor, purpose=caller.purpose(purpose))
    return figures_of(found)


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


@post(f"{ROOT}/freezes/{{name:str}}/ties", status_code=201, sync_to_thread=True)
def tie(
    caller: NamedDependency[Caller],
    name: FromPath[str],
    data: JSONBody[TieWish],
    purpose: FromQuery[str | None] = None,
) -> AssetState:
    """Tie an asset to an item of a request that is here; its case is read for it."""
    desk = caller.desks.freezing.asking
    return _told(
        desk.tie_to(
            caller.actor, name=name, request=data.request, item=data.item, purpose=caller.purpose(purpose)
        )
    )


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
    return state_of(view.asset, lines, view.answers)


def _time(value: int | None, where: str) -> Instant | None:
    return None if value is None else require_instant(value, where=where)


FREEZES: tuple[HTTPRouteHandler, ...] = (
    assets, asset, figures, begin, look, tie, record, order, outcome, prepare, draft, hear, lift, recall,
)  # fmt: skip
