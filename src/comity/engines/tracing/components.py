"""Links and what they join, out of core: clusters are the connected components of links.

Addresses are numbered in the order of their letters, a range of them at a time, so that a part fits well into
memory: sorts of the library that do not fit may fail. Links are read some at a time, told by these numbers,
and each joins the trees of its two ends. The trees lie in a file of eight bytes an address without a name,
mapped into memory, where every address points to a smaller one of its cluster: in the end to the smallest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from comity.engines.tracing.kernels import kernels
from comity.engines.tracing.passes import numbers
from comity.engines.tracing.statements import steps
from comity.engines.tracing.tables import put
from comity.tracing.clusters import Link

if TYPE_CHECKING:
    from comity.engines.tracing.database import Database

_BATCH = 20_000
_WINDOW = 1 << 11
"""Memory for one link of those that are read together."""
_NAMES = ("rule", "tx", "first", "second", "because")
_SHARE = 16
_DRAWN = 32
_ENDS = "(select first as address from came union all select second from came)"
_BEGIN = """
create or replace temp table node (id bigint, address varchar);
create or replace temp table joined (address varchar, root bigint)
"""
_RANGE = f"""
create or replace temp table part as
  select distinct address from {_ENDS} where address >= ? and (? is null or address < ?) order by address
"""  # noqa: S608
_NUMBERED = "insert into node select row_number() over () - 1 + {0:d}, address from part"
_PART = "create or replace temp table part as select first, second from came where place >= ? and place < ?"
_PAIRS = """
select f.id as u, s.id as v from part p join node f on f.address = p.first join node s on s.address = p.second
"""
_ROOTS = """
insert into joined select n.address, w.root from node n join staged w using (id)
where n.id >= {low:d} and n.id < {high:d} order by id
"""
_LARGEST = """
create temp table largest as
  select root, count(*) as size from cluster {only} group by root having count(*) > 1
  order by size desc, root limit {most:d}
"""
_OF = "where root in (select root from cluster where address in (select unnest(?)))"
_MEMBERS = """
select l.root, c.address from cluster c join largest l using (root) order by l.size desc, l.root, c.address
"""
_CAME = """
create or replace temp table came (
  place bigint, rule varchar, tx varchar, first varchar, second varchar, because varchar)
"""
_KEPT = """
create or replace table link as from came;
create or replace table cluster as from joined
"""
"""Links have no key, whose index would have to fit into memory."""


def put_links(db: Database, links: Iterable[Link]) -> None:
    """Put links beside those that are kept, some at a time.

    They come before the transaction, which would hold in memory all that it was given row by row.
    """
    db.run(_CAME)
    stream, place = iter(links), 0
    while batch := list(islice(stream, _BATCH)):
        places = list(range(place, place + len(batch)))
        put(db, "came", [places, *([getattr(one, name) for one in batch] for name in _NAMES)])
        place += len(batch)


def join(db: Database, *, window: int = 0) -> None:
    """Find what the links join that were put here.

    Args:
        db: The ledger.
        window: Links, or addresses, that are in memory at a time; 0 takes as many as fit well.

    Raises:
        UnavailableError: ``trace.io``: memory or disk do not suffice.
    """
    window = window or db.limit // _WINDOW
    for statement in steps(_BEGIN):
        db.run(statement)
    np, compiled = numbers(), kernels()
    nodes, links = _number(db), int(db.one("select count(*) from came")[0])
    with _trees(db, nodes, window) as parent:
        for low in range(0, links, window):
            db.run(_PART, [low, low + window])
            found = db.arrays(_PAIRS)
            pairs = np.stack([np.asarray(found[name], dtype=np.int64) for name in "uv"], axis=1)
            compiled.unite(pairs, parent)
        compiled.settle(parent)
        for low in range(0, nodes, window):
            high = min(low + window, nodes)
            told = {"id": np.arange(low, high, dtype=np.int64), "root": np.array(parent[low:high])}
            with db.staged(told):
                db.run(_ROOTS.format(low=low, high=high))
    for table in ("part", "node"):
        db.run(f"drop table {table}")


def keep(db: Database) -> None:
    """Keep links, and what they join, in place of those before; in a transaction, both or neither."""
    for statement in steps(_KEPT):
        db.run(statement)


def _number(db: Database) -> int:
    """Number addresses in the order of their letters, a range at a time; return how many there are."""
    size = int(db.one(f"select coalesce(sum(length(address) + 32), 0) from {_ENDS}")[0])  # noqa: S608
    parts = 1 + size * _SHARE // db.limit
    drawn = db.run(f"select address from {_ENDS} using sample {parts * _DRAWN:d} rows")  # noqa: S608
    marks = sorted({""} | {row[0] for row in sorted(drawn)[_DRAWN::_DRAWN]})
    count = 0
    for low, high in zip(marks, [*marks[1:], None], strict=True):
        db.run(_RANGE, [low, high, high])
        db.run(_NUMBERED.format(count))
        count = int(db.one("select count(*) from node")[0])
    return count


@contextmanager
def _trees(db: Database, count: int, window: int) -> Iterator[Any]:
    """Give an array in a file, in which each number stands for itself; the file is gone after the block."""
    np = numbers()
    with db.file() as file:
        if not count:
            yield np.zeros(0, dtype=np.int64)
            return
        for low in range(0, count, window):
            file.write(np.arange(low, min(low + window, count), dtype=np.int64).data)
        file.flush()
        yield np.asarray(np.memmap(file, dtype=np.int64, mode="r+", shape=(count,)))


def drop(db: Database) -> None:
    """Forget what was put beside."""
    for table in ("came", "joined"):
        db.run(f"drop table {table}")


def count(db: Database) -> int:
    """Return how many clusters of two or more addresses there are."""
    return int(db.one("select count(*) from (select 1 from cluster group by root having count(*) > 1)")[0])


def members(db: Database, *, most: int, of: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """Yield the addresses of clusters, each with the number of its cluster, the largest cluster first."""
    chosen = _LARGEST.format(only=_OF if of else "", most=most)
    return db.stream(_MEMBERS, most=_BATCH, before=[(chosen, [sorted(of)] if of else [])])


def clusters(db: Database, *, most: int, of: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
    """Yield clusters, the largest first; those that hold one of some addresses, where any are named."""
    for _, rows in groupby(members(db, most=most, of=of), key=itemgetter(0)):
        yield tuple(address for _, address in rows)


def links_of(db: Database, address: str) -> tuple[Link, ...]:
    """Return the links within the cluster of an address, in the order of the ledger."""
    rows = db.run(
        "select rule, tx, first, second, because from link join cluster c on c.address = link.first "
        "where c.root = (select root from cluster where address = ?) order by place",
        [address],
    )
    return tuple(Link(**dict(zip(_NAMES, row, strict=True))) for row in rows)
