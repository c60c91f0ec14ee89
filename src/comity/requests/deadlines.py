"""Dates that a request, or an order behind it, must keep.

The clock of a running preservation follows from the acts of the case and is kept there.
"""

from collections.abc import Iterator
from datetime import timedelta

from comity.kernel.clock import DAY, Instant
from comity.kernel.findings import Assessment, Finding
from comity.requests.codes import found
from comity.requests.kinds import Trait
from comity.requests.matter import Matter
from comity.treaty.packs import Clocks


def check_urgency(matter: Matter) -> Iterator[Finding]:
    """Yield what must be decided on a suggested deadline or an emergency.

    Basis: 40(26), 2(o)
    """
    wanted_by = matter.reading.day("/urgency/wanted_by")
    if wanted_by is not None and wanted_by < matter.on:
        yield found(
            "urgency.past", basis="40(26)", field="/urgency/wanted_by", wanted_by=wanted_by.isoformat()
        )
    if matter.reading.get("/urgency/emergency") is True and matter.requested_side:
        yield found("urgency.emergency", basis="2(o)", field="/urgency/emergency")


def check_intention(matter: Matter) -> Iterator[Finding]:
    """Yield what stands against the stated intention to ask for the preserved data.

    Basis: 42(3)(f), 42(8)
    """
    if not matter.kind.has(Trait.INTENTION):
        return
    if matter.reading.get("/intends_request") is False:
        yield found("intention.absent", basis="42(3)(f)", field="/intends_request")
    expected = matter.reading.day("/request_expected")
    days = matter.pack.clocks.preservation_least if matter.pack else 60
    if expected is not None and expected > matter.on + timedelta(days=days):
        yield found("intention.late", basis="42(8)", field="/request_expected", days=days)


def check_order(*, start: Instant, until: Instant | None, clocks: Clocks) -> Assessment:
    """Return what stands against the period of a domestic preservation order.

    Args:
        start: When the order takes effect.
        until: When it ends; None when it names no end, which the treaty does not allow.
        clocks: Periods in force.

    Basis: 25(2)
    """
    if until is None:
        return Assessment.of([found("order.open", basis="25(2)", field="/until", most=clocks.order_most)])
    if until <= start:
        return Assessment.of([found("order.reversed", basis="25(2)", field="/until")])
    if until - start > clocks.order_most * DAY:
        return Assessment.of([found("order.long", basis="25(2)", field="/until", most=clocks.order_most)])
    return Assessment()
