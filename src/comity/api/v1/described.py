"""The description of the interface, completed: who may call, what an error looks like, what is no JSON.

The framework derives paths, parameters and answers from the routes; what it cannot know is added here.

Basis: RFC 9457, RFC 6750
"""

from collections.abc import Iterator, Mapping
from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from comity.api.errors import PROBLEM_TYPE

BYTES = "application/octet-stream"
_ROOT = "/api/v1"
_OBJECT: Mapping[str, Any] = {"type": "object"}
_BINARY: Mapping[str, Any] = {"type": "string", "format": "binary"}
_OPEN = ("post", f"{_ROOT}/session")
_FORMS = (
    ("post", f"{_ROOT}/requests"),
    ("post", f"{_ROOT}/requests/check"),
    ("post", f"{_ROOT}/requests/rebase"),
    ("post", f"{_ROOT}/cases/{{case}}/acts"),
)
_TAKES_BYTES = (("put", f"{_ROOT}/uploads/{{upload}}"),)
_GIVES_BYTES = (
    ("get", f"{_ROOT}/acts/{{act}}/parts/{{name}}"),
    ("get", f"{_ROOT}/acts/{{act}}/letter"),
    ("get", f"{_ROOT}/works/{{work}}/files/{{number}}"),
    ("get", f"{_ROOT}/stamps/token"),
    ("get", f"{_ROOT}/cases/{{case}}/custody/export"),
    ("get", f"{_ROOT}/cases/{{case}}/certificates/{{bag_root}}"),
)
_CARD = ("get", f"{_ROOT}/peers/card")
_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "stable; docs/reference/errors.md lists them"},
        "hint": {"type": "string"},
        "where": {"type": "string"},
    },
}


class Description(JsonRenderPlugin):
    """Gives the description as JSON."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the completed description."""
        return super().render(request, described(openapi_schema))


def described(derived: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description in which every operation names its problems and the token it takes.

    Args:
        derived: The OpenAPI 3.1 document as the framework derives it; it is not changed.
    """
    paths = {
        path: {method: _operation(method, path, one) for method, one in methods.items()}
        for path, methods in derived["paths"].items()
    }
    known = derived.get("components", {})
    components = {
        **known,
        "schemas": {**known.get("schemas", {}), "Problem": dict(_PROBLEM)},
        "responses": {"Problem": _problem()},
        "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
    }
    return {**derived, "paths": paths, "components": components, "security": [{"session": []}]}


def _problem() -> dict[str, Any]:
    shape = {"$ref": "#/components/schemas/Problem"}
    return {"description": "a problem, with a stable code", "content": {PROBLEM_TYPE: {"schema": shape}}}


def _operation(method: str, path: str, derived: Mapping[str, Any]) -> dict[str, Any]:
    here = (method, path)
    made = {**derived, "responses": dict(_responses(here, derived["responses"]))}
    if here in _FORMS:
        made["requestBody"] = _body("application/json", _OBJECT)
    if here in _TAKES_BYTES:
        made["requestBody"] = _body(BYTES, _BINARY)
    if here == _OPEN:
        made["security"] = []
    return made


def _responses(here: tuple[str, str], derived: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for status, one in derived.items():
        if not status.startswith("2"):
            continue
        if here in _GIVES_BYTES:
            yield status, {**one, "content": {BYTES: {"schema": dict(_BINARY)}}}
        elif here == _CARD:
            yield status, {**one, "content": {"application/json": {"schema": dict(_OBJECT)}}}
        else:
            yield status, one
    yield "default", {"$ref": "#/components/responses/Problem"}


def _body(media_type: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": dict(shape)}}}
