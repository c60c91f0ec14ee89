"""Sealing, transfer and verification at the other side, against the chain of stock tools that does the same.

Ours: seal, signed pieces over TLS to a second node, each judged and kept, assembled, and the package
checked there: every chunk, piece, digest and record, as ``comity verify`` does. The chain: bagit, tar | age,
curl PUT to a bare server without TLS, age -d | tar x, bagit --validate. Both run interleaved on the same
files; CPU is that of all processes, servers too. Our two nodes run before the clock does, as nodes do; so
does the bare server.
Opening into a folder, each file made durable, is told beside it.

    python -m benchmarks.transfer [--mib 2048] [--files 20000] [--rounds 5] [--json]

``COMITY_BENCH_DIR`` names the folder to work in, which takes about six times the size.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import stock
from benchmarks.bounds.put_server import serve_puts
from benchmarks.exchange import _cpu, _process
from benchmarks.parties import Party, found_nodes, running

BIG_MOST, TREE_MOST, MOST_MIB = 0.7, 0.3, 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when the bounds hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.transfer", description=__doc__.split("\n")[0])
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--put", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.put is not None:
        return serve_puts(chosen.put)
    if lacking := stock.missing("age", "age-keygen", "tar", "curl"):
        print(f"transfer: skipped, the chain needs age, tar, curl and bagit; missing: {', '.join(lacking)}")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="comity-bench-", dir=os.environ.get("COMITY_BENCH_DIR")))
    try:
        found = _measure(folder, mib=chosen.mib, files=chosen.files, rounds=chosen.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found) if chosen.json else _table(found))
    return 0 if all(one["cpu_ratio"] <= one["most"] and one["rss_mib"] <= MOST_MIB for one in found) else 1


def _measure(folder: Path, *, mib: int, files: int, rounds: int) -> list[dict]:
    found_nodes(folder)
    recipient = stock.make_key(folder)
    (folder / "put").mkdir()
    bare_side = _process("-m", "benchmarks.transfer", "--put", str(folder / "put"))
    found = []
    with running("send", folder) as a, running("serve", folder) as b, bare_side as bare:
        url = f"http://127.0.0.1:{int(bare.stdout.readline())}/package"
        for what, most in (("big", BIG_MOST), ("tree", TREE_MOST)):
            if not (mib if what == "big" else files):
                continue
            source = folder / what
            size = stock.fill_big(source, mib) if what == "big" else stock.fill_tree(source, files)
            ways: dict[str, Callable[[], None]] = {
                "ours": partial(_ours, a, b, source),
                "chain": partial(stock.chain, folder, source, recipient, url),
            }
            before = max(party.forget_peak() for party in (a, b))
            told = _interleaved(ways, lambda: a.cpu() + b.cpu() + _cpu(bare.pid), rounds, what)
            told |= {"what": what, "bytes": size, "most": most}
            told |= {"rss_mib": max(a.peak(), b.peak()), "idle_mib": before}
            told["opening_cpu"] = _opening(a, b, source, folder / "opened")
            found.append(told)
            shutil.rmtree(source)
    return found


def _interleaved(
    ways: dict[str, Callable[[], None]], servers: Callable[[], float], rounds: int, what: str
) -> dict:
    walls: dict[str, list[float]] = {"ours": [], "chain": []}
    cpus: dict[str, list[float]] = {"ours": [], "chain": []}
    for number in range(rounds):
        for name in ("ours", "chain") if number % 2 else ("chain", "ours"):
            os.sync()  # nobody pays for the writes of the run before
            cpu, wall = _children() + servers(), time.perf_counter()
            ways[name]()
            walls[name].append(time.perf_counter() - wall)
            cpus[name].append(_children() + servers() - cpu)
        print(f"transfer: {what} {number + 1} of {rounds}", file=sys.stderr, flush=True)
    told = {}
    for word, seconds in (("cpu", cpus), ("wall", walls)):
        pairs = zip(seconds["ours"], seconds["chain"], strict=True)
        told[f"{word}_ratio"] = round(statistics.median(ours / chain for ours, chain in pairs), 3)
        told |= {f"{word}_{name}": round(statistics.median(found), 2) for name, found in seconds.items()}
    return told


def _children() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def _ours(a: Party, b: Party, source: Path) -> None:
    act = os.urandom(32).hex()
    name, bag_root = a.ask("send", str(source), act)
    b.ask("check", name, bag_root)
    _forget(a, b, name, act)


def _opening(a: Party, b: Party, source: Path, out: Path) -> float:
    """Return the CPU that opening into a folder takes in the place of checking."""
    act = os.urandom(32).hex()
    name, bag_root = a.ask("send", str(source), act)
    spent = b.cpu()
    b.ask("open", name, bag_root, str(out))
    spent = b.cpu() - spent
    _forget(a, b, name, act)
    shutil.rmtree(out)
    return round(spent, 2)


def _forget(a: Party, b: Party, name: str, act: str) -> None:
    """Remove what a round left, so that the next does the same work."""
    a.ask("forget", name)
    b.ask("forget", name, act)


def _table(found: list[dict]) -> str:
    lines = ["seal + transfer + verify at the other side, medians of interleaved pairs"]
    for one in found:
        lines.append(
            f"  {one['what']}, {one['bytes'] >> 20} MiB, memory {one['rss_mib']} MiB (at most {MOST_MIB};"
            f" {one['idle_mib']} at rest); opening into a folder takes {one['opening_cpu']} s of CPU"
        )
        for word in ("cpu", "wall"):
            most = f"at most {one['most']}" if word == "cpu" else "told"
            ours, chain, ratio = (one[f"{word}_{name}"] for name in ("ours", "chain", "ratio"))
            lines.append(
                f"    {word:>4} s   ours {ours:8.2f}   chain {chain:8.2f}   ratio {ratio:.2f} ({most})"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
