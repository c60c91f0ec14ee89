"""Bech32 text: the examples of BIP 173, and every single change refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.bech32 import encode_bech32, parse_bech32
from comity.kernel.errors import MalformedError

VALID = ["A12UEL5L", "a12uel5l", "?1ezyfcl"]
INVALID = [
    "",
    "1nwldj5",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "A1G7SGD8",
    "10a06t8",
    "1qzzfhee",
    "a12UEL5L",
    "\x201nwldj5",
    "é1ezyfcl",
    "a" * 5000,
]


@pytest.mark.parametrize("text", VALID)
def test_the_examples_of_the_standard(text: str) -> None:
    prefix, data = parse_bech32(text)
    assert (prefix, data) == (text[: text.rindex("1")].lower(), b"")
    assert encode_bech32(prefix, data) == text.lower()


@pytest.mark.parametrize("text", INVALID)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_bech32(text)
    assert caught.value.code == "bech32.form"


@given(st.binary(max_size=64))
def test_bytes_come_back(data: bytes) -> None:
    assert parse_bech32(encode_bech32("age", data)) == ("age", data)


def test_every_changed_letter_is_refused() -> None:
    text = encode_bech32("age", bytes(range(32)))
    for at in range(4, len(text)):
        other = "q" if text[at] != "q" else "p"
        with pytest.raises(MalformedError):
            parse_bech32(text[:at] + other + text[at + 1 :])
