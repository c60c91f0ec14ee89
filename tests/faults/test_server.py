"""A PostgreSQL server that breaks off and comes back under a served node: nothing is lost or doubled."""

import json

import pytest

from tests.faults.founding import MIB, found
from tests.faults.judging import is_settled, judge
from tests.faults.stage import Stage, cast, wait_for
from tests.postgres import require_driver, started

pytestmark = [pytest.mark.slow, pytest.mark.network]


@pytest.fixture(scope="module")
def server():
    """A durable server of our own: one that the tests may break off."""
    require_driver()
    with started(durable=True) as made:
        yield made


def test_node_goes_on_when_its_server_comes_back(server, zygote, tmp_path):
    sides = cast()
    found(tmp_path, sides, zygote, exhibit_bytes=2 * MIB, stores=(server.dsn(), ""))
    stage = Stage(tmp_path, sides, zygote)
    told: set[str] = set()
    with stage.placed(tmp_path) as nodes:
        for node in nodes:
            node.serve()
        for mode, plans in (
            ("immediate", ([stage.consult()] * 2, [stage.delivery()])),
            ("fast", ([stage.opening(*sides)], [stage.consult()] * 2)),
            ("immediate", ([stage.consult()], [stage.consult()])),
        ):
            working = [stage.officers(node, plan) for node, plan in zip(nodes, plans, strict=True)]
            wait_for("a first act", lambda working=working: working[1].lines() or None)
            server.restart(mode)
            for officers in working:
                wait_for("the officers to end", lambda officers=officers: officers.ended() or None)
                assert officers.status == 0, officers.has_said()
                told |= {act for line in officers.lines() if (act := json.loads(line)["act"])}
        wait_for("both sides to settle", lambda: is_settled(nodes, delivered=True))
        assert [node.starts for node in nodes] == [1, 1], "a node ended with its server"
        assert [node.stop() for node in nodes] == [0, 0]
        judge(nodes, told=told)
