"""The exhibits of a package by number, kept as their lines: what is so many is not kept as objects.

Lines are kept in blocks. Beyond a few mebibytes the blocks are deflated, to about a sixth; an exhibit is read
from its line when it is asked for.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from comity.evidence import wire
from comity.evidence.errors import not_a_package
from comity.evidence.exhibits import MOST_EXHIBITS, Exhibit
from comity.evidence.label import PackageLabel
from comity.evidence.lines import MOST_LINE, dump_exhibit, parse_exhibit

BLOCK_LINES = 1024
MOST_PLAIN = 1 << 20
"""Bytes of lines that are kept as they are."""
_LEVEL = 1
_PACKED = b"\x78"


class ExhibitList(Sequence[Exhibit]):
    """A sequence of exhibits; two are the same where their lines are."""

    __slots__ = ("_blocks", "_count", "_deflated", "_newest", "_read", "size")

    def __init__(self, lines: Iterable[bytes] = ()) -> None:
        self._blocks: list[bytes] = []
        self._newest: list[bytes] = []
        self._deflated = False
        self._read: tuple[int, list[bytes]] = (-1, [])
        self._count = self.size = 0
        """``size``: bytes of all lines, line feeds included."""
        for line in lines:
            self.append(line)

    def append(self, line: bytes) -> None:
        """Add the line of the next exhibit, with its line feed."""
        if self._count >= MOST_EXHIBITS:
            raise not_a_package(f"a package takes at most {MOST_EXHIBITS} exhibits")
        self._newest.append(line)
        self._count += 1
        self.size += len(line)
        if len(self._newest) == BLOCK_LINES:
            self._close_block()

    def chunks(self) -> Iterator[bytes]:
        """Yield all lines, in portions."""
        for block in self._blocks:
            yield zlib.decompress(block) if self._deflated else block
        if self._newest:
            yield b"".join(self._newest)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Exhibit: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Exhibit, ...]: ...
    def __getitem__(self, at: int | slice) -> Exhibit | tuple[Exhibit, ...]:
        if isinstance(at, slice):
            return tuple(self[index] for index in range(*at.indices(self._count)))
        index = at + self._count if at < 0 else at
        if not 0 <= index < self._count:
            raise IndexError(at)
        block, place = divmod(index, BLOCK_LINES)
        return parse_exhibit(self._lines_of(block)[place], number=index + 1)

    def __iter__(self) -> Iterator[Exhibit]:
        number = 0
        for chunk in self.chunks():
            for line in chunk[:-1].split(b"\n"):
                number += 1
                yield parse_exhibit(line, number=number)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ExhibitList):
            sizes = (self._count, self.size) == (other._count, other.size)
            return sizes and all(one == two for one, two in zip(self.chunks(), other.chunks(), strict=True))
        if isinstance(other, tuple):
            return len(other) == self._count and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"ExhibitList({self._count} exhibits)"

    def _lines_of(self, block: int) -> list[bytes]:
        if block == len(self._blocks):
            return [line[:-1] for line in self._newest]
        if self._read[0] != block:
            kept = self._blocks[block]
            lines = zlib.decompress(kept) if self._deflated else kept
            self._read = block, lines[:-1].split(b"\n")
        return self._read[1]

    def _close_block(self) -> None:
        block = b"".join(self._newest)
        self._newest = []
        if not self._deflated and self.size > MOST_PLAIN:
            self._deflated = True
            self._blocks = [zlib.compress(one, _LEVEL) for one in self._blocks]
        self._blocks.append(zlib.compress(block, _LEVEL) if self._deflated else block)


def listed(exhibits: Iterable[Exhibit]) -> ExhibitList:
    """Return exhibits as a list of their lines."""
    return ExhibitList(dump_exhibit(exhibit) for exhibit in exhibits)


def packed(label: PackageLabel, exhibits: ExhibitList) -> bytes:
    """Return ``exhibits.jsonl``, deflated: how it is kept in a record."""
    deflater = zlib.compressobj(_LEVEL)
    made = [deflater.compress(wire.dump_label(label)), *map(deflater.compress, exhibits.chunks())]
    return b"".join((*made, deflater.flush()))


def unpacked(data: bytes) -> tuple[PackageLabel, ExhibitList]:
    """Return label and exhibits of what a record keeps; ``exhibits.jsonl`` as it is, is taken too.

    Raises:
        MalformedError: ``package.form``: it is neither.
    """
    reader = LineReader()
    if data[:1] != _PACKED:
        reader.feed(data)
        return reader.finish()
    inflater, rest = zlib.decompressobj(), data
    try:
        while rest and not inflater.eof:
            reader.feed(inflater.decompress(rest, 1 << 20))
            rest = inflater.unconsumed_tail
    except zlib.error as exc:
        raise not_a_package("what is kept of the exhibits does not read") from exc
    return reader.finish()


class LineReader:
    """Takes ``exhibits.jsonl`` in any portions.

    Attributes:
        exhibits: Those whose lines were whole so far; each was read once, and held.
    """

    def __init__(self) -> None:
        self.exhibits = ExhibitList()
        self._label: PackageLabel | None = None
        self._rest = b""

    def feed(self, portion: bytes) -> list[Exhibit]:
        """Take the next bytes and return the exhibits that they completed.

        Raises:
            MalformedError: ``package.form``, or a code of ``json.``.
        """
        lines = (self._rest + portion).split(b"\n")
        self._rest = lines.pop()
        found = []
        for line in lines:
            if self._label is None:
                self._label = wire.parse_label(line)
                continue
            exhibit = parse_exhibit(line, number=len(self.exhibits) + 1)
            self.exhibits.append(line + b"\n")
            found.append(exhibit)
        if len(self._rest) > MOST_LINE:
            raise not_a_package("a line without an end", where="exhibits.jsonl")
        return found

    def finish(self) -> tuple[PackageLabel, ExhibitList]:
        """Return label and exhibits; raise MalformedError where the last line has no end."""
        if self._rest or self._label is None:
            raise not_a_package("the last line has no end", where="exhibits.jsonl")
        return self._label, self.exhibits
