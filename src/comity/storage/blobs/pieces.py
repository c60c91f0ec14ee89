"""Deliveries on their way in, in a folder: the sealed file grows in place, and a mark follows each piece.

Below the root, for each delivery:

    arriving/<delivery>/file     header, then each piece at its own offset
    arriving/<delivery>/list     8 bytes header length, 8 bytes payload length, then the leaves
    arriving/<delivery>/marks    one byte a piece, 1 when the piece is durable

A mark is written after the piece was made durable, so after a crash the marks tell the truth; before
the file is given its name every piece is hashed once more.
"""

import errno
import os
import shutil
from pathlib import Path

from comity.evidence.pieces import LEAF_SIZE, PIECE, PieceList, PieceMap, require_leaf
from comity.kernel.digests import parse_digest
from comity.kernel.errors import ConflictError, NotFoundError
from comity.storage.blobs.disk import told_plainly
from comity.storage.blobs.folder import FolderBlobs, fsync_folder, is_left, name_aside

_FILE, _LIST, _MARKS = "file", "list", "marks"


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
    def put_piece(self, delivery: str, index: int, data: bytes) -> None:
        """Keep one piece durably; refused unless it is the one that the list names."""
        folder = self._path(delivery)
        header = _require_listed(folder, delivery, index, data)
        try:
            _write_at(folder / _FILE, data, header + index * PIECE)
            _write_at(folder / _MARKS, b"\x01", index)
        except FileNotFoundError:
            if not self._blobs.exists(self.pieces(delivery).root):  # else it was completed before
                raise

    def received(self, delivery: str) -> PieceMap:
        """Return which pieces are durably here; raise NotFoundError ``delivery.absent``."""
        folder, _, _ = self._known(delivery)
        return PieceMap((folder / _MARKS).read_bytes())

    def pieces(self, delivery: str) -> PieceList:
        """Return the list of pieces; raise NotFoundError ``delivery.absent``."""
        return self._known(delivery)[1]

    @told_plainly()
    def assemble(self, delivery: str) -> str:
        """Turn a complete delivery into a blob named by its Merkle root and return the name."""
        folder, pieces, header = self._known(delivery)
        name = pieces.root
        missing = PieceMap((folder / _MARKS).read_bytes()).missing(most=1)
        if missing:
            raise ConflictError("delivery.incomplete", f"piece {missing[0]} is not here yet", where=delivery)
        try:
            content = (folder / _FILE).open("rb")
        except FileNotFoundError:
            if not self._blobs.exists(name):
                raise
            return name
        with content:
            content.seek(header)
            for index in range(pieces.count):
                pieces.require_piece(index, content.read(pieces.size_of(index)))
            os.fsync(content.fileno())
        self._blobs.adopt(folder / _FILE, name)
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
            raise NotFoundError("delivery.absent", "no such delivery is under way", where=delivery) from exc
        header, length = int.from_bytes(facts[:8], "big"), int.from_bytes(facts[8:16], "big")
        return folder, PieceList(payload_length=length, leaves=facts[16:]), header


def _require_listed(folder: Path, delivery: str, index: int, data: bytes) -> int:
    """Judge one piece by its own leaf, without reading the whole list; return the length of the header."""
    try:
        handle = os.open(folder / _LIST, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError as exc:
        raise NotFoundError("delivery.absent", "no such delivery is under way", where=delivery) from exc
    try:
        front = os.pread(handle, 16, 0)
        leaf = os.pread(handle, LEAF_SIZE, 16 + max(index, 0) * LEAF_SIZE)
    finally:
        os.close(handle)
    require_leaf(index, data, payload_length=int.from_bytes(front[8:], "big"), leaf=leaf)
    return int.from_bytes(front[:8], "big")


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


def _write_at(path: Path, data: bytes, at: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        done, view = 0, memoryview(data)
        while done < len(view):
            done += os.pwrite(handle, view[done:], at + done)
        os.fdatasync(handle)
    finally:
        os.close(handle)
