"""Examinations that are kept: rows sealed in segments, resumed behind their last mark, searched page by page.

A segment holds rows of one stretch of an examination, preceded by the members in which the first of them
lies, so that each can be read by itself. Segments are sealed to the store key of the authority one by one;
nothing of an index is ever plaintext at rest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from comity.evidence.examination import (
    Bounds,
    Found,
    Item,
    Mark,
    Member,
    Remark,
    Row,
    Tools,
    dump_row,
    parse_row,
)
from comity.evidence.triage import Chain, KnownFiles, Match, MatchPage, Query, matched
from comity.kernel import agefile
from comity.kernel.agekeys import Identity
from comity.kernel.clock import SECOND, Clock
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError, UntrustedError

SEGMENT_ROWS = 4096
SEGMENT_BYTES = 2 << 20
MOST_SEGMENT = 64 << 20
OFTEN = 5 * SECOND
"""How much work an interruption costs at most, where entries are small."""

ENDED = Mark(exhibit=0, whole=True)
"""The last row of an examination that is complete."""


class IndexStore(Protocol):
    """Numbered sealed segments by the name of an index: 64 hexadecimal digits."""

    def count(self, name: str) -> int:
        """Return how many segments there are; they are numbered from 1."""
        ...

    def put(self, name: str, number: int, data: bytes) -> None:
        """Keep a segment durably."""
        ...

    def get(self, name: str, number: int) -> bytes:
        """Return a segment; raise NotFoundError ``index.absent``."""
        ...

    def cut(self, name: str, count: int) -> None:
        """Remove the segments behind the first so many."""
        ...


class Examiner(Protocol):
    """Examines files in a confined process."""

    def examine(
        self, folder: str, items: Sequence[Item], *, bounds: Bounds, after: Mapping[int, Mark]
    ) -> Iterator[Tools | Row | int]:
        """Yield the tools, then rows in order, and between them bytes that were read.

        Args:
            folder: Where the items lie; nothing else is read.
            items: What to examine.
            bounds: What may be used.
            after: Last marks of exhibits that were begun before; those that are whole are passed over.

        Raises:
            UnavailableError: ``examine.extra``, ``examine.libmagic``, ``examine.worker``.
        """
        ...


@dataclass(slots=True)
class Counts:
    """What an examination found, in numbers."""

    members: int = 0
    found: int = 0
    remarks: int = 0
    size: int = 0
    types: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Count a row."""
        if isinstance(row, Member):
            self.members += 1
            self.size += row.size if row.number == 1 else 0
            self._more(self.types, row.media_type or "-")
        elif isinstance(row, Found):
            self.found += 1
            self._more(self.kinds, row.kind)
        elif isinstance(row, Remark):
            self.remarks += 1
            self._more(self.notes, row.code)

    @staticmethod
    def _more(table: dict[str, int], key: str) -> None:
        table[key] = table.get(key, 0) + 1


