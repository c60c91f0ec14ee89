"""Kill at every step of the exchange: at the first crossing, the second, … until a run has none left.

What a crossing is, and why none can be forgotten: :mod:`tests.faults.crossings`.
"""

import json
import os
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.crossings import Board
from tests.faults.judging import is_settled, judge
from tests.faults.schedules import trails
from tests.faults.stage import Node, Stage, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.network]

MOST = 400
EVERY = bool(os.environ.get("COMITY_FAULTS"))
SENDING = {
    "before ExchangeDesk.send",
    "before HttpsTransport.call",
    "after HttpsTransport.call",
    "before begin",
    "before commit",
    "after commit",
    "after ExchangeDesk.send",
}
RECEIVING = {
    "before ExchangeDesk.receive",
    "before begin",
    "before commit",
    "after commit",
    "after ExchangeDesk.receive",
}
PIECES_OUT = {
    "before HttpsTransport.put_start",
    "before HttpsTransport.put_pieces",
    "after HttpsTransport.put_pieces",
    "after DeliveryDesk.send",
}
PIECES_IN = {
    "before DeliveryDesk.take_start",
    "before FolderPieces.begin",
    "before FolderPieceKeeper.put",
    "after FolderPieceKeeper.put",
    "before FolderPieceKeeper.settle",
    "after FolderPieceKeeper.settle",
    "before FolderPieces.assemble",
    "before FolderBlobs.adopt",
    "after FolderBlobs.adopt",
    "after Taking.end",
}


def steps(trail: Path) -> set[str]:
    """Return the names of all crossings that a file holds."""
    return {line.partition(" ")[2] for line in trail.read_text().splitlines()} if trail.exists() else set()


def settle(nodes: tuple[Node, Node], victim: Node, *, last: str) -> bool:
    """Let both sides settle, starting the victim again if it was killed; tell whether it was.

    Args:
        nodes: Both nodes.
        victim: The one that may be killed.
        last: Its last crossing, for which a run without a kill is waited.
    """

    def is_fatal() -> bool:
        return victim.board.get("crossed") >= victim.board.get("fatal")

    def probe() -> bool | None:
        if is_fatal():
            victim.revive()
        time.sleep(0.05)
        return is_settled(nodes, delivered=True)

    wait_for("both sides to settle", probe)
    wait_for(last, lambda: is_fatal() or f"after {last}" in steps(victim.trail) or None)
    if is_fatal():
        wait_for("the victim to end", lambda: victim.revive() or victim.starts > 1 or None)
    return is_fatal()


def require_told(process) -> set[str]:
    """Wait for officers to end well, and return the acts they told of."""
    wait_for("the officers to end", lambda: process.ended() or None)
    assert process.status == 0, process.has_said()
    return {json.loads(line)["act"] for line in process.lines()}


@pytest.mark.parametrize(
    ("victim", "needed", "last"),
    [(0, SENDING, "ExchangeDesk.send"), (1, RECEIVING, "ExchangeDesk.receive")],
    ids=["sender", "receiver"],
)
def test_message_survives_a_kill_at_each_crossing(stage: Stage, tmp_path, victim, needed, last):
    told: set[str] = set()
    with stage.copied(tmp_path) as nodes:
        for node in nodes:
            node.serve()
        node = nodes[victim]
        for number in range(1, MOST):
            node.starts = 1
            node.trail.write_bytes(b"")
            node.board.set(crossed=0, fatal=number, armed=1)
            told |= require_told(stage.officers(nodes[0], [stage.consult()]))
            killed = settle(nodes, node, last=last)
            node.board.set(armed=0)
            if not killed:
                break
        assert number > len(needed)
        assert needed <= steps(node.trail)
        for node in nodes:
            node.stop()
        judge(nodes, told=told)


@pytest.mark.parametrize(
    ("victim", "needed", "last"),
    [(1, PIECES_OUT, "DeliveryDesk.send"), (0, PIECES_IN, "DeliveryDesk.status")],
    ids=["sender", "receiver"],
)
def test_delivery_survives_a_kill_at_crossings(stage: Stage, tmp_path, victim, needed, last):
    """Every crossing of a transfer in ``make faults``, every 40th in ``make test``."""
    for number in range(5, MOST, 1 if EVERY else 40):
        place = tmp_path / str(number)
        with stage.copied(place) as nodes:
            for node in nodes:
                node.serve()
            node = nodes[victim]
            node.board.set(fatal=number, armed=1)
            told = require_told(stage.officers(nodes[1], [stage.delivery()]))
            killed = settle(nodes, node, last=last)
            for node in nodes:
                node.stop()
            try:
                judge(nodes, told=told)
            except AssertionError as exc:
                exc.add_note(f"killed at crossing {number}\n{trails(place)}")
                raise
            resent = nodes[0].board.get("pieces") - stage.facts["pieces"]
            assert 0 <= resent <= 1
        if not killed:
            break
    assert not killed
    assert needed <= steps(nodes[victim].trail)


def test_officers_command_survives_a_kill_at_each_crossing(stage: Stage, tmp_path):
    """An act is issued whole or not at all: told means stored, and a draft left behind hinders nobody."""
    told: set[str] = set()
    with stage.copied(tmp_path) as nodes, ExitStack() as stack:
        for node in nodes:
            node.serve()
        board = Board(tmp_path / "officers.board")
        for number in range(1, MOST):
            board.set(crossed=0, fatal=number, armed=1)
            process = stage.officers(nodes[0], [stage.consult()], trail="officers")
            stack.callback(process.kill)
            wait_for("the officers to end", lambda process=process: process.ended() or None)
            told |= {json.loads(line)["act"] for line in process.lines()}
            if not process.status:
                break
            assert process.status == -9, process.has_said()
        assert len(told) >= 1
        assert {"before commit", "after commit"} <= steps(tmp_path / "officers")
        wait_for("both sides to settle", lambda: is_settled(nodes, delivered=True))
        for node in nodes:
            node.stop()
        judge(nodes, told=told)
