"""Routes of crypto-assets."""

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from comity.api.v1.callers import Caller
from comity.api.v1.office import ROOT
from comity.tracing.addresses.networks import AddressCheck


@get(f"{ROOT}/addresses/check", sync_to_thread=True)
def address(*, caller: NamedDependency[Caller], value: FromQuery[str]) -> AddressCheck:
    """Tell on which networks an address holds, or what is wrong with it; a private key is not repeated."""
    return caller.toolbox.desks.tracing.address(value)


TRACING: tuple[HTTPRouteHandler, ...] = (address,)
