"""What may follow in the book of an asset: sums that are right, and a court before a third party loses.

What was released, lifted or handed to a custodian was frozen before, to the unit, or the line is refused.
"""

from collections.abc import Sequence

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.tracing.assets import (
    AnyFact,
    BankedFact,
    Carried,
    CarriedFact,
    ClaimFact,
    CustodyFact,
    Judged,
    JudgedFact,
    LiftedFact,
    Line,
    OrderedFact,
    Receiver,
    ReleasedFact,
    StruckFact,
    TracedFact,
    UntaggedFact,
    WeighedFact,
)
from comity.tracing.frozen import Asset, asset_of

_NEVER_STRUCK = (
    TracedFact, BankedFact, ClaimFact, JudgedFact, StruckFact, OrderedFact, UntaggedFact, WeighedFact,
)  # fmt: skip


def require_fits(asset: Asset, fact: AnyFact, lines: Sequence[Line], *, now: Instant) -> None:
    """Raise unless a line is one that can follow: in time, in its sums, and by what is open.

    Raises:
        MalformedError: ``freeze.time``.
        ConflictError: ``freeze.sum``: more than there is; ``freeze.struck``; ``freeze.known``.
        NotFoundError: ``freeze.line``: it names a line that is not there.
        DeniedError: ``freeze.claim_open``; ``freeze.ruling``.

    Basis: 31(9), 50(8), 50(9)
    """
    if fact.at > now:
        raise MalformedError("freeze.time", "a line lies in the future", where="/at")
    if isinstance(fact, (TracedFact, BankedFact)):
        raise ConflictError("freeze.known", "this book is open already", where=asset.name)
    if isinstance(fact, (LiftedFact, ReleasedFact)):
        _require_leaves(asset, fact)
    elif isinstance(fact, CustodyFact):
        _require_source(asset, fact)
    elif isinstance(fact, JudgedFact) and fact.claim:
        if not any(one.number == fact.claim and one.is_open for one in asset.claims):
            raise _no_line(fact.claim, "an open claim", "/claim")
    elif isinstance(fact, CarriedFact):
        _require_order(asset, fact)
    elif isinstance(fact, WeighedFact):
        if all(one.number != fact.line for one in asset.untagged):
            raise _no_line(fact.line, "a retraction of tags", "/line")
    elif isinstance(fact, StruckFact):
        _require_strikes(fact, lines)


def require_unclaimed(asset: Asset) -> None:
    """Raise DeniedError ``freeze.claim_open`` while a claim has no ruling. Basis: 31(9), 50(9)"""
    if asset.open_claims:
        first = asset.open_claims[0]
        raise DeniedError(
            "freeze.claim_open",
            f"the claim on line {first.number} has no ruling of a court",
            hint="nothing is lifted, released or returned before a court ruled on it; record it as 'ruling'",
            where=asset.name,
        )


def _require_leaves(asset: Asset, fact: LiftedFact | ReleasedFact) -> None:
    require_unclaimed(asset)
    _require_source(asset, fact)
    if isinstance(fact, ReleasedFact):
        if fact.ruling is None and asset.claims:
            raise DeniedError(
                "freeze.ruling",
                "a third party claimed a right in this asset, so a court decides to whom it goes",
                hint="record the ruling and name its line with --ruling",
                where="/ruling",
            )
        if fact.ruling is not None and fact.ruling not in _rulings(asset):
            raise _no_line(fact.ruling, "a ruling that gives it away", "/ruling")
        claimed = any(one.outcome in (Judged.UPHELD, Judged.PARTLY) for one in asset.claims)
        if fact.to is Receiver.CLAIMANT and not claimed:
            raise DeniedError(
                "freeze.ruling", "no claim on this asset was upheld", hint="record the ruling", where="/to"
            )
    _require_claimants(asset, fact)


