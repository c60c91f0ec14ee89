"""Answers of passes: which pass a question needs, where it runs, and what of it stays in tables.

A question is answered by the narrow pass while its amounts fit into 64 bits, by the wide one while they fit
into two words, and by the pass of the domain beyond. Where the holders do not fit into the memory that a
ledger may take, the wide pass runs out of core. All of these give the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comity.engines.tracing import moves
from comity.engines.tracing.paged import Run, paged
from comity.engines.tracing.passes import Pass, WidePass, WideWindow, numbers
from comity.engines.tracing.statements import ANSWER, HELD, REACHED
from comity.tracing.ports import Tell
from comity.tracing.questions import Carried
from comity.tracing.taint import Method, Spread, spread

if TYPE_CHECKING:
    from comity.engines.tracing.database import Database

_NARROW = 1 << 51
_BYTES = {Method.HAIRCUT: 48, Method.POISON: 56, Method.FIFO: 160}
"""Bytes for each holder that a pass needs at most, its answer and usual queues included."""
_A_MOVE = 320
"""Bytes for each move of a window out of core."""
_ROWS = 20_000
LEAST_WINDOW = 1 << 10
_FEES = "fees"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuckAnswer:
    """Fulfils ``Answer`` over tables of the ledger, until the next question."""

    db: Database = field(repr=False)
    created: int
    funded: int
    compiled: bool = True

    def holdings(self) -> Iterator[tuple[str, int, int]]:
        """Yield address, balance and taint, the largest taint first."""
        yield from self.db.stream(
            "select address, balance, taint from answer order by taint desc, address", most=_ROWS
        )

    def reached(self, addresses: Iterable[str]) -> Mapping[str, int]:
        """Return by which move addresses were reached first."""
        wanted = {"address": numbers().array(sorted(set(addresses)), dtype=object)}
        if not len(wanted["address"]):
            return {}
        with self.db.staged(wanted):
            return {str(row[0]): int(row[1]) for row in self.db.run(REACHED)}

    def first(self, holders: Iterable[int]) -> Mapping[int, int]:
        """Return by which move holders were reached first."""
        with self.db.staged({"id": numbers().array(sorted(set(holders)), dtype="int64")}):
            rows = self.db.run("select id, first from held join staged using (id) where first >= 0")
        return {int(row[0]): int(row[1]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAnswer:
    """Fulfils ``Answer`` over what the pass of the domain found: amounts that fit nowhere else."""

    found: Spread = field(repr=False)
    addresses: Mapping[int, str] = field(repr=False)
    compiled: bool = False

    @property
    def created(self) -> int:
        """Units of taint that the seeds brought in."""
        return self.found.created

    @property
    def funded(self) -> int:
        """Clean units that came from outside."""
        return self.found.funded

    def holdings(self) -> Iterator[tuple[str, int, int]]:
        """Yield address, balance and taint, the largest taint first."""
        sums: dict[str, list[int]] = {}
        for holder, balance in self.found.balances.items():
            held = sums.setdefault(self.addresses.get(holder, _FEES), [0, 0])
            held[0] += balance
            held[1] += self.found.taint.get(holder, 0)
        rows = [(address, held[0], held[1]) for address, held in sums.items() if held[0]]
        yield from sorted(rows, key=lambda row: (-row[2], row[0]))

    def reached(self, addresses: Iterable[str]) -> Mapping[str, int]:
        """Return by which move addresses were reached first."""
        wanted = frozenset(addresses)
        ends: dict[str, int] = {}
        for holder, place in self.found.first.items():
            address = self.addresses.get(holder, "")
            if address in wanted:
                ends[address] = min(place, ends.get(address, place))
        return ends

    def first(self, holders: Iterable[int]) -> Mapping[int, int]:
        """Return by which move holders were reached first."""
        return {holder: self.found.first[holder] for holder in holders if holder in self.found.first}


def answer(
    db: Database, method: Method, seeds: Sequence[int], *, inputs: str, tell: Tell | None = None
) -> DuckAnswer | PlainAnswer:
    """Answer a question.

    Args:
        db: The ledger, its moves prepared.
        method: How taint is followed.
        seeds: Places of the moves that arrive tainted.
        inputs: Digest of the inputs.
        tell: Is told how far it is.
    """
    holders = int(db.one("select holders from shape")[0])
    largest = int(db.one("select coalesce(max(value), 0) from move")[0])
    if _fits(db, method, holders):
        if largest < _NARROW and (made := _narrow(db, method, seeds, holders)) is not None:
            return made
        if (found := _wide(db, method, seeds, holders)) is not None:
            _kept(db, found)
            return _told(db, found.totals)
    else:
        run = _run(db, method, seeds, inputs=inputs, tell=tell)
        with paged(db, run) as totals:
            if totals is not None:
                _tables(db, "run.state", method)
                return _told(db, totals)
    exact = spread(method, moves.exact(db), seeds=seeds)
    return PlainAnswer(found=exact, addresses=moves.addresses(db, exact.balances))


def carried(
    db: Database, method: Method, seeds: Sequence[int], *, inputs: str, later: int
) -> tuple[Carried, ...]:
    """Return the moves that carry taint and that so many files did not tell, in order."""
    holders = int(db.one("select holders from shape")[0])
    if _fits(db, method, holders):
        noted: list[Carried] = []
        if _wide(db, method, seeds, holders, later=later, note=noted.append) is not None:
            return tuple(noted)
    else:
        with paged(db, _run(db, method, seeds, inputs=inputs, later=later)) as totals:
            if totals is not None:
                rows = db.run("select place, th, tl, ph, pl from run.note order by place")
                return tuple(_carried(*row) for row in rows)
    rest: list[Carried] = []
    fresh = {int(row[0]) for row in db.run("select place from move where came > ?", [later])}

    def keep(place: int, taken: int, paid: int) -> None:
        if place in fresh:
            rest.append(Carried(place=place, taken=taken, paid=paid))

    spread(method, moves.exact(db), seeds=seeds, note=keep)
    return tuple(rest)


def _fits(db: Database, method: Method, holders: int) -> bool:
    """Tell whether a pass over all holders fits into a quarter of what the ledger may take."""
    return holders < 1 << 31 and holders * _BYTES[method] <= db.memory // 4


def _run(
    db: Database,
    method: Method,
    seeds: Sequence[int],
    *,
    inputs: str,
    later: int | None = None,
    tell: Tell | None = None,
) -> Run:
    text = "\n".join((method.value, inputs, "" if later is None else str(later), *map(str, seeds)))
    return Run(
        key=hashlib.sha256(text.encode()).hexdigest()[:32],
        method=method,
        seeds=numbers().array(sorted(set(seeds)), dtype="int64"),
        window=max(min(db.memory // 4 // _A_MOVE, moves.WINDOW), LEAST_WINDOW),
        later=later,
        tell=tell,
    )


def _narrow(db: Database, method: Method, seeds: Sequence[int], holders: int) -> DuckAnswer | None:
    np = numbers()
    one = Pass(method, holders=holders, seeds=seeds)
    for window in moves.windows(db):
        if not one.feed(window):
            return None
    state = np.zeros((holders, 4), dtype=np.uint64)
    state[:, 1], state[:, 3] = one.state[:, 0], one.state[:, 1]
    first = one.first if method is Method.POISON else np.full(holders, -1, dtype=np.int64)
    _staged_tables(db, state, first, method)
    return DuckAnswer(db=db, created=int(one.totals[0]), funded=int(one.totals[1]))


def _wide(
    db: Database,
    method: Method,
    seeds: Sequence[int],
    holders: int,
    *,
    later: int | None = None,
    note: Callable[[Carried], None] | None = None,
) -> WidePass | None:
    np = numbers()
    places = np.array(sorted(set(seeds)), dtype=np.int64)
    one = WidePass(method, holders=holders, seeds=places, totals=np.zeros(4, np.uint64))
    for window in moves.wide_windows(db, size=moves.WINDOW, later=later):
        notes = np.zeros((len(window.s) if note is not None else 0, 4), np.uint64)
        if not one.feed(WideWindow(window.base, window.s, window.d, window.a), notes):
            return None
        if note is not None:
            for at in np.flatnonzero(window.fresh & notes.any(axis=1)):
                note(_carried(window.base + at, *notes[at]))
    return one


def _kept(db: Database, one: WidePass) -> None:
    np = numbers()
    first = one.first if one.method is Method.POISON else np.full(len(one.state), -1, dtype=np.int64)
    _staged_tables(db, one.state, first, one.method)


def _staged_tables(db: Database, state: Any, first: Any, method: Method) -> None:
    np = numbers()
    at = np.flatnonzero(first >= 0) if method is Method.POISON else np.flatnonzero(state[:, 2:].any(axis=1))
    columns = {"id": at, "first": first[at]}
    columns |= {name: state[at, n] for n, name in enumerate(("bh", "bl", "th", "tl"))}
    with db.staged(columns) as staged:
        _tables(db, staged, method)


def _tables(db: Database, source: str, method: Method) -> None:
    """Make the tables of an answer; under poison all that a reached holder holds is tainted."""
    poison = method is Method.POISON
    db.run(HELD.format(source=source, only="first >= 0" if poison else "th > 0 or tl > 0"))
    if poison:
        db.run("update held set taint = balance")
    db.run(ANSWER)


def _told(db: Database, totals: Any) -> DuckAnswer:
    ch, cl, fh, fl = (int(word) for word in totals)
    return DuckAnswer(db=db, created=ch << 64 | cl, funded=fh << 64 | fl)


def _carried(place: Any, th: Any, tl: Any, ph: Any, pl: Any) -> Carried:
    return Carried(place=int(place), taken=int(th) << 64 | int(tl), paid=int(ph) << 64 | int(pl))
