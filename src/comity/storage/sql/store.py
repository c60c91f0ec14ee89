"""The node's store in SQL: one file, all-or-nothing transactions, snapshots."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2

from comity.storage.sql.acts import SqlActStore
from comity.storage.sql.engine import (
    BUSY_MS,
    SqliteDatabase,
    create_file,
    plain_connection,
    require_file,
    require_ours,
    translated,
)
from comity.storage.sql.evidence import SqlExhibitStore
from comity.storage.sql.exchange import SqlExchangeStore
from comity.storage.sql.jobs import SqlJobStore
from comity.storage.sql.logs import SqlLogStore
from comity.storage.sql.migrations.runner import STEPS, apply, require_current, schema_number
from comity.storage.sql.node import SqlNodeStore
from comity.storage.sql.statements import Rows


class SqlTransaction:
    """Every store of the node, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self.acts = SqlActStore(rows)
        self.logs = SqlLogStore(rows)
        self.exchange = SqlExchangeStore(rows)
        self.evidence = SqlExhibitStore(rows)
        self.jobs = SqlJobStore(rows)
        self.node = SqlNodeStore(rows)


class SqlStore:
    """The node's store.

    Args:
        database: An open database with the schema of this software.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Yield a write transaction: durable when the block ends, undone when it raises.

        Raises:
            UnavailableError: ``store.locked``, ``store.full``, ``store.torn``, ``store.io``.
        """
        with self._database.writing() as rows:
            yield SqlTransaction(rows)

    @contextmanager
    def snapshot(self) -> Iterator[SqlTransaction]:
        """Yield a consistent view for reading; writing through it is a ValueError."""
        with self._database.reading() as rows:
            yield SqlTransaction(rows)

    def close(self) -> None:
        """Close all connections; the store is not used afterwards."""
        self._database.close()


def create_store(path: str | Path) -> SqlStore:
    """Make a new store and open it.

    Raises:
        ConflictError: ``store.exists``.
        UnavailableError: ``store.library``, ``store.io``, ``store.full``.
    """
    place = Path(path)
    create_file(place)
    made = False
    connection = plain_connection(place)
    try:
        apply(connection, STEPS)
        made = True
    finally:
        connection.close()
        if not made:
            place.unlink(missing_ok=True)
    return open_store(place)


def open_store(path: str | Path, *, busy_ms: int = BUSY_MS) -> SqlStore:
    """Open the store of a node.

    Args:
        path: Its file.
        busy_ms: How long a step waits for another process, in milliseconds.

    Raises:
        NotFoundError: ``store.absent``.
        MalformedError: ``store.foreign``.
        ConflictError: ``store.older``: run ``comity migrate``; ``store.newer``.
        UnavailableError: ``store.torn``, ``store.library``, ``store.io``.
    """
    place = Path(path)
    require_file(place)
    connection = plain_connection(place)
    try:
        require_ours(connection)
        require_current(schema_number(connection))
    except dbapi2.Error as exc:
        raise translated(exc) from exc
    finally:
        connection.close()
    return SqlStore(SqliteDatabase(place, busy_ms=busy_ms))
