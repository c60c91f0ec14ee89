"""Amounts: whole numbers of the smallest unit of a currency or crypto-asset, of any size."""

import re

import msgspec

from comity.kernel.amounts import (
    FinerError,
    coin_decimals,
    currency_decimals,
    decimal_text,
    is_currency,
    parse_decimal,
    parse_units,
)
from comity.kernel.errors import ConflictError, MalformedError

MOST_DECIMALS = 24
_CODE = re.compile(r"\A[A-Z][A-Z0-9]{1,11}(\.[a-z0-9]{1,16})?\Z")


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
    found = coin_decimals(code)
    if found is None and is_currency(code):
        return currency_decimals(code)
    return found


def parse_amount(text: str, unit: Unit, *, where: str = "amount") -> int:
    """Return an amount written in the main unit, exactly, as a number of the smallest.

    Raises:
        MalformedError: ``restitution.amount``: no decimal number, or finer than the unit.
    """
    try:
        return parse_units(text, unit.decimals)
    except FinerError as exc:
        raise MalformedError(
            "restitution.amount",
            f"{unit.code} has {unit.decimals} decimals, and the amount has more",
            where=where,
        ) from exc
    except ValueError as exc:
        raise MalformedError(
            "restitution.amount",
            f"{text[:40]!r} is no amount",
            hint="write digits with a point before the decimals, such as 1250.50",
            where=where,
        ) from exc


def amount_text(amount: int, unit: Unit) -> str:
    """Return an amount in the main unit with its code, such as ``1250.50 EUR``; nothing is rounded."""
    return f"{decimal_text(amount, unit.decimals, whole=True)} {unit.code}"


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
    try:
        number, behind = parse_decimal(rate)
    except ValueError:
        number = behind = 0
    if not number:
        raise MalformedError(
            "restitution.rate_form", f"{rate[:40]!r} is no rate", hint="write a decimal number", where="rate"
        )
    result, left = divmod(amount * number * 10**into.decimals, 10 ** (behind + unit.decimals))
    return result, left == 0
