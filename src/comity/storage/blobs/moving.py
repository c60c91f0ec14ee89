"""Payloads between the node's disk and the object store, one package after the other, each verified.

What is interrupted is gone on with: segments that are stored and whole are not sent again. The file on disk
goes only after the service proved that it keeps every segment, and after the payload that was read for it had
the Merkle root that is its name; the segments go only after the file that was written from them had it.

Basis: PROTOCOL rules 21, 24
"""

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from comity.evidence.pieces import PieceHasher, PieceList
from comity.evidence.ports import BlobReader, BlobStore
from comity.kernel.ageheader import MOST_HEADER, parse_header
from comity.kernel.errors import UntrustedError
from comity.storage.blobs.disk import told_plainly
from comity.storage.blobs.folder import FolderBlobs, fsync_folder, head_of, name_aside
from comity.storage.blobs.heads import overwrite_front
from comity.storage.blobs.objects import SEGMENT, ObjectPayloads

_AT_ONCE = 3
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Moves payloads.

    Attributes:
        blobs: The node's own disk.
        payloads: The object store.
    """

    blobs: FolderBlobs
    payloads: ObjectPayloads = field(repr=False)

    def here(self) -> tuple[str, ...]:
        """Return the names of the packages whose payload lies on disk, sorted."""
        found = sorted(path.name for path in self.blobs.blobs.iterdir())
        return tuple(name for name in found if not self.blobs.apart.is_away(name))

    @told_plainly()
    def send(self, name: str) -> bool:
        """Move one payload to the object store; False where it was destroyed meanwhile.

        Raises:
            UntrustedError: ``blobs.damaged``: the file on disk is not what was stored; it stays.
            UnavailableError: as ``ObjectPayloads.put``.
        """
        path, apart = self.blobs.path(name), self.blobs.apart
        with apart.moving(wait=True):
            if apart.is_away(name):
                return True
            apart.forget_going(name)
            reader = self.blobs.open(name)
            try:
                self._put_all(name, reader)
            finally:
                reader.close()
            with apart.turn():
                if path.is_file():
                    head = apart.head(name) or head_of(path, name)
                    apart.put(name, replace(head, skip=0, away=True))
                    overwrite_front(path, front=head.skip)  # from now on the wrapped key stands in one place
                    path.unlink()
                    fsync_folder(self.blobs.blobs)
                    return True
                apart.mark_going(name)
            apart.remove_going(moving=True)
        return False

    @told_plainly()
    def fetch(self, name: str) -> bool:
        """Bring one payload back to disk; False where it was destroyed meanwhile.

        Raises:
            UntrustedError: ``blobs.damaged``: what the store gave is not what was put; it stays there.
            UnavailableError: ``blobs.segment``, ``blobs.full``, ``blobs.unreachable`` …
        """
        path, apart = self.blobs.path(name), self.blobs.apart
        aside = self.blobs.aside / name_aside(self.blobs.processes)
        with apart.moving(wait=True):
            if not apart.is_away(name):
                return path.is_file()
            try:
                header = self._write_back(name, aside)
                with apart.turn():
                    head = apart.head(name)
                    if head is None:
                        return False
                    apart.mark_going(name)
                    aside.rename(path)
                    fsync_folder(self.blobs.blobs)
                    if head.header == header:
                        apart.destroy(name)
                    else:  # it was wrapped anew meanwhile
                        apart.put(name, replace(head, skip=len(header), away=False))
                        overwrite_front(path, front=len(header))
            finally:
                aside.unlink(missing_ok=True)
            apart.remove_going(moving=True)
        return True

    def _put_all(self, name: str, reader: BlobReader) -> None:
        """Put what is not stored yet; a few segments are under way at a time."""
        held, front = self.payloads.held(name), _header_length(reader)
        hasher, length = PieceHasher(), reader.size - front
        waiting: set[Future[None]] = set()
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            for number in range(-(-length // SEGMENT)):
                data = memoryview(bytearray(min(SEGMENT, length - number * SEGMENT)))
                data = data[: reader.read_into(data, at=front + number * SEGMENT)]
                hasher.update(data)
                if number in held and held[number].is_surely(data):
                    continue
                while len(waiting) >= _AT_ONCE:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    _raise_first(done, pool)
                waiting.add(pool.submit(self.payloads.put, name, number, data))
            _raise_first(wait(waiting).done, pool)
        _require_same(name, hasher)

    def _write_back(self, name: str, aside: "os.PathLike[str]") -> bytes:
        """Write the whole sealed file from the object store; return its header."""
        reader = self.blobs.open(name)
        handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            front = bytearray(_header_length(reader))
            reader.read_into(memoryview(front), at=0)
            _write(handle, memoryview(front))
            _require_root(name, reader, lambda portion: _write(handle, portion))
            os.fsync(handle)
            return bytes(front)
        finally:
            os.close(handle)
            reader.close()


def verify(blobs: BlobStore, name: str) -> None:
    """Read a whole package where it lies; raise UntrustedError ``blobs.damaged`` where it is another."""
    reader = blobs.open(name)
    try:
        _require_root(name, reader, lambda _portion: None)
    finally:
        reader.close()


def _require_root(name: str, reader: BlobReader, take: Callable[[memoryview], None]) -> None:
    hasher, buffer, at = PieceHasher(), memoryview(bytearray(_BUFFER)), _header_length(reader)
    while at < reader.size:
        count = reader.read_into(buffer[: min(_BUFFER, reader.size - at)], at=at)
        if not count:
            break
        hasher.update(buffer[:count])
        take(buffer[:count])
        at += count
    _require_same(name, hasher)


def _require_same(name: str, hasher: PieceHasher) -> None:
    root = ""
    if hasher.length:
        root = PieceList(payload_length=hasher.length, leaves=hasher.leaves()).root
    if root != name:
        raise UntrustedError(
            "blobs.damaged",
            "the payload of a package is not what was stored",
            hint="bring it back from a backup, or ask the sender for the delivery again",
            where=name,
        )


def _header_length(reader: BlobReader) -> int:
    front = bytearray(min(reader.size, MOST_HEADER))
    count = reader.read_into(memoryview(front), at=0)
    return parse_header(bytes(front[:count])).size


def _raise_first(done: set[Future[None]], pool: ThreadPoolExecutor) -> None:
    for one in done:
        failed = one.exception()
        if failed is not None:
            pool.shutdown(wait=True, cancel_futures=True)
            raise failed


def _write(handle: int, data: memoryview) -> None:
    while data:
        data = data[os.write(handle, data) :]
