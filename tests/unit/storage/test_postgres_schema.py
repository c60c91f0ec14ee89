"""The schema on a server: made, recognised, migrated with data in place, and gone through by index."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from sqlalchemy import BigInteger, LargeBinary, Text

from comity.cases.ports import PartRecord
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.kernel.ids import ActId, AuthorityId
from comity.storage.sql import acts, casework, evidence, exchange, jobs, leases, logs, node, outbox
from comity.storage.sql.address import parse_server
from comity.storage.sql.every_table import METADATA
from comity.storage.sql.migrations.known import NEWEST, STEPS
from comity.storage.sql.migrations.runner import migrate
from comity.storage.sql.migrations.steps import Step
from comity.storage.sql.store import SqlStore, create_store, open_store
from tests import postgres
from tests.unit.storage.test_sql_plans import WHOLE, statements

pytestmark = [pytest.mark.slow, pytest.mark.network]
NEXT = Step(
    number=NEWEST + 1,
    name="a note on every setting",
    statements=(
        "ALTER TABLE setting ADD COLUMN note {text} NOT NULL DEFAULT ''",
        "UPDATE setting SET note = name || '!'",
    ),
)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with postgres.address() as found:
        yield found


@pytest.fixture
def dsn(base: str) -> Iterator[str]:
    postgres.drop(base)
    create_store(base, durable=False).close()
    yield base
    postgres.drop(base)


@pytest.fixture
def store(dsn: str) -> Iterator[SqlStore]:
    found = open_store(dsn, durable=False)
    with found.transaction() as tx:
        tx.node.put_setting("name", b"value")
    yield found
    found.close()


def test_migrations_make_the_tables_that_the_code_sees(dsn: str) -> None:
    schema = parse_server(dsn).schema
    columns = postgres.run(
        dsn,
        lambda _: (
            f"""
        SELECT table_name, column_name, data_type, is_nullable = 'YES', collation_name
        FROM information_schema.columns WHERE table_schema = '{schema}' ORDER BY table_name, ordinal_position
        """
        ),
    )
    kinds = {BigInteger: ("bigint", None), LargeBinary: ("bytea", None), Text: ("text", "C")}
    assert columns == [
        (table.name, column.name, kinds[type(column.type)][0], column.nullable, kinds[type(column.type)][1])
        for table in sorted(METADATA.tables.values(), key=lambda table: table.name)
        for column in table.columns
    ]
    indexes = postgres.run(
        dsn,
        lambda _: (
            f"""
        SELECT c.relname, i.indisunique, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = '{schema}'::regnamespace GROUP BY 1, 2
        """
        ),
    )
    wanted = [
        (str(item.name), bool(item.unique), [column.name for column in item.columns])
        for table in METADATA.tables.values()
        for item in table.indexes
    ] + [
        (f"{table.name}_pkey", True, [column.name for column in table.primary_key.columns])
        for table in METADATA.tables.values()
    ]
    assert sorted(indexes) == sorted(wanted)


def test_a_store_is_made_once(dsn: str, store: SqlStore) -> None:
    with pytest.raises(ConflictError) as caught:
        create_store(dsn, durable=False)
    assert caught.value.code == "store.exists"
    with store.snapshot() as tx:
        assert tx.node.setting("name") == b"value"


def test_an_empty_schema_made_beforehand_will_do(dsn: str) -> None:
    postgres.run(dsn, lambda schema: f"DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}")
    create_store(dsn, durable=False).close()
    assert migrate(dsn) == (NEWEST, NEWEST)


def test_a_schema_that_is_absent_or_of_others_is_refused(dsn: str) -> None:
    postgres.drop(dsn)
    for refused in (lambda: migrate(dsn), lambda: open_store(dsn, durable=False)):
        with pytest.raises(NotFoundError) as absent:
            refused()
        assert absent.value.code == "store.absent"
    postgres.run(
        dsn, lambda schema: f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.schema_step (number bigint)"
    )
    for refused in (lambda: migrate(dsn), lambda: open_store(dsn, durable=False)):
        with pytest.raises(MalformedError) as foreign:
            refused()
        assert foreign.value.code == "store.foreign"
    with pytest.raises(ConflictError):
        create_store(dsn, durable=False)


def test_a_step_is_done_once_with_data_in_place(dsn: str, store: SqlStore) -> None:
    assert migrate(dsn, steps=(*STEPS, NEXT)) == (NEWEST, NEWEST + 1)
    assert migrate(dsn, steps=(*STEPS, NEXT)) == (NEWEST + 1, NEWEST + 1)
    rows = postgres.run(dsn, lambda schema: f"SELECT name, value, note FROM {schema}.setting")
    assert rows == [("name", b"value", "name!")]
    for refused in (lambda: migrate(dsn), lambda: open_store(dsn, durable=False)):
        with pytest.raises(ConflictError) as newer:
            refused()
        assert newer.value.code == "store.newer"


def test_a_step_that_fails_leaves_nothing_behind(dsn: str, store: SqlStore) -> None:
    broken = Step(number=NEXT.number + 1, name="broken", statements=("UPDATE setting SET nowhere = 1",))
    with pytest.raises(Exception, match="nowhere"):
        migrate(dsn, steps=(*STEPS, NEXT, broken))
    assert migrate(dsn) == (NEWEST, NEWEST)
    assert postgres.run(dsn, lambda schema: f"SELECT * FROM {schema}.setting") == [("name", b"value")]


def test_a_store_of_older_software_asks_for_migration(dsn: str) -> None:
    postgres.run(dsn, lambda schema: f"DELETE FROM {schema}.schema_step")
    with pytest.raises(ConflictError) as caught:
        open_store(dsn, durable=False)
    assert (caught.value.code, "comity migrate" in caught.value.hint) == ("store.older", True)


def test_a_store_in_use_is_not_migrated_under_the_hands_of_a_step(
    dsn: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.storage.sql.migrations.server.BUSY_MS", 100)
    with store.transaction() as tx:
        tx.node.put_setting("name", b"other")
        with store.snapshot(), pytest.raises(UnavailableError) as caught:
            migrate(dsn, steps=(*STEPS, NEXT))
    assert caught.value.code == "store.locked"
    assert migrate(dsn, steps=(*STEPS, NEXT)) == (NEWEST, NEWEST + 1)


@pytest.mark.skipif("COMITY_TEST_DSN" in postgres.os.environ, reason="needs a server of its own")
def test_a_server_that_may_lose_commits_is_refused_unless_told(dsn: str) -> None:
    other = dsn + "_other"
    for refused in (lambda: open_store(dsn), lambda: create_store(other)):
        with pytest.raises(UnavailableError) as caught:
            refused()
        assert (caught.value.code, "fsync = on" in caught.value.hint) == ("store.unsafe", True)
    open_store(dsn, durable=False).close()


@pytest.mark.skipif("COMITY_TEST_DSN" in postgres.os.environ, reason="needs a server of its own")
def test_a_database_in_another_encoding_is_refused(dsn: str) -> None:
    postgres.run(dsn, lambda _: "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(UnavailableError) as caught:
        create_store(dsn.replace("/postgres?", "/latin?"), durable=False)
    assert caught.value.code == "store.server"


def test_a_server_that_is_not_there_is_named_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.require_driver()
    monkeypatch.setenv("PGPASSWORD", "verysecret")
    with pytest.raises(UnavailableError) as caught:
        open_store("postgresql://someone@127.0.0.1:9/db")
    assert caught.value.code == "store.unreachable"
    assert "127.0.0.1" in str(caught.value)
    assert "verysecret" not in str(caught.value)


@pytest.mark.parametrize("module", [acts, casework, evidence, exchange, jobs, leases, logs, node, outbox])
def test_no_statement_reads_a_whole_table(module: ModuleType, store: SqlStore) -> None:
    with store.transaction() as tx:
        rows = tx.node._rows
        rows._cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        for number, (name, statement) in enumerate(statements(module)):
            spelt = statement.spelt(rows._dialect)
            nothing = ", ".join(["NULL"] * len(spelt.names))
            rows._cursor.execute(f"PREPARE asked{number} AS {spelt.text}")
            rows._cursor.execute(f"EXPLAIN EXECUTE asked{number}" + (f"({nothing})" if nothing else ""))
            plan = [row[0] for row in rows._cursor.fetchall()]
            scanned = any("Seq Scan" in line for line in plan)
            assert not scanned or (module.__name__.rpartition(".")[2], name) in WHOLE, (name, plan)


def test_an_erased_part_is_swept_out(dsn: str, store: SqlStore) -> None:
    part = PartRecord(
        authority=AuthorityId("XAA/contact-point"),
        act_id=ActId("a" * 64),
        name="form",
        media="application/json",
        digest="d" * 64,
        salt=b"sixteen salt byt",
        data=b"the name of the victim",
    )
    with store.transaction() as tx:
        tx.acts.put_part(part)
    with store.transaction() as tx:
        assert tx.acts.erase_part(part.authority, part.act_id, "form")
    rows = postgres.run(dsn, lambda schema: f"SELECT salt, data FROM {schema}.act_part")
    assert rows == [(None, None)]
    counted = "SELECT reltuples = 1 FROM pg_class WHERE oid = '{schema}.act_part'::regclass"
    assert postgres.run(dsn, lambda schema: counted.format(schema=schema)) == [(True,)]
