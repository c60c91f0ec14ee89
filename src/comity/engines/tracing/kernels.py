"""The passes over moves, as functions that numba compiles: those of :mod:`comity.tracing.taint`, in 64 bits.

Amounts, balances and taint are whole units. The haircut is exact while no holder holds 2^51 units or more
(all bitcoins are fewer satoshi): a quotient of doubles is then off by at most one, and one look at the rest
mends it. Beyond its limits a pass stops and says at which move, and the passes of the domain do it instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from comity.kernel.errors import UnavailableError


def haircut(s: Any, d: Any, a: Any, base: int, seeds: Any, state: Any, totals: Any) -> int:  # noqa: PLR0917
    """Follow taint in proportion through one window of moves.

    Args:
        s: Sources.
        d: Targets.
        a: Amounts.
        base: Place of the first of these moves among all.
        seeds: Places of the moves that arrive tainted, in order.
        state: Balance and taint of each holder; changed.
        totals: Created, funded; changed.

    Returns:
        -1, or the place in the window at which it stopped because an amount is too large.
    """
    at = 0
    while at < len(seeds) and seeds[at] < base:
        at += 1
    seed = seeds[at] - base if at < len(seeds) else -1
    for i in range(len(s)):
        w = a[i]
        if w <= 0 or w >= 1 << 51:
            if w != 0:
                return i
            if i == seed:
                at += 1
                seed = seeds[at] - base if at < len(seeds) else -1
            continue
        u, v = s[i], d[i]
        held = state[u, 0]
        if held < w:
            totals[1] += w - held
            if totals[1] >= 1 << 62:
                return i
            held = w
        bad = state[u, 1]
        part = bad
        if bad != 0 and held != w:
            part = int(float(w) * float(bad) / float(held))
            rest = w * bad - part * held
            if rest < 0:
                part -= 1
            elif rest >= held:
                part += 1
        state[u, 0] = held - w
        state[u, 1] = bad - part
        if i == seed:
            totals[0] += w - part
            part = w
            at += 1
            seed = seeds[at] - base if at < len(seeds) else -1
        held = state[v, 0] + w
        if held >= 1 << 51:
            return i
        state[v, 0] = held
        state[v, 1] += part
    return -1


def fifo(  # noqa: PLR0917
    s: Any,
    d: Any,
    a: Any,
    base: int,
    seeds: Any,
    state: Any,
    totals: Any,
    lots: Any,
    links: Any,
    ends: Any,
    free: Any,
) -> int:
    """Follow taint first in, first out through one window of moves; see :func:`haircut`.

    Further arguments:
        lots: Amount of each lot: positive where it is tainted, negative where it is clean.
        links: The lot behind each, or -1.
        ends: First and last lot of each holder, or -1.
        free: ``free[0]`` the first free lot, behind which all others hang by ``links``; ``free[1]`` how many.
    """
    at = 0
    while at < len(seeds) and seeds[at] < base:
        at += 1
    seed = seeds[at] - base if at < len(seeds) else -1
    for i in range(len(s)):
        w = a[i]
        if w <= 0 or w >= 1 << 62:
            if w != 0:
                return i
            if i == seed:
                at += 1
                seed = seeds[at] - base if at < len(seeds) else -1
            continue
        u, v = s[i], d[i]
        held = state[u, 0]
        if held < w:
            totals[1] += w - held
            if totals[1] >= 1 << 62:
                return i
            lot = free[0]
            free[0] = links[lot]
            free[1] -= 1
            lots[lot], links[lot] = held - w, -1
            if ends[u, 0] < 0:
                ends[u, 0] = lot
            else:
                links[ends[u, 1]] = lot
            ends[u, 1] = lot
            held = w
        if u == v and i != seed:
            state[u, 0] = held
            continue
        state[u, 0] = held - w
        left, moved = w, 0
        while left > 0:
            lot = ends[u, 0]
            size = abs(lots[lot])
            bad = lots[lot] > 0
            if size > left:
                lots[lot] += -left if bad else left
                size = left
                lot = free[0]
                free[0] = links[lot]
                free[1] -= 1
            else:
                ends[u, 0] = links[lot]
                if ends[u, 0] < 0:
                    ends[u, 1] = -1
            left -= size
            if bad:
                moved += size
            if i == seed:
                if left > 0:
                    links[lot] = free[0]
                    free[0] = lot
                    free[1] += 1
                    continue
                size, bad = w, True
            last = ends[v, 1]
            if last >= 0 and (lots[last] > 0) == bad:
                lots[last] += size if bad else -size
                links[lot] = free[0]
                free[0] = lot
                free[1] += 1
            else:
                lots[lot], links[lot] = (size if bad else -size), -1
                if last < 0:
                    ends[v, 0] = lot
                else:
                    links[last] = lot
                ends[v, 1] = lot
        state[u, 1] -= moved
        if i == seed:
            totals[0] += w - moved
            moved = w
            at += 1
            seed = seeds[at] - base if at < len(seeds) else -1
        state[v, 0] += w
        state[v, 1] += moved
    return -1


def poison(s: Any, d: Any, a: Any, base: int, seeds: Any, state: Any, totals: Any, first: Any) -> int:  # noqa: PLR0917
    """Follow taint to whoever received anything; ``first`` takes the places of moves; see :func:`haircut`."""
    at = 0
    while at < len(seeds) and seeds[at] < base:
        at += 1
    seed = seeds[at] - base if at < len(seeds) else -1
    for i in range(len(s)):
        w = a[i]
        if w <= 0 or w >= 1 << 62:
            if w != 0:
                return i
            if i == seed:
                at += 1
                seed = seeds[at] - base if at < len(seeds) else -1
            continue
        u, v = s[i], d[i]
        held = state[u, 0]
        if held < w:
            totals[1] += w - held
            if totals[1] >= 1 << 62:
                return i
            held = w
        state[u, 0] = held - w
        state[v, 0] += w
        if i == seed:
            totals[0] += w
            if first[v] < 0:
                first[v] = base + i
            at += 1
            seed = seeds[at] - base if at < len(seeds) else -1
        elif first[u] >= 0 and first[v] < 0:
            first[v] = base + i
    return -1


def reach(heads: Any, targets: Any, start: int, seen: Any, queue: Any) -> int:
    """Return how many holders can be reached from one, whatever the order of time; it is counted itself."""
    queue[0] = start
    seen[start] = 1
    read, write = 0, 1
    while read < write:
        holder = queue[read]
        read += 1
        for at in range(heads[holder], heads[holder + 1]):
            target = targets[at]
            if seen[target] == 0:
                seen[target] = 1
                queue[write] = target
                write += 1
    return write


def arrange(s: Any, d: Any, heads: Any, targets: Any) -> None:
    """Arrange targets by their source; ``heads`` is one longer than holders, and zero before."""
    for i in range(len(s)):
        heads[s[i] + 1] += 1
    for holder in range(len(heads) - 1):
        heads[holder + 1] += heads[holder]
    for i in range(len(s) - 1, -1, -1):
        heads[s[i] + 1] -= 1
        targets[heads[s[i] + 1]] = d[i]
    for holder in range(len(heads) - 1):
        heads[holder] = heads[holder + 1]
    heads[len(heads) - 1] = len(s)


def unite(pairs: Any, parent: Any) -> None:
    """Join the trees of the two ends of each pair; a number points to a smaller one, or to itself."""
    for i in range(len(pairs)):
        a, b = pairs[i, 0], pairs[i, 1]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        else:
            parent[a] = b


def settle(parent: Any) -> None:
    """Let each number point to the smallest of its tree."""
    for i in range(len(parent)):
        parent[i] = parent[parent[i]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernels:
    """The compiled passes."""

    haircut: Any
    fifo: Any
    poison: Any
    reach: Any
    arrange: Any
    unite: Any
    settle: Any


@cache
def kernels() -> Kernels:
    """Return the compiled passes, compiled once and kept beside the source where that can be written.

    Raises:
        UnavailableError: ``trace.extra``.
    """
    try:
        numba: Any = import_module("numba")
    except ImportError as exc:
        raise missing("numba") from exc

    def made(function: Any) -> Any:
        try:
            return numba.njit(cache=True)(function)
        except RuntimeError:  # nowhere to keep what was compiled
            return numba.njit(function)

    return Kernels(
        haircut=made(haircut),
        fifo=made(fifo),
        poison=made(poison),
        reach=made(reach),
        arrange=made(arrange),
        unite=made(unite),
        settle=made(settle),
    )


def missing(what: str) -> UnavailableError:
    """Return the error for a library that is not installed."""
    return UnavailableError(
        "trace.extra", f"tracing needs {what}", hint="install it with: pip install 'comity[trace]'"
    )
