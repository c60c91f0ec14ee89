"""The node's store in SQL, in a file or on a server: all-or-nothing transactions, snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pysqlite3 import dbapi2

from comity.storage.sql.acts import SqlActStore
from comity.storage.sql.address import is_server, parse_server
from comity.storage.sql.driver import require_driver
from comity.storage.sql.engine import (
    BUSY_MS,
    SqliteDatabase,
    create_file,
    plain_connection,
    require_file,
    require_ours,
    require_sound,
    translated,
)
from comity.storage.sql.evidence import SqlExhibitStore
from comity.storage.sql.exchange import SqlExchangeStore
from comity.storage.sql.jobs import SqlJobStore
from comity.storage.sql.leases import SqlLeaseStore
from comity.storage.sql.logs import SqlLogStore
from comity.storage.sql.migrations.known import STEPS, require_current
from comity.storage.sql.migrations.runner import apply, schema_number
from comity.storage.sql.node import SqlNodeStore
from comity.storage.sql.statements import Rows

if TYPE_CHECKING:
    from comity.storage.sql.guarding import SqlGuardStore
    from comity.storage.sql.law import SqlLawStore
    from comity.storage.sql.protection import SqlHashStore
    from comity.storage.sql.redress import SqlRedress
    from comity.storage.sql.sharing import SqlSharingStore


class Database(Protocol):
    """An engine with the tables of a store."""

    def writing(self) -> AbstractContextManager[Rows]:
        """Return a write transaction: committed at the end of the block, rolled back when it raises."""
        ...

    def reading(self) -> AbstractContextManager[Rows]:
        """Return one consistent state."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class SqlTransaction:
    """Every store of the node, inside one transaction; each is made when it is first asked for.

    Those of rooms that few commands enter are loaded then, too.

    Args:
        rows: The transaction.
    """

    acts: SqlActStore
    logs: SqlLogStore
    exchange: SqlExchangeStore
    evidence: SqlExhibitStore
    jobs: SqlJobStore
    leases: SqlLeaseStore
    law: SqlLawStore
    node: SqlNodeStore
    hashes: SqlHashStore
    guarded: SqlGuardStore
    redress: SqlRedress
    sharing: SqlSharingStore

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __getattr__(self, name: str) -> object:
        """Make a store; called only while the transaction has none of that name."""
        make = _STORES.get(name)
        if make is None:
            raise AttributeError(name)
        made = self.__dict__[name] = make(self._rows)
        return made


def _law(rows: Rows) -> SqlLawStore:
    from comity.storage.sql.law import SqlLawStore

    return SqlLawStore(rows)


def _hashes(rows: Rows) -> SqlHashStore:
    from comity.storage.sql.protection import SqlHashStore

    return SqlHashStore(rows)


def _guarded(rows: Rows) -> SqlGuardStore:
    from comity.storage.sql.guarding import SqlGuardStore

    return SqlGuardStore(rows)


def _redress(rows: Rows) -> SqlRedress:
    from comity.storage.sql.redress import SqlRedress

    return SqlRedress(rows)


def _sharing(rows: Rows) -> SqlSharingStore:
    from comity.storage.sql.sharing import SqlSharingStore

    return SqlSharingStore(rows)


_STORES: Mapping[str, Callable[[Rows], object]] = {
    "acts": SqlActStore,
    "logs": SqlLogStore,
    "exchange": SqlExchangeStore,
    "evidence": SqlExhibitStore,
    "jobs": SqlJobStore,
    "leases": SqlLeaseStore,
    "node": SqlNodeStore,
    "law": _law,
    "hashes": _hashes,
    "guarded": _guarded,
    "redress": _redress,
    "sharing": _sharing,
}


class SqlStore:
    """The node's store.

    Args:
        database: An open database with the schema of this software.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Yield a write transaction: durable when the block ends, undone when it raises.

        Raises:
            UnavailableError: ``store.locked``, ``store.full``, ``store.torn``, ``store.io``; of a server also
                ``store.busy``, ``store.lost``, ``store.unreachable``, and ``store.uncertain`` when nobody can
                say whether the step was stored.
        """
        with self._database.writing() as rows:
            yield SqlTransaction(rows)
            rows.flush()

    @contextmanager
    def snapshot(self) -> Iterator[SqlTransaction]:
        """Yield a consistent view for reading; writing through it is a ValueError."""
        with self._database.reading() as rows:
            yield SqlTransaction(rows)

    def close(self) -> None:
        """Close all connections; the store is not used afterwards."""
        self._database.close()


def create_store(address: str | Path, *, durable: bool = True) -> SqlStore:
    """Make a new store and open it.

    Args:
        address: Path of its file, or ``postgresql://USER@HOST/DATABASE?schema=NAME``.
        durable: Whether a server that may lose commits is refused; a file is always durable.

    Raises:
        ConflictError: ``store.exists``.
        MalformedError: ``store.address``.
        UnavailableError: ``store.library``, ``store.io``, ``store.full``; of a server as ``open_store``.
    """
    if is_server(address):
        require_driver()
        from comity.storage.sql.migrations.server import create_schema

        create_schema(parse_server(str(address)), durable=durable)
        return open_store(address, durable=durable)
    place = Path(address)
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


def open_store(address: str | Path, *, busy_ms: int = BUSY_MS, durable: bool = True) -> SqlStore:
    """Open the store of a node.

    Args:
        address: Path of its file, or ``postgresql://USER@HOST/DATABASE?schema=NAME``.
        busy_ms: How long a step waits for another process, in milliseconds.
        durable: Whether a server that may lose commits is refused; a file is always durable.

    Raises:
        NotFoundError: ``store.absent``.
        MalformedError: ``store.foreign``, ``store.address``.
        ConflictError: ``store.older``: run ``comity migrate``; ``store.newer``.
        UnavailableError: ``store.torn``, ``store.library``, ``store.io``; of a server ``store.extra`` without
            its driver, ``store.unreachable``, ``store.refused``, ``store.server`` (too old, not UTF-8),
            ``store.unsafe``.
    """
    if is_server(address):
        require_driver()
        from comity.storage.sql.migrations.server import require_store
        from comity.storage.sql.postgres import PostgresDatabase

        found = parse_server(str(address))
        require_store(found, durable=durable)
        return SqlStore(PostgresDatabase(found, busy_ms=busy_ms))
    place = Path(address)
    require_file(place)
    connection = plain_connection(place)
    try:
        require_ours(connection)
        require_current(schema_number(connection))
        require_sound(connection, size=place.stat().st_size)
    except dbapi2.Error as exc:
        raise translated(exc) from exc
    finally:
        connection.close()
    return SqlStore(SqliteDatabase(place, busy_ms=busy_ms))
