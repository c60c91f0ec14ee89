"""The line on a clock of its own: never more than was allowed, nobody for ever last."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.exchange.pacing import (
    FREE,
    LEAST_RATE,
    MIB,
    Bucket,
    Hours,
    LineTerms,
    Turns,
    dump_terms,
    parse_terms,
    weight_of,
)
from comity.kernel.clock import HOUR, Instant
from comity.kernel.errors import MalformedError

MIDNIGHT = Instant(1_790_000_000_000_000 // (24 * HOUR) * (24 * HOUR))


@given(
    rate=st.integers(LEAST_RATE, 1 << 30),
    steps=st.lists(st.tuples(st.integers(1, MIB), st.floats(0, 5)), min_size=1, max_size=40),
)
def test_no_stretch_of_time_sees_more_than_the_rate_and_one_second_of_it(rate, steps):
    bucket, now, gone = Bucket(), 0.0, []
    for size, rest in steps:
        now += bucket.take(size, rate=rate, now=now)
        gone.append((now, size))
        now += rest
    for first in range(len(gone)):
        for last in range(first, len(gone)):
            seconds = gone[last][0] - gone[first][0]
            between = sum(size for _, size in gone[first : last + 1])
            assert between <= rate * (seconds + 1) + gone[first][1] + 1 + between * 1e-9


def test_a_free_line_waits_for_nothing_and_forgets_what_was_owed():
    bucket = Bucket()
    assert bucket.take(10 * LEAST_RATE, rate=LEAST_RATE, now=0.0) == 10.0
    assert bucket.take(MIB, rate=0, now=0.0) == 0.0
    assert bucket.take(LEAST_RATE, rate=LEAST_RATE, now=0.0) == 1.0


def test_hours_of_the_day_in_their_zone():
    terms = LineTerms(
        rate=MIB,
        hours=(
            Hours(begins="08:00", ends="18:00", rate=LEAST_RATE),
            Hours(begins="22:00", ends="06:00", rate=0),
        ),
    )
    rates = {hour: terms.rate_at(Instant(MIDNIGHT + hour * HOUR)) for hour in (0, 5, 6, 7, 8, 17, 18, 21, 22)}
    assert rates == {
        0: 0, 5: 0, 6: MIB, 7: MIB, 8: LEAST_RATE, 17: LEAST_RATE, 18: MIB, 21: MIB, 22: 0,
    }  # fmt: skip
    ahead = ((Instant(0), 3600), (Instant(MIDNIGHT), 7200))
    assert terms.rate_at(Instant(MIDNIGHT + 6 * HOUR), offsets=ahead) == LEAST_RATE
    assert terms.rate_at(Instant(MIDNIGHT - 2 * HOUR), offsets=ahead) == 0


def test_terms_are_read_as_they_were_written():
    terms = LineTerms(
        rate=MIB, hours=(Hours(begins="00:00", ends="12:30", rate=0),), zone="Asia/Tokyo", low=True
    )
    assert parse_terms(dump_terms(terms)) == terms
    assert parse_terms(b"{}") == FREE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"rate":100}', "line.rate"),
        (b'{"hours":[{"begins":"08:00","ends":"09:00","rate":1}]}', "line.rate"),
        (b'{"rate":-1}', "line.form"),
        (b'{"rate":"fast"}', "line.form"),
        (b'{"hours":[{"begins":"8","ends":"09:00","rate":0}]}', "line.form"),
        (b'{"hours":[{"begins":"24:00","ends":"09:00","rate":0}]}', "line.form"),
        (b'{"limit":1}', "line.form"),
        (b'{"v":2}', "line.form"),
    ],
)
def test_what_is_no_terms(data, code):
    with pytest.raises(MalformedError) as caught:
        parse_terms(data)
    assert caught.value.code == code


def test_small_and_urgent_weigh_more():
    weights = [
        weight_of(size, urgent=urgent) for size in (MIB, 99 * MIB, 1 << 40) for urgent in (True, False)
    ]
    assert weights == [64, 16, 16, 4, 4, 1]


@settings(max_examples=25)
@given(
    weights=st.lists(st.sampled_from((1, 4, 16, 64)), min_size=2, max_size=8),
    turns=st.integers(1, 200),
)
def test_each_gets_its_share_and_none_starves(weights, turns):
    """All wait all the time: what each got stands to its weight, but for one piece of each."""
    shared = Turns()
    names = [f"{number}" for number in range(len(weights))]
    for name, weight in zip(names, weights, strict=True):
        shared.join(name, weight=weight)
    got = dict.fromkeys(names, 0)
    for _ in range(turns):
        first = shared.order(names)[0]
        shared.served(first, MIB)
        got[first] += 1
    for one, weight in zip(names, weights, strict=True):
        for other, heavier in zip(names, weights, strict=True):
            assert abs(got[one] / weight - got[other] / heavier) <= 1 / weight + 1 / heavier + 1e-9


def test_who_comes_small_and_late_goes_first_and_rest_is_no_credit():
    turns = Turns()
    turns.join("large", weight=1)
    for _ in range(100):
        turns.served("large", MIB)
    turns.join("urgent", weight=64)
    taken = []
    for _ in range(66):
        first = turns.order(["large", "urgent"])[0]
        turns.served(first, MIB)
        taken.append(first)
    assert taken[0] == "urgent"
    assert 62 <= taken.count("urgent") <= 65
    assert turns.order(["nobody", "large"])[0] in ("nobody", "large")
    turns.keep(["urgent"])
    with pytest.raises(ValueError, match="weight"):
        turns.join("none", weight=0)
