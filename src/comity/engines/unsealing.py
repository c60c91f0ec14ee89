"""Ciphertext back into portions of plaintext: read, hashed into its pieces and decrypted, on reused buffers.

As long as one large file goes on, another thread works ahead of whoever takes the plaintext; among small
files it would only fight over the interpreter, as in ``lanes``.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from comity.evidence.opening import BagReader
from comity.evidence.pieces import PieceHasher
from comity.evidence.ports import BlobReader
from comity.kernel import agefile

_LANES = 3
_CHUNKS = 4
_PORTION, _SEALED = _CHUNKS * agefile.CHUNK, _CHUNKS * agefile.SEALED_CHUNK
"""A portion of 256 KiB: a larger one is not faster here, and three are held."""
_WORTH = 4 << 20
"""Bytes of one file from which another thread is set to work."""


class Unsealing:
    """One reading of a sealed file from some place to its end.

    Args:
        source: The sealed file.
        opener: Decrypts what stands there.
        pieces: Takes the ciphertext.
        at: Where the first chunk begins.
    """

    def __init__(
        self, source: BlobReader, opener: agefile.Decryptor, pieces: PieceHasher, *, at: int
    ) -> None:
        self._source, self._opener, self._pieces, self._at = source, opener, pieces, at
        self._sealed = memoryview(bytearray(_SEALED))
        self._rooms = [memoryview(bytearray(_PORTION))]

    def portions(self, reader: BagReader) -> Iterator[memoryview]:
        """Yield the plaintext in portions, each valid until the next is asked for.

        Args:
            reader: Takes them, and knows how much of its current file is to come.

        Raises:
            UntrustedError: ``age.payload``: a chunk was altered or moved, or the end is missing.
        """
        room = self._rooms[0]
        with ThreadPoolExecutor(max_workers=1) as pool:
            while True:
                if reader.left > _WORTH:
                    yield from self._ahead(pool, reader.left // _PORTION)
                count = self._into(room)
                if not count:
                    break
                yield room[:count]
        self._opener.finish()

    def _into(self, room: memoryview) -> int:
        """Write the next portion to the front of ``room`` and return its length, 0 at the end."""
        count = self._source.read_into(self._sealed, at=self._at)
        self._pieces.update(self._sealed[:count])
        self._at += count
        return self._opener.decrypt_into(self._sealed[:count], room)

    def _ahead(self, pool: ThreadPoolExecutor, count: int) -> Iterator[memoryview]:
        """Yield up to so many portions that another thread makes."""
        while len(self._rooms) < _LANES:
            self._rooms.append(memoryview(bytearray(_PORTION)))
        free, full = SimpleQueue[memoryview | None](), SimpleQueue[tuple[memoryview, int] | None]()
        for room in self._rooms:
            free.put(room)
        working = pool.submit(self._fill, count, free, full)
        try:
            while (item := full.get()) is not None:
                room, size = item
                yield room[:size]
                free.put(room)
        finally:
            free.put(None)
        working.result()

    def _fill(
        self,
        count: int,
        free: "SimpleQueue[memoryview | None]",
        full: "SimpleQueue[tuple[memoryview, int] | None]",
    ) -> None:
        try:
            for _ in range(count):
                room = free.get()
                if room is None or not (size := self._into(room)):
                    return
                full.put((room, size))
        finally:
            full.put(None)
