"""From the command to the first page: a node is started, its sign-in page and all its parts are fetched.

The clock starts before the process does and stops when the last part is here. Then the node is left alone
for a moment, and its memory is read.

    python -m benchmarks.start [--rounds 5] [--json]
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from comity.bootstrap import toolbox

MOST_SECONDS = 3.0
MOST_BYTES = 150_000
MOST_RESIDENT = 150_000_000
IDLE = 3.0
_PARTS = re.compile(r'(?:href|src)="(/assets/[^"]+)"')


def measure(*, rounds: int) -> dict[str, Any]:
    """Return the times of all rounds in seconds, and the most bytes and memory that any of them took."""
    seconds, sizes, resident = [], [], []
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        node = str(Path(folder) / "node")
        toolbox().init_node(
            node, party="XAA", name="Altavia", practice=True, exchange_port=None, passphrase=None
        )
        for at in range(rounds):
            started = time.perf_counter()
            command = [sys.executable, "-m", "comity", "serve", node, "--port", "0", "--exchange-port", "0"]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                try:
                    assert process.stdout is not None
                    address = process.stdout.readline().decode().split()[-1]
                    sizes.append(_first_page(address))
                    seconds.append(time.perf_counter() - started)
                    if at == rounds - 1:
                        time.sleep(IDLE)
                        resident.append(_resident(process.pid))
                finally:
                    process.terminate()
    return {"seconds": seconds, "bytes": max(sizes), "resident": max(resident)}


def _first_page(address: str) -> int:
    """Fetch the page with every part it names, each once; return how many bytes that took."""
    page = _fetched(f"{address}/sign-in")
    return len(page) + sum(len(_fetched(address + part)) for part in set(_PARTS.findall(page.decode())))


def _fetched(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # our own node, on the loopback
        data: bytes = answer.read()
        return data


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(argv: Sequence[str]) -> int:
    """Measure, print, and return 0 when every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    found = measure(rounds=options.rounds)
    median = statistics.median(found["seconds"])
    if options.json:
        print(json.dumps(found))
    else:
        print(f"start to first page   {median:6.2f} s    bound {MOST_SECONDS:.2f} s")
        print(f"its bytes, all parts  {found['bytes']:6d} B    bound {MOST_BYTES} B")
        print(f"memory of idle node   {found['resident'] / 1e6:6.1f} MB   bound {MOST_RESIDENT / 1e6:.0f} MB")
    holds = median <= MOST_SECONDS and found["bytes"] <= MOST_BYTES and found["resident"] <= MOST_RESIDENT
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
