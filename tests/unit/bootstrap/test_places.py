"""An operator moves the payloads of a node to an object store and back; the worker follows."""

import json
from pathlib import Path

import pytest

from comity.bootstrap.places import Places, node_blobs, sender_of
from comity.config import NodeConfig, change_config, read_config, write_config
from comity.engines.presence import Presence
from comity.kernel.errors import ConflictError, NotFoundError, UnavailableError
from comity.kernel.realms import Realm
from comity.node.places import Fault
from tests.objectstore import ObjectServer
from tests.swiftserver import ACCESS_KEY, SECRET_KEY
from tests.unit.storage.test_blob_objects import Node

pytestmark = [pytest.mark.network, pytest.mark.slow]


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""


@pytest.fixture
def sealed(tmp_path: Path, object_server: ObjectServer) -> Node:
    """The folder of a node with one package in it."""
    write_config(tmp_path, NodeConfig(party="XAA", realm=Realm.PRACTICE))
    key = tmp_path / "s3.json"
    key.write_text(json.dumps({"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}))
    key.chmod(0o600)
    return Node(tmp_path / "blobs", object_server.payloads())


def test_there_and_back(sealed: Node, tmp_path: Path, object_server: ObjectServer) -> None:
    places, node, address = Places(), str(tmp_path), object_server.address()
    assert places.check(node, read=True, tell=silent).done == 1
    assert not places.check(node, read=False, tell=silent).asked
    assert (places.show(node).here, places.show(node).store) == (1, "")
    assert places.move(node, to="folder", tell=silent).done == 0
    before = node_blobs(tmp_path, Presence(tmp_path / "run"))
    told: list[tuple[int, int]] = []
    assert places.move(node, to=address, tell=lambda *so_far: told.append(so_far)).done == 1
    assert told == [(1, 1)] and places.move(node, to=address, tell=silent).done == 0
    shown = places.show(node)
    assert (shown.here, shown.away, shown.going, shown.away_bytes) == (0, 1, 0, len(sealed.sealed))
    assert SECRET_KEY not in (tmp_path / "node.json").read_text() and "127.0.0.1" in shown.store
    assert before.open(sealed.name).size == len(sealed.sealed), "a process that ran before sees the store"
    assert places.check(node, read=False, tell=silent).asked
    assert places.check(node, read=True, tell=silent).done == 1
    with pytest.raises(ConflictError) as other:
        places.move(node, to=object_server.address(), tell=silent)
    assert other.value.code == "blobs.other"
    assert places.move(node, to="folder", tell=silent).done == 1
    assert (read_config(tmp_path).blobs, places.show(node).here) == ("", 1)
    assert sealed.read() == sealed.plain


def test_the_worker_brings_over_what_lies_here(
    sealed: Node, tmp_path: Path, object_server: ObjectServer
) -> None:
    sender = sender_of(tmp_path, Presence(tmp_path / "run"))
    sender.turn()
    change_config(tmp_path, blobs=object_server.address(), blobs_stay=True)
    sender.turn()
    assert Places().show(str(tmp_path)).here == 1
    change_config(tmp_path, blobs_stay=False)
    sender.turn()
    assert Places().show(str(tmp_path)).away == 1


def test_what_cannot_be_moved_stays_and_hinders_no_other(
    sealed: Node, tmp_path: Path, object_server: ObjectServer
) -> None:
    places, node = Places(), str(tmp_path)
    wrong = tmp_path / "blobs" / "blobs" / ("0" * 64)
    wrong.write_bytes(sealed.sealed)
    found = places.move(node, to=object_server.address(), tell=silent)
    assert found.done == 1 and [one.code for one in found.faults] == ["blobs.damaged"]
    assert places.check(node, read=True, tell=silent).faults == (
        Fault(name="0" * 64, code="blobs.damaged", message="the payload of a package is not what was stored"),
    )


def test_nothing_is_changed_where_the_store_cannot_be_used(
    sealed: Node, tmp_path: Path, object_server: ObjectServer
) -> None:
    places, node = Places(), str(tmp_path)
    with pytest.raises(UnavailableError) as gone:
        places.move(node, to=object_server.address(port=9, timeout=1), tell=silent)
    (tmp_path / "s3.json").unlink()
    with pytest.raises(NotFoundError) as no_key:
        places.move(node, to=object_server.address(), tell=silent)
    assert (gone.value.code, no_key.value.code) == ("blobs.unreachable", "blobs.credentials_absent")
    assert read_config(tmp_path).blobs == "" and places.show(node).here == 1
