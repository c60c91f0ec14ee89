"""Deadlines as arithmetic: reckoned by hand, in both directions, with days off, recesses and set clocks."""

from datetime import date

import pytest

from comity.cases.calendars import Calendar, KeptCalendars, Recess
from comity.cases.reckoning import Period, Reckoning, Roll, Span, Unit, recesses
from comity.kernel.clock import DAY, HOUR, MINUTE, Instant, format_instant, start_of

PLAIN = Calendar(party="XAA")
WEST = Calendar(
    party="XAB",
    weekend=frozenset({6, 7}),
    holidays={date(2027, 5, 31): "founding day"},
    recesses=(Recess(first=date(2027, 8, 1), last=date(2027, 8, 31), name="summer"),),
    known_until=date(2027, 12, 31),
)
# Clocks one hour ahead of UTC, two from 28 March 2027 01:00 UTC to 31 October 2027 01:00 UTC.
SET = Calendar(
    party="XAC",
    offsets=(
        (start_of(date(2026, 10, 25)), 3600),
        (Instant(start_of(date(2027, 3, 28)) + HOUR), 7200),
        (Instant(start_of(date(2027, 10, 31)) + HOUR), 3600),
    ),
)
EFFECTED = start_of(date(2027, 3, 3)) + 10 * HOUR


def after(count: int, unit: Unit, calendar: Calendar = PLAIN, *, at: int = EFFECTED) -> str:
    found = Reckoning.since("effected", at).plus(Period(count=count, unit=unit), calendar)
    return format_instant(found.at)


@pytest.mark.parametrize(
    ("count", "unit", "end"),
    [
        (36, Unit.HOURS, "2027-03-04T22:00:00Z"),
        (90, Unit.DAYS, "2027-06-01T10:00:00Z"),
        (90, Unit.CALENDAR_DAYS, "2027-06-01T23:59:59.999999Z"),
        (-3, Unit.CALENDAR_DAYS, "2027-02-28T23:59:59.999999Z"),
        (3, Unit.MONTHS, "2027-06-03T23:59:59.999999Z"),
        (-14, Unit.MONTHS, "2026-01-03T23:59:59.999999Z"),
    ],
)
def test_a_period_is_added(count: int, unit: Unit, end: str) -> None:
    assert after(count, unit) == end


def test_a_month_that_is_too_short_ends_on_its_last_day() -> None:
    assert after(1, Unit.MONTHS, at=start_of(date(2027, 1, 31)))[:10] == "2027-02-28"
    assert after(1, Unit.MONTHS, at=start_of(date(2028, 1, 31)))[:10] == "2028-02-29"


def test_working_days_leave_out_weekends_and_holidays() -> None:
    friday = start_of(date(2027, 5, 28))
    assert after(1, Unit.WORKING_DAYS, WEST, at=friday)[:10] == "2027-06-01"
    assert after(-1, Unit.WORKING_DAYS, WEST, at=start_of(date(2027, 6, 1)))[:10] == "2027-05-28"


def test_an_end_on_a_day_of_rest_moves_and_says_why() -> None:
    period = Period(count=88, unit=Unit.CALENDAR_DAYS)
    found = Reckoning.since("effected", EFFECTED).plus(period, WEST)
    assert format_instant(found.at)[:10] == "2027-05-30"  # a Sunday, and the Monday is a holiday
    later = found.rolled(Roll.NEXT, WEST)
    assert [step.code for step in later.steps] == ["effected", "plus_calendar_days", "weekend_next"]
    assert later.steps[-1].parameters == {
        "at": later.at,
        "day": "2027-05-30",
        "to": "2027-06-01",
        "party": "XAB",
    }
    assert format_instant(later.at) == "2027-06-01T23:59:59.999999Z"
    assert format_instant(found.rolled(Roll.LAST, WEST).at)[:10] == "2027-05-28"
    assert found.rolled(Roll.STAYS, WEST) is found
    monday = Reckoning.since("x", start_of(date(2027, 5, 31))).rolled(Roll.NEXT, WEST)
    assert monday.steps[-1].code == "holiday_next" and monday.steps[-1].parameters["name"] == "founding day"


def test_beyond_the_holidays_that_are_known_the_arithmetic_says_so() -> None:
    found = Reckoning.since("x", start_of(date(2028, 1, 1))).rolled(Roll.NEXT, WEST)
    assert [step.code for step in found.steps] == ["x", "holidays_unknown", "weekend_next"]


def test_a_working_day_is_left_where_it_is() -> None:
    found = Reckoning.since("x", start_of(date(2027, 6, 2)) + HOUR)
    assert found.rolled(Roll.NEXT, WEST) == found == found.rolled(Roll.LAST, WEST)


