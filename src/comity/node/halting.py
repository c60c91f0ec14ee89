"""What halts a way out at home: asked by every way out, in the transaction in which something would leave."""

from collections.abc import Sequence

from comity.cases.kinds import items_of, parse_body, request_of
from comity.cases.procedure import CARRIES_OUT, Halt, halts_of_case
from comity.cases.wire import parse_signed_act
from comity.kernel.errors import ConflictError
from comity.kernel.ids import ActId, AuthorityId, CaseId, party_of
from comity.node.ports import Transaction
from comity.node.workplace import Workplace


def halts(
    tx: Transaction,
    place: Workplace,
    authority: AuthorityId,
    case: CaseId,
    *,
    request: str = "",
    items: Sequence[str] = (),
) -> tuple[Halt, ...]:
    """Return what halts a case of an office now, or one request of it and some items.

    Basis: 24(2)
    """
    return halts_of_case(
        tx,
        authority,
        case,
        now=place.clock.now(),
        calendar=place.calendars.of(party_of(authority)),
        request=request,
        items=items,
    )


def halts_of_act(
    tx: Transaction, place: Workplace, authority: AuthorityId, act_id: ActId
) -> tuple[Halt, ...]:
    """Return what halts an act that was issued: nothing, unless it carries out what a measure brought."""
    record = tx.acts.get(authority, act_id)
    if record is None or record.kind not in CARRIES_OUT:
        return ()
    act = parse_signed_act(record.signed).act
    body = parse_body(act)
    if body is None:
        return ()
    request = str(request_of(act, body))
    return halts(tx, place, authority, act.case, request=request, items=items_of(body))


def require_not_halted(tx: Transaction, place: Workplace, authority: AuthorityId, act_id: ActId) -> None:
    """Raise ConflictError ``delivery.halted`` while a delivery that was announced may not go on."""
    found = halts_of_act(tx, place, authority, act_id)
    if found:
        raise ConflictError(
            "delivery.halted",
            f"the delivery waits: {found[0].why} against {found[0].step.value} under {found[0].provision}",
            hint="it goes on by itself once nothing halts it; 'comity procedure show CASE' tells what runs",
            where=act_id,
        )
