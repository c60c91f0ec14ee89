"""Routes of the protection room: which lists there are, and what in them matches. No picture is taken."""

from dataclasses import dataclass

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.hashviews import ListView
from comity.protection.matching import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchWish:
    """Hashes in hexadecimal digits, and the list that they are compared with.

    Attributes:
        hashes: As ``comity protect match`` takes them; at most 10,000.
        list: Its name.
    """

    hashes: list[str]
    list: str


@get(f"{ROOT}/protection/lists", sync_to_thread=True)
def hash_lists(caller: NamedDependency[Caller]) -> list[ListView]:
    """List the lists of fingerprints of the office, with the records of who holds and receives them."""
    return list(caller.desks.hashes.lists(caller.actor))


@post(f"{ROOT}/protection/matches", status_code=200, sync_to_thread=True)
def matches(caller: NamedDependency[Caller], data: JSONBody[MatchWish]) -> list[Answer]:
    """Compare hashes with a list; a match is a lead for a person, and the asking is in the log first."""
    return list(caller.desks.hashes.match_texts(caller.actor, name=data.list, hashes=data.hashes))


PROTECTING: tuple[HTTPRouteHandler, ...] = (hash_lists, matches)
