"""Routes of national law: what the library holds, what may serve an article, words, provisions."""

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.node.lawdesk import FindingView, HoldingView, ProvisionView


@get(f"{ROOT}/law", sync_to_thread=True)
def holdings(caller: NamedDependency[Caller]) -> list[HoldingView]:
    """List what the library of laws holds."""
    return list(caller.desks.law.holdings(caller.actor))


@get(f"{ROOT}/law/find", sync_to_thread=True)
def find(
    *,
    caller: NamedDependency[Caller],
    country: FromQuery[str],
    article: FromQuery[int],
    most: FromQuery[int] = 10,
    on: FromQuery[str] = "",
    language: FromQuery[str] = "",
) -> list[FindingView]:
    """Rank the provisions of a State that may serve an article; nobody has claimed any of them."""
    return list(
        caller.desks.law.find(
            caller.actor, country=country, article=article, most=most, on=on, language=language
        )
    )


@get(f"{ROOT}/law/search", sync_to_thread=True)
def search(
    *,
    caller: NamedDependency[Caller],
    text: FromQuery[str],
    country: FromQuery[str] = "",
    most: FromQuery[int] = 10,
    language: FromQuery[str] = "",
) -> list[FindingView]:
    """Find provisions by words."""
    return list(
        caller.desks.law.search(caller.actor, text=text, country=country, most=most, language=language)
    )


@get(f"{ROOT}/law/provisions/{{country:str}}/{{instrument:str}}/{{section:str}}", sync_to_thread=True)
def provision(
    *,
    caller: NamedDependency[Caller],
    country: FromPath[str],
    instrument: FromPath[str],
    section: FromPath[str],
    on: FromQuery[str] = "",
    language: FromQuery[str] = "",
) -> list[ProvisionView]:
    """Give a provision as it stands, or stood on a day, in each language."""
    return list(
        caller.desks.law.show(
            caller.actor, reference=f"{country}/{instrument}/{section}", on=on, language=language
        )
    )


LAW: tuple[HTTPRouteHandler, ...] = (holdings, find, search, provision)
