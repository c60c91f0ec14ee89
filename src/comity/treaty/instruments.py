"""Instruments on which a request may rest: the Convention is one among several.

A basis is written ``42(3)(a)`` for the Convention and ``budapest:29(2)`` for another instrument.
"""

import json
import re
from dataclasses import dataclass
from functools import cache

from comity.kernel.errors import MalformedError
from comity.kernel.packaged import packaged_bytes
from comity.treaty.articles import parse_reference

DATA = "data/instruments.json"
CONVENTION = "uncc"
_PLACE = re.compile(r"[0-9A-Za-z().§ -]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A treaty or other legal basis.

    Attributes:
        code: Short name used in forms and in front of a reference.
        title: Its English name.
        reference: Where it is published; empty where there are many.
        complete: Whether the rules of this instrument are held here; if not, only the forms are shared.
    """

    code: str
    title: str
    reference: str
    complete: bool


@cache
def instruments() -> tuple[Instrument, ...]:
    """Return every instrument that a form may name."""
    rows = json.loads(packaged_bytes("comity.treaty", DATA))["instruments"]
    return tuple(
        Instrument(code=r["code"], title=r["title"], reference=r["reference"], complete=r["rules"] == "full")
        for r in rows
    )


def instrument(code: str) -> Instrument:
    """Return an instrument by its code; raise MalformedError for an unknown one."""
    for found in instruments():
        if found.code == code:
            return found
    known = ", ".join(i.code for i in instruments())
    raise MalformedError(
        "treaty.instrument", f"{code[:40]!r} is not an instrument", hint=f"use one of {known}"
    )


def parse_basis(text: str) -> tuple[str, str]:
    """Return instrument code and place of a basis: ``("uncc", "42(3)(a)")`` or ``("budapest", "29(2)")``.

    Raises:
        MalformedError: unknown instrument, or not a reference.
    """
    code, colon, place = text.rpartition(":")
    if not colon:
        return CONVENTION, str(parse_reference(place))
    named = instrument(code)
    if named.code == CONVENTION or not _PLACE.fullmatch(place):
        raise MalformedError(
            "treaty.basis", f"{text[:60]!r} is not a basis", hint="e.g. 42(3)(a) or budapest:29(2)"
        )
    return named.code, place
