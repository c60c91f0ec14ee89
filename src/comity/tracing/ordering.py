"""The order within a block: who spends what was made in the same block comes after it."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby

from comity.kernel.errors import MalformedError


def depths(spendings: Iterable[tuple[int, str, str]]) -> Iterator[tuple[str, int]]:
    """Yield each transaction that rests on others of its block, with the longest chain of these below it.

    Args:
        spendings: Height, the transaction that spends, and the one that it spends from, which is of the same
            block; by height.

    Raises:
        MalformedError: ``trace.conflict``: transactions spend from each other in a circle.
    """
    for _, rows in groupby(spendings, key=lambda row: row[0]):
        yield from _depths([(spender, spent) for _, spender, spent in rows])


def _depths(edges: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int]]:
    above: dict[str, list[str]] = {}
    waits: dict[str, int] = {}
    for spender, spent in set(edges):
        above.setdefault(spent, []).append(spender)
        waits[spender] = waits.get(spender, 0) + 1
    found = dict.fromkeys(above.keys() - waits.keys(), 0)
    ready = deque(found)
    while ready:
        spent = ready.popleft()
        for spender in above.get(spent, ()):
            found[spender] = max(found.get(spender, 0), found[spent] + 1)
            waits[spender] -= 1
            if not waits[spender]:
                ready.append(spender)
    if circle := sorted(spender for spender, open_ in waits.items() if open_):
        raise MalformedError(
            "trace.conflict",
            "transactions of one block spend from each other in a circle",
            hint="one of the files is wrong; fetch the transaction from a node of the network",
            where=circle[0],
        )
    yield from ((spender, found[spender]) for spender in waits)
