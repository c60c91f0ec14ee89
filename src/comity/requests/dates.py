"""Dates of a form that move a clock: hearings, custody, limitation, the end of a measure or an agreement.

Which field moves which clock is data (``clock`` in the form). Whoever runs clocks reads them here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from comity.requests.forms import Field, form_of
from comity.requests.kinds import all_kinds
from comity.requests.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDate:
    """One date that moves a clock.

    Attributes:
        clock: ``hearing``, ``custody``, ``limitation``, ``measure`` or ``agreement``.
        day: The day, as the form says it.
        pointer: Where it stands.
        basis: The paragraph of the field.
        label: Catalogue key of the field.
    """

    clock: str
    day: date
    pointer: str
    basis: str
    label: str


def clock_dates(reading: Reading) -> tuple[ClockDate, ...]:
    """Return every date of a form that moves a clock, in the order of the form; unsound ones are left out."""
    if reading.kind is None:
        return ()
    return tuple(
        ClockDate(clock=one.clock, day=day, pointer=pointer, basis=one.basis, label=one.label)
        for pointer, one in _fields(form_of(reading.kind), "", reading)
        if (day := reading.day(pointer)) is not None
    )


@cache
def dated_mechanisms() -> frozenset[str]:
    """Return the mechanisms of which some form has such a date; the forms of the others need no reading."""
    return frozenset(kind.mechanism for kind in all_kinds() if _has_clock(form_of(kind)))


def _has_clock(fields: tuple[Field, ...]) -> bool:
    return any(
        one.clock or _has_clock(one.fields) or (one.of is not None and _has_clock(one.of.fields))
        for one in fields
    )


def _fields(fields: tuple[Field, ...], above: str, reading: Reading) -> Iterator[tuple[str, Field]]:
    for one in fields:
        here = f"{above}/{one.name}"
        if one.clock:
            yield here, one
        elif one.of is not None and one.of.fields and not above:
            for row in reading.rows(here):
                yield from _fields(one.of.fields, row, reading)
        elif one.fields:
            yield from _fields(one.fields, here, reading)
