"""Figures on feeds: what went to whom and came from whom, how soon it was receipted, what is still open.

They are counted from the books of batches, receipts and alerts, so that two people who count get the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from comity.indicators.alerts import AlertRecord
from comity.indicators.figures import Count, counted, part_of
from comity.kernel.clock import SECOND, Instant

STATEMENT, RETRACTION, WITHDRAWAL = "statement", "retraction", "withdrawal"
ALERT, ANSWER, RECALL = "alert", "answer", "recall"
ENTRY, DECISION, UNSORTED = "entry", "decision", "unsorted"
KINDS = (STATEMENT, RETRACTION, WITHDRAWAL, ALERT, ANSWER, RECALL, ENTRY, DECISION, UNSORTED)
"""Of changes. What was counted before kinds were kept is unsorted."""
TAKEN_BACK = frozenset({RETRACTION, WITHDRAWAL, RECALL})
"""After a change of these kinds a receiver may no longer use what it has."""
SENT, RECEIVED = "sent", "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One batch that went or came.

    Attributes:
        office: Of the peer.
        list: Of a feed of a list, its name.
        kinds: How many changes of each kind; fewer than ``count`` where some are not known.
        taken: Changes that the receiving side stored.
        left: Codes of those that it did not take, one for each.
        at: When it was made, or came.
        receipted_at: Of one that went: when the receipt came; None while it is awaited.
    """

    office: str
    feed: str
    list: str = ""
    direction: str
    kinds: tuple[tuple[str, int], ...] = ()
    count: int
    taken: int = 0
    left: tuple[str, ...] = ()
    at: Instant
    receipted_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What went to an office of a peer by one feed, or came from it.

    Attributes:
        office: Of the peer.
        list: Of a feed of a list, its name.
        direction: ``sent`` or ``received``.
        batches: How many messages.
        changes: By kind.
        taken: Changes that the receiving side stored.
        waiting: Of those that went: without a receipt yet.
        refused: Changes that were not taken, by code.
        median_seconds: Until the receipt came: half were as fast; None where nothing was receipted.
        slow_seconds: Nine of ten were as fast.
    """

    office: str
    feed: str
    list: str
    direction: str
    batches: int
    changes: tuple[Count, ...]
    taken: int
    waiting: int
    refused: tuple[Count, ...]
    median_seconds: int | None
    slow_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """What is taken back and the peer has not confirmed.

    Attributes:
        count: How many changes.
        oldest: Since when the oldest waits.
        at_least: Whether there may be more: so much changed that not all of it was looked at.
    """

    office: str
    feed: str
    list: str
    count: int
    oldest: Instant
    at_least: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFlow:
    """Alerts to an office of a peer, or from it.

    Attributes:
        direction: ``sent`` or ``received``.
        yes: Answered: the same is seen; ``no``: it is not; ``unsaid``: looked at, without saying.
        open: Not answered yet, of which ``late`` should have been by now; one that was recalled is neither.
        recalled: Taken back by their author.
        median_seconds: From the alert to the answer: half were as fast; None where none was answered.
        slow_seconds: Nine of ten were as fast.
    """

    office: str
    direction: str
    alerts: int
    yes: int
    no: int
    unsaid: int
    open: int
    late: int
    recalled: int
    median_seconds: int | None
    slow_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverFigure:
    """A receiver of TAXII or MISP: how much it brought in the span."""

    name: str
    tlp: str
    writes: bool
    made_at: Instant
    revoked_at: Instant | None
    brought: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigure:
    """A server from which is pulled.

    Attributes:
        pulled_at: When the last pull ended well; None for never.
        failed_at: When the last one failed, with which code; None for never.
        pushed: How many statements it was given.
    """

    name: str
    kind: str
    pulled_at: Instant | None
    failed_at: Instant | None
    fault: str
    pushed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What is published and a peer is not given, by reason."""

    office: str
    reasons: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the statements of an office stand now.

    Attributes:
        statements: How many are not retracted.
        published: How many of them are published.
        warned: Not published, and known to a warning list: so they wait for a named override.
        held: What of the published a peer is not given.
    """

    statements: int
    published: int
    warned: int
    held: tuple[HeldBack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFigures:
    """Figures on the feeds of one office.

    Attributes:
        since: First instant of the span; ``until`` the first behind it.
        unconfirmed: As it stands now, whenever it began.
        standing: None unless it was asked for: every statement is read for it.
    """

    since: Instant
    until: Instant
    flows: tuple[Flow, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    alerts: tuple[AlertFlow, ...]
    receivers: tuple[ReceiverFigure, ...]
    sources: tuple[SourceFigure, ...]
    standing: Standing | None = None


@dataclass(slots=True)
class _Sums:
    batches: int = 0
    taken: int = 0
    waiting: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: list[int] = field(default_factory=list)


def flows_of(crossings: Iterable[Crossing]) -> tuple[Flow, ...]:
    """Return what went and came, by direction, office and feed; each batch is read once."""
    sums: defaultdict[tuple[str, str, str, str], _Sums] = defaultdict(_Sums)
    for one in crossings:
        held = sums[one.direction, one.office, one.feed, one.list]
        held.batches += 1
        held.taken += one.taken
        known = Counter(dict(one.kinds))
        known[UNSORTED] += max(0, one.count - known.total())
        held.kinds += known
        held.refused.update(one.left)
        if one.receipted_at is not None:
            held.seconds.append(max(0, one.receipted_at - one.at) // SECOND)
        elif one.direction == SENT:
            held.waiting += one.count
    return tuple(_flow(*place, sums[place]) for place in sorted(sums, key=lambda place: (place[1:], place)))


def alert_flows(records: Iterable[AlertRecord], *, now: Instant) -> tuple[AlertFlow, ...]:
    """Return how alerts were answered: ours by each office that was told, others' by us."""
    sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seconds: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one in records:
        if one.via:
            ours = one.ack
            answers = {one.via.partition(" ")[0]: None if ours is None else (ours.hit, ours.at - one.came)}
        else:
            acks = {ack.office: (ack.hit, ack.at - one.alert.at) for ack in one.acks}
            answers = {office: acks.get(office) for office, _ in one.to}
        for office, answer in answers.items():
            place = (office, RECEIVED if one.via else SENT)
            sums[place]["alerts"] += 1
            sums[place]["recalled"] += bool(one.recalled)
            if answer is not None:
                sums[place][answer[0] or "unsaid"] += 1
                seconds[place].append(max(0, answer[1]) // SECOND)
            elif not one.recalled:
                sums[place]["open"] += 1
                sums[place]["late"] += 0 < one.alert.answer_by <= now
    return tuple(_alert_flow(*place, sums[place], seconds[place]) for place in sorted(sums))


def _flow(direction: str, office: str, feed: str, name: str, sums: _Sums) -> Flow:
    ordered = sorted(sums.seconds)
    return Flow(
        office=office,
        feed=feed,
        list=name,
        direction=direction,
        batches=sums.batches,
        changes=counted(sums.kinds),
        taken=sums.taken,
        waiting=sums.waiting,
        refused=counted(sums.refused),
        median_seconds=part_of(ordered, 50),
        slow_seconds=part_of(ordered, 90),
    )


def _alert_flow(office: str, direction: str, sums: Mapping[str, int], seconds: list[int]) -> AlertFlow:
    names = ("alerts", "yes", "no", "unsaid", "open", "late", "recalled")
    ordered = sorted(seconds)
    return AlertFlow(
        office=office,
        direction=direction,
        median_seconds=part_of(ordered, 50),
        slow_seconds=part_of(ordered, 90),
        **{name: sums.get(name, 0) for name in names},
    )
