"""Call-backs: an officer rings the other side on a number of its signed entry before anything is disclosed.

What a message says about numbers counts for nothing. A call is recorded by the officer who made it, with the
version of the entry in which the number stood.
"""

from typing import Annotated

import msgspec

from comity.cases.acts import Act, parse_act
from comity.cases.errors import GateClosedError
from comity.cases.kinds import REQUEST_KINDS, parse_body
from comity.cases.ports import Address, PendingRecord
from comity.cases.procedure import CARRIES_OUT
from comity.cases.recalling import RECALLABLE
from comity.cases.single import is_emergency
from comity.cases.wire import parse_signed_act
from comity.exchange.directory import Directory
from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.signing import Envelope
from comity.node.lanetasks import keep_task, tasks_of
from comity.node.ports import Transaction
from comity.requests.lanes import CALL_BACK, RECALL, TELL, call_back_of, review_of, telling_of

CONFIRMED, NOT_REACHED, DENIED = "confirmed", "not-reached", "denied"
OUTCOMES = (CONFIRMED, NOT_REACHED, DENIED)
GATED = CARRIES_OUT | {"transmission.decide"}
"""Acts by which data leave: none on an emergency request before a call-back has confirmed it."""


class CallBack(msgspec.Struct, frozen=True, kw_only=True):
    """One call that an officer made.

    Attributes:
        request: The request it was about.
        party: Fingerprint of the root of the Party called.
        office: The office called.
        number: As its signed entry gave it.
        entry: Version of that entry.
        reached: Who answered, as a desk or a function; never case material.
    """

    request: str
    office: str
    party: str
    number: str
    entry: int
    officer: str
    at: int
    outcome: str
    reached: Annotated[str, msgspec.Meta(max_length=200)] = ""


def calls_about(tx: Transaction, authority: AuthorityId, request: str) -> tuple[CallBack, ...]:
    """Return the calls that an office made about a request, oldest first."""
    names = tx.node.names(_prefix(authority, request))
    kept = [tx.node.setting(name) for name in names]
    found = [msgspec.convert(parse_ijson(data), CallBack) for data in kept if data is not None]
    return tuple(sorted(found, key=lambda call: call.at))


def keep_call(tx: Transaction, authority: AuthorityId, call: CallBack) -> None:
    """Keep a call; none is ever changed or removed."""
    number = len(tx.node.names(_prefix(authority, call.request)))
    name = f"{_prefix(authority, call.request)}{number:06}"
    tx.node.put_setting(name, dump_ijson(msgspec.to_builtins(call)))


def is_confirmed(calls: tuple[CallBack, ...]) -> bool:
    """Tell whether the last call that reached somebody confirmed the request."""
    reached = [call for call in calls if call.outcome != NOT_REACHED]
    return bool(reached) and reached[-1].outcome == CONFIRMED


def numbers_of(
    tx: Transaction, directory: Directory, end: Address, *, at: Instant
) -> tuple[int, tuple[str, ...]]:
    """Return the version of an office's signed entry in force and the telephone numbers in it."""
    entry = directory.party(tx.exchange, end.root).in_force(at)
    office = entry.authority(end.authority) if entry is not None else None
    if entry is None or office is None:
        return 0, ()
    contacts = office.service.contacts if office.service is not None else ()
    return entry.version, tuple(one.telephone for one in contacts if one.telephone)


def require_number(number: str, known: tuple[str, ...]) -> None:
    """Raise DeniedError ``callback.number`` unless the signed entry gives this number.

    Basis: PROTOCOL rule 10; DESIGN invariant 7
    """
    if number not in known:
        raise DeniedError(
            "callback.number",
            "this number does not stand in the signed entry of the office called",
            hint="call " + " or ".join(known)
            if known
            else "the entry names no number; the other Party publishes one with 'comity directory publish'",
        )


def require_outcome(outcome: str) -> None:
    """Raise MalformedError ``callback.outcome`` for what is no outcome of a call."""
    if outcome not in OUTCOMES:
        raise MalformedError(
            "callback.outcome", f"{outcome[:20]!r} is no outcome", hint="outcomes are " + ", ".join(OUTCOMES)
        )


def request_act(tx: Transaction, authority: AuthorityId, request: str) -> Act:
    """Return the act of a request that an office holds; raise NotFoundError ``request.absent``."""
    record = tx.acts.get(authority, ActId(parse_digest(request, where="request")))
    act = parse_signed_act(record.signed).act if record is not None else None
    if act is None or not is_request(act):
        raise NotFoundError("request.absent", "this office holds no such request", where=request[:64])
    return act


