"""The application behind ``/api/v1``: OpenAPI 3.1, problem documents, bearer tokens.

Basis: RFC 9457, RFC 6750
"""

from types import MappingProxyType
from typing import Any

from litestar import Litestar, Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig

from comity.api.errors import problem_response, status_response
from comity.api.v1.attesting import ATTESTING
from comity.api.v1.basing import BASING
from comity.api.v1.callers import ApiToolbox, Http, caller_of
from comity.api.v1.casework import CASEWORK
from comity.api.v1.described import Description
from comity.api.v1.directory import DIRECTORY
from comity.api.v1.evidence import EVIDENCE
from comity.api.v1.examining import EXAMINING
from comity.api.v1.feeding import FEEDS
from comity.api.v1.freezing import FREEZES
from comity.api.v1.guarding import GUARDING
from comity.api.v1.keeping import KEEPING
from comity.api.v1.lanes import LANES
from comity.api.v1.law import LAW
from comity.api.v1.lawmaking import LAWMAKING
from comity.api.v1.lawwork import LAW_WORK
from comity.api.v1.letters import LETTERS
from comity.api.v1.lining import LINE
from comity.api.v1.office import OFFICE, ROOT, session_routes
from comity.api.v1.procedure import PROCEDURE
from comity.api.v1.protecting import PROTECTING
from comity.api.v1.receivers import RECEIVERS
from comity.api.v1.releasing import RELEASING
from comity.api.v1.restitution import RESTITUTION
from comity.api.v1.scams import SCAMS
from comity.api.v1.shelter import SHELTER
from comity.api.v1.staffing import STAFFING
from comity.api.v1.tracing import TRACING
from comity.api.v1.treaty import TREATY
from comity.api.v1.treatypapers import TREATY_PAPERS
from comity.api.v1.victims import VICTIMS
from comity.api.v1.working import WORKING
from comity.kernel.errors import ComityError

MOST_BODY = 2 << 20
ROUTES = (
    *OFFICE, *STAFFING, *CASEWORK, *RELEASING, *WORKING, *BASING, *DIRECTORY, *LETTERS, *ATTESTING,
    *TREATY, *TREATY_PAPERS, *LAW, *LAWMAKING, *LAW_WORK, *PROCEDURE, *LANES, *LINE, *KEEPING, *EXAMINING,
    *EVIDENCE, *TRACING, *FREEZES, *PROTECTING, *GUARDING, *RESTITUTION,
    *SCAMS, *FEEDS, *RECEIVERS, *VICTIMS, *SHELTER,
)  # fmt: skip
_UNAUTHORIZED = "session.absent"


def api_app(toolbox: ApiToolbox) -> Litestar:
    """Return the application. Every error is a problem document; a bug is answered with 500 and reported."""

    def refused(_request: Http, error: ComityError) -> Response[bytes]:
        made = problem_response(error)
        if error.code == _UNAUTHORIZED:
            made.headers["www-authenticate"] = "Bearer"
        return made

    def not_served(_request: Http, error: HTTPException) -> Response[bytes]:
        return status_response(error.status_code)

    def bug(_request: Http, error: Exception) -> Response[bytes]:
        toolbox.report(f"interface: {type(error).__name__} at {_origin(error)}")
        return status_response(500)

    return Litestar(
        # one router: handlers that share a path are registered once, and so called in one thread only
        route_handlers=[Router("/", route_handlers=[*session_routes(toolbox), *ROUTES])],
        dependencies={"caller": Provide(caller_of(toolbox))},
        exception_handlers={ComityError: refused, HTTPException: not_served, Exception: bug},
        after_request=_unkept,
        type_encoders={MappingProxyType: dict},
        openapi_config=OpenAPIConfig(title="Comity", version="1", path=ROOT, render_plugins=[Description()]),
        logging_config=None,
        request_max_body_size=MOST_BODY,
        debug=False,
    )


def _unkept(response: Response[Any]) -> Response[Any]:
    """Let nobody keep an answer, and no browser guess at it."""
    response.headers["cache-control"] = "no-store"
    response.headers["x-content-type-options"] = "nosniff"
    return response


def _origin(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
