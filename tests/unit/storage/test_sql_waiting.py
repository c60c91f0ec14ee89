"""Rows that wait: written together, and never seen too late."""

from pysqlite3 import dbapi2
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, func, select, update
from sqlalchemy.dialects import sqlite

from comity.storage.sql.statements import Rows, Statement, insert_new

METADATA = MetaData()
ACTS = Table("acts", METADATA, Column("id", Integer, primary_key=True), Column("name", Text))
NOTES = Table("notes", METADATA, Column("id", Integer, primary_key=True), Column("name", Text))
ADD_ACT, ADD_NOTE = insert_new(ACTS), insert_new(NOTES)
COUNT_ACTS = Statement(select(func.count()).select_from(ACTS))
COUNT_NOTES = Statement(select(func.count()).select_from(NOTES))
NOTED_ACTS = Statement(select(func.count()).select_from(NOTES).where(NOTES.c.name.in_(select(ACTS.c.name))))
RENAME = Statement(update(ACTS).values(name=bindparam("new")).where(ACTS.c.id == bindparam("which")))
NAME = Statement(select(ACTS.c.name).where(ACTS.c.id == bindparam("which")))


class _Watched:
    """A cursor that keeps what it was asked to run."""

    def __init__(self) -> None:
        self._cursor = dbapi2.connect(":memory:").cursor()
        for table in ("acts", "notes"):
            self._cursor.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT)")
        self.many: list[tuple[str, int]] = []

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def execute(self, statement, parameters=()):
        return self._cursor.execute(statement, parameters)

    def executemany(self, statement, parameters):
        self.many.append((statement.split()[2], len(parameters)))
        return self._cursor.executemany(statement, parameters)

    def fetchone(self):
        return self._cursor.fetchone()

    def fetchall(self):
        return self._cursor.fetchall()


def _rows() -> tuple[_Watched, Rows]:
    cursor = _Watched()
    dialect = sqlite.dialect(paramstyle="qmark")
    return cursor, Rows(
        cursor, dialect=dialect, faults=dbapi2.Error, translate=lambda exc: exc, writable=True
    )


def test_rows_wait_for_each_other_and_are_written_at_the_end():
    cursor, rows = _rows()
    for number in range(3):
        rows.put_later(ADD_ACT, (number, "act"))
        rows.put_later(ADD_NOTE, (number, "note"))
    assert cursor.many == []
    rows.flush()
    assert cursor.many == [("acts", 3), ("notes", 3)]
    rows.flush()
    assert len(cursor.many) == 2


def test_a_read_of_the_table_sees_what_waited():
    _, rows = _rows()
    rows.put_later(ADD_ACT, (1, "act"))
    assert rows.one(COUNT_ACTS) == (1,)
    rows.put_later(ADD_NOTE, (1, "act"))
    assert rows.all(NOTED_ACTS) == [(1,)]


def test_a_table_that_is_only_asked_of_inside_counts_as_read():
    _, rows = _rows()
    rows.put(ADD_NOTE, (1, "act"))
    rows.put_later(ADD_ACT, (1, "act"))
    assert rows.one(NOTED_ACTS) == (1,)


def test_a_read_of_another_table_lets_them_wait():
    cursor, rows = _rows()
    rows.put_later(ADD_ACT, (1, "act"))
    assert rows.one(COUNT_NOTES) == (0,)
    assert cursor.many == []


def test_a_look_up_does_not_make_them_write():
    cursor, rows = _rows()
    rows.put_later(ADD_ACT, (1, "act"))
    assert rows.look_up(NAME, which=2) is None
    assert cursor.many == []


def test_two_statements_on_one_table_keep_their_order():
    _, rows = _rows()
    rows.put_later(ADD_ACT, (1, "first"))
    rows.run_later(RENAME, which=1, new="second")
    rows.put_later(ADD_ACT, (1, "third"))
    rows.run_later(RENAME, which=1, new="fourth")
    assert rows.one(NAME, which=1) == ("fourth",)


def test_a_change_at_once_comes_after_what_waited():
    _, rows = _rows()
    rows.put_later(ADD_ACT, (1, "first"))
    assert rows.run(RENAME, which=1, new="second") == 1
    assert rows.put(ADD_ACT, (1, "third")) == 0
