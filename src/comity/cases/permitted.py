"""Which kinds an authority may send next, about which request, and why not."""

from dataclasses import dataclass

import msgspec

from comity.cases import attested, kinds
from comity.cases.acts import Act
from comity.cases.beside import attesting_fault, beside_fault, drafts_for
from comity.cases.errors import NotPermittedError
from comity.cases.fold import AFTER_CLOSE, RECALLABLE, unfit_under
from comity.cases.gate import require_unfrozen
from comity.cases.kinds import KINDS, OPENING_KINDS
from comity.cases.ports import Address
from comity.cases.replying import answer_fault, talk_fault
from comity.cases.state import FINAL, CaseState, ItemState, PreservationState, RequestState
from comity.cases.talks import sides
from comity.cases.teams import team_act_fault, team_fault
from comity.cases.threads import Thread
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, party_of

_BEFORE = frozenset({ItemState.ASKED, ItemState.POSTPONED})
_TAKEN_ON = frozenset({ItemState.ACCEPTED, ItemState.ORDERED})
_OPEN = frozenset(ItemState) - FINAL
_ITEMS: dict[str, frozenset[ItemState]] = {
    "request.accept": _BEFORE | {ItemState.REFUSED},
    "request.refuse": _BEFORE | _TAKEN_ON | {ItemState.DECIDED},
    "request.postpone": _BEFORE | _TAKEN_ON,
    "request.withdraw": frozenset(ItemState) - {ItemState.WITHDRAWN, ItemState.REFUSED},
    "request.forward": _BEFORE | _TAKEN_ON,
    "information.send": frozenset({ItemState.ACCEPTED}),
    "execution.report": _TAKEN_ON | {ItemState.PARTLY},
    "order.record": _TAKEN_ON,
    "preservation.effect": _TAKEN_ON | {ItemState.HELD, ItemState.PARTLY_HELD},
    "transmission.decide": _TAKEN_ON,
    "evidence.deliver": frozenset({ItemState.DECIDED, ItemState.PARTLY}),
    "evidence.hand": frozenset({ItemState.DECIDED, ItemState.PARTLY}),
    "execution.warn": _BEFORE | _TAKEN_ON | {ItemState.DECIDED},
    "costs.propose": _OPEN,
    "measure.lift": frozenset({ItemState.EXECUTED, ItemState.PARTLY}),
}
"""In which states of its items a kind may be sent."""

_FORMS_OF_ORIGINALS = 2
"""On paper, and with a qualified signature: each comes once."""

_HELD_BY_WARNING = frozenset(
    {"order.record", "preservation.effect", "transmission.decide", "evidence.deliver", "evidence.hand"}
    | {"execution.report"}
)
"""What waits while the requesting side decides about a warning. Basis: 40(20), 42(7)"""

