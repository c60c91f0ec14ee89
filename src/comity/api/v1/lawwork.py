"""Routes of the law desk's work: reviews of finds, profiles that Parties state, laws beside each other."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import ApprovalWish
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.ijson import dump_ijson
from comity.node.lawviews import DualView, TableView
from comity.node.profiling import StatedView
from comity.node.reviewing import ReviewView, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWish:
    """A whole row that the officer answers for: the shipped draft's, or the one in ``row``."""

    country: str
    article: int
    reason: str
    language: str = "en"
    row: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileWish:
    """Language of the notes, and the first day for which it may be asked; today where empty."""

    language: str = "en"
    holds_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductWish:
    """Described conduct, as ``docs/spec/profile.md`` has it, two States and a day; today where empty."""

    between: tuple[str, str]
    conduct: dict[str, Any]
    on: str = ""


@get(f"{ROOT}/law/reviews", sync_to_thread=True)
def reviews(
    *,
    caller: NamedDependency[Caller],
    country: FromQuery[str],
    article: FromQuery[int] = 0,
    history: FromQuery[bool] = False,
) -> list[ReviewView]:
    """List what officers said of the law of a State; with ``history`` also what a later review took over."""
    return list(caller.desks.reviews.list(caller.actor, country=country, article=article, history=history))


@get(f"{ROOT}/law/reviews/{{number:int}}", sync_to_thread=True)
def review(caller: NamedDependency[Caller], number: FromPath[int]) -> ReviewView:
    """Give one review."""
    return caller.desks.reviews.show(caller.actor, number=number)


@post(f"{ROOT}/law/reviews", status_code=201, sync_to_thread=True)
def record(caller: NamedDependency[Caller], data: JSONBody[Said]) -> ReviewView:
    """Say of a find that it serves, that it does not, or what does; kept by name, never changed."""
    return caller.desks.reviews.record(caller.actor, said=data)


@post(f"{ROOT}/law/reviews/rows", status_code=201, sync_to_thread=True)
def adopt(caller: NamedDependency[Caller], data: JSONBody[RowWish]) -> ReviewView:
    """Take a whole row as one's own."""
    return caller.desks.reviews.adopt(
        caller.actor,
        country=data.country,
        article=data.article,
        reason=data.reason,
        language=data.language,
        row=b"" if data.row is None else dump_ijson(data.row),
    )


@get(f"{ROOT}/law/profiles", sync_to_thread=True)
def profiles(caller: NamedDependency[Caller], history: FromQuery[bool] = False) -> list[StatedView]:
    """List what waits for approval, then what Parties state of their law, the own Party first."""
    desk, actor = caller.desks.profiles, caller.actor
    waiting = desk.pending(actor)
    return [*([] if waiting is None else [waiting]), *desk.stated(actor, history=history)]


@get(f"{ROOT}/law/profiles/{{party:str}}", sync_to_thread=True)
def paper(
    caller: NamedDependency[Caller], party: FromPath[str], version: FromQuery[int] = 0
) -> Response[bytes]:
    """Give a signed profile as a file that anybody can check offline; the newest by default."""
    data = caller.desks.profiles.paper(caller.actor, party=party, version=version)
    return Response(data, media_type="application/json")


@post(f"{ROOT}/law/profile", status_code=201, sync_to_thread=True)
def make(caller: NamedDependency[Caller], data: JSONBody[ProfileWish]) -> StatedView:
    """Make the next version of the own profile from the reviews of the office; it waits for approvals."""
    return caller.desks.profiles.make(caller.actor, language=data.language, holds_from=data.holds_from)


@post(f"{ROOT}/law/profile/withdrawal", status_code=201, sync_to_thread=True)
def withdraw(caller: NamedDependency[Caller]) -> StatedView:
    """Make a version that withdraws the own profile; it waits for an approval."""
    return caller.desks.profiles.withdraw(caller.actor)


@post(f"{ROOT}/law/profile/approvals", status_code=201, sync_to_thread=True)
def approve(caller: NamedDependency[Caller], data: JSONBody[ApprovalWish]) -> StatedView:
    """Approve what waits, with the officer's own key."""
    return caller.desks.profiles.approve(caller.approver(data.passphrase), reason=data.reason)


@post(f"{ROOT}/law/profile/publication", status_code=201, sync_to_thread=True)
def publish(caller: NamedDependency[Caller]) -> StatedView:
    """Sign what waits and is approved, and tell it to every peer."""
    return caller.desks.profiles.publish(caller.actor)


@delete(f"{ROOT}/law/profile", sync_to_thread=True)
def drop(caller: NamedDependency[Caller]) -> None:
    """Forget what waits."""
    caller.desks.profiles.drop(caller.actor)


@get(f"{ROOT}/law/table", sync_to_thread=True)
def table(caller: NamedDependency[Caller]) -> TableView:
    """Show by article which States' profiles serve it, and who answers for each."""
    return caller.desks.comparing.table(caller.actor)


@get(f"{ROOT}/law/dual", sync_to_thread=True)
def dual(
    *,
    caller: NamedDependency[Caller],
    first: FromQuery[str],
    second: FromQuery[str],
    article: FromQuery[int],
    on: FromQuery[str] = "",
) -> DualView:
    """Tell whether the conduct of an article is a crime in two States, and what somebody answers for."""
    return caller.desks.comparing.dual(caller.actor, between=(first, second), article=article, on=on)


@post(f"{ROOT}/law/dual", status_code=200, sync_to_thread=True)
def dual_of(caller: NamedDependency[Caller], data: JSONBody[ConductWish]) -> DualView:
    """Tell whether described conduct is a crime in two States; nothing of it is kept."""
    return caller.desks.comparing.dual(
        caller.actor, between=data.between, conduct=dump_ijson(data.conduct), on=data.on
    )


LAW_WORK: tuple[HTTPRouteHandler, ...] = (
    *(reviews, review, record, adopt),
    *(profiles, paper, make, withdraw, approve, publish, drop),
    *(table, dual, dual_of),
)
