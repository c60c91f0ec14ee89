"""Routes of legal bases: on which instrument a request may rest, and the same form on another one."""

from datetime import date

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from comity.api.v1.callers import Caller, Http
from comity.api.v1.office import ROOT
from comity.kernel.errors import MalformedError
from comity.kernel.ids import parse_party
from comity.requests.legalbasis import BasisView, Rebased, bases, rebase
from comity.treaty.packs import OffenceClass


@get(f"{ROOT}/bases", sync_to_thread=True)
def basis(
    *,
    caller: NamedDependency[Caller],
    requesting: FromQuery[str],
    requested: FromQuery[str],
    kind: FromQuery[str],
    on: FromQuery[date],
    offence_class: FromQuery[str] = "",
) -> BasisView:
    """Tell which instruments open a mechanism between two Parties on a day, and why; the best comes first."""
    if offence_class not in {"", *(one.value for one in OffenceClass)}:
        raise MalformedError("basis.class", f"{offence_class[:20]!r} is no scope class", hint="A, B or C")
    return bases(
        parse_party(requesting, where="/requesting"),
        parse_party(requested, where="/requested"),
        kind=kind,
        on=on,
        offence_class=OffenceClass(offence_class) if offence_class else None,
        overlay=caller.desks.place.overlay,
    )


@post(f"{ROOT}/requests/rebase", status_code=200)
async def rebased(
    request: Http, caller: NamedDependency[Caller], instrument: FromQuery[str], on: FromQuery[date]
) -> Rebased:
    """Give the same form on another instrument, assessed there; nothing is kept. The body is the form."""
    form = await request.body()
    overlay = caller.desks.place.overlay
    return await sync_to_thread(lambda: rebase(form, instrument=instrument, on=on, overlay=overlay))


BASING: tuple[HTTPRouteHandler, ...] = (basis, rebased)
