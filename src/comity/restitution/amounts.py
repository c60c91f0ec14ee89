"""Amounts: whole numbers of the smallest unit of a currency or crypto-asset, of any size."""

import re

import msgspec

from comity.kernel.errors import ConflictError, MalformedError

MOST_DECIMALS = 24
MOST_DIGITS = 60
"""Of an amount in its smallest unit: a thousand million ether are 28."""
_CODE = re.compile(r"\A[A-Z][A-Z0-9]{1,11}(\.[a-z0-9]{1,16})?\Z")
_DECIMAL = re.compile(r"\A(0|[1-9][0-9]*)(?:\.([0-9]+))?\Z", re.ASCII)
_ISO_OTHER = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_ASSETS = {
    "BTC": 8, "BCH": 8, "LTC": 8, "DOGE": 8, "ZEC": 8, "DASH": 8, "ETH": 18, "ETC": 18, "BNB": 18, "POL": 18,
    "AVAX": 18, "TRX": 6, "SOL": 9, "XRP": 6, "ADA": 6, "XMR": 12, "XLM": 7, "TON": 9,
}  # fmt: skip
"""Coins whose own number of decimals is fixed; tokens differ from chain to chain and are told."""


class Unit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In what amounts are counted.

    Attributes:
        code: ISO 4217, or the sign of a crypto-asset, with its chain after a point where it has several.
        decimals: Of the main unit; an amount is a whole number of 10**-decimals of it.

    Basis: ISO 4217
    """

    code: str
    decimals: int

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code) or not 0 <= self.decimals <= MOST_DECIMALS:
            raise ValueError("a unit has a code such as EUR or USDT.tron and at most 24 decimals")


def unit_of(code: str, decimals: int | None = None) -> Unit:
    """Return a unit; what has a fixed number of decimals does not take another.

    Raises:
        MalformedError: ``restitution.unit_form``: no code, or its decimals are not known and not told.
        ConflictError: ``restitution.decimals``: told otherwise than they are.

    Basis: ISO 4217
    """
    if not _CODE.fullmatch(code):
        raise MalformedError(
            "restitution.unit_form",
            f"{code[:20]!r} is no code of a currency or crypto-asset",
            hint="write a code such as EUR, BTC or USDT.tron",
            where="unit",
        )
    known = _known(code)
    if known is None and decimals is None:
        raise MalformedError(
            "restitution.unit_form",
            f"how many decimals {code} has is not known here",
            hint="say how many, as decimals",
            where="decimals",
        )
    if known is not None and decimals not in (None, known):
        raise ConflictError(
            "restitution.decimals", f"{code} has {known} decimals, not {decimals}", where="decimals"
        )
    found = known if decimals is None else decimals
    if found is None or found > MOST_DECIMALS:
        raise MalformedError("restitution.unit_form", "a unit has at most 24 decimals", where="decimals")
    return Unit(code=code, decimals=found)


def _known(code: str) -> int | None:
    if code in _ASSETS:
        return _ASSETS[code]
    if len(code) == len("EUR") and code.isalpha():
        return _ISO_OTHER.get(code, 2)
    return None


def parse_amount(text: str, unit: Unit, *, where: str = "amount") -> int:
    """Return an amount written in the main unit, exactly, as a number of the smallest.

    Raises:
        MalformedError: ``restitution.amount``: no decimal number, or finer than the unit.
    """
    found = _DECIMAL.fullmatch(text)
    if not found or len(text) > MOST_DIGITS:
        raise MalformedError(
            "restitution.amount",
            f"{text[:40]!r} is no amount",
            hint="write digits with a point before the decimals, such as 1250.50",
            where=where,
        )
    whole, rest = found.group(1), (found.group(2) or "").rstrip("0")
    if len(rest) > unit.decimals:
        raise MalformedError(
            "restitution.amount",
            f"{unit.code} has {unit.decimals} decimals, and the amount has more",
            where=where,
        )
    return int(whole + rest.ljust(unit.decimals, "0"))


def amount_text(amount: int, unit: Unit) -> str:
    """Return an amount in the main unit with its code, such as ``1250.50 EUR``; nothing is rounded."""
    sign, digits = ("-" if amount < 0 else ""), f"{abs(amount):0{unit.decimals + 1}d}"
    cut = len(digits) - unit.decimals
    whole, rest = digits[:cut], digits[cut:]
    shown = f"{whole}.{rest}" if rest else whole
    return f"{sign}{shown} {unit.code}"


def worth(amount: int, *, rate: str, unit: Unit, into: Unit) -> tuple[int, bool]:
    """Return what an amount is worth in another unit, rounded down, and whether nothing was rounded.

    Args:
        amount: In the smallest unit of ``unit``.
        rate: Decimal number: how many main units of ``into`` one main unit of ``unit`` is worth.
        unit: What is changed.
        into: Into what.

    Raises:
        MalformedError: ``restitution.rate_form``.
    """
    found = _DECIMAL.fullmatch(rate)
    if not found or len(rate) > MOST_DIGITS or not rate.strip("0."):
        raise MalformedError(
            "restitution.rate_form", f"{rate[:40]!r} is no rate", hint="write a decimal number", where="rate"
        )
    digits = found.group(2) or ""
    number = amount * int(found.group(1) + digits) * 10**into.decimals
    result, left = divmod(number, 10 ** (len(digits) + unit.decimals))
    return result, left == 0