class IndexWriter:
    """Seals rows into segments as they come.

    Args:
        store: Where segments are kept.
        name: Name of the index.
        recipients: The store key of the authority.
        entropy: Randomness.
        clock: Tells when a segment is due.
        count: Segments that are there already and stay.
    """

    def __init__(
        self,
        store: IndexStore,
        name: str,
        *,
        recipients: Sequence[bytes],
        entropy: Entropy,
        clock: Clock,
        count: int = 0,
        chain: Sequence[Member] = (),
    ) -> None:
        self._store, self._name, self._recipients = store, name, tuple(recipients)
        self._entropy, self._clock, self._count = entropy, clock, count
        self._chain = Chain(chain)
        self._context = tuple(chain)
        self._rows: list[bytes] = []
        self._size = 0
        self._marked = 0
        self._last = clock.now()

    def add(self, row: Row) -> None:
        """Take a row."""
        line = dump_row(row)
        self._rows.append(line)
        self._size += len(line)
        self._chain.take(row)
        if isinstance(row, Mark):
            self._marked = len(self._rows)
        full = len(self._rows) >= SEGMENT_ROWS or self._size >= SEGMENT_BYTES
        if full or (isinstance(row, Mark) and self._clock.now() - self._last >= OFTEN):
            self.flush()

    def close(self) -> None:
        """Seal what was taken up to the last mark: an examination goes on there."""
        del self._rows[self._marked :]
        self.flush()

    def flush(self) -> None:
        """Seal what was taken and not sealed yet."""
        if not self._rows:
            return
        first = msgspec.json.encode([msgspec.to_builtins(member) for member in self._context])
        plain = b"\n".join([first, *self._rows])
        sealed = agefile.seal(plain, recipients=self._recipients, entropy=self._entropy)
        self._store.put(self._name, self._count + 1, sealed)
        self._count += 1
        self._context = tuple(self._chain.members)
        self._rows, self._size, self._marked, self._last = [], 0, 0, self._clock.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Where an index stands.

    Attributes:
        count: Segments that stay.
        marks: Last mark of each exhibit.
        complete: Whether nothing is left to examine.
        chain: Members in which what follows may lie.
    """

    count: int
    marks: Mapping[int, Mark]
    complete: bool
    chain: tuple[Member, ...] = ()


class IndexReader:
    """Reads a sealed index."""

    def __init__(self, store: IndexStore, name: str, *, identities: Sequence[Identity]) -> None:
        self._store, self._name, self._identities = store, name, tuple(identities)

    def resume(self) -> Resumed:
        """Return where the index stands, having cut what lies behind its last mark."""
        marks: dict[int, Mark] = {}
        pending: dict[int, Mark] = {}
        keep, members = 0, tuple[Member, ...]()
        for number in range(1, self._store.count(self._name) + 1):
            try:
                context, rows = self._segment(number)
            except (UntrustedError, MalformedError):
                break  # it was cut off while it was written
            chain = Chain(context)
            for row in rows:
                chain.take(row)
                if isinstance(row, Mark):
                    pending[row.exhibit] = row
            if rows and isinstance(rows[-1], Mark):
                keep, members = number, tuple(chain.members)
                marks.update(pending)
                pending.clear()
        self._store.cut(self._name, keep)
        return Resumed(count=keep, marks=marks, complete=0 in marks, chain=members)

    def rows(self) -> Iterator[Row]:
        """Yield every row, in order."""
        for number in range(1, self._store.count(self._name) + 1):
            yield from self._segment(number)[1]

    def search(self, query: Query, *, known: KnownFiles, after: str = "", most: int = 50) -> MatchPage:
        """Return what a query finds, in the order of the examination.

        Args:
            query: What is looked for.
            known: Lists of known files.
            after: Where the page before ended; empty for the first.
            most: Matches of one page.

        Raises:
            MalformedError: ``examine.after``.
        """
        start, skip = _place(after)
        found: list[Match] = []
        for number in range(start, self._store.count(self._name) + 1):
            context, rows = self._segment(number)
            chain = Chain(context)
            for at, row in enumerate(rows):
                chain.take(row)
                if (number == start and at < skip) or isinstance(row, Mark):
                    continue
                match = matched(row, chain, query, known)
                if match is None:
                    continue
                if len(found) == most:
                    return MatchPage(matches=tuple(found), after=f"{number}.{at}")
                found.append(match)
        return MatchPage(matches=tuple(found), after="")

    def _segment(self, number: int) -> tuple[tuple[Member, ...], list[Row]]:
        sealed = self._store.get(self._name, number)
        plain = agefile.open_sealed(sealed, identities=self._identities, most_bytes=MOST_SEGMENT)
        first, *lines = plain.split(b"\n")
        return msgspec.json.decode(first, type=tuple[Member, ...]), [parse_row(line) for line in lines]


def run(
    examiner: Examiner,
    *,
    folder: str,
    items: Sequence[Item],
    bounds: Bounds,
    after: Mapping[int, Mark],
    take: Callable[[Row], None],
    told: Callable[[int], None],
) -> Tools:
    """Examine, and hand over each row; return what examined.

    Args:
        examiner: The engine.
        folder: Where the items lie.
        items: What to examine.
        bounds: What may be used.
        after: Marks of an examination that was interrupted.
        take: Takes each row.
        told: Takes bytes that were read.
    """
    tools = Tools(versions={}, confined=())
    for one in examiner.examine(folder, items, bounds=bounds, after=after):
        if isinstance(one, Tools):
            tools = one
        elif isinstance(one, int):
            told(one)
        else:
            take(one)
    take(ENDED)
    return tools


def _place(after: str) -> tuple[int, int]:
    segment, dot, row = after.partition(".")
    if not after:
        return 1, 0
    if not dot or not segment.isascii() or not segment.isdigit() or not row.isascii() or not row.isdigit():
        raise MalformedError("examine.after", f"{after[:40]!r} is no place in a search", where="after")
    return max(1, int(segment[:12])), int(row[:12])
