"""Two doors and two workers serve one node, on a file and on a server; a peer exchanges with it meanwhile."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from comity.bootstrap.folders import blobs_of, present
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from tests import postgres
from tests.processes.family import (
    DUTY,
    HEAD,
    Member,
    Process,
    ask,
    at_desk,
    family,
    holders,
    require_once,
    sends,
    settled,
    wait_for,
)

PASSING = re.compile(r"worker: [^:]+: (peer\.unreachable|store\.locked|store\.busy): ")
"""What a process may say of the death of another one, and of a machine that has too much to do."""

pytestmark = [pytest.mark.slow, pytest.mark.network]

HEADER = agefile.header(bytes(16), [Identity(bytes([7]) * 32).public], SeededEntropy("header"))


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Member, Member]]:
    """A node without a process yet, and its peer."""
    if request.param == "sqlite":
        with family(tmp_path, store="") as found:
            yield found
        return
    with postgres.address() as dsn:
        try:
            with family(tmp_path, store=dsn) as found:
                yield found
        finally:
            postgres.drop(dsn)


def test_several_processes_are_one_node(pair: tuple[Member, Member]) -> None:
    many, peer = pair
    with present(many.folder) as presence:
        half = blobs_of(many.folder, presence).create()
        half.write(HEADER + b"half of a package")
        doors, workers = _started(many, peer)
        half.write(b", and the other half")
        half.commit("1" * 64)
    _require_one_session(many)
    with at_desk(many) as one, at_desk(peer) as other:
        own, theirs = ask(one, peer, 4), ask(other, many, 4)
        wait_for(lambda: settled(many, own), many, peer)
        wait_for(lambda: settled(peer, theirs), many, peer)

        sender = wait_for(lambda: sends(many, peer) or own.extend(ask(one, peer, 1)), many, peer)
        killed, left = sorted(workers, key=lambda worker: worker.pid != sender)
        killed.end(signal.SIGKILL)
        many.running.remove(killed)
        own += ask(one, peer, 2)
        wait_for(lambda: settled(many, own), many, peer)
        assert sends(many, peer) in (left.pid, None)
        wait_for(lambda: set(holders(many).values()) <= {left.pid} or None, many)

        doors[0].end(signal.SIGKILL)
        many.running.remove(doors[0])
        theirs += ask(other, many, 2)
        wait_for(lambda: settled(peer, theirs), many, peer)

    for process in (doors[1], left, *peer.running):
        assert process.end() == 0
        assert [line for line in process.said.read_text().splitlines()[1:] if not PASSING.match(line)] == []
    require_once(many, peer, own=own, theirs=theirs)
    require_once(peer, many, own=theirs, theirs=own)
    assert holders(many) == holders(peer) == {}
    assert {int(path.read_text()) for path in (many.folder / "run").glob("*")} <= {killed.pid, doors[0].pid}


def _started(many: Member, peer: Member) -> tuple[list[Process], list[Process]]:
    """Start two doors and two workers of the node, and its peer, and wait until all are up."""
    doors = [many.door(number, "--no-worker") for number in range(2)]
    workers = [many.worker() for _ in range(2)]
    outer, inner = peer.door(0, "--only", "exchange", "--no-worker"), peer.door(0, "--only", "pages")
    for process in (*many.running, *peer.running):
        wait_for(process.ready, many, peer)
    assert "pages" not in str(outer.ready()) and "exchange" not in str(inner.ready())
    return doors, workers


def _require_one_session(many: Member) -> None:
    """Who signs in at one door is signed in at the other, and signed out at both."""
    with at_desk(many) as desks:
        code = desks.signin.new_code(desks.actor(HEAD), name=DUTY)
    first, second = (f"http://127.0.0.1:{port}/api/v1" for port in many.pages)
    with httpx2.Client(timeout=120) as client:
        begun = client.post(
            f"{first}/session", json={"name": DUTY, "secret": code, "purpose": "practice"}
        ).raise_for_status()
        token = {"authorization": f"Bearer {begun.json()['token']}"}
        assert client.get(f"{second}/node", headers=token).raise_for_status().json()["party"] == "XAA"
        client.delete(f"{second}/session", headers=token).raise_for_status()
        assert client.get(f"{first}/node", headers=token).status_code == 403
