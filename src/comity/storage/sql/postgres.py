"""PostgreSQL under the same statements: several processes, one writer at a time for each node.

Every write transaction takes the node's place in the queue, an advisory lock that ends with the transaction,
so that each log has one sequencer however many processes there are. Steps that only claim, finish or give
back jobs do not queue: they wait for rows. No step is run a second time by itself, since a step may have
looked at a clock or drawn a number: what is in the way becomes an error that says what was stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from psycopg.types.numeric import Int8BinaryDumper
from sqlalchemy import exc as pool_errors
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from comity.kernel.errors import UnavailableError
from comity.storage.sql.address import ServerAddress
from comity.storage.sql.pgerrors import translated, unreachable
from comity.storage.sql.statements import Cursor, Rows

Connection = psycopg.Connection[Any]

OLDEST_SERVER = 150_000
MOST_CONNECTIONS = 16
LONGEST_PAUSE_MS = 60_000
LOCK_SPACE = 0x434F4D59  # "COMY", above the number of the table that stands for a node
_WRITE = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
    f" SET LOCAL idle_in_transaction_session_timeout = {LONGEST_PAUSE_MS}"
)
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT number FROM schema_step LIMIT 1"
_PLACE = "SELECT (CAST($1 AS bigint) << 32) | CAST(CAST('schema_step' AS regclass) AS oid)::bigint"
_QUEUE_UP = "SELECT pg_advisory_xact_lock($1)"


class PostgresDatabase:
    """A schema of a server, and a pool of connections to it.

    Args:
        address: The schema; it is a node's store.
        busy_ms: How long to wait for another process, and for a connection, in milliseconds.
    """

    def __init__(self, address: ServerAddress, *, busy_ms: int) -> None:
        self._address = address
        self._busy_ms = busy_ms
        # Parameters by place and number, as the server takes them: the driver rewrites nothing.
        self._dialect: Dialect = cast("Any", PGDialect_psycopg)(paramstyle="numeric_dollar")
        self._pool = QueuePool(
            lambda: cast("Any", plain_connection(address, busy_ms=busy_ms)),
            pool_size=MOST_CONNECTIONS,
            max_overflow=0,
            timeout=busy_ms / 1000,
            use_lifo=True,
            reset_on_return=None,
        )
        self._place: int | None = None

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """Yield the rows of a write transaction: committed at the end, rolled back when the block raises.

        Raises:
            UnavailableError: ``store.locked``, ``store.busy``, ``store.full``, ``store.torn``, ``store.io``,
                ``store.lost``; ``store.uncertain`` when the server went away while it committed.
        """
        with self._begun(_WRITE) as connection:
            cursor = connection.cursor(binary=True)
            rows = self._rows(cursor, queue_up=lambda: self._queue_up(connection))
            yield rows
            self._commit(connection)
            if rows.erased:
                _sweep(connection)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Yield the rows of one consistent state, from the start of the block on."""
        with self._begun(_READ) as connection:
            yield self._rows(connection.cursor(binary=True), queue_up=None)

    def _rows(self, cursor: Any, *, queue_up: Any) -> Rows:
        return Rows(
            cast("Cursor", cursor),
            dialect=self._dialect,
            faults=psycopg.Error,
            translate=translated,
            writable=queue_up is not None,
            queue_up=queue_up,
        )

    def _queue_up(self, connection: Connection) -> None:
        try:
            if self._place is None:
                found = connection.execute(_PLACE, (LOCK_SPACE,)).fetchone()
                self._place = int(found[0]) if found else 0
            connection.execute(_QUEUE_UP, (self._place,))
        except psycopg.Error as exc:
            raise translated(exc) from exc

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Connection]:
        lent = self._lent(begin)
        connection = cast("Connection", lent.driver_connection)
        try:
            yield connection
        finally:
            try:
                connection.rollback()
            except psycopg.Error:
                # The server has undone it by itself, or will once it sees that nobody is there.
                lent.invalidate()
            lent.close()

    def _lent(self, begin: str) -> PoolProxiedConnection:
        """Return a connection with a transaction begun; one that broke while it lay idle is replaced."""
        while True:
            try:
                lent = self._pool.connect()
            except psycopg.Error as exc:
                raise unreachable(exc) from exc
            except pool_errors.TimeoutError as exc:
                raise UnavailableError(
                    "store.locked", "every connection of this node is in use", hint="try again"
                ) from exc
            rested = lent.info.get("used", False)
            lent.info["used"] = True
            try:
                cast("Connection", lent.driver_connection).execute(begin, prepare=False)
            except psycopg.Error as exc:
                lent.invalidate()
                lent.close()
                if not rested:
                    raise translated(exc) from exc
            else:
                return lent

    @staticmethod
    def _commit(connection: Connection) -> None:
        try:
            ended = connection.execute("COMMIT", prepare=False)
        except psycopg.Error as exc:
            if connection.closed:
                raise UnavailableError(
                    "store.uncertain",
                    "the server of the store went away while it committed",
                    hint="look whether the step was stored before you do it again",
                ) from exc
            raise translated(exc) from exc
        if ended.statusmessage != "COMMIT":
            raise ValueError("a step went on after one of its statements had failed")

    def close(self) -> None:
        """Close all connections."""
        self._pool.dispose()


def plain_connection(address: ServerAddress, *, busy_ms: int) -> Connection:
    """Return one connection outside any pool, committing every statement by itself; the caller closes it.

    Raises:
        psycopg.Error: as the driver found it; ``unreachable`` turns it into our words.
    """
    # What the server or the role has set for itself is not relied on. Plans go by indexes, as a test shows,
    # also while a table is too young for the server to know its size.
    options = {
        "search_path": address.schema,
        "synchronous_commit": "on",
        "lock_timeout": busy_ms,
        "statement_timeout": 0,
        "client_encoding": "UTF8",
        "jit": "off",
        "enable_seqscan": "off",
        "tcp_keepalives_idle": 30,
        "tcp_keepalives_interval": 10,
        "tcp_keepalives_count": 3,
    }
    connection = psycopg.connect(
        address.dsn,
        autocommit=True,
        prepare_threshold=2,
        cursor_factory=psycopg.RawCursor,
        options=" ".join(f"-c {name}={value}" for name, value in options.items()),
        application_name="comity",
        connect_timeout=max(2, busy_ms // 1000),
    )
    connection.prepared_max = 500
    # Every whole number of the schema is a BIGINT: one plan for each statement, whatever the number.
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    return connection


def _sweep(connection: Connection) -> None:
    """Have the server drop rows whose content was erased; where it cannot now, it does so by itself later."""
    try:
        connection.execute("VACUUM act_part", prepare=False)
    except psycopg.Error:
        return
