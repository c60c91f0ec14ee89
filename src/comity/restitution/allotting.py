"""How an amount is divided among those who are owed, exact to the last unit, whatever order they came in.

Nobody receives more than is owed; what is left when all have everything stays undivided. Ties are settled by
the larger debt, then by the name of the claim, never by who came first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """The named methods. Basis: 34(2), 52(2)"""

    PRO_RATA = "pro_rata"
    PRIORITY = "priority"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a claim is still owed.

    Attributes:
        amount: In the smallest unit, above zero.
        rank: 1 is served first; counts for ``priority`` only.
    """

    amount: int
    rank: int = 1

    def __post_init__(self) -> None:
        if self.amount < 1 or self.rank < 1:
            raise ValueError("what is owed is above zero, and ranks begin with 1")


def allot(method: Method, total: int, owed: Mapping[str, Owed]) -> dict[str, int]:
    """Return the share of each claim, by its name; shares of zero are left out.

    Args:
        method: How it is divided.
        total: In the smallest unit, not below zero.
        owed: What each claim is still owed.

    Basis: 34(2), 52(2)
    """
    if total < 0:
        raise ValueError("a total is not below zero")
    found = _METHODS[method](total, {name: owed[name] for name in sorted(owed)})
    return {name: share for name, share in found.items() if share}


def _pro_rata(total: int, owed: Mapping[str, Owed]) -> dict[str, int]:
    """By what is owed; units that are left go one each to the largest remainders."""
    whole = sum(one.amount for one in owed.values())
    if total >= whole:
        return {name: one.amount for name, one in owed.items()}
    shares = {name: total * one.amount // whole for name, one in owed.items()}
    left = total - sum(shares.values())
    first = sorted(owed, key=lambda name: (-(total * owed[name].amount % whole), -owed[name].amount, name))
    for name in first[:left]:
        shares[name] += 1
    return shares


def _priority(total: int, owed: Mapping[str, Owed]) -> dict[str, int]:
    """Rank by rank in full; pro rata within the rank in which the money ends."""
    shares: dict[str, int] = {}
    for rank in sorted({one.rank for one in owed.values()}):
        found = _pro_rata(total, {name: one for name, one in owed.items() if one.rank == rank})
        total -= sum(found.values())
        shares |= found
    return shares


def _equal(total: int, owed: Mapping[str, Owed]) -> dict[str, int]:
    """The same for each, up to what is owed; units that are left go one each to the largest debts."""
    shares = dict.fromkeys(owed, 0)
    open_ones = sorted(owed, key=lambda name: (owed[name].amount, name))
    while open_ones and owed[open_ones[0]].amount * len(open_ones) <= total:
        name = open_ones.pop(0)
        shares[name] = owed[name].amount
        total -= owed[name].amount
    if open_ones:
        each, left = divmod(total, len(open_ones))
        first = sorted(open_ones, key=lambda name: (-owed[name].amount, name))
        for place, name in enumerate(first):
            shares[name] = each + (place < left)
    return shares


_METHODS: dict[Method, Callable[[int, Mapping[str, Owed]], dict[str, int]]] = {
    Method.PRO_RATA: _pro_rata,
    Method.PRIORITY: _priority,
    Method.EQUAL: _equal,
}
