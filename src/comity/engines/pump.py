"""The sealing pump: sources are read once, hashed in one thread and encrypted in another, on reused buffers.

Sealing: this thread reads each source into a portion of 1 MiB, in place behind its archive header,
and takes the SHA-256 of it; the other encrypts the portion, hashes the ciphertext into its pieces and
writes. Opening runs the other way. Memory does not grow with the size of the sources.

Basis: PROTOCOL rules 21, 24
"""

import dataclasses
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from comity.engines.quarantine import Quarantine
from comity.engines.restore import restore_originals
from comity.engines.sources import SourceFile, walk
from comity.evidence.errors import not_regular, source_changed
from comity.evidence.exhibits import Exhibit, display_text
from comity.evidence.opening import BagReader, Expected, OpenedBag
from comity.evidence.originals import Restored
from comity.evidence.package import BagWriter, ClosedBag, Original
from comity.evidence.pieces import PieceHasher, PieceList
from comity.evidence.ports import BlobReader, BlobWriter
from comity.evidence.sealing import PORTION, SEALED_PORTION, PayloadWriter, SealedPackage, SealOrder
from comity.kernel import agefile
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.agekeys import suite_of
from comity.kernel.clock import Instant, require_instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import MalformedError, UnavailableError

_LANES = 6


class Pump:
    """Seals sources into a blob and opens a blob into a folder."""

    def seal(self, order: SealOrder, *, to: BlobWriter, entropy: Entropy) -> SealedPackage:
        """Seal the sources and commit the file under its Merkle root; the errors are those of the port."""
        with _io("seal.io", "the sources could not be read or the package not written"):
            found = walk(order.sources, leave_out=order.leave_out)
            label = dataclasses.replace(order.label, left_out=found.left_out)
            suite = suite_of(order.recipients)
            bag = BagWriter(label, language=order.language, suite=suite)
            payload = PayloadWriter(recipients=order.recipients, entropy=entropy)
            lanes = _Lanes()
            try:
                to.write(payload.front)
                with ThreadPoolExecutor(max_workers=1) as pool:
                    sealing = pool.submit(_seal_portions, lanes, payload, to)
                    closed = _fill(lanes, bag, found.files, order)
                    sealing.result()
                assert closed is not None
                package = payload.finish(label=label, bag=closed)
                to.commit(package.piece_root)
            finally:
                to.abort()
        return package

    def open(
        self,
        source: BlobReader,
        *,
        identities: Sequence[agefile.Identity],
        expected: Expected,
        folder: str,
        admit: Callable[[OpenedBag], None],
    ) -> OpenedBag:
        """Open a package into a new folder, by way of quarantine; the errors are those of the port."""
        with _io("open.io", "the package could not be read or the folder not written"):
            front = bytearray(min(source.size, MOST_HEADER + agefile.NONCE_SIZE))
            del front[source.read_into(memoryview(front), at=0) :]
            header = agefile.parse_header(bytes(front))
            nonce = agefile.require_nonce(bytes(front[header.size :]))
            opener = agefile.Decryptor(file_key=agefile.unwrap(header, identities), nonce=nonce)
            lanes, pieces = _Lanes(), PieceHasher()
            pieces.update(memoryview(nonce))
            with Quarantine(folder) as quarantine:
                reader = BagReader(quarantine)
                with ThreadPoolExecutor(max_workers=1) as pool:
                    start = header.size + agefile.NONCE_SIZE
                    opening = pool.submit(_open_portions, lanes, opener, pieces, source, start)
                    _drain(lanes, reader)
                    opening.result()
                _require_root(pieces, expected)
                bag = reader.finish(expected)
                admit(bag)
                quarantine.release()
        return bag

    def restore(self, bag: str, exhibits: Sequence[Exhibit], *, to: str) -> tuple[Restored, ...]:
        """Write opened exhibits under their original names; the errors are those of the port."""
        return restore_originals(Path(bag), exhibits, to=Path(to))


class _Lanes:
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

    def write(self, data: bytes) -> bool:
        """Copy bytes into the portions; return False when the taker has left."""
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


def _fill(lanes: _Lanes, bag: BagWriter, files: Sequence[SourceFile], order: SealOrder) -> ClosedBag | None:
    """Read every file into the lanes; return None when the sealing thread has left with its own error."""
    try:
        for file in files:
            if not _read_file(lanes, bag, file, changing=order.changing):
                return None
        tail, closed = bag.close(order.acts)
        if not lanes.write(tail):
            return None
        lanes.hand_over(last=True)
        return closed
    finally:
        lanes.give_up()


def _read_file(lanes: _Lanes, bag: BagWriter, file: SourceFile, *, changing: bool) -> bool:
    shown = display_text(file.folder + b"/" + file.name if file.folder else file.name)
    handle = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise not_regular([shown], 1)
        original = Original(
            name=file.name, folder=file.folder, size=before.st_size, modified=_instant(before.st_mtime_ns)
        )
        if not lanes.write(bag.begin(original)):
            return False
        left = before.st_size
        while left:
            room = lanes.room()
            if room is None:
                return False
            count = os.readv(handle, [room[:left]])
            if not count:
                raise source_changed(shown)
            bag.update(room[:count])
            lanes.advance(count)
            left -= count
        after = os.fstat(handle)
    finally:
        os.close(handle)
    changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    if changed and not changing:
        raise source_changed(shown)
    return lanes.write(bag.end(changing=changed))


def _seal_portions(lanes: _Lanes, payload: PayloadWriter, to: BlobWriter) -> None:
    target = memoryview(bytearray(SEALED_PORTION))
    try:
        for plain, last in lanes.portions():
            to.write(target[: payload.seal_into(plain, target, last=last)])
    finally:
        lanes.leave()


def _open_portions(
    lanes: _Lanes, opener: agefile.Decryptor, pieces: PieceHasher, source: BlobReader, at: int
) -> None:
    sealed = memoryview(bytearray(SEALED_PORTION))
    try:
        while count := source.read_into(sealed, at=at):
            room = lanes.room()
            if room is None:
                return
            pieces.update(sealed[:count])
            lanes.advance(opener.decrypt_into(sealed[:count], room))
            at += count
        opener.finish()
        lanes.hand_over(last=True)
    finally:
        lanes.give_up()


def _drain(lanes: _Lanes, reader: BagReader) -> None:
    try:
        for portion, _ in lanes.portions():
            reader.feed(portion)
    finally:
        lanes.leave()


def _require_root(pieces: PieceHasher, expected: Expected) -> None:
    if expected.piece_root is not None:
        found = PieceList(payload_length=pieces.length, leaves=pieces.leaves())
        found.require_root(expected.piece_root)


def _instant(nanoseconds: int) -> Instant | None:
    try:
        return require_instant(nanoseconds // 1000)
    except MalformedError:
        return None


@contextmanager
def _io(code: str, message: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        where = display_text(os.fsencode(exc.filename)) if exc.filename else ""
        raise UnavailableError(code, f"{message}: {exc.strerror}", where=where) from exc
