"""Open duties of a case: who owes what, by when, on which paragraph and arithmetic, and when to be told.

The treaty itself fixes few times; where it says only "expeditiously" the house sets a target, and says so.
Every duty has an owner and a time. One whose time has passed stays until an act of its owner ends it, or
until another takes its place.
"""

from collections.abc import Iterator, Sequence

from comity.cases.alarms import FIRST_ALARM
from comity.cases.conversing import beside, conversing
from comity.cases.dates import GivenDate, dated
from comity.cases.kinds import OFFER
from comity.cases.lapsing import preserving
from comity.cases.owed import TARGETS, Duty, House, Targets, owed
from comity.cases.ports import Address
from comity.cases.reckoning import Reckoning, Span
from comity.cases.state import CaseState, ItemState, PreservationState, RequestState
from comity.cases.terms import HomeTerm
from comity.kernel.clock import Instant

__all__ = [
    "FIRST_ALARM",
    "HOUSE",
    "TARGETS",
    "Duty",
    "House",
    "Targets",
    "all_duties",
    "duties",
    "is_unsettled",
]

_UNDECIDED = (ItemState.ASKED,)
_TAKEN_ON = (ItemState.ACCEPTED, ItemState.ORDERED)
_NEXT = {
    "preservation.request": ("duty.effect", "42(4)"),
    "data.request": ("duty.decide_transmission", "40(26)"),
    OFFER: ("duty.send_information", "40(4)"),
}
"""What is owed next once a request was taken on, and on which paragraph."""
HOUSE = House()


def duties(
    state: CaseState, *, now: Instant, house: House = HOUSE, dates: Sequence[GivenDate | HomeTerm] = ()
) -> tuple[Duty, ...]:
    """Return every duty open at ``now``, those due first.

    Basis: 40(26)
    """
    return tuple(duty for duty in all_duties(state, house=house, dates=dates) if duty.is_open(now))


def all_duties(
    state: CaseState, *, house: House = HOUSE, dates: Sequence[GivenDate | HomeTerm] = ()
) -> tuple[Duty, ...]:
    """Return every duty of a case with the span of time in which it is open, in the order of :func:`duties`.

    They follow from the state, the calendars and the dates alone. Which of them are open at a time follows
    from their spans.
    """
    found: list[Duty] = []
    for request in state.requests:
        if not (state.closed or request.closed):
            found += _decide(request, house)
            found += _clarifications(request, house)
            found += _steps(request, house)
            found += _postponed(request, house)
        found += preserving(state, request, house)
        found += _confidentiality(request, house)
        found += conversing(state, request, house)
    found += dated(state, dates, house)
    found += beside(state, house)
    if not state.closed:
        found += _undoings(state, house)
    if state.is_frozen:
        found += _frozen(state, house)
    return tuple(sorted(found, key=lambda d: (d.due, d.code, d.act, d.items, d.who.authority, d.basis)))


def _since(request: RequestState) -> tuple[str, Instant]:
    """Return from which fact the time of the requested side counts, and when that was."""
    return ("asked", request.asked_at) if request.received_at is None else ("received", request.received_at)


def _is_swift(request: RequestState) -> bool:
    """Tell whether the clock of a request knows no days off and no waiting for an answer."""
    return request.urgent or request.kind == "preservation.request"


def _target(request: RequestState, house: House) -> int:
    targets = house.targets
    if request.kind == "preservation.request":
        return targets.preserve_urgent if request.urgent else targets.preserve
    return targets.answer_urgent if request.urgent else targets.answer


def _answering(request: RequestState, span: int, house: House, *, who: Address) -> Reckoning:
    """Return a target for an answer to a request, later by the time in which a question stood open."""
    fact, at = _since(request)
    if _is_swift(request):
        return house.target(fact, at, span, who=who, rolls=False)
    stood = [
        Span(
            since=question.asked_at,
            until=max(
                question.asked_at, question.answered_at or _answer_due(request, question.asked_at, house)
            ),
            why="question",
        )
        for question in request.questions
    ]
    return house.target(fact, at, span, who=who, stood=stood)


def _answer_due(request: RequestState, asked_at: Instant, house: House) -> Instant:
    return house.target("questioned", asked_at, house.targets.clarify, who=request.by).at


