"""Tag packs as files of YAML, and the tags of an authority in a file of DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

from comity.engines.tracing.database import Database, Turns, connected
from comity.engines.tracing.forms import Forms, formed
from comity.engines.tracing.kernels import missing
from comity.engines.tracing.passes import numbers
from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.tracing.packs import Pack, read_pack
from comity.tracing.retractions import Retraction, Retractions, holds_retractions, read_retractions
from comity.tracing.tags import CONFIDENCES, Gone, Leaned, Tag, tag_of

MOST_PACK = 64 << 20
PATIENCE = 20
"""Seconds that a thread waits for another one that works on the same tags."""
_MEMORY = 1 << 30
_DEEPEST = 20
_MEMBERS = tuple(one.name for one in fields(Tag))
_HISTORY = ("gone", "why", "who")
_TAKEN_BACK = ("address", "creator", "label", "source", "why")
_SAID_FIRST = 12
_KEPT = ", ".join(f"{name} varchar default ''" for name in (*_MEMBERS, "why", "who"))
_TABLES = f"""
create table if not exists setting (name varchar primary key, value varchar);
create table if not exists tag (
  key varchar primary key, {_KEPT}, taken bigint, gone bigint);
create table if not exists retraction (
  address varchar, creator varchar, label varchar, source varchar, why varchar, moment bigint,
  primary key (address, creator, label, source));
create table if not exists leaned (
  answer varchar, key varchar, kind varchar, ledger varchar, moment bigint, primary key (answer, key))
"""
_HISTORIES = f"""
create temp table was as from tag;
drop table tag;
create table tag (
  key varchar primary key, {_KEPT}, taken bigint, gone bigint);
insert into tag by name select key, {", ".join(_MEMBERS[:_SAID_FIRST])}, taken, gone, why from was;
drop table was;
create table setting (name varchar primary key, value varchar)
"""  # noqa: S608
SHELF = Forms(tables=_TABLES, changes=(_HISTORIES,), marks=(("tag", "who"),))
"""Shelves of tags: with who retracted, retractions that came as files, and answers that leaned on tags."""


def parsed(data: bytes, *, where: str) -> object:
    """Return YAML as mappings, lists, texts, dates and numbers.

    No tag of YAML makes an object; aliases, depth and members that are told twice are refused.

    Raises:
        MalformedError: ``tag.pack``, with line and column where they are known.
    """
    yaml = _yaml()
    if len(data) > MOST_PACK:
        raise MalformedError("tag.pack", "a tag pack has at most 64 MiB", where=where)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _require_plain(yaml, loader, data)
        told: object = yaml.load(data, Loader=loader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError, AttributeError, LookupError) as exc:
        mark = getattr(exc, "problem_mark", None)
        place = f"{where}, line {mark.line + 1}, column {mark.column + 1}" if mark is not None else where
        said = f": {exc}" if isinstance(exc, _UnplainError) else ""
        raise MalformedError("tag.pack", f"the tag pack is no plain YAML{said}", where=place) from exc
    return told


class _UnplainError(ValueError):
    def __init__(self, said: str, mark: Any) -> None:
        super().__init__(said)
        self.problem_mark = mark


def read_file(path: str) -> bytes:
    """Return the bytes of a pack.

    Raises:
        NotFoundError: ``file.absent``.
        MalformedError: ``tag.pack``: it is too large.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_PACK + 1)
    except OSError as exc:
        raise NotFoundError("file.absent", f"the file cannot be read: {exc.strerror}", where=path) from exc
    if len(data) > MOST_PACK:
        raise MalformedError("tag.pack", "a tag pack has at most 64 MiB", where=path)
    return data


def written(told: object) -> bytes:
    """Return a pack as YAML."""
    text: str = _yaml().safe_dump(told, sort_keys=False, allow_unicode=True, width=1000)
    return text.encode()


def write_file(path: str, data: bytes) -> None:
    """Write a pack into a new file; raise ConflictError ``file.exists``, UnavailableError ``trace.io``."""
    try:
        with Path(path).open("xb") as file:
            file.write(data)
    except FileExistsError as exc:
        raise ConflictError("file.exists", "the file is there already", where=path) from exc
    except OSError as exc:
        raise UnavailableError("trace.io", f"the pack cannot be written: {exc.strerror}", where=path) from exc


