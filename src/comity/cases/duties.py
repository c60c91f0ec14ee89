"""Open duties of a case: who owes what, by when, on which paragraph, and when to be told.

The treaty itself fixes few times; where it says only "expeditiously" the house sets a target, and says so.
"""

from dataclasses import dataclass

from comity.cases.kinds import OFFER
from comity.cases.ports import Address
from comity.cases.state import CaseState, ItemState, PreservationState, RequestState
from comity.kernel.clock import DAY, HOUR, Instant
from comity.kernel.ids import ActId

_UNDECIDED = (ItemState.ASKED,)
_TAKEN_ON = (ItemState.ACCEPTED, ItemState.ORDERED)
_NEXT = {
    "preservation.request": ("duty.effect", "42(4)"),
    "data.request": ("duty.decide_transmission", "40(26)"),
    OFFER: ("duty.send_information", "40(4)"),
}
"""What is owed next once a request was taken on, and on which paragraph."""
_KEPT = (PreservationState.EFFECTED, PreservationState.HELD, PreservationState.DECIDED)
FIRST_ALARM = 30 * DAY
"""How long before a preservation lapses its first alarm comes: translation and signatures take weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """House targets in microseconds, for steps that the treaty only calls expeditious."""

    preserve: int = DAY
    preserve_urgent: int = 4 * HOUR
    answer: int = 30 * DAY
    answer_urgent: int = 3 * DAY
    clarify: int = 14 * DAY
    deliver: int = 7 * DAY
    undo: int = 30 * DAY
    warning: int = 14 * DAY

    def __post_init__(self) -> None:
        if min(self.preserve, self.preserve_urgent, self.answer, self.answer_urgent, self.clarify) <= 0:
            raise ValueError("a target lies in the future")


TARGETS = Targets()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something somebody owes.

    Attributes:
        code: Stable code, the key of its sentence in the catalogue.
        who: The authority that owes it.
        act: The act it comes from.
        due: By when; None where nothing fixes a time.
        alarm_from: When to begin to remind.
        after: It arises once this instant has passed; None where it is open from the start.
        until: It is over once this instant has passed; None where only an act ends it.
        is_target: Whether ``due`` is a house target and not a date that an act or the treaty fixes.
        basis: The paragraph.
    """

    code: str
    who: Address
    request: ActId | None
    act: ActId
    items: tuple[str, ...]
    due: Instant | None
    alarm_from: Instant | None
    is_target: bool
    basis: str
    after: Instant | None = None
    until: Instant | None = None

    def is_open(self, now: Instant) -> bool:
        """Tell whether it is owed at a time; both ends of its span are instants, so this needs no fold."""
        begun = self.after is None or now > self.after
        return begun and (self.until is None or now <= self.until)

    def is_overdue(self, now: Instant) -> bool:
        """Tell whether the time has passed."""
        return self.due is not None and now > self.due

    def alarms(self, now: Instant) -> bool:
        """Tell whether somebody has to be told now."""
        return self.alarm_from is not None and now >= self.alarm_from


def duties(state: CaseState, *, now: Instant, targets: Targets = TARGETS) -> tuple[Duty, ...]:
    """Return every duty open at ``now``, those due first, then those without a time.

    Basis: 40(26)
    """
    return tuple(duty for duty in all_duties(state, targets=targets) if duty.is_open(now))


def all_duties(state: CaseState, *, targets: Targets = TARGETS) -> tuple[Duty, ...]:
    """Return every duty of a case with the span of time in which it is open, in the order of :func:`duties`.

    They follow from the state alone. Which of them are open at a time follows from their spans.
    """
    found: list[Duty] = []
    for request in state.requests:
        if not (state.closed or request.closed):
            found += _decide(request, targets)
            found += _clarifications(request, targets)
            found += _steps(request, targets)
            found += _preservation(request, targets)
            found += _postponed(request, targets)
        found += _confidentiality(request, targets)
    if not state.closed:
        found += _undoings(state, targets)
    if state.is_frozen:
        found += _frozen(state)
    return tuple(sorted(found, key=lambda d: (d.due is None, d.due or 0, d.code, d.act, d.items)))


def _since(request: RequestState) -> Instant:
    return request.asked_at if request.received_at is None else request.received_at


def _target(request: RequestState, targets: Targets) -> int:
    if request.kind == "preservation.request":
        return targets.preserve_urgent if request.urgent else targets.preserve
    return targets.answer_urgent if request.urgent else targets.answer


def _fixed(
    code: str,
    request: RequestState,
    who: Address,
    due: int,
    *,
    before: int,
    basis: str,
    act: ActId | None = None,
    items: tuple[str, ...] = (),
    is_target: bool = False,
    after: Instant | None = None,
    until: Instant | None = None,
) -> Duty:
    return Duty(
        code=code,
        who=who,
        request=request.id,
        act=act or request.id,
        items=items,
        due=Instant(due),
        alarm_from=Instant(max(0, due - before)),
        is_target=is_target,
        basis=basis,
        after=after,
        until=until,
    )