def _require_claimants(asset: Asset, fact: LiftedFact | ReleasedFact) -> None:
    """Raise where a claimant whose claim was upheld would get less than it, or claimants more than theirs.

    Basis: 31(9), 50(9)
    """
    upheld = [one for one in asset.claims if one.outcome in (Judged.UPHELD, Judged.PARTLY)]
    whole = [one for one in upheld if one.outcome is Judged.UPHELD]
    owed = sum(max(0, (one.amount or 0) - asset.went_to(one)) for one in whole)
    if not isinstance(fact, ReleasedFact) or fact.to is not Receiver.CLAIMANT:
        if int(fact.amount) > asset.held - owed:
            raise ConflictError(
                "freeze.claimant",
                f"{asset.text(owed)} of this asset belongs to a claimant, by a ruling",
                hint="release it to the claimant first",
                where="/amount",
            )
        return
    theirs = next((one for one in upheld if one.ruling == fact.ruling), None)
    if theirs is None:
        raise DeniedError(
            "freeze.ruling",
            "what goes to a claimant goes by the ruling on the claim",
            hint="name its line with --ruling",
            where="/ruling",
        )
    if theirs.amount is not None and int(fact.amount) > theirs.amount - asset.went_to(theirs):
        raise ConflictError(
            "freeze.claimant",
            f"{asset.text(theirs.amount)} was claimed on line {theirs.number}, and no more goes there",
            hint="what was claimed stands in the line of the claim",
            where="/amount",
        )


def _rulings(asset: Asset) -> frozenset[int]:
    ended = {one.ruling for one in asset.claims if one.ruling is not None}
    return frozenset(asset.releasing) | frozenset(ended)


def _require_source(asset: Asset, fact: LiftedFact | ReleasedFact | CustodyFact) -> None:
    """Raise unless the amount is there: with the custodian that is named, or with nobody yet."""
    there = asset.held - asset.in_custody
    if fact.source:
        source = next((one for one in asset.custody if one.number == fact.source), None)
        if source is None:
            raise _no_line(fact.source, "custody", "/source")
        there = source.amount
    _require_sum(int(fact.amount), there, asset)


def _require_order(asset: Asset, fact: CarriedFact) -> None:
    order = next((one for one in asset.orders if one.number == fact.order), None)
    if order is None:
        raise _no_line(fact.order, "an order", "/order")
    if order.outcome in (Carried.DONE, Carried.FAILED):
        raise ConflictError(
            "freeze.known", f"what became of this order is known: {order.outcome}", where="/order"
        )


def _require_strikes(fact: StruckFact, lines: Sequence[Line]) -> None:
    struck = {line.fact.line for line in lines if isinstance(line.fact, StruckFact)}
    target = next((line for line in lines if line.number == fact.line and line.number not in struck), None)
    if target is None:
        raise _no_line(fact.line, "a line that stands", "/line")
    if isinstance(target.fact, _NEVER_STRUCK):
        raise ConflictError(
            "freeze.struck",
            "what was found, orders, claims, rulings and what is said of retracted tags are never struck",
            hint="a claim ends by a ruling or when it is withdrawn; a retraction is weighed again",
            where="/line",
        )
    standing = [line for line in lines if line.number not in {*struck, fact.line}]
    rests = any(getattr(one.fact, name, 0) == fact.line for one in standing for name in ("source", "order"))
    after = asset_of(standing, head="")
    if rests or after.held < after.in_custody or after.held < 0:
        raise ConflictError("freeze.sum", "other lines rest on this one", where="/line")


def _require_sum(wanted: int, there: int, asset: Asset) -> None:
    if not 0 < wanted <= there:
        raise ConflictError(
            "freeze.sum",
            f"{asset.text(wanted)} cannot leave where {asset.text(max(0, there))} is held",
            hint="record first what was frozen; what a custodian holds leaves by --source, its line",
            where="/amount",
        )


def _no_line(number: int, what: str, where: str) -> NotFoundError:
    return NotFoundError("freeze.no_line", f"line {number} is not {what} of this book", where=where)
