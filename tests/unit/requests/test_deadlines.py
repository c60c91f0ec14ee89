from datetime import date

import pytest

from comity.kernel.clock import DAY, Instant
from comity.requests.deadlines import PreservationClock, extend, may_extend, preserve, secrecy_review
from comity.treaty.packs import practice_pack

CLOCKS = practice_pack().clocks
T0 = Instant(1_790_000_000_000_000)


def test_a_preservation_lasts_sixty_days_from_effect() -> None:
    clock = preserve(T0, clocks=CLOCKS)
    assert (clock.days, clock.expires_at) == (60, T0 + 60 * DAY)
    assert clock.is_running(T0)
    assert clock.is_running(Instant(T0 + 60 * DAY - 1))
    assert not clock.is_running(Instant(T0 + 60 * DAY))
    assert not clock.is_running(Instant(T0 - 1))


def test_fewer_days_are_refused_and_more_are_taken() -> None:
    with pytest.raises(ValueError, match="at least 60 days, not 59"):
        preserve(T0, clocks=CLOCKS, days=59)
    assert preserve(T0, clocks=CLOCKS, days=180).days == 180


def test_the_first_alarm_rings_thirty_days_before_expiry() -> None:
    assert preserve(T0, clocks=CLOCKS).first_alarm(CLOCKS) == T0 + 30 * DAY
    short = PreservationClock(effected_at=T0, expires_at=Instant(T0 + DAY))
    assert short.first_alarm(CLOCKS) == T0


def test_a_domestic_order_is_renewed_after_ninety_days() -> None:
    assert not preserve(T0, clocks=CLOCKS, days=90).needs_renewal(CLOCKS)
    longer = preserve(T0, clocks=CLOCKS, days=91)
    assert longer.needs_renewal(CLOCKS)
    assert longer.order_renewal(CLOCKS) == T0 + 90 * DAY


def test_an_extension_is_asked_before_expiry_and_counts_from_it() -> None:
    clock = preserve(T0, clocks=CLOCKS)
    assert may_extend(clock, Instant(clock.expires_at - 1))
    assert not may_extend(clock, clock.expires_at)
    longer = extend(clock, days=30)
    assert (longer.effected_at, longer.days) == (T0, 90)
    with pytest.raises(ValueError, match="at least one day"):
        extend(clock, days=0)


def test_a_clock_refuses_nonsense_at_birth() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        PreservationClock(effected_at=T0, expires_at=T0)


def test_long_secrecy_is_for_a_person() -> None:
    assert not secrecy_review(date(2027, 11, 3), on=date(2026, 11, 2), clocks=CLOCKS)
    assert secrecy_review(date(2027, 11, 4), on=date(2026, 11, 2), clocks=CLOCKS)
