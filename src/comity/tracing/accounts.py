"""Bank accounts and amounts of money: the check digits of an IBAN, and whole numbers of the smallest unit."""

import re

from comity.kernel.errors import MalformedError
from comity.tracing.amounts import unit_of

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,37})(?:\.([0-9]{1,38}))?", re.ASCII)
_MINOR = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
USUAL_MINOR = 2


def check_iban(text: str) -> str:
    """Return an IBAN in its usual spelling; raise MalformedError ``freeze.iban`` where it does not hold.

    Basis: ISO 13616
    """
    iban = "".join(text.split()).upper()
    if _IBAN.fullmatch(iban):
        turned = iban[4:] + iban[:4]
        if int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1:
            return iban
    raise MalformedError(
        "freeze.iban",
        "the check digits of this IBAN do not hold",
        hint="read it again where it was written; other accounts go into --account",
        where="/iban",
    )


def decimals_of(currency: str) -> int:
    """Return how many decimals the smallest unit of a currency has. Basis: ISO 4217"""
    return _MINOR.get(currency, USUAL_MINOR)


def units_of(text: str, decimals: int, *, where: str = "/amount") -> int:
    """Return a decimal number as a whole number of the smallest unit, exactly.

    Raises:
        MalformedError: ``freeze.amount``: no such number, or more decimals than the unit has.
    """
    found = _AMOUNT.fullmatch(text)
    rest = (found[2] or "").rstrip("0") if found else ""
    if found is None or len(rest) > decimals:
        raise MalformedError(
            "freeze.amount",
            f"an amount is a decimal number with at most {decimals} decimals",
            hint="e.g. 9800.00, without thousands or a sign",
            where=where,
        )
    return int(found[1] + rest.ljust(decimals, "0"))


def decimal_text(units: int, decimals: int) -> str:
    """Return a whole number of the smallest unit as a decimal number, without zeros at its end.

    >>> decimal_text(-1050, 2)
    '-10.5'
    """
    whole, rest = divmod(abs(units), 10**decimals)
    digits = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    return f"{'-' if units < 0 else ''}{whole}{'.' + digits if digits else ''}"


def coin_of(network: str, asset: str) -> tuple[str, int]:
    """Return unit and decimals of a coin; a token is told in its smallest unit, by its contract."""
    unit, decimals = unit_of(network, asset)
    return (unit, decimals) if unit else (asset[:12] or network[:16], 0)
