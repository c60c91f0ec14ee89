from comity.cases.alarms import RUNGS, alarm_times, rung_at
from comity.kernel.clock import DAY, HOUR, Instant

END = Instant(1000 * DAY)


def test_the_ladder_is_thirty_fourteen_seven_three_one_and_then_every_hour() -> None:
    assert [rung // DAY for rung in RUNGS[:5]] == [30, 14, 7, 3, 1]
    assert [rung // HOUR for rung in RUNGS[5:]] == list(range(23, -1, -1))
    times = alarm_times(END)
    assert times == tuple(END - rung for rung in RUNGS) and times == tuple(sorted(times))


def test_alarms_come_only_while_something_is_owed() -> None:
    assert alarm_times(END, since=Instant(END - 7 * DAY), until=Instant(END - DAY)) == (
        END - 7 * DAY,
        END - 3 * DAY,
        END - DAY,
    )
    assert alarm_times(END, since=Instant(END + 1)) == ()


def test_the_rung_that_was_reached_follows_from_the_hour_alone() -> None:
    assert rung_at(END, Instant(END - 30 * DAY - 1)) is None
    assert rung_at(END, Instant(END - 30 * DAY)) == 30 * DAY
    assert rung_at(END, Instant(END - DAY + 1)) == DAY
    assert rung_at(END, Instant(END - 90 * 60_000_000)) == 2 * HOUR
    assert rung_at(END, Instant(END + 400 * DAY)) == 0
