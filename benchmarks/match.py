"""Searching fingerprints: recall, speed against exact indexes of others, cost of building, memory, changes.

One process, one thread for everybody (``OMP_NUM_THREADS=1``), our index and the peers asked in turn with the
same questions, half of them planted at 0 to 31 bits from a hash that is there; processor time, medians.

    python -m benchmarks.match [--rounds 5] [--counts 1000000,10000000] [--json]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

LEAST_TE, LEAST_FLAT, LEAST_QPS, MOST_BUILD, MOST_BYTES = 5.0, 30.0, 4000.0, 5.0, 200.0
LEAST_CHANGES, MOST_GROWTH = 1000.0, 0.05
QUESTIONS, SEARCHED_BY_ALL = 200, 10_000


def hashes(count: int) -> Any:
    """Return random hashes, four words a row."""
    import numpy as np

    return np.random.default_rng(1).integers(0, 2**64, size=(count, 4), dtype=np.uint64)


def questions(words: Any, count: int) -> Any:
    """Return questions, every other one planted near a hash that is there."""
    import numpy as np

    rng = np.random.default_rng(2)
    asked = rng.integers(0, 2**64, size=(count, 4), dtype=np.uint64)
    for at in range(0, count, 2):
        asked[at] = words[rng.integers(len(words))]
        for bit in rng.choice(256, rng.integers(0, 32), replace=False):
            asked[at, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return asked


def cpu(work: Callable[[], Any]) -> float:
    """Return the processor time of some work, in seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def resident() -> int:
    """Return the memory of this process now, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  a pseudo file
        return int(file.read().split()[1]) * resource.getpagesize()


def alone(count: int) -> dict[str, float]:
    """Return building, memory, speed and changes of our index alone, in a process of its own."""
    import numpy as np

    from comity.engines.protection.pdqindex import PdqIndex

    words = hashes(count)
    PdqIndex(range(5000), words[:5000].copy()).search([bytes(32)])  # compiled code is loaded before
    before = resident() - words.nbytes
    made: list[PdqIndex] = []
    build = cpu(lambda: made.append(PdqIndex(np.arange(count), words)))
    index = made[0]
    memory = (resident() - before) / count
    asked = [one.tobytes() for one in questions(words, 2000)]
    index.search(asked)
    speed = statistics.median(len(asked) / cpu(lambda: index.search(asked)) for _ in range(5))
    fresh = hashes(4000)

    def change() -> None:
        for at, one in enumerate(fresh):
            index.put(count + at, one.tobytes())
            index.put(at, b"")

    changes = 2 * len(fresh) / cpu(change)
    return {"build": build, "bytes": memory, "queries": speed, "changes": changes}


def flat(count: int, rebuilds: int) -> dict[str, float]:
    """Return by how much memory grew over many rebuilds, as a share of the index."""
    import numpy as np

    from comity.engines.protection.pdqindex import PdqIndex

    words = hashes(count)
    index = PdqIndex(np.arange(count), words)
    held = []
    for number in range(rebuilds):
        index.put(number, words[number].tobytes())
        index.renew()
        held.append(resident())
    # NOTE: the allocator keeps or returns what a base before used; so the least of each end counts.
    first, last = min(held[:20]), min(held[-20:])
    return {"growth": (last - first) / first}


def beside(count: int, rounds: int) -> dict[str, float]:
    """Return how many times as fast as the peers we are, asked in turn."""
    import faiss
    import numpy as np

    from comity.engines.protection.pdqindex import PdqIndex

    faiss.omp_set_num_threads(1)
    words = hashes(count)
    asked = questions(words, QUESTIONS)
    texts = [one.tobytes() for one in asked]
    index = PdqIndex(np.arange(count), words)
    whole = faiss.IndexBinaryFlat(256)
    whole.add(words.view(np.uint8))
    runs: dict[str, Callable[[], Any]] = {
        "ours": lambda: index.search(texts),
        "flat": lambda: whole.range_search(asked.view(np.uint8), 32),
    }
    if count <= 1_000_000:
        from threatexchange.signal_type.pdq.pdq_index import PDQIndex

        theirs = PDQIndex([(one.tobytes().hex(), at) for at, one in enumerate(words)])
        named = [one.hex() for one in texts]
        runs["threatexchange"] = lambda: [theirs.query(one) for one in named]
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(cpu(run))
    made = {
        f"times {name}": statistics.median(a / b for a, b in zip(taken, times["ours"], strict=True))
        for name, taken in times.items()
        if name != "ours"
    }
    return made | ({"recall": recall(index, whole, words)} if count <= 1_000_000 else {})


def recall(index: Any, whole: Any, words: Any) -> float:
    """Return which share of the pairs that comparing with every hash finds we find, on 10,000 questions."""
    import numpy as np

    asked = questions(words, SEARCHED_BY_ALL)
    limits, distances, rows = whole.range_search(asked.view(np.uint8), 32)
    ours = index.search([one.tobytes() for one in asked])
    true, found = 0, 0
    for at, near in enumerate(ours):
        held = {(one.key, one.distance) for one in near}
        wanted = set(
            zip(
                rows[limits[at] : limits[at + 1]].tolist(),
                distances[limits[at] : limits[at + 1]].tolist(),
                strict=True,
            )
        )
        true += len(wanted | held)
        found += len(wanted & held)
    return found / true


def apart(work: str, *told: int) -> dict[str, float]:
    """Run one part in a process of its own and return what it measured."""
    code = f"import json; from benchmarks.match import {work}; print(json.dumps({work}{told!r}))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def bounds(count: int, row: dict[str, float]) -> list[tuple[str, bool]]:
    """Return what has to hold, and whether it does."""
    made = []
    if "recall" in row:
        made.append(("recall 1.0", row["recall"] == 1.0))
        made.append((f"{LEAST_TE} times threatexchange", row["times threatexchange"] >= LEAST_TE))
    if count >= 10_000_000:
        made += [
            (f"{LEAST_FLAT} times faiss flat", row["times flat"] >= LEAST_FLAT),
            (f"{LEAST_QPS} look-ups a CPU-second", row["queries"] >= LEAST_QPS),
            (f"built in {MOST_BUILD} CPU seconds", row["build"] <= MOST_BUILD),
            (f"{MOST_BYTES} bytes a hash", row["bytes"] <= MOST_BYTES),
        ]
    made.append((f"{LEAST_CHANGES} changes a second", row["changes"] >= LEAST_CHANGES))
    return made


def main(arguments: list[str]) -> int:
    """Measure, print, and return 0 when every bound holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--counts", default="1000000,10000000")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    rows, failed = {}, 0
    for count in (int(one) for one in told.counts.split(",")):
        rows[count] = apart("alone", count) | apart("beside", count, told.rounds)
    growth = apart("flat", 200_000, 100)["growth"]
    if told.json:
        print(json.dumps({"rows": rows, "growth": growth}))
    for count, row in rows.items():
        print(f"match: {count:,} hashes")
        for name, value in row.items():
            print(f"  {name:22} {value:14,.2f}")
        for name, holds in bounds(count, row):
            print(f"  {'holds' if holds else 'FAILS'}  {name}")
            failed |= not holds
    print(f"  memory after 100 rebuilds: {growth:+.1%}  {'holds' if growth <= MOST_GROWTH else 'FAILS'}")
    return int(failed or growth > MOST_GROWTH)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
