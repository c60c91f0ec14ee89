"""Rows of a ledger: transactions and transfers go in once each, and come out for clustering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from comity.engines.tracing.database import Database, duck
from comity.engines.tracing.passes import numbers
from comity.engines.tracing.statements import (
    CONTRADICTIONS,
    DIFFERING,
    INCOMING,
    INSIDE,
    ONCE_TWICE,
    OVERPAID,
    SPENDINGS,
    steps,
)
from comity.kernel.errors import MalformedError
from comity.tracing.clusters import Paid, Spending
from comity.tracing.ordering import depths
from comity.tracing.secrets import KEY_FORMS
from comity.tracing.transactions import Output, Transaction

_COLUMNS = {
    "id": ("transaction_hash", "tx_hash", "txhash", "txid", "hash", "id"),
    "position": ("log_index", "transfer_index", "position", "index"),
    "turn": ("transaction_index", "tx_index"),
    "height": ("block_number", "block_height", "blocknumber", "block"),
    "at": ("block_timestamp", "block_time", "timestamp", "time", "at"),
    "sender": ("from_address", "from", "sender", "source"),
    "receiver": ("to_address", "to", "receiver", "target"),
    "value": ("value", "raw_value", "raw_amount", "amount"),
    "asset": ("token_address", "contract_address", "token", "asset"),
}
"""Names of columns that are understood, the first one that is there is taken."""
_MOST_TURN = 1 << 20
"""Transfers of one transaction that keep their order where a table tells the transaction's place only."""
_NOBODY = "0x0000000000000000000000000000000000000000"
_ROWS = 2000
_MOST_INDEX = 1 << 24
_LATEST = 253_402_300_799_999_999
_PLAIN = "[!-~]{0,200}"
_MILLIS, _MICROS = 100_000_000_000, 100_000_000_000_000


_ROOMS = {"tx": "id", "output": "tx, n", "input": "tx, n"}
"""Tables of transactions, and what names a row in each."""


def begin(db: Database) -> None:
    """Make room for the transactions of one file."""
    for table in _ROOMS:
        db.run(f"create or replace temp table new_{table} as from {table} limit 0")


def put_transactions(db: Database, batch: Sequence[Transaction], *, came: int) -> None:
    """Put transactions of a file, which has a number, beside those that are here.

    Raises:
        MalformedError: ``trace.fee``.
    """
    for one in batch:
        one.fee()
    outputs = [(one.id, n, output) for one in batch for n, output in enumerate(one.outputs)]
    outputs += [
        (spent.tx, spent.index, spent.output)
        for one in batch
        for spent in one.inputs
        if spent.output is not None
    ]
    told: list[Sequence[object]] = [
        [one.id for one in batch],
        [one.height for one in batch],
        [one.position for one in batch],
        [int(one.at) for one in batch],
        [len(one.inputs) for one in batch],
        [len(one.outputs) for one in batch],
        [came] * len(batch),
    ]
    put(db, "new_tx", told)
    _put_outputs(db, outputs, came)
    inputs = [(one.id, n, spent) for one in batch for n, spent in enumerate(one.inputs)]
    if wild := next((tx for tx, _, spent in inputs if spent.index >= _MOST_INDEX), ""):
        raise MalformedError("trace.conflict", "an output is spent that no transaction has", where=wild)
    put(
        db,
        "new_input",
        [
            [row[0] for row in inputs],
            [row[1] for row in inputs],
            [row[2].tx for row in inputs],
            [row[2].index for row in inputs],
        ],
    )


def _put_outputs(db: Database, rows: Sequence[tuple[str, int, Output]], came: int) -> None:
    columns: list[Sequence[object]] = [
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2].value for row in rows],
        [row[2].address for row in rows],
        [row[2].kind for row in rows],
        [came] * len(rows),
    ]
    put(db, "new_output", columns)


