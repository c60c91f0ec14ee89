"""SQLite under SQLAlchemy: durable by default, one writer at a time, errors in our own words.

The driver is the ``pysqlite3`` wheel. The SQLite of some long-lived systems can corrupt its write-ahead
log, so a library that is too old is refused.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import PoolProxiedConnection

from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.storage.sql.statements import Rows

APPLICATION_ID = 0x434F4D59  # "COMY", in the header of the file
OLDEST_SQLITE = (3, 51, 3)
WITHDRAWN_SQLITE = (3, 52, 0)
BUSY_MS = 10_000
MOST_CHECKED = 64 * 1024 * 1024
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -32000",  # KiB a connection: what changes anywhere among a million fits
)
_TORN_HINT = "stop the node, keep the file, and restore a backup as the operator's guide says"
_FULL_HINT = "make room on the disk; nothing of this step was stored"


def require_library() -> None:
    """Raise UnavailableError ``store.library`` when the SQLite under the driver must not be used."""
    found = dbapi2.sqlite_version_info
    if found < OLDEST_SQLITE or found == WITHDRAWN_SQLITE:
        raise UnavailableError(
            "store.library",
            f"SQLite {dbapi2.sqlite_version} can damage its write-ahead log",
            hint="install the pysqlite3 wheel named in the lock file",
        )


def translated(exc: Exception) -> Exception:
    """Return our error for one of the driver; the same one where it is a bug."""
    name = str(getattr(exc, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return UnavailableError("store.locked", "another process holds the store", hint="try again")
    if name == "SQLITE_FULL" or (name == "SQLITE_IOERR_WRITE" and _is_full(exc)):
        return UnavailableError("store.full", "the disk of the store is full", hint=_FULL_HINT)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return UnavailableError("store.torn", "the file of the store is damaged", hint=_TORN_HINT)
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return UnavailableError("store.io", f"the store cannot be read or written ({name.lower()})")
    return exc


def _is_full(exc: Exception) -> bool:
    return "full" in str(exc).lower()


class SqliteDatabase:
    """One file, a pool of connections to it, and the lock by which writers of this process queue up.

    Args:
        path: The file; it exists.
        busy_ms: How long to wait for other processes, in milliseconds.
    """

    def __init__(self, path: Path, *, busy_ms: int = BUSY_MS) -> None:
        require_library()
        self.path = path
        self._busy_ms = busy_ms
        self._writer = threading.Lock()
        self._engine = create_engine(
            URL.create("sqlite+pysqlite", database=str(path)),
            module=dbapi2,
            connect_args={"isolation_level": None, "cached_statements": 512, "timeout": busy_ms / 1000},
            pool_size=8,
            max_overflow=-1,
        )
        event.listen(self._engine, "connect", self._prepare)

    def _prepare(self, connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        try:
            for pragma in _PRAGMAS:
                cursor.execute(pragma).fetchall()
        finally:
            cursor.close()

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """Yield the rows of a write transaction: committed at the end, rolled back when the block raises.

        Raises:
            UnavailableError: ``store.locked``, ``store.full``, ``store.torn``, ``store.io``.
        """
        if not self._writer.acquire(timeout=self._busy_ms / 1000):
            raise UnavailableError(
                "store.locked", "another step of this node holds the store", hint="try again"
            )
        try:
            with self._connected() as connection:
                yield from self._inside(connection, "BEGIN IMMEDIATE", writable=True)
        finally:
            self._writer.release()

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Yield the rows of one consistent state, from the start of the block on."""
        with self._connected() as connection:
            yield from self._inside(connection, "BEGIN", writable=False)

    def _inside(self, connection: Any, begin: str, *, writable: bool) -> Iterator[Rows]:
        cursor = connection.cursor()
        try:
            self._run(cursor, begin)
            if not writable:
                self._run(cursor, "SELECT number FROM schema_step LIMIT 1")
                cursor.fetchall()
            rows = Rows(
                cursor,
                dialect=self._engine.dialect,
                faults=dbapi2.Error,
                translate=translated,
                writable=writable,
            )
            yield rows
            self._run(cursor, "COMMIT")
            if rows.erased:
                # What was erased must leave the write-ahead log too, not only the tables.
                self._run(cursor, "PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            if connection.in_transaction:
                connection.rollback()
            cursor.close()

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        connection: PoolProxiedConnection | None = None
        try:
            connection = self._engine.raw_connection()
            yield connection.driver_connection
        except dbapi2.Error as exc:
            raise translated(exc) from exc
        finally:
            if connection is not None:
                connection.close()

    @staticmethod
    def _run(cursor: Any, text: str) -> None:
        try:
            cursor.execute(text)
        except dbapi2.Error as exc:
            raise translated(exc) from exc

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def plain_connection(path: Path) -> Any:
    """Return one connection outside any pool, for migrations and checks; the caller closes it."""
    require_library()
    try:
        connection = dbapi2.connect(str(path), isolation_level=None, timeout=BUSY_MS / 1000)
        for pragma in _PRAGMAS:
            connection.execute(pragma).fetchall()
    except dbapi2.Error as exc:
        raise translated(exc) from exc
    return connection


def create_file(path: Path) -> None:
    """Make the empty file of a store, readable by its owner only, durably; an empty one is taken as it is.

    Raises:
        ConflictError: ``store.exists``.
        UnavailableError: ``store.io``.
    """
    try:
        if path.is_file() and path.stat().st_size == 0:
            path.unlink()
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError as exc:
        raise ConflictError("store.exists", f"there is a store at {path.name} already") from exc
    except OSError as exc:
        raise UnavailableError("store.io", f"the store cannot be made: {exc.strerror}") from exc


def require_file(path: Path) -> None:
    """Raise unless the file is there and begins like a database.

    Raises:
        NotFoundError: ``store.absent``.
        UnavailableError: ``store.torn``, ``store.io``.
    """
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except FileNotFoundError as exc:
        raise NotFoundError("store.absent", f"there is no store at {path.name}") from exc
    except OSError as exc:
        raise UnavailableError("store.io", f"the store cannot be read: {exc.strerror}") from exc
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        raise UnavailableError(
            "store.torn", f"{path.name} is damaged, or no store of a node", hint=_TORN_HINT
        )


def require_sound(connection: Any, *, size: int) -> None:
    """Raise UnavailableError ``store.torn`` when a page or an index of the database is damaged.

    Every page is looked at, which takes a tenth of a second for 64 MiB; those of a larger file are looked at
    only as they are read.
    """
    if size > MOST_CHECKED:
        return
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except dbapi2.Error as exc:
        raise translated(exc) from exc
    if found != "ok":
        raise UnavailableError("store.torn", "the file of the store is damaged", hint=_TORN_HINT)


def require_ours(connection: Any) -> None:
    """Raise MalformedError ``store.foreign`` when the database is not the store of a node."""
    try:
        found = connection.execute("PRAGMA application_id").fetchone()[0]
    except dbapi2.Error as exc:
        raise translated(exc) from exc
    if found != APPLICATION_ID:
        raise MalformedError("store.foreign", "the file is a database, but not the store of a node")
