"""What every store of a node does with transactions and snapshots."""

import inspect
import threading

import pytest

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.ledger.leaves import Leaf
from comity.ledger.service import Log
from comity.node.ports import Job, Store, Transaction
from comity.storage.memory import store as memory

DESK = AuthorityId("XAA/contact-point")
LEAF = Leaf(tag="act", nonce=bytes(32), digest=bytes(32))


class PowerCutError(Exception):
    """The block ends badly."""


def write_everywhere(tx: Transaction, name: str) -> None:
    tx.node.put_setting(name, name.encode())
    tx.jobs.put(Job(key=name, authority=DESK, kind="send", payload=b"", due=Instant(1)))
    Log(store=tx.logs, origin=name).append([LEAF], at=Instant(1))


def seen(tx: Transaction, name: str) -> tuple[bool, bool, bool]:
    jobs = [job.key for job in tx.jobs.open()]
    return tx.node.setting(name) is not None, name in jobs, tx.logs.size(name) == 1


def test_all_of_a_transaction_is_kept(node_store: Store) -> None:
    with node_store.transaction() as tx:
        write_everywhere(tx, "a")
        assert seen(tx, "a") == (True, True, True)
    with node_store.snapshot() as tx:
        assert seen(tx, "a") == (True, True, True)


def test_nothing_of_a_failed_transaction_is_left(node_store: Store) -> None:
    with node_store.transaction() as tx:
        write_everywhere(tx, "a")
    with pytest.raises(PowerCutError), node_store.transaction() as tx:
        write_everywhere(tx, "b")
        Log(store=tx.logs, origin="a").append([LEAF], at=Instant(2))
        raise PowerCutError
    with node_store.snapshot() as tx:
        assert seen(tx, "b") == (False, False, False)
        assert seen(tx, "a") == (True, True, True)
    with node_store.transaction() as tx:
        write_everywhere(tx, "b")
        assert seen(tx, "b") == (True, True, True)


def test_a_snapshot_sees_one_state(node_store: Store) -> None:
    with node_store.snapshot() as before:
        with node_store.transaction() as tx:
            write_everywhere(tx, "a")
        assert seen(before, "a") == (False, False, False)
    with node_store.snapshot() as after:
        assert seen(after, "a") == (True, True, True)


def test_a_snapshot_does_not_see_what_is_not_done(node_store: Store) -> None:
    with node_store.transaction() as tx:
        write_everywhere(tx, "a")
        with node_store.snapshot() as other:
            assert seen(other, "a") == (False, False, False)


def test_writing_through_a_snapshot_is_a_bug(node_store: Store) -> None:
    with node_store.snapshot() as tx:
        with pytest.raises(ValueError, match="for reading"):
            tx.node.put_setting("a", b"")
        with pytest.raises(ValueError, match="for reading"):
            tx.logs.append("a", start=0, leaves=[], nodes=[])
        with pytest.raises(ValueError, match="for reading"):
            tx.exchange.forget_nonces(Instant(1))
    with node_store.transaction() as tx:
        tx.node.put_setting("a", b"")


def test_writers_queue_up(node_store: Store) -> None:
    def add() -> None:
        for _ in range(20):
            with node_store.transaction() as tx:
                count = int(tx.node.setting("count") or b"0")
                tx.node.put_setting("count", b"%d" % (count + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with node_store.snapshot() as tx:
        assert tx.node.setting("count") == b"80"


def test_the_list_of_writing_methods_is_complete() -> None:
    ports = [
        getattr(memory, name)
        for name in (
            "ActStore",
            "ExhibitStore",
            "ExchangeStore",
            "LogStore",
            "JobStore",
            "LawStore",
            "LeaseStore",
            "NodeStore",
            "HashStore",
            "SharingStore",
            "RedressStore",
            "GuardStore",
        )
    ]
    methods = {
        name: inspect.getdoc(method) or ""
        for port in ports
        for name, method in inspect.getmembers(port, inspect.isfunction)
        if not name.startswith("_")
    }
    reading = {name for name, text in methods.items() if text.startswith(("Return", "Yield", "Tell", "Read"))}
    # NOTE: claiming a job returns it and leases it.
    assert set(methods) - (reading - {"claim"}) == memory.WRITES
