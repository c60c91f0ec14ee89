"""Amounts: exact, of any size, and never finer than their unit."""

import pytest

from comity.kernel.errors import ConflictError, MalformedError
from comity.restitution.amounts import Unit, amount_text, parse_amount, unit_of, worth

ETH, EUR, YEN = unit_of("ETH"), unit_of("EUR"), unit_of("JPY")


def test_units_know_their_decimals_or_are_told() -> None:
    assert [unit_of(code).decimals for code in ("EUR", "JPY", "KWD", "BTC", "XMR")] == [2, 0, 3, 8, 12]
    assert unit_of("USDT.tron", 6) == Unit(code="USDT.tron", decimals=6)
    for code, decimals in (("USDT.tron", None), ("eur", None), ("E", 2), ("USDT.tron", 25)):
        with pytest.raises(MalformedError) as caught:
            unit_of(code, decimals)
        assert caught.value.code == "restitution.unit_form"
    assert unit_of("DAI", 18).decimals == 18  # three letters that are no currency
    with pytest.raises(MalformedError):
        unit_of("DAI")
    with pytest.raises(ConflictError, match="EUR has 2 decimals, not 3"):
        unit_of("EUR", 3)
    with pytest.raises(ValueError, match="a unit has a code"):
        Unit(code="€", decimals=2)


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1250.5", EUR, 125_050),
        ("0.10", EUR, 10),
        ("7", YEN, 7),
        ("1000000000.000000000000000001", ETH, 10**27 + 1),
        ("1.5000000000000000000000", ETH, 15 * 10**17),
    ],
)
def test_amounts_are_read_to_the_last_unit(text: str, unit: Unit, amount: int) -> None:
    assert parse_amount(text, unit) == amount


@pytest.mark.parametrize(
    "text", ["", "1,5", "1.", ".5", "-1", "+1", "1e3", "01", "٣", "0.001", "1 000", "9" * 61]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_amount(text, EUR)
    assert caught.value.code == "restitution.amount"


def test_amounts_are_shown_without_rounding() -> None:
    assert amount_text(5, EUR) == "0.05 EUR"
    assert amount_text(-125_050, EUR) == "-1250.50 EUR"
    assert amount_text(12, YEN) == "12 JPY"
    assert amount_text(10**27 + 1, ETH) == "1000000000.000000000000000001 ETH"


def test_a_rate_is_applied_exactly() -> None:
    assert worth(10**27, rate="2345.67", unit=ETH, into=EUR) == (234_567_000_000_000, True)
    assert worth(1, rate="2345.67", unit=ETH, into=EUR) == (0, False)
    assert worth(100, rate="161.005", unit=EUR, into=YEN) == (161, False)
    for rate in ("0", "0.0", "1/3", ""):
        with pytest.raises(MalformedError) as caught:
            worth(1, rate=rate, unit=ETH, into=EUR)
        assert caught.value.code == "restitution.rate_form"
