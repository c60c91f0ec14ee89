from datetime import date

import pytest

from comity.kernel.ids import PartyCode
from comity.treaty.standing import (
    Entry,
    Event,
    EventKind,
    Period,
    Span,
    consents,
    in_force_since,
    reservations,
    spans,
)

CONVENTION = Entry(threshold=3, after_threshold=Period(days=90), after_deposit=Period(days=30))
A, B, C, D = (PartyCode(code) for code in ("AUT", "BEL", "CHE", "DEU"))


def event(party: str, kind: str, on: str, **more: object) -> Event:
    return Event(party=party, event=EventKind(kind), on=date.fromisoformat(on), **more)  # type: ignore[arg-type]


def deposits(*days: str) -> list[Event]:
    return [event(f"A{chr(65 + at)}A", "ratification", day) for at, day in enumerate(days)]


def test_the_worked_example_of_the_fact_base() -> None:
    events = [
        *deposits("2026-01-01", "2026-06-01", "2027-01-01"),
        event(A, "accession", "2027-02-10"),
        event(B, "accession", "2027-03-20"),
    ]
    assert in_force_since(CONVENTION, events) == date(2027, 4, 1)
    assert spans(CONVENTION, events, party=A) == (Span(since=date(2027, 4, 1)),)
    assert spans(CONVENTION, events, party=B) == (Span(since=date(2027, 4, 19)),)


def test_one_deposit_less_brings_nothing() -> None:
    events = deposits("2026-01-01", "2026-06-01")
    assert in_force_since(CONVENTION, events) is None
    assert spans(CONVENTION, events, party=PartyCode("AAA")) == ()


def test_an_organization_and_a_second_deposit_do_not_count() -> None:
    events = [
        *deposits("2026-01-01", "2026-06-01"),
        event("EUE", "approval", "2026-06-02"),
        event("AAA", "acceptance", "2026-06-03"),
    ]
    assert len(consents(events)) == 2
    assert in_force_since(CONVENTION, events) is None


def test_a_signature_binds_nobody() -> None:
    events = [*deposits("2026-01-01", "2026-01-01", "2026-01-01"), event(A, "signature", "2025-10-25")]
    assert spans(CONVENTION, events, party=A) == ()


def test_a_denunciation_takes_effect_a_year_after_its_receipt() -> None:
    events = [*deposits("2026-01-01", "2026-01-01", "2026-01-01"), event("AAA", "denunciation", "2028-02-29")]
    (span,) = spans(CONVENTION, events, party=PartyCode("AAA"))
    assert span == Span(since=date(2026, 4, 1), until=date(2029, 2, 28))
    assert span.holds(date(2029, 2, 27))
    assert not span.holds(date(2029, 2, 28))


def test_who_left_may_come_back_as_a_later_joiner() -> None:
    events = [
        *deposits("2026-01-01", "2026-01-01", "2026-01-01"),
        event("AAA", "denunciation", "2027-01-01"),
        event("AAA", "accession", "2029-05-01"),
    ]
    first, second = spans(CONVENTION, events, party=PartyCode("AAA"))
    assert first.until == date(2028, 1, 1)
    assert second == Span(since=date(2029, 5, 31))


def test_a_stated_day_goes_before_the_one_that_follows_from_the_deposit() -> None:
    entry = Entry(since=date(2004, 7, 1), after_deposit=Period(months=3, first_of_month=True))
    events = [event(A, "ratification", "2012-06-13"), event(A, "entry_into_force", "2012-10-01")]
    assert spans(entry, events, party=A) == (Span(since=date(2012, 10, 1)),)
    assert spans(entry, events[:1], party=A) == (Span(since=date(2012, 10, 1)),)


@pytest.mark.parametrize(
    ("period", "day", "effect"),
    [
        (Period(days=90), "2027-01-01", "2027-04-01"),
        (Period(days=30), "2026-12-15", "2027-01-14"),
        (Period(months=12), "2028-02-29", "2029-02-28"),
        (Period(months=3, first_of_month=True), "2009-03-09", "2009-07-01"),
        (Period(months=3, first_of_month=True), "2026-09-30", "2027-01-01"),
        (Period(), "2026-01-31", "2026-01-31"),
    ],
)
def test_periods(period: Period, day: str, effect: str) -> None:
    assert period.after(date.fromisoformat(day)).isoformat() == effect


def test_a_reservation_stands_until_it_is_withdrawn() -> None:
    events = [
        event(A, "reservation", "2026-01-01", provision="42(5)"),
        event(A, "reservation", "2026-01-01", provision="23(3)"),
        event(A, "reservation_withdrawn", "2027-01-01", provision="42(5)"),
    ]
    assert reservations(events, party=A, on=date(2025, 12, 31)) == ()
    assert {one.provision for one in reservations(events, party=A, on=date(2026, 6, 1))} == {"42(5)", "23(3)"}
    assert [one.provision for one in reservations(events, party=A, on=date(2027, 1, 1))] == ["23(3)"]
    assert reservations(events, party=B, on=date(2026, 6, 1)) == ()
