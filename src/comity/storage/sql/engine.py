"""SQLite under statements of SQLAlchemy: durable by default, one writer at a time, errors in our own words.

The driver is the ``pysqlite3`` wheel. The SQLite of some long-lived systems can corrupt its write-ahead
log, so a library that is too old is refused.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

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
_MOST_IDLE = 8
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
        self._dialect = SQLiteDialect_pysqlite(paramstyle="qmark")
        self._idle: deque[Any] = deque()
        self._is_closed = False

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
            yield from self._inside(self.take())
        finally:
            self._writer.release()

    def reading(self) -> AbstractContextManager[Rows]:
        """Return the rows of one consistent state, from the start of the block on."""
        return _Snapshot(self)

    def rows(self, cursor: Any, *, writable: bool) -> Rows:
        """Return what runs statements on the cursor of a transaction."""
        return Rows(
            cursor, dialect=self._dialect, faults=dbapi2.Error, translate=translated, writable=writable
        )

    def take(self) -> Any:
        """Return a connection that nobody uses, as ``give`` brought it back, or a new one.

        Raises:
            UnavailableError: ``store.io``, ``store.locked``, ``store.torn``.
        """
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            return _opened(self.path, busy_ms=self._busy_ms, shared=True)
        except dbapi2.Error as exc:
            raise translated(exc) from exc

    def give(self, connection: Any) -> None:
        """Take a connection back; what is left of a transaction is undone."""
        if connection.in_transaction:
            try:
                connection.rollback()
            except dbapi2.Error:  # what was begun ends with the connection
                connection.close()
                return
        if len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        if self._is_closed:
            self.close()

    def _inside(self, connection: Any) -> Iterator[Rows]:
        cursor = connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE")
            rows = self.rows(cursor, writable=True)
            yield rows
            cursor.execute("COMMIT")
            if rows.erased:
                # What was erased must leave the write-ahead log too, not only the tables.
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except dbapi2.Error as exc:
            raise translated(exc) from exc
        finally:
            cursor.close()
            self.give(connection)

    def close(self) -> None:
        """Close all connections; one that is in use is closed when it comes back."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()


class _Snapshot:
    """The block of one consistent state; made by hand, since every read of a page begins with one."""

    __slots__ = ("_connection", "_cursor", "_database")

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def __enter__(self) -> Rows:
        self._connection = self._database.take()
        self._cursor = self._connection.cursor()
        try:
            self._cursor.execute("BEGIN")
            self._cursor.execute("SELECT number FROM schema_step LIMIT 1").fetchall()
        except dbapi2.Error as exc:
            self._leave()
            raise translated(exc) from exc
        return self._database.rows(self._cursor, writable=False)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._leave()
        if isinstance(error, dbapi2.Error):
            raise translated(error) from error

    def _leave(self) -> None:
        self._cursor.close()
        self._database.give(self._connection)


def plain_connection(path: Path) -> Any:
    """Return one connection outside any pool, for migrations and checks; the caller closes it."""
    require_library()
    try:
        return _opened(path, busy_ms=BUSY_MS, shared=False)
    except dbapi2.Error as exc:
        raise translated(exc) from exc


def _opened(path: Path, *, busy_ms: int, shared: bool) -> Any:
    """Return a connection; ``shared`` where one thread after the other uses it."""
    connection = dbapi2.connect(
        str(path),
        isolation_level=None,
        timeout=busy_ms / 1000,
        cached_statements=512,
        check_same_thread=not shared,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma).fetchall()
    except dbapi2.Error:
        connection.close()
        raise
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
