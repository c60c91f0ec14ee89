"""Sealing against its bound: a script that does the same hashing and ciphering, and nothing else.

Both run as whole processes, one after the other, on the same file; each pair gives one ratio, and the
medians are judged. ``COMITY_SHARED`` names the folder with ``bench/seal_bound_age.py``.

    python -m benchmarks.seal [--mib 2048] [--rounds 5]
Ours is the command line itself, ``comity evidence seal``, on a practice node made for the occasion.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.kernel import agefile

MOST_CPU, MOST_WALL, MOST_MIB = 1.3, 1.5, 100
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process: seconds of wall clock and of CPU, and its largest resident size in MiB."""

    wall: float
    cpu: float
    rss: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and return 0 when the bounds hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.seal", description=__doc__.split("\n")[0])
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    bound = Path(os.environ.get("COMITY_SHARED", _ROOT.parent / "shared")) / "bench" / "seal_bound_age.py"
    if not bound.is_file():
        print("seal: skipped, the bound script is not here (set COMITY_SHARED)")
        return 0
    return _measure(bound, mib=chosen.mib, rounds=max(1, chosen.rounds))


def _measure(bound: Path, *, mib: int, rounds: int) -> int:
    from comity.engines.system import SystemEntropy

    recipient = agefile.recipient_text(agefile.Identity.generate(SystemEntropy()).public)
    environment = {**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"}
    folder = Path(tempfile.mkdtemp(prefix="comity-bench-", dir=os.environ.get("COMITY_BENCH_DIR")))
    try:
        source, target = folder / "in", folder / "out"
        _fill(source, mib)
        comity = [sys.executable, "-m", "comity", "--node", str(folder / "node")]
        _make_node(folder / "node", environment)
        ours = [*comity, "evidence", "seal", str(source), "-o", str(target), "--to", recipient]
        theirs = [sys.executable, str(bound), str(source), str(target), recipient, "--b3"]
        pairs = []
        for number in range(rounds + 1):
            order = (theirs, ours) if number % 2 else (ours, theirs)
            done = [_run(command, target, environment) for command in order]
            if number:  # the first pair warms the page cache
                pairs.append((done[0], done[1]) if number % 2 else (done[1], done[0]))
        return _report(pairs, mib)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_node(folder: Path, environment: dict[str, str]) -> None:
    init = [
        sys.executable,
        "-m",
        "comity",
        "init",
        str(folder),
        "--party",
        "XAA",
        "--name",
        "Bench",
        "--practice",
    ]
    subprocess.run(init, env=environment, check=True, stdout=subprocess.DEVNULL)


def _fill(path: Path, mib: int) -> None:
    portion = os.urandom(1 << 20)
    with path.open("wb") as out:
        for number in range(mib):
            out.write(number.to_bytes(8, "big") + portion[8:])
        out.flush()
        os.fsync(out.fileno())


def _run(command: list[str], target: Path, environment: dict[str, str]) -> Run:
    target.unlink(missing_ok=True)
    os.sync()  # nobody pays for the writes of the run before
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if child.returncode:
        raise SystemExit(f"seal: the measured process ended with {child.returncode}")
    return Run(wall=wall, cpu=usage.ru_utime + usage.ru_stime, rss=usage.ru_maxrss / 1024)


def _report(pairs: Sequence[tuple[Run, Run]], mib: int) -> int:
    cpu = statistics.median(ours.cpu / theirs.cpu for theirs, ours in pairs)
    wall = statistics.median(ours.wall / theirs.wall for theirs, ours in pairs)
    rss = max(ours.rss for _, ours in pairs)
    print(f"seal {mib} MiB, median of {len(pairs)} interleaved pairs")
    print(f"{'':>10} {'bound':>9} {'comity':>9} {'ratio':>7} {'most':>7}")
    for word, ratio, most in (("cpu", cpu, MOST_CPU), ("wall", wall, MOST_WALL)):
        theirs, ours = (
            statistics.median(getattr(run, word) for run in side) for side in zip(*pairs, strict=True)
        )
        print(f"{word + ' s':>10} {theirs:9.2f} {ours:9.2f} {ratio:7.2f} {most:7.2f}")
    print(f"{'rss MiB':>10} {max(run.rss for run, _ in pairs):9.0f} {rss:9.0f} {'':>7} {MOST_MIB:7}")
    held = cpu <= MOST_CPU and wall <= MOST_WALL and rss < MOST_MIB
    print("the bounds hold" if held else "THE BOUNDS DO NOT HOLD")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
