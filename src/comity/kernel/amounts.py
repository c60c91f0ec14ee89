"""Amounts of money and of crypto-assets: whole numbers of the smallest unit, of any size, without rounding.

Basis: ISO 4217
"""

import re
from typing import Final

MOST_DIGITS: Final = 60
"""Signs of an amount as it is written: a thousand million ether in their smallest unit are 28 digits."""
_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)
_USUAL = 2
_OTHER = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_CURRENCIES = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG".split()
)
_COINS = {
    "BTC": 8, "BCH": 8, "LTC": 8, "DOGE": 8, "ZEC": 8, "DASH": 8, "ETH": 18, "ETC": 18, "BNB": 18, "POL": 18,
    "AVAX": 18, "TRX": 6, "SOL": 9, "XRP": 6, "ADA": 6, "XMR": 12, "XLM": 7, "TON": 9, "xDAI": 18,
}  # fmt: skip
"""Coins whose own number of decimals is fixed; tokens differ from chain to chain, and are told."""


class FinerError(ValueError):
    """An amount with more decimals than its unit has."""


def currency_decimals(code: str) -> int:
    """Return how many decimals the smallest unit of a currency has.

    Args:
        code: Three letters; where the standard says nothing else it has two, as most have.

    Basis: ISO 4217
    """
    return _OTHER.get(code, _USUAL)


def is_currency(code: str) -> bool:
    """Tell whether a code is a currency that is in use; three letters may be a crypto-asset, too.

    Basis: ISO 4217
    """
    return code in _CURRENCIES


def coin_decimals(code: str) -> int | None:
    """Return how many decimals a coin has; None for what is no coin that is known here."""
    return _COINS.get(code)


def parse_decimal(text: str) -> tuple[int, int]:
    """Return a decimal number as a whole number and how many of its digits stand behind the point.

    Raises:
        ValueError: no such number, with a sign, or longer than 60 signs.

    >>> parse_decimal("1250.50")
    (12505, 1)
    """
    found = _DECIMAL.fullmatch(text) if len(text) <= MOST_DIGITS else None
    if found is None:
        raise ValueError("an amount is digits with a point before the decimals")
    rest = (found[2] or "").rstrip("0")
    return int(found[1] + rest), len(rest)


def parse_units(text: str, decimals: int) -> int:
    """Return a decimal number as a whole number of the smallest unit, exactly.

    Raises:
        ValueError: as :func:`parse_decimal`; ``FinerError`` where it has more decimals than the unit.

    >>> parse_units("1250.50", 2)
    125050
    """
    number, behind = parse_decimal(text)
    if behind > decimals:
        raise FinerError(f"the unit has {decimals} decimals, and the amount has more")
    return number * int(10 ** (decimals - behind))


def decimal_text(units: int, decimals: int, *, whole: bool = False) -> str:
    """Return a whole number of the smallest unit as a decimal number; nothing is rounded.

    Args:
        units: Of the smallest unit.
        decimals: Of the unit.
        whole: Whether every decimal is written, zeros at the end too.

    >>> decimal_text(-1050, 2)
    '-10.5'
    >>> decimal_text(-1050, 2, whole=True)
    '-10.50'
    """
    front, rest = divmod(abs(units), 10**decimals)
    digits = f"{rest:0{decimals}d}" if decimals else ""
    if not whole:
        digits = digits.rstrip("0")
    return f"{'-' if units < 0 else ''}{front}{'.' + digits if digits else ''}"
