"""Passes out of core: what holders hold lies in tables of DuckDB, and a window brings in those that it names.

The compiled pass over a window is the same as over everything, so the answer is the same to the unit. After
each window what has changed is written in one transaction with the place that was reached; so a run that was
stopped, or whose machine fell, goes on from there when the same question is put again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.engines.tracing.moves import wide_windows
from comity.engines.tracing.passes import WidePass, WideWindow, numbers
from comity.engines.tracing.statements import steps
from comity.tracing.ports import Tell
from comity.tracing.taint import Method

if TYPE_CHECKING:
    from comity.engines.tracing.database import Database

TABLES = """
create table if not exists run.state (
  id bigint, bh ubigint, bl ubigint, th ubigint, tl ubigint, first bigint);
create table if not exists run.lot (id bigint, nr bigint, h ubigint, l ubigint, bad ubigint);
create table if not exists run.note (place bigint, th ubigint, tl ubigint, ph ubigint, pl ubigint);
create table if not exists run.mark (place bigint, ch ubigint, cl ubigint, fh ubigint, fl ubigint)
"""
_KEPT = "bh > 0 or bl > 0 or th > 0 or tl > 0 or first >= 0"
_COLUMNS = ("bh", "bl", "th", "tl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a pass is to do.

    Attributes:
        key: Names method, inputs and seeds; a run of the same key goes on where it was.
        method: How taint is followed.
        seeds: Places of the moves that arrive tainted, in order.
        window: Moves at a time.
        later: Notes are taken of moves that so many files did not tell; None takes none.
        tell: Is told how many moves are done, and how many there are.
    """

    key: str
    method: Method
    seeds: Any
    window: int
    later: int | None = None
    tell: Tell | None = None


@contextmanager
def paged(db: Database, run: Run) -> Iterator[Any]:
    """Follow taint out of core, and give created and funded in words while tables ``run`` stand.

    Gives None where an amount is too large for the pass. What is left of an unfinished run stays.
    """
    np = numbers()
    with db.beside("run", run.key) as done:
        for statement in steps(TABLES):
            db.run(statement)
        mark = db.one("select place, ch, cl, fh, fl from run.mark")
        begin, totals = (
            (0, np.zeros(4, np.uint64)) if mark is None else (mark[0], np.array(mark[1:], np.uint64))
        )
        total = int(db.one("select count(*) from move")[0])
        fits = True
        for moves in wide_windows(db, size=run.window, begin=begin, later=run.later):
            fits = _window(db, run, moves, totals)
            if not fits:
                break
            if run.tell is not None:
                run.tell(min(moves.base + run.window, total), total)
        yield totals if fits else None
        done()


def _window(db: Database, run: Run, moves: Any, totals: Any) -> bool:
    np = numbers()
    ids, places = np.unique(np.concatenate((moves.s, moves.d)), return_inverse=True)
    one = WidePass(run.method, holders=len(ids), seeds=run.seeds, totals=totals)
    with db.staged({"id": ids}):
        _load(db, one, ids, room=2 * len(moves.s))
    noted = np.zeros((len(moves.s) if run.later is not None else 0, 4), np.uint64)
    count = len(moves.s)
    if not one.feed(WideWindow(moves.base, places[:count], places[count:], moves.a), noted):
        return False
    with db.whole():
        _store(db, one, ids)
        if run.later is not None:
            _note(db, moves, noted)
        db.run("delete from run.mark")
        words = [int(word) for word in totals]
        db.run("insert into run.mark values (?, ?, ?, ?, ?)", [moves.base + count, *words])
    return True


def _load(db: Database, one: WidePass, ids: Any, *, room: int) -> None:
    """Bring in what the holders of a window hold; those of whom nothing is kept hold nothing."""
    np = numbers()
    held = db.arrays("select t.* from run.state t semi join staged w on w.id = t.id")
    at = np.searchsorted(ids, held["id"])
    for n, name in enumerate(_COLUMNS):
        one.state[at, n] = held[name]
    if one.method is Method.POISON:
        one.first[at] = held["first"]
    if one.method is Method.FIFO:
        lots = db.arrays("select t.* from run.lot t semi join staged w on w.id = t.id order by t.id, t.nr")
        columns = np.stack((lots["h"], lots["l"], lots["bad"]), axis=1).astype(np.uint64)
        one.put_lots(np.searchsorted(ids, lots["id"]), columns, room=room)


def _store(db: Database, one: WidePass, ids: Any) -> None:
    """Write what the holders of a window hold in place of what they held."""
    np = numbers()
    first = one.first if one.method is Method.POISON else np.full(len(ids), -1, dtype=np.int64)
    columns = {"id": ids, **{name: one.state[:, n].copy() for n, name in enumerate(_COLUMNS)}, "first": first}
    _replaced(db, "state", columns, only=_KEPT)
    if one.method is Method.FIFO:
        holders, lots = one.get_lots()
        told = {"id": ids[holders], "nr": np.arange(len(holders), dtype=np.int64)}
        told |= {name: lots[:, n].copy() for n, name in enumerate(("h", "l", "bad"))}
        with db.staged({"id": ids}):
            db.run("create table run.next as select t.* from run.lot t anti join staged w on w.id = t.id")
        with db.staged(told):
            db.run("insert into run.next select id, nr, h, l, bad from staged")
        db.run("drop table run.lot")
        db.run("alter table run.next rename to lot")


def _replaced(db: Database, table: str, columns: Any, *, only: str) -> None:
    with db.staged(columns):
        db.run(
            f"create table run.next as select t.* from run.{table} t anti join staged w on w.id = t.id "  # noqa: S608
            f"union all select {', '.join(columns)} from staged where {only}"
        )
    db.run(f"drop table run.{table}")
    db.run(f"alter table run.next rename to {table}")


def _note(db: Database, moves: Any, noted: Any) -> None:
    """Keep what later moves carried."""
    np = numbers()
    at = np.flatnonzero(moves.fresh & noted.any(axis=1))
    told = {"place": (moves.base + at).astype(np.int64)}
    told |= {name: noted[at, n] for n, name in enumerate(("th", "tl", "ph", "pl"))}
    with db.staged(told):
        db.run("insert into run.note select place, th, tl, ph, pl from staged")