def merge(db: Database) -> None:
    """Bring the transactions of a file among those that are here, each once.

    Raises:
        MalformedError: ``trace.conflict``: they cannot be on one chain; ``trace.fee``.
    """
    for statement in steps(ONCE_TWICE):
        db.run(statement)
    for table, key in _ROOMS.items():
        db.run(
            f"insert into {table} select distinct on ({key}) * "  # noqa: S608
            f"from new_{table} anti join {table} using ({key})"
        )
    for why, statement in CONTRADICTIONS.items():
        if (row := db.one(statement)) is not None:
            raise MalformedError(
                "trace.conflict",
                why,
                hint="one of the files is wrong; fetch the transaction from a node of the network",
                where=row[0],
            )
    if (row := db.one(OVERPAID)) is not None:
        raise MalformedError("trace.fee", "a transaction pays more than it spends", where=row[0])
    for _ in depths(db.run(f"{INSIDE} semi join new_tx s on s.height = c.height order by 1")):
        pass
    for table in _ROOMS:
        db.run(f"drop table new_{table}")


def put(db: Database, table: str, columns: Sequence[Sequence[object]]) -> None:
    """Put columns behind the rows of a table."""
    if columns[0]:
        with _staged(db, columns) as staged:
            db.run(f"insert into {table} from {staged}")


def _staged(db: Database, columns: Sequence[Sequence[object]]) -> AbstractContextManager[str]:
    np = numbers()
    return db.staged({f"c{n}": _column(np, column) for n, column in enumerate(columns)})


def _column(np: Any, values: Sequence[object]) -> Any:
    small = all(isinstance(value, int) and -(1 << 62) < value < 1 << 62 for value in values)
    return np.array(values, dtype=np.int64 if small else object)


def put_transfers(db: Database, path: str, *, asset: str, came: int) -> int:
    """Put the transfers of a CSV or Parquet file, which has a number, into their table; return how many.

    Raises:
        MalformedError: ``trace.table``, ``trace.value``, ``trace.conflict``.
    """
    if set(path) & set("*?[]{}"):
        raise MalformedError("trace.table", "the name of a table holds none of * ? [ ] { }", where=path)
    options = "" if Path(path).suffix == ".parquet" else ", all_varchar = true, header = true"
    reader = "read_parquet" if not options else "read_csv"
    try:
        db.read(f"create or replace temp view file as from {reader}({_quoted(path)}{options})")
        names = [(str(row[0]), str(row[1])) for row in db.read("describe file")]
        chosen = _chosen(names, path, needs_asset=bool(asset))
        db.read(_reading(chosen, asset))
    except duck().Error as exc:
        first = str(exc).partition("\n")[0][:200]
        raise MalformedError("trace.table", f"the table cannot be read: {first}", where=path) from exc
    _require_rows(db, path)
    _require_keyless(db, path)
    total = int(db.one("select count(*) from incoming")[0])
    db.run(
        "insert into transfer select distinct on (id, position) "  # noqa: S608
        f"id, height, position, moment, sender, receiver, value, {came:d} "
        "from incoming anti join transfer using (id, position)"
    )
    row = db.one(DIFFERING)
    db.run("drop table incoming")
    if row is not None:
        raise MalformedError(
            "trace.conflict", "a transfer is told with two amounts or two accounts", where=f"{path} {row[0]}"
        )
    return total


def _chosen(names: Sequence[tuple[str, str]], path: str, *, needs_asset: bool) -> dict[str, str]:
    known = {name.lower(): (name, kind) for name, kind in names}
    chosen = {
        role: known[found][0]
        for role, wanted in _COLUMNS.items()
        if (found := next((one for one in wanted if one in known), ""))
    }
    needed = ("id", "at", "sender", "receiver", "value", *(["asset"] if needs_asset else []))
    lacking = [role for role in needed if role not in chosen]
    if lacking:
        raise MalformedError(
            "trace.table",
            "the table has no column for " + ", ".join(lacking),
            hint="columns are " + "; ".join(f"{role}: {'/'.join(known)}" for role, known in _COLUMNS.items()),
            where=path,
        )
    if dict(names)[chosen["value"]] in ("DOUBLE", "FLOAT"):
        raise MalformedError(
            "trace.value",
            "the amounts are binary fractions, which hold no exact amount",
            hint="write them as text or whole numbers of the smallest unit",
            where=path,
        )
    return chosen


