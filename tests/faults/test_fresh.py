"""``python -m comity serve`` as an operator starts it, killed while acts and a package are on their way."""

import json

import pytest

from tests.faults.judging import is_settled, judge
from tests.faults.stage import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.network]


def test_served_nodes_go_on_after_a_kill_of_either(stage, tmp_path):
    with stage.copied(tmp_path, fresh=True) as nodes:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait_ready()
        asking = stage.officers(nodes[0], [stage.consult(), stage.opening(*stage.sides)])
        wait_for("the first act", lambda: asking.lines() or None)
        nodes[1].kill()
        asked = stage.officers(nodes[1], [stage.delivery()])
        for officers in (asking, asked):
            wait_for("the officers to end", lambda officers=officers: officers.ended() or None)
            assert officers.status == 0, officers.has_said()
        nodes[0].kill()
        for node in nodes:
            assert node.revive()
        wait_for("both sides to settle", lambda: is_settled(nodes, delivered=True), patience=300)
        assert [node.stop() for node in nodes] == [0, 0]
        judge(
            nodes, told={json.loads(line)["act"] for officers in (asking, asked) for line in officers.lines()}
        )
