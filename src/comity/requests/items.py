"""Is each item of the request specific: by name, by what it points at, and by its period?"""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.forms import basis_of, form_of
from comity.requests.kinds import RequestKind, Trait
from comity.requests.matter import Matter

LONG_PERIOD_DAYS = 366
LONG_AHEAD_DAYS = 92
"""What is collected as it comes is not asked for longer without a person looking at it."""


def check_items(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the list of items: one name for two, nothing to find them by, content.

    Basis: 42(3)(c), 40(15)(e), 24(2)
    """
    reading = matter.reading
    rows = reading.rows("/items")
    items_basis = basis_of(matter.kind, "items")
    ids = [reading.get(f"{row}/id") for row in rows]
    counts = Counter(i for i in ids if i is not None)
    for at, row in enumerate(rows):
        if ids[at] is not None and counts[ids[at]] > 1 and ids[at] in ids[:at]:
            yield found("items.duplicate", basis=items_basis, field=f"{row}/id", item=ids[at])
        if "content" in (reading.get(f"{row}/data") or ()):
            yield found("items.content", basis="24(2)", field=f"{row}/data")
        if (
            matter.kind.has(Trait.ASSISTANCE)
            and matter.kind.has(Trait.STORED)
            and reading.get(row) is not None
            and not any(reading.get(f"{row}/{name}") for name in ("account", "custodian", "location"))
        ):
            yield found("items.unidentified", basis="40(15)(e)", field=row)


def check_periods(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the periods: none, reversed, longer than a year, not yet past.

    Data that do not exist yet are no stored data: they are for real-time collection, which looks ahead.

    Basis: 24(2), 40(15)(f), 45(1)
    """
    reading = matter.reading
    basis = "40(15)(f)" if matter.kind.has(Trait.ASSISTANCE) else "24(2)"
    whole = reading.get("/period") is not None
    has_periods = _has_periods(matter.kind)
    places = ["/period"]
    for row in reading.rows("/items"):
        if has_periods and not whole and reading.sound(row) and reading.get(f"{row}/period") is None:
            yield found("period.open", basis="24(2)", field=row)
        places.append(f"{row}/period")
    for place in places:
        start, end = reading.day(f"{place}/from"), reading.day(f"{place}/to")
        if start is None or end is None:
            continue
        if end < start:
            yield found("period.order", basis=basis, field=place)
        elif (days := (end - start).days + 1) > (
            LONG_AHEAD_DAYS if matter.kind.has(Trait.AHEAD) else LONG_PERIOD_DAYS
        ):
            yield found("period.long", basis="24(2)", field=place, days=days)
        if matter.kind.has(Trait.AHEAD):
            if end < matter.on:
                yield found("period.past", basis="45(3)(f)", field=f"{place}/to", to=end.isoformat())
        elif end > matter.on:
            yield found("period.future", basis="45(1)", field=f"{place}/to", to=end.isoformat())


@cache
def _has_periods(kind: RequestKind) -> bool:
    """Tell whether the items of a kind have a period at all."""
    items = next(one for one in form_of(kind) if one.name == "items")
    return items.of is not None and any(one.name == "period" for one in items.of.fields)
