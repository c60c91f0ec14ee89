"""Statements of SQLAlchemy Core, compiled once for each dialect and run on the driver's cursor.

The hot path of the exchange runs dozens of tiny statements for each act; so none is built, compiled or
given a result object at run time.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import ClauseElement

from comity.kernel.errors import ComityError

Row = Sequence[Any]
_BOUND_LIMIT = re.compile(r"\b(LIMIT|OFFSET) \?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelt:
    """A statement compiled for one engine.

    Attributes:
        text: The SQL.
        names: Names of its parameters, in order.
        fixed: Values of those that are constants of the statement.
        by_place: Whether the driver binds by place, not by name.
        tables: Names of the tables it reads or changes.
    """

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    by_place: bool
    tables: frozenset[str]


class Statement:
    """A statement with named parameters, and a tail that both engines spell alike.

    Args:
        clause: Insert, select, update or delete of SQLAlchemy Core.
        tail: Text after it, such as ``ON CONFLICT DO NOTHING``.
        alone: Whether row locks keep it safe, so that a step that does nothing else need not queue up
            behind the other writers of the node.
    """

    def __init__(self, clause: ClauseElement, *, tail: str = "", alone: bool = False) -> None:
        self._clause = clause
        self._tail = tail
        self.alone = alone
        self._spelt: dict[str, Spelt] = {}

    def spelt(self, dialect: Dialect) -> "Spelt":
        """Return the statement as an engine takes it."""
        found = self._spelt.get(dialect.name)
        if found is None:
            made = self._clause.compile(dialect=dialect)
            found = self._spelt[dialect.name] = Spelt(
                text=_steady(str(made)) + (f" {self._tail}" if self._tail else ""),
                names=tuple(getattr(made, "positiontup", None) or made.params),
                fixed={name: value for name, value in made.params.items() if value is not None},
                by_place=bool(getattr(made, "positional", False)),
                tables=_tables(self._clause),
            )
        return found


def _steady(text: str) -> str:
    """Return SQL whose plan does not hang on the values of its limits.

    SQLite looks at a bare parameter of LIMIT or OFFSET when it plans, and plans anew whenever one is bound:
    that takes longer than most statements do.
    """
    return _BOUND_LIMIT.sub(r"\1 (? + 0)", text)


def _tables(clause: ClauseElement) -> frozenset[str]:
    named = {part.name for part in visitors.iterate(clause) if isinstance(part, Table)}
    own = getattr(clause, "table", None)
    columns = (getattr(part, "table", None) for part in visitors.iterate(clause))
    return frozenset(named | {found.name for found in (own, *columns) if isinstance(found, Table)})


def insert_row(table: Table) -> Statement:
    """Return an insert of all columns, in the order of the table."""
    return Statement(insert(table))


def insert_new(table: Table) -> Statement:
    """Return an insert that does nothing where a unique key is taken; the row count tells."""
    return Statement(insert(table), tail="ON CONFLICT DO NOTHING")


def upsert(table: Table) -> Statement:
    """Return an insert that replaces the row with the same primary key."""
    keys = [column.name for column in table.primary_key.columns]
    others = [column.name for column in table.columns if column.name not in keys]
    new = ", ".join(f"{name} = excluded.{name}" for name in others)
    return Statement(insert(table), tail=f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {new}")


_MOST_AMONG = 64


class Among:
    """A select of the rows whose column holds one of any number of values.

    A few compiled widths serve all: a shorter list is filled up with its last value.

    Args:
        clause: The select without that condition.
        column: The column.
    """

    def __init__(self, clause: Select[Any], column: ColumnElement[Any]) -> None:
        self._widths = {
            width: Statement(clause.where(column.in_([_place(at) for at in range(width)])))
            for width in (1 << power for power in range(_MOST_AMONG.bit_length()))
        }

    def all(self, rows: "Rows", wanted: Sequence[Any], **values: Any) -> list[Row]:
        """Return all rows, in no order."""
        found: list[Row] = []
        for start in range(0, len(wanted), _MOST_AMONG):
            batch = wanted[start : start + _MOST_AMONG]
            width = 1 << (len(batch) - 1).bit_length()
            places = {f"p{at}": batch[min(at, len(batch) - 1)] for at in range(width)}
            found += rows.all(self._widths[width], **values, **places)
        return found


def _place(at: int) -> BindParameter[Any]:
    return bindparam(f"p{at}")


class Cursor(Protocol):
    """What is used of a driver's cursor."""

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed."""
        ...

    def execute(self, statement: str, parameters: Any = ..., /) -> object:
        """Run one statement."""
        ...

    def executemany(self, statement: str, parameters: Any, /) -> object:
        """Run one statement for many rows."""
        ...

    def fetchone(self) -> Any:
        """Return the next row."""
        ...

    def fetchall(self) -> Any:
        """Return all rows."""
        ...


class Rows:
    """Runs statements inside one transaction.

    Args:
        cursor: Of the connection that holds the transaction.
        dialect: Whose spelling is wanted.
        faults: The driver's base class of errors.
        translate: Turns an error of the driver into one of ours, or returns it as it is: a bug.
        writable: False in a snapshot, where writing is a bug.
        queue_up: Called once, before the first statement that is not safe alone; returns when no other
            writer is left. None where the transaction has no other beside it from the start.
    """

    def __init__(
        self,
        cursor: Cursor,
        *,
        dialect: Dialect,
        faults: type[Exception],
        translate: Callable[[Exception], Exception | ComityError],
        writable: bool,
        queue_up: Callable[[], None] | None = None,
    ) -> None:
        self._cursor = cursor
        self._dialect = dialect
        self._faults = faults
        self._translate = translate
        self._writable = writable
        self._queue_up = queue_up
        self._waiting: dict[Statement, dict[object, Any]] = {}
        self._waited_for: frozenset[str] = frozenset()
        self.erased = False

    def one(self, statement: Statement, **values: Any) -> Row | None:
        """Return the first row, or None."""
        self._ready(statement)
        return self.look_up(statement, **values)

    def look_up(self, statement: Statement, **values: Any) -> Row | None:
        """Return the first row, or None, of which the caller knows that nothing that waits can change it."""
        self._execute(statement, values)
        try:
            found: Row | None = self._cursor.fetchone()
        except self._faults as exc:
            raise self._translate(exc) from exc
        return found

    def all(self, statement: Statement, **values: Any) -> list[Row]:
        """Return all rows."""
        self._ready(statement)
        self._execute(statement, values)
        try:
            found: list[Row] = self._cursor.fetchall()
        except self._faults as exc:
            raise self._translate(exc) from exc
        return found

    def run(self, statement: Statement, **values: Any) -> int:
        """Change rows and return how many."""
        self._require_writable()
        self._ready(statement)
        self._execute(statement, values)
        return self._cursor.rowcount

    def put(self, statement: Statement, row: Sequence[Any]) -> int:
        """Insert one row, its values in the order of the table's columns; return how many rows changed."""
        self._require_writable()
        spelt = self._ready(statement)
        try:
            self._cursor.execute(
                spelt.text, row if spelt.by_place else dict(zip(spelt.names, row, strict=True))
            )
        except self._faults as exc:
            raise self._translate(exc) from exc
        return self._cursor.rowcount

    def put_later(self, statement: Statement, *rows: Sequence[Any], key: object = None) -> None:
        """Insert rows together with others like them: before their table is touched again, or at the end.

        For inserts of which the caller knows what they change. What waits is written in the order of the
        first row of each statement; a fault of the driver comes out then. A row with a ``key`` takes the
        place of the one with the same key that still waits.
        """
        spelt = self._spelt(statement)
        found = rows if spelt.by_place else [dict(zip(spelt.names, row, strict=True)) for row in rows]
        self._wait(statement, spelt, found, key=key)

    def run_later(self, statement: Statement, **values: Any) -> None:
        """Change rows together with others, as :meth:`put_later` inserts them."""
        spelt = self._spelt(statement)
        known = {**spelt.fixed, **values}
        self._wait(
            statement, spelt, [tuple([known[name] for name in spelt.names]) if spelt.by_place else known]
        )

    def flush(self) -> None:
        """Write everything that waits."""
        waiting, self._waiting, self._waited_for = self._waiting, {}, frozenset()
        for statement, rows in waiting.items():
            try:
                self._cursor.executemany(statement.spelt(self._dialect).text, [*rows.values()])
            except self._faults as exc:
                raise self._translate(exc) from exc

    def put_all(self, statement: Statement, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows, values in the order of the table's columns."""
        self._require_writable()
        spelt = self._ready(statement)
        found = rows if spelt.by_place else [dict(zip(spelt.names, row, strict=True)) for row in rows]
        try:
            self._cursor.executemany(spelt.text, found)
        except self._faults as exc:
            raise self._translate(exc) from exc

    def _execute(self, statement: Statement, values: dict[str, Any]) -> None:
        spelt = self._spelt(statement)
        known = {**spelt.fixed, **values} if spelt.fixed else values
        try:
            self._cursor.execute(
                spelt.text, tuple([known[name] for name in spelt.names]) if spelt.by_place else known
            )
        except self._faults as exc:
            raise self._translate(exc) from exc

    def _wait(self, statement: Statement, spelt: Spelt, found: Sequence[Any], *, key: object = None) -> None:
        self._require_writable()
        if not found:
            return
        if statement not in self._waiting:
            if not spelt.tables.isdisjoint(self._waited_for):
                self.flush()  # so that two statements on one table keep their order
            self._waiting[statement] = {}
            self._waited_for |= spelt.tables
        waiting = self._waiting[statement]
        for row in found:
            waiting[len(waiting) if key is None else key] = row

    def _ready(self, statement: Statement) -> Spelt:
        spelt = self._spelt(statement)
        if self._waiting and not spelt.tables.isdisjoint(self._waited_for):
            self.flush()
        return spelt

    def _spelt(self, statement: Statement) -> Spelt:
        if self._queue_up is not None and not statement.alone:
            queue_up, self._queue_up = self._queue_up, None
            queue_up()
        return statement.spelt(self._dialect)

    def _require_writable(self) -> None:
        if not self._writable:
            raise ValueError("a snapshot is for reading")
