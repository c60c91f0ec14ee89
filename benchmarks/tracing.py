"""Taint over millions of moves against the bare loop it is made of, plain Python, and rustworkx.

The moves are payments in the order of time among a third as many addresses; a payer has received before, and
newer addresses are more likely. Everything runs in one process, in turn; the figures are CPU time, medians.

    python -m benchmarks.tracing [--moves 10000000] [--rounds 3]
"""

import argparse
import statistics
import time
from pathlib import Path

MOST_RATIO, LEAST_PYTHON, LEAST_GRAPH, MOST_BYTES = 1.5, 30.0, 4.0, 60.0
WINDOW = 1 << 20


def moves(np, count):
    """Return sources, targets and amounts in smallest units."""
    draw = np.random.default_rng(5)
    live = np.maximum(2, np.arange(count) // 3)
    s = (live * (1 - draw.beta(1, 4, count))).astype(np.int32)
    d = np.minimum((live * draw.power(1.5, count)).astype(np.int64), count // 3 - 1).astype(np.int32)
    new = draw.random(count) < 0.33
    d[new] = np.minimum(live[new], count // 3 - 1)
    return s, d, np.round(draw.lognormal(0, 2, count) * 1e8).astype(np.int64) + 1


def bare(s, d, a, balance, taint, start):
    """The haircut in doubles, and nothing else."""
    for i in range(start, len(s)):
        u, v, w = s[i], d[i], a[i]
        if balance[u] < w:
            balance[u] = w
        part = w * taint[u] / balance[u]
        balance[u] -= w
        taint[u] -= part
        balance[v] += w
        taint[v] += part


def plain(s, d, a, start, seed):
    """The haircut in dictionaries of plain Python."""
    balance, taint = {seed: 10.0**12}, {seed: 10.0**12}
    for i in range(start, len(s)):
        u, v, w = s[i], d[i], a[i]
        held = max(balance.get(u, 0.0), w)
        bad = taint.get(u, 0.0)
        balance[u] = held - w
        balance[v] = balance.get(v, 0.0) + w
        if bad:
            part = w * bad / held
            taint[u] = bad - part
            taint[v] = taint.get(v, 0.0) + part


def resident(name):
    """Return bytes of memory that this process holds now (VmRSS) or held at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))


def timed(call):
    begun = time.process_time()
    call()
    return time.process_time() - begun


def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--moves", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(argv)
    import numba
    import numpy as np
    import rustworkx

    from comity.engines.tracing.kernels import kernels
    from comity.engines.tracing.passes import Pass, Window
    from comity.tracing.taint import Method

    kernels()
    base = resident("VmRSS")
    s, d, a = moves(np, given.moves)
    holders, start = given.moves // 3, given.moves // 4
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    k, loop = kernels(), numba.njit(bare)

    def ours(method):
        one = Pass(method, holders=holders, seeds=[start])
        for at in range(start, len(s), WINDOW):
            if not one.feed(Window(at, s[at : at + WINDOW], d[at : at + WINDOW], a[at : at + WINDOW])):
                raise AssertionError("an amount was too large")
        if method is not Method.POISON and int(one.state[:, 1].sum()) != int(one.totals[0]):
            raise AssertionError("taint was lost or made")

    def in_doubles():
        balance, taint = np.zeros(holders), np.zeros(holders)
        balance[s[start]] = taint[s[start]] = 1e12
        loop(s, d, a, balance, taint, start)

    runs = {
        "bare loop in doubles": in_doubles,
        "haircut": lambda: ours(Method.HAIRCUT),
        "fifo": lambda: ours(Method.FIFO),
        "poison": lambda: ours(Method.POISON),
    }
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(given.rounds):
        for name, run in runs.items():
            times[name].append(timed(run))
    bytes_each = (resident("VmHWM") - base) / given.moves
    heads, targets = np.zeros(holders + 1, np.int64), np.empty(len(s), np.int32)
    k.arrange(s, d, heads, targets)

    def reach():
        return k.reach(
            heads, targets, int(s[start]), np.zeros(holders, np.uint8), np.empty(holders, np.int32)
        )

    reach()
    times["reach"] = [timed(reach) for _ in range(given.rounds)]
    lists = s.tolist(), d.tolist(), a.tolist()
    times["plain Python"] = [timed(lambda: plain(*lists, start, int(s[start])))]
    graph = rustworkx.PyDiGraph(multigraph=True)
    graph.add_nodes_from(range(holders))
    graph.add_edges_from_no_data(list(zip(lists[0], lists[1], strict=True)))
    times["rustworkx"] = [timed(lambda: rustworkx.descendants(graph, int(s[start])))]
    middle = {name: statistics.median(found) for name, found in times.items()}
    for name, seconds in middle.items():
        print(f"{name:24} {seconds:8.3f} s CPU for {given.moves:,} moves")
    ratio = statistics.median(
        one / other for one, other in zip(times["haircut"], times["bare loop in doubles"], strict=True)
    )
    bounds = (
        ("haircut to the bare loop", ratio, ratio <= MOST_RATIO),
        ("plain Python to haircut", x := middle["plain Python"] / middle["haircut"], x >= LEAST_PYTHON),
        ("rustworkx to reach", y := middle["rustworkx"] / middle["reach"], y >= LEAST_GRAPH),
        ("bytes of memory a move", bytes_each, bytes_each <= MOST_BYTES),
    )
    for name, value, holds in bounds:
        print(f"{name:24} {value:8.2f} {'' if holds else 'NOT KEPT'}")
    return 0 if all(holds for *_, holds in bounds) else 1


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
