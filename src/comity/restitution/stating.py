"""Entries that move nothing: assets, rulings, claims, decisions on claims and their values."""

from comity.kernel.errors import ConflictError
from comity.restitution.books import Asset, Books, require_worth
from comity.restitution.claims import Claim
from comity.restitution.entries import Claimed, Decided, Opened, Ruled, Valued


def state(books: Books, number: int, entry: Opened | Ruled | Claimed | Decided | Valued) -> None:
    """Let a statement on an asset or a claim count."""
    match entry:
        case Opened():
            if entry.asset in books.assets:
                raise ConflictError("restitution.known", f"there is an asset {entry.asset}", where="asset")
            books.put_unit(entry.unit, entry.decimals)
            books.assets[entry.asset] = Asset(opened=entry)
        case Ruled():
            books.asset(entry.asset).ruled = entry
        case Claimed():
            if entry.claim in books.claims:
                raise ConflictError("restitution.known", f"there is a claim {entry.claim}", where="claim")
            if entry.asset is not None:
                books.asset(entry.asset)
            books.put_unit(entry.unit, entry.decimals)
            books.claims[entry.claim] = Claim(lodged=entry, line=number)
        case Decided():
            _decide(books.claim(entry.claim), entry)
        case Valued():
            _value(books, entry)


def _decide(claim: Claim, entry: Decided) -> None:
    net, claim.decided = claim.net, entry
    foreign = set(claim.allotted) - {claim.lodged.unit}
    if claim.net < claim.allotted.get(claim.lodged.unit, 0) or (foreign and claim.net != net):
        raise ConflictError(
            "restitution.allotted",
            f"{entry.claim} was given its share by an earlier decision",
            hint="book the distribution back first",
            where="amount",
        )
    if not foreign:
        claim.valued.clear()


def _value(books: Books, entry: Valued) -> None:
    claim = books.claim(entry.claim)
    if not claim.is_proven or claim.lodged.unit == entry.unit:
        raise ConflictError(
            "restitution.unproven", f"{entry.claim} is not proven in another unit", where="claim"
        )
    if entry.unit in claim.allotted:
        raise ConflictError(
            "restitution.allotted", f"{entry.claim} was paid by an earlier value", where="claim"
        )
    books.put_unit(entry.unit, entry.decimals)
    require_worth(claim.net, int(entry.amount), entry.rate, claim.unit, books.units[entry.unit])
    claim.valued[entry.unit] = int(entry.amount)
