"""Double entry: every movement takes from one account what it gives to another, in one unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.errors import ConflictError


class Kind(StrEnum):
    """What an account holds."""

    OUTSIDE = "outside"
    HELD = "held"
    COSTS = "costs"
    LOSSES = "losses"
    CONVERTED = "converted"
    OWED = "owed"
    UNDER_WAY = "under_way"
    PAID = "paid"
    SHARED = "shared"
    RETURNED = "returned"


MAY_OWE = frozenset({Kind.OUTSIDE, Kind.CONVERTED})
"""Accounts of the world outside: they give what comes in."""


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account of an asset in one unit.

    Attributes:
        whom: Claim or receiver, for accounts of one.
    """

    asset: str
    unit: str
    kind: Kind
    whom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One side of a movement: what an account receives, or gives where it is below zero."""

    account: Account
    amount: int


def moved(source: Account, target: Account, amount: int) -> tuple[Posting, ...]:
    """Return both sides of a movement; an amount of zero moves nothing."""
    if source.unit != target.unit or amount < 0:
        raise ValueError("a movement has one unit and is not below zero")
    if not amount:
        return ()
    return (Posting(account=source, amount=-amount), Posting(account=target, amount=amount))


def reversed_postings(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Return what books postings back."""
    return tuple(Posting(account=one.account, amount=-one.amount) for one in postings)


def booked(balances: dict[Account, int], postings: Iterable[Posting]) -> None:
    """Book postings into balances.

    Raises:
        ConflictError: ``restitution.overdrawn``: an account would give more than it has.
    """
    for one in postings:
        balances[one.account] = balances.get(one.account, 0) + one.amount
    for one in postings:
        if balances[one.account] < 0 and one.account.kind not in MAY_OWE:
            raise ConflictError(
                "restitution.overdrawn",
                f"the account {one.account.kind.value} of {one.account.asset} has not that much"
                f" {one.account.unit}",
                hint="'comity restitution show CASE' tells every balance",
                where=one.account.whom or one.account.asset,
            )


def sums(balances: Mapping[Account, int]) -> dict[str, int]:
    """Return the sum of all accounts for each unit: zero, always."""
    found: dict[str, int] = {}
    for account, amount in balances.items():
        found[account.unit] = found.get(account.unit, 0) + amount
    return found