def _decide(request: RequestState, house: House) -> Iterator[Duty]:
    items = request.item_ids(*_UNDECIDED)
    if items:
        span = _target(request, house)
        basis = "42(4)" if request.kind == "preservation.request" else "40(26)"
        yield owed(
            "duty.decide",
            request,
            request.to,
            _answering(request, span, house, who=request.to),
            before=span // 2,
            basis=basis,
            items=items,
            is_target=True,
        )


def _clarifications(request: RequestState, house: House) -> Iterator[Duty]:
    asked = {question.act: question.asked_at for question in request.questions}
    for act in request.clarifications:
        span = house.targets.clarify
        yield owed(
            "duty.answer",
            request,
            request.by,
            house.target("questioned", asked[act], span, who=request.by),
            before=span // 2,
            basis="40(16)",
            act=act,
            is_target=True,
        )


def _steps(request: RequestState, house: House) -> Iterator[Duty]:
    span = _target(request, house) * 2
    taken = request.item_ids(*_TAKEN_ON)
    if taken:
        code, basis = _NEXT.get(request.kind, ("duty.carry_out", "40(26)"))
        who = request.by if request.kind == OFFER else request.to
        yield owed(
            code,
            request,
            who,
            _answering(request, span, house, who=who),
            before=span // 2,
            basis=basis,
            items=taken,
            is_target=True,
        )
    decided = request.item_ids(ItemState.DECIDED)
    if decided:
        yield owed(
            "duty.deliver",
            request,
            request.to,
            _answering(request, span + house.targets.deliver, house, who=request.to),
            before=house.targets.deliver,
            basis="44(1)",
            items=decided,
            is_target=True,
        )


def _postponed(request: RequestState, house: House) -> Iterator[Duty]:
    for ruling in request.rulings:
        if ruling.kind != "request.postpone":
            continue
        if ruling.until is None:
            fact, at = _since(request)
            reckoned = house.target(fact, at, house.targets.answer, who=request.to)
        else:
            reckoned = Reckoning.since("postponed_until", ruling.until)
        yield owed(
            "duty.resume",
            request,
            request.to,
            reckoned,
            before=house.targets.warning,
            basis="40(27)",
            act=ruling.act,
            items=ruling.items,
            is_target=ruling.until is None,
        )


def _confidentiality(request: RequestState, house: House) -> Iterator[Duty]:
    until = request.confidential_until
    if until is None:
        return
    basis = "42(3)(g)" if request.kind == "preservation.request" else "40(20)"
    for who in (request.by, request.to):
        yield owed(
            "duty.confidentiality_ends",
            request,
            who,
            Reckoning.since("secret_until", until),
            before=0,
            basis=basis,
            alarms_to=until,
            until=Instant(until + house.targets.warning),
        )


def _undoings(state: CaseState, house: House) -> Iterator[Duty]:
    for undoing in state.undoings:
        request = state.request(undoing.request)
        if request is None or request.closed or undoing.answer is not None:
            continue
        who = undoing.owner
        reckoned = house.target("undone", undoing.since, house.targets.undo, who=who)
        yield owed(
            f"duty.{undoing.what}",
            request,
            who,
            reckoned,
            before=house.targets.undo,
            basis="40(26)",
            act=undoing.execution,
            items=undoing.items,
            is_target=True,
        )


def _frozen(state: CaseState, house: House) -> Iterator[Duty]:
    doubts = (*(f.acts[0] for f in state.forks), *state.ignoring, *state.suspect, *state.unknown_critical)
    at = state.doubted_at or Instant(0)
    for who in state.participants:
        reckoned = house.target("doubted", at, house.targets.settle, who=who)
        yield Duty(
            code="duty.settle",
            who=who,
            request=None,
            act=doubts[0],
            items=(),
            due=reckoned.at,
            alarm_from=at,
            is_target=True,
            basis="24(1)",
            steps=reckoned.steps,
        )


def is_unsettled(state: CaseState, request: RequestState) -> bool:
    """Tell whether something is still to come of a request, so that somebody must owe it at every time.

    Nothing is once its items are final, it or the case was closed, its data were released, or another request
    holds them, which is then the one that somebody owes.
    """
    settled = (PreservationState.RELEASED, PreservationState.HELD)
    return not (state.closed or request.closed or request.is_final or request.preservation.state in settled)