def _reading(chosen: dict[str, str], asset: str) -> str:
    """Return the statement that reads a table into columns of ours; what cannot be read becomes null."""

    def text(role: str) -> str:
        return f'trim(cast("{_name(chosen[role])}" as varchar))'

    def account(role: str) -> str:
        return f"coalesce(nullif({plain(role)}, '{_NOBODY}'), '')"

    def plain(role: str) -> str:
        """Return hexadecimal digits in small letters; other forms tell letters apart by their case."""
        hexadecimal = f"regexp_full_match({text(role)}, '(0[xX])?[0-9a-fA-F]{{40,64}}')"
        return f"case when {hexadecimal} then lower({text(role)}) else {text(role)} end"

    number = f"try_cast({text('at')} as bigint)"
    moment = (
        f"coalesce(case when {number} > {_MICROS} then {number} when {number} > {_MILLIS} "
        f"then {number} * 1000 else {number} * 1000000 end, "
        f"epoch_us(try_cast({text('at')} as timestamptz)))"
    )
    digits = f"regexp_full_match({text('value')}, '[0-9]{{1,39}}')"
    value = f"case when {digits} then try_cast({text('value')} as hugeint) end"
    place = f"row_number() over (partition by {plain('id')} order by line) - 1"
    if "position" in chosen:
        place = f"try_cast({text('position')} as bigint)"
    elif "turn" in chosen:
        place = f"try_cast({text('turn')} as integer)::bigint * {_MOST_TURN} + {place}"
    only = f"where lower({text('asset')}) = lower({_quoted(asset)})" if asset else ""
    return INCOMING.format(
        id=plain("id"),
        height=f"try_cast({text('height')} as bigint)" if "height" in chosen else "0",
        place=place,
        moment=moment,
        sender=account("sender"),
        receiver=account("receiver"),
        value=value,
        only=only,
    )


def _require_keyless(db: Database, path: str) -> None:
    """Refuse a table that names an account by its private key, told by its row alone."""
    held = " or ".join(
        f"(length({name}) > 50 and regexp_full_match({name}, '{KEY_FORMS}'))"
        for name in ("id", "sender", "receiver")
    )
    row = db.one(f"select line from incoming where {held} order by line limit 1")  # noqa: S608
    if row is not None:
        raise MalformedError(
            "secret.key",
            "this holds a private key or a seed phrase of an asset, which never enters a node",
            hint="take it out, and give it to the custodian: whoever reads it can take the money",
            where=f"{path}, row {row[0]}",
        )


def _require_rows(db: Database, path: str) -> None:
    row = db.one(
        "select line, value is null from incoming where value is null or moment is null "  # noqa: S608
        f"or moment not between 0 and {_LATEST} or height is null or position is null or position < 0 "
        f"or coalesce(id, '') = '' "
        f"or not (regexp_full_match(id, '{_PLAIN}') and regexp_full_match(sender, '{_PLAIN}') "
        f"and regexp_full_match(receiver, '{_PLAIN}')) order by line limit 1"
    )
    if row is None:
        return
    if row[1]:
        raise MalformedError(
            "trace.value",
            "an amount is a whole number of the smallest unit, from 0 to 2^127 - 1",
            where=f"{path}, row {row[0]}",
        )
    raise MalformedError(
        "trace.table",
        "a row has no transaction, time or place, or an account that is no plain text",
        where=f"{path}, row {row[0]}",
    )


def spendings(db: Database) -> Iterator[Spending]:
    """Yield every transaction in order, with what it spends and makes."""
    for tx, spent, made in db.stream(SPENDINGS, most=_ROWS):
        yield Spending(
            tx=tx,
            spent=tuple(Paid(address=one[0], value=one[1], kind=one[2]) for one in map(_row, spent or ())),
            made=tuple(
                Paid(address=one[0], value=one[1], kind=one[2], fresh=bool(one[3]))
                for one in map(_row, made or ())
            ),
        )


def _row(told: Any) -> Sequence[Any]:
    """Return a row of a list of rows, which comes as a tuple or, by name, as a mapping."""
    return tuple(told.values()) if isinstance(told, dict) else told


def setting(db: Database, name: str) -> str:
    """Return a setting of the ledger; empty where it has none."""
    row = db.one("select value from setting where name = ?", [name])
    return "" if row is None else str(row[0])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(text: str) -> str:
    return text.replace('"', '""')
