"""From what an officer hands in to the skeleton and the parts of an act.

An officer writes as little as possible: the request is found where only one fits, the items are all
that the act may name, times may be dates. What is filled in is shown before anything is approved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from comity.cases.attested import ATTEST, CONFIRM, CONVEY, DISPUTE
from comity.cases.kinds import DRAFT, KINDS, OPENING_KINDS
from comity.cases.permitted import Permission
from comity.cases.service import PartInput
from comity.cases.state import LEAST_PRESERVATION, CaseState, RequestState
from comity.cases.talking import STANDING
from comity.cases.talks import TALKS
from comity.kernel.clock import DAY, Instant, read_instant, start_of
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.requests.errors import incomplete
from comity.requests.kinds import Trait
from comity.requests.matter import best_class
from comity.requests.procedure import EFFECTS
from comity.requests.reading import Reading
from comity.requests.wire import parse_form, split_form
from comity.treaty.packs import practice_pack

MOST_FORM = 1024 * 1024
JSON = "application/json"
TEXT = "text/plain"
UNSAID = "unsaid"
"""Stands for the instrument where a letter names none."""
_TIMES = ("until", "t0", "expires", "from", "at", "expected", "known_since")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """What an officer hands in for an act other than a request: a body, and parts by name."""

    body: Mapping[str, Any]
    parts: tuple[PartInput, ...]


def nothing_answered(request: str, item: str) -> str:
    """Return that a provider answered nothing."""
    return ""


def parse_act_form(data: bytes) -> ActForm:
    """Return the form of an act: ``{"body": {…}, "parts": {"reason": "text" or {…}}}``.

    A text becomes a plain-text part; an object with ``text`` and ``language`` keeps its language.

    Raises:
        MalformedError: ``form.shape``, or not I-JSON.
    """
    value = parse_ijson(data, most_bytes=MOST_FORM, where="the form")
    if not isinstance(value, dict) or not set(value) <= {"body", "parts"}:
        raise MalformedError(
            "form.shape",
            "a form holds the members body and parts, and no others",
            hint='e.g. {"body": {"items": ["1"]}, "parts": {"reason": {"text": "…", "language": "en"}}}',
        )
    body, parts = value.get("body", {}), value.get("parts", {})
    if not isinstance(body, dict) or not isinstance(parts, dict):
        raise MalformedError("form.shape", "body and parts are objects", where="/body")
    return ActForm(body=body, parts=tuple(_part(name, given) for name, given in parts.items()))


def request_act(reading: Reading, *, case: CaseState | None) -> tuple[str, dict[str, Any], PartInput]:
    """Return kind, skeleton and part of the act that carries a request form.

    Args:
        reading: The form.
        case: The case it is added to; a data request then follows the preservation in it.

    Raises:
        MalformedError: ``request.incomplete`` when a field does not hold.
    """
    summary, part = split_form(reading)
    if reading.kind is None:
        raise ValueError("a form that splits has a kind")
    rows = reading.rows("/basis")
    skeleton = {
        "mechanism": reading.kind.mechanism,
        "instrument": reading.get(f"{rows[0]}/instrument"),
        "basis": [
            {
                "role": reading.get(f"{row}/role"),
                "instrument": reading.get(f"{row}/instrument"),
                "article": reading.get(f"{row}/reference"),
            }
            for row in rows
        ],
        "class": summary["class"],
        "items": summary["items"],
        "urgent": summary["urgent"],
        "confidential_until": _day_end(reading.day("/confidentiality/until")),
        "preservation": _preservation(case) if reading.kind.has(Trait.KEEPS) else None,
    }
    return reading.kind.act, {"request": skeleton}, PartInput(name="form", media=JSON, data=part)


def draft_act_of(reading: Reading) -> tuple[str, dict[str, Any], PartInput]:
    """Return kind, skeleton and part of the act that only talks about a request; the form may be incomplete.

    Raises:
        MalformedError: ``request.incomplete`` where not even the kind is known.

    Basis: 41(3)(a)
    """
    if reading.kind is None:
        raise incomplete("/kind", 1)
    rows = reading.rows("/basis")
    instrument = reading.get(f"{rows[0]}/instrument") if rows else None
    draft = {"mechanism": reading.kind.mechanism, "instrument": str(instrument or UNSAID)}
    part = PartInput(name="form", media=JSON, data=dump_ijson(reading.content))
    return DRAFT, {"draft": draft}, part


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came outside any node, transcribed: kind, skeleton and parts of the act that it is."""

    kind: str
    body: Mapping[str, Any]
    parts: tuple[PartInput, ...]


