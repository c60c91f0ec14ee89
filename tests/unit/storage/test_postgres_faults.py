"""Several processes on one PostgreSQL, killed clients, a server that goes away: nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import UnavailableError
from comity.kernel.ids import AuthorityId
from comity.ledger.audit import audit_store
from comity.ledger.leaves import draw_leaf
from comity.ledger.service import Log
from comity.node.ports import Job
from comity.storage.sql.store import SqlStore, create_store, open_store
from tests import postgres

pytestmark = [pytest.mark.slow, pytest.mark.network]
DESK = AuthorityId("XAA/contact-point")
SOURCE = Path(__file__).parents[3] / "src"
HEAD = """
import os, signal, sys, time
from comity.kernel.clock import Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import UnavailableError
from comity.ledger.leaves import draw_leaf
from comity.ledger.service import Log
from comity.storage.sql.store import open_store
store = open_store(sys.argv[1])
def step(tx, name, seed):
    count = int(tx.node.setting(name) or b"0") + 1
    entropy = SeededEntropy(f"{name} {seed} {count}")
    leaves = [draw_leaf("act", digest=bytes(32), entropy=entropy) for _ in range(5)]
    Log(store=tx.logs, origin="log").append(leaves, at=Instant(count))
    tx.node.put_setting(name, b"%d" % count)
    return count
"""


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.started(durable=True) as found:
        yield found


@pytest.fixture
def dsn(server: postgres.Server) -> Iterator[str]:
    found = server.dsn()
    create_store(found).close()
    yield found
    postgres.drop(found)


@pytest.fixture
def store(dsn: str) -> Iterator[SqlStore]:
    found = open_store(dsn)
    yield found
    found.close()


def fill(store: SqlStore, name: str, size: int) -> None:
    with store.transaction() as tx:
        tx.node.put_setting(name, bytes(size))


def setting(store: SqlStore, name: str) -> bytes | None:
    with store.snapshot() as tx:
        return tx.node.setting(name)


def process(text: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + text, *arguments],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
    )


def ended(worker: "subprocess.Popen[bytes]") -> list[str]:
    assert worker.stdout is not None
    said = worker.stdout.read()  # what was buffered by reading lines before, too
    worker.wait(timeout=60)
    worker.stdout.close()
    return said.decode().split()


def require_whole(store: SqlStore, names: list[str]) -> list[int]:
    """Return the counts; every step of every process is there with all its leaves, or not at all."""
    with store.snapshot() as tx:
        counts = [int(tx.node.setting(name) or b"0") for name in names]
        assert tx.logs.size("log") == 5 * sum(counts)
        assert audit_store(tx.logs, origin="log", keys=[]) == ()
    return counts


def test_every_connection_is_durable(store: SqlStore) -> None:
    with store.transaction() as tx:
        cursor = tx.node._rows._cursor
        found = {}
        for name in ("synchronous_commit", "fsync", "transaction_isolation"):
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
    assert found == {"synchronous_commit": "on", "fsync": "on", "transaction_isolation": "read committed"}


COUNT = """
for _ in range(40):
    with store.transaction() as tx:
        step(tx, "count", sys.argv[2])
"""


def test_processes_that_write_at_once_queue_up(dsn: str, store: SqlStore) -> None:
    workers = [process(COUNT, dsn, str(number)) for number in range(2)]
    for worker in workers:
        ended(worker)
    assert [worker.returncode for worker in workers] == [0, 0]
    assert require_whole(store, ["count"]) == [80]


KILLED = """
for number in range(1, 1000):
    with store.transaction() as tx:
        step(tx, "count", "")
        if number == int(sys.argv[2]):
            tx.node.put_setting("big", bytes(9_000_000))
            os.kill(os.getpid(), signal.SIGKILL)
    print(number, flush=True)
