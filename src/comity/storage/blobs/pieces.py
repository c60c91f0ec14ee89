"""Deliveries on their way in, in a folder: the sealed file grows in place, and a mark follows each piece.

Below the root, for each delivery:

    arriving/<delivery>/file     header, then each piece at its own offset
    arriving/<delivery>/list     8 bytes header length, 8 bytes payload length, then the leaves
    arriving/<delivery>/marks    one byte a piece: 1 when it is durable, 2 when it was written only

A piece is written where its leaf held, and marked 2; pieces that came together are then made durable
together, and marked 1 after that. So after a crash a 1 tells the truth, and a piece marked 2 is hashed once
more before it counts. Before the file is given its name, every piece that an earlier
process kept is hashed once more; those of this process were judged in memory before they were written.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from comity.evidence.pieces import LEAF_SIZE, PIECE, PieceList, PieceMap, piece_count, require_leaf
from comity.kernel.digests import parse_digest
from comity.kernel.errors import ConflictError, NotFoundError, UntrustedError
from comity.storage.blobs.disk import told_plainly
from comity.storage.blobs.folder import FolderBlobs, fsync_folder, is_left, name_aside
from comity.storage.blobs.passing import LARGE, let_go

_FILE, _LIST, _MARKS = "file", "list", "marks"
_DURABLE, _WRITTEN = b"\x01", b"\x02"
_FRONT = 16


class FolderPieces:
    """The piece port over a folder, beside the blobs that deliveries become.

    Args:
        root: The folder that the blobs are in.
        blobs: Where a complete delivery goes; on the same file system.
    """

    def __init__(self, root: Path, blobs: FolderBlobs) -> None:
        self._root = root / "arriving"
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._blobs = blobs
        self._judged: dict[str, bytearray] = {}
        """One byte a piece: 1 where this process judged it and made it durable."""

    @told_plainly()
    def begin(self, delivery: str, *, header: bytes, pieces: PieceList) -> None:
        """Make room for a delivery; raise ConflictError ``delivery.differs`` when the name is in use."""
        folder = self._path(delivery)
        facts = len(header).to_bytes(8, "big") + pieces.payload_length.to_bytes(8, "big") + pieces.leaves
        if folder.is_dir():
            done = not (folder / _FILE).exists() and self._blobs.exists(pieces.root)
            same = done or _front(folder / _FILE, len(header)) == header
            if (folder / _LIST).read_bytes() != facts or not same:
                raise ConflictError(
                    "delivery.differs", "the delivery is under way with other contents", where=delivery
                )
            return
        aside = self._root / f".{name_aside(self._blobs.processes)}"
        aside.mkdir(mode=0o700)
        try:
            for name, content in ((_FILE, header), (_LIST, facts), (_MARKS, bytes(pieces.count))):
                _write_durably(aside / name, content)
            fsync_folder(aside)
        except OSError:
            shutil.rmtree(aside)  # a full disk is tried again and again, and nothing of it may stay
            raise
        try:
            aside.rename(folder)
        except OSError as exc:
            shutil.rmtree(aside)
            if exc.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            self.begin(delivery, header=header, pieces=pieces)  # another process has just begun it
            return
        fsync_folder(self._root)

    @told_plainly()
    def keeper(self, delivery: str) -> "FolderPieceKeeper":
        """Return what keeps pieces that come together; raise NotFoundError ``delivery.absent``."""
        folder = self._path(delivery)
        try:
            return FolderPieceKeeper(folder, self._judged.setdefault(delivery, bytearray()))
        except FileNotFoundError:
            known = self.pieces(delivery)
            if not self._blobs.exists(known.root):  # else it was completed before
                raise
            return FolderPieceKeeper(folder, bytearray(), whole=True)

    def put_piece(self, delivery: str, index: int, data: bytes) -> None:
        """Keep one piece durably; refused unless it is the one that the list names."""
        with closing(self.keeper(delivery)) as keeper:
            keeper.put(index, data)
            keeper.settle()

    @told_plainly()
    def received(self, delivery: str) -> PieceMap:
        """Return which pieces are durably here; raise NotFoundError ``delivery.absent``."""
        folder = self._known(delivery)[0]
        if _WRITTEN in (folder / _MARKS).read_bytes():
            with closing(self.keeper(delivery)) as keeper:
                keeper.settle_found()
        return PieceMap((folder / _MARKS).read_bytes().replace(_WRITTEN, b"\x00"))

    def pieces(self, delivery: str) -> PieceList:
        """Return the list of pieces; raise NotFoundError ``delivery.absent``."""
        return self._known(delivery)[1]

    def header(self, delivery: str) -> bytes:
        """Return the header that stands before the pieces; empty once they became a blob."""
        folder, _, size = self._known(delivery)
        return _front(folder / _FILE, size)

    @told_plainly()
    def assemble(self, delivery: str) -> str:
        """Turn a complete delivery into a blob named by its Merkle root and return the name."""
        folder, pieces, header = self._known(delivery)
        name = pieces.root
        missing = self.received(delivery).missing(most=1)
        if missing:
            raise ConflictError("delivery.incomplete", f"piece {missing[0]} is not here yet", where=delivery)
        try:
            content = (folder / _FILE).open("rb", buffering=0)
        except FileNotFoundError:
            if not self._blobs.exists(name):
                raise
            return name
        with content:
            whole = os.fstat(content.fileno()).st_size == header + pieces.payload_length
            judged = self._judged.get(delivery, bytearray()) if whole else bytearray()
            judged = judged.ljust(pieces.count, b"\x00")
            for index in (at for at in range(pieces.count) if not judged[at]):
                pieces.require_piece(index, os.pread(content.fileno(), PIECE, header + index * PIECE))
            os.fsync(content.fileno())
        self._blobs.adopt(folder / _FILE, name)
        self._judged.pop(delivery, None)
        return name

    def forget(self, delivery: str) -> bool:
        """Remove what is kept of a delivery; return False when there was nothing."""
        folder = self._path(delivery)
        aside = self._root / f".{name_aside(self._blobs.processes)}"
        try:
            folder.rename(aside)
        except FileNotFoundError:
            return False
        fsync_folder(self._root)
        shutil.rmtree(aside)
        self._judged.pop(delivery, None)
        return True

    def deliveries(self) -> tuple[str, ...]:
        """Return the names of the deliveries that are under way, sorted."""
        return tuple(sorted(path.name for path in self._root.iterdir() if not path.name.startswith(".")))

    def sweep(self) -> int:
        """Remove what processes that are no more left half made or half removed; return how much it was."""
        hidden = [path for path in self._root.iterdir() if path.name.startswith(".")]
        left = [path for path in hidden if is_left(path.name, self._blobs.processes)]
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return len(left)

    def _path(self, delivery: str) -> Path:
        return self._root / parse_digest(delivery, where="delivery")

    def _known(self, delivery: str) -> tuple[Path, PieceList, int]:
        folder = self._path(delivery)
        try:
            facts = (folder / _LIST).read_bytes()
        except FileNotFoundError as exc:
            raise _absent(delivery) from exc
        header, length = int.from_bytes(facts[:8], "big"), int.from_bytes(facts[8:16], "big")
        return folder, PieceList(payload_length=length, leaves=facts[16:]), header


class FolderPieceKeeper:
    """Keeps pieces of one delivery that come together.

    Args:
        folder: Of the delivery.
        judged: Where it is noted which pieces this process judged and made durable.
        whole: Whether the delivery is complete already, so that pieces are judged and not written.
    """

    def __init__(self, folder: Path, judged: bytearray, *, whole: bool = False) -> None:
        self._handles = ExitStack()
        with ExitStack() as opening:
            try:
                self._list = opening.enter_context(_opened(folder / _LIST, os.O_RDONLY))
            except FileNotFoundError as exc:
                raise _absent(folder.name) from exc
            self._file = -1 if whole else opening.enter_context(_opened(folder / _FILE, os.O_RDWR))
            self._marks = opening.enter_context(_opened(folder / _MARKS, os.O_RDWR))
            self._handles = opening.pop_all()
        front = os.pread(self._list, _FRONT, 0)
        self._header, self._length = int.from_bytes(front[:8], "big"), int.from_bytes(front[8:], "big")
        self._put: list[int] = []
        self._judged = judged

    @told_plainly()
    def put(self, index: int, data: bytes) -> None:
        """Judge one piece by its own leaf, without reading the whole list, and write it."""
        leaf = os.pread(self._list, LEAF_SIZE, _FRONT + max(index, 0) * LEAF_SIZE)
        require_leaf(index, data, payload_length=self._length, leaf=leaf)
        if self._file < 0 or os.pread(self._marks, 1, index) == _DURABLE:
            return
        _write_at(self._file, data, self._header + index * PIECE)
        _write_at(self._marks, _WRITTEN, index)
        self._put.append(index)

    @told_plainly()
    def settle(self) -> bool:
        """Make durable what was put, mark it, and tell whether every piece is here now."""
        count = piece_count(self._length)
        if self._put:
            os.fdatasync(self._file)
            if self._length > LARGE:
                first, last = min(self._put), max(self._put)
                let_go(self._file, self._header + first * PIECE, (last + 1 - first) * PIECE)
            for index in self._put:
                _write_at(self._marks, _DURABLE, index)
            os.fdatasync(self._marks)
            self._judged.extend(bytes(max(0, count - len(self._judged))))
            for index in self._put:
                self._judged[index] = 1
            self._put.clear()
        return self._file >= 0 and os.pread(self._marks, count, 0).count(_DURABLE) == count

    def settle_found(self) -> None:
        """Make durable what a run left that was cut off, as far as it holds."""
        marks = os.pread(self._marks, piece_count(self._length), 0)
        for index in (at for at, mark in enumerate(marks) if mark == _WRITTEN[0]):
            data = os.pread(self._file, PIECE, self._header + index * PIECE)
            leaf = os.pread(self._list, LEAF_SIZE, _FRONT + index * LEAF_SIZE)
            with suppress(UntrustedError):
                require_leaf(index, data, payload_length=self._length, leaf=leaf)
                # Written again: after a sync that failed, memory may hold what the disk does not.
                _write_at(self._file, data, self._header + index * PIECE)
                self._put.append(index)
        self.settle()

    def close(self) -> None:
        """Let go; harmless twice."""
        self._handles.close()


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _absent(delivery: str) -> NotFoundError:
    return NotFoundError("delivery.absent", "no such delivery is under way", where=delivery)


def _front(path: Path, count: int) -> bytes:
    try:
        with path.open("rb") as content:
            return content.read(count)
    except FileNotFoundError:
        return b""


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _write_at(handle: int, data: bytes, at: int) -> None:
    done, view = 0, memoryview(data)
    while done < len(view):
        done += os.pwrite(handle, view[done:], at + done)
