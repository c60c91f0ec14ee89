"""Chooses the index: compiled where many are compared and the extra is there, plain otherwise."""

import importlib.util
from collections.abc import Iterable

from comity.engines.protection.plainindex import PlainIndex
from comity.protection.ports import Index

_FEW = 4_000_000
"""So many comparisons are done sooner in plain Python than compiled code is loaded."""


def make_index(rows: Iterable[tuple[int, bytes]], *, searches: int) -> Index:
    """Return an index of hashes under numbers; see :class:`comity.protection.ports.MakeIndex`."""
    held = list(rows)
    if len(held) * searches <= _FEW or not is_compiled():
        return PlainIndex(held)
    from comity.engines.protection.pdqindex import PdqIndex

    return PdqIndex([key for key, _ in held], b"".join(hashed for _, hashed in held))


def is_compiled() -> bool:
    """Tell whether the compiled search can be had."""
    return all(importlib.util.find_spec(name) is not None for name in ("numba", "numpy"))
