"""The application behind the exchange's port, and the edge where a bug becomes a plain answer."""

from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException

from comity.api.errors import problem_response, status_response
from comity.api.exchange import ExchangeToolbox, exchange_routes
from comity.kernel.errors import ComityError


def exchange_app(toolbox: ExchangeToolbox) -> Litestar:
    """Return the application: the exchange's door and nothing else, no pages and no descriptions of itself.

    Every error is answered with a problem document. A bug is answered with 500, and one line about it, with
    the kind of the exception and nothing of the request, goes to ``toolbox.report``.
    """

    def refused(_request: Request[Any, Any, Any], error: ComityError) -> Response[bytes]:
        return problem_response(error)

    def not_served(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
        return status_response(error.status_code)

    def bug(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        toolbox.report(f"exchange door: {type(error).__name__} at {_origin(error)}")
        return status_response(500)

    return Litestar(
        route_handlers=exchange_routes(toolbox),
        exception_handlers={ComityError: refused, HTTPException: not_served, Exception: bug},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
        debug=False,
    )


def _origin(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