def told_form(data: bytes) -> Told:
    """Return what a transcription says.

    It is the form of a request, complete or not; or ``{"act": KIND, "body": {…}, "parts": {…}}`` for anything
    else.

    Raises:
        MalformedError: neither; ``request.incomplete`` where not even the kind of request is known.
    """
    value = parse_ijson(data, most_bytes=MOST_FORM, where="the transcription")
    if isinstance(value, dict) and isinstance(kind := value.get("act"), str):
        form = parse_act_form(dump_ijson({name: one for name, one in value.items() if name != "act"}))
        body = {name: _time(one, name) if name in _TIMES else one for name, one in form.body.items()}
        return Told(kind=kind, body=body, parts=form.parts)
    reading = parse_form(data)
    if reading.kind is None:
        raise incomplete("/kind", 1)
    part = PartInput(name="form", media=JSON, data=dump_ijson(reading.content))
    return Told(kind=reading.kind.act, body={"request": _told_request(reading)}, parts=(part,))


def _told_request(reading: Reading) -> dict[str, Any]:
    """Return the skeleton of a request as it came: what is missing is filled with what asks for least.

    What the letter lacks is found when the request is assessed, and asked for like any clarification.
    """
    if reading.kind is None:
        raise incomplete("/kind", 1)
    best = best_class(reading)
    basis = [
        {
            "role": str(reading.get(f"{row}/role") or "obligation"),
            "instrument": str(reading.get(f"{row}/instrument") or UNSAID),
            "article": str(reading.get(f"{row}/reference") or reading.kind.mechanism),
        }
        for row in reading.rows("/basis")
    ]
    fallback = {"role": "obligation", "instrument": UNSAID, "article": reading.kind.mechanism}
    items = [str(name) for row in reading.rows("/items") if (name := reading.get(f"{row}/id"))]
    return {
        "mechanism": reading.kind.mechanism,
        "instrument": basis[0]["instrument"] if basis else UNSAID,
        "basis": basis or [fallback],
        "class": best.value if best else "C",
        "items": items or ["1"],
        "urgent": reading.get("/urgency") is not None or reading.get("/vulnerable") is True,
        "confidential_until": _day_end(reading.day("/confidentiality/until")),
        "preservation": None,
    }


def complete_body(
    kind: str,
    given: Mapping[str, Any],
    *,
    state: CaseState,
    permitted: Sequence[Permission],
    now: Instant,
    answered: Callable[[str, str], str] = nothing_answered,
) -> dict[str, Any]:
    """Return the skeleton of an act, with what follows from the case filled in.

    Args:
        kind: A kind of the table that is no request.
        given: What the officer wrote; it always wins.
        state: The case.
        permitted: What may be sent now.
        now: For times that count from now.
        answered: Tells of a request and an item what the provider's answer comes to; empty for none.

    Raises:
        MalformedError: ``form.kind``, ``form.time``.
        ConflictError: ``form.request``: several requests are open, and none was named.
    """
    if kind not in KINDS or kind in OPENING_KINDS or kind == ATTEST:
        raise MalformedError(
            "form.kind",
            f"{kind[:40]!r} is no kind of act that answers or moves a request",
            hint="kinds are " + ", ".join(sorted(set(KINDS) - OPENING_KINDS - {ATTEST})),
        )
    body = {name: _time(value, name) if name in _TIMES else value for name, value in given.items()}
    fields = fields_of(kind)
    if "request" in fields and "request" not in body:
        body["request"] = _only_request(kind, permitted)
    request = state.request(str(body.get("request") or ""))
    open_items = next((p.items for p in permitted if p.kind == kind and p.request == body.get("request")), ())
    if request is not None:
        results = {item: answered(request.id, item) or "executed" for item in open_items}
        _fill(kind, body, request, results=results, now=now)
    if kind in ("request.refuse", "request.postpone") and "consulted" not in body:
        body["consulted"] = request.consultations[-1] if request and request.consultations else None
    if kind in ("order.record", "request.postpone"):
        body.setdefault("until", _order_end(body, request) if kind == "order.record" else None)
    if kind == "case.close":
        body.setdefault("outcome", "done")
    if kind in (CONFIRM, DISPUTE):
        _name_one(body, "attestation", [one.act for one in state.attested if one.status == STANDING])
    if kind == "draft.answer":
        _name_one(body, "consultation", [one.act for one in state.consultations if one.answer is None])
    if kind == CONVEY:
        _name_one(body, "act", [one.act for one in state.unconveyed])
        body.setdefault("step", "sent")
        body.setdefault("at", now)
    return body


