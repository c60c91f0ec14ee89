"""Claims that a court ruled on while an asset was frozen become claims of the ledger, each once.

Who claims stands in the book of the asset by name, and in the ledger by the name of the book and the line.

Basis: 31(9), 50(9)
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.kernel.amounts import decimal_text
from comity.kernel.errors import ConflictError, MalformedError
from comity.tracing.assets import Judged, JudgedFact, Line
from comity.tracing.frozen import Asset, Claim

_OUTCOMES = {
    Judged.UPHELD: "proven",
    Judged.PARTLY: "proven",
    Judged.DISMISSED: "rejected",
    Judged.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingClaims:
    """Claims of a freeze book that a court ruled on, and that no ledger has yet."""

    book: str
    claims: tuple[Claim, ...]


def claims_to_take(asset: Asset, known: Container[str]) -> tuple[Claim, ...]:
    """Return the claims of an asset that were ruled on and are not in a ledger.

    Args:
        asset: The frozen asset.
        known: Names of the claims in the ledger.
    """
    return tuple(one for one in asset.claims if not one.is_open and claim_name(asset.name, one) not in known)


def claim_name(book: str, claim: Claim) -> str:
    """Return how a claim of a book is called in the ledger."""
    return f"{book}-{claim.number}"


def forms_of_claim(
    asset: Asset, claim: Claim, lines: Sequence[Line], *, into: str, awarded: Mapping[int, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the filled forms by which a claim is lodged in the ledger and decided there.

    Args:
        asset: The frozen asset.
        claim: One that a court ruled on, or that was withdrawn.
        lines: The book.
        into: The asset of the ledger.
        awarded: What a court gave where it gave less than was claimed, by the line of the claim.

    Raises:
        MalformedError: ``restitution.awarded``: a claim was upheld in part, and nobody said how much.
    """
    name, whole = claim_name(asset.name, claim), decimal_text(_claimed(asset, claim), asset.decimals)
    unit = {"unit": asset.unit, "decimals": str(asset.decimals)}
    basis = f"{claim.ground[:300]} (freeze {asset.name}, line {claim.number})"
    yield (
        "claim.lodge",
        {
            "claim": name,
            "who": name,
            "kind": "third_party",
            "amount": whole,
            "basis": basis,
            "asset": into,
            **unit,
        },
    )
    ruling = next(one.fact for one in lines if one.number == claim.ruling)
    if not isinstance(ruling, JudgedFact) or claim.outcome is None:
        raise ConflictError("restitution.undecided", "no court has ruled on this claim", where=name)
    told = {"claim": name, "outcome": _OUTCOMES[claim.outcome], "reference": ruling.reference}
    told["reason"] = f"{ruling.court}, ruling sha256 {ruling.digest}"
    if claim.outcome is Judged.UPHELD:
        told["amount"] = whole
    elif claim.outcome is Judged.PARTLY:
        if claim.number not in awarded:
            raise MalformedError(
                "restitution.awarded",
                f"the claim on line {claim.number} was upheld in part; how much is not in the book",
                hint=f"say it: --awarded {claim.number}=AMOUNT",
                where="awarded",
            )
        told["amount"] = awarded[claim.number]
    if "amount" in told and asset.went_to(claim):  # it went to them while the asset was frozen
        told["elsewhere"] = decimal_text(asset.went_to(claim), asset.decimals)
    yield "claim.decide", told


def _claimed(asset: Asset, claim: Claim) -> int:
    """Return what is claimed; who names no amount claims all that was found."""
    return asset.clock.found if claim.amount is None else claim.amount
