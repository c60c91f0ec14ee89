"""A full disk under a served node, and a damaged database: told clearly, and nothing is lost."""

import json
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.founding import MIB
from tests.faults.judging import is_settled, judge, opened_exhibit
from tests.faults.stage import Node, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.network]

ROOM = 12 * MIB
"""Size of the small disk: the folder of a node, and two mebibytes of the package that it is sent."""


@contextmanager
def small_disk(place: Path):
    """Mount a disk of ``ROOM`` bytes over a folder that is copied onto it; skip where we may not."""
    aside = place.with_name(f"{place.name}-aside")
    place.rename(aside)
    place.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=700", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        shutil.copytree(aside, place, dirs_exist_ok=True)
        yield
        shutil.rmtree(aside)
        shutil.copytree(place, aside)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.rmdir()
    aside.rename(place)


def fill(path: Path, *, left: int = 0) -> None:
    """Write a file until nothing more fits beside what has to be left."""
    with suppress(OSError), path.open("wb", buffering=0) as out:
        while shutil.disk_usage(path.parent).free > left:
            out.write(bytes(min(4096, shutil.disk_usage(path.parent).free - left)))


def said(node: Node) -> str:
    return node.process.has_said()


def test_receiver_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(stage, tmp_path):
    with stage.copied(tmp_path) as nodes, small_disk(nodes[0].folder):
        receiver, sender = nodes
        filler = receiver.folder / "filler"
        for node in nodes:
            node.serve()
        fill(filler, left=MIB + MIB // 2)
        delivering = stage.officers(sender, [stage.delivery(), stage.consult()])
        wait_for("the sender's officers", lambda: delivering.ended() or None)
        assert delivering.status == 0, delivering.has_said()
        act = json.loads(delivering.lines()[0])["act"]
        wait_for("the sender to hear of the full disk", lambda: "blobs.full" in said(sender) or None)
        fill(filler.with_name("filler-2"))
        writing = stage.officers(receiver, [stage.consult()])
        wait_for("the receiver's officers", lambda: writing.ended() or None)
        assert writing.status == 70
        assert "the disk of the store is full" in writing.has_said(), writing.has_said()
        late = stage.officers(sender, [stage.consult()])
        wait_for("the sender's officers", lambda: late.ended() or None)
        wait_for("the sender to hear of the full store", lambda: "store.full" in said(sender) or None)
        assert not any(node.process.ended() for node in nodes)
        filler.unlink()
        filler.with_name("filler-2").unlink()
        wait_for("both sides to settle", lambda: is_settled(nodes, delivered=True))
        assert [node.stop() for node in nodes] == [0, 0]
        told = {json.loads(line)["act"] for process in (delivering, late) for line in process.lines()}
        judge(nodes, told=told)
        out = tmp_path / "opened"
        assert opened_exhibit(receiver, delivery=act, out=out) == stage.facts["sha256"]


@pytest.mark.parametrize("damage", ["torn", "leaf", "short", "emptied"])
def test_damaged_copy_of_the_database_is_refused_at_the_start(stage, tmp_path, damage):
    """Copied while it was written, or cut off: the node does not start, and says what to do."""
    with stage.copied(tmp_path, fresh=True) as (node, _):
        database = node.folder / "state.db"
        data = bytearray(database.read_bytes())
        assert len(data) > 40 * 4096
        if damage == "torn":  # every third page is of another time
            for at in range(2 * 4096, len(data) - 4096, 3 * 4096):
                data[at : at + 4096] = bytes(4096)
        if damage == "leaf":  # one page only, with rows that no start reads
            data[-30 * 4096 : -29 * 4096] = bytes(4096)
        database.write_bytes({"short": data[: len(data) // 2], "emptied": b""}.get(damage, data))
        node.start()
        wait_for("the node to end", lambda: node.process.ended() or None)
        assert node.process.status == 8
        assert "store.torn" in node.process.has_said()
        assert "Traceback" not in node.process.has_said()
        assert "restore" in node.process.has_said()
        assert not node.process.lines(), "it said that it serves"


def test_stop_signal_is_no_fault(stage, tmp_path):
    with stage.copied(tmp_path) as (node, _):
        node.serve()
        node.process.signal(signal.SIGTERM)
        wait_for("the node to end", lambda: node.process.ended() or None)
        assert (node.process.status, node.process.has_said()) == (0, "")
