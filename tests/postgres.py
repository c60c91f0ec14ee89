"""A private PostgreSQL for the tests: started by themselves, as an unprivileged user, gone afterwards.

``COMITY_TEST_DSN`` names another server instead, in a database where the tests may make and drop schemas.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "fatal",
    "recovery_init_sync_method": "syncfs",  # a test server has thousands of small files
}
_numbers = itertools.count(1)


class Server:
    """One server with its data in a folder of its own.

    Args:
        folder: Where data and socket stand; made by ``started``.
        binaries: Folder of ``pg_ctl`` and ``initdb``.
        user: The unprivileged user that it runs as; None for our own.
    """

    def __init__(self, folder: Path, *, binaries: Path, user: str | None) -> None:
        self.folder, self.data = folder, folder / "data"
        self._binaries, self._user = binaries, user

    def run(self, name: str, *arguments: str, check: bool = True) -> None:
        asked = [str(self._binaries / name), *arguments]
        if self._user is not None:
            asked = ["runuser", "-u", self._user, "--", *asked]
        with (self.folder / "said").open("ab") as said:
            ended = subprocess.run(
                asked, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False
            )
        if check and ended.returncode:
            raise RuntimeError((self.folder / "said").read_text())

    def start(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.data / "log"), "-w", "-s", "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "-s", "-m", mode, "stop", check=False)

    def restart(self, mode: str = "immediate") -> None:
        log = str(self.data / "log")
        self.run("pg_ctl", "-D", str(self.data), "-l", log, "-w", "-s", "-m", mode, "restart")

    def dsn(self, schema: str = "", *, database: str = "postgres") -> str:
        """Return the address of a schema, or of a new one."""
        name = schema or f"test_{os.getpid()}_{next(_numbers)}"
        return f"postgresql://comity@/{database}?host={quote(str(self.folder), safe='')}&schema={name}"


def binaries() -> Path | None:
    """Return the folder of the newest server on this machine."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found and (initdb := shutil.which("initdb")):
        found = [Path(initdb).resolve().parent]
    return max(found, key=lambda path: [int(part) for part in path.parts if part.isdigit()], default=None)


def require_driver() -> None:
    """Skip the test that asks where the driver is not installed."""
    pytest.importorskip("psycopg", reason="no driver of PostgreSQL: pip install 'comity[pg]'")


@contextmanager
def started(*, durable: bool) -> Iterator[Server]:
    """Run a server; skip the test that asks where there is none, or no driver."""
    require_driver()
    place = binaries()
    if place is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or name one in COMITY_TEST_DSN")
    folder = Path(tempfile.mkdtemp(prefix="comity-pg-", dir="/tmp"))
    server = Server(folder, binaries=place, user=_own(folder))
    try:
        server.run(
            "initdb", "-D", str(server.data), "-U", "comity", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"
        )
        settings = {**SETTINGS, "unix_socket_directories": f"'{folder}'"}
        if not durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        with (server.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path) -> str | None:
    """Give the folder to somebody without privileges if we have all of them; return who."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


@contextmanager
def address() -> Iterator[str]:
    """Yield the address of a schema that is not there yet, on the server named or on a private, quick one."""
    require_driver()
    named = os.environ.get("COMITY_TEST_DSN")
    if named:
        joint = "&" if "?" in named else "?"
        yield f"{named}{joint}schema=test_{os.getpid()}_{next(_numbers)}"
    else:
        with started(durable=False) as server:
            yield server.dsn()


def drop(dsn: str) -> None:
    """Remove the schema of a store."""
    run(dsn, lambda schema: f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def empty(dsn: str) -> None:
    """Remove every row of a store, but not its schema."""
    from comity.storage.sql.every_table import METADATA

    names = [name for name in METADATA.tables if name != "schema_step"]
    run(dsn, lambda schema: ";".join(f"DELETE FROM {schema}.{name}" for name in names))


def run(dsn: str, text: Callable[[str], str]) -> list[tuple[Any, ...]]:
    """Run SQL that is given the schema's name, and return the rows of the last statement."""
    import psycopg

    from comity.storage.sql.address import parse_server

    found = parse_server(dsn)
    with psycopg.connect(found.dsn, autocommit=True) as connection:
        cursor = connection.execute(text(found.schema))
        return cursor.fetchall() if cursor.description else []
