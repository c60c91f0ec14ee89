"""Routes of the line: what the command ``comity line`` and the page of settings do."""

from typing import Any

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.exchange.pacing import LineTerms, parse_terms
from comity.kernel.ijson import dump_ijson


@get(f"{ROOT}/line", sync_to_thread=True)
def terms(caller: NamedDependency[Caller]) -> LineTerms:
    """Show how many bytes a second pieces may take, and whether the line is poor."""
    return caller.desks.courier.line.show(caller.actor)


@put(f"{ROOT}/line", sync_to_thread=True)
def set_terms(caller: NamedDependency[Caller], data: JSONBody[dict[str, Any]]) -> LineTerms:
    """Set it, in the place of what was set before; a running worker goes by it within seconds."""
    return caller.desks.courier.line.set_terms(
        caller.actor, terms=parse_terms(dump_ijson(msgspec.to_builtins(data)))
    )


LINE: tuple[HTTPRouteHandler, ...] = (terms, set_terms)
