"""A ledger as a file of DuckDB: transactions and transfers, without repetition, larger than memory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from comity.engines.tracing import answers, moves, tables
from comity.engines.tracing.book import DuckBook
from comity.engines.tracing.database import Database, Turns, connected
from comity.engines.tracing.forms import LEDGER, formed
from comity.engines.tracing.passes import numbers
from comity.engines.tracing.statements import FIGURES
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.tracing.clusters import Spending
from comity.tracing.ports import ACCOUNTS, Answer, Contents, Figures, Moved, Source, Tell
from comity.tracing.questions import inputs_digest
from comity.tracing.taint import Method
from comity.tracing.transactions import Transaction

MOST_FILE = 1 << 30
_BATCH = 20_000
PATIENCE = 20
"""Seconds that one who asks waits for another of the same process who works on the same ledger."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_\-]{0,40}", re.ASCII)
_SOURCE = "digest, name, form, size, moment, officer, fresh, known"


class DuckLedger:
    """Fulfils ``Ledger``.

    Args:
        database: The open file.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        formed(database, LEDGER, name=database.name)

    def contents(self) -> Contents:
        """Return what it holds."""
        holders, count, unseen = moves.prepared(self._db)
        rows = self._db.run(f"select {_SOURCE} from source order by digest")  # noqa: S608
        sources = tuple(
            Source(
                digest=row[0],
                name=row[1],
                form=row[2],
                size=row[3],
                at=Instant(row[4]),
                officer=row[5],
                fresh=row[6],
                known=row[7],
            )
            for row in rows
        )
        told = {name: self._setting(name) for name in ("network", "asset", "model")}
        return Contents(
            **told,
            sources=sources,
            digest=inputs_digest(**told, files=[one.digest for one in sources]),
            holders=holders,
            moves=count,
            unseen=unseen,
        )

    def figures(self) -> Figures:
        """Return its statistics."""
        moves.prepared(self._db)
        grouping = self.book.grouping()
        row = self._db.one(FIGURES)
        return Figures(
            transactions=int(row[0]),
            addresses=int(row[1]),
            first=None if row[2] is None else Instant(row[2]),
            last=None if row[3] is None else Instant(row[3]),
            paid=int(row[4]),
            made=int(row[5]),
            fees=int(row[6]),
            clusters=grouping.clusters if grouping else 0,
            asked=self._count("asked"),
        )

    def begin(self, *, network: str, asset: str, model: str) -> None:
        """Say what it is."""
        for name, value in (("network", network), ("asset", asset), ("model", model)):
            if self._count("source") and self._setting(name) != value:
                raise _other(name, self._setting(name), value)
            self._db.run("insert or replace into setting values (?, ?)", [name, value])

    def place(self, block: str, *, previous: str, height: int | None) -> int:
        """Keep the height of a block and return it."""
        if height is None:
            before = self._db.one("select height from block where id = ?", [previous])
            if before is None:
                raise ConflictError(
                    "trace.height",
                    "a block does not say its height, and the block before it is not here",
                    hint="take the blocks in from the first one on",
                    where=block,
                )
            height = int(before[0]) + 1
        self._db.run("insert into block values (?, ?) on conflict do nothing", [height, block])
        row = self._db.one("select id from block where height = ?", [height])
        if row[0] != block:
            raise ConflictError(
                "trace.fork",
                f"another block of height {height} is here already",
                hint="one of the two is not on the chain that won; take only that one in",
                where=block,
            )
        return height

    def take(self, transactions: Iterable[Transaction], *, source: Source) -> Source:
        """Take in transactions, all or none; a file that is here already brings nothing new."""
        if (held := self._taken(source)) is not None:
            return held
        with self._db.whole():
            before = self._count("tx")
            told = 0
            tables.begin(self._db)
            stream = iter(transactions)
            while batch := list(islice(stream, _BATCH)):
                told += len(batch)
                tables.put_transactions(self._db, batch, came=self._next())
            tables.merge(self._db)
            fresh = self._count("tx") - before
            done = replace(source, fresh=fresh, known=told - fresh)
            self._keep(done)
        return done

    def take_transfers(self, path: str, *, source: Source) -> Source:
        """Take in a table of transfers, all or none."""
        if (held := self._taken(source)) is not None:
            return held
        with self._db.whole():
            before = self._count("transfer")
            told = tables.put_transfers(self._db, path, asset=self._setting("asset"), came=self._next())
            fresh = self._count("transfer") - before
            done = replace(source, fresh=fresh, known=told - fresh)
            self._keep(done)
        return done

    def seeds(self, named: str, *, since: Instant | None, until: Instant | None) -> tuple[int, ...]:
        """Return the moves that a seed means."""
        moves.prepared(self._db)
        found = moves.seeds(self._db, named, model=self._setting("model"), since=since, until=until)
        if not found:
            raise NotFoundError(
                "trace.seed",
                "nothing in this ledger is paid so",
                hint="a seed is TXID, TXID:NUMBER or an address that received something in the time named",
                where=named[:100],
            )
        return found

    def follow(self, method: Method, seeds: Sequence[int], *, tell: Tell | None = None) -> Answer:
        """Follow taint through all moves, a window at a time."""
        numbers()
        inputs = self.contents().digest
        return answers.answer(self._db, method, seeds, inputs=inputs, tell=tell)

    def moved(self, places: Sequence[int]) -> tuple[Moved, ...]:
        """Return moves by their places."""
        moves.prepared(self._db)
        return moves.moved(self._db, places)

    def spendings(self) -> Iterator[Spending]:
        """Yield every transaction as clustering sees it."""
        moves.prepared(self._db)
        if self._setting("model") == ACCOUNTS:
            return iter(())
        return tables.spendings(self._db)

    @property
    def book(self) -> DuckBook:
        """What was asked of it."""
        return DuckBook(self._db, opened=DuckLedger)

    def _keep(self, source: Source) -> None:
        values = [
            source.digest,
            source.name,
            source.form,
            source.size,
            int(source.at),
            source.officer,
            source.fresh,
            source.known,
            self._next(),
        ]
        self._db.run("insert into source values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        moves.forget(self._db)

    def _setting(self, name: str) -> str:
        return tables.setting(self._db, name)

    def _next(self) -> int:
        """Return the number of the next file."""
        return 1 + int(self._db.one("select coalesce(max(nr), 0) from source")[0])

    def _count(self, table: str) -> int:
        return int(self._db.one(f"select count(*) from {table}")[0])  # noqa: S608

    def _taken(self, source: Source) -> Source | None:
        """Return a file that was taken in already: nothing of it is new."""
        row = self._db.one("select fresh + known from source where digest = ?", [source.digest])
        return None if row is None else replace(source, fresh=0, known=int(row[0]))


class LedgerFolder:
    """Fulfils ``Ledgers`` below a folder of the node.

    Args:
        root: The folder; made when the first ledger is.
        memory: How many bytes of memory one ledger may take; what is more goes to disk.
    """

    def __init__(self, root: Path, *, memory: int = 2 << 30) -> None:
        self._root = root
        self._memory = memory
        self._turns = Turns()

    @contextmanager
    def open(self, authority: str, name: str, *, make: bool = False) -> Iterator[DuckLedger]:
        """Open one ledger; one that was made for what failed is gone."""
        if not _NAME.fullmatch(name):
            raise MalformedError(
                "trace.name",
                f"{name[:40]!r} is no name for a ledger",
                hint="use small letters, digits, - and _",
                where="ledger",
            )
        folder = self._folder(authority)
        path = folder / f"{name}.duckdb"
        if not make and not path.exists():
            raise NotFoundError(
                "trace.absent",
                "there is no such ledger",
                hint="'comity trace import FILE' makes one; 'comity trace list' names those that are here",
                where=name,
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as exc:
            raise UnavailableError("trace.io", f"the ledger cannot be kept: {exc.strerror}") from exc
        with self._turns.alone(path, patience=PATIENCE):
            is_new, done = not path.exists(), False
            database = connected(path, room=folder / "room", memory=self._memory)
            try:
                path.chmod(0o600)
                yield DuckLedger(database)
                done = True
            finally:
                database.close()
                if is_new and not done:
                    path.unlink(missing_ok=True)

    def names(self, authority: str) -> tuple[str, ...]:
        """Return the names of all."""
        folder = self._folder(authority)
        return tuple(sorted(one.stem for one in folder.glob("*.duckdb"))) if folder.is_dir() else ()

    def read(self, path: str) -> bytes:
        """Return a whole file."""
        _, size = self.digest(path)
        if size > MOST_FILE:
            raise MalformedError(
                "trace.size",
                "a file of blocks or JSON has at most 1 GiB",
                hint="take it in parts",
                where=path,
            )
        return Path(path).read_bytes()

    def digest(self, path: str) -> tuple[str, int]:
        """Return SHA-256 and size of a file."""
        try:
            with Path(path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
        except OSError as exc:
            raise NotFoundError(
                "file.absent", f"the file cannot be read: {exc.strerror}", where=path
            ) from exc

    def _folder(self, authority: str) -> Path:
        return self._root / authority.replace("/", "_")


def _other(name: str, held: str, value: str) -> ConflictError:
    return ConflictError(
        "trace.other",
        f"this ledger holds {name} {held!r}, not {value[:60]!r}",
        hint="name another ledger with --ledger",
        where=name,
    )
