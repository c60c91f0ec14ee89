"""Are the days of a form on the right side of today, and far enough from each other?"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from comity.kernel.findings import Finding
from comity.requests.codes import found
from comity.requests.matter import Matter

SERVICE_DAYS = 14
"""What a person needs between service and hearing, at the least."""
STAY_DAYS = 90
"""How long a detained person stays abroad after the hearing before a person looks at it."""
STALE_DAYS = 366
"""An order for a measure older than this may have been overtaken."""
_AHEAD = (
    ("/confiscation_expected", "50(2)"),
    ("/terms/confidential_until", "40(5)"),
    ("/duration/to", "48"),
)
_BEHIND = (
    ("/items/*/sentence/judgment_on", "38"),
    ("/sentence/judgment_on", "37(1)"),
    ("/items/*/born", "40(15)(e)"),
)
_FRESH = {
    "search": "24(2)",
    "content-interception": "46",
    "traffic-realtime": "45(1)",
    "property-freezing": "50(3)",
}


def check_calendar(matter: Matter) -> Iterator[Finding]:
    """Yield the days that cannot be meant, and those that leave no time.

    Basis: 24(2), 38, 40(3)(b), 40(5), 40(10), 48, 50(2)
    """
    for rule in CALENDAR:
        yield from rule(matter)


def ahead(matter: Matter) -> Iterator[Finding]:
    """What is still to come lies ahead. Basis: 40(5), 48, 50(2)"""
    for pointer, basis in _AHEAD:
        day = matter.reading.day(pointer)
        if day is not None and day < matter.on:
            yield found("date.misplaced", basis=basis, field=pointer, day=day.isoformat())


def behind(matter: Matter) -> Iterator[Finding]:
    """What is told as done lies behind. Basis: 37(1), 38, 40(15)(e)"""
    for pattern, basis in _BEHIND:
        for pointer in _places(matter, pattern):
            day = matter.reading.day(pointer)
            if day is not None and day > matter.on:
                yield found("date.misplaced", basis=basis, field=pointer, day=day.isoformat())


def time_to_prepare(matter: Matter) -> Iterator[Finding]:
    """Between service and hearing a person can find counsel and travel. Basis: 40(3)(b), 21(4)"""
    for row in matter.reading.rows("/items"):
        served, hearing = matter.reading.day(f"{row}/serve_by"), matter.reading.day(f"{row}/hearing_on")
        if (
            served is not None
            and hearing is not None
            and served <= hearing < served + timedelta(days=SERVICE_DAYS)
        ):
            yield found(
                "dates.spacing", basis="40(3)(b)", field=f"{row}/hearing_on", days=(hearing - served).days
            )


def long_stay(matter: Matter) -> Iterator[Finding]:
    """A detained person returns without delay. Basis: 40(10)"""
    for row in matter.reading.rows("/items"):
        hearing, back = matter.reading.day(f"{row}/hearing_on"), matter.reading.day(f"{row}/return_by")
        if hearing is not None and back is not None and back > hearing + timedelta(days=STAY_DAYS):
            yield found("dates.spacing", basis="40(10)", field=f"{row}/return_by", days=(back - hearing).days)


def stale_order(matter: Matter) -> Iterator[Finding]:
    """A measure rests on an order that still holds. Basis: 24(2), 45(1), 46, 50(3)"""
    basis = _FRESH.get(matter.kind.code)
    day = matter.reading.day("/order/date") if basis else None
    if basis and day is not None and day < matter.on - timedelta(days=STALE_DAYS):
        yield found("order.stale", basis=basis, field="/order/date", day=day.isoformat())


def _places(matter: Matter, pattern: str) -> tuple[str, ...]:
    if not pattern.startswith("/items/*"):
        return (pattern,)
    return tuple(row + pattern.removeprefix("/items/*") for row in matter.reading.rows("/items"))


CALENDAR: tuple[Callable[[Matter], Iterator[Finding]], ...] = (
    ahead,
    behind,
    time_to_prepare,
    long_stay,
    stale_order,
)
"""The rules of this file, in the order of the specification."""
