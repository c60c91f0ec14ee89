"""Why an answer may not be sent: it names nothing that waits for an answer of its author."""

import msgspec

from comity.cases.acts import Act
from comity.cases.ports import Address
from comity.cases.state import RequestState, Undoing
from comity.cases.talking import Talk
from comity.cases.talks import ANSWERS, UNASKED
from comity.cases.teamacts import SHARE

_ABOUT_WHAT_CAME = frozenset({"consent.ask", "data.correct", "exculpation.notify"})
_TOLD = ("information.send", SHARE)
_NAMING = ("consult", "offer", "ask", "proposal", "warning", "correction", "breach", "received", "team")


def answer_fault(body: msgspec.Struct, act: Act, request: RequestState) -> str:
    """Return why an answer may not be sent: what it names waits for no answer of its author."""
    if act.kind == "recall.answer":
        owed = [one.execution for one in _undoings(request, act.sender)]
        return "" if getattr(body, "execution", "") in owed else "permitted.not_asked"
    if act.kind == "exculpation.notify":
        return (
            ""
            if getattr(body, "received", "") in _came(request, act.sender)
            else "permitted.nothing_received"
        )
    if act.kind == "data.correct" and getattr(body, "received", "") not in _came(request, act.sender):
        return "permitted.nothing_received"
    if act.kind not in ANSWERS:
        return ""
    named = {getattr(body, name, None) for name in _NAMING} - {None}
    if not named and act.kind in UNASKED:
        return ""
    waiting = {one.act for one in _waiting(request, act.kind, act.sender)}
    return "" if named and named <= waiting else "permitted.not_asked"


def _waiting(request: RequestState, kind: str, me: Address) -> tuple[Talk, ...]:
    """Return what waits for an answer of this kind by ``me``."""
    return tuple(one for one in request.open_talks(*ANSWERS[kind]) if one.owner == me)


def _undoings(request: RequestState, me: Address) -> tuple[Undoing, ...]:
    """Return what ``me`` still has to undo."""
    return tuple(one for one in request.undoings if one.answer is None and one.owner == me)


def talk_fault(request: RequestState, kind: str, me: Address) -> str:
    """Return why an answer waits for nothing, or what is asked about is not there."""
    if kind in ANSWERS and kind not in UNASKED and not _waiting(request, kind, me):
        return "permitted.not_asked"
    if kind == "recall.answer" and not _undoings(request, me):
        return "permitted.not_asked"
    if kind in _ABOUT_WHAT_CAME and not _came(request, me):
        return "permitted.nothing_received"
    return ""


def _came(request: RequestState, me: Address) -> frozenset[str]:
    """Return the acts by which something came to ``me`` under a request and was not taken back."""
    gone = {one.act for one in request.deliveries if not one.recalled}
    gone |= {one.act for one in request.handed if not one.recalled}
    return frozenset(gone | {one.act for one in request.talks if one.kind in _TOLD and one.owner == me})
