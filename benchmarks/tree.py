"""Sealing a tree of small files, against tools that pack and encrypt trees; and ten recipients against one.

Ours seals in a node that runs, as nodes do; the command line with its start is told beside it. Peers: bagit
and tar | age, which give the same package; borg and restic, which keep the same bytes in repositories. All
run interleaved on the same files; CPU is that of all processes. Making a new repository is not counted.

    python -m benchmarks.tree [--files 20000] [--rounds 5] [--json]

``COMITY_BENCH_DIR`` names the folder to work in.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from benchmarks import stock
from benchmarks.parties import Party, found_nodes, running
from benchmarks.transfer import _children

MOST = {"bagit + tar|age": 0.5, "borg": 0.5, "restic": 0.3}
MOST_MIB, MOST_TEN = 100, 1.02
HEADERS = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when the bounds hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.tree", description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if lacking := stock.missing("age", "age-keygen", "tar", "borg", "restic"):
        print(
            f"tree: skipped, the peers need age, tar, bagit, borg and restic; missing: {', '.join(lacking)}"
        )
        return 0
    folder = Path(tempfile.mkdtemp(prefix="comity-bench-", dir=os.environ.get("COMITY_BENCH_DIR")))
    try:
        found = _measure(folder, files=chosen.files, rounds=chosen.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found) if chosen.json else _table(found))
    return 0 if _holds(found) else 1


def _measure(folder: Path, *, files: int, rounds: int) -> dict:
    found_nodes(folder)
    recipient, source = stock.make_key(folder), folder / "tree"
    size = stock.fill_tree(source, files)
    with running("send", folder) as node:
        idle = node.forget_peak()
        ways: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "comity": (partial(node.ask, "seal", str(source), "1"), _nothing),
            "bagit + tar|age": (partial(_bag, folder, source, recipient), _nothing),
            "borg": (partial(stock.borg, folder, source), partial(stock.new_borg, folder)),
            "restic": (partial(stock.restic, folder, source), partial(stock.new_restic, folder)),
            "command line": (partial(_command, folder, source, recipient), _nothing),
        }
        cpus, walls = _interleaved(ways, node, rounds)
        told = {"files": files, "bytes": size, "idle_mib": idle, "rss_mib": node.peak()}
    told["cpu"] = {name: round(statistics.median(found), 2) for name, found in cpus.items()}
    told["wall"] = {name: round(statistics.median(found), 2) for name, found in walls.items()}
    for word, spent in (("cpu_ratio", cpus), ("wall_ratio", walls)):
        told[word] = {
            name: round(
                statistics.median(a / b for a, b in zip(spent["comity"], spent[name], strict=True)), 3
            )
            for name in MOST
        }
    told["ten_recipients"] = round(1 + _header_seconds() / told["cpu"]["comity"], 4)
    return told


def _interleaved(ways: dict, node: Party, rounds: int) -> tuple[dict, dict]:
    cpus: dict[str, list[float]] = {name: [] for name in ways}
    walls: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in ways if number % 2 else reversed(ways):
            run, prepare = ways[name]
            prepare()
            os.sync()  # nobody pays for the writes of the run before
            cpu, wall = _children() + node.cpu(), time.perf_counter()
            run()
            walls[name].append(time.perf_counter() - wall)
            cpus[name].append(_children() + node.cpu() - cpu)
        print(f"tree: {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return cpus, walls


def _nothing() -> None:
    """Prepare nothing."""


def _bag(folder: Path, source: Path, recipient: str) -> None:
    stock.sealed_bag(folder, source, recipient)
    (folder / "sealed").unlink()


def _command(folder: Path, source: Path, recipient: str) -> None:
    target, root = folder / "target", Path(__file__).resolve().parents[1]
    with suppress(FileNotFoundError):
        target.unlink()
    comity = [sys.executable, "-m", "comity", "--node", str(folder / "a")]
    subprocess.run(
        [*comity, "evidence", "seal", str(source), "-o", str(target), "--to", recipient],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _header_seconds() -> float:
    """Return the CPU that nine recipients more take: each is one header line, whatever follows it."""
    from comity.engines.system import SystemEntropy
    from comity.kernel import agefile

    entropy = SystemEntropy()
    keys = [agefile.Identity.generate(entropy).public for _ in range(10)]
    spent = []
    for recipients in (keys[:1], keys):
        began = time.process_time()
        for _ in range(HEADERS):
            agefile.header(bytes(16), recipients, entropy)
        spent.append((time.process_time() - began) / HEADERS)
    return spent[1] - spent[0]


def _holds(found: dict) -> bool:
    ratios = all(found["cpu_ratio"][name] <= most for name, most in MOST.items())
    return ratios and found["rss_mib"] <= MOST_MIB and found["ten_recipients"] <= MOST_TEN


def _table(found: dict) -> str:
    spent, walls, ratios = found["cpu"], found["wall"], found["cpu_ratio"]
    memory = f"{found['rss_mib']} MiB (at most {MOST_MIB}; {found['idle_mib']} at rest)"
    lines = [
        f"sealing a tree of {found['files']} files, {found['bytes'] >> 20} MiB, medians of interleaved runs",
        f"  comity            cpu {spent['comity']:6.2f} s   wall {walls['comity']:6.2f} s   memory {memory}",
    ]
    for name, most in MOST.items():
        lines.append(
            f"  {name:<16}  cpu {spent[name]:6.2f} s   wall {walls[name]:6.2f} s"
            f"   ratio {ratios[name]:.2f} (at most {most})"
        )
    lines.append(f"  command line      cpu {found['cpu']['command line']:6.2f} s, its start in it")
    lines.append(f"  ten recipients against one {found['ten_recipients']:.4f} (at most {MOST_TEN})")
    lines.append("the bounds hold" if _holds(found) else "THE BOUNDS DO NOT HOLD")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
