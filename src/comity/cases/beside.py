"""Why an act about no request may not be sent: attestations, what is said about them, answers to drafts."""

import msgspec

from comity.cases import attested, kinds
from comity.cases.acts import Act
from comity.cases.fold import AFTER_CLOSE, RECALLABLE, is_from_side, unfit_under
from comity.cases.kinds import OPENING_KINDS
from comity.cases.ports import Address
from comity.cases.replying import answer_fault
from comity.cases.state import CaseState
from comity.cases.talking import STANDING
from comity.cases.threads import Thread
from comity.kernel.ids import ActId


def attesting_fault(act: Act, state: CaseState, thread: Thread) -> str:
    """Return why an attestation, or what is said about one, may not be sent."""
    if act.kind == attested.CONVEY:
        target = thread.get(str(act.body["act"]))
        own = target is not None and target.sender == act.sender
        return beside_fault(state, act.kind, act.sender) if own else "permitted.not_own"
    if act.kind in (attested.CONFIRM, attested.DISPUTE):
        named = next((one for one in state.attested if one.act == act.body["attestation"]), None)
        fits = named is not None and named.of == act.sender and named.status == STANDING
        return "" if fits else "permitted.no_attestation"
    what, body = kinds.told_steps(act)
    confirms = act.body.get("confirms")
    if confirms is not None:
        first = next((one for one in state.attested if one.act == confirms), None)
        fits = first is not None and first.by == act.sender and first.kind == what.kind and first.has_effect
        return "" if fits else "permitted.no_attestation"
    if what.kind in OPENING_KINDS:
        return "permitted.closed" if state.closed else ""
    return _told_fault(what, body, state, thread)


def _told_fault(what: Act, body: msgspec.Struct | None, state: CaseState, thread: Thread) -> str:
    """Return why what is attested would have no effect; in which state its items are is the other side's."""
    if state.closed and what.kind not in AFTER_CLOSE:
        return "permitted.closed"
    if isinstance(body, kinds.RecallBody):
        target = thread.get(body.act)
        done = None if target is None else attested.told(target).act
        fits = done is not None and done.sender == what.sender and done.kind in RECALLABLE
        return "" if fits else "permitted.not_recallable"
    if isinstance(body, kinds.CloseBody) and body.request is None:
        return ""
    if what.kind == "draft.answer":
        named = getattr(body, "consultation", "")
        return "" if named in drafts_for(state, what.sender) else "permitted.not_asked"
    request = state.request(str(getattr(body, "request", "")))
    asked = None if request is None else thread.get(request.id)
    if request is None or asked is None or body is None:
        return "permitted.no_request"
    if not is_from_side(what, attested.told(asked).act):
        return "permitted.other_side"
    if what.kind in unfit_under(request.kind):
        return "permitted.mechanism"
    if not set(kinds.items_of(body)) <= {item.id for item in request.items}:
        return "permitted.no_item"
    return answer_fault(body, what, request)


def drafts_for(state: CaseState, me: Address) -> tuple[ActId, ...]:
    """Return the drafts that ``me`` is asked about and has not answered."""
    return tuple(one.act for one in state.consultations if one.to == me and one.answer is None)


def beside_fault(state: CaseState, kind: str, me: Address) -> str:
    """Return why a kind that is about no request may not be sent."""
    if me not in state.participants:
        return "permitted.no_participant"
    if kind == "draft.answer":
        if state.closed:
            return "permitted.closed"
        return "" if drafts_for(state, me) else "permitted.not_asked"
    if kind == attested.CONVEY:
        return "" if any(map(attested.has_no_node, state.participants)) else "permitted.has_node"
    if kind in (attested.CONFIRM, attested.DISPUTE):
        mine = any(one.of == me and one.status == STANDING for one in state.attested)
        return "" if mine else "permitted.no_attestation"
    return ""
