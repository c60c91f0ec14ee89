"""The marked single approval: in an emergency one named person approves what two approve otherwise.

The mark stands in the payload as a code, so officer and authority sign it and whoever checks the act sees
it. What may carry it is normative in ``docs/spec/acts.md``, section 5, and repeated in ``verify.py``.
"""

from collections.abc import Sequence
from typing import Any

from comity.cases.acts import Act
from comity.cases.approvals import EMERGENCY_KINDS, persons_needed
from comity.cases.ports import CaseTransaction, Directory
from comity.cases.wire import parse_signed_act
from comity.kernel.clock import Instant
from comity.kernel.errors import UntrustedError
from comity.kernel.ids import ActId, AuthorityId

EMERGENCY = "41(3)(e)"
"""The mechanism of a request for emergency disclosure."""

REQUEST = "assistance.request"
"""The kind of act that carries it."""

_DIGITS = 64

KIND, POLICY, MORE, CALM = (
    "approval.single_kind",
    "approval.single_policy",
    "approval.single_more",
    "approval.single_calm",
)
_SAID = {
    KIND: ("an act of kind {kind} is never approved by one person alone", "let a second person approve"),
    POLICY: (
        "the Party entry of the author does not let one person approve alone",
        "a head allows it with 'comity duty single on'",
    ),
    MORE: ("it is marked as approved by one person alone", "drop it and draft it without the mark"),
    CALM: ("it is not about a request for emergency disclosure", "let a second person approve"),
}


def is_emergency(act: Act) -> bool:
    """Tell whether an act is a request for emergency disclosure.

    Basis: 2(o), 41(3)(e)
    """
    asked: Any = act.body.get("request")
    return act.kind == REQUEST and isinstance(asked, dict) and asked.get("mechanism") == EMERGENCY


def single_fault(
    tx: CaseTransaction,
    authority: AuthorityId,
    act: Act,
    *,
    approvals: int,
    directory: Directory,
    at: Instant,
) -> str:
    """Return why an act may not carry the mark that it carries; empty where it may, or carries none.

    Args:
        tx: A transaction.
        authority: Whose acts are looked at.
        act: The act.
        approvals: How many officers approved it so far.
        directory: Tells whether the author's entry in force allows it.
        at: The time at which the act is judged.

    Basis: PROTOCOL rule 10; 41(3)(e)
    """
    if not act.single:
        return ""
    fault = marked_fault(act, approvals=approvals)
    if fault or not directory.single_approval(act.sender.root, at=at):
        return fault or POLICY
    if act.kind == REQUEST:
        return "" if is_emergency(act) else CALM
    named = str(act.body.get("request"))
    record = tx.acts.get(authority, ActId(named)) if len(named) == _DIGITS else None
    asked = parse_signed_act(record.signed).act if record is not None else None
    return "" if asked is not None and asked.case == act.case and is_emergency(asked) else CALM


def marked_fault(act: Act, *, approvals: int) -> str:
    """Return what is wrong with a mark by the act alone: its kind, and how many approved."""
    if act.kind not in EMERGENCY_KINDS:
        return KIND
    return MORE if approvals > 1 else ""


def require_single(
    tx: CaseTransaction,
    authority: AuthorityId,
    act: Act,
    *,
    approvals: int,
    directory: Directory,
    at: Instant,
) -> None:
    """Raise UntrustedError with the code of :func:`single_fault`, where there is one."""
    fault = single_fault(tx, authority, act, approvals=approvals, directory=directory, at=at)
    if fault:
        said, hint = _SAID[fault]
        raise UntrustedError(fault, said.format(kind=act.kind), hint=hint, where=act.id)


def persons_for(kind: str, *, single: str) -> int:
    """Return how many officers must approve an act of a kind, with or without the mark."""
    return 1 if single and kind in EMERGENCY_KINDS else persons_needed(kind)


def completes_row(roles: Sequence[str], *, kind: str) -> bool:
    """Tell whether persons in these roles meet the row of a kind as if nothing had been marked."""
    return len(roles) >= persons_needed(kind) and (persons_needed(kind) < 2 or "head" in roles)
