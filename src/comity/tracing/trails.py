"""What a trace says: where tainted value lies, address by address, and the paths on which it came there."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from comity.tracing.ports import Ledger, Moved, Tell
from comity.tracing.questions import Question
from comity.tracing.taint import Method

FEES = "fees"
MOST_KEPT = 100_000
_MOST_HOPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What lies at an address.

    Attributes:
        address: The address; ``fees`` for what went to those who write blocks.
        balance: What its tainted holders hold.
        taint: How much of that is tainted.
    """

    address: str
    balance: int
    taint: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The answer to a question.

    Attributes:
        question: What was asked.
        ledger: Digest of the inputs.
        seeds: Places of the moves that the seeds mean.
        holdings: The largest taint first, then by address; at most ``MOST_KEPT`` of them.
        addresses: How many there are.
        created: Units of taint that the seeds brought in.
        funded: Clean units that came from outside the data.
        compiled: Whether the compiled pass found it; the answer is the same either way.
        digest: SHA-256 over question, inputs and answer.
    """

    question: Question
    ledger: str
    seeds: tuple[int, ...]
    holdings: tuple[Holding, ...]
    addresses: int
    created: int
    funded: int
    compiled: bool
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The earliest way on which anything came from a seed to an address.

    Attributes:
        target: The address.
        hops: The moves, from the seed on.
        is_whole: Whether the beginning is told; very long ways are cut there.
    """

    target: str
    hops: tuple[Moved, ...]
    is_whole: bool = True


Visit = Callable[[str, int, int], None]
"""Is shown address, balance and taint of everything that an answer holds."""


def follow(
    ledger: Ledger, question: Question, *, visit: Visit | None = None, tell: Tell | None = None
) -> Trail:
    """Answer a question.

    Args:
        ledger: Where it is answered.
        question: The question.
        visit: Is shown every address of the answer, of which a trail keeps the largest only.
        tell: Is told how far it is.

    Raises:
        NotFoundError: ``trace.seed``.

    Basis: Anderson, 2018
    """
    places = seeds_of(ledger, question)
    inputs = ledger.contents().digest
    found = ledger.follow(question.method, places, tell=tell)
    digest = hashlib.sha256(_head(question, inputs, places))
    kept, count = [], 0
    for address, balance, taint in found.holdings():
        digest.update(f"{address} {balance} {taint}\n".encode())
        count += 1
        if count <= MOST_KEPT:
            kept.append(Holding(address=address, balance=balance, taint=taint))
        if visit is not None:
            visit(address, balance, taint)
    return Trail(
        question=question,
        ledger=inputs,
        seeds=places,
        holdings=tuple(kept),
        addresses=count,
        created=found.created,
        funded=found.funded,
        compiled=found.compiled,
        digest=digest.hexdigest(),
    )


def paths(ledger: Ledger, question: Question, *, targets: Iterable[str]) -> tuple[Path, ...]:
    """Return the earliest path from the seeds to each of some addresses, in the order of arrival.

    A step may only follow a step that came before it: who was paid before the seed is not reached.

    Args:
        ledger: Where it is searched.
        question: Its seeds; its method is not looked at.
        targets: Addresses.
    """
    marked = frozenset(seeds_of(ledger, question))
    found = ledger.follow(Method.POISON, sorted(marked))
    ends = found.reached(targets)
    ordered = sorted(ends.items(), key=lambda end: (end[1], end[0]))
    ways = {target: [place] for target, place in ordered}
    while open_ := [way for way in ways.values() if way[-1] not in marked and len(way) < _MOST_HOPS]:
        moved = ledger.moved([way[-1] for way in open_])
        before = found.first(one.source for one in moved)
        for way, one in zip(open_, moved, strict=True):
            way.append(before[one.source])
    return tuple(
        Path(target=target, hops=ledger.moved(way[::-1]), is_whole=way[-1] in marked)
        for target, way in ways.items()
    )


def paths_digest(question: Question, inputs: str, *, targets: Iterable[str], found: Iterable[Path]) -> str:
    """Return SHA-256 over question, inputs, targets and paths."""
    digest = hashlib.sha256(_head(question, inputs, ()))
    for target in sorted(set(targets)):
        digest.update(f"target {target}\n".encode())
    for path in found:
        digest.update(f"path {path.target} {'whole' if path.is_whole else 'cut'}\n".encode())
        for hop in path.hops:
            digest.update(f"{hop.tx} {hop.source_address} {hop.target_address} {hop.amount}\n".encode())
    return digest.hexdigest()


def seeds_of(ledger: Ledger, question: Question) -> tuple[int, ...]:
    """Return the places of the moves that the seeds of a question mean, in order."""
    places: set[int] = set()
    for seed in question.seeds:
        places.update(ledger.seeds(seed, since=question.since, until=question.until))
    return tuple(sorted(places))


def _head(question: Question, inputs: str, places: Sequence[int]) -> bytes:
    lines = [
        f"method {question.method}",
        f"inputs {inputs}",
        f"since {question.since if question.since is not None else ''}",
        f"until {question.until if question.until is not None else ''}",
        *(f"seed {seed}" for seed in question.seeds),
        *(f"move {place}" for place in places),
    ]
    return "".join(f"{line}\n" for line in lines).encode()