def _name_one(body: dict[str, Any], member: str, found: Sequence[str]) -> None:
    if len(found) == 1:
        body.setdefault(member, found[0])


def fields_of(kind: str) -> frozenset[str]:
    """Return the members that the skeleton of a kind has; none for a kind that is not known."""
    row = KINDS.get(kind)
    found = () if row is None else msgspec.structs.fields(row.body)
    return frozenset(one.encode_name for one in found)


def _fill(
    kind: str, body: dict[str, Any], request: RequestState, *, results: Mapping[str, str], now: Instant
) -> None:
    open_items = list(results)
    match kind:
        case "preservation.effect":
            body.setdefault("t0", now)
            body.setdefault("expires", body["t0"] + LEAST_PRESERVATION)
            body.setdefault("items", [{"id": item, "state": EFFECTS[results[item]]} for item in open_items])
        case "execution.report":
            body.setdefault("items", [{"id": item, "result": results[item]} for item in open_items])
        case "evidence.deliver" | "evidence.hand":
            body.setdefault("items", [{"id": item, "result": results[item]} for item in open_items])
            if request.decisions:
                body.setdefault("decision", request.decisions[-1].act)
            names = [str(one.get("id")) for one in body["items"] if isinstance(one, dict)]
            body.setdefault("conditions", [one.act for one in request.accepted_conditions(names)])
        case "order.record":
            body.setdefault("from", now)
            body.setdefault("items", open_items)
        case "request.answer":
            if request.clarifications:
                body.setdefault("clarify", request.clarifications[-1])
        case _:
            if "items" in fields_of(kind):
                body.setdefault("items", open_items)
    name_asked(kind, body, request)


def name_asked(kind: str, body: dict[str, Any], request: RequestState) -> None:
    """Name what an answer answers, where only one thing waits for it; and what came, where one thing did."""
    for row in TALKS.values():
        waiting = [talk for talk in request.open_talks(row.opens) if kind in row.answers]
        if len(waiting) == 1 and row.names not in body:
            body[row.names] = waiting[0].act
            if "items" in fields_of(kind) and waiting[0].items and kind == "assurance.give":
                body["items"] = list(waiting[0].items)
    owed = [one.execution for one in request.undoings if one.answer is None]
    if kind == "recall.answer" and len(owed) == 1:
        body.setdefault("execution", owed[0])
    came = [one.act for one in request.deliveries if not one.recalled]
    came += [one.act for one in request.handed if not one.recalled]
    came += [one.act for one in request.talks if one.kind == "information.send"]
    if kind in ("data.correct", "exculpation.notify") and len(came) == 1:
        body.setdefault("received", came[0])


def _order_end(body: Mapping[str, Any], request: RequestState | None) -> int | None:
    """Return the end of a domestic order where none is named: a preservation order ends. Basis: 25(2)"""
    if request is None or request.kind != "preservation.request" or "from" not in body:
        return None
    return int(body["from"]) + practice_pack().clocks.order_most * DAY


def _only_request(kind: str, permitted: Sequence[Permission]) -> str | None:
    if kind == "case.close":
        return None
    found = [p.request for p in permitted if p.kind == kind and p.is_allowed and p.request is not None]
    if len(found) == 1:
        return found[0]
    if not found:
        why = sorted({p.why_not for p in permitted if p.kind == kind and p.why_not})
        raise ConflictError(
            why[0] if why else "permitted.no_request",
            f"an act of kind {kind} may not be sent in this state of the case",
            hint="'comity case show' lists what is permitted next",
        )
    raise ConflictError(
        "form.request",
        f"{len(found)} requests of the case allow an act of kind {kind}",
        hint='name one: {"body": {"request": "…"}}, one of ' + ", ".join(found),
    )


def _preservation(case: CaseState | None) -> str | None:
    if case is None:
        return None
    kept = [request.id for request in case.requests if request.kind == "preservation.request"]
    return kept[-1] if kept else None


def _part(name: str, given: Any) -> PartInput:
    if isinstance(given, str):
        return PartInput(name=name, media=TEXT, data=given.encode("utf-8"))
    return PartInput(name=name, media=JSON, data=dump_ijson(given))


def _time(value: Any, name: str) -> Any:
    """Return microseconds for a date or an RFC 3339 time; numbers and null stay as they are."""
    if not isinstance(value, str):
        return value
    try:
        return read_instant(value)
    except ValueError as exc:
        raise MalformedError(
            "form.time", f"{value[:40]!r} is no date or time", hint="e.g. 2026-12-01", where=f"/body/{name}"
        ) from exc


def _day_end(day: date | None) -> Instant | None:
    return None if day is None else start_of(day + timedelta(days=1))
