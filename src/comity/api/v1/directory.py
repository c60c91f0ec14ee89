"""Routes of the directory: what Parties publish of their offices, the way to an office, own mandates."""

from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from comity.api.v1.bodies import MandateWish, ServiceWish
from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.api.v1.staffing import signed
from comity.exchange.mandates import Mandate
from comity.exchange.services import Service
from comity.kernel.clock import from_datetime
from comity.kernel.errors import MalformedError
from comity.kernel.findings import Assessment
from comity.kernel.ijson import dump_ijson
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


@post(f"{ROOT}/directory/mandates", status_code=201, sync_to_thread=True)
def grant(caller: NamedDependency[Caller], data: JSONBody[MandateWish]) -> Mandate:
    """Publish a mandate; one of the same name is replaced, so this also ends one or names a deputy."""
    return signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.directory.grant(
            caller.actor,
            mandate=dump_ijson(data.mandate),
            confirmed_by=data.confirmed_by,
            entry_passphrase=secret,
        ),
    )


@post(f"{ROOT}/directory/services", status_code=201, sync_to_thread=True)
def publish(caller: NamedDependency[Caller], data: JSONBody[ServiceWish]) -> Service:
    """Publish what an office of this Party takes."""
    return signed(
        caller,
        data.entry_passphrase,
        lambda secret: caller.desks.directory.publish(
            caller.actor,
            authority=data.authority,
            service=dump_ijson(data.service),
            confirmed_by=data.confirmed_by,
            entry_passphrase=secret,
        ),
    )


DIRECTORY: tuple[HTTPRouteHandler, ...] = (parties, check, route, party, grant, publish)
