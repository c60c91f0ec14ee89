"""Commands that answer: the requested side decides, the requesting side clarifies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.approving import approve_draft
from comity.cli.finding import find_act, find_request
from comity.cli.problems import UsageError

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.output import Reply
    from comity.cli.ports import Desks
    from comity.node.views import Actor, RequestView

# What the commands themselves imply, of the purposes that ``comity.node.access`` knows.
_EXECUTION, _INVESTIGATION = "execution", "investigation"
_ASKS = {
    "request.clarify": ("request.answer", "clarify"),
    "case.consult": ("consult.answer", "consult"),
}
"""What may be answered: by which kind of act, and the member that names the question."""


def decide(context: Context) -> Reply:
    """Accept, refuse or postpone a request or some of its items."""
    chosen = [name for name in ("accept", "refuse", "postpone") if context.options.values.get(name)]
    if len(chosen) != 1:
        raise UsageError("usage.one_of", where="--accept", options="--accept, --refuse GROUND, --postpone")
    if chosen[0] != "accept" and not context.options.text("outer").strip():
        raise UsageError("usage.outer", where="--outer")
    with context.seated() as (desks, actor):
        purpose = context.purpose(desks, implied=_EXECUTION)
        request = find_request(desks, actor, context.options.text("act"), purpose=purpose)
        body, parts = _answer_of(context, desks, request, chosen[0])
        return _draft_and_approve(
            context,
            desks,
            actor,
            kind=f"request.{chosen[0]}",
            case=request.case,
            form={"body": body, "parts": parts},
            reason=context.options.text("inner"),
        )


def answer(context: Context) -> Reply:
    """Answer a question or a consultation of the other side about a request."""
    with context.seated() as (desks, actor):
        purpose = context.purpose(desks, implied=_INVESTIGATION)
        clarify = find_act(desks, actor, context.options.text("act"), purpose=purpose)
        if clarify.kind not in _ASKS:
            raise UsageError("usage.no_question", where=clarify.act, kind=clarify.kind)
        kind, member = _ASKS[clarify.kind]
        body = {"request": clarify.body.get("request"), member: clarify.act}
        return _draft_and_approve(
            context,
            desks,
            actor,
            kind=kind,
            case=clarify.case,
            form={"body": body, "parts": {"answer": context.options.text("text")}},
            reason=context.options.text("reason"),
        )


def _answer_of(
    context: Context, desks: Desks, request: RequestView, choice: str
) -> tuple[dict[str, object], dict[str, str]]:
    options = context.options
    body: dict[str, object] = {"request": request.act, "items": _items(context, request)}
    if choice == "accept":
        return body, {}
    if consulted := options.maybe("consulted"):
        body["consulted"] = desks.cases.resolve(consulted)
    if choice == "refuse":
        body["ground"] = options.text("refuse")
    else:
        until = options.text("until")
        body["ground"] = "P-40.27"
        body["until"] = _instant(until) if until else None
    return body, {"reason": options.text("outer")}


def _items(context: Context, request: RequestView) -> list[str]:
    """Return the items meant: those named, else all of the request."""
    named = [item.strip() for item in context.options.text("items").split(",") if item.strip()]
    unknown = [item for item in named if item not in request.items]
    if unknown:
        raise UsageError(
            "usage.items", where="--items", unknown=", ".join(unknown), known=", ".join(request.items)
        )
    return named or list(request.items)


def _instant(text: str) -> int:
    from datetime import date

    from comity.kernel.clock import start_of

    try:
        return start_of(date.fromisoformat(text))
    except ValueError as exc:
        raise UsageError("usage.date", where="--until", value=text[:40]) from exc


def _draft_and_approve(
    context: Context,
    desks: Desks,
    actor: Actor,
    *,
    kind: str,
    case: str,
    form: dict[str, object],
    reason: str,
) -> Reply:
    from comity.kernel.ijson import dump_ijson

    draft = desks.cases.draft_act(actor, kind=kind, case=case, form=dump_ijson(form))
    return approve_draft(context, desks, actor, act=draft.act, reason=reason)
