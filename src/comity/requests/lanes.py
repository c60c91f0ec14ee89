"""Tasks of the fast lanes: each with an owner, an hour and the paragraph it rests on, until somebody did it.

The plan for property is reckoned forwards from its beginning and backwards from the end of the hold: whatever
comes first. A hold that ends before the request has arrived is money lost.
"""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from comity.cases.reckoning import Step
from comity.kernel.clock import DAY, HOUR, MINUTE, Instant

REVIEW = "review"
CONFIRM = "confirm-in-writing"
CALL_BACK = "call-back"
CALL_BACK_WITHIN = HOUR
"""From the receipt of what one person approved alone. Basis: PROTOCOL rule 10"""
REVIEW_WITHIN = 72 * HOUR
"""From the decision. Basis: PROTOCOL rule 10"""
RECALL, TELL = "recall-refused", "tell-refused"
"""What a second person refused is recalled; what cannot be recalled is told to the other side."""
TELL_WITHIN = 24 * HOUR
"""From the refusal; a target of the house. Basis: PROTOCOL rule 10"""
CONFIRM_WITHIN = 3 * DAY
"""From what was said, where the other side's entry names no other time. Basis: 40(13)"""
PEER_REACTS, ORDER_UNCERTAIN = "peer-reacts", "order-uncertain"
REACTS_WITHIN = 15 * MINUTE
"""In which the other side of an urgent request for property shows that a person has it; our own target.

Basis: 50(2)
"""
TAG_RETRACTED = "tag-retracted"
WEIGHED_WITHIN = 24 * HOUR
"""In which a person says whether a freeze stands after a tag was retracted; a target of the house.

Basis: 24(1)
"""
FOUND_OUT_WITHIN = HOUR
"""In which a person finds out whether an order was carried out. Basis: PROTOCOL rule 27"""
ASSETS = ("payment", "wallet")
USUAL_HOLD = 72 * HOUR
MOST_WORDS = 500


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an office owes by an hour.

    Attributes:
        id: Names it.
        lane: Groups what belongs together: an act, or the name of a property lane.
        due: By when.
        reckoned: How ``due`` was come to: ``start+H`` or ``end-H``, with H in hours; ``start+Mm`` in minutes.
        since: The start or the end that it counts from.
        begun: When its lane began.
        case: The case of a lane for property, or of what was said by voice; empty where none is known.
        done_by: Who did it; empty while it is open.
    """

    id: str
    lane: str
    code: str
    basis: str
    due: int
    reckoned: str
    since: int
    begun: int = 0
    case: str = ""
    done_by: str = ""
    done_at: int = 0
    words: Annotated[str, msgspec.Meta(max_length=500)] = ""

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has done it."""
        return not self.done_by


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    code: str
    basis: str
    start: int | None = None
    before_end: int | None = None


_FIRST = {
    "payment": (
        _Step(code="bank-recall", basis="47(1)", start=1),
        _Step(code="fiu-hold", basis="47(1)", start=2),
    ),
    "wallet": (
        _Step(code="issuer-freeze", basis="47(1)", start=1),
        _Step(code="fiu-hold", basis="47(1)", start=2),
    ),
}
_THEN = (
    _Step(code="hold-confirmed", basis="47(1)", start=6),
    _Step(code="order", basis="50(2)", before_end=48),
    _Step(code="request-sent", basis="50(2)", before_end=36),
    _Step(code="request-received", basis="50(2)", before_end=24),
    _Step(code="hold-extended-or-freezing", basis="50(2)", before_end=6),
)


def property_plan(
    lane: str, asset: str, *, start: Instant, hold_ends: Instant, case: str = ""
) -> tuple[Task, ...]:
    """Return the steps of a lane for property, in the order of their hours.

    A step never falls due before an hour has passed since the beginning, and never after the end of the hold.

    Args:
        lane: Name of the lane.
        asset: One of ``ASSETS``.
        start: When the money or the wallet was reported.
        hold_ends: When the hold ends, or is thought to.
        case: The case that it belongs to, where there is one.

    Basis: 50(2), 47(1)
    """
    made = []
    for step in (*_FIRST[asset], *_THEN):
        if step.start is not None:
            since, due, reckoned = start, start + step.start * HOUR, f"start+{step.start}"
        else:
            hours = step.before_end or 0
            since, due, reckoned = hold_ends, hold_ends - hours * HOUR, f"end-{hours}"
        due = min(max(due, start + HOUR), max(hold_ends, start))
        made.append(
            Task(
                id=f"{lane}/{step.code}",
                lane=lane,
                code=step.code,
                basis=step.basis,
                due=due,
                reckoned=reckoned,
                since=since,
                begun=start,
                case=case,
            )
        )
    return tuple(sorted(made, key=lambda task: task.due))


