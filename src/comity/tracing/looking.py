"""The clock of an asset: the same question asked of the ledger again, and what is elsewhere now."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.kernel.clock import Instant
from comity.tracing.assets import MOST_SPOTS, Spot, TracedFact
from comity.tracing.ports import Ledger
from comity.tracing.taint import Method
from comity.tracing.trails import Question, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a ledger says of an asset now.

    Attributes:
        here: Tainted units at its addresses.
        created: Tainted units that the seeds brought in.
        elsewhere: The largest other places.
        inputs: Digest of the inputs.
        answer: Digest of the answer.
    """

    here: int
    created: int
    elsewhere: tuple[Spot, ...]
    inputs: str
    answer: str


def look(ledger: Ledger, question: Question, addresses: Sequence[str]) -> Look:
    """Ask where the value of the seeds lies, and tell what of it lies at some addresses.

    Args:
        ledger: As far as it was taken in.
        question: By first-in-first-out or haircut: poison measures contact, not value.
        addresses: Of the asset.

    Raises:
        NotFoundError: ``trace.seed``.
    """
    trail, named = follow(ledger, question), frozenset(addresses)
    here = sum(one.taint for one in trail.holdings if one.address in named)
    others = [one for one in trail.holdings if one.address not in named and one.taint]
    return Look(
        here=here,
        created=trail.created,
        elsewhere=tuple(Spot(address=one.address, units=str(one.taint)) for one in others[:MOST_SPOTS]),
        inputs=trail.ledger,
        answer=trail.digest,
    )


def question_of(opening: TracedFact) -> Question:
    """Return the question by which an asset was found."""
    return Question(
        method=Method(opening.method),
        seeds=opening.seeds,
        since=None if opening.since is None else Instant(opening.since),
        until=None if opening.until is None else Instant(opening.until),
    )


def grown(before: Sequence[Spot], after: Sequence[Spot]) -> tuple[Spot, ...]:
    """Return the places that hold more than before, with how much more, the largest first."""
    held = {one.address: int(one.units) for one in before}
    more = [(int(one.units) - held.get(one.address, 0), one.address) for one in after]
    rows = sorted(
        ((units, address) for units, address in more if units > 0), key=lambda row: (-row[0], row[1])
    )
    return tuple(Spot(address=address, units=str(units)) for units, address in rows)
