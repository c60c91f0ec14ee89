"""Where a node keeps its state: a file in its folder, or a schema on a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.config import NodeConfig
from comity.kernel.realms import Realm
from comity.storage.sql.address import parse_server
from comity.storage.sql.migrations.runner import migrate
from comity.storage.sql.store import SqlStore, create_store, open_store

STATE = "state.db"


def open_state(folder: Path, config: NodeConfig) -> SqlStore:
    """Open a node's store; a live node refuses a server that can lose what it said it keeps.

    Raises:
        as ``open_store``.
    """
    return open_store(_address(folder, config), durable=config.realm is Realm.LIVE)


@contextmanager
def new_state(folder: Path, config: NodeConfig) -> Iterator[SqlStore]:
    """Make the store of a new node; when the block raises, nothing of it is left on a server.

    Raises:
        as ``create_store``.
    """
    store = create_store(_address(folder, config), durable=config.realm is Realm.LIVE)
    founded = False
    try:
        yield store
        founded = True
    finally:
        store.close()
        if config.store and not founded:
            from comity.storage.sql.migrations.server import discard_schema

            discard_schema(parse_server(config.store))


def migrate_state(folder: Path, config: NodeConfig) -> tuple[int, int]:
    """Bring a node's tables to the form that this version writes; return their number before and after."""
    return migrate(_address(folder, config))


def _address(folder: Path, config: NodeConfig) -> str | Path:
    if not config.store:
        return folder / STATE
    parse_server(config.store)  # anything else that stands there would be taken for the path of a file
    return config.store