def _decide(request: RequestState, targets: Targets) -> list[Duty]:
    items = request.item_ids(*_UNDECIDED)
    if not items:
        return []
    span = _target(request, targets)
    basis = "42(4)" if request.kind == "preservation.request" else "40(26)"
    due = _since(request) + span
    return [
        _fixed(
            "duty.decide",
            request,
            request.to,
            due,
            before=span // 2,
            basis=basis,
            items=items,
            is_target=True,
        )
    ]


def _clarifications(request: RequestState, targets: Targets) -> list[Duty]:
    due = _since(request) + targets.clarify
    return [
        _fixed(
            "duty.answer",
            request,
            request.by,
            due,
            before=targets.clarify // 2,
            basis="40(16)",
            act=act,
            is_target=True,
        )
        for act in request.clarifications
    ]


def _steps(request: RequestState, targets: Targets) -> list[Duty]:
    found = []
    taken = request.item_ids(*_TAKEN_ON)
    if taken:
        code, basis = _NEXT.get(request.kind, ("duty.carry_out", "40(26)"))
        span = _target(request, targets) * 2
        found.append(
            _fixed(
                code,
                request,
                request.by if request.kind == OFFER else request.to,
                _since(request) + span,
                before=span // 2,
                basis=basis,
                items=taken,
                is_target=True,
            )
        )
    decided = request.item_ids(ItemState.DECIDED)
    if decided:
        span = _target(request, targets) * 2 + targets.deliver
        found.append(
            _fixed(
                "duty.deliver",
                request,
                request.to,
                _since(request) + span,
                before=targets.deliver,
                basis="44(1)",
                items=decided,
                is_target=True,
            )
        )
    return found


def _preservation(request: RequestState, targets: Targets) -> list[Duty]:
    kept = request.preservation
    if kept.expires is None:
        return []
    found = []
    if kept.state is PreservationState.EFFECTED:
        if kept.asked_until is not None:
            found.append(
                _fixed(
                    "duty.answer_extension",
                    request,
                    request.to,
                    kept.expires,
                    before=FIRST_ALARM,
                    basis="42(9)",
                )
            )
        ends, basis = kept.expires, "42(8)"
        found += [
            _fixed("duty.follow_up", request, request.by, ends, before=FIRST_ALARM, basis=basis, until=ends),
            _fixed("duty.lapsed", request, request.by, ends, before=FIRST_ALARM, basis=basis, after=ends),
            _fixed("duty.release", request, request.to, ends, before=0, basis=basis, after=ends),
        ]
    if kept.state is PreservationState.DECIDED:
        found.append(_fixed("duty.release", request, request.to, kept.expires, before=0, basis="42(8)"))
    if kept.state in _KEPT:
        found += _orders(request, targets)
    return found


def _orders(request: RequestState, targets: Targets) -> list[Duty]:
    """Return the domestic orders that run out before the preservation they carry may end."""
    kept = request.preservation
    ends = [(order.until, order.act) for order in request.orders if order.until is not None]
    if not ends or len(ends) < len(request.orders):
        return []
    until, act = max(ends)
    if kept.state is PreservationState.EFFECTED and until >= (kept.expires or 0):
        return []
    return [
        _fixed(
            "duty.renew_order",
            request,
            request.to,
            until,
            before=targets.warning,
            basis="25(2)",
            act=act,
        )
    ]


def _postponed(request: RequestState, targets: Targets) -> list[Duty]:
    return [
        _fixed(
            "duty.resume",
            request,
            request.to,
            _since(request) + targets.answer if ruling.until is None else ruling.until,
            before=targets.warning,
            basis="40(27)",
            act=ruling.act,
            items=ruling.items,
            is_target=ruling.until is None,
        )
        for ruling in request.rulings
        if ruling.kind == "request.postpone"
    ]


def _confidentiality(request: RequestState, targets: Targets) -> list[Duty]:
    until = request.confidential_until
    if until is None:
        return []
    basis = "42(3)(g)" if request.kind == "preservation.request" else "40(20)"
    told = Instant(until + targets.warning)
    return [
        _fixed(
            "duty.confidentiality_ends", request, who, until, before=targets.warning, basis=basis, until=told
        )
        for who in (request.by, request.to)
    ]


def _undoings(state: CaseState, targets: Targets) -> list[Duty]:
    found = []
    for undoing in state.undoings:
        request = state.request(undoing.request)
        if request is None or request.closed:
            continue
        who = request.by if undoing.what == "return" else request.to
        found.append(
            Duty(
                code=f"duty.{undoing.what}",
                who=who,
                request=request.id,
                act=undoing.execution,
                items=undoing.items,
                due=Instant(undoing.since + targets.undo),
                alarm_from=Instant(0),
                is_target=True,
                basis="40(26)",
            )
        )
    return found


def _frozen(state: CaseState) -> list[Duty]:
    doubts = (*(f.acts[0] for f in state.forks), *state.ignoring, *state.suspect, *state.unknown_critical)
    return [
        Duty(
            code="duty.settle",
            who=who,
            request=None,
            act=doubts[0],
            items=(),
            due=None,
            alarm_from=Instant(0),
            is_target=False,
            basis="24(1)",
        )
        for who in state.participants
    ]
