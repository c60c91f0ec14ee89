"""Portions of plaintext that pass from one thread to another and back, on reused buffers.

A portion of few pieces is worked in the other thread, while this one fills the next: both do their work
outside the interpreter then. A portion of many small pieces is worked where it was filled: two threads that
both need the interpreter for each piece take it from each other, and a tree of small files costs a fifth more
of the processor that way, and not a moment less of time.
"""

from collections.abc import Callable, Iterator
from queue import SimpleQueue

from comity.evidence.sealing import PORTION

_LANES = 4
_MANY = 16


class Lanes:
    """Portions that pass from one thread to the other and back; either side may leave at any time.

    Args:
        here: Works a portion, told whether it is the last, in the thread that filled it.
    """

    def __init__(self, here: Callable[[memoryview, bool], None]) -> None:
        self._here = here
        self._free: SimpleQueue[memoryview | None] = SimpleQueue()
        self._full: SimpleQueue[tuple[memoryview, int, bool] | None] = SimpleQueue()
        self._buffer: memoryview | None = memoryview(bytearray(PORTION))
        self._at = self._pieces = 0
        self._away = False
        for _ in range(_LANES - 1):
            self._free.put(memoryview(bytearray(PORTION)))

    def room(self) -> memoryview | None:
        """Return the free rest of the current portion, never empty; None when the taker has left."""
        if self._buffer is not None and self._at == PORTION:
            self._buffer, self._at = self._passed(self._buffer, last=False) or self._free.get(), 0
        return None if self._buffer is None else self._buffer[self._at :]

    def advance(self, count: int) -> None:
        """Note that the first ``count`` bytes of the room are filled."""
        self._at += count

    def write(self, data: bytes | memoryview) -> bool:
        """Copy bytes into the portions; return False when the taker has left."""
        self._pieces += 1
        end = self._at + len(data)
        if self._buffer is not None and end <= PORTION:
            self._buffer[self._at : end] = data
            self._at = end
            return True
        rest = memoryview(data)
        while rest:
            room = self.room()
            if room is None:
                return False
            count = min(len(room), len(rest))
            room[:count] = rest[:count]
            self.advance(count)
            rest = rest[count:]
        return True

    def hand_over(self, *, last: bool) -> None:
        """Pass the current portion on, or work it here once all that went before it has been worked."""
        if self._buffer is not None:
            self._buffer, self._at = self._passed(self._buffer, last=last), 0

    def _passed(self, buffer: memoryview, *, last: bool) -> memoryview | None:
        """Return the buffer when it was worked here and is free again; None when it went away."""
        many, self._pieces = self._pieces >= _MANY, 0
        if not many:
            self._full.put((buffer, self._at, last))
            self._away = True
            return None
        if self._away and not self._all_back():
            return None
        self._here(buffer[: self._at], last)
        return buffer

    def _all_back(self) -> bool:
        """Wait until the other thread holds no portion; False when it has left."""
        back: list[memoryview] = []
        while len(back) < _LANES - 1:
            buffer = self._free.get()
            if buffer is None:
                self._free.put(None)
                return False
            back.append(buffer)
        for buffer in back:
            self._free.put(buffer)
        self._away = False
        return True

    def give_up(self) -> None:
        """Tell the taker that nothing more comes."""
        self._full.put(None)

    def portions(self) -> Iterator[tuple[memoryview, bool]]:
        """Yield filled portions and whether each is the last, until the last or until the filler gave up."""
        while (item := self._full.get()) is not None:
            buffer, size, last = item
            yield buffer[:size], last
            self._free.put(buffer)
            if last:
                return

    def leave(self) -> None:
        """Tell the filler that nobody takes any more."""
        self._free.put(None)
