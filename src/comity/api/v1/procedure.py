"""Routes of the procedure at home: the sheets, and what is recorded of the steps of a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.cases.facts import SheetRef
from comity.cases.procedure import Challenge, Halt, OpenRemedy
from comity.kernel.ijson import dump_ijson
from comity.node.proceeding import HomeView, ProcedureView
from comity.requests.sheets import KeptSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWish:
    """A domestic fact as the command takes it, and for each open finding the reason to go on, by its code."""

    form: dict[str, Any]
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetState:
    """A sheet as it was handed in, with the SHA-256 of its bytes; ``ships`` where it is the software's."""

    digest: str
    ships: bool
    sheet: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyState:
    """A remedy with the end of its period, in microseconds UTC."""

    remedy: OpenRemedy
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """One received request as it stands at home; ``answered`` is what the provider's answers come to."""

    request: str
    kind: str
    answered: Mapping[str, str]
    sheet: SheetRef | None
    steps: list[dict[str, Any]]
    challenges: tuple[Challenge, ...]
    remedies: tuple[RemedyState, ...]
    halts: tuple[Halt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureState:
    """The domestic side of a case; ``lines`` as recorded, ``struck`` the numbers of those struck."""

    case: str
    requests: tuple[HomeState, ...]
    lines: list[dict[str, Any]]
    struck: tuple[int, ...]


@get(f"{ROOT}/cases/{{case:str}}/procedure", sync_to_thread=True)
def procedure(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> ProcedureState:
    """Show the domestic side of a case, by its full id; the reading is in the log first."""
    found = caller.desks.procedure.show(caller.actor, case=case, purpose=caller.purpose(purpose))
    return _state(found)


@post(f"{ROOT}/cases/{{case:str}}/procedure", status_code=201, sync_to_thread=True)
def record(caller: NamedDependency[Caller], case: FromPath[str], data: JSONBody[FactWish]) -> ProcedureState:
    """Record a domestic fact of a case that this office received."""
    form = dump_ijson(data.form)
    made = caller.desks.procedure.record(caller.actor, case=case, form=form, reasons=data.reasons)
    return _state(made)


@get(f"{ROOT}/sheets", sync_to_thread=True)
def sheets(caller: NamedDependency[Caller]) -> list[SheetState]:
    """List every version of every procedure sheet."""
    return [_sheet(one) for one in caller.desks.sheets.list()]


@get(f"{ROOT}/sheets/{{party:str}}", sync_to_thread=True)
def sheet(
    caller: NamedDependency[Caller], party: FromPath[str], on: FromQuery[date | None] = None
) -> SheetState:
    """Show the sheet of a Party that holds on a day, today where none is given."""
    return _sheet(caller.desks.sheets.show(party, on=on))


def _sheet(one: KeptSheet) -> SheetState:
    return SheetState(digest=one.digest, ships=one.ships, sheet=msgspec.json.decode(one.data))


def _state(found: ProcedureView) -> ProcedureState:
    return ProcedureState(
        case=found.case,
        requests=tuple(_home(one) for one in found.requests),
        lines=[msgspec.to_builtins(one) for one in found.lines],
        struck=tuple(sorted(found.struck)),
    )


def _home(one: HomeView) -> HomeState:
    named = None
    if one.sheet is not None:
        kept = one.sheet.sheet
        named = SheetRef(party=kept.party, version=kept.version, digest=one.sheet.digest)
    return HomeState(
        request=one.request,
        kind=one.kind,
        answered=dict(one.items),
        sheet=named,
        steps=[] if one.measure is None else [msgspec.to_builtins(row) for row in one.measure.steps],
        challenges=one.challenges,
        remedies=tuple(RemedyState(remedy=each, until=one.ends[each.number]) for each in one.remedies),
        halts=one.halts,
    )


PROCEDURE: tuple[HTTPRouteHandler, ...] = (procedure, record, sheets, sheet)
