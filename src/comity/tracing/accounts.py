"""Bank accounts and amounts of money: what an IBAN is, and whole numbers of the smallest unit."""

import re

from comity.kernel.amounts import parse_units
from comity.kernel.errors import MalformedError
from comity.tracing.addresses.ports import Primitives
from comity.tracing.amounts import unit_of

_BETWEEN = {ord(sign): None for sign in " \t\r\n\u00a0\u2007\u202f-."}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)


def check_iban(text: str, *, primitives: Primitives) -> str:
    """Return an IBAN in its usual spelling; raise MalformedError ``freeze.iban`` where it does not hold.

    Its check digits are looked at, and length and form as its country laid them down.

    Basis: ISO 13616
    """
    iban = text.translate(_BETWEEN).upper()
    if _IBAN.fullmatch(iban) and primitives.is_iban(iban):
        return iban
    raise MalformedError(
        "freeze.iban",
        "this is no IBAN: its check digits, or length and form of its country, do not hold",
        hint="read it again where it was written; other accounts go into --account",
        where="/iban",
    )


def units_of(text: str, decimals: int, *, where: str = "/amount") -> int:
    """Return a decimal number as a whole number of the smallest unit, exactly.

    Raises:
        MalformedError: ``freeze.amount``: no such number, or more decimals than the unit has.
    """
    try:
        return parse_units(text, decimals)
    except ValueError as exc:
        raise MalformedError(
            "freeze.amount",
            f"an amount is a decimal number with at most {decimals} decimals",
            hint="e.g. 9800.00, without thousands or a sign",
            where=where,
        ) from exc


def coin_of(network: str, asset: str) -> tuple[str, int]:
    """Return unit and decimals of a coin; a token is told in its smallest unit, by its contract."""
    unit, decimals = unit_of(network, asset)
    return (unit, decimals) if unit else (asset[:12] or network[:16], 0)
