"""Routes of restitution: the ledger of a case, as somebody may see it, and its entries."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.claimtaking import WaitingClaims
from comity.restitution.forms import FORMS
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What a court gave on a claim upheld in part, by its line in the freeze book; in the main unit."""

    line: int
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsWish:
    """Of which frozen asset claims are taken over, into which asset of the ledger; empty for the only one."""

    freeze: str
    asset: str = ""
    awarded: tuple[Award, ...] = ()
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """One thing that a form asks: ``text``, ``prose``, ``choice``, ``amount``, ``time`` …"""

    name: str
    answer: str
    needed: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryForm:
    """An entry of a ledger with its form."""

    entry: str
    asks: tuple[Asks, ...]


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


@get(f"{ROOT}/cases/{{case:str}}/restitution/claims", sync_to_thread=True)
def waiting(
    caller: NamedDependency[Caller], case: FromPath[str], purpose: FromQuery[str | None] = None
) -> list[WaitingClaims]:
    """List the claims of freeze books of a case that were ruled on and are not in its ledger, for a head."""
    return list(
        caller.desks.restitution.claims_waiting(caller.actor, case=case, purpose=caller.purpose(purpose))
    )


@post(f"{ROOT}/cases/{{case:str}}/restitution/claims", status_code=201, sync_to_thread=True)
def take(*, caller: NamedDependency[Caller], case: FromPath[str], data: JSONBody[ClaimsWish]) -> Statement:
    """Take over the claims of a freeze book that were ruled on, each once; all of them, or none."""
    return caller.desks.restitution.take_claims(
        caller.actor,
        case=case,
        book=data.freeze,
        asset=data.asset,
        awarded={one.line: one.amount for one in data.awarded},
        purpose=caller.purpose(data.purpose),
    )


@get(f"{ROOT}/cases/{{case:str}}/restitution/statement", sync_to_thread=True)
def statement(
    *,
    caller: NamedDependency[Caller],
    case: FromPath[str],
    audience: FromQuery[str] = "court",
    who: FromQuery[str] = "",
    language: FromQuery[str] = "en",
    purpose: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give a statement for a court, a victim or another State as PDF; the reading is in the log first."""
    found = caller.desks.restitution.show(
        caller.actor, case=case, purpose=caller.purpose(purpose), audience=audience, who=who
    )
    data = caller.toolbox.print_statement(found, languages=language, author=str(caller.actor.authority))
    return Response(data, media_type="application/pdf")


@get(f"{ROOT}/restitution/entries", sync_to_thread=True)
def entries(caller: NamedDependency[Caller]) -> list[EntryForm]:
    """List the entries of a ledger, and what the form of each asks."""
    return [
        EntryForm(
            entry=name,
            asks=tuple(
                Asks(name=one.name, answer=one.answer.value, needed=one.needed, choices=one.choices)
                for one in blanks
            ),
        )
        for name, blanks in FORMS.items()
    ]


RESTITUTION: tuple[HTTPRouteHandler, ...] = (ledger, record, waiting, take, statement, entries)
