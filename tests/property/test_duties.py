"""Whatever offices do, somebody owes the next step of what is unsettled, by a time that can be explained."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.cases.calendars import Calendar, KeptCalendars
from comity.cases.dates import CLOCKS, GivenDate
from comity.cases.duties import HOUSE, Duty, House, all_duties, is_unsettled
from comity.cases.fold import fold
from comity.cases.state import CaseState, PreservationState
from comity.kernel.clock import DAY, HOUR, Instant, to_date
from tests.builders import T0
from tests.property.test_fold import SIDES, STEP, Steps, play

BUSY = House(
    calendars=KeptCalendars(
        held={
            party: Calendar(
                party=party,
                offsets=((Instant(0), seconds), (Instant(T0 + 9 * DAY), seconds + 3600)),
                weekend=frozenset(weekend),
                holidays={to_date(Instant(T0)) + timedelta(days=7 * week): "feast" for week in range(60)},
            )
            for party, seconds, weekend in (("XAA", -18_000, (6, 7)), ("XAB", 19_800, (5, 6)))
        }
    )
)


def turns(found: tuple[Duty, ...]) -> list[Instant]:
    """Return the instants at which what is open may change, and one on either side of each."""
    edges = {edge for duty in found for edge in (duty.after, duty.until, duty.due) if edge is not None}
    return sorted({Instant(max(0, at + odd)) for at in (T0, *edges) for odd in (-1, 0, 1)})


def require_owned(state: CaseState, found: tuple[Duty, ...]) -> None:
    for duty in found:
        assert duty.who in SIDES and duty.basis and duty.steps[-1].at == duty.due
        assert duty.steps[0].code and duty.alarm_from <= max(duty.due, duty.alarms_to or 0)
        assert duty.alarm_plan() == tuple(sorted(duty.alarm_plan()))
    for now in turns(found):
        open_now = [duty for duty in found if duty.is_open(now)]
        for request in state.requests:
            if is_unsettled(state, request):
                assert any(duty.request == request.id for duty in open_now), (request.id, now)
        assert not state.is_frozen or {d.who for d in open_now if d.code == "duty.settle"} == set(SIDES)


@settings(max_examples=120, deadline=None)
@given(steps=st.lists(STEP, max_size=30), busy=st.booleans())
def test_what_is_unsettled_is_owed_at_every_time(steps: Steps, busy: bool) -> None:
    history = play(steps)
    house = BUSY if busy else HOUSE
    for end in {1, len(history.acts) // 2 or 1, len(history.acts)}:
        state = fold(history.acts[:end], history.receipts)
        require_owned(state, all_duties(state, house=house))


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(STEP, max_size=25), days=st.integers(0, 200), clock=st.sampled_from(CLOCKS))
def test_dates_add_duties_and_change_none(steps: Steps, days: int, clock: str) -> None:
    history = play(steps)
    state = fold(history.acts, history.receipts)
    day = to_date(Instant(T0 + days * DAY))
    asked = [request.id for request in state.requests]
    dates = [GivenDate(act=act, clock=clock, day=day, basis="40(26)", label="x") for act in asked]
    plain, dated = all_duties(state, house=BUSY), all_duties(state, house=BUSY, dates=dates)
    assert [duty for duty in dated if duty.code != f"duty.{clock}"] == list(plain)
    require_owned(state, dated)


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(STEP, max_size=30), days=st.integers(0, 200))
def test_data_that_may_lapse_are_never_without_an_owner_on_either_side_of_the_end(
    steps: Steps, days: int
) -> None:
    history = play(steps)
    state = fold(history.acts, history.receipts)
    now = Instant(T0 + days * DAY + HOUR)
    for request in state.requests:
        kept = request.preservation
        if kept.state is PreservationState.EFFECTED and is_unsettled(state, request):
            found = [d for d in all_duties(state, house=BUSY) if d.request == request.id]
            owed = {duty.code for duty in found if duty.is_open(now)}
            ways = {"duty.follow_up", "duty.follow_up_late", "duty.lapsed"}
            withdrawn = {u.request for u in state.undoings if u.what == "release"}
            given_up = request.id in withdrawn and "duty.release" in owed and not owed & ways
            assert given_up or len(owed & ways) == 1
