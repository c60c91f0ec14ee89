"""Entries that move value in, off, from unit to unit, and to those who do not claim."""

from collections.abc import Collection

from comity.kernel.errors import ConflictError
from comity.restitution.accounts import Account, Kind, Posting, moved
from comity.restitution.books import Books, require_worth
from comity.restitution.claims import Claim
from comity.restitution.entries import (
    ClaimKind,
    Considered,
    Converted,
    Cost,
    Loss,
    Received,
    Returned,
    Shared,
    Weighed,
)


def in_or_off(books: Books, entry: Received | Cost | Loss) -> tuple[Posting, ...]:
    """Return what value that came in, or came off, moves. Basis: 52(4)"""
    books.asset(entry.asset)
    books.unit(entry.unit)
    if isinstance(entry, Received):
        _require_once(books, entry)
    held = Account(entry.asset, entry.unit, Kind.HELD)
    amount = int(entry.amount)
    match entry:
        case Received():
            return moved(Account(entry.asset, entry.unit, Kind.OUTSIDE), held, amount)
        case Cost():
            return moved(held, Account(entry.asset, entry.unit, Kind.COSTS), amount)
        case Loss():
            return moved(held, Account(entry.asset, entry.unit, Kind.LOSSES), amount)


def _require_once(books: Books, entry: Received) -> None:
    """Refuse what came in twice under one reference: it came once, and was recorded twice."""
    same = (entry.asset, entry.unit, entry.amount, entry.source, entry.reference)
    if same in books.received:
        raise ConflictError(
            "restitution.twice",
            f"the same amount with the reference {entry.reference[:60]} came in before",
            hint="where it is another one, give it a reference of its own",
            where="reference",
        )
    books.received.add(same)


def convert(books: Books, entry: Converted) -> tuple[Posting, ...]:
    """Return what a sale of one unit for another moves. Basis: 31(4)"""
    books.asset(entry.asset)
    unit = books.unit(entry.unit)
    if entry.into == entry.unit:
        raise ConflictError("restitution.same_unit", "a unit is not sold for itself", where="into")
    books.put_unit(entry.into, entry.decimals)
    proceeds, fee = int(entry.proceeds), int(entry.fee)
    if fee > proceeds:
        raise ConflictError("restitution.overdrawn", "the fee is more than the proceeds", where="fee")
    require_worth(int(entry.amount), proceeds, entry.rate, unit, books.units[entry.into])

    def account(code: str, kind: Kind) -> Account:
        return Account(entry.asset, code, kind)

    held = account(entry.into, Kind.HELD)
    return (
        *moved(account(entry.unit, Kind.HELD), account(entry.unit, Kind.CONVERTED), int(entry.amount)),
        *moved(account(entry.into, Kind.CONVERTED), held, proceeds),
        *moved(held, account(entry.into, Kind.COSTS), fee),
    )


def require_ruled(books: Books, asset: str) -> None:
    """Raise ConflictError ``restitution.no_ruling`` before a court has ruled. Basis: 31(1)"""
    if books.asset(asset).ruled is None:
        raise ConflictError(
            "restitution.no_ruling",
            f"no court has ruled on {asset}, and nothing is paid out before",
            hint="record the ruling first: asset.ruling",
            where="asset",
        )


def require_free(books: Books, asset: str) -> None:
    """Raise ConflictError ``restitution.third_party`` while a third party or prior owner is not settled.

    Basis: 31(9), 50(9)
    """
    for name, claim in sorted(books.claims.items()):
        if claim.kind is ClaimKind.VICTIM or not claim.concerns(asset):
            continue
        if claim.is_open or (claim.is_proven and _unsettled(claim)):
            raise ConflictError(
                "restitution.third_party",
                f"the claim {name} of a third party or prior owner is not settled",
                hint="decide it, and settle it where it is proven",
                where=name,
            )


def _unsettled(claim: Claim) -> bool:
    if not claim.allotted:
        return claim.net > 0
    return any((claim.owed(code) or 0) > 0 for code in claim.allotted)


def give(books: Books, number: int, entry: Shared | Returned) -> tuple[Posting, ...]:
    """Return what moves to another State, a fund or the treasury. Basis: 52(1), 52(2), 52(3)"""
    require_ruled(books, entry.asset)
    require_free(books, entry.asset)
    if isinstance(entry, Shared):
        _require_proof(books, entry)
    books.gone[number] = entry
    kind = Kind.SHARED if isinstance(entry, Shared) else Kind.RETURNED
    target = Account(entry.asset, entry.unit, kind, entry.to)
    return moved(Account(entry.asset, entry.unit, Kind.HELD), target, int(entry.amount))


def require_considered(books: Books, others: Collection[str] = ()) -> None:
    """Raise unless something was decided of every known victim since they last claimed.

    Args:
        books: The ledger.
        others: Victims whom it does not know.

    Raises:
        ConflictError: ``restitution.unconsidered``.

    Basis: 52(3)
    """
    waiting = books.unconsidered(others)
    if waiting:
        raise ConflictError(
            "restitution.unconsidered",
            f"nothing was decided of {len(waiting)} known victims",
            hint="decide of each, by name and with a reason: victim.consider",
            where=", ".join(waiting)[:200],
        )


def require_told_truly(books: Books, entry: Considered) -> None:
    """Raise where what is said of a victim is not what the ledger says.

    Who was compensated has everything that was proven set aside; who was in part, something; whose claim was
    rejected, no proven one.

    Raises:
        ConflictError: ``restitution.weighed``.

    Basis: 52(3)
    """
    proven = [
        one
        for one in books.claims.values()
        if one.lodged.who == entry.who and one.kind is ClaimKind.VICTIM and one.is_proven and one.net
    ]
    holds = {
        Weighed.COMPENSATED: bool(proven) and not any(_unsettled(one) for one in proven),
        Weighed.PARTLY: any(one.allotted for one in proven),
        Weighed.REJECTED: not proven,
    }
    if not holds.get(entry.outcome, True):
        raise ConflictError(
            "restitution.weighed",
            f"the ledger does not say that {entry.who} was {entry.outcome.value}",
            hint="what was set aside for a claim is in the ledger; what came from elsewhere is 'elsewhere'",
            where="outcome",
        )


def _require_proof(books: Books, entry: Shared) -> None:
    """The line proves that every known victim was considered, or that a search found none."""
    require_considered(books, entry.considered)
    if dict(entry.considered) != {who: line for who, (line, _) in books.considered.items()}:
        raise ConflictError(
            "restitution.unconsidered",
            "the entry does not name the decisions on all victims",
            where="considered",
        )
    if not entry.considered and entry.search not in books.searches:
        raise ConflictError(
            "restitution.unsearched",
            "no victim is known, and no search for victims is recorded",
            hint="record where and how they were looked for: victim.search",
            where="search",
        )
