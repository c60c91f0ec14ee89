"""Ledgers of earlier versions are brought to the newest form; what is newer or damaged is refused."""

import pytest

from comity.engines.tracing.forms import LEDGER
from comity.engines.tracing.ledger import LedgerFolder
from comity.kernel.errors import ConflictError, UntrustedError
from comity.tracing.taint import Method
from comity.tracing.trails import follow
from tests.unit.engines.tracing.test_ledger import DESK, ask, table, taken, written
from tests.unit.tracing.chains import CHAIN, MINED

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("numba")

FIRST = """
create table setting (name varchar primary key, value varchar);
create table source (digest varchar primary key, name varchar, form varchar, size bigint, moment bigint,
  officer varchar, fresh bigint, known bigint);
create table block (height bigint primary key, id varchar);
create table tx (id varchar primary key, height bigint, position bigint, moment bigint);
create table output (tx varchar, n integer, value hugeint, address varchar, kind varchar,
  primary key (tx, n));
create table input (tx varchar, n integer, from_tx varchar, from_n integer, primary key (tx, n));
create table transfer (id varchar, position bigint, moment bigint, sender varchar, receiver varchar,
  value hugeint, primary key (id, position));
create table link (place bigint primary key, rule varchar, tx varchar, first varchar, second varchar,
  because varchar);
create table shape as select 1 as holders
"""
SECOND = (
    FIRST.replace("known bigint", "known bigint, nr integer")
    .replace("moment bigint);", "moment bigint, came integer);")
    .replace("kind varchar,", "kind varchar, came integer,")
    .replace("value hugeint, primary key (id", "value hugeint, came integer, primary key (id")
    .replace(
        "create table shape",
        "create table asked (trail varchar primary key, method varchar, seeds varchar, "
        "since bigint, until bigint, inputs varchar, moment bigint, officer varchar);\ncreate table shape",
    )
)
THIRD = (
    SECOND
    .replace("id varchar primary key", "id varchar")
    .replace(",\n  primary key (tx, n)", "")
    .replace(", primary key (tx, n)", "")
    .replace(", primary key (id, position)", "")
    .replace("moment bigint, came", "moment bigint, ins integer, outs integer, came")
)  # fmt: skip
ROWS = ("setting", "source", "block", "tx", "output", "input", "transfer")


def aged(path, shape, *, now):
    """Write a ledger of an earlier shape with the rows of one of now."""
    db = duckdb.connect(str(path))
    for statement in shape.split(";"):
        db.execute(statement)
    db.execute(f"attach '{now}' as now (read_only)")
    for name in ROWS:
        columns = ", ".join(
            str(row[0])
            for row in db.execute(
                f"select column_name from duckdb_columns() where table_name = '{name}' "
                "and database_name <> 'now' and schema_name = 'main' and not internal order by column_index"
            ).fetchall()
        )
        db.execute(f"insert into {name} select {columns} from now.{name}")
    db.execute("delete from setting where name = 'form'")
    if shape is not THIRD:
        db.execute("insert into setting values ('links', 'rules as they once were')")
    db.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Ledgers of now, the digests of their answers, and where they lie."""
    root = tmp_path_factory.mktemp("forms")
    folder = LedgerFolder(root / "trace")
    answers = {}
    with folder.open(DESK, "main", make=True) as ledger:
        for one in CHAIN:
            taken(folder, ledger, written(root, f"{one['height']}.json", one))
        answers["main"] = (ledger.contents(), follow(ledger, ask(Method.FIFO)).digest)
    with folder.open(DESK, "eth", make=True) as ledger:
        taken(folder, ledger, written(root, "t.csv", table()), asset="0xaa")
        answers["eth"] = (ledger.contents(), follow(ledger, ask(Method.HAIRCUT, "0x" + "a" * 40)).digest)
    return root / "trace" / DESK.replace("/", "_"), answers


@pytest.mark.parametrize("shape", [FIRST, SECOND, THIRD], ids=["first", "second", "third"])
def test_a_ledger_of_an_earlier_form_is_brought_to_the_newest_and_answers_the_same(made, tmp_path, shape):
    here, answers = made
    folder = LedgerFolder(tmp_path / "trace")
    with folder.open(DESK, "fresh", make=True) as ledger:
        newest = columns(ledger)
    for name, method, seeds in (("main", Method.FIFO, ()), ("eth", Method.HAIRCUT, ("0x" + "a" * 40,))):
        path = tmp_path / "trace" / DESK.replace("/", "_") / f"{name}.duckdb"
        aged(path, shape, now=here / f"{name}.duckdb")
        for _ in range(2):
            with folder.open(DESK, name) as ledger:
                assert ledger.contents() == answers[name][0]
                assert follow(ledger, ask(method, *seeds)).digest == answers[name][1]
                assert {key: columns(ledger)[key] for key in newest} == newest
                assert ledger.book.grouping() is None
    with folder.open(DESK, "main") as ledger:
        other = written(tmp_path, "1.json", {**MINED, "confirmations": 9})
        assert (taken(folder, ledger, other).fresh, taken(folder, ledger, other).known) == (0, 2)


def columns(ledger):
    rows = ledger._db.run(
        "select table_name, list((column_name, data_type) order by column_index) from duckdb_columns() "
        "where not internal and database_name = current_database() and schema_name = 'main' group by 1"
    )
    return dict(rows)


def test_what_is_newer_damaged_or_no_ledger_is_refused_in_words(made, tmp_path):
    here, _ = made
    folder = LedgerFolder(tmp_path / "trace")
    with folder.open(DESK, "newer", make=True) as ledger:
        ledger._db.run("update setting set value = ? where name = 'form'", [str(LEDGER.newest + 1)])
    with pytest.raises(ConflictError, match="form") as caught, folder.open(DESK, "newer"):
        pass
    assert caught.value.code == "trace.newer" and caught.value.hint
    whole = bytearray((here / "main.duckdb").read_bytes())
    for n in range(4096, len(whole), 64):
        whole[n] ^= 0xFF
    place = tmp_path / "trace" / DESK.replace("/", "_")
    for name, data in (("empty", b""), ("text", b"a ledger?" * 999), ("cut", whole[:9000]), ("torn", whole)):
        (place / f"{name}.duckdb").write_bytes(data)
        with pytest.raises(UntrustedError) as damaged, folder.open(DESK, name) as ledger:
            ledger.contents()
        assert damaged.value.code == "trace.broken" and "--ledger" in damaged.value.hint


def test_a_ledger_made_for_a_file_that_is_refused_is_gone_again(tmp_path):
    folder = LedgerFolder(tmp_path / "trace")
    with pytest.raises(ConflictError), folder.open(DESK, "new", make=True):
        raise ConflictError("x.y", "no")
    assert folder.names(DESK) == ()
