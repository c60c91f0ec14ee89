"""An alarm never falls silent while nobody has acknowledged it, whatever roster and clock do."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.clock import MINUTE, Instant
from comity.kernel.ids import OfficerName
from comity.node.ringing import MOST_RINGS, Alarm, acknowledged, dump_alarm, is_due, parse_alarm, rung
from comity.node.roster import Roster, Shift, on_duty

NAMES = [OfficerName(name) for name in ("a.diallo", "b.okafor", "c.laurent", "d.moreau")]
START = 1_790_000_000_000_000
clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
shift = st.builds(
    Shift,
    officer=st.sampled_from(NAMES),
    days=st.lists(st.integers(1, 7), min_size=1, max_size=7).map(tuple),
    begins=clock,
    ends=clock,
    deputies=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
)
rosters = st.builds(
    Roster,
    escalate=st.integers(1, 60),
    shifts=st.lists(shift, max_size=4).map(tuple),
    always=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
)


def no_zones(_name: str) -> tuple[tuple[Instant, int], ...]:
    return ()


def order(roster: Roster, now: int) -> tuple[OfficerName, ...]:
    """As the watch orders it: those on duty, else every officer."""
    return on_duty(roster, Instant(now), zones=no_zones) or tuple(NAMES)


@given(rosters, st.lists(st.integers(-20, 90), min_size=1, max_size=40))
def test_after_every_look_an_open_alarm_has_rung_within_one_pace(roster: Roster, steps: list[int]) -> None:
    alarm, now = Alarm(id="x", code="emergency", about="", raised_at=START), START
    for minutes in steps:  # the clock may stand, jump, and be set back
        now += minutes * MINUTE
        if is_due(alarm, now=Instant(now), pace=roster.pace):
            alarm = rung(alarm, now=Instant(now), order=order(roster, now))
        last = alarm.rings[-1].at
        assert alarm.is_open
        assert 0 <= now - last < roster.pace
        assert parse_alarm(dump_alarm(alarm)) == alarm


@given(rosters, st.integers(1, 60))
def test_it_goes_round_everybody_before_anybody_is_asked_again(roster: Roster, rounds: int) -> None:
    asked = order(roster, START)
    alarm = Alarm(id="x", code="emergency", about="", raised_at=START)
    for turn in range(rounds):
        alarm = rung(alarm, now=Instant(START + turn * roster.pace), order=asked)
    heard = [ring.officer for ring in alarm.rings]
    assert heard == [asked[turn % len(asked)] for turn in range(rounds)]


@given(st.integers(0, 10**9), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_only_an_acknowledgement_silences_and_the_first_one_counts(
    later: int, first: OfficerName, second: OfficerName
) -> None:
    alarm = Alarm(id="x", code="drill", about="", raised_at=START)
    taken = acknowledged(alarm, by=first, at=Instant(START), words="mine")
    again = acknowledged(taken, by=second, at=Instant(START + later), words="no, mine")
    assert again == taken
    assert not is_due(taken, now=Instant(START + later), pace=1)
    assert is_due(alarm, now=Instant(START + later), pace=1)


def test_rings_beyond_the_remembered_go_on() -> None:
    alarm = Alarm(id="x", code="drill", about="", raised_at=START)
    for turn in range(MOST_RINGS + 5):
        alarm = rung(alarm, now=Instant(START + turn), order=NAMES)
    assert len(alarm.rings) == MOST_RINGS
    assert is_due(alarm, now=Instant(START + MOST_RINGS + 5), pace=1)
    assert msgspec.structs.replace(alarm, rings=()).is_open


@given(shift, st.integers(0, 7 * 24 * 60))
def test_a_shift_runs_for_its_hours_over_midnight_too(one: Shift, minute: int) -> None:
    monday = 1_789_948_800_000_000  # 2026-09-21T00:00:00Z
    hour, rest = divmod(minute % 1440, 60)
    day = minute // 1440 % 7 + 1
    now, clocktime = monday + minute * MINUTE, f"{hour:02}:{rest:02}"
    running = one.officer in on_duty(Roster(shifts=(one,)), Instant(now), zones=no_zones)
    if one.begins < one.ends:
        assert running == (day in one.days and one.begins <= clocktime < one.ends)
    else:
        before = 7 if day == 1 else day - 1
        begun = day in one.days and clocktime >= one.begins
        assert running == (begun or (before in one.days and clocktime < one.ends))
