"""Power cuts, full disks, torn files, other processes: nothing is lost and nothing is half-applied."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from comity.cases.ports import PartRecord
from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import UnavailableError
from comity.kernel.ids import ActId, AuthorityId
from comity.ledger.audit import audit_store
from comity.ledger.leaves import draw_leaf
from comity.ledger.service import Log
from comity.storage.sql.engine import SqliteDatabase
from comity.storage.sql.store import SqlStore, create_store, open_store

DESK = AuthorityId("XAA/contact-point")
SOURCE = Path(__file__).parents[3] / "src"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_store(tmp_path / "node.db").close()
    return tmp_path / "node.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    found = open_store(path)
    yield found
    found.close()


def fill(store: SqlStore, name: str, size: int) -> None:
    with store.transaction() as tx:
        tx.node.put_setting(name, bytes(size))


def setting(store: SqlStore, name: str) -> bytes | None:
    with store.snapshot() as tx:
        return tx.node.setting(name)


def test_every_connection_is_durable(store: SqlStore) -> None:
    with store.transaction() as tx:
        cursor = tx.node._rows._cursor
        found = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (3, 52, 0)])
def test_a_library_that_can_damage_its_log_is_refused(
    version: tuple[int, int, int], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbapi2, "sqlite_version_info", version)
    with pytest.raises(UnavailableError) as caught:
        open_store(path)
    assert caught.value.code == "store.library"


def test_a_connection_that_cannot_undo_is_closed_and_not_lent_again(path: Path) -> None:
    class Broken:
        in_transaction, closed = True, False

        def rollback(self) -> None:
            raise dbapi2.OperationalError("disk I/O error")

        def close(self) -> None:
            self.closed = True

    database, broken = SqliteDatabase(path, busy_ms=1000), Broken()
    database.give(broken)
    assert broken.closed
    lent = database.take()
    assert lent is not broken
    database.give(lent)
    database.close()


def test_a_full_disk_is_named_and_nothing_is_half_applied(store: SqlStore) -> None:
    fill(store, "before", 10)
    with store.transaction() as tx:
        cursor = tx.node._rows._cursor
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(UnavailableError) as caught, store.transaction() as tx:
        tx.node.put_setting("small", b"fits")
        tx.node.put_setting("large", bytes(100_000))
    assert caught.value.code == "store.full"
    assert (setting(store, "small"), setting(store, "large")) == (None, None)
    assert setting(store, "before") == bytes(10)
    fill(store, "small", 5)


def test_a_store_held_by_another_process_is_locked(path: Path) -> None:
    store = open_store(path, busy_ms=50)
    other = dbapi2.connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError) as caught:
        fill(store, "a", 1)
    assert caught.value.code == "store.locked"
    assert setting(store, "a") is None
    other.execute("ROLLBACK")
    other.close()
    fill(store, "a", 1)
    store.close()


def test_a_store_held_by_another_thread_is_locked(path: Path) -> None:
    store = open_store(path, busy_ms=50)
    caught: list[UnavailableError] = []

    def late() -> None:
        try:
            fill(store, "a", 1)
        except UnavailableError as exc:
            caught.append(exc)

    with store.transaction():
        thread = threading.Thread(target=late)
        thread.start()
        thread.join()
    assert [exc.code for exc in caught] == ["store.locked"]
    store.close()


def test_a_torn_file_is_named(path: Path) -> None:
    store = open_store(path)
    for number in range(20):
        fill(store, f"s{number}", 3000)
    store.close()
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(bytes(data))
    with pytest.raises(UnavailableError) as caught:
        again = open_store(path)
        setting(again, "s7")
    assert caught.value.code == "store.torn"


def test_a_file_cut_short_is_named(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(UnavailableError) as caught:
        setting(open_store(path), "a")
    assert caught.value.code == "store.torn"


def count_up(path: str, times: int) -> None:
    """Run in a process of its own."""
    store = open_store(path)
    for _ in range(times):
        with store.transaction() as tx:
            count = int(tx.node.setting("count") or b"0")
            tx.node.put_setting("count", b"%d" % (count + 1))
            log = Log(store=tx.logs, origin="log")
            log.append([draw_leaf("act", digest=bytes(32), entropy=SeededEntropy(count))], at=Instant(1))
    store.close()


def test_two_processes_that_write_at_once_queue_up(path: Path, store: SqlStore) -> None:
    started = multiprocessing.get_context("spawn")
    workers = [started.Process(target=count_up, args=(str(path), 40)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert setting(store, "count") == b"80"
    with store.snapshot() as tx:
        assert tx.logs.size("log") == 80
        assert audit_store(tx.logs, origin="log", keys=[]) == ()


VICTIM = """
import os, signal, sys
from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.ledger.leaves import draw_leaf
from comity.ledger.service import Log
from comity.storage.sql.store import open_store
store, entropy = open_store(sys.argv[1]), SeededEntropy("victim")
for number in range(1, 1000):
    with store.transaction() as tx:
        leaves = [draw_leaf("act", digest=bytes(32), entropy=entropy) for _ in range(20)]
        Log(store=tx.logs, origin="log").append(leaves, at=Instant(number))
        tx.node.put_setting("done", b"%d" % number)
        if number == int(sys.argv[2]):
            tx.node.put_setting("big", bytes(9_000_000))
            os.kill(os.getpid(), signal.SIGKILL)
    print(number, flush=True)
"""


@pytest.mark.parametrize("at", [1, 7])
def test_a_process_killed_inside_a_transaction_loses_nothing_that_was_done(path: Path, at: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", VICTIM, str(path), str(at)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(ended.stdout.split()) == at - 1
    store = open_store(path)
    with store.snapshot() as tx:
        assert int(tx.node.setting("done") or b"0") == at - 1
        assert tx.node.setting("big") is None
        assert tx.logs.size("log") == 20 * (at - 1)
        assert audit_store(tx.logs, origin="log", keys=[]) == ()
    fill(store, "again", 1)
    store.close()


def test_a_process_killed_at_any_moment_loses_nothing_that_was_done(path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(path), "-1"],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    said = [worker.stdout.readline() for _ in range(25)]
    worker.kill()
    said += worker.stdout.readlines()
    worker.wait()
    worker.stdout.close()
    store = open_store(path)
    with store.snapshot() as tx:
        done = int(tx.node.setting("done") or b"0")
        assert done >= int(said[-1])
        assert tx.logs.size("log") == 20 * done
        assert audit_store(tx.logs, origin="log", keys=[]) == ()
    store.close()


def test_an_erased_part_is_gone_from_the_files_too(path: Path, store: SqlStore) -> None:
    secret, salt = b"the name of the victim" * 200, b"sixteen salt byt"
    part = PartRecord(
        authority=DESK,
        act_id=ActId("a" * 64),
        name="form",
        media="application/json",
        digest="d" * 64,
        salt=salt,
        data=secret,
    )
    with store.transaction() as tx:
        tx.acts.put_part(part)
    with store.transaction() as tx:
        assert tx.acts.erase_part(DESK, ActId("a" * 64), "form")
    left = b"".join(found.read_bytes() for found in path.parent.iterdir())
    assert b"the name of the victim" not in left
    assert salt not in left
    with store.transaction() as tx:
        assert not tx.acts.erase_part(DESK, ActId("a" * 64), "form")