def review_of(decision: str, *, decided_at: Instant) -> Task:
    """Return the review of an emergency decision, owed within 72 hours.

    Basis: PROTOCOL rule 10
    """
    due = decided_at + REVIEW_WITHIN
    return Task(
        id=f"{decision}/{REVIEW}",
        lane=decision,
        code=REVIEW,
        basis="24(1)",
        due=due,
        reckoned="start+72",
        since=decided_at,
    )


def telling_of(act: str, *, refused_at: Instant, case: str, recallable: bool) -> Task:
    """Return that the other side is told of what a second person refused to confirm.

    Basis: PROTOCOL rule 10; 24(1)
    """
    return Task(
        id=f"{act}/{TELL}",
        lane=act,
        code=RECALL if recallable else TELL,
        basis="24(1)",
        due=refused_at + TELL_WITHIN,
        reckoned=f"start+{TELL_WITHIN // HOUR}",
        since=refused_at,
        case=case,
    )


def call_back_of(act: str, *, request: str, received_at: Instant) -> Task:
    """Return the call that is owed to the other side, which let one person approve an act alone.

    Basis: PROTOCOL rule 10
    """
    return Task(
        id=f"{act}/{CALL_BACK}",
        lane=request,
        code=CALL_BACK,
        basis="41(3)(e)",
        due=received_at + CALL_BACK_WITHIN,
        reckoned=f"start+{CALL_BACK_WITHIN // HOUR}",
        since=received_at,
    )


def confirmation_of(act: str, *, said_at: Instant, days: int | None = None, case: str = "") -> Task:
    """Return the task to confirm in writing what was said by voice.

    Args:
        act: The act that a registrar attested, or the request concerned.
        said_at: When it was said.
        days: Within how many days the other side's entry wants it; None where it says nothing.
        case: The case of the act, where it is known.

    Basis: 40(13)
    """
    span = CONFIRM_WITHIN if days is None else days * DAY
    return Task(
        id=f"{act}/{CONFIRM}",
        lane=act,
        code=CONFIRM,
        basis="40(13)",
        due=said_at + span,
        reckoned=f"start+{span // HOUR}",
        since=said_at,
        case=case,
    )


def reaction_of(act: str, *, sent_at: Instant, case: str) -> Task:
    """Return that the other side reacts to an urgent request for property, or is called.

    Basis: 50(2)
    """
    return Task(
        id=f"{act}/{PEER_REACTS}",
        lane=act,
        code=PEER_REACTS,
        basis="50(2)",
        due=sent_at + REACTS_WITHIN,
        reckoned=f"start+{REACTS_WITHIN // MINUTE}m",
        since=sent_at,
        begun=sent_at,
        case=case,
    )


def order_task(asset: str, order: int, *, since: Instant) -> Task:
    """Return that a person finds out whether a provider carried an order out.

    Basis: PROTOCOL rule 27; 31(2)
    """
    return Task(
        id=f"freeze-{asset}/{order}/{ORDER_UNCERTAIN}",
        lane=f"freeze-{asset}",
        code=ORDER_UNCERTAIN,
        basis="31(2)",
        due=since + FOUND_OUT_WITHIN,
        reckoned=f"start+{FOUND_OUT_WITHIN // HOUR}",
        since=since,
        begun=since,
    )


def weighing_task(asset: str, line: int, *, since: Instant) -> Task:
    """Return that a person says whether a freeze stands after tags were retracted.

    Args:
        asset: Its name.
        line: Line of its book that tells of the retraction.
        since: When the office learnt of it.

    Basis: 24(1)
    """
    return Task(
        id=f"freeze-{asset}/{line}/{TAG_RETRACTED}",
        lane=f"freeze-{asset}",
        code=TAG_RETRACTED,
        basis="24(1)",
        due=since + WEIGHED_WITHIN,
        reckoned=f"start+{WEIGHED_WITHIN // HOUR}",
        since=since,
        begun=since,
    )


def steps_of(task: Task) -> tuple[Step, ...]:
    """Return the arithmetic of a task's hour: what it counts from, the hours, and the bound of the lane."""
    ends = task.reckoned.startswith("end-")
    told = task.reckoned.partition("-" if ends else "+")[2]
    minutes, count = told.endswith("m"), int(told.removesuffix("m"))
    reached = Instant(task.since + (-count if ends else count) * (MINUTE if minutes else HOUR))
    given = (("count", count),)
    first = Step(code="lane_end" if ends else "lane_start", at=Instant(task.since))
    code = "plus_minutes" if minutes else "less_hours" if ends else "plus_hours"
    counted = Step(code=code, at=reached, given=given)
    bound = Step(code="lane_bound", at=Instant(task.due))
    return (first, counted) if reached == task.due else (first, counted, bound)
