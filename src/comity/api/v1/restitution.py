"""Routes of restitution: the ledger of a case, as somebody may see it, and its entries."""

from dataclasses import dataclass

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.restitution.views import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWish:
    """An entry and what is written in its form; amounts in the main unit, as text.

    Attributes:
        entry: As ``comity restitution form`` lists them.
        values: Name and text of each answer.
        after: Digest of the line that the caller saw last; another line since then, and nothing is recorded.
    """

    entry: str
    values: dict[str, str]
    after: str | None = None
    purpose: str | None = None


@get(f"{ROOT}/cases/{{case:str}}/restitution", sync_to_thread=True)
def ledger(
    *,
    caller: NamedDependency[Caller],
    case: FromPath[str],
    audience: FromQuery[str] = "court",
    who: FromQuery[str] = "",
    purpose: FromQuery[str | None] = None,
) -> Statement:
    """Show the ledger of a case for a court, a victim or another State; the reading is in the log first."""
    return caller.desks.restitution.show(
        caller.actor, case=case, purpose=caller.purpose(purpose), audience=audience, who=who
    )


@post(f"{ROOT}/cases/{{case:str}}/restitution", status_code=201, sync_to_thread=True)
def record(*, caller: NamedDependency[Caller], case: FromPath[str], data: JSONBody[EntryWish]) -> Statement:
    """Add an entry to the ledger of a case; nothing in it is ever changed, and errors are booked back."""
    return caller.desks.restitution.record(
        caller.actor,
        case=case,
        entry=data.entry,
        values=data.values,
        purpose=caller.purpose(data.purpose),
        after=data.after,
    )


RESTITUTION: tuple[HTTPRouteHandler, ...] = (ledger, record)
