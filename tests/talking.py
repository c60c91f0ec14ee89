"""Skeletons for acts of the conversation and of attesting, which fit the state of a case where they can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.cases import attested, conversation, teamacts
from comity.cases.ports import Address
from comity.cases.state import CaseState, RequestState
from comity.cases.talks import ANSWERS, TALKS

TALKED = frozenset(row.name for row in (*conversation.ROWS, *attested.ROWS, *teamacts.ROWS)) | {
    "evidence.hand"
}
OFFICES = ("XAA/contact-point", "XAB/contact-point")
AGREED = "7" * 64
NOTHING = "6" * 64


def talk_body(
    kind: str, state: CaseState, *, me: Address, request: str, items: Sequence[str] = ("1",), now: int
) -> dict[str, Any]:
    """Return the skeleton of an act of the conversation that answers what waits for ``me``, if anything."""
    found = state.request(request)
    beside = _beside(kind, state, me=me, request=found, now=now)
    if beside is not None:
        return beside
    about = {"request": request, "items": list(items)}
    came = [] if found is None else [*(d.act for d in found.deliveries), *(d.act for d in found.handed)]
    received = came[0] if came else NOTHING
    decision = found.decisions[-1].act if found and found.decisions else NOTHING
    agreed = [] if found is None else [talk.act for talk in found.accepted_conditions(items)]
    more: dict[str, Any] = {
        "evidence.hand": {
            "items": [{"id": name, "result": "executed"} for name in items[:1]],
            "medium": "disk",
            "decision": decision,
            "conditions": agreed,
        },
        "conditions.offer": about | {"conditions": ["use_limited", "no_onward"]},
        "consent.ask": about | {"use": "other_purpose"},
        "assurance.ask": about | {"assurances": ["speciality"]},
        "assurance.give": about | {"assurances": ["speciality"]},
        "costs.propose": about | {"amount": "1200.50", "currency": "XXX", "bears": "shared"},
        "execution.warn": about | {"risk": "confidentiality"},
        "exculpation.answer": {"points_away": "no"},
        "exculpation.notify": {"received": received, "before": True},
        "recall.answer": {"execution": _owed(found, me), "result": "destroyed"},
        "data.correct": about | {"received": received},
        "correction.answer": {"result": "applied"},
        "breach.notify": {"what": "loss", "at_author": True, "known_since": now},
    }.get(kind, {})
    return {"request": request} | _answered(kind, found, me) | more | team_body(kind, found, now=now)


def team_body(kind: str, found: RequestState | None, *, now: int) -> dict[str, Any]:
    """Return the members of an act of a joint team beside the request: of the newest agreement, if any."""
    teams = () if found is None else found.teams
    team = teams[-1] if teams else None
    if kind == teamacts.AGREE:
        return {
            "agreement": AGREED,
            "parties": list(OFFICES),
            "leader": OFFICES[0],
            "from": now - 1000,
            "until": now + 1_000_000_000_000,
        }
    if kind not in teamacts.KINDS_OF_TEAM:
        return {}
    about = {"team": NOTHING if team is None else team.act}
    if kind == teamacts.SHARE:
        return about
    about["agreement"] = AGREED if team is None else team.agreement
    if kind == teamacts.CARRY:
        about |= {"authority": "XAC/contact-point", "act": NOTHING, "what": "signed"}
    return about


def _beside(
    kind: str, state: CaseState, *, me: Address, request: RequestState | None, now: int
) -> dict[str, Any] | None:
    drafts = [one.act for one in state.consultations if one.to == me and one.answer is None]
    mine = [one.act for one in state.attested if one.of == me and one.status == "standing"]
    if kind == "consultation.draft":
        return {"draft": {"mechanism": "44(1)", "instrument": "uncc"}}
    if kind == "draft.answer":
        return {"consultation": (drafts or [NOTHING])[0], "fields": ["/facts"]}
    if kind in (attested.CONFIRM, attested.DISPUTE):
        return {"attestation": (mine or [NOTHING])[0]}
    if kind == attested.CONVEY:
        left = [one.act for one in state.unconveyed]
        return {"act": (left or [NOTHING])[0], "step": "sent", "channel": "post", "at": now}
    if kind == attested.ATTEST:
        request = request or (state.requests[0] if state.requests else None)
        is_asked = request is not None and request.by != me
        named = NOTHING if request is None else request.id
        told = "status.ask" if is_asked else "request.accept"
        body = {"request": named} | ({} if is_asked else {"items": ["1"]})
        return {"kind": told, "body": body, "channel": "voice", "at": now, "checked": "callback"}
    return None


def _answered(kind: str, request: RequestState | None, me: Address) -> dict[str, Any]:
    """Return the member that names what is answered."""
    row = next((one for one in TALKS.values() if kind in one.answers), None)
    if row is None:
        return {}
    waiting = [] if request is None else [t for t in request.open_talks(*ANSWERS[kind]) if t.owner == me]
    if not waiting and kind in ("assurance.give", "status.tell"):
        return {}
    return {row.names: waiting[0].act if waiting else NOTHING}


def _owed(request: RequestState | None, me: Address) -> str:
    owed = (
        [] if request is None else [u.execution for u in request.undoings if u.owner == me and not u.answer]
    )
    return owed[0] if owed else NOTHING
