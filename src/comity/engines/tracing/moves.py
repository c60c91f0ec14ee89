"""The moves of a ledger: made from its rows in the order of the chain, numbered, and read in windows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from comity.engines.tracing.database import Database
from comity.engines.tracing.passes import Window, numbers
from comity.engines.tracing.statements import (
    INSIDE,
    MOVED,
    OF_ACCOUNTS,
    OF_OUTPUTS,
    SHAPE,
    WIDE_MOVES,
    WINDOW_OF_MOVES,
    steps,
)
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.tracing.ordering import depths
from comity.tracing.ports import OUTPUTS, Moved
from comity.tracing.taint import Move

WINDOW = 1 << 20
_ROWS = 20_000


class Fetched(NamedTuple):
    """Moves one after the other, with the numbers that their holders have in the ledger."""

    base: int
    s: Any
    d: Any
    a: Any
    fresh: Any


_HEX = re.compile(r"(0x)?[0-9a-f]{40,64}", re.ASCII)
_OUTPUT = re.compile(r"([0-9a-f]{64}):([0-9]{1,6})", re.ASCII)
_LIMIT = 1 << 62
_FEES, _MADE, _BURNT = "fees", "made:", "burnt:"


def forget(db: Database) -> None:
    """Forget the moves: something new came in."""
    for table in ("move", "holder", "shape", "ranked"):
        db.run(f"drop table if exists {table}")


def prepared(db: Database) -> tuple[int, int, int]:
    """Make the moves where they are not made, and return holders, moves, and inputs whose output is not here.

    Raises:
        MalformedError: ``trace.fee``: a transaction pays more than it spends.
    """
    made = db.one("select 1 from duckdb_tables() where table_name = 'shape'")
    if made is None:
        _make(db)
    row = db.one("select holders, moves, unseen from shape")
    return int(row[0]), int(row[1]), int(row[2])


def _make(db: Database) -> None:
    model = db.one("select value from setting where name = 'model'")
    outputs = model is None or model[0] == OUTPUTS
    with db.whole():
        for table in ("move", "holder", "ranked", "pays", "known", "deep", "ordered", "named", "paying"):
            db.run(f"drop table if exists {table}")
        if outputs:
            _deepened(db)
        for statement in steps(OF_OUTPUTS if outputs else OF_ACCOUNTS):
            db.run(statement)
        row = db.one("select tx from move where value < 0 limit 1")
        if row is not None:
            raise MalformedError("trace.fee", "a transaction pays more than it spends", where=row[0])
        db.run(SHAPE)


def _deepened(db: Database) -> None:
    """Tell how many transactions of its block each rests on."""
    np = numbers()
    db.run("create temp table deep (id varchar, depth bigint)")
    found = depths(db.stream(f"{INSIDE} order by 1", most=_ROWS))
    while batch := list(islice(found, _ROWS)):
        columns = {
            "id": np.array([one[0] for one in batch], dtype=object),
            "depth": np.array([one[1] for one in batch], dtype=np.int64),
        }
        with db.staged(columns) as staged:
            db.run(f"insert into deep from {staged}")


def windows(db: Database, *, size: int = WINDOW) -> Iterator[Window]:
    """Yield all moves in order; an amount of 2^62 or more is told as 2^62, where every pass stops."""
    np = numbers()
    total = int(db.one("select count(*) from move")[0])
    for base in range(0, total, size):
        found = db.arrays(WINDOW_OF_MOVES, [_LIMIT, base, base + size])
        if len(found["place"]) > 1 and not bool((np.diff(found["place"]) == 1).all()):
            order = np.argsort(found["place"])
            found = {name: column[order] for name, column in found.items()}
        yield Window(
            base,
            np.ascontiguousarray(found["s"], dtype=np.int32),
            np.ascontiguousarray(found["d"], dtype=np.int32),
            np.ascontiguousarray(found["a"], dtype=np.int64),
        )


def wide_windows(db: Database, *, size: int, begin: int = 0, later: int | None = None) -> Iterator[Fetched]:
    """Yield moves in order from a place on, with amounts in two words of 64 bits.

    Args:
        db: The ledger.
        size: How many at a time.
        begin: Place of the first.
        later: Tells which moves so many files did not tell; None tells it of none.
    """
    np = numbers()
    total = int(db.one("select count(*) from move")[0])
    for base in range(begin, total, size):
        found = db.arrays(WIDE_MOVES, [1 << 31 if later is None else later, base, base + size])
        order = np.argsort(found["place"], kind="stable")
        yield Fetched(
            base,
            np.asarray(found["s"], dtype=np.int64)[order],
            np.asarray(found["d"], dtype=np.int64)[order],
            np.stack((found["ah"], found["al"]), axis=1)[order].astype(np.uint64),
            np.asarray(found["fresh"], dtype=bool)[order],
        )


def exact(db: Database) -> Iterator[Move]:
    """Yield all moves in order, as whole numbers of any size."""
    yield from db.stream("select s, d, value from move order by place", most=WINDOW >> 4)


def seeds(
    db: Database, named: str, *, model: str, since: Instant | None, until: Instant | None
) -> tuple[int, ...]:
    """Return the moves that a seed means: by which an output is made, or an account receives."""
    text = named.strip()
    outputs = model == OUTPUTS
    where, values = (
        ["m.moment >= ?", "m.moment < ?"],
        [int(since or 0), int(until if until is not None else 1 << 62)],
    )
    lowered = text.lower()
    found = _OUTPUT.fullmatch(lowered)
    if found and outputs:
        where.append("h.tx = ? and h.n = ?")
        values_of: list[Any] = [found[1], int(found[2])]
    else:
        digits = lowered if _HEX.fullmatch(lowered) else text
        where.append("(h.address = ? or m.tx = ? or m.tx = ?)")
        values_of = [digits, digits, "0x" + digits]
    if outputs:
        where.append("h.n >= 0 and h.tx = m.tx")
    rows = db.run(
        f"select place from move m join holder h on h.id = m.d where {' and '.join(where)} order by place",  # noqa: S608
        [*values, *values_of],
    )
    return tuple(int(row[0]) for row in rows)


def addresses(db: Database, holders: Iterable[int]) -> Mapping[int, str]:
    """Return the address of each holder that has one."""
    np = numbers()
    wanted = {"id": np.array(sorted(holders), dtype=np.int32)}
    if not len(wanted["id"]):
        return {}
    with db.staged(wanted) as staged:
        rows = db.run(
            f"select h.id, h.address from holder h join {staged} w on w.id = h.id where h.address <> ''"  # noqa: S608
        )
    return dict(rows)


def moved(db: Database, places: Sequence[int]) -> tuple[Moved, ...]:
    """Return moves by their places, in the order given."""
    if not places:
        return ()
    wanted = {"place": numbers().array(list(dict.fromkeys(places)), dtype="int64")}
    with db.staged(wanted):
        rows = db.run(MOVED)
    by_place = {
        int(row[0]): Moved(
            place=int(row[0]),
            tx=row[1],
            at=Instant(row[2]),
            source=row[3],
            target=row[4],
            source_address=row[5],
            target_address=row[6],
            amount=int(row[7]),
        )
        for row in rows
    }
    return tuple(by_place[place] for place in places)
