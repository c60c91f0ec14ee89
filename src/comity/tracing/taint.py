"""Where tainted value went: three methods over moves in time order, in whole units.

A *holder* is whatever holds value: an account; or an output, and for each transaction a pot through which its
inputs reach its outputs in order, the fee last. A *move* takes an amount from one holder to another. A holder
that pays more than was seen to reach it was funded by what is not in the data: that money counts as clean,
and how much there was is told. What a holder pays to itself stays where it is: nobody puts the queue of an
account in another order by paying themselves.

These passes are the definition. They know no limit of size and are as slow as Python; compiled passes that do
the same millions of times a second stand behind a port, and tests hold them to these.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """How taint follows value."""

    FIFO = "fifo"
    HAIRCUT = "haircut"
    POISON = "poison"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where taint lies after the last move.

    Attributes:
        method: How it was followed.
        balances: What each holder holds that is tainted or was reached.
        taint: How much of that is tainted, where that is not nothing; under poison all that a reached holder
            holds.
        first: By which move each holder was reached first; poison only.
        created: Taint that the seeds brought in: the sum of ``taint`` for fifo and haircut.
        funded: Clean money that came from outside the data.
    """

    method: Method
    balances: dict[int, int] = field(repr=False)
    taint: dict[int, int] = field(repr=False)
    first: dict[int, int] = field(default_factory=dict, repr=False)
    created: int = 0
    funded: int = 0


Move = tuple[int, int, int]
"""Source, target and amount."""
Note = Callable[[int, int, int], None]
"""Takes the place of a move, the taint that it took, and the taint that arrived: more where it is a seed."""


def spread(
    method: Method, moves: Iterable[Move], *, seeds: Iterable[int], note: Note | None = None
) -> Spread:
    """Follow taint through moves.

    Args:
        method: How.
        moves: In time order.
        seeds: Places of the moves whose whole amount arrives tainted, from 0.
        note: Is told each move that carries taint; under poison its whole amount.

    Basis: Anderson, 2018
    """
    marked, noted = frozenset(seeds), note or _unnoted
    if method is Method.HAIRCUT:
        return _haircut(moves, marked, noted)
    return _fifo(moves, marked, noted) if method is Method.FIFO else _poison(moves, marked, noted)


def _unnoted(_place: int, _taken: int, _paid: int) -> None:
    return


def _haircut(moves: Iterable[Move], seeds: frozenset[int], note: Note) -> Spread:
    """Follow taint in proportion.

    Of a holder with balance ``b`` and taint ``t`` an amount ``w`` takes ``floor(w t / b)``; what is not whole
    stays behind. So nothing is lost or made, and no part is ever more tainted than it is large.
    """
    balances: dict[int, int] = {}
    taint: dict[int, int] = {}
    created = funded = 0
    for place, (source, target, amount) in enumerate(moves):
        if not amount:
            continue
        held = balances.get(source, 0)
        if held < amount:
            funded, held = funded + amount - held, amount
        if source == target and place not in seeds:
            balances[source] = held
            continue
        bad = taint.get(source, 0)
        part = bad * amount // held
        balances[source], taint[source] = held - amount, bad - part
        taken = part
        if place in seeds:
            created, part = created + amount - part, amount
        if part:
            note(place, taken, part)
        balances[target] = balances.get(target, 0) + amount
        taint[target] = taint.get(target, 0) + part
    return _told(Method.HAIRCUT, balances, taint, created=created, funded=funded)


def _fifo(moves: Iterable[Move], seeds: frozenset[int], note: Note) -> Spread:
    """Follow taint first in, first out: what came first leaves first, in lots that are clean or tainted."""
    queues: dict[int, deque[tuple[int, bool]]] = {}
    balances: dict[int, int] = {}
    created = funded = 0
    for place, (source, target, amount) in enumerate(moves):
        if not amount:
            continue
        queue = queues.setdefault(source, deque())
        held = balances.get(source, 0)
        if held < amount:
            queue.append((amount - held, False))
            funded, held = funded + amount - held, amount
        if source == target and place not in seeds:
            balances[source] = held
            continue
        balances[source] = held - amount
        lots = list(_taken(queue, amount))
        taken = sum(size for size, bad in lots if bad)
        if place in seeds:
            created += amount - taken
            lots = [(amount, True)]
        if taken or place in seeds:
            note(place, taken, amount if place in seeds else taken)
        queues.setdefault(target, deque()).extend(lots)
        balances[target] = balances.get(target, 0) + amount
    taint = {holder: sum(size for size, bad in queue if bad) for holder, queue in queues.items()}
    return _told(Method.FIFO, balances, taint, created=created, funded=funded)


def _taken(queue: deque[tuple[int, bool]], amount: int) -> Iterator[tuple[int, bool]]:
    while amount:
        size, bad = queue.popleft()
        if size > amount:
            queue.appendleft((size - amount, bad))
            size = amount
        amount -= size
        yield size, bad


def _poison(moves: Iterable[Move], seeds: frozenset[int], note: Note) -> Spread:
    """Follow taint to whoever received anything at all from a tainted holder, after that was reached."""
    balances: dict[int, int] = {}
    first: dict[int, int] = {}
    funded = created = 0
    for place, (source, target, amount) in enumerate(moves):
        if not amount:
            continue
        held = balances.get(source, 0)
        if held < amount:
            funded, held = funded + amount - held, amount
        if source == target and place not in seeds:
            balances[source] = held
            continue
        balances[source] = held - amount
        balances[target] = balances.get(target, 0) + amount
        if place in seeds:
            created += amount
        if place in seeds or source in first:
            note(place, amount if source in first else 0, amount)
            first.setdefault(target, place)
    taint = {holder: balances[holder] for holder in first}
    return _told(Method.POISON, balances, taint, first=first, created=created, funded=funded)


def _told(
    method: Method,
    balances: dict[int, int],
    taint: dict[int, int],
    *,
    first: dict[int, int] | None = None,
    created: int,
    funded: int,
) -> Spread:
    kept = {holder: bad for holder, bad in taint.items() if bad}
    return Spread(
        method=method,
        balances={holder: balances[holder] for holder in (kept if first is None else first)},
        taint=kept,
        first=first or {},
        created=created,
        funded=funded,
    )
