import pytest

from comity.kernel.ids import PartyCode
from comity.treaty.parties import PracticeParty, is_known, practice_party


@pytest.mark.parametrize("code", ["KEN", "FRA", "EUE", "XAA", "XZZ"])
def test_states_the_union_and_practice_are_known(code: str) -> None:
    assert is_known(PartyCode(code))


@pytest.mark.parametrize("code", ["AAA", "ZZZ", "QQQ", "SUN", "USB"])
def test_a_code_that_names_nobody_is_not_known(code: str) -> None:
    assert not is_known(PartyCode(code))


def test_the_parties_of_the_examples_have_names_and_languages() -> None:
    one, other = practice_party(PartyCode("XAA")), practice_party(PartyCode("XAB"))
    assert (one.name, other.name) == ("Altavia", "Belmare")
    assert "en" in one.languages
    assert "en" in other.languages


def test_any_other_practice_party_goes_by_its_code() -> None:
    assert practice_party(PartyCode("XQZ")).name == "XQZ"


def test_no_state_is_a_practice_party() -> None:
    with pytest.raises(ValueError, match="no practice code"):
        practice_party(PartyCode("KEN"))
    with pytest.raises(ValueError, match="at least one language"):
        PracticeParty(code=PartyCode("XAA"), name="Altavia", languages=())