"""


@pytest.mark.parametrize("at", [1, 7])
def test_a_process_killed_inside_a_transaction_loses_nothing_that_was_done(
    dsn: str, store: SqlStore, at: int
) -> None:
    worker = process(KILLED, dsn, str(at))
    assert len(ended(worker)) == at - 1
    assert worker.returncode == -signal.SIGKILL
    fill(store, "again", 1)  # nobody waits for the dead
    assert require_whole(store, ["count"]) == [at - 1]
    assert setting(store, "big") is None


def test_a_process_killed_at_any_moment_loses_nothing_that_was_done(dsn: str, store: SqlStore) -> None:
    worker = process(KILLED, dsn, "-1")
    assert worker.stdout is not None
    said = [worker.stdout.readline() for _ in range(25)]
    worker.kill()
    said += worker.stdout.readlines()
    worker.wait()
    worker.stdout.close()
    fill(store, "again", 1)
    assert require_whole(store, ["count"])[0] >= int(said[-1])


THROUGH = """
name, seen = sys.argv[2], {}
print("ready", flush=True)
until, done, failed = time.monotonic() + 30, 0, 0
while time.monotonic() < until and not (failed and done >= 60):
    try:
        with store.transaction() as tx:
            count = step(tx, name, "")
        done += 1
        print(count, flush=True)
    except UnavailableError as exc:
        failed += 1
        seen[exc.code] = seen.get(exc.code, 0) + 1
        time.sleep(0.02)
print(*seen)
"""


def test_a_server_that_crashes_loses_nothing_that_was_done(
    server: postgres.Server, dsn: str, store: SqlStore
) -> None:
    names = ["one", "two"]
    workers = [process(THROUGH, dsn, name) for name in names]
    for worker in workers:
        assert worker.stdout is not None
        while worker.stdout.readline().strip() != b"20":
            pass
    server.restart("immediate")
    said = [ended(worker) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    counts = require_whole(store, names)
    for lines, count in zip(said, counts, strict=True):
        numbers = [int(line) for line in lines if line.isdigit()]
        codes = {line for line in lines if not line.isdigit()}
        assert codes
        assert codes <= {"store.lost", "store.uncertain", "store.unreachable"}
        assert numbers == sorted(set(numbers))
        assert count >= numbers[-1]
        # Only a step whose commit was in flight may be there without its process knowing.
        lost = set(range(21, numbers[-1] + 1)) - set(numbers)
        assert len(lost) <= ("store.uncertain" in codes)


def test_a_step_in_the_middle_is_lost_and_the_next_one_connects_again(
    server: postgres.Server, store: SqlStore
) -> None:
    fill(store, "before", 1)
    with pytest.raises(UnavailableError) as caught, store.transaction() as tx:
        tx.node.put_setting("middle", b"")
        server.restart("immediate")
        tx.node.put_setting("after", b"")
    assert caught.value.code == "store.lost"
    assert [setting(store, name) for name in ("before", "middle", "after")] == [bytes(1), None, None]
    fill(store, "after", 1)


def test_connections_that_broke_while_idle_are_replaced_without_a_word(
    server: postgres.Server, store: SqlStore
) -> None:
    with store.snapshot(), store.snapshot(), store.snapshot():
        fill(store, "before", 1)
    server.restart("immediate")
    with store.snapshot(), store.snapshot(), store.snapshot():
        fill(store, "after", 1)
    assert setting(store, "after") == bytes(1)


def test_a_server_gone_while_it_commits_leaves_an_open_question(
    server: postgres.Server, store: SqlStore
) -> None:
    with pytest.raises(UnavailableError) as caught, store.transaction() as tx:
        tx.node.put_setting("a", b"")
        server.restart("immediate")
    assert caught.value.code == "store.uncertain"
    assert setting(store, "a") is None


def test_a_server_that_is_down_is_named_and_works_again(
    server: postgres.Server, dsn: str, store: SqlStore
) -> None:
    server.stop()
    try:
        for refused in (lambda: fill(store, "a", 1), lambda: setting(store, "a"), lambda: open_store(dsn)):
            with pytest.raises(UnavailableError) as caught:
                refused()
            assert caught.value.code == "store.unreachable"
    finally:
        server.start()
    fill(store, "a", 1)


def test_a_store_held_by_another_process_is_locked(dsn: str, store: SqlStore) -> None:
    late = open_store(dsn, busy_ms=100)
    with store.transaction() as tx:
        tx.node.put_setting("a", b"first")
        with pytest.raises(UnavailableError) as caught:
            fill(late, "a", 1)
    assert caught.value.code == "store.locked"
    assert setting(late, "a") == b"first"
    fill(late, "a", 1)
    late.close()


def test_connections_are_bounded(dsn: str) -> None:
    from comity.storage.sql.postgres import MOST_CONNECTIONS

    store = open_store(dsn, busy_ms=100)
    held = [store.snapshot() for _ in range(MOST_CONNECTIONS)]
    for one in held:
        one.__enter__()
    with pytest.raises(UnavailableError) as caught:
        setting(store, "a")
    for one in held:
        one.__exit__(None, None, None)
    assert caught.value.code == "store.locked"
    assert setting(store, "a") is None
    store.close()


def test_two_nodes_in_one_database_do_not_wait_for_each_other(
    server: postgres.Server, store: SqlStore
) -> None:
    other_dsn = server.dsn()
    create_store(other_dsn).close()
    other = open_store(other_dsn, busy_ms=200)
    with store.transaction() as tx:
        tx.node.put_setting("a", b"")
        fill(other, "b", 1)
    assert (setting(store, "b"), setting(other, "a")) == (None, None)
    other.close()


def put_jobs(store: SqlStore, count: int) -> None:
    with store.transaction() as tx:
        for number in range(count):
            kind = "send" if number % 2 else "move"
            tx.jobs.put(Job(key=f"{number:04}", authority=DESK, kind=kind, payload=b"", due=Instant(number)))


CLAIM = """
print("ready", flush=True)
sys.stdin.readline()
while True:
    with store.transaction() as tx:
        job = tx.jobs.claim(("send", "move"), now=Instant(10_000), lease=10**9)
    if job is None:
        break
    print(job.key, job.attempts, flush=True)
    with store.transaction() as tx:
        tx.jobs.finish(job.key)
