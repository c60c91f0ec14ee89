"""Small cells of a row of counts are hidden, so that nobody is told from a figure.

Tables with sums both ways need more: ``protection.victims.counting``.

Basis: 36(1)
"""

from collections.abc import Mapping

LEAST = 5
"""A cell of fewer is hidden."""


def hidden(cells: Mapping[str, int]) -> frozenset[str]:
    """Return the names of cells that are hidden: those of fewer than ``LEAST``.

    Where one of them would be told by subtraction from a sum, the next smallest is hidden too.
    """
    small = {name for name, count in cells.items() if count < LEAST}
    total = sum(cells[name] for name in small)
    others = sorted((count, name) for name, count in cells.items() if name not in small)
    if small and others and (len(small) == 1 or total < LEAST):
        small.add(others[0][1])
    return frozenset(small)
