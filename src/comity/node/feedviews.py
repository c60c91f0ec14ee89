"""Feeds as programs are shown them: every field is there, also where it is what it mostly is.

What is kept leaves out what has its usual value; who reads an answer must not have to know that value.
"""

from dataclasses import dataclass

from comity.evidence.limits import Limits
from comity.indicators.alerts import Ack, AlertRecord
from comity.indicators.marks import Tlp
from comity.kernel.clock import Instant
from comity.node.feedbook import BatchRecord, Share
from comity.node.feedsharing import SharedView
from comity.node.feedstops import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftView:
    """One change of a batch that was not taken: what it names, and the code that says why."""

    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """One batch that came.

    Attributes:
        list: Of a feed of a list, its name as the sender calls it.
        count: Changes that it held, of which ``taken`` were taken.
        left: The others.
    """

    id: str
    office: str
    root: str
    feed: str
    list: str
    epoch: int
    seq: int
    at: Instant
    count: int
    taken: int
    left: tuple[LeftView, ...]


def batch_view(one: BatchRecord) -> BatchView:
    """Return a batch as it is shown."""
    return BatchView(
        id=one.id,
        office=one.office,
        root=one.root,
        feed=one.feed,
        list=one.name,
        epoch=one.epoch,
        seq=one.seq,
        at=Instant(one.at),
        count=one.count,
        taken=one.taken,
        left=tuple(LeftView(name=name, code=code) for name, code in one.refused),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """That an office of a peer is given a feed.

    Attributes:
        list: Of a feed of a list, its name.
        tlp: What goes less far is not given.
        until: When it ends; None for no end.
        stopped: Since when nothing new is given; None while it is.
        recalled: Whether everything that was given is taken back.
    """

    office: str
    root: str
    feed: str
    list: str
    tlp: str
    purpose: str
    officer: str
    since: Instant
    until: Instant | None
    stopped: Instant | None
    recalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """One feed to a peer, and how far it is.

    Attributes:
        seq: Number of the last batch; 0 before the first.
        is_waiting: Whether its receipt is awaited.
        stored_at: When the peer stored the last batch; None for never.
        refused: Why the peer refused the last one; empty where it did not.
        declined: Since when the peer takes retractions alone; None while it takes the feed.
        waits: How many changes of ours were not looked at yet.
    """

    share: ShareView
    seq: int
    is_waiting: bool
    stored_at: Instant | None
    refused: str
    declined: Instant | None
    waits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """What was decided last on taking a feed of a peer.

    Attributes:
        language: Of the reason; empty where nobody said.
        withdrawn: Whether what the feed brought was withdrawn from use.
    """

    office: str
    root: str
    feed: str
    taken: bool
    at: Instant
    officer: str
    reason: str
    language: str
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """That an office looked at an alert; ``hit`` is ``yes``, ``no`` or empty."""

    office: str
    at: Instant
    hit: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetails:
    """One alert, ours or another's.

    Attributes:
        via: Office and root of the peer that brought it; empty for one of ours.
        to: Of ours: the offices that are told.
        answers: Of ours: who looked at it. Of another's: our answer.
        recalled: When its author took it back, for ``reason``; None where it stands.
    """

    id: str
    author: str
    at: Instant
    family: str
    synonyms: tuple[str, ...]
    sectors: tuple[str, ...]
    critical: bool
    values: tuple[tuple[str, str], ...]
    words: str
    victim: str
    tlp: str
    limits: Limits
    answer_by: Instant | None
    via: str
    came: Instant
    to: tuple[str, ...]
    cases: tuple[str, ...]
    officer: str
    answers: tuple[AnswerView, ...]
    recalled: Instant | None
    reason: str


def share_view(one: Share) -> ShareView:
    """Return a decision to share as it is shown."""
    return ShareView(
        office=one.office,
        root=one.root,
        feed=one.feed,
        list=one.name,
        tlp=Tlp(one.most_tlp).label,
        purpose=one.purpose,
        officer=one.officer,
        since=Instant(one.since),
        until=None if one.until is None else Instant(one.until),
        stopped=None if one.stopped is None else Instant(one.stopped),
        recalled=one.recall,
    )


def feed_view(one: SharedView) -> FeedView:
    """Return a feed to a peer as it is shown."""
    state = one.state
    return FeedView(
        share=share_view(one.share),
        seq=state.seq,
        is_waiting=bool(state.pending),
        stored_at=Instant(state.stored_at) if state.stored_at else None,
        refused=state.code,
        declined=Instant(state.declined) if state.declined else None,
        waits=one.waits,
    )


def stop_view(one: Stop) -> StopView:
    """Return a decision on taking a feed as it is shown."""
    return StopView(
        office=one.office,
        root=one.root,
        feed=one.feed,
        taken=not one.is_stopped,
        at=Instant(one.at),
        officer=one.officer,
        reason=one.reason,
        language=one.language,
        withdrawn=bool(one.upto),
    )


def alert_details(one: AlertRecord) -> AlertDetails:
    """Return an alert as it is shown."""
    alert = one.alert
    answers = one.acks if one.ack is None else (one.ack,)
    return AlertDetails(
        id=alert.id,
        author=alert.author,
        at=Instant(alert.at),
        family=alert.family,
        synonyms=alert.synonyms,
        sectors=alert.sectors,
        critical=alert.critical,
        values=alert.values,
        words=alert.words,
        victim=alert.victim,
        tlp=Tlp(alert.tlp).label,
        limits=alert.limits,
        answer_by=Instant(alert.answer_by) if alert.answer_by else None,
        via=one.via,
        came=Instant(one.came),
        to=tuple(office for office, _ in one.to),
        cases=one.cases,
        officer=one.officer,
        answers=tuple(map(_answer_view, answers)),
        recalled=Instant(one.recalled) if one.recalled else None,
        reason=one.reason,
    )


def _answer_view(one: Ack) -> AnswerView:
    return AnswerView(office=one.office, at=Instant(one.at), hit=one.hit, words=one.words)
