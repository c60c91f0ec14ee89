"""Links and what they join, out of core: clusters are the connected components of links.

Addresses are numbered in the order of their letters. Then two steps are repeated until nothing changes: each
address tells its larger neighbours of the smallest one it knows, and each tells its smaller neighbours. What
is left is a star around the smallest address of each cluster. Both steps are joins, which go to disk where
memory ends; there are about as many rounds as the logarithm of the largest cluster.

Basis: Kiveris et al., 2014
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from comity.engines.tracing.passes import numbers
from comity.engines.tracing.statements import steps
from comity.engines.tracing.tables import put
from comity.tracing.clusters import Link

if TYPE_CHECKING:
    from comity.engines.tracing.database import Database

_BATCH = 20_000
_NAMES = ("rule", "tx", "first", "second", "because")
_BEGIN = """
create or replace table node as
  select row_number() over (order by address) as id, address
  from (select first as address from link union select second from link);
create or replace table edge as
  select distinct greatest(a.id, b.id) as u, least(a.id, b.id) as v
  from link l join node a on a.address = l.first join node b on b.address = l.second where a.id <> b.id
"""
_LARGE = """
create or replace table next as
  with both_ways as (select u, v from edge union all select v, u from edge),
    least_known as (select u, least(u, min(v)) as m from both_ways group by u)
  select distinct b.v as u, k.m as v
  from both_ways b join least_known k using (u) where b.v > b.u and b.v <> k.m
"""
_SMALL = """
create or replace table edge as
  with least_known as (select u, min(v) as m from next group by u)
  select distinct e.v as u, k.m as v from next e join least_known k using (u) where e.v <> k.m
  union select u, m from least_known
"""
_OPEN = """
select 1 from edge e where exists (select 1 from edge o where o.u = e.v)
union all select 1 from (select u from edge group by u having count(*) > 1) limit 1
"""
_END = """
create or replace table cluster as
  select n.address, coalesce(e.v, n.id) as root from node n left join edge e on e.u = n.id;
drop table edge;
drop table if exists next;
drop table node
"""
_CLUSTERS = """
select list(address order by address) from cluster
where root in (select root from cluster {only} group by root)
group by root having count(*) > 1 order by count(*) desc, min(address) limit {most:d}
"""


def put_links(db: Database, links: Iterable[Link]) -> None:
    """Keep links in place of those before, some at a time."""
    db.run("delete from link")
    stream, place = iter(links), 0
    while batch := list(islice(stream, _BATCH)):
        places = list(range(place, place + len(batch)))
        put(db, "link", [places, *([getattr(one, name) for one in batch] for name in _NAMES)])
        place += len(batch)


def join(db: Database) -> None:
    """Find what the links join."""
    for statement in steps(_BEGIN):
        db.run(statement)
    while db.one(_OPEN) is not None:
        db.run(_LARGE)
        db.run(_SMALL)
    for statement in steps(_END):
        db.run(statement)


def count(db: Database) -> int:
    """Return how many clusters of two or more addresses there are."""
    return int(db.one("select count(*) from (select 1 from cluster group by root having count(*) > 1)")[0])


def clusters(db: Database, *, most: int, of: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
    """Yield clusters, the largest first; those that hold one of some addresses, where any are named."""
    if not of:
        rows = db.run(_CLUSTERS.format(only="", most=most))
    else:
        with db.staged({"address": numbers().array(sorted(of), dtype=object)}):
            rows = db.run(_CLUSTERS.format(only="semi join staged using (address)", most=most))
    for row in rows:
        yield tuple(row[0])


def links_of(db: Database, address: str) -> tuple[Link, ...]:
    """Return the links within the cluster of an address, in the order of the ledger."""
    rows = db.run(
        "select rule, tx, first, second, because from link join cluster c on c.address = link.first "
        "where c.root = (select root from cluster where address = ?) order by place",
        [address],
    )
    return tuple(Link(**dict(zip(_NAMES, row, strict=True))) for row in rows)
