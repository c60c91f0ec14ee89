"""Making, checking and migrating a store in a schema of a PostgreSQL server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.storage.sql.address import ServerAddress
from comity.storage.sql.every_table import METADATA
from comity.storage.sql.migrations.known import STEPS, require_current, require_not_newer
from comity.storage.sql.migrations.steps import Step
from comity.storage.sql.pgerrors import translated, unreachable
from comity.storage.sql.postgres import OLDEST_SERVER, Connection, plain_connection

MARK = "store of a node of comity"
BUSY_MS = 10_000
_TAKEN = ("23505", "42P06", "42P07")  # another process made the same at the same moment
_SETTINGS = (
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'server_encoding')"
)
_TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace($1)"
_MARKED = "SELECT obj_description(to_regclass('schema_step'), 'pg_class')"


def create_schema(address: ServerAddress, *, durable: bool) -> None:
    """Make the tables of a new store; the schema is made too if it is not there, else it must be empty.

    Raises:
        ConflictError: ``store.exists``.
        UnavailableError: ``store.unreachable``, ``store.refused``, ``store.server``, ``store.unsafe`` …
    """
    with _connected(address) as connection:
        require_server(connection, durable=durable)
        if _count(connection, address):
            raise _exists(address)
        try:
            with connection.transaction():
                name = sql.Identifier(address.schema)
                if not _schema_there(connection, address):
                    connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
                _apply(connection, STEPS)
                connection.execute(sql.SQL("COMMENT ON TABLE schema_step IS {}").format(sql.Literal(MARK)))
        except psycopg.Error as exc:
            if exc.sqlstate in _TAKEN:
                raise _exists(address) from exc
            raise


def require_store(address: ServerAddress, *, durable: bool) -> None:
    """Raise unless the schema is a store that this software can run on, on a server that keeps its word.

    Raises:
        NotFoundError: ``store.absent``.
        MalformedError: ``store.foreign``.
        ConflictError: ``store.older``, ``store.newer``.
        UnavailableError: ``store.unreachable``, ``store.refused``, ``store.server``, ``store.unsafe`` …
    """
    with _connected(address) as connection:
        require_server(connection, durable=durable)
        _require_ours(connection, address)
        require_current(_number(connection))


def migrate_server(address: ServerAddress, *, steps: Sequence[Step] = STEPS) -> tuple[int, int]:
    """Do the missing steps, all or none, and return the schema's number before and after."""
    with _connected(address) as connection:
        require_server(connection, durable=False)
        _require_ours(connection, address)
        with connection.transaction():
            connection.execute("LOCK TABLE schema_step IN ACCESS EXCLUSIVE MODE")
            before = _number(connection)
            require_not_newer(before, newest=steps[-1].number)
            _apply(connection, [step for step in steps if step.number > before])
        return before, steps[-1].number


def discard_schema(address: ServerAddress) -> None:
    """Remove the tables of a store that was made a moment ago and could not be filled.

    Raises:
        MalformedError: ``store.foreign``: it is no store.
    """
    with _connected(address) as connection, connection.transaction():
        _require_ours(connection, address)
        names = sql.SQL(", ").join(sql.Identifier(address.schema, name) for name in METADATA.tables)
        connection.execute(sql.SQL("DROP TABLE {}").format(names))


def require_server(connection: Connection, *, durable: bool) -> None:
    """Raise UnavailableError unless the server is new enough, speaks UTF-8 and, if asked, is durable."""
    found = connection.info.server_version
    if found < OLDEST_SERVER:
        raise UnavailableError(
            "store.server",
            f"the server is PostgreSQL {found // 10_000}, which is too old",
            hint=f"upgrade it to {OLDEST_SERVER // 10_000} or newer",
        )
    settings = dict(connection.execute(_SETTINGS).fetchall())
    if settings["server_encoding"] != "UTF8":
        raise UnavailableError(
            "store.server",
            f"the database is encoded as {settings['server_encoding']}, not as UTF-8",
            hint="create it again with: createdb --encoding=UTF8 --template=template0 NAME",
        )
    unsafe = [name for name in ("fsync", "full_page_writes") if settings[name] != "on"]
    if durable and unsafe:
        raise UnavailableError(
            "store.unsafe",
            f"the server runs with {unsafe[0]} off and can lose what it said it keeps",
            hint=f"set {unsafe[0]} = on in postgresql.conf and restart the server",
        )


@contextmanager
def _connected(address: ServerAddress) -> Iterator[Connection]:
    try:
        connection = plain_connection(address, busy_ms=BUSY_MS)
    except psycopg.Error as exc:
        raise unreachable(exc) from exc
    try:
        yield connection
    except psycopg.Error as exc:
        raise translated(exc) from exc
    finally:
        connection.close()


def _apply(connection: Connection, steps: Sequence[Step]) -> None:
    for step in steps:
        for text in step.spelt("postgresql"):
            connection.execute(sql.SQL(text))
        connection.execute(
            "INSERT INTO schema_step (number, name) VALUES ($1, $2)", (step.number, step.name), prepare=False
        )


def _require_ours(connection: Connection, address: ServerAddress) -> None:
    if not _count(connection, address):
        raise NotFoundError("store.absent", f"there is no store in the schema {address.schema!r}")
    found = connection.execute(_MARKED).fetchone()
    if found is None or found[0] != MARK:
        raise MalformedError(
            "store.foreign", f"the schema {address.schema!r} holds tables that are no store of a node"
        )


def _schema_there(connection: Connection, address: ServerAddress) -> bool:
    found = connection.execute("SELECT to_regnamespace($1) IS NOT NULL", (address.schema,)).fetchone()
    return bool(found and found[0])


def _count(connection: Connection, address: ServerAddress) -> int:
    found = connection.execute(_TABLES, (address.schema,)).fetchone()
    return int(found[0]) if found else 0


def _number(connection: Connection) -> int:
    found = connection.execute("SELECT coalesce(max(number), 0) FROM schema_step").fetchone()
    return int(found[0]) if found else 0


def _exists(address: ServerAddress) -> ConflictError:
    return ConflictError("store.exists", f"the schema {address.schema!r} is not empty")
