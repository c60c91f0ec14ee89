"""Errors as HTTP answers: one problem document for each family, and nothing of a caller's input in it.

Basis: RFC 9457
"""

from http import HTTPStatus

from litestar import Response

from comity.kernel.errors import ComityError, MalformedError, UnavailableError
from comity.kernel.ijson import dump_ijson

PROBLEM_TYPE = "application/problem+json"
TOO_LARGE = "body.size"
TOO_SLOW = "body.slow"
BUSY = "door.busy"

_STATUS = {
    TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TOO_SLOW: HTTPStatus.REQUEST_TIMEOUT,
}


def too_large(most: int) -> MalformedError:
    """Return the error for a body beyond its limit, which is answered with 413."""
    return MalformedError(TOO_LARGE, f"the body has more than the {most} bytes allowed here")


def too_slow() -> MalformedError:
    """Return the error for a body that came too slowly or broke off, which is answered with 408."""
    return MalformedError(TOO_SLOW, "the body did not arrive in time")


def busy() -> UnavailableError:
    """Return the error for a caller that has too many calls open, which is answered with 503."""
    return UnavailableError(BUSY, "too many calls are open", hint="wait for the answers to earlier calls")


def problem_response(error: ComityError) -> Response[bytes]:
    """Return the answer for an error: status of its family, code, message, hint and place."""
    status = HTTPStatus(_STATUS.get(error.code, error.status))
    return _response(status, code=error.code, detail=error.message, hint=error.hint, where=error.where)


def status_response(number: int) -> Response[bytes]:
    """Return the answer for what has no code of ours: an unknown path, a wrong method, a bug."""
    known = {item.value for item in HTTPStatus}
    status = HTTPStatus(number if number in known else 500)
    return _response(status, code=f"http.{status.value}", detail=status.phrase.lower())


def _response(
    status: HTTPStatus, *, code: str, detail: str, hint: str = "", where: str = ""
) -> Response[bytes]:
    members = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
    }
    members |= {name: text for name, text in (("hint", hint), ("where", where)) if text}
    return Response(
        dump_ijson(members),
        status_code=status.value,
        media_type=PROBLEM_TYPE,
        headers={"cache-control": "no-store"},
    )
