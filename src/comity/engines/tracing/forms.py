"""The forms that files of this room had: an earlier one is brought to the newest when the file is opened.

A file says the number of its form in ``setting``; those made before numbers were kept are told by columns.
All steps are done together or not at all. A file of a newer form is refused: forms go forward only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.engines.tracing.statements import TABLES, steps
from comity.kernel.errors import ConflictError

if TYPE_CHECKING:
    from comity.engines.tracing.database import Database

_NUMBERED = """
create temp table was as
  select s.*, row_number() over (order by moment, digest)::integer as nr from source s;
drop table source;
create table source (
  digest varchar primary key, name varchar, form varchar, size bigint, moment bigint, officer varchar,
  fresh bigint, known bigint, nr integer);
insert into source select digest, name, form, size, moment, officer, fresh, known, nr from was;
drop table was;
create temp table was as select t.*, (select max(nr) from source) as came from tx t;
drop table tx;
create table tx as from was;
drop table was;
create temp table was as select o.*, (select max(nr) from source) as came from output o;
drop table output;
create table output as from was;
drop table was;
create temp table was as select t.*, (select max(nr) from source) as came from transfer t;
drop table transfer;
create table transfer as from was;
drop table was
"""
"""Which file brought a row was not kept before: all rows count as come with the last one."""
_KEYLESS = """
drop table if exists link;
delete from setting where name = 'links';
create temp table was as
  select t.id, height, position, moment, coalesce(i.many, 0)::integer as ins,
    coalesce(o.many, 0)::integer as outs, came::integer as came
  from tx t left join (select tx, count(*) as many from input group by tx) i on i.tx = t.id
  left join (select tx, count(*) as many from output group by tx) o on o.tx = t.id;
drop table tx;
create table tx as from was;
drop table was;
create temp table was as select tx, n, value, address, kind, came::integer as came from output;
drop table output;
create table output as from was;
drop table was;
create temp table was as select tx, n, from_tx, from_n from input;
drop table input;
create table input as from was;
drop table was;
create temp table was as
  select id, position, moment, sender, receiver, value, came::integer as came from transfer;
drop table transfer;
create table transfer as from was;
drop table was
"""
"""Clusters of that form are not read any more; the same rules make them again."""
_ORDERED = """
create temp table was as
  select id, 0::bigint as height, position, moment, sender, receiver, value, came from transfer;
drop table transfer;
create table transfer as from was;
drop table was
"""
_DERIVED = ("move", "holder", "shape", "ranked", "answer", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The forms of one sort of file.

    Attributes:
        tables: Makes the newest.
        changes: Makes a form from the one before, from the second on.
        marks: For each form from the second on that knew no number: a table and a column that tell it.
        derived: Tables that are made again when they are missed.
    """

    tables: str
    changes: Sequence[str]
    marks: Sequence[tuple[str, str]]
    derived: Sequence[str] = ()

    @property
    def newest(self) -> int:
        """The number of the newest."""
        return 1 + len(self.changes)


LEDGER = Forms(
    tables=TABLES,
    changes=(_NUMBERED, _KEYLESS, _ORDERED),
    marks=(("source", "nr"), ("tx", "ins"), ("transfer", "height")),
    derived=_DERIVED,
)
"""Ledgers: with files in order, with rows without keys, with transfers in the order of blocks."""


def formed(db: Database, forms: Forms, *, name: str) -> None:
    """Bring a file to the newest form, or make it.

    Args:
        db: The file.
        forms: Its forms.
        name: Of the file, for errors.

    Raises:
        ConflictError: ``trace.newer``: a newer version made it.
    """
    held = _held(db, forms)
    if held == forms.newest:
        return
    if held > forms.newest:
        raise ConflictError(
            "trace.newer",
            f"this file has form {held}, and this version reads {forms.newest}",
            hint="use the version that wrote it, or a newer one",
            where=name,
        )
    with db.whole():
        if held:
            for table in forms.derived:
                db.run(f"drop table if exists {table}")
            for change in forms.changes[held - 1 :]:
                for statement in steps(change):
                    db.run(statement)
        for statement in steps(forms.tables):
            db.run(statement)
        db.run("insert or replace into setting values ('form', ?)", [str(forms.newest)])


def _held(db: Database, forms: Forms) -> int:
    """Return the number of the form that a file has; 0 where it holds nothing yet."""
    columns = {
        (str(row[0]), str(row[1]))
        for row in db.run(
            "select table_name, column_name from duckdb_columns() where not internal "
            "and database_name = current_database() and schema_name = 'main'"
        )
    }
    if ("setting", "name") in columns:
        told = db.one("select value from setting where name = 'form'")
        if told is not None:
            return int(told[0])
    if not columns:
        return 0
    return 1 + sum(mark in columns for mark in forms.marks)
