"""Entry into force: the fortieth instrument, the ninetieth day, later joiners, organizations, what-if."""

from datetime import date, timedelta

import pytest

from comity.kernel.errors import MalformedError
from comity.kernel.ids import PartyCode
from comity.treaty.force import Day, Force, force, suppose
from comity.treaty.service import entry_rule, force_on, reckoned, status_on
from comity.treaty.standing import Event, EventKind

NEW_YEAR = date(2027, 1, 1)
STATES = "AGO AUS AUT BLR BEL BRA BRN BFA KHM CHL CHN CRI CIV CUB CZE PRK COD DJI DOM ECU".split()
STATES += "EGY FRA GHA GRC GNB IRN IRL JAM KAZ LAO LBY LUX MYS MDV MAR MOZ NAM".split()


def deposits(count: int, on: date = NEW_YEAR) -> list[Event]:
    return [suppose(PartyCode(code), on) for code in STATES[:count]]


def party(found: Force, code: str) -> Day | None:
    return next(one for one in found.depositors if one.party == code).bound_from


def test_three_of_forty_are_known_and_nobody_is_bound() -> None:
    view = force_on(date(2026, 11, 22))
    assert (view.in_force, view.counted, view.needed, view.date) == (False, 3, 40, None)
    assert sorted(view.parties) == ["AZE", "QAT", "VNM"]
    assert {one.bound_from for one in view.parties.values()} == {None}


def test_the_ninetieth_day_after_the_fortieth_deposit_is_the_first() -> None:
    found = reckoned(date(2027, 3, 31), supposed=deposits(37))
    assert found.since is not None
    assert (found.counted, found.since.exact, found.in_force) == (40, date(2027, 4, 1), False)
    assert reckoned(date(2027, 4, 1), supposed=deposits(37)).in_force
    assert reckoned(date(2099, 1, 1), supposed=deposits(36)).since is None


def test_who_was_among_the_forty_is_bound_on_the_same_day_whatever_was_known_of_its_deposit() -> None:
    found = reckoned(NEW_YEAR, supposed=deposits(37))
    assert {one.bound_from for one in found.depositors} == {
        Day(earliest=date(2027, 4, 1), latest=date(2027, 4, 1))
    }


@pytest.mark.parametrize(
    ("on", "bound"), [(date(2027, 2, 10), date(2027, 4, 1)), (date(2027, 3, 20), date(2027, 4, 19))]
)
def test_a_later_joiner_is_bound_thirty_days_after_its_deposit_or_with_the_others(
    on: date, bound: date
) -> None:
    late = party(reckoned(NEW_YEAR, supposed=[*deposits(37), suppose(PartyCode("NRU"), on)]), "NRU")
    assert late is not None
    assert late.exact == bound


def test_a_deposit_known_as_an_interval_gives_an_interval() -> None:
    first, last = date(2027, 3, 20), date(2027, 5, 2)
    told = [*deposits(37), suppose(PartyCode("NRU"), first, until=last)]
    found = party(reckoned(NEW_YEAR, supposed=told), "NRU")
    assert found == Day(earliest=first + timedelta(days=30), latest=last + timedelta(days=30))


def test_where_the_fortieth_is_an_interval_so_is_the_day_of_entry_into_force() -> None:
    found = reckoned(NEW_YEAR, supposed=deposits(37, date(2026, 1, 1)))
    assert found.since == Day(earliest=date(2026, 6, 30), latest=date(2026, 8, 19))
    assert reckoned(date(2026, 8, 18), supposed=deposits(37, date(2026, 1, 1))).in_force is False
    assert reckoned(date(2026, 8, 19), supposed=deposits(37, date(2026, 1, 1))).in_force is True


def test_an_organization_is_bound_and_not_counted() -> None:
    found = reckoned(NEW_YEAR, supposed=[*deposits(36), suppose(PartyCode("EUE"), NEW_YEAR)])
    assert (found.counted, found.since) == (39, None)
    whole = reckoned(NEW_YEAR, supposed=[*deposits(37), suppose(PartyCode("EUE"), NEW_YEAR)])
    assert whole.counted == 40
    assert party(whole, "EUE") == Day(earliest=date(2027, 4, 1), latest=date(2027, 4, 1))


def test_a_look_at_a_past_day_leaves_aside_what_came_later() -> None:
    told = deposits(37)
    before = reckoned(date(2026, 12, 31), as_at=date(2026, 12, 31), supposed=told)
    assert (before.counted, before.since) == (3, None)
    assert force_on(date(2026, 2, 12), as_at=date(2026, 2, 12)).counted == 0
    unsure = force_on(date(2026, 2, 12), as_at=date(2026, 2, 12))
    assert unsure.counted_at_most == 1


def test_a_supposed_deposit_takes_the_place_of_what_is_known() -> None:
    view = force_on(NEW_YEAR, supposed=[suppose(PartyCode("QAT"), date(2026, 2, 10))])
    assert view.parties["QAT"].deposited == date(2026, 2, 10)
    assert view.parties["QAT"].supposed
    assert view.counted == 3


def test_an_instrument_taken_back_before_it_bound_does_not_count() -> None:
    back = Event(party="QAT", event=EventKind.INSTRUMENT_WITHDRAWN, on=date(2026, 6, 1))
    assert force_on(NEW_YEAR, beside=[back]).counted == 2


def test_a_denunciation_ends_it_a_year_later() -> None:
    left = Event(party="QAT", event=EventKind.DENUNCIATION, on=date(2028, 5, 2))
    view = force_on(date(2029, 1, 1), supposed=deposits(37), beside=[left])
    assert view.parties["QAT"].bound_until == date(2029, 5, 2)


@pytest.mark.parametrize("code", ["XAA", "ZZZ"])
def test_a_code_that_names_no_state_deposits_nothing(code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        suppose(PartyCode(code), NEW_YEAR)
    assert caught.value.code == "treaty.party"


def test_two_deposits_of_one_party_are_refused() -> None:
    with pytest.raises(MalformedError) as caught:
        force(entry_rule(), (), on=NEW_YEAR, supposed=[*deposits(1), *deposits(1)])
    assert caught.value.code == "treaty.twice"


def test_the_status_on_a_day_has_what_came_up_to_it() -> None:
    assert status_on(date(2025, 10, 24)).parties == {}
    first = status_on(date(2025, 10, 25))
    assert "MUS" not in first.parties
    assert first.parties["EUE"].organization
    now = status_on(date(2026, 11, 22))
    assert now.signatories == 75
    assert {row.provision for row in now.parties["AZE"].notifications} == {
        *("37(19)", "40(12)", "41(1)", "53(7)")
    }
