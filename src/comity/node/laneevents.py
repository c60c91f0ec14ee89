"""What the fast lanes did in a case, in the order of their time: calls, reviews, holds, confirmations."""

from collections.abc import Collection, Iterator

from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId, party_of
from comity.node.callbacks import calls_about
from comity.node.lanetasks import tasks_of
from comity.node.laneviews import LaneEvent
from comity.node.ports import Transaction
from comity.requests.lanes import CONFIRM, RECALL, REVIEW, TELL, Task

_KNOWN_REVIEWS = ("upheld", "not-upheld")


def lane_events(
    tx: Transaction, authority: AuthorityId, *, case: CaseId, acts: Collection[ActId]
) -> tuple[LaneEvent, ...]:
    """Return what the lanes of an office did in a case, oldest first.

    Args:
        tx: A snapshot is enough.
        authority: Our office; nothing of another's lanes is known here.
        case: The case.
        acts: Its acts.

    Basis: 41(3)(e), 40(13), 50(2)
    """
    found = [event for act in acts for event in _calls(tx, authority, act)]
    about = set(acts)
    for task in tasks_of(tx, authority):
        if task.lane in about or task.case == case:
            found += _of_task(task)
    return tuple(sorted(found, key=lambda event: event.at))


def _calls(tx: Transaction, authority: AuthorityId, act: ActId) -> Iterator[LaneEvent]:
    for call in calls_about(tx, authority, act):
        given = (("officer", call.officer), ("party", party_of(AuthorityId(call.office))))
        code = f"call.{call.outcome}"
        yield LaneEvent(at=Instant(call.at), code=code, about=call.request, given=given)


def _of_task(task: Task) -> Iterator[LaneEvent]:
    """Yield that a task arose, and that it was done; a call that is owed is told by the call itself."""
    named = {REVIEW: "review", CONFIRM: "confirm", RECALL: "", TELL: ""}
    kind = named.get(task.code, "hold" if task.case else "")
    if not kind:
        return
    step = (("step", f"lane_task.{task.code}"),) if kind == "hold" else ()
    due: tuple[tuple[str, str | int], ...] = (*step, ("due", task.due))
    begun = Instant(task.since if task.reckoned.startswith("start") else task.begun)
    if task.is_open or kind != "hold":
        yield LaneEvent(at=begun, code=f"{kind}.owed", about=task.id, given=due)
    if not task.is_open:
        outcome = task.words.partition(":")[0]
        ended = outcome if kind == "review" and outcome in _KNOWN_REVIEWS else "done"
        given = (*step, ("officer", task.done_by))
        yield LaneEvent(at=Instant(task.done_at), code=f"{kind}.{ended}", about=task.id, given=given)
