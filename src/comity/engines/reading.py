"""Sources into portions: each file and each segment of a stream is read once, hashed, and framed."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from comity.engines.lanes import Lanes
from comity.engines.sources import SourceFile
from comity.engines.spool import Spool
from comity.evidence.errors import not_regular
from comity.evidence.exhibits import GREW, MODIFIED, SHRANK, STREAM, Part
from comity.evidence.package import BagWriter, Original
from comity.evidence.sealing import PORTION, Sealing
from comity.kernel.clock import Instant, require_instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError

_TELL_EVERY = 32 << 20
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ZEROS = memoryview(bytes(PORTION))


class SourceReader:
    """Reads sources into the lanes; every method returns False when the other thread has left.

    Args:
        lanes: Where the archive goes.
        bag: Draws frames and keeps digests.
        total: Bytes that the sources had when they were found.
        tell: Called now and then with how far the reading is.
        ended: Called for each exhibit with where it ends in the archive, and its line.
    """

    def __init__(
        self,
        lanes: Lanes,
        bag: BagWriter,
        *,
        total: int,
        tell: Callable[[Sealing], None] | None,
        ended: Callable[[int, bytes], None],
    ) -> None:
        self._lanes, self._bag, self._total, self._tell, self._ended = lanes, bag, total, tell, ended
        self._done = self._files = self._told = 0
        self.at = 0
        """Bytes of the archive that were made so far."""

    def file(self, file: SourceFile) -> bool:
        """Read one regular file, as many bytes as it had when it was opened.

        Where it gives fewer, zeros fill the rest and the exhibit says so; where there are more, or it was
        written to meanwhile, the exhibit says that.
        """
        handle = os.open(file.path, _FLAGS)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise not_regular([file.display], 1)
            original = Original(
                name=file.name,
                folder=file.folder,
                size=before.st_size,
                modified=_instant(before.st_mtime_ns),
                part=file.part,
            )
            if not self.write(self._bag.begin(original)):
                return False
            left, grew = self._content(handle, before.st_size)
            if left is None or (left and not self._fill(left)):
                return False
            after = os.fstat(handle)
        finally:
            os.close(handle)
        return self._end(_changes(before, after, shrank=bool(left), grew=grew))

    def stream(
        self, handle: int, name: bytes, *, segment: int, folder: Path | None, entropy: Entropy
    ) -> bool:
        """Read a stream to its end, each ``segment`` bytes of it into an exhibit of its own."""
        first, number, ended = b"", 0, False
        while not ended:
            number += 1
            spool = Spool(folder, entropy)
            try:
                size = spool.fill(handle, segment, first=first)
                first = os.read(handle, 1) if size == segment else b""
                ended = not first
                part = Part(kind=STREAM, of=name, number=number, last=ended)
                shown = name + b"-%06d" % number
                if not self._segment(spool, Original(name=shown, size=size, part=part)):
                    return False
            finally:
                spool.close()
        return True

    def _segment(self, spool: Spool, original: Original) -> bool:
        if not self.write(self._bag.begin(original)):
            return False
        number = 0
        while (portion := spool.portion(number)) is not None:
            self._bag.update(portion)
            if not self.write(portion):
                return False
            self._progress(len(portion))
            number += 1
        return self._end(())

    def _content(self, handle: int, size: int) -> tuple[int | None, bool]:
        """Read up to so many bytes; return how many did not come, and whether there was one more.

        None did not come where the other thread has left.
        """
        left, over = size, 0
        while left:
            room = self._lanes.room()
            if room is None:
                return None, False
            # NOTE: where there is room, one byte more is asked for: that tells of growth without a call.
            asked = room[: left + 1]
            came = os.readv(handle, [asked])
            if not came:
                return left, False
            count = min(came, left)
            self._bag.update(room[:count])
            self._lanes.advance(count)
            self.at += count
            left -= count
            self._progress(count)
            over = came - count
            if not left and not over and came < len(asked):
                return 0, False
        return 0, bool(over or os.read(handle, 1))

    def _fill(self, left: int) -> bool:
        self._bag.ended_early()
        while left:
            zeros = _ZEROS[:left]
            self._bag.update(zeros)
            if not self.write(zeros):
                return False
            left -= len(zeros)
        return True

    def _end(self, changes: tuple[str, ...]) -> bool:
        self._files += 1
        padding = self._bag.end(changes=changes)
        # NOTE: noted before the padding goes: the other thread looks only once that has been sealed.
        self._ended(self.at + len(padding), self._bag.newest_line)
        return self.write(padding)

    def write(self, data: bytes | memoryview) -> bool:
        """Put bytes of the archive into the lanes."""
        self.at += len(data)
        return self._lanes.write(data)

    def _progress(self, count: int) -> None:
        self._done += count
        if self._tell is not None and self._done - self._told >= _TELL_EVERY:
            self._told = self._done
            self._tell(Sealing(done=self._done, total=self._total, files=self._files))


def _changes(before: os.stat_result, after: os.stat_result, *, shrank: bool, grew: bool) -> tuple[str, ...]:
    if shrank:
        return (SHRANK,)
    if grew or after.st_size > before.st_size:
        return (GREW,)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return (MODIFIED,)
    return ()


def _instant(nanoseconds: int) -> Instant | None:
    try:
        return require_instant(nanoseconds // 1000)
    except MalformedError:
        return None
