"""The parts of a whole as one file: read where they lie, one open at a time, nothing is joined on a disk."""

from bisect import bisect_right
from collections.abc import Sequence
from io import SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, cast

_BUFFER = 1 << 16


def joined(paths: Sequence[Path]) -> BinaryIO:
    """Return files as one, in this order, open for reading."""
    return cast("BinaryIO", BufferedReader(_Parts(paths), _BUFFER))


class _Parts(RawIOBase):
    """Files behind one another, read only."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self._paths = paths
        self._starts = [0, *accumulate(path.stat().st_size for path in paths)]
        self._open: tuple[int, BinaryIO] | None = None
        self._at = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go to an offset."""
        base = {SEEK_SET: 0, SEEK_END: self._starts[-1]}.get(whence, self._at)
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill with what follows, up to the end of the part in which that lies."""
        if self._at >= self._starts[-1]:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        file = self._part(number)
        file.seek(self._at - self._starts[number])
        found = file.read(min(len(target), self._starts[number + 1] - self._at))
        target[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        """Close what was opened here."""
        self._let_go()
        super().close()

    def _part(self, number: int) -> BinaryIO:
        if self._open is None or self._open[0] != number:
            self._let_go()
            self._open = (number, self._paths[number].open("rb"))
        return self._open[1]

    def _let_go(self) -> None:
        if self._open is not None:
            self._open[1].close()
        self._open = None