def test_a_day_ends_when_it_ends_there_also_when_clocks_are_set() -> None:
    assert format_instant(SET.last_of(date(2027, 3, 27))) == "2027-03-27T22:59:59.999999Z"
    assert format_instant(SET.last_of(date(2027, 3, 28))) == "2027-03-28T21:59:59.999999Z"
    assert SET.first_of(date(2027, 3, 29)) - SET.first_of(date(2027, 3, 28)) == 23 * HOUR
    assert SET.first_of(date(2027, 11, 1)) - SET.first_of(date(2027, 10, 31)) == 25 * HOUR
    assert SET.day_of(Instant(start_of(date(2027, 6, 1)) + 22 * HOUR)) == date(2027, 6, 2)
    assert after(25, Unit.CALENDAR_DAYS, SET) == "2027-03-28T21:59:59.999999Z"


def test_a_midnight_that_is_left_out_or_comes_twice_has_one_first_instant() -> None:
    midnight = start_of(date(2027, 3, 28)) - 2 * HOUR
    skips = Calendar(party="XAA", offsets=((Instant(0), 7200), (Instant(midnight), 10800)))
    assert skips.first_of(date(2027, 3, 28)) == midnight and skips.day_of(Instant(midnight - 1)).day == 27
    back = Calendar(party="XAA", offsets=((Instant(0), 10800), (Instant(midnight), 7200)))
    first = back.first_of(date(2027, 3, 28))
    assert back.day_of(first) == date(2027, 3, 28) and back.day_of(Instant(first - 1)) == date(2027, 3, 27)
    assert first == midnight - HOUR  # one in the morning was set back to midnight


def test_a_recess_stops_the_clock_by_whole_days() -> None:
    period = Period(count=60, unit=Unit.CALENDAR_DAYS)
    begun = Reckoning.since("served", start_of(date(2027, 7, 1)) + 9 * HOUR).plus(period, WEST)
    found = begun.suspended(recesses(WEST), by_days=WEST)
    assert (format_instant(begun.at)[:10], format_instant(found.at)) == (
        "2027-08-30",
        "2027-09-30T23:59:59.999999Z",
    )
    assert found.steps[-1].parameters["name"] == "summer"


def test_times_that_overlap_count_once_and_what_lies_outside_does_not() -> None:
    begun = Reckoning.since("x", 100 * DAY).plus(Period(count=10, unit=Unit.DAYS), PLAIN)
    spans = [
        Span(since=Instant(90 * DAY), until=Instant(102 * DAY), why="question"),
        Span(since=Instant(101 * DAY), until=Instant(104 * DAY), why="question"),
        Span(since=Instant(113 * DAY), until=Instant(115 * DAY), why="question"),
        Span(since=Instant(117 * DAY), until=Instant(118 * DAY), why="question"),
    ]
    assert begun.suspended(spans).at == 116 * DAY  # 10 days, 4 that overlap, 2 that it then runs into


def test_a_fact_may_set_a_later_or_an_earlier_end() -> None:
    found = Reckoning.since("x", 10 * DAY)
    assert found.not_before("granted", 9 * DAY) is found and found.not_after("cap", 11 * DAY) is found
    assert found.not_before("granted", 11 * DAY).at == 11 * DAY
    assert found.not_after("cap", 9 * DAY + MINUTE).steps[-1].code == "cap"


def test_what_is_not_known_moves_nothing_later() -> None:
    kept = KeptCalendars(held={"XAB": WEST})
    assert kept.of("XAB") is WEST and kept.of("XAA") == PLAIN
    sunday = Reckoning.since("x", start_of(date(2027, 5, 30)))
    assert sunday.rolled(Roll.NEXT, kept.of("XAA")) == sunday


@pytest.mark.parametrize(
    "wrong",
    [
        {"offsets": ((Instant(5), 0), (Instant(5), 1))},
        {"offsets": ((Instant(5), 90_000),)},
        {"weekend": frozenset({0})},
        {"weekend": frozenset({1, 2, 3, 4})},
        {"holidays": {date.fromordinal(738_000 + n): "long" for n in range(61)}},
        {
            "recesses": (
                Recess(first=date(2027, 1, 1), last=date(2027, 1, 2), name="a"),
                Recess(first=date(2027, 1, 3), last=date(2027, 1, 4), name="b"),
            )
        },
    ],
)
def test_a_calendar_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"offsets|weekend|holidays|recesses"):
        Calendar(party="XAA", **wrong)  # type: ignore[arg-type]


def test_spans_recesses_and_periods_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Span(since=Instant(2), until=Instant(1), why="question")
    with pytest.raises(ValueError, match="before it begins"):
        Recess(first=date(2027, 1, 2), last=date(2027, 1, 1), name="a")
    with pytest.raises(ValueError, match="more than"):
        Period(count=50_000, unit=Unit.DAYS)
