"""Durable append to a log, beside the bare tree with commits.

The bound does the same hashing, the same rows of leaves and nodes and the same commits with the same
SQLite and nothing else: one table of entries, one of nodes, no port, no types, no index by digest. Both
sides run interleaved, each time on a new file that it makes itself; the result is the ratio of the
medians, wall and CPU.

    python -m benchmarks.ledger [--json] [--runs 7] [--folder DIR]
"""

import argparse
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pysqlite3 import dbapi2

from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.ledger.leaves import Leaf, draw_leaf
from comity.ledger.service import Log
from comity.storage.sql.store import create_store

FLOOR = 0.5
ORIGIN = "comity/practice/XAA/contact-point/national"


def drawn(count: int) -> list[Leaf]:
    """Return leaves as they come to a log: drawing them is no part of either side."""
    entropy = SeededEntropy("bench")
    return [draw_leaf("act.received", digest=os.urandom(32), entropy=entropy) for _ in range(count)]


def bound(leaves: list[Leaf], *, batch: int, file: Path) -> bytes:
    """Append to the bare tree and return its last complete root."""
    sha = hashlib.sha256
    entries = [leaf.entry for leaf in leaves]
    db = dbapi2.connect(str(file), isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE e (i INTEGER PRIMARY KEY, leaf BLOB)")
    db.execute("CREATE TABLE n (k INTEGER, i INTEGER, h BLOB, PRIMARY KEY (k, i)) WITHOUT ROWID")
    held: dict[int, bytes] = {}
    result = b""
    for start in range(0, len(entries), batch):
        rows, nodes = [], []
        for i in range(start, min(start + batch, len(entries))):
            rows.append((i, entries[i]))
            result, k, j = sha(b"\x00" + entries[i]).digest(), 0, i
            nodes.append((0, i, result))
            while j & 1:
                result = sha(b"\x01" + held[k] + result).digest()
                k += 1
                j >>= 1
                nodes.append((k, j, result))
            held[k] = result
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO e VALUES (?, ?)", rows)
        db.executemany("INSERT INTO n VALUES (?, ?, ?)", nodes)
        db.execute("COMMIT")
    db.close()
    return result


def ours(leaves: list[Leaf], *, batch: int, file: Path) -> bytes:
    """Append through the log, the port and the store, as the node does, and return the root."""
    store = create_store(file)
    for start in range(0, len(leaves), batch):
        with store.transaction() as tx:
            Log(store=tx.logs, origin=ORIGIN).append(leaves[start : start + batch], at=Instant(1))
    with store.snapshot() as tx:
        found = Log(store=tx.logs, origin=ORIGIN).head().root
    store.close()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: seconds of wall clock and of CPU, and the root that came out."""

    wall: float
    cpu: float
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Medians of both sides, leaves a second, and their ratios: more is better."""

    batch: int
    ours: int
    bound: int
    wall_ratio: float
    cpu_ratio: float


def timed(work: Callable[[Path], bytes], folder: Path) -> Run:
    """Run one side on a new file."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        wall, cpu = time.perf_counter(), time.process_time()
        found = work(Path(place) / "log.db")
        return Run(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu, root=found)


def measure(*, runs: int, count: int, batch: int, folder: Path) -> Result:
    """Run both sides in turn; ``count`` is a power of two, so that both can be asked for the root."""
    leaves = drawn(count)
    bounds: list[Run] = []
    own: list[Run] = []
    for run in range(2 * runs):
        if (run % 2) ^ (run // 2 % 2):
            own.append(timed(lambda file: ours(leaves, batch=batch, file=file), folder))
        else:
            bounds.append(timed(lambda file: bound(leaves, batch=batch, file=file), folder))
    if len({item.root for item in (*bounds, *own)}) != 1:
        raise SystemExit("the two sides built different trees")
    wall, bound_wall = (statistics.median(item.wall for item in side) for side in (own, bounds))
    cpu, bound_cpu = (statistics.median(item.cpu for item in side) for side in (own, bounds))
    return Result(
        batch=batch,
        ours=round(count / wall),
        bound=round(count / bound_wall),
        wall_ratio=round(bound_wall / wall, 3),
        cpu_ratio=round(bound_cpu / cpu, 3),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure in batches and one by one, print, and return 0 when the floor holds."""
    parser = argparse.ArgumentParser(prog="benchmarks.ledger", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path.cwd())
    asked = parser.parse_args(arguments)
    results = [
        measure(runs=asked.runs, count=2**15, batch=1_000, folder=asked.folder),
        measure(runs=asked.runs, count=2**9, batch=1, folder=asked.folder),
    ]
    held = all(item.wall_ratio >= FLOOR for item in results)
    if asked.json:
        print(json.dumps({"name": "ledger", "held": held, "results": [asdict(item) for item in results]}))
        return 0 if held else 1
    for item in results:
        print(
            f"ledger: durable append in batches of {item.batch}: {item.ours} leaves/s, bound {item.bound}; "
            f"ratio {item.wall_ratio} wall, {item.cpu_ratio} CPU (floor {FLOOR} wall)"
        )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
