"""Entries by which those who claim are paid: rules, shares, settlements, payments and how they ended."""

from collections.abc import Iterable

from comity.kernel.errors import ConflictError, DeniedError, NotFoundError
from comity.kernel.ids import OfficerName
from comity.restitution.accounts import Account, Kind, Posting, moved
from comity.restitution.allotting import Owed, allot
from comity.restitution.books import Books, Payment
from comity.restitution.claims import Claim
from comity.restitution.entries import ClaimKind, Distributed, Ended, Paid, Sent, Settled
from comity.restitution.moving import require_free, require_ruled


def owed_to_victims(books: Books, asset: str, unit: str) -> dict[str, Owed]:
    """Return what the victims of an asset are still owed in a unit, by claim.

    Raises:
        ConflictError: ``restitution.undecided``, ``restitution.unvalued``.
    """
    found: dict[str, Owed] = {}
    for name, claim in books.claims.items():
        if claim.kind is not ClaimKind.VICTIM or not claim.concerns(asset):
            continue
        if claim.is_open:
            raise ConflictError(
                "restitution.undecided",
                f"the claim {name} is not decided",
                hint="decide it first",
                where=name,
            )
        if not claim.is_proven or not claim.net:
            continue
        owed = claim.owed(unit)
        if owed is None or set(claim.allotted) - {unit}:
            raise ConflictError(
                "restitution.unvalued",
                f"nobody said what {name} is owed in {unit}",
                hint="record its value with rate, source and day: claim.value",
                where=name,
            )
        if owed > 0:
            found[name] = Owed(amount=owed, rank=claim.decided.rank if claim.decided is not None else 1)
    return found


def shares_of(books: Books, rule: int, amount: int) -> dict[str, int]:
    """Return the shares that a rule gives of an amount.

    Raises:
        NotFoundError: ``restitution.rule``.
        ConflictError: ``restitution.nobody``; what :func:`owed_to_victims` raises.
    """
    chosen = books.rules.get(rule)
    if chosen is None:
        raise NotFoundError(
            "restitution.rule", "no rule was chosen", hint="record it first: rule.choose", where="rule"
        )
    owed = owed_to_victims(books, chosen.asset, chosen.unit)
    shares = allot(chosen.method, amount, owed)
    if sum(shares.values()) != amount:
        raise ConflictError(
            "restitution.nobody",
            f"the victims are owed {sum(one.amount for one in owed.values())} of the smallest unit in all,"
            f" less than {amount}",
            hint="distribute what is owed; the rest stays held",
            where="amount",
        )
    return shares


def distribute(books: Books, entry: Distributed) -> tuple[Posting, ...]:
    """Return what a distribution sets aside for each victim. Basis: 34(2)"""
    require_ruled(books, entry.asset)
    require_free(books, entry.asset)
    chosen = books.rules.get(entry.rule)
    if chosen is None or (chosen.asset, chosen.unit) != (entry.asset, entry.unit):
        raise NotFoundError("restitution.rule", "no such rule was chosen for this asset", where="rule")
    shares = shares_of(books, entry.rule, int(entry.amount))
    if {name: int(share) for name, share in entry.shares.items()} != shares:
        raise ConflictError(
            "restitution.shares", "these are not the shares that the rule gives", where="shares"
        )
    held = Account(entry.asset, entry.unit, Kind.HELD)
    postings: list[Posting] = []
    for name, share in shares.items():
        _allot(books.claims[name], entry.unit, share)
        postings += moved(held, Account(entry.asset, entry.unit, Kind.OWED, name), share)
    return tuple(postings)


def _allot(claim: Claim, unit: str, amount: int) -> None:
    claim.allotted[unit] = claim.allotted.get(unit, 0) + amount


