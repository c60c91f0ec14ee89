"""A node whose rows are on a server: made, opened by several, never half-made."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import migrate, opened
from comity.kernel.errors import ConflictError, MalformedError, UnavailableError
from tests import postgres

pytestmark = [pytest.mark.slow, pytest.mark.network]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with postgres.address() as found:
        yield found


@pytest.fixture
def dsn(base: str) -> Iterator[str]:
    yield base
    postgres.drop(base)


def init(folder: Path, store: str, **others: Any) -> None:
    asked: dict[str, Any] = {"party": "XAA", "practice": True, "passphrase": None, **others}
    init_node(str(folder), name="Practice A", host="127.0.0.1", exchange_port=8443, store=store, **asked)


def tables(dsn: str) -> int:
    rows = postgres.run(dsn, lambda schema: f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'")
    return int(rows[0][0])


def test_a_node_keeps_its_rows_on_a_server(tmp_path: Path, dsn: str) -> None:
    folder = tmp_path / "node"
    init(folder, dsn)
    assert not (folder / "state.db").exists()
    assert json.loads((folder / "node.json").read_bytes())["store"] == dsn
    with opened(str(folder)) as (_, _, one), opened(str(folder)) as (_, _, two):
        with one.store.transaction() as tx:
            tx.node.put_setting("mark", b"1")
        with two.store.snapshot() as seen:
            assert seen.node.setting("mark") == b"1"
            assert two.root(seen) == one.root(seen)
    report = migrate(str(folder))
    assert report.version_before == report.version_after
    with pytest.raises(ConflictError) as caught:
        init(tmp_path / "second", dsn)
    assert caught.value.code == "store.exists"
    assert not (tmp_path / "second").exists()
    assert tables(dsn) > 0


def test_a_node_that_could_not_be_founded_leaves_nothing_on_the_server(
    tmp_path: Path, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UnavailableError("key.store", "the disk is full")

    monkeypatch.setattr("comity.transport.certificate.make_certificate", fail)
    with pytest.raises(UnavailableError):
        init(tmp_path / "node", dsn)
    assert tables(dsn) == 0
    monkeypatch.undo()
    init(tmp_path / "node", dsn)


@pytest.mark.skipif("COMITY_TEST_DSN" in postgres.os.environ, reason="needs a server of its own")
def test_a_live_node_wants_a_server_that_keeps_its_word(tmp_path: Path, dsn: str) -> None:
    with pytest.raises(UnavailableError) as caught:
        init(tmp_path / "node", dsn, party="KEN", practice=False, passphrase=b"seven words and more")
    assert caught.value.code == "store.unsafe"
    assert (tables(dsn), (tmp_path / "node").exists()) == (0, False)


@pytest.mark.parametrize("store", ["postgresql://u:secret@h/db", "other.db", "mysql://h/db"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, store: str) -> None:
    with pytest.raises(MalformedError) as caught:
        init(tmp_path / "node", store)
    assert caught.value.code == "store.address"
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
