"""Tag packs as files of YAML, and the tags of an authority in a file of DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

from comity.engines.tracing.database import Database, connected
from comity.engines.tracing.kernels import missing
from comity.engines.tracing.passes import numbers
from comity.engines.tracing.primitives import LIBRARIES
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.tracing.tags import Pack, Tag, pack_of, read_pack, tag_of

MOST_PACK = 64 << 20
_DEEPEST = 20
_MEMBERS = tuple(one.name for one in fields(Tag))


def read_pack_file(path: str, *, confidence: str = "") -> Pack:
    """Return what a tag pack in YAML says. No tag of YAML makes an object; aliases are refused.

    Raises:
        NotFoundError: ``file.absent``.
        MalformedError: ``tag.pack``, ``tag.confidence``.
    """
    yaml = _yaml()
    try:
        data = Path(path).read_bytes()
    except OSError as exc:
        raise NotFoundError("file.absent", f"the file cannot be read: {exc.strerror}", where=path) from exc
    if len(data) > MOST_PACK:
        raise MalformedError("tag.pack", "a tag pack has at most 64 MiB", where=path)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _require_plain(yaml, loader, data)
        told = yaml.load(data, Loader=loader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError, AttributeError, LookupError) as exc:
        raise MalformedError("tag.pack", "the tag pack is no plain YAML", where=path) from exc
    return read_pack(told, primitives=LIBRARIES, confidence=confidence, where=path)


def write_pack_file(path: str, tags: Iterable[Tag], *, title: str, creator: str) -> int:
    """Write tags as a pack into a new file and return its size; raise ConflictError ``file.exists``."""
    told = pack_of(tags, title=title, creator=creator)
    text: str = _yaml().safe_dump(told, sort_keys=False, allow_unicode=True, width=1000)
    try:
        with Path(path).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as exc:
        raise ConflictError("file.exists", "the file is there already", where=path) from exc
    except OSError as exc:
        raise UnavailableError("trace.io", f"the pack cannot be written: {exc.strerror}", where=path) from exc
    return len(text.encode())


class TagShelf:
    """Fulfils ``Tags``: the tags of one authority.

    Args:
        database: The open file.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        columns = ", ".join(f"{name} varchar" for name in _MEMBERS)
        database.run(
            f"create table if not exists tag (key varchar primary key, {columns}, "
            "taken bigint, gone bigint, why varchar)"
        )

    def put(self, tags: Iterable[Tag], *, at: Instant) -> int:
        """Keep tags and return how many are new. What was retracted stays so."""
        np = numbers()
        rows = list(tags)
        if not rows:
            return 0
        before = self._count()
        columns = {"key": np.array([one.key for one in rows], dtype=object)}
        columns |= {name: np.array([getattr(one, name) for one in rows], dtype=object) for name in _MEMBERS}
        with self._db.whole(), self._db.staged(columns) as staged:
            self._db.run(
                f"insert into tag select key, {', '.join(_MEMBERS)}, {int(at)}, null, '' from {staged} "  # noqa: S608
                "on conflict do nothing"
            )
        return self._count() - before

    def of(self, addresses: Iterable[str]) -> tuple[Tag, ...]:
        """Return the tags of addresses that stand, the surest first by address."""
        np = numbers()
        wanted = {"address": np.array(sorted(set(addresses)), dtype=object)}
        if not len(wanted["address"]):
            return ()
        with self._db.staged(wanted) as staged:
            rows = self._db.run(
                f"select {', '.join('t.' + name for name in _MEMBERS)} from tag t join {staged} w "  # noqa: S608
                "on w.address = t.address where gone is null order by t.address, t.key"
            )
        return tuple(_tag(row) for row in rows)

    def all(self, *, title: str = "") -> tuple[Tag, ...]:
        """Return all tags that stand, or those of one pack."""
        rows = self._db.run(
            f"select {', '.join(_MEMBERS)} from tag where gone is null and (? = '' or title = ?) "  # noqa: S608
            "order by network, address, key",
            [title, title],
        )
        return tuple(_tag(row) for row in rows)

    def retract(self, *, title: str, address: str, why: str, at: Instant) -> tuple[Tag, ...]:
        """Retract the tags of a pack, or of an address, or of both, and return them."""
        told = "gone is null and (? = '' or title = ?) and (? = '' or address = ?)"
        values = [title, title, address, address]
        rows = self._db.run(f"select {', '.join(_MEMBERS)} from tag where {told} order by key", values)  # noqa: S608
        self._db.run(f"update tag set gone = {int(at)}, why = ? where {told}", [why, *values])  # noqa: S608
        return tuple(_tag(row) for row in rows)

    def _count(self) -> int:
        return int(self._db.one("select count(*) from tag")[0])


@contextmanager
def open_shelf(root: Path, authority: str, *, memory: int = 1 << 30) -> Iterator[TagShelf]:
    """Open the tags of an authority; they are made when first asked for."""
    folder = root / authority.replace("/", "_")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise UnavailableError("trace.io", f"the tags cannot be kept: {exc.strerror}") from exc
    path = folder / "tags.known"
    database = connected(path, room=folder / "room", memory=memory)
    try:
        path.chmod(0o600)
        yield TagShelf(database)
    finally:
        database.close()


def _tag(row: Any) -> Tag:
    return tag_of(dict(zip(_MEMBERS, row, strict=True)))


def _require_plain(yaml: Any, loader: Any, data: bytes) -> None:
    """Refuse aliases, which can make a small file huge, and great depth, before anything is built."""
    depth = 0
    for event in yaml.parse(data, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("an alias")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise ValueError("too deep")


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

    def open(self, authority: str) -> AbstractContextManager[TagShelf]:
        """Open the tags of an authority."""
        return open_shelf(self._root, authority)

    def read_pack(self, path: str, *, confidence: str) -> Pack:
        """Return what a pack in a file says."""
        return read_pack_file(path, confidence=confidence)

    def write_pack(self, path: str, tags: Iterable[Tag], *, title: str, creator: str) -> int:
        """Write tags into a new file and return its size."""
        return write_pack_file(path, tags, title=title, creator=creator)
