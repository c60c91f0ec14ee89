"""Routes of the directory: what Parties publish of their offices, and the way to an office."""

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.kernel.clock import from_datetime
from comity.kernel.errors import MalformedError
from comity.kernel.findings import Assessment
from comity.node.listed import PartyEntry
from comity.node.wayfinding import RouteView


@get(f"{ROOT}/directory", sync_to_thread=True)
def parties(caller: NamedDependency[Caller]) -> list[PartyEntry]:
    """List the Parties with what their signed entries say; the own one comes first."""
    return list(caller.desks.directory.parties())


@get(f"{ROOT}/directory/check", sync_to_thread=True)
def check(caller: NamedDependency[Caller], party: FromQuery[str] = "") -> Assessment:
    """Tell what is missing in, or wrong with, what one Party publishes, or all of them."""
    return Assessment.of(caller.desks.directory.check(party))


@get(f"{ROOT}/directory/route", sync_to_thread=True)
def route(
    *,
    caller: NamedDependency[Caller],
    requesting: FromQuery[str],
    requested: FromQuery[str],
    kind: FromQuery[str],
    on: FromQuery[datetime | None] = None,
    territory: FromQuery[str] = "",
    instrument: FromQuery[str] = "",
    language: FromQuery[str] = "",
    urgent: FromQuery[bool] = False,
) -> RouteView:
    """Tell which office of a Party takes a request at a time, and why, step by step. Basis: 40(12)"""
    if on is not None and on.tzinfo is None:
        raise MalformedError("directory.time", "the time names no zone", hint="e.g. 2026-11-02T09:00:00Z")
    return caller.desks.directory.route(
        requesting=requesting,
        requested=requested,
        kind=kind,
        at=None if on is None else from_datetime(on),
        territory=territory,
        instrument=instrument,
        language=language,
        urgent=urgent,
    )


@get(f"{ROOT}/directory/parties/{{party:str}}", sync_to_thread=True)
def party(caller: NamedDependency[Caller], party: FromPath[str]) -> PartyEntry:
    """Give what one Party publishes."""
    return caller.desks.directory.party(party)


DIRECTORY: tuple[HTTPRouteHandler, ...] = (parties, check, route, party)
