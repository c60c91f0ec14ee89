"""What was asked of a ledger, the links found in it, and how it was before later files came."""

from __future__ import annotations

import json
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from comity.engines.tracing import moves, tables
from comity.engines.tracing.statements import BEFORE, steps
from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.tracing.questions import Asked, Carried, Question, inputs_digest
from comity.tracing.taint import Method, spread

if TYPE_CHECKING:
    from comity.engines.tracing.database import Database
    from comity.tracing.clusters import Link
    from comity.tracing.ports import Ledger


class DuckBook:
    """Fulfils ``Book``.

    Args:
        database: The file of the ledger.
        opened: Makes a ledger of a file.
    """

    def __init__(self, database: Database, *, opened: Callable[[Database], Ledger]) -> None:
        self._db = database
        self._opened = opened

    def put_links(self, links: Iterable[Link], *, settings: str) -> None:
        """Keep links in place of those before."""
        with self._db.whole():
            tables.put_links(self._db, links)
            self._db.run("insert or replace into setting values ('links', ?)", [settings])

    def links(self) -> tuple[str, tuple[Link, ...]]:
        """Return the kept links and their settings."""
        return tables.setting(self._db, "links"), tables.kept_links(self._db)

    def keep(self, asked: Asked) -> None:
        """Keep a question with the digest of its answer, once."""
        question = asked.question
        values = [
            asked.trail,
            question.method.value,
            json.dumps(question.seeds),
            None if question.since is None else int(question.since),
            None if question.until is None else int(question.until),
            asked.inputs,
            None if asked.at is None else int(asked.at),
            asked.officer,
        ]
        self._db.run("insert into asked values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing", values)

    def asked(self) -> tuple[Asked, ...]:
        """Return the questions that are kept, the latest first."""
        rows = self._db.run(
            "select trail, method, seeds, since, until, inputs, moment, officer from asked "
            "order by moment desc, trail"
        )
        return tuple(
            Asked(
                trail=row[0],
                question=Question(
                    method=Method(row[1]),
                    seeds=tuple(json.loads(row[2])),
                    since=None if row[3] is None else Instant(row[3]),
                    until=None if row[4] is None else Instant(row[4]),
                ),
                inputs=row[5],
                at=None if row[6] is None else Instant(row[6]),
                officer=row[7],
            )
            for row in rows
        )

    @contextmanager
    def before(self, inputs: str) -> Iterator[Ledger]:
        """Open the ledger as it was: copied beside, as far as the files of then go."""
        number = self._number(inputs)
        with self._db.copied(f"{one} {number}" if one.endswith("<=") else one for one in steps(BEFORE)) as db:
            yield self._opened(db)

    def carried(self, method: Method, seeds: Sequence[int], *, inputs: str) -> tuple[Carried, ...]:
        """Return the moves that carry taint and were not yet here then."""
        number = self._number(inputs)
        moves.prepared(self._db)
        fresh = moves.later(self._db, number)
        found: list[Carried] = []

        def note(place: int, taken: int, paid: int) -> None:
            if place in fresh:
                found.append(Carried(place=place, taken=taken, paid=paid))

        spread(method, moves.exact(self._db), seeds=seeds, note=note)
        return tuple(found)

    def _number(self, inputs: str) -> int:
        """Return how many files were here when the inputs had a digest."""
        told = {name: tables.setting(self._db, name) for name in ("network", "asset", "model")}
        files: list[str] = []
        for nr, digest in self._db.run("select nr, digest from source order by nr"):
            insort(files, digest)
            if inputs_digest(**told, files=files) == inputs:
                return int(nr)
        raise NotFoundError(
            "trace.inputs",
            "this ledger never had these inputs",
            hint="name the ledger that was asked, or take the same files in again",
            where=inputs[:64],
        )
