"""Complete, made-up cases between two practice Parties, read from packaged data.

In a text ``{day-45}`` is the day 45 days before the one around which the example lies. An object with
``$use`` is a shared snippet with the other members laid over it; ``$first`` is the first variant of the same
kind. A member laid over as null is left out.
"""

import json
import re
from datetime import date, timedelta
from functools import cache
from typing import Any

from comity.kernel.packaged import packaged_bytes
from comity.requests.errors import unknown_variant
from comity.requests.kinds import RequestKind

EXAMPLE_DAY = date(2026, 11, 2)
SHARED = "data/examples/shared.json"
_DAY = re.compile(r"\{day([+-][0-9]{1,4})\}", re.ASCII)


def example_of(kind: RequestKind, *, on: date, variant: int = 1) -> dict[str, Any]:
    """Return an example of a kind with its dates around a day.

    Args:
        kind: The kind.
        on: The day around which its dates lie.
        variant: Which of its examples, from 1.

    Raises:
        NotFoundError: ``request.variant``.
    """
    rows = _variants(kind.code)
    if not 1 <= variant <= len(rows):
        raise unknown_variant(kind.code, variant, len(rows))
    made = _made(rows[variant - 1], rows[0], on)
    return {"kind": kind.code, "version": kind.version, **made}


def variants_of(kind: RequestKind) -> int:
    """Return how many examples a kind has."""
    return len(_variants(kind.code))


@cache
def _variants(code: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(packaged_bytes("comity.requests", f"data/examples/{code}.json"))["variants"])


@cache
def _shared() -> Any:
    return json.loads(packaged_bytes("comity.requests", SHARED))


def _made(value: Any, first: dict[str, Any], on: date) -> Any:
    """Return a value of the data with snippets in their places and days worked out."""
    if isinstance(value, str):
        return _DAY.sub(lambda match: (on + timedelta(days=int(match[1]))).isoformat(), value)
    if isinstance(value, list):
        return [_made(one, first, on) for one in value]
    if not isinstance(value, dict):
        return value
    under: dict[str, Any] = {}
    if "$first" in value:
        under = _made(first, first, on)
    if "$use" in value:
        under |= _made(_shared()[value["$use"]], first, on)
    over = {name: _made(one, first, on) for name, one in value.items() if not name.startswith("$")}
    return {name: one for name, one in {**under, **over}.items() if one is not None}