"""


def test_a_job_is_claimed_once_by_four_processes(dsn: str, store: SqlStore) -> None:
    put_jobs(store, 120)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", HEAD + CLAIM, dsn],
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60)[0].splitlines() for worker in workers]
    assert sorted(line for lines in said for line in lines) == [f"{number:04} 1" for number in range(120)]
    assert sum(map(bool, said)) > 1
    with store.snapshot() as tx:
        assert tx.jobs.open() == ()


def test_claims_wait_neither_for_writers_nor_for_each_other(dsn: str, store: SqlStore) -> None:
    put_jobs(store, 3)
    other = open_store(dsn, busy_ms=200)
    kinds, now = ("send", "move"), Instant(100)
    with store.transaction() as tx:
        tx.node.put_setting("a", b"")
        with other.transaction() as beside:
            first = beside.jobs.claim(kinds, now=now, lease=50)
        with other.transaction() as one, other.transaction() as two:
            found = [claimer.jobs.claim(kinds, now=now, lease=50) for claimer in (one, two)]
    assert [job and job.key for job in (first, *found)] == ["0000", "0001", "0002"]
    with other.transaction() as again:
        assert again.jobs.claim(kinds, now=now, lease=50) is None
    other.close()


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "store.full"),
        ("58030", "store.io"),
        ("XX001", "store.torn"),
        ("XX002", "store.torn"),
        ("40001", "store.busy"),
        ("40P01", "store.busy"),
        ("53200", "store.busy"),
        ("57014", "store.busy"),
        ("55P03", "store.locked"),
        ("25006", "store.readonly"),
        ("42501", "store.refused"),
    ],
)
def test_what_the_server_says_has_our_words_and_nothing_is_half_applied(
    dsn: str, store: SqlStore, state: str, code: str
) -> None:
    postgres.run(
        dsn,
        lambda schema: (
            f"""
        CREATE FUNCTION {schema}.fail() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON {schema}.setting FOR EACH ROW WHEN (NEW.name = 'bad')
            EXECUTE FUNCTION {schema}.fail()
        """
        ),
    )
    with pytest.raises(UnavailableError) as caught, store.transaction() as tx:
        tx.node.put_setting("good", b"")
        tx.node.put_setting("bad", b"")
    assert caught.value.code == code
    assert setting(store, "good") is None
    fill(store, "good", 1)


def test_a_step_that_goes_on_after_a_fault_is_a_bug(store: SqlStore) -> None:
    with pytest.raises(ValueError, match="went on"), store.transaction() as tx:
        cursor = tx.node._rows._cursor
        with pytest.raises(Exception, match="division by zero"):
            cursor.execute("SELECT 1 / 0")


def test_leaves_of_one_log_are_appended_by_one_process_at_a_time(dsn: str, store: SqlStore) -> None:
    late = open_store(dsn, busy_ms=100)
    leaf = draw_leaf("act", digest=bytes(32), entropy=SeededEntropy("a"))
    with store.transaction() as tx:
        Log(store=tx.logs, origin="log").append([leaf], at=Instant(1))
        with pytest.raises(UnavailableError), late.transaction() as other:
            Log(store=other.logs, origin="log").append([leaf], at=Instant(1))
    with late.transaction() as other:
        Log(store=other.logs, origin="log").append([leaf], at=Instant(1))
        assert other.logs.size("log") == 2
    late.close()
