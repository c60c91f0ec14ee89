"""Every contract runs on every adapter: in memory, in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.node.ports import Store, Transaction
from comity.storage.memory.store import MemoryStore
from comity.storage.sql.store import SqlStore, create_store
from tests import postgres


@pytest.fixture(scope="session")
def served_store() -> Iterator[tuple[str, SqlStore]]:
    """One store on a server, with its address."""
    with postgres.address() as dsn:
        store = create_store(dsn, durable=False)
        yield dsn, store
        store.close()
        postgres.drop(dsn)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def node_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of a node."""
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        store = create_store(tmp_path / "node.db")
        yield store
        store.close()
    else:
        dsn, served = request.getfixturevalue("served_store")
        postgres.empty(dsn)
        yield served


@pytest.fixture
def tx(node_store: Store) -> Iterator[Transaction]:
    """A write transaction on an empty store."""
    with node_store.transaction() as found:
        yield found