def is_request(act: Act) -> bool:
    """Tell whether an act is a request."""
    return act.kind in REQUEST_KINDS


def require_called_back(tx: Transaction, authority: AuthorityId, act: Act) -> None:
    """Refuse an act that lets data leave on an emergency request which no call-back has confirmed.

    Args:
        tx: The transaction in which the act is approved or issued.
        authority: Our office, whose act it is.
        act: The draft.

    Raises:
        GateClosedError: ``gate.call_back``.

    Basis: 41(3)(e); PROTOCOL rule 10
    """
    if act.kind not in GATED:
        return
    request = _asked(tx, authority, act)
    if (
        request is not None
        and is_emergency(request)
        and not is_confirmed(calls_about(tx, authority, request.id))
    ):
        raise GateClosedError(
            "gate.call_back",
            "nobody has confirmed this emergency by calling the other side back",
            hint="call a number of its signed entry, and record the call with 'comity duty call'",
            where=request.id,
        )


def draft_of(pending: PendingRecord) -> Act:
    """Return the act that a draft will become."""
    return parse_act(Envelope(payload_type=pending.payload_type, payload=pending.payload))


def owe_review(tx: Transaction, authority: AuthorityId, act: Act, *, at: Instant) -> None:
    """Owe the review of a decision to transmit on an emergency request, from the moment it is issued.

    So is any act that one person approved alone: a second one confirms it, or refuses to.

    Basis: PROTOCOL rule 10
    """
    request = _asked(tx, authority, act) if act.kind == "transmission.decide" else None
    if act.single or (request is not None and is_emergency(request)):
        keep_task(tx, authority, review_of(act.id, decided_at=at))


def owe_call_back(tx: Transaction, authority: AuthorityId, act: Act, *, at: Instant) -> None:
    """Owe a call to the other side, which let one person approve this act alone; once.

    Basis: PROTOCOL rule 10
    """
    if act.single:
        task = call_back_of(act.id, request=str(_request_id(act)), received_at=at)
        if task.id not in {one.id for one in tasks_of(tx, authority)}:
            keep_task(tx, authority, task)


def owe_telling(tx: Transaction, authority: AuthorityId, act: Act, *, at: Instant) -> None:
    """Owe the other side that a second person refused what one approved alone.

    Basis: PROTOCOL rule 10
    """
    recallable = act.kind in RECALLABLE
    keep_task(tx, authority, telling_of(act.id, refused_at=at, case=act.case, recallable=recallable))


def end_telling(tx: Transaction, authority: AuthorityId, act: Act, *, at: Instant) -> None:
    """Take it as told, where the act issued recalls what was refused, or is a notice about its request."""
    if act.kind not in ("act.recall", "breach.notify"):
        return
    for task in tasks_of(tx, authority):
        if task.code not in (RECALL, TELL) or not task.is_open:
            continue
        record = tx.acts.get(authority, ActId(task.lane))
        about = "" if record is None else _request_id(parse_signed_act(record.signed).act)
        told = act.body.get("act") == task.lane if act.kind == "act.recall" else act.body["request"] == about
        if told:
            by = act.sender.authority
            keep_task(tx, authority, msgspec.structs.replace(task, done_by=by, done_at=at, words=act.kind))


def close_call_backs(tx: Transaction, authority: AuthorityId, call: CallBack) -> None:
    """Take the calls that were owed about a request as made, once somebody was reached."""
    for task in tasks_of(tx, authority):
        if task.code == CALL_BACK and task.lane == call.request and task.is_open:
            done = msgspec.structs.replace(
                task, done_by=call.officer, done_at=call.at, words=f"{call.outcome}: {call.reached}"[:500]
            )
            keep_task(tx, authority, done)


def _request_id(act: Act) -> str:
    return act.id if is_request(act) else str(act.body.get("request"))


def _asked(tx: Transaction, authority: AuthorityId, act: Act) -> Act | None:
    """Return the request that an act answers; None for one that came outside any node.

    Whoever attests such a request says how its authenticity was checked; there is no signed entry to call.
    """
    record = tx.acts.get(authority, ActId(str(getattr(parse_body(act), "request", ""))))
    found = parse_signed_act(record.signed).act if record is not None else None
    return found if found is not None and is_request(found) else None


def _prefix(authority: AuthorityId, request: str) -> str:
    return f"lane/{authority}/call/{request}/"