_ABOUT_NO_REQUEST = frozenset({"act.recall", "part.erase", "draft.answer", *attested.KINDS_OF_ATTESTING})
_RUNNING = frozenset({PreservationState.EFFECTED, PreservationState.HELD, PreservationState.DECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether a kind may be sent now.

    Attributes:
        request: The request it would be about; None for a kind that is about none.
        items: The items it may name, for kinds that name items.
        why_not: Empty when it may be sent; else a stable code.
    """

    kind: str
    request: ActId | None
    items: tuple[str, ...]
    why_not: str

    @property
    def is_allowed(self) -> bool:
        """Tell whether the kind may be sent."""
        return not self.why_not


def permissions(state: CaseState, me: Address, *, now: Instant) -> tuple[Permission, ...]:
    """Return for every kind and request whether ``me`` may send it, and why not, by kind and request."""
    found = [
        Permission(kind=kind, request=None, items=(), why_not=_open_fault(state, kind, me))
        for kind in sorted(OPENING_KINDS)
    ]
    found.append(Permission(kind="case.close", request=None, items=(), why_not=_close_fault(state)))
    found += [
        Permission(kind=kind, request=None, items=(), why_not=beside_fault(state, kind, me))
        for kind in sorted(_ABOUT_NO_REQUEST - {"act.recall", "part.erase"})
    ]
    for request in state.requests:
        for kind in sorted(KINDS):
            if kind in OPENING_KINDS or kind in _ABOUT_NO_REQUEST:
                continue
            items = _items(request, kind)
            fault = _fault(state, request, kind, me=me, now=now)
            found.append(Permission(kind=kind, request=request.id, items=items, why_not=fault))
    return tuple(sorted(found, key=lambda p: (p.kind, p.request or "")))


def require_permitted(act: Act, state: CaseState, thread: Thread, *, now: Instant) -> None:
    """Check that an act may be sent in the state its author knows.

    Raises:
        NotPermittedError: with the code that :func:`permissions` gives.
        FrozenError: the kind is coercive and the case is frozen.
    """
    body = kinds.parse_body(act)
    if body is None:
        raise NotPermittedError("permitted.unknown_kind", f"this software does not write {act.kind} acts")
    require_unfrozen(act.kind, state)
    if act.opens_case:
        fault = "" if act.kind in (*OPENING_KINDS, attested.ATTEST) else "permitted.needs_request"
    elif act.kind in OPENING_KINDS:
        fault = _open_fault(state, act.kind, act.sender)
    else:
        fault = _act_fault(act, body, state, thread, now)
    if fault:
        raise NotPermittedError(
            fault,
            f"an act of kind {act.kind} may not be sent in this state of the case",
            hint="see which acts are permitted next",
            where=str(kinds.request_of(act, body) or act.case),
        )


def _act_fault(act: Act, body: msgspec.Struct, state: CaseState, thread: Thread, now: Instant) -> str:
    if isinstance(body, kinds.RecallBody):
        return _recall_fault(body.act, act.sender, state, thread)
    if act.kind in attested.KINDS_OF_ATTESTING:
        return attesting_fault(act, state, thread)
    if act.kind == "draft.answer":
        fault = beside_fault(state, act.kind, act.sender)
        named = getattr(body, "consultation", "")
        return fault or ("" if named in drafts_for(state, act.sender) else "permitted.not_asked")
    if isinstance(body, kinds.EraseBody):
        target = thread.get(body.act)
        return "" if target is not None and target.part(body.part) else "permitted.no_part"
    if isinstance(body, kinds.CloseBody) and body.request is None:
        return _close_fault(state)
    request = state.request(getattr(body, "request", ""))
    if request is None:
        return "permitted.no_request"
    fault = _fault(state, request, act.kind, me=act.sender, now=now) or _body_fault(body, act.kind, request)
    return fault or answer_fault(body, act, request) or team_act_fault(act, body, request.teams, now=now)


def _body_fault(body: msgspec.Struct, kind: str, request: RequestState) -> str:
    if not set(kinds.items_of(body)) <= {item.id for item in request.items}:
        return "permitted.no_item"
    if kind in _ITEMS and not set(kinds.items_of(body)) <= set(_items(request, kind)):
        return "permitted.item_state"
    if isinstance(body, kinds.AnswerBody) and body.clarify not in request.clarifications:
        return "permitted.not_asked"
    if isinstance(body, (kinds.DeliverBody, kinds.HandBody)):
        names = {item.id for item in body.items}
        decided = next((d for d in request.decisions if d.act == body.decision), None)
        if decided is None or not names <= set(decided.items):
            return "permitted.not_decided"
        if not {one.act for one in request.accepted_conditions(names)} <= set(body.conditions):
            return "permitted.conditions_missing"
    if isinstance(body, kinds.ForwardBody):
        same = party_of(AuthorityId(body.authority)) == party_of(request.to.authority)
        return "" if same else "permitted.other_party"
    return ""


def _recall_fault(target_id: str, me: Address, state: CaseState, thread: Thread) -> str:
    target = thread.get(target_id)
    recallable = target is not None and (target.kind in RECALLABLE or target.kind == attested.ATTEST)
    if target is None or target.sender != me or not recallable:
        return "permitted.not_recallable"
    return "permitted.recalled" if target.id in state.recalled else ""


def _close_fault(state: CaseState) -> str:
    if state.closed:
        return "permitted.closed"
    return "" if all(r.closed or _is_settled(r) for r in state.requests) else "permitted.still_open"


def _is_settled(request: RequestState) -> bool:
    """Tell whether nothing is owed on the request and no preservation runs for it."""
    kept = request.preservation.state
    if kept in (PreservationState.RELEASED, PreservationState.NOT_HELD):
        return True
    return request.is_final and kept not in _RUNNING


def _open_fault(state: CaseState, kind: str, me: Address) -> str:
    if state.participants and me not in state.participants:
        return "permitted.no_participant"
    return "permitted.closed" if state.closed else _frozen_fault(state, kind)


def _frozen_fault(state: CaseState, kind: str) -> str:
    return "permitted.frozen" if KINDS[kind].coercive and state.is_frozen else ""


def _items(request: RequestState, kind: str) -> tuple[str, ...]:
    if kind not in _ITEMS:
        return tuple(item.id for item in request.items) if _takes_items(kind) else ()
    away = request.warned if kind in _HELD_BY_WARNING else frozenset()
    if kind == "measure.lift":
        away = frozenset(item for one in request.liftings for item in one.items)
    return tuple(item for item in request.item_ids(*_ITEMS[kind]) if item not in away)


def _takes_items(kind: str) -> bool:
    return any(field.encode_name == "items" for field in msgspec.structs.fields(KINDS[kind].body))


def _fault(state: CaseState, request: RequestState, kind: str, *, me: Address, now: Instant) -> str:
    may_follow = kind in AFTER_CLOSE and kind != "case.close"
    if state.closed and not may_follow:
        return "permitted.closed"
    offered = request.kind == kinds.OFFER
    sender = kinds.sender_of(kind, mechanism=request.mechanism)
    if me not in sides(sender, by=request.by, to=request.to, offered=offered):
        return "permitted.other_side"
    if kind in unfit_under(request.kind) or (
        kind == "measure.lift" and request.mechanism not in kinds.PROPERTY
    ):
        return "permitted.mechanism"
    if kind == "evidence.deliver" and attested.has_no_node(request.by):
        return "permitted.no_node"
    if request.closed and not may_follow:
        return "permitted.request_closed"
    if kind in _ITEMS and not _items(request, kind):
        warned = kind in _HELD_BY_WARNING and bool(request.warned)
        return "permitted.warned" if warned else "permitted.no_item_ready"
    other = request.to if me == request.by else request.by
    fault = _kind_fault(request, kind, now) or team_fault(
        request.teams, kind, mechanism=request.mechanism, me=me, other=other, now=now
    )
    return fault or talk_fault(request, kind, me) or _frozen_fault(state, kind)


def _kind_fault(request: RequestState, kind: str, now: Instant) -> str:
    state = request.preservation.state_at(now)
    if kind == "preservation.release":
        return "" if state in _RUNNING | {PreservationState.EXPIRED} else "permitted.not_preserved"
    if kind == "preservation.extend":
        return "" if state in _RUNNING else "permitted.not_preserved"
    if kind == "request.answer":
        return "" if request.clarifications else "permitted.not_asked"
    if kind == "request.clarify" and not any(item.state in _OPEN for item in request.items):
        return "permitted.no_item_ready"
    if kind == "original.confirm" and len(request.originals) == _FORMS_OF_ORIGINALS:
        return "permitted.original_here"
    if kind == "case.close" and not _is_settled(request):
        return "permitted.still_open"
    return ""
