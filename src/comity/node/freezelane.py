"""What a freeze owes while it waits: a sign of life from the other side, an order nobody knows the end of.

All of it is kept as tasks of the fast lanes, so that it rings, moves to the next officer, and stays
on the board until a named person or the other side's own act ends it.
"""

import msgspec

from comity.cases.acts import Act
from comity.cases.kinds import PROPERTY, REQUEST_KINDS
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.assetbooks import tied_to
from comity.node.lanetasks import keep_task, tasks_of
from comity.node.ports import Transaction
from comity.requests.lanes import (
    MOST_WORDS,
    ORDER_UNCERTAIN,
    PEER_REACTS,
    TAG_RETRACTED,
    Task,
    order_task,
    reaction_of,
    weighing_task,
)
from comity.requests.reading import Reading
from comity.tracing.secrets import require_no_secret

POLICE = "47(1)"
_OF_PROPERTY = frozenset(
    {"property-freezing", "confiscation", "proceeds-tracing", "return-sharing", "police-cooperation"}
)


def require_no_key(reading: Reading) -> None:
    """Refuse the form of a request about property that holds what looks like a private key.

    Raises:
        MalformedError: ``freeze.secret``.
    """
    if reading.kind is not None and reading.kind.code in _OF_PROPERTY:
        require_no_secret(reading.content)


def is_urgent_property(act: Act) -> bool:
    """Tell whether an act asks at once for property, or for what the police can do about it at once.

    Basis: 50(2), 47(1)
    """
    asked = act.body.get("request") if act.kind in REQUEST_KINDS else None
    if not isinstance(asked, dict) or asked.get("urgent") is not True:
        return False
    return asked.get("mechanism") in PROPERTY or asked.get("mechanism") == POLICE


def follow_issue(tx: Transaction, authority: AuthorityId, act: Act, *, at: Instant) -> None:
    """Wait for the other side's reaction to an urgent request of ours; end what sending it ends.

    Args:
        tx: The transaction in which the act is issued.
        authority: Our office.
        act: The act that is issued.
        at: When.

    Basis: 50(2)
    """
    if not is_urgent_property(act):
        return
    keep_task(tx, authority, reaction_of(act.id, sent_at=at, case=str(act.case or act.id)))
    for name in tied_to(tx, authority, act.id):
        _end(tx, authority, f"property-{name}/request-sent", by=act.sender.authority, at=at, words=act.kind)


def follow_tie(tx: Transaction, authority: AuthorityId, name: str, *, by: str, at: Instant) -> None:
    """End the steps of asking for an asset that another State asked for: it did that itself."""
    for step in ("request-sent", "request-received"):
        _end(tx, authority, f"property-{name}/{step}", by=by, at=at, words="request")


def follow_arrival(tx: Transaction, authority: AuthorityId, act: Act, *, at: Instant) -> None:
    """End the waiting for a reaction where the other side's act is about a request that waits for one."""
    request = act.body.get("request")
    if not isinstance(request, str):
        return
    by = str(act.sender.authority)
    _end(tx, authority, f"{request}/{PEER_REACTS}", by=by, at=at, words=act.kind)
    for name in tied_to(tx, authority, request):
        _end(tx, authority, f"property-{name}/request-received", by=by, at=at, words=act.kind)


def owe_finding_out(tx: Transaction, authority: AuthorityId, name: str, order: int, *, at: Instant) -> None:
    """Owe that a person finds out whether an order was carried out. Basis: PROTOCOL rule 27"""
    keep_task(tx, authority, order_task(name, order, since=at))


def end_finding_out(
    tx: Transaction, authority: AuthorityId, name: str, order: int, *, by: str, at: Instant, words: str
) -> None:
    """End that somebody has to find it out: it is known."""
    _end(tx, authority, f"freeze-{name}/{order}/{ORDER_UNCERTAIN}", by=by, at=at, words=words)


def owe_weighing(tx: Transaction, authority: AuthorityId, name: str, line: int, *, at: Instant) -> None:
    """Owe that a person says whether a freeze stands after tags were retracted. Basis: 24(1)"""
    keep_task(tx, authority, weighing_task(name, line, since=at))


def end_weighing(
    tx: Transaction, authority: AuthorityId, name: str, line: int, *, by: str, at: Instant, words: str
) -> None:
    """End that somebody has to say it: it was said."""
    _end(tx, authority, f"freeze-{name}/{line}/{TAG_RETRACTED}", by=by, at=at, words=words[:MOST_WORDS])


def _end(tx: Transaction, authority: AuthorityId, task: str, *, by: str, at: Instant, words: str) -> None:
    held = next((one for one in tasks_of(tx, authority) if one.id == task and one.is_open), None)
    if held is not None:
        done: Task = msgspec.structs.replace(held, done_by=by, done_at=at, words=words)
        keep_task(tx, authority, done)
