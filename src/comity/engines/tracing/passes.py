"""Runs the passes over a stream of windows: what is larger than memory is read a window at a time."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

from comity.engines.tracing.kernels import kernels, missing
from comity.tracing.taint import Method, Spread

_FREE = 1 << 12


class Window(NamedTuple):
    """Moves one after the other, as arrays: sources and targets of 32 bits, amounts of 64."""

    base: int
    s: Any
    d: Any
    a: Any


def numbers() -> Any:
    """Return numpy; raise UnavailableError ``trace.extra``."""
    try:
        return import_module("numpy")
    except ImportError as exc:
        raise missing("numpy") from exc


class Pass:
    """One compiled pass over moves that come window by window.

    Args:
        method: How taint is followed.
        holders: How many holders there are; they are numbered from 0.
        seeds: Places of the moves that arrive tainted.
    """

    def __init__(self, method: Method, *, holders: int, seeds: Iterable[int]) -> None:
        np = numbers()
        self._np = np
        self.method = method
        self.seeds = np.array(sorted(set(seeds)), dtype=np.int64)
        self.state = np.zeros((holders, 2), dtype=np.int64)
        self.totals = np.zeros(2, dtype=np.int64)
        self.first = np.full(holders if method is Method.POISON else 0, -1, dtype=np.int64)
        fifo = method is Method.FIFO
        self._ends = np.full((holders if fifo else 0, 2), -1, dtype=np.int32)
        self._lots = np.zeros(0, dtype=np.int64)
        self._links = np.zeros(0, dtype=np.int32)
        self._free = np.array([-1, 0], dtype=np.int64)

    def feed(self, window: Window) -> bool:
        """Follow the moves of a window; return False where an amount is too large for this pass."""
        k = kernels()
        given = (window.s, window.d, window.a, window.base, self.seeds, self.state, self.totals)
        if self.method is Method.HAIRCUT:
            return int(k.haircut(*given)) < 0
        if self.method is Method.POISON:
            return int(k.poison(*given, self.first)) < 0
        self._make_room(2 * len(window.s))
        return int(k.fifo(*given, self._lots, self._links, self._ends, self._free)) < 0

    def taint(self) -> Any:
        """Return the taint of each holder: under poison all that a reached one holds."""
        if self.method is Method.POISON:
            return self._np.where(self.first >= 0, self.state[:, 0], 0)
        return self.state[:, 1]

    def told(self) -> Spread:
        """Return where taint lies, as the domain tells it."""
        np = self._np
        balances, taint = self.state[:, 0], self.taint()
        bad, reached = np.flatnonzero(taint), np.flatnonzero(self.first >= 0)
        held = reached if self.method is Method.POISON else bad
        return Spread(
            method=self.method,
            balances=dict(zip(held.tolist(), balances[held].tolist(), strict=True)),
            taint=dict(zip(bad.tolist(), taint[bad].tolist(), strict=True)),
            first=dict(zip(reached.tolist(), self.first[reached].tolist(), strict=True)),
            created=int(self.totals[0]),
            funded=int(self.totals[1]),
        )

    def _make_room(self, lots: int) -> None:
        """Make sure that so many lots are free: a move makes at most two."""
        np, held = self._np, len(self._lots)
        size = max(lots - int(self._free[1]), _FREE)
        if self._free[1] >= lots:
            return
        self._lots = np.concatenate((self._lots, np.zeros(size, dtype=np.int64)))
        links = np.arange(held + 1, held + size + 1, dtype=np.int32)
        links[-1] = self._free[0]
        self._links = np.concatenate((self._links, links))
        self._free[0] = held
        self._free[1] += size


class WideWindow(NamedTuple):
    """Moves one after the other: sources and targets by number, amounts in two words of 64 bits."""

    base: int
    s: Any
    d: Any
    a: Any


class WidePass:
    """One compiled pass over moves of any real size; see :class:`Pass`.

    Args:
        method: How taint is followed.
        holders: How many holders there are; they are numbered from 0.
        seeds: Places of the moves that arrive tainted, in order.
        totals: Created and funded so far, in two words each; changed.
    """

    def __init__(self, method: Method, *, holders: int, seeds: Any, totals: Any) -> None:
        np = numbers()
        kernels()  # tells what is missing
        self._np = np
        self._wide = import_module("comity.engines.tracing.wide")
        self.method = method
        self.seeds = seeds
        self.totals = totals
        self.state = np.zeros((holders, 4), dtype=np.uint64)
        self.first = np.full(holders if method is Method.POISON else 0, -1, dtype=np.int64)
        fifo = method is Method.FIFO
        self._ends = np.full((holders if fifo else 0, 2), -1, dtype=np.int64)
        self._lots = np.zeros((0, 3), dtype=np.uint64)
        self._links = np.zeros(0, dtype=np.int64)
        self._free = np.array([-1, 0], dtype=np.int64)

    def feed(self, window: WideWindow, notes: Any) -> bool:
        """Follow the moves of a window; return False where an amount is too large for this pass.

        Args:
            window: The moves.
            notes: Takes what each move took and paid, four words a move; of length 0 where nobody asks.
        """
        given = (window.s, window.d, window.a, window.base, self.seeds, self.state, self.totals, notes)
        if self.method is Method.HAIRCUT:
            return int(self._wide.haircut(*given)) < 0
        if self.method is Method.POISON:
            return int(self._wide.poison(*given, self.first)) < 0
        self._make_room(2 * len(window.s))
        return int(self._wide.fifo(*given, self._lots, self._links, self._ends, self._free)) < 0

    def put_lots(self, holders: Any, lots: Any, *, room: int) -> None:
        """Set queues up from lots in order of holder and place, with room for more."""
        np = self._np
        self._lots = np.concatenate((lots, np.zeros((room, 3), dtype=np.uint64)))
        self._links = np.empty(len(self._lots), dtype=np.int64)
        self._wide.threaded(holders, self._lots, self._links, self._ends, self._free)

    def get_lots(self) -> tuple[Any, Any]:
        """Return whose each lot is, and the lots, in order of holder and place."""
        np = self._np
        count = len(self._lots) - int(self._free[1])
        holders, order = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
        if self._wide.unthreaded(self._lots, self._links, self._ends, holders, order) != count:
            raise AssertionError("lots hang in no queue")
        return holders, self._lots[order]

    def _make_room(self, lots: int) -> None:
        np, held = self._np, len(self._lots)
        if self._free[1] >= lots:
            return
        size = max(lots - int(self._free[1]), _FREE)
        self._lots = np.concatenate((self._lots, np.zeros((size, 3), dtype=np.uint64)))
        links = np.arange(held + 1, held + size + 1, dtype=np.int64)
        links[-1] = self._free[0]
        self._links = np.concatenate((self._links, links))
        self._free[0] = held
        self._free[1] += size
