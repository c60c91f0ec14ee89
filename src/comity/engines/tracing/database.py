"""A connection to DuckDB, as far as a ledger needs it: each statement is finished before the next begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Lock
from typing import Any, BinaryIO

from comity.engines.tracing.kernels import missing
from comity.kernel.errors import ComityError, ConflictError, UnavailableError, UntrustedError

_LEAST = 64 << 20
_THREAD = 128 << 20
"""Memory that a thread of the library is to have: more threads than that run short of it, and stop."""


def duck() -> Any:
    """Return the library; raise UnavailableError ``trace.extra``."""
    try:
        return import_module("duckdb")
    except ImportError as exc:
        raise missing("duckdb") from exc


class Database:
    """One open file.

    Args:
        connection: The library's connection.
        path: The file.
        room: Where tables go that memory does not hold.
        memory: How many bytes of memory it may take.
    """

    def __init__(self, connection: Any, *, path: Path, room: Path, memory: int) -> None:
        self._connection = connection
        self._path = path
        self._room = room
        self.memory = memory
        self.limit = max(memory // 2, _LEAST)
        self.name = path.stem

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a statement and return all its rows.

        Raises:
            UnavailableError: ``trace.io``: memory or disk do not suffice.
            UntrustedError: ``trace.broken``: the file is damaged.
        """
        with _told(self.name):
            return self.read(statement, values)

    def read(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a statement over a file from outside: errors are the library's, and the caller tells them."""
        rows: list[Any] = self._connection.execute(statement, list(values)).fetchall()
        return rows

    def one(self, statement: str, values: Sequence[object] = ()) -> Any:
        """Return the first row of a statement that has few; None where it has none."""
        rows = self.run(statement, values)
        return rows[0] if rows else None

    def arrays(self, statement: str, values: Sequence[object] = ()) -> Mapping[str, Any]:
        """Return the columns of a statement as arrays."""
        with _told(self.name):
            found: Mapping[str, Any] = self._connection.execute(statement, list(values)).fetchnumpy()
        return found

    def stream(
        self, statement: str, *, most: int, before: Iterable[tuple[str, Sequence[object]]] = ()
    ) -> Iterator[Any]:
        """Yield the rows of a statement, so many at a time; other statements may run meanwhile.

        Args:
            statement: The statement; it sees what was committed.
            most: How many rows are in memory at a time.
            before: Statements with values that are run first; temporary tables of theirs are its own.
        """
        cursor = self._connection.cursor()
        try:
            with _told(self.name):
                for one, values in before:
                    cursor.execute(one, list(values))
                cursor.execute(statement)
            while rows := self._fetched(cursor, most):
                yield from rows
        finally:
            cursor.close()

    def _fetched(self, cursor: Any, most: int) -> list[Any]:
        with _told(self.name):
            rows: list[Any] = cursor.fetchmany(most)
        return rows

    @contextmanager
    def staged(self, columns: Mapping[str, Any]) -> Iterator[str]:
        """Show arrays as a table for the length of a block, and give its name; an error ends what is open."""
        self._connection.register("staged", dict(columns))
        yield "staged"
        self._connection.unregister("staged")

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Keep everything of a block, or nothing."""
        self.run("begin")
        done = False
        try:
            yield
            done = True
        finally:
            self.run("commit" if done else "rollback")

    @contextmanager
    def copied(self, statements: Iterable[str]) -> Iterator[Database]:
        """Run statements that fill another file under the name ``past``, and open that for a block."""
        self._room.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._room, prefix="past-") as folder:
            path = Path(folder) / "past.duckdb"
            quoted = str(path).replace("'", "''")
            self.run(f"attach '{quoted}' as past")
            try:
                for statement in statements:
                    self.run(statement)
            finally:
                self.run("detach past")
            other = connected(path, room=Path(folder), memory=self.memory)
            try:
                yield other
            finally:
                other.close()

    @contextmanager
    def beside(self, alias: str, key: str) -> Iterator[Callable[[], None]]:
        """Attach a file for a piece of work that has a key, and give what says that it is done.

        The file of the same key is found again while the work is not done; files of other keys are gone.
        """
        self._room.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._room / f"{alias}-{self._path.stem}-{key}.duckdb"
        for other in self._room.glob(f"{alias}-{self._path.stem}-*.duckdb*"):
            if not other.name.startswith(path.name):
                other.unlink()
        finished: list[bool] = []
        quoted = str(path).replace("'", "''")
        self.run(f"attach '{quoted}' as {alias}")
        try:
            yield lambda: finished.append(True)
        finally:
            self.run(f"detach {alias}")
            if finished:
                path.unlink(missing_ok=True)

    @contextmanager
    def file(self) -> Iterator[BinaryIO]:
        """Give an empty file without a name, which is gone after the block, or with the process.

        Raises:
            UnavailableError: ``trace.io``: it cannot be kept.
        """
        try:
            self._room.mkdir(mode=0o700, parents=True, exist_ok=True)
            with TemporaryFile(dir=self._room) as file:
                yield file
        except OSError as exc:
            raise _short(str(exc.strerror), self.name) from exc

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Turns:
    """Lets one thread of this process at a time work on a file: tables of answers stand in it meanwhile."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._locks: dict[Path, Lock] = {}

    @contextmanager
    def alone(self, path: Path, *, patience: float) -> Iterator[None]:
        """Wait for the file so many seconds; raise ConflictError ``trace.busy``."""
        with self._guard:
            lock = self._locks.setdefault(path, Lock())
        if not lock.acquire(timeout=patience):
            raise busy(path.stem)
        try:
            yield
        finally:
            lock.release()


def connected(path: Path, *, room: Path, memory: int) -> Database:
    """Open a file, made where it is absent.

    Args:
        path: The file.
        room: Where tables go that memory does not hold.
        memory: How many bytes of memory it may take; half of them are the library's.

    Raises:
        ConflictError: ``trace.busy``: another process has it.
        UntrustedError: ``trace.broken``: it is damaged, or something else.
    """
    library = duck()
    limit = max(memory // 2, _LEAST)
    wish = {
        "memory_limit": f"{limit >> 20}MiB",
        "threads": str(max(1, min(cpu_count() or 1, limit // _THREAD))),
        "temp_directory": str(room),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        database = Database(library.connect(str(path), config=wish), path=path, room=room, memory=memory)
    except library.Error as exc:
        raise _unopened(str(exc), path.stem) from exc
    database.run("set TimeZone = 'UTC'")
    return database


def _unopened(said: str, name: str) -> ComityError:
    if "set lock" in said:
        return busy(name)
    if "Permission" in said or "No such file" in said:
        return UnavailableError("trace.io", f"the file cannot be opened: {said[:160]}", where=name)
    return _broken(name)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Tell what the library says of memory, disk and a damaged file, in words of ours."""
    library = duck()
    try:
        yield
    except (library.OutOfMemoryException, library.IOException) as exc:
        raise _short(str(exc).partition(chr(10))[0][:160], name) from exc
    except library.Error as exc:
        if isinstance(exc, (library.FatalException, library.InternalException)) or "Corrupt" in str(exc):
            raise _broken(name) from exc
        raise
    except RuntimeError as exc:
        if "interrupted" in str(exc):
            raise KeyboardInterrupt from exc
        raise


def _short(said: str, name: str) -> UnavailableError:
    return UnavailableError(
        "trace.io",
        f"memory or disk do not suffice: {said}",
        hint="give ledgers more memory (trace_memory in node.json), or make room on the disk",
        where=name,
    )


def _broken(name: str) -> UntrustedError:
    return UntrustedError(
        "trace.broken",
        "the file of this ledger, or of these tags, is damaged or is something else",
        hint="take it from a backup, or take its files in again under another name (--ledger NAME)",
        where=name,
    )


def busy(name: str) -> ConflictError:
    """Return the error for a file that somebody else works on."""
    return ConflictError(
        "trace.busy", "somebody else works on this ledger", hint="wait until it is done", where=name
    )
