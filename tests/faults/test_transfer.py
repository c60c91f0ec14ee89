"""A large exhibit on its way while either side is killed: it arrives intact, and little is sent twice."""

import json
import os
import random
import time
from pathlib import Path

import pytest

from tests.faults.founding import MIB, found
from tests.faults.judging import is_settled, judge, opened_exhibit
from tests.faults.stage import Stage, cast, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.network]

FULL = bool(os.environ.get("COMITY_FAULTS"))
FIGURES = os.environ.get("COMITY_FAULTS_FIGURES")
EXHIBIT = 1024 * MIB if FULL else 24 * MIB
KILLS = 12 if FULL else 6
MOST_GROWTH = 64 * MIB


@pytest.fixture(scope="module")
def large(tmp_path_factory, zygote):
    """Two nodes with a large package sealed and not delivered, and the digest of its exhibit."""
    template, sides = tmp_path_factory.mktemp("large"), cast()
    found(template, sides, zygote, exhibit_bytes=EXHIBIT)
    return Stage(template, sides, zygote)


def test_exhibit_arrives_though_either_side_is_killed(large, tmp_path):
    pieces, drawn = large.facts["pieces"], random.Random(EXHIBIT)
    marks = sorted(drawn.sample(range(1, pieces), KILLS))
    with large.copied(tmp_path) as nodes:
        for node in nodes:
            node.serve()
        least = {node.side.folder: node.process.peak() for node in nodes}
        most = dict(least)
        started = time.monotonic()
        officers = large.officers(nodes[1], [large.delivery()])
        wait_for("the officers to end", lambda: officers.ended() or None)
        assert officers.status == 0, officers.has_said()
        (act,) = [json.loads(line)["act"] for line in officers.lines()]
        board, killed = nodes[0].board, 0

        def probe() -> bool | None:
            nonlocal killed
            came = board.get("pieces")
            for node in nodes:
                most[node.side.folder] = max(most[node.side.folder], node.process.peak())
            if marks and came >= marks[0]:
                marks.pop(0)
                victim = drawn.choice(nodes)
                victim.kill()
                victim.revive()
                killed += 1
            if marks or came < pieces:
                return None
            time.sleep(0.1)
            return is_settled(nodes, delivered=True)

        wait_for("the package to arrive", probe, patience=600)
        seconds = time.monotonic() - started
        for node in nodes:
            node.stop()
        judge(nodes, told={act})
        resent = board.get("pieces") - pieces
        assert killed == KILLS
        assert 0 <= resent <= KILLS, f"{resent} pieces came twice after {KILLS} kills"
        assert not FULL or resent * 50 <= pieces, "ten kills may cost two in a hundred"
        for name, peak in most.items():
            assert peak - least[name] < MOST_GROWTH, f"{name} grew from {least[name]} to {peak} bytes"
        assert opened_exhibit(nodes[0], delivery=act, out=tmp_path / "opened") == large.facts["sha256"]
    if FIGURES:
        told = {
            "test": "transfer",
            "bytes": EXHIBIT,
            "kills": killed,
            "resent": resent * MIB,
            "seconds": round(seconds, 1),
        }
        told["grown"] = {name: most[name] - least[name] for name in most}
        with Path(FIGURES).open("a") as out:
            out.write(json.dumps(told) + "\n")
