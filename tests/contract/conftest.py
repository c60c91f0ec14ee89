"""Every contract runs on every adapter: in memory and in SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.node.ports import Store, Transaction
from comity.storage.memory.store import MemoryStore
from comity.storage.sql.store import create_store


@pytest.fixture(params=["memory", "sqlite"])
def node_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of a node."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        store = create_store(tmp_path / "node.db")
        yield store
        store.close()


@pytest.fixture
def tx(node_store: Store) -> Iterator[Transaction]:
    """A write transaction on an empty store."""
    with node_store.transaction() as found:
        yield found
