"""Figures without persons: counts by offence and age, small cells hidden so that no total gives them away.

Cells, totals of rows and columns and the total of all are edges of one network: source to row, row to column,
column to sink, sink to source. What is hidden is what an attacker may vary; a small count is safe when it can
be raised by ``FEWEST`` along hidden edges alone, with all that is shown unchanged and nothing below zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

FEWEST = 5
"""A count from 1 to 4 is not told."""
ALL = "all"
Edge = tuple[str, str]
_SOURCE, _SINK = "source", "sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A table; None stands for a count that is hidden.

    Attributes:
        rows: Names of rows, ``all`` last.
        columns: Names of columns, ``all`` last.
        cells: Counts by row and column.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]


def counted(counts: Mapping[tuple[str, str], int], *, rows: Sequence[str], columns: Sequence[str]) -> Counted:
    """Return a table with its totals, small counts hidden and others with them.

    Args:
        counts: Persons by row and column.
        rows: Names of rows; none is ``all``.
        columns: Names of columns.

    Basis: 36(1)(a)(i)
    """
    edges = _edges(counts, rows, columns)
    hidden = {edge for edge, count in edges.items() if 0 < count < FEWEST}
    for edge in sorted(hidden):
        path = _path(edges, hidden, edge)
        if path is None:  # no way round: nothing but zeros stays
            hidden = set(edges)
            break
        hidden |= path
    everything = (*rows, ALL)
    return Counted(
        rows=everything,
        columns=(*columns, ALL),
        cells=tuple(
            tuple(
                None if _edge(row, column) in hidden else edges[_edge(row, column)]
                for column in (*columns, ALL)
            )
            for row in everything
        ),
    )


def _edge(row: str, column: str) -> Edge:
    if row == ALL:
        return (_SINK, _SOURCE) if column == ALL else (f"c {column}", _SINK)
    return (_SOURCE, f"r {row}") if column == ALL else (f"r {row}", f"c {column}")


def _edges(
    counts: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str]
) -> dict[Edge, int]:
    found = {_edge(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        found[_edge(row, ALL)] = sum(counts.get((row, column), 0) for column in columns)
    for column in columns:
        found[_edge(ALL, column)] = sum(counts.get((row, column), 0) for row in rows)
    found[_edge(ALL, ALL)] = sum(counts.get((row, column), 0) for row in rows for column in columns)
    return found


def _path(edges: Mapping[Edge, int], hidden: set[Edge], small: Edge) -> set[Edge] | None:
    """Return the cheapest edges along which a count can be raised by FEWEST, back from its end to its start.

    Going along an edge raises it; going against one lowers it, which takes a count of at least FEWEST.
    """
    start, goal = small[1], small[0]
    steps: dict[str, list[tuple[str, Edge]]] = {}
    for edge, count in edges.items():
        if edge == small:
            continue
        steps.setdefault(edge[0], []).append((edge[1], edge))
        if count >= FEWEST:
            steps.setdefault(edge[1], []).append((edge[0], edge))
    queue: list[tuple[int, str, tuple[Edge, ...]]] = [(0, start, ())]
    seen: set[str] = set()
    while queue:
        cost, node, way = heappop(queue)
        if node == goal:
            return set(way)
        if node in seen:
            continue
        seen.add(node)
        for other, edge in steps.get(node, ()):
            if other not in seen:
                heappush(queue, (cost + (0 if edge in hidden else 1 + edges[edge]), other, (*way, edge)))
    return None
