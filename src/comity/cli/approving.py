"""How a draft becomes an act: findings decided by name, approvals, then the authority's signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.context import read_file
from comity.cli.output import Reply
from comity.cli.pages import act_lines, draft_lines, short
from comity.cli.problems import UsageError
from comity.cli.values import act_value, draft_value

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.cli.ports import Desks
    from comity.node.views import Actor, ActView, DraftView

EXECUTION = "execution"
"""The purpose that answering implies, of those that ``comity.node.access`` knows."""
_STOP = "stop"
_OUTCOMES = ("proceed", _STOP)


def approve_draft(
    context: Context, desks: Desks, actor: Actor, *, act: str, reason: str, implied: str = EXECUTION
) -> Reply:
    """Decide what ``--decide`` names, approve as this officer, and issue the act when nothing lacks.

    While something blocks or waits for a decision nothing is approved: the answer is the draft, and says so.
    ``implied`` is the purpose of reading it on a live node where none is named.
    """
    for finding, outcome, why in decisions_of(context):
        desks.cases.decide(actor, act=act, finding=finding, outcome=outcome, inner=why, outer="")
        if outcome == _STOP:
            return _stopped(context, act=act, finding=finding)
    draft = desks.cases.draft(actor, act=act, purpose=context.purpose(desks, implied=implied))
    if draft.undecided or not draft.assessment.may_proceed:
        return prepared(context, draft)
    draft = desks.cases.approve(actor, act=act, reason=reason)
    if draft.is_ready:
        return issued(context, desks.cases.issue(actor, act=act))
    return prepared(context, draft)


def decisions_of(context: Context) -> tuple[tuple[str, str, str], ...]:
    """Return what ``--decide CODE=OUTCOME:REASON`` says: finding, outcome, reason."""
    found = []
    for text in context.options.many("decide"):
        finding, _, rest = text.partition("=")
        outcome, _, reason = rest.partition(":")
        if not finding or outcome not in _OUTCOMES or not reason.strip():
            raise UsageError("usage.decide", where="--decide", value=text[:80])
        found.append((finding, outcome, reason.strip()))
    return tuple(found)


def _stopped(context: Context, *, act: str, finding: str) -> Reply:
    """Return the answer after a finding was decided against the act: the draft is gone, the reason kept."""
    line = context.say("line.stopped", act=short(act), code=finding)
    return Reply(value={"issued": False, "stopped": finding, "dropped": act}, lines=(line,))


def given_document(context: Context) -> bytes | None:
    """Return the document of national law that is to go with an act; None where none is named."""
    path = context.options.maybe("document")
    return None if path is None else read_file(path)


def prepared(context: Context, draft: DraftView) -> Reply:
    """Return the answer that shows a draft."""
    value = {"issued": False, "draft": draft_value(draft, context.words)}
    return Reply(value=value, lines=draft_lines(draft, context.words))


def issued(context: Context, act: ActView) -> Reply:
    """Return the answer that shows an issued act."""
    return Reply(value={"issued": True, "act": act_value(act)}, lines=act_lines(act, context.words))
