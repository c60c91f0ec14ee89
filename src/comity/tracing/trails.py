"""What a trace says: where tainted value lies, address by address, and the paths on which it came there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from comity.kernel.digests import sha256
from comity.tracing.ports import Ledger, Moved
from comity.tracing.questions import Question
from comity.tracing.taint import Method, Spread

FEES = "fees"
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
        holdings: The largest taint first, then by address.
        created: Units of taint that the seeds brought in.
        funded: Clean units that came from outside the data.
        compiled: Whether the compiled pass found it; the answer is the same either way.
        digest: SHA-256 over question, inputs and answer.
    """

    question: Question
    ledger: str
    seeds: tuple[int, ...]
    holdings: tuple[Holding, ...]
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


def follow(ledger: Ledger, question: Question) -> Trail:
    """Answer a question.

    Raises:
        NotFoundError: ``trace.seed``.

    Basis: Anderson, 2018
    """
    places = seeds_of(ledger, question)
    found, compiled = ledger.follow(question.method, places)
    holdings = _by_address(found, ledger.addresses(found.balances))
    inputs = ledger.contents().digest
    return Trail(
        question=question,
        ledger=inputs,
        seeds=places,
        holdings=holdings,
        created=found.created,
        funded=found.funded,
        compiled=compiled,
        digest=_digest(question, inputs, places, holdings),
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
    found, _ = ledger.follow(Method.POISON, sorted(marked))
    wanted = frozenset(targets)
    ends: dict[str, int] = {}
    for holder, address in ledger.addresses(found.first).items():
        if address in wanted:
            place = found.first[holder]
            ends[address] = min(place, ends.get(address, place))
    ordered = sorted(ends.items(), key=lambda end: (end[1], end[0]))
    return tuple(_path(ledger, found, marked, target, place) for target, place in ordered)


def seeds_of(ledger: Ledger, question: Question) -> tuple[int, ...]:
    """Return the places of the moves that the seeds of a question mean, in order."""
    places: set[int] = set()
    for seed in question.seeds:
        places.update(ledger.seeds(seed, since=question.since, until=question.until))
    return tuple(sorted(places))


def _path(ledger: Ledger, found: Spread, seeds: frozenset[int], target: str, place: int) -> Path:
    places = [place]
    while place not in seeds and len(places) < _MOST_HOPS:
        (moved,) = ledger.moved([place])
        place = found.first[moved.source]
        places.append(place)
    return Path(target=target, hops=ledger.moved(places[::-1]), is_whole=place in seeds)


def _by_address(found: Spread, addresses: Mapping[int, str]) -> tuple[Holding, ...]:
    sums: dict[str, list[int]] = {}
    for holder, balance in found.balances.items():
        held = sums.setdefault(addresses.get(holder, FEES), [0, 0])
        held[0] += balance
        held[1] += found.taint.get(holder, 0)
    rows = (
        Holding(address=address, balance=held[0], taint=held[1]) for address, held in sums.items() if held[0]
    )
    return tuple(sorted(rows, key=lambda one: (-one.taint, one.address)))


def _digest(question: Question, inputs: str, places: Sequence[int], holdings: Sequence[Holding]) -> str:
    lines = [
        f"method {question.method}",
        f"inputs {inputs}",
        f"since {question.since if question.since is not None else ''}",
        f"until {question.until if question.until is not None else ''}",
        *(f"seed {seed}" for seed in question.seeds),
        *(f"move {place}" for place in places),
        *(f"{one.address} {one.balance} {one.taint}" for one in holdings),
    ]
    return sha256("".join(f"{line}\n" for line in lines).encode()).hex()