def settle(books: Books, entry: Settled) -> tuple[Posting, ...]:
    """Return what is set aside for a third party or a prior owner. Basis: 31(9), 52(2)"""
    require_ruled(books, entry.asset)
    claim = books.claim(entry.claim)
    if claim.kind is ClaimKind.VICTIM:
        raise ConflictError(
            "restitution.by_rule", "victims are paid by a rule", hint="rule.choose, then money.distribute"
        )
    owed = claim.owed(entry.unit) if claim.is_proven and claim.concerns(entry.asset) else None
    if owed is None or set(claim.allotted) - {entry.unit} or int(entry.amount) > owed:
        raise ConflictError(
            "restitution.unproven",
            f"that much is not proven of {entry.claim} in {entry.unit}",
            where="amount",
        )
    _allot(claim, entry.unit, int(entry.amount))
    target = Account(entry.asset, entry.unit, Kind.OWED, entry.claim)
    return moved(Account(entry.asset, entry.unit, Kind.HELD), target, int(entry.amount))


def note_who(books: Books, postings: Iterable[Posting], officer: OfficerName) -> None:
    """Note by whose word money is set aside for claims."""
    for one in postings:
        if one.account.kind is Kind.OWED:
            books.set_aside_by.setdefault(one.account.whom, set()).add(officer)


def require_another(books: Books, entry: Paid, officer: OfficerName) -> None:
    """Refuse a payment by an officer who set money aside for the claim: it takes two to pay.

    Raises:
        DeniedError: ``restitution.same_person``.
    """
    if officer in books.set_aside_by.get(entry.claim, ()):
        raise DeniedError(
            "restitution.same_person",
            f"{officer} set the money of {entry.claim} aside, and does not send it",
            hint="another officer of the office records the payment; the role officer is enough",
            where="claim",
        )


def pay(books: Books, number: int, entry: Paid | Ended) -> tuple[Posting, ...]:
    """Return what a payment, or its end, moves.

    While a third party's claim is open, or not settled, no victim is paid, though a share was set aside.

    Basis: 31(9), 50(9), PROTOCOL 27
    """
    if isinstance(entry, Paid):
        if books.claim(entry.claim).kind is ClaimKind.VICTIM:
            require_free(books, entry.asset)
        _require_not_paid(books, entry)
        books.payments[number] = Payment(paid=entry)
        return _moved_to(entry, Kind.OWED, Kind.UNDER_WAY)
    payment = books.payments.get(entry.payment)
    if payment is None:
        raise NotFoundError("restitution.payment", f"line {entry.payment} is no payment", where="payment")
    before, payment.outcome = payment.outcome, entry.outcome
    match before, entry.outcome:
        case ((None | Sent.UNCERTAIN), Sent.UNCERTAIN):
            return ()
        case ((None | Sent.UNCERTAIN), Sent.DONE):
            return _moved_to(payment.paid, Kind.UNDER_WAY, Kind.PAID)
        case ((None | Sent.UNCERTAIN), Sent.RETURNED):
            return _moved_to(payment.paid, Kind.UNDER_WAY, Kind.OWED)
        case Sent.DONE, Sent.RETURNED:
            return _moved_to(payment.paid, Kind.PAID, Kind.OWED)
        case _:
            raise ConflictError(
                "restitution.payment_ended",
                f"the payment of line {entry.payment} has ended already",
                where="payment",
            )


def _require_not_paid(books: Books, entry: Paid) -> None:
    """Refuse an order to pay that was given before, under the same reference, and did not come back."""
    same = (entry.claim, entry.asset, entry.unit, entry.amount, entry.reference)
    for line, one in books.payments.items():
        paid = one.paid
        if (paid.claim, paid.asset, paid.unit, paid.amount, paid.reference) == same and (
            one.outcome is not Sent.RETURNED
        ):
            raise ConflictError(
                "restitution.twice",
                f"line {line} is the same payment with the same reference",
                hint="where it is another one, give it a reference of its own",
                where="reference",
            )


def _moved_to(paid: Paid, source: Kind, target: Kind) -> tuple[Posting, ...]:
    return moved(
        Account(paid.asset, paid.unit, source, paid.claim),
        Account(paid.asset, paid.unit, target, paid.claim),
        int(paid.amount),
    )
