"""Who is bound on a day: laws that hold for any list of events."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.ids import PartyCode
from comity.treaty.standing import CONSENTS, Entry, Event, EventKind, Period, in_force_since, spans

DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2032, 12, 31))
PARTIES = st.sampled_from([f"A{chr(65 + one)}A" for one in range(12)])
ENTRIES = st.builds(
    Entry,
    threshold=st.integers(1, 8),
    after_threshold=st.just(Period(days=90)),
    after_deposit=st.just(Period(days=30)),
)
EVENTS = st.lists(
    st.builds(
        Event,
        party=PARTIES,
        event=st.sampled_from(
            [EventKind.SIGNATURE, EventKind.RATIFICATION, EventKind.ACCESSION, EventKind.DENUNCIATION]
        ),
        on=DAYS,
    ),
    max_size=30,
)
CONSENT = st.lists(
    st.builds(Event, party=PARTIES, event=st.sampled_from([EventKind.RATIFICATION]), on=DAYS), max_size=30
)


@given(entry=ENTRIES, events=EVENTS)
def test_it_enters_into_force_ninety_days_after_the_deposit_that_reaches_the_threshold(
    entry: Entry, events: list[Event]
) -> None:
    since = in_force_since(entry, events)
    by_then = {
        one.party for one in events if one.event in CONSENTS and (since is None or one.on <= since - NINETY)
    }
    assert (since is not None) == (len(by_then) >= entry.threshold)
    if since is not None:
        before = {one.party for one in events if one.event in CONSENTS and one.on < since - NINETY}
        assert len(before) < entry.threshold


NINETY = timedelta(days=90)


@given(entry=ENTRIES, events=EVENTS, party=PARTIES)
def test_nobody_is_bound_before_the_instrument_is_in_force_or_without_consent(
    entry: Entry, events: list[Event], party: str
) -> None:
    since = in_force_since(entry, events)
    own = [one.on for one in events if one.party == party and one.event in CONSENTS]
    for span in spans(entry, events, party=PartyCode(party)):
        assert since is not None
        assert own
        assert span.since >= since
        assert span.since > min(own)


@given(entry=ENTRIES, events=EVENTS, party=PARTIES)
def test_spans_follow_each_other_and_only_the_last_is_open(
    entry: Entry, events: list[Event], party: str
) -> None:
    found = spans(entry, events, party=PartyCode(party))
    for one, after in pairwise(found):
        assert one.until is not None
        assert one.until <= after.since


@given(entry=ENTRIES, events=EVENTS, shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(entry: Entry, events: list[Event], shuffled: object) -> None:
    mixed = list(events)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    assert in_force_since(entry, mixed) == in_force_since(entry, events)


@given(entry=ENTRIES, events=CONSENT, party=PARTIES, earlier=st.integers(1, 400), day=DAYS)
def test_without_denunciations_who_is_bound_stays_bound(
    entry: Entry, events: list[Event], party: str, earlier: int, day: date
) -> None:
    bound = spans(entry, events, party=PartyCode(party))
    if any(span.holds(day - timedelta(days=earlier)) for span in bound):
        assert any(span.holds(day) for span in bound)


@given(entry=ENTRIES, events=CONSENT, party=PARTIES, day=DAYS)
def test_a_denunciation_ends_it_exactly_a_year_after_its_receipt(
    entry: Entry, events: list[Event], party: str, day: date
) -> None:
    before = spans(entry, events, party=PartyCode(party))
    own = [one.on for one in events if one.party == party]
    if not before or max(own) >= day:
        return
    left = Event(party=party, event=EventKind.DENUNCIATION, on=day)
    (after,) = spans(entry, [*events, left], party=PartyCode(party))
    effect = Period(months=12).after(day)
    assert after.until == max(before[0].since, effect)
    assert after.holds(effect - timedelta(days=1)) == (before[0].since < effect)
    assert not after.holds(effect)
