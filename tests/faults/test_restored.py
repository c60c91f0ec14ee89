"""Yesterday's backup put back under a served node: sending stops, both sides are told, nothing forks."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.faults.judging import Judged, is_settled
from tests.faults.stage import ROOT, Node, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.network]

DAY = 24 * 3600 * 1_000_000


def issued(stage, node: Node, plan: list[dict]) -> set[str]:
    """Let officers do a plan, and return the acts they told of."""
    officers = stage.officers(node, plan)
    wait_for("the officers to end", lambda: officers.ended() or None)
    assert officers.status == 0, officers.has_said()
    return {json.loads(line)["act"] for line in officers.lines()}


def comity(node: Node, *arguments: str) -> subprocess.CompletedProcess:
    """Run one command of the node, as its operator does."""
    return subprocess.run(
        [sys.executable, "-m", "comity", "--node", str(node.folder), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COMITY_LANG": "en"},
        check=False,
        timeout=120,
    )


def alarms_of(node: Node) -> set[str]:
    """Return the alarms that the command line tells, all peers together."""
    answer = comity(node, "peer", "list", "--json")
    assert answer.returncode == 0, answer.stderr
    return {alarm for peer in json.loads(answer.stdout)["peers"] for alarm in peer["alarms"]}


@pytest.fixture
def restored(stage, tmp_path):
    """Two nodes of which the first was put back to yesterday's copy, both served a day later."""
    with stage.copied(tmp_path) as nodes:
        for node in nodes:
            node.serve()
        early = issued(stage, nodes[0], [stage.consult()])
        wait_for("both sides to settle", lambda: is_settled(nodes, delivered=True))
        nodes[0].stop()
        backup = tmp_path / "backup"
        shutil.copytree(nodes[0].folder, backup)
        nodes[0].serve()
        late = issued(stage, nodes[0], [stage.consult(), stage.opening(*stage.sides)])
        late |= issued(stage, nodes[1], [stage.consult()])
        wait_for("both sides to settle", lambda: is_settled(nodes, delivered=True))
        for node in nodes:
            node.stop()
            node.epoch = (node.epoch[0] + DAY, node.epoch[1])
        shutil.rmtree(nodes[0].folder)
        shutil.copytree(backup, nodes[0].folder)
        for node in nodes:
            node.serve()
        yield nodes, early, late


def test_restored_node_stops_sending_and_both_sides_are_told(stage, restored):
    (node, peer), early, late = restored
    wait_for("the restored node to learn of its gap", lambda: "own.lost_leaves" in alarms_of(node) or None)
    wait_for("its peer to see the rollback", lambda: "log.rollback" in alarms_of(peer) or None)
    # The operator reads it in words, and it is no answer that all is well.
    told = comity(node, "peer", "list").stdout
    assert "own.lost_leaves" not in told
    assert "the peer has seen more of our log than we hold" in told
    # Its officers issue nothing, in a case that was there yesterday or in a new one.
    for step in (stage.consult(), stage.opening(*stage.sides)):
        officers = stage.officers(node, [step])
        wait_for("the officers to be refused", lambda officers=officers: officers.ended() or None)
        assert officers.status == 70
        assert "it signs nothing now" in officers.has_said(), officers.has_said()
        assert not officers.lines()
    # What the peer writes waits at the peer: it is neither stored nor receipted by a halted node.
    waiting = issued(stage, peer, [stage.consult()])
    for one in (node, peer):
        assert not one.process.ended()
    assert [one.stop() for one in (node, peer)] == [0, 0]
    _require_no_fork(node, peer, early=early, late=late, waiting=waiting)


def _require_no_fork(node: Node, peer: Node, *, early: set[str], late: set[str], waiting: set[str]) -> None:
    from contextlib import ExitStack

    with ExitStack() as stack:
        here, there = Judged(node, stack), Judged(peer, stack)
        assert early <= set(here.records)
        assert not late & set(here.records), "these were after the copy"
        assert set(here.records) < set(there.records), "the restored node holds an act that its peer does not"
        assert early | late | waiting <= set(there.records), "the peer lost something"
        assert not any(state.forks for state in there.states.values())
        assert all(there.tx.exchange.settled(act) is None for act in waiting)
        assert there.tx.exchange.count_queued(here.root) == len(waiting)
        assert here.tx.exchange.count_queued(there.root) == 0
        origin = here.origin(there)
        held = there.tx.logs.witnessed(origin)
        assert held is not None
        assert held.size > here.tx.logs.size(origin), "the peer keeps the head that proves the gap"
