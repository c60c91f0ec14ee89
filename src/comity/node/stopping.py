"""What a case could send but for a stop at home: a call-back that lacks, a challenge that suspends.

The table of what may follow knows acts alone. What would be refused when it is approved or issued is taken
out of what is offered here, and told with its reason.
"""

from collections.abc import Sequence
from dataclasses import replace

from comity.cases.calendars import Calendar
from comity.cases.permitted import Permission
from comity.cases.procedure import CARRIES_OUT, halts_of_case
from comity.cases.single import is_emergency
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.node.callbacks import GATED, calls_about, is_confirmed, is_request, request_act
from comity.node.laneviews import StopView
from comity.node.ports import Transaction

CALL_BACK, HALTED = "call_back", "halted"
STOPS = (CALL_BACK, HALTED)
_PREFIX = "permitted."


def offered(
    tx: Transaction,
    authority: AuthorityId,
    case: CaseId,
    allowed: Sequence[Permission],
    *,
    calendar: Calendar,
    now: Instant,
) -> tuple[Permission, ...]:
    """Return what may be sent next, without what a call-back or a halt stops; the items that are free stay.

    Args:
        tx: A snapshot is enough.
        authority: Our office.
        case: The case.
        allowed: What the acts of the case permit.
        calendar: Of our State, for remedy periods.
        now: When.

    Basis: 24(2), 41(3)(e)
    """
    return tuple(
        _stopped(tx, authority, case, one, calendar=calendar, now=now)
        if one.is_allowed and one.kind in GATED and one.request is not None
        else one
        for one in allowed
    )


def stops_of(offers: Sequence[Permission]) -> tuple[StopView, ...]:
    """Return what is stopped at home, and by what."""
    known = {f"{_PREFIX}{why}": why for why in STOPS}
    return tuple(
        StopView(kind=one.kind, request=one.request, why=known[one.why_not])
        for one in offers
        if one.why_not in known and one.request is not None
    )


def _stopped(
    tx: Transaction,
    authority: AuthorityId,
    case: CaseId,
    one: Permission,
    *,
    calendar: Calendar,
    now: Instant,
) -> Permission:
    request = ActId(str(one.request))
    if _lacks_call(tx, authority, request):
        return replace(one, why_not=f"{_PREFIX}{CALL_BACK}", items=())
    if one.kind not in CARRIES_OUT:
        return one

    def is_free(item: str) -> bool:
        found = halts_of_case(tx, authority, case, now=now, calendar=calendar, request=request, items=(item,))
        return not found

    free = tuple(item for item in one.items if is_free(item))
    return replace(one, items=free) if free else replace(one, why_not=f"{_PREFIX}{HALTED}", items=())


def _lacks_call(tx: Transaction, authority: AuthorityId, request: ActId) -> bool:
    """Tell whether an emergency request waits for its call-back; one that is attested never does."""
    record = tx.acts.get(authority, request)
    if record is None or record.kind == "act.attest":
        return False
    act = request_act(tx, authority, request)
    return is_request(act) and is_emergency(act) and not is_confirmed(calls_about(tx, authority, request))
