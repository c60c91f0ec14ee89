"""Routes of the victims' desk, of rights and services. Readings are in the log first, by pseudonym."""

from dataclasses import dataclass, field

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.rights import RightView
from comity.node.victimviews import VictimView
from comity.protection.victims.counting import Counted
from comity.protection.victims.rights import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimWish:
    """What begins a record: ``group``, ``offence``, and ``case`` where there is one."""

    group: str
    offence: str
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VictimStep:
    """A step in a record, and what its form asks; see ``comity victims form``.

    Attributes:
        step: Its name.
        values: Name and text of each answer; what is secret stands in the body alone.
    """

    step: str
    values: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureWish:
    """Why a record is erased."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateWish:
    """The victims' advocate whom a record is entrusted to."""

    advocate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsWish:
    """Records of rights and services, as a file of them has; taken whole or not at all."""

    rights: list[Right]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRights:
    """How many records were taken in."""

    taken: int


@get(f"{ROOT}/victims", sync_to_thread=True)
def victims(caller: NamedDependency[Caller], purpose: FromQuery[str | None] = None) -> list[VictimView]:
    """List the victims whose records name the officer; nothing by which a person is found."""
    return list(caller.desks.victims.list(caller.actor, purpose=caller.purpose(purpose)))


@post(f"{ROOT}/victims", status_code=201, sync_to_thread=True)
def begin_victim(caller: NamedDependency[Caller], data: JSONBody[VictimWish]) -> VictimView:
    """Begin a record under a pseudonym drawn by chance."""
    values = {"group": data.group, "offence": data.offence, "case": data.case}
    return caller.desks.victims.begin(caller.actor, values=values)


@get(f"{ROOT}/victims/{{number:str}}", sync_to_thread=True)
def victim(
    caller: NamedDependency[Caller], number: FromPath[str], purpose: FromQuery[str | None] = None
) -> VictimView:
    """Show a record without what finds the person."""
    return caller.desks.victims.show(caller.actor, number=number, purpose=caller.purpose(purpose))


@get(f"{ROOT}/victims/{{number:str}}/held/{{what:str}}", sync_to_thread=True)
def held(
    caller: NamedDependency[Caller],
    number: FromPath[str],
    what: FromPath[str],
    purpose: FromQuery[str | None] = None,
) -> dict[str, object]:
    """Tell one thing that a record holds, in a reading of its own."""
    return dict(
        caller.desks.victims.reveal(caller.actor, number=number, what=what, purpose=caller.purpose(purpose))
    )


@post(f"{ROOT}/victims/{{number:str}}/steps", status_code=200, sync_to_thread=True)
def step(caller: NamedDependency[Caller], number: FromPath[str], data: JSONBody[VictimStep]) -> VictimView:
    """Take a step in a record."""
    return caller.desks.victims.record(caller.actor, number=number, step=data.step, values=data.values)


@post(f"{ROOT}/victims/{{number:str}}/erasure", status_code=200, sync_to_thread=True)
def erase(caller: NamedDependency[Caller], number: FromPath[str], data: JSONBody[ErasureWish]) -> VictimView:
    """Erase a record that its victim asked to be erased; its key is destroyed."""
    return caller.desks.victims.erase(caller.actor, number=number, reason=data.reason)


@put(f"{ROOT}/victims/{{number:str}}/advocate", status_code=204, sync_to_thread=True)
def entrust(caller: NamedDependency[Caller], number: FromPath[str], data: JSONBody[AdvocateWish]) -> None:
    """Name an advocate in a record; nothing of it is shown."""
    caller.desks.victims.entrust(caller.actor, number=number, advocate=data.advocate)


@get(f"{ROOT}/victims/figures/{{year:int}}", sync_to_thread=True)
def figures(caller: NamedDependency[Caller], year: FromPath[int]) -> Counted:
    """Tell how many records were begun in a year, small counts hidden."""
    return caller.desks.victims.count(caller.actor, year=year)


@get(f"{ROOT}/rights", sync_to_thread=True)
def rights(
    caller: NamedDependency[Caller], party: FromQuery[str] = "", language: FromQuery[str] = "en"
) -> list[RightView]:
    """List rights and services of victims, of one State or all, in a language where they have it."""
    return list(caller.desks.rights.listed(caller.actor, party=party, language=language))


@put(f"{ROOT}/rights", sync_to_thread=True)
def put_rights(caller: NamedDependency[Caller], data: JSONBody[RightsWish]) -> TakenRights:
    """Keep records, each in the place of the one of the same State and code."""
    body = msgspec.json.encode({"v": 1, "rights": data.rights})
    return TakenRights(taken=caller.desks.rights.take(caller.actor, data=body))


@delete(f"{ROOT}/rights/{{party:str}}/{{code:str}}", sync_to_thread=True)
def drop_right(caller: NamedDependency[Caller], party: FromPath[str], code: FromPath[str]) -> None:
    """Take a record out."""
    caller.desks.rights.drop(caller.actor, party=party, code=code)


VICTIMS: tuple[HTTPRouteHandler, ...] = (
    victims,
    begin_victim,
    figures,
    victim,
    held,
    step,
    erase,
    entrust,
    rights,
    put_rights,
    drop_right,
)
