"""What was asked of a ledger, the links found in it, and how it was before later files came."""

from __future__ import annotations

import json
from bisect import insort
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from comity.engines.tracing import answers, components, moves, tables
from comity.engines.tracing.statements import BEFORE, steps
from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.tracing.clusters import Grouping
from comity.tracing.questions import Asked, Carried, Question, inputs_digest
from comity.tracing.taint import Method

if TYPE_CHECKING:
    from comity.engines.tracing.database import Database
    from comity.tracing.clusters import Applied, Link, Spending
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

    def group(self, applied: Applied, spendings: Iterable[Spending], *, inputs: str) -> Grouping:
        """Apply rules, and keep links and clusters in place of those before."""
        components.put_links(self._db, applied.links(spendings))
        components.join(self._db)
        with self._db.whole():
            components.keep(self._db)
            made = Grouping(
                rules=applied.rules,
                keeps_mixes=applied.keeps_mixes,
                inputs=inputs,
                links=applied.count,
                mixes=len(applied.mixes),
                clusters=components.count(self._db),
                digest=applied.digest,
            )
            told = json.dumps(asdict(made))
            self._db.run("insert or replace into setting values ('links', ?)", [told])
        components.drop(self._db)
        return made

    def grouping(self) -> Grouping | None:
        """Return what is kept."""
        told = tables.setting(self._db, "links")
        if not told:
            return None
        value = json.loads(told)
        return Grouping(**{**value, "rules": tuple(value["rules"])})

    def clusters(self, *, most: int, of: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
        """Yield clusters, the largest first."""
        return components.clusters(self._db, most=most, of=of) if self.grouping() else iter(())

    def links_of(self, address: str) -> tuple[Link, ...]:
        """Return the links within the cluster of an address."""
        return components.links_of(self._db, address) if self.grouping() else ()

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
        moves.prepared(self._db)
        now = self._opened(self._db).contents().digest
        return answers.carried(self._db, method, seeds, inputs=now, later=self._number(inputs))

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
