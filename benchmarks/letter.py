"""A letter: a form becomes PDF, DOCX and ODT, the first of a process and those that follow.

Each first letter is written by a command of its own, from start to end; those that follow in one process.

    python -m benchmarks.letter [--rounds 5] [--json]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from comity.bootstrap.letters import MEDIA, make_letter
from comity.kernel.ijson import dump_ijson
from comity.requests import service

MOST_SECONDS = 2.0
LANGUAGES = ("ar,en", "zh", "ru")
DAY = date(2026, 11, 2)


def measure(*, rounds: int) -> dict[str, Any]:
    """Return seconds of commands, and of letters that follow in one process, by make and language."""
    form = dump_ijson(service.example("stored-data"))
    commands: dict[str, list[float]] = {}
    following: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        path = Path(folder) / "form.json"
        path.write_bytes(form)
        for suffix in MEDIA:
            for languages in LANGUAGES:
                name = f"{suffix[1:]} {languages}"
                for at in range(rounds):
                    out = Path(folder) / f"{name} {at}{suffix}"
                    commands.setdefault(name, []).append(_command(path, out, languages))
                    started = time.perf_counter()
                    make_letter(form, suffix=suffix, on=DAY, languages=languages, style="unodc")
                    following.setdefault(name, []).append(time.perf_counter() - started)
    return {"commands": commands, "following": following}


def _command(form: Path, out: Path, languages: str) -> float:
    line = [sys.executable, "-m", "comity", "letter", str(form), "--lang", languages]
    started = time.perf_counter()
    subprocess.run([*line, "--style", "unodc", "-o", str(out)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when every command stays under the bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.letter", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    found = measure(rounds=given.rounds)
    slowest = max(max(times) for times in found["commands"].values())
    if given.json:
        print(json.dumps(found))
    else:
        print("A letter (seconds, median: command from start to end / following in one process)")
        for name, times in found["commands"].items():
            after = statistics.median(found["following"][name])
            print(f"  {name:<12} {statistics.median(times):.2f} / {after:.3f}")
        print(f"  slowest command {slowest:.2f} s, bound {MOST_SECONDS:.1f} s")
    return int(slowest > MOST_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
