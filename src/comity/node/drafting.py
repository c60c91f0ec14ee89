"""From what an officer hands in to the skeleton and the parts of an act.

An officer writes as little as possible: the request is found where only one fits, the items are all
that the act may name, times may be dates. What is filled in is shown before anything is approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from comity.cases.kinds import KINDS, REQUEST_KINDS
from comity.cases.permitted import Permission
from comity.cases.service import PartInput
from comity.cases.state import LEAST_PRESERVATION, CaseState, RequestState
from comity.kernel.clock import DAY, Instant, from_datetime, start_of
from comity.kernel.errors import ConflictError, MalformedError
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.requests.kinds import Trait
from comity.requests.reading import Reading
from comity.requests.wire import split_form
from comity.treaty.packs import practice_pack

MOST_FORM = 1024 * 1024
JSON = "application/json"
TEXT = "text/plain"
_TIMES = ("until", "t0", "expires", "from")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """What an officer hands in for an act other than a request: a body, and parts by name."""

    body: Mapping[str, Any]
    parts: tuple[PartInput, ...]


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


def complete_body(
    kind: str, given: Mapping[str, Any], *, state: CaseState, permitted: Sequence[Permission], now: Instant
) -> dict[str, Any]:
    """Return the skeleton of an act, with what follows from the case filled in.

    Args:
        kind: A kind of the table that is no request.
        given: What the officer wrote; it always wins.
        state: The case.
        permitted: What may be sent now.
        now: For times that count from now.

    Raises:
        MalformedError: ``form.kind``, ``form.time``.
        ConflictError: ``form.request``: several requests are open, and none was named.
    """
    if kind not in KINDS or kind in REQUEST_KINDS:
        raise MalformedError(
            "form.kind",
            f"{kind[:40]!r} is no kind of act that answers or moves a request",
            hint="kinds are " + ", ".join(sorted(set(KINDS) - set(REQUEST_KINDS))),
        )
    body = {name: _time(value, name) if name in _TIMES else value for name, value in given.items()}
    fields = {field.encode_name for field in _fields(kind)}
    if "request" in fields and "request" not in body:
        body["request"] = _only_request(kind, permitted)
    request = state.request(str(body.get("request") or ""))
    open_items = next((p.items for p in permitted if p.kind == kind and p.request == body.get("request")), ())
    if request is not None:
        _fill(kind, body, request, open_items, now)
    if kind in ("request.refuse", "request.postpone") and "consulted" not in body:
        body["consulted"] = request.consultations[-1] if request and request.consultations else None
    if kind in ("order.record", "request.postpone"):
        body.setdefault("until", _order_end(body, request) if kind == "order.record" else None)
    if kind == "case.close":
        body.setdefault("outcome", "done")
    return body


def _fields(kind: str) -> Any:
    return msgspec.structs.fields(KINDS[kind].body)


def _fill(
    kind: str, body: dict[str, Any], request: RequestState, open_items: Sequence[str], now: Instant
) -> None:
    match kind:
        case "preservation.effect":
            body.setdefault("t0", now)
            body.setdefault("expires", body["t0"] + LEAST_PRESERVATION)
            body.setdefault("items", [{"id": item, "state": "held"} for item in open_items])
        case "execution.report":
            body.setdefault("items", [{"id": item, "result": "executed"} for item in open_items])
        case "evidence.deliver":
            body.setdefault("items", [{"id": item, "result": "executed"} for item in open_items])
            if request.decisions:
                body.setdefault("decision", request.decisions[-1].act)
        case "order.record":
            body.setdefault("from", now)
            body.setdefault("items", list(open_items))
        case "request.answer":
            if request.clarifications:
                body.setdefault("clarify", request.clarifications[-1])
        case _:
            if any(field.encode_name == "items" for field in _fields(kind)):
                body.setdefault("items", list(open_items))


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
        if len(value) == len("2026-01-01"):
            return start_of(date.fromisoformat(value))
        moment = datetime.fromisoformat(value)
    except ValueError as exc:
        raise MalformedError(
            "form.time", f"{value[:40]!r} is no date or time", hint="e.g. 2026-12-01", where=f"/body/{name}"
        ) from exc
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _day_end(day: date | None) -> Instant | None:
    return None if day is None else start_of(day + timedelta(days=1))
