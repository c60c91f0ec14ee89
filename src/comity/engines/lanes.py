"""Portions of plaintext that pass from one thread to another and back, on reused buffers."""

from collections.abc import Iterator
from queue import SimpleQueue

from comity.evidence.sealing import PORTION

_LANES = 4


class Lanes:
    """Portions that pass from one thread to the other and back; either side may leave at any time."""

    def __init__(self) -> None:
        self._free: SimpleQueue[memoryview | None] = SimpleQueue()
        self._full: SimpleQueue[tuple[memoryview, int, bool] | None] = SimpleQueue()
        self._buffer: memoryview | None = memoryview(bytearray(PORTION))
        self._at = 0
        for _ in range(_LANES - 1):
            self._free.put(memoryview(bytearray(PORTION)))

    def room(self) -> memoryview | None:
        """Return the free rest of the current portion, never empty; None when the taker has left."""
        if self._buffer is not None and self._at == PORTION:
            self.hand_over(last=False)
            self._buffer, self._at = self._free.get(), 0
        return None if self._buffer is None else self._buffer[self._at :]

    def advance(self, count: int) -> None:
        """Note that the first ``count`` bytes of the room are filled."""
        self._at += count

    def write(self, data: bytes | memoryview) -> bool:
        """Copy bytes into the portions; return False when the taker has left."""
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
        """Pass the current portion on."""
        if self._buffer is not None:
            self._full.put((self._buffer, self._at, last))
            self._buffer, self._at = None, 0

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
