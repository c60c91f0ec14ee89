"""Names that find somebody, and words that do not."""

import pytest

from comity.requests.naming import is_crowd, is_general


@pytest.mark.parametrize(
    "name", ["the mailbox of the group", "Everyone who used it", "association server", "люди из группы"]
)
def test_general_words_name_nobody(name: str) -> None:
    assert is_general(name)


@pytest.mark.parametrize(
    "name",
    [
        "bluefox",
        "Mr Karl Brandt",
        "tomate 77",
        "a@b.example",
        "Garage Miller",
        "صاحب الحساب",
        "该账户的持有人 某某",
    ],
)
def test_a_name_a_number_or_an_address_finds_somebody(name: str) -> None:
    assert not is_general(name)


def test_a_crowd_is_everybody_who_is_not_named() -> None:
    assert is_crowd("all guests of the hotel")
    assert not is_crowd("all users named below")