class TagShelf:
    """Fulfils ``Tags``: the tags of one authority.

    Args:
        database: The open file.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        formed(database, SHELF, name=database.name)

    def put(self, tags: Iterable[Tag], *, at: Instant) -> int:
        """Keep tags and return how many are new. What was retracted stays so, also where that came first."""
        np = numbers()
        rows = list(tags)
        if not rows:
            return 0
        before = self._count()
        columns = {"key": np.array([one.key for one in rows], dtype=object)}
        columns |= {name: np.array([getattr(one, name) for one in rows], dtype=object) for name in _MEMBERS}
        with self._db.whole(), self._db.staged(columns) as staged:
            self._db.run(
                f"insert into tag by name select *, {int(at)} as taken from {staged} "  # noqa: S608
                "on conflict do nothing"
            )
            self._applied("r.label <> ''")
        return self._count() - before

    def of(self, addresses: Iterable[str]) -> tuple[Tag, ...]:
        """Return the tags of addresses that stand, the surest first by address."""
        return tuple(one.tag for one in self._found(addresses, "gone is null"))

    def gone_of(self, addresses: Iterable[str]) -> tuple[Gone, ...]:
        """Return the tags of addresses that were retracted."""
        return tuple(self._found(addresses, "gone is not null"))

    def all(self, *, title: str = "") -> tuple[Tag, ...]:
        """Return all tags that stand, or those of one pack."""
        return tuple(
            one.tag for one in self._listed("gone is null and (? = '' or title = ?)", [title, title])
        )

    def gone(self, *, title: str = "") -> tuple[Gone, ...]:
        """Return all tags that were retracted, or those of one pack."""
        return tuple(self._listed("gone is not null and (? = '' or title = ?)", [title, title]))

    def retract(self, *, title: str, address: str, why: str, by: str, at: Instant) -> tuple[Tag, ...]:
        """Retract the tags of a pack, or of an address, or of both, and return them."""
        told = "gone is null and (? = '' or title = ?) and (? = '' or address = ?)"
        values = [title, title, address, address]
        found = tuple(one.tag for one in self._listed(told, values))
        self._db.run(f"update tag set gone = {int(at)}, why = ?, who = ? where {told}", [why, by, *values])  # noqa: S608
        return found

    def take_back(self, rows: Iterable[Retraction], *, at: Instant) -> tuple[Tag, ...]:
        """Retract what its creators take back, also where it comes later, and return what stood until now."""
        np = numbers()
        told = list(rows)
        if not told:
            return ()
        columns = {name: np.array([getattr(one, name) for one in told], dtype=object) for name in _TAKEN_BACK}
        with self._db.whole(), self._db.staged(columns) as staged:
            chosen = (
                f"select distinct on (address, creator, label, source) *, {int(at)} as moment from {staged}"  # noqa: S608
            )
            self._db.run(f"insert into retraction by name {chosen} on conflict do nothing")
            standing = {one.key for one in self.all()}
            self._applied("true")
            gone = [one.tag for one in self._listed("gone is not null", [])]
        return tuple(tag for tag in gone if tag.key in standing)

    def lean(self, answer: str, *, kind: str, ledger: str, tags: Iterable[Tag], at: Instant) -> None:
        """Note which tags an answer leaned on, once."""
        np = numbers()
        keys = sorted({one.key for one in tags})
        if not keys:
            return
        columns = {"key": np.array(keys, dtype=object)}
        with self._db.whole(), self._db.staged(columns) as staged:
            self._db.run(
                f"insert into leaned select ?, key, ?, ?, {int(at)} from {staged} on conflict do nothing",  # noqa: S608
                [answer, kind, ledger],
            )

    def leaned(self) -> tuple[Leaned, ...]:
        """Return the answers that leaned on tags, the latest first, with what was retracted since."""
        gone: dict[str, list[Gone]] = {}
        names = ", ".join(f"t.{name}" for name in (*_MEMBERS, *_HISTORY))
        for row in self._db.run(
            f"select {names}, l.answer from leaned l join tag t using (key) where t.gone is not null "  # noqa: S608
            "order by t.network, t.address, t.key"
        ):
            gone.setdefault(row[-1], []).append(_gone(row[:-1]))
        return tuple(
            Leaned(
                answer=row[0],
                kind=row[1],
                ledger=row[2],
                at=Instant(row[3]),
                tags=int(row[4]),
                gone=tuple(gone.get(row[0], ())),
            )
            for row in self._db.run(
                "select answer, min(kind), min(ledger), min(moment) as moment, count(*) from leaned "
                "group by answer order by moment desc, answer"
            )
        )

    def _applied(self, which: str) -> None:
        """Let the retractions that are known reach the tags that are here."""
        self._db.run(
            "update tag set gone = r.moment, why = r.why, who = r.creator from retraction r "  # noqa: S608
            "where tag.gone is null and tag.address = r.address and tag.creator = r.creator "
            "and (r.label = '' or r.label = tag.label) and (r.source = '' or r.source = tag.source) "
            f"and {which}"
        )

    def _found(self, addresses: Iterable[str], which: str) -> list[Gone]:
        np = numbers()
        wanted = {"address": np.array(sorted(set(addresses)), dtype=object)}
        if not len(wanted["address"]):
            return []
        with self._db.staged(wanted) as staged:
            return self._listed(f"{which} and address in (select address from {staged})", [])  # noqa: S608

    def _listed(self, which: str, values: list[str]) -> list[Gone]:
        rows = self._db.run(
            f"select {', '.join((*_MEMBERS, *_HISTORY))} from tag where {which} "  # noqa: S608
            f"order by network, address, list_position({list(CONFIDENCES)}, confidence), key",
            values,
        )
        return [_gone(row) for row in rows]

    def _count(self) -> int:
        return int(self._db.one("select count(*) from tag")[0])


def _gone(row: Any) -> Gone:
    tag = tag_of(dict(zip(_MEMBERS, row, strict=False)))
    at, why, who = row[len(_MEMBERS) :]
    return Gone(tag=tag, at=Instant(at or 0), why=why or "", by=who or "")


def _require_plain(yaml: Any, loader: Any, data: bytes) -> None:
    """Refuse, before anything is built, aliases (which make a small file huge), depth, and equal members."""
    open_: list[tuple[set[str], bool] | None] = []
    for event in yaml.parse(data, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            raise _UnplainError("it has an alias", event.start_mark)
        ends = isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent)
        if ends:
            open_.pop()
        if isinstance(event, yaml.NodeEvent) and open_ and open_[-1] is not None:
            names, is_name = open_[-1]
            if is_name and isinstance(event, yaml.ScalarEvent):
                if event.value in names:
                    raise _UnplainError(f"{event.value[:40]!r} is told twice", event.start_mark)
                names.add(event.value)
            open_[-1] = (names, not is_name)
        if isinstance(event, yaml.MappingStartEvent):
            open_.append((set(), True))
        elif isinstance(event, yaml.SequenceStartEvent):
            open_.append(None)
        if len(open_) > _DEEPEST:
            raise _UnplainError("it is too deep", event.start_mark)


def _yaml() -> Any:
    try:
        return import_module("yaml")
    except ImportError as exc:
        raise missing("pyyaml") from exc


class ShelfFolder:
    """Fulfils ``Shelves`` below a folder of the node.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._turns = Turns()

    @contextmanager
    def open(self, authority: str) -> Iterator[TagShelf]:
        """Open the tags of an authority; they are made when first asked for."""
        folder = self._root / authority.replace("/", "_")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as exc:
            raise UnavailableError("trace.io", f"the tags cannot be kept: {exc.strerror}") from exc
        path = folder / "tags.known"
        with self._turns.alone(path, patience=PATIENCE):
            database = connected(path, room=folder / "room", memory=_MEMORY)
            try:
                path.chmod(0o600)
                yield TagShelf(database)
            finally:
                database.close()

    def read(self, path: str) -> bytes:
        """Return the bytes of a pack."""
        return read_file(path)

    def parse(self, data: bytes, *, confidence: str, where: str) -> Pack | Retractions:
        """Return what a pack says, of tags or of retractions."""
        told = parsed(data, where=where)
        if holds_retractions(told):
            return read_retractions(told, primitives=LIBRARIES, where=where)
        return read_pack(told, primitives=LIBRARIES, confidence=confidence, where=where)

    def told(self, pack: object) -> bytes:
        """Return a pack as YAML."""
        return written(pack)

    def write(self, path: str, data: bytes) -> None:
        """Write a pack into a new file."""
        write_file(path, data)
