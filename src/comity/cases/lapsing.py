"""What is owed while data are preserved: the next request in time, word before release, orders renewed.

Preservation counts from when it was effected. The requesting side's time is planned back, so that its request
is received before the preservation ends; what lapsed is owed an answer until its own side gives it.
"""

from collections.abc import Iterator

from comity.cases.owed import Duty, House, owed
from comity.cases.reckoning import Period, Reckoning, Roll, Unit
from comity.cases.state import (
    LEAST_PRESERVATION,
    CaseState,
    ItemState,
    Order,
    Preservation,
    PreservationState,
    RequestState,
)
from comity.kernel.clock import DAY, Instant

_KEPT = (PreservationState.EFFECTED, PreservationState.HELD, PreservationState.DECIDED)


def preserving(state: CaseState, request: RequestState, house: House) -> Iterator[Duty]:
    """Yield what is owed on a preservation by either side.

    Basis: 42(8), 42(9), 25(2)
    """
    kept = request.preservation
    if kept.expires is None or kept.state not in _KEPT:
        return
    is_open = not (state.closed or request.closed)
    ends = expiry(kept, house, request)
    if kept.state is PreservationState.EFFECTED and not _is_given_up(state, request):
        if is_open:
            yield from _in_time(request, house, ends)
            yield from _requested_side(request, house, ends)
        if is_open or request.by not in (*state.closed_by, *request.closed_by):
            # NOTE: only the side that loses the data may close this; the other side's closing is no answer.
            yield owed("duty.lapsed", request, request.by, ends, before=0, basis="42(8)", after=ends.at)
    if is_open:
        if kept.state is PreservationState.DECIDED:
            yield owed("duty.release", request, request.to, ends, before=0, basis="42(8)")
        yield from _orders(request, house)


def expiry(kept: Preservation, house: House, request: RequestState) -> Reckoning:
    """Return when a preservation ends and why: sixty days from when it was effected, or what was granted.

    Basis: 42(8), 42(9)
    """
    start = kept.counted_from or kept.t0 or Instant(0)
    least = Period(count=LEAST_PRESERVATION // DAY, unit=Unit.DAYS)
    found = Reckoning.since("effected", start).plus(least, house.calendar(request.to))
    if kept.named is not None:
        found = found.not_before("named", kept.named)
    if kept.granted is not None:
        found = found.not_before("granted", kept.granted)
    return found


def send_by(ends: Reckoning, request: RequestState, house: House) -> Reckoning:
    """Return by when the next request is to be sent: back from the end of the preservation.

    It has to be received on a working day of the requested State, is on its way for the usual time, and is
    sent on a working day of the requesting State.

    Basis: 42(8)
    """
    there, here = house.calendar(request.to), house.calendar(request.by)
    way = Period(count=-house.targets.transmit, unit=Unit.WORKING_DAYS)
    return ends.rolled(Roll.LAST, there).plus(way, there).rolled(Roll.LAST, here)


def _in_time(request: RequestState, house: House, ends: Reckoning) -> Iterator[Duty]:
    planned = send_by(ends, request, house)
    yield owed(
        "duty.follow_up",
        request,
        request.by,
        planned,
        before=0,
        basis="42(8)",
        is_target=True,
        alarms_to=ends.at,
        until=planned.at,
    )
    yield owed(
        "duty.follow_up_late",
        request,
        request.by,
        ends,
        before=0,
        basis="42(8)",
        alarms_to=ends.at,
        after=planned.at,
        until=ends.at,
    )


def _requested_side(request: RequestState, house: House, ends: Reckoning) -> Iterator[Duty]:
    if request.preservation.asked_until is not None:
        yield owed(
            "duty.answer_extension", request, request.to, ends, before=0, basis="42(9)", alarms_to=ends.at
        )
    window = Instant(max(0, ends.at - house.targets.warning))
    if request.consulted_at is None or request.consulted_at < window:
        yield owed(
            "duty.tell_before_release",
            request,
            request.to,
            ends,
            before=house.targets.warning,
            basis="42(7)",
            is_target=True,
            after=window,
            until=ends.at,
        )
    yield owed("duty.release", request, request.to, ends, before=0, basis="42(8)", after=ends.at)


def _is_given_up(state: CaseState, request: RequestState) -> bool:
    """Tell whether every item that is kept was withdrawn: its release is owed at once then."""
    held = set(request.item_ids(ItemState.HELD, ItemState.PARTLY_HELD))
    given_up = {i for u in state.undoings if u.request == request.id and u.what == "release" for i in u.items}
    return bool(held) and held <= given_up


def _orders(request: RequestState, house: House) -> Iterator[Duty]:
    """Yield the domestic order that runs out before the preservation it carries may end."""
    kept = request.preservation
    ends: list[tuple[Instant, Order]] = [(o.until, o) for o in request.orders if o.until is not None]
    if not ends or len(ends) < len(request.orders):
        return
    until, order = max(ends, key=lambda pair: (pair[0], pair[1].act))
    if kept.state is PreservationState.EFFECTED and until >= (kept.expires or 0):
        return
    yield owed(
        "duty.renew_order",
        request,
        request.to,
        Reckoning.since("order_ends", until),
        before=house.targets.warning,
        basis="25(2)",
        act=order.act,
        alarms_to=until,
    )
