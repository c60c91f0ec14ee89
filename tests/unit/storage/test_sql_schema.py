"""Migrations make the tables that the code sees, step by step, with data in place."""

from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import BigInteger, LargeBinary, Text, create_engine, inspect
from sqlalchemy.engine import URL

from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.storage.sql.every_table import METADATA
from comity.storage.sql.migrations.known import NEWEST, STEPS
from comity.storage.sql.migrations.runner import migrate
from comity.storage.sql.migrations.steps import Step
from comity.storage.sql.store import create_store, open_store

NEXT = Step(
    number=NEWEST + 1,
    name="a note on every setting",
    statements=(
        "ALTER TABLE setting ADD COLUMN note {text} NOT NULL DEFAULT ''",
        "UPDATE setting SET note = name || '!'",
    ),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "node.db"
    store = create_store(place)
    with store.transaction() as tx:
        tx.node.put_setting("name", b"value")
    store.close()
    return place


def raw(path: Path, text: str) -> list[Any]:
    connection = dbapi2.connect(str(path))
    try:
        with connection:
            found: list[Any] = connection.execute(text).fetchall()
        return found
    finally:
        connection.close()


def test_migrations_make_the_tables_that_the_code_sees(path: Path) -> None:
    engine = create_engine(URL.create("sqlite+pysqlite", database=str(path)), module=dbapi2)
    seen = inspect(engine)
    assert set(seen.get_table_names()) == set(METADATA.tables)
    for table in METADATA.tables.values():
        found = {column["name"]: column for column in seen.get_columns(table.name)}
        assert list(found) == [column.name for column in table.columns]
        for column in table.columns:
            kind = {BigInteger: "BIGINT", LargeBinary: "BLOB", Text: "TEXT"}[type(column.type)]
            assert (str(found[column.name]["type"]), found[column.name]["nullable"]) == (
                kind,
                column.nullable,
            )
        keys = seen.get_pk_constraint(table.name)["constrained_columns"]
        assert keys == [column.name for column in table.primary_key.columns]
        indexes = {
            (item["name"], tuple(item["column_names"]), bool(item["unique"]))
            for item in seen.get_indexes(table.name)
        }
        assert indexes == {
            (item.name, tuple(column.name for column in item.columns), bool(item.unique))
            for item in table.indexes
        }
    engine.dispose()


def test_steps_are_numbered_without_a_gap_and_spelt_for_both_engines() -> None:
    assert [step.number for step in STEPS] == list(range(1, NEWEST + 1))
    for step in STEPS:
        has_text = "{text}" in "".join(step.statements)
        assert ('TEXT COLLATE "C"' in "".join(step.spelt("postgresql"))) == has_text
        assert "WITHOUT ROWID" not in "".join(step.spelt("postgresql"))
        assert "{" not in "".join(step.spelt("sqlite"))


def test_a_current_store_stays_as_it_is(path: Path) -> None:
    assert migrate(path) == (NEWEST, NEWEST)
    assert raw(path, "SELECT number, name FROM schema_step") == [(step.number, step.name) for step in STEPS]


def test_a_step_is_done_once_with_data_in_place(path: Path) -> None:
    assert migrate(path, steps=(*STEPS, NEXT)) == (NEWEST, NEWEST + 1)
    assert migrate(path, steps=(*STEPS, NEXT)) == (NEWEST + 1, NEWEST + 1)
    assert raw(path, "SELECT name, value, note FROM setting") == [("name", b"value", "name!")]


def test_a_step_that_fails_leaves_nothing_behind(path: Path) -> None:
    broken = Step(number=NEXT.number + 1, name="broken", statements=("UPDATE setting SET nowhere = 1",))
    with pytest.raises(dbapi2.OperationalError):
        migrate(path, steps=(*STEPS, NEXT, broken))
    assert [row[1] for row in raw(path, "PRAGMA table_info(setting)")] == ["name", "value"]
    assert migrate(path) == (NEWEST, NEWEST)


def test_a_store_of_newer_software_is_refused(path: Path) -> None:
    migrate(path, steps=(*STEPS, NEXT))
    for refused in (migrate, open_store):
        with pytest.raises(ConflictError) as caught:
            refused(path)
        assert caught.value.code == "store.newer"


def test_a_store_of_older_software_asks_for_migration(path: Path) -> None:
    raw(path, "DELETE FROM schema_step")
    with pytest.raises(ConflictError) as caught:
        open_store(path)
    assert (caught.value.code, "comity migrate" in caught.value.hint) == ("store.older", True)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as absent:
        open_store(tmp_path / "none.db")
    assert absent.value.code == "store.absent"
    with pytest.raises(NotFoundError):
        migrate(tmp_path / "none.db")
    other = tmp_path / "other.db"
    raw(other, "CREATE TABLE mine (a)")
    for refused in (migrate, open_store):
        with pytest.raises(MalformedError) as foreign:
            refused(other)
        assert foreign.value.code == "store.foreign"
    other.write_bytes(b"hello" * 1000)
    with pytest.raises(UnavailableError) as torn:
        open_store(other)
    assert torn.value.code == "store.torn"


def test_a_store_is_made_once_and_is_its_owners(path: Path, tmp_path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConflictError) as caught:
        create_store(path)
    assert caught.value.code == "store.exists"
    empty = tmp_path / "empty.db"
    empty.touch()
    create_store(empty).close()


def test_a_damaged_store_is_not_migrated(path: Path) -> None:
    store = open_store(path)
    with store.transaction() as tx:
        for number in range(200):
            tx.node.put_setting(f"s{number}", bytes(500))
    store.close()
    data = bytearray(path.read_bytes())
    half = len(data) // 2 // 4096 * 4096
    data[half:] = bytes(len(data) - half)
    path.write_bytes(bytes(data))
    with pytest.raises(UnavailableError) as caught:
        migrate(path, steps=(*STEPS, NEXT))
    assert caught.value.code == "store.torn"
