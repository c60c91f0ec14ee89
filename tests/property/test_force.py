"""Laws of entry into force: order does not matter, organizations do not count, what-if is what would be."""

from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.ids import PartyCode
from comity.treaty.force import force, suppose
from comity.treaty.service import entry_rule
from comity.treaty.standing import Event, in_force_since, spans

CODES = "AGO AUS AUT BEL BRA CHL CHN CRI".split()
FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 900).map(lambda n: FIRST + timedelta(days=n))
RULE = msgspec.structs.replace(entry_rule(), threshold=4)
"""The Convention's own rule with a smaller number, so that a small world reaches it."""


@st.composite
def worlds(draw: st.DrawFn) -> list[Event]:
    codes = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=7, unique=True))
    made = []
    for code in codes:
        on = draw(DAYS)
        made.append(suppose(PartyCode(code), on, until=on + timedelta(days=draw(st.integers(0, 40)))))
    return made


def real(events: list[Event]) -> list[Event]:
    return [msgspec.structs.replace(one, source="seen") for one in events]


@settings(max_examples=40)
@given(worlds(), st.randoms(use_true_random=False), DAYS)
def test_the_order_of_what_is_told_does_not_matter(world: list[Event], chance: object, on: date) -> None:
    shuffled = list(world)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert force(RULE, real(world), on=on) == force(RULE, real(shuffled), on=on)


@settings(max_examples=40)
@given(worlds(), DAYS, DAYS)
def test_an_organization_changes_nothing_for_the_others(world: list[Event], on: date, deposit: date) -> None:
    without = force(RULE, real(world), on=on)
    with_it = force(RULE, [*real(world), *real([suppose(PartyCode("EUE"), deposit)])], on=on)
    assert (without.counted, without.since, without.in_force) == (
        with_it.counted,
        with_it.since,
        with_it.in_force,
    )
    others = [one for one in with_it.depositors if one.party != "EUE"]
    assert tuple(others) == without.depositors


@settings(max_examples=40)
@given(worlds(), st.integers(0, 7), DAYS)
def test_what_is_supposed_does_what_the_same_deposit_would_do(
    world: list[Event], split: int, on: date
) -> None:
    known, rest = real(world[:split]), world[split:]
    supposed = force(RULE, known, on=on, as_at=on, supposed=rest)
    happened = force(RULE, [*known, *real(rest)], on=on, as_at=on)
    assert (supposed.counted, supposed.since, supposed.in_force) == (
        happened.counted,
        happened.since,
        happened.in_force,
    )
    assert {one.party: one.bound_from for one in supposed.depositors} == {
        one.party: one.bound_from for one in happened.depositors
    }


@settings(max_examples=40)
@given(worlds(), st.data())
def test_every_true_day_lies_in_the_interval_that_is_told(world: list[Event], data: st.DataObject) -> None:
    """Whatever the days really were inside what is known of them, the reckoning holds them."""
    told = force(RULE, real(world), on=FIRST)
    truth = [
        Event(party=one.party, event=one.event, on=data.draw(st.dates(one.first, one.on))) for one in world
    ]
    begins = in_force_since(RULE, truth)
    assert (told.since is None) == (begins is None)
    if told.since is not None and begins is not None:
        assert told.since.earliest <= begins <= told.since.latest
    for one in told.depositors:
        bound = spans(RULE, truth, party=one.party)
        assert bool(bound) == (one.bound_from is not None)
        if one.bound_from is not None:
            assert one.bound_from.earliest <= bound[-1].since <= one.bound_from.latest
