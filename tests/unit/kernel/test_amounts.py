"""Amounts are exact, whatever their size, and come back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.amounts import (
    MOST_DIGITS,
    FinerError,
    coin_decimals,
    currency_decimals,
    decimal_text,
    parse_decimal,
    parse_units,
)


@given(units=st.integers(-(10**40), 10**40), decimals=st.integers(0, 24))
@settings(max_examples=50)
def test_what_is_written_is_read_again(units: int, decimals: int) -> None:
    for whole in (False, True):
        text = decimal_text(units, decimals, whole=whole)
        assert (text[0] == "-") == (units < 0)
        assert parse_units(text.lstrip("-"), decimals) == abs(units)
    assert len(decimal_text(units, decimals, whole=True).partition(".")[2]) == decimals


@pytest.mark.parametrize(
    "bad", ["", "-1", "+1", "1.", ".5", "01", "1e3", "1,000", " 1", "1\n", "١", "1" * 61]
)
def test_what_is_no_amount_is_refused(bad: str) -> None:
    for read in (parse_decimal, lambda text: parse_units(text, 2)):
        with pytest.raises(ValueError, match="amount"):
            read(bad)
    assert parse_decimal("9" * MOST_DIGITS) == (10**MOST_DIGITS - 1, 0)


def test_an_amount_that_is_finer_than_its_unit_is_refused_and_zeros_are_not_finer() -> None:
    with pytest.raises(FinerError):
        parse_units("0.001", 2)
    assert parse_units("0.0100", 2) == 1


def test_the_decimals_of_a_unit_are_those_of_the_standard() -> None:
    found = [currency_decimals(code) for code in ("EUR", "JPY", "KWD", "CLF", "KES")]
    assert found == [2, 0, 3, 4, 2]
    assert [coin_decimals(code) for code in ("BTC", "ETH", "TRX", "EUR", "USDT")] == [8, 18, 6, None, None]
