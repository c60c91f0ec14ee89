"""Blobs and pieces in memory: for tests, the simulator and a node that forgets."""

from comity.evidence.pieces import PIECE, PieceList, PieceMap
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.digests import parse_digest
from comity.kernel.errors import ConflictError, NotFoundError
from comity.storage.blobs.heads import require_header


class MemoryBlobs:
    """The blob port over a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def create(self) -> "MemoryBlobWriter":
        """Return a writer for a new blob."""
        return MemoryBlobWriter(self)

    def open(self, name: str) -> "MemoryBlobReader":
        """Return a reader; raise NotFoundError ``blob.absent``."""
        try:
            return MemoryBlobReader(self._kept[parse_digest(name, where="blob name")])
        except KeyError as exc:
            raise NotFoundError("blob.absent", "there is no such sealed file here", where=name) from exc

    def exists(self, name: str) -> bool:
        """Tell whether a blob of that name is here."""
        return parse_digest(name, where="blob name") in self._kept

    def delete(self, name: str) -> bool:
        """Remove a blob; return False when there was none."""
        return self._kept.pop(parse_digest(name, where="blob name"), None) is not None

    def shred(self, name: str, *, front: int) -> bool:
        """Remove a blob; return False when there was none."""
        return self.delete(name)

    def put_header(self, name: str, header: bytes) -> None:
        """Put another age header in front of a payload that stays."""
        require_header(header)
        before = self.open(name).content
        self._kept[name] = header + before[require_header(before[:MOST_HEADER], whole=False) :]

    def names(self) -> tuple[str, ...]:
        """Return the names of all blobs, sorted."""
        return tuple(sorted(self._kept))

    def adopt(self, content: bytes, name: str) -> None:
        """Keep a blob under a name; an existing blob of that name stays as it is."""
        digest = parse_digest(name, where="blob name")
        require_header(content[:MOST_HEADER], whole=False)
        self._kept.setdefault(digest, content)


class MemoryBlobWriter:
    """A blob in the making."""

    def __init__(self, store: MemoryBlobs) -> None:
        self._store = store
        self._content = bytearray()

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        self._content += data

    def commit(self, name: str) -> None:
        """Keep the blob under a name; an existing blob of that name stays as it is."""
        self._store.adopt(bytes(self._content), name)

    def abort(self) -> None:
        """Drop what was written; harmless after :meth:`commit`."""
        self._content = bytearray()


class MemoryBlobReader:
    """A blob that is being read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size = len(content)

    def read_into(self, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes from offset ``at`` on; return how many, fewer only at the end."""
        portion = self.content[at : at + len(target)]
        target[: len(portion)] = portion
        return len(portion)

    def close(self) -> None:
        """Let go of the blob."""


class _Arriving:
    def __init__(self, header: bytes, pieces: PieceList) -> None:
        self.header = header
        self.pieces = pieces
        self.content = bytearray(pieces.payload_length)
        self.marks = bytearray(pieces.count)


class MemoryPieces:
    """The piece port over a dictionary, beside the blobs that deliveries become."""

    def __init__(self, blobs: MemoryBlobs) -> None:
        self._blobs = blobs
        self._kept: dict[str, _Arriving] = {}

    def begin(self, delivery: str, *, header: bytes, pieces: PieceList) -> None:
        """Make room for a delivery; raise ConflictError ``delivery.differs`` when the name is in use."""
        known = self._kept.setdefault(parse_digest(delivery, where="delivery"), _Arriving(header, pieces))
        if (known.header, known.pieces) != (header, pieces):
            raise ConflictError(
                "delivery.differs", "the delivery is under way with other contents", where=delivery
            )

    def keeper(self, delivery: str) -> "MemoryPieceKeeper":
        """Return what keeps pieces that come together; raise NotFoundError ``delivery.absent``."""
        return MemoryPieceKeeper(self._known(delivery))

    def put_piece(self, delivery: str, index: int, data: bytes) -> None:
        """Keep one piece; refused unless it is the one that the list names."""
        self.keeper(delivery).put(index, data)

    def received(self, delivery: str) -> PieceMap:
        """Return which pieces are here; raise NotFoundError ``delivery.absent``."""
        return PieceMap(bytes(self._known(delivery).marks))

    def pieces(self, delivery: str) -> PieceList:
        """Return the list of pieces; raise NotFoundError ``delivery.absent``."""
        return self._known(delivery).pieces

    def header(self, delivery: str) -> bytes:
        """Return the header that stands before the pieces; empty once they became a blob."""
        known = self._known(delivery)
        return b"" if self._blobs.exists(known.pieces.root) else known.header

    def assemble(self, delivery: str) -> str:
        """Turn a complete delivery into a blob named by its Merkle root and return the name."""
        known = self._known(delivery)
        missing = PieceMap(bytes(known.marks)).missing(most=1)
        if missing:
            raise ConflictError("delivery.incomplete", f"piece {missing[0]} is not here yet", where=delivery)
        self._blobs.adopt(known.header + bytes(known.content), known.pieces.root)
        return known.pieces.root

    def forget(self, delivery: str) -> bool:
        """Remove what is kept of a delivery; return False when there was nothing."""
        return self._kept.pop(parse_digest(delivery, where="delivery"), None) is not None

    def deliveries(self) -> tuple[str, ...]:
        """Return the names of the deliveries that are under way, sorted."""
        return tuple(sorted(self._kept))

    def _known(self, delivery: str) -> _Arriving:
        try:
            return self._kept[parse_digest(delivery, where="delivery")]
        except KeyError as exc:
            raise NotFoundError("delivery.absent", "no such delivery is under way", where=delivery) from exc


class MemoryPieceKeeper:
    """Keeps pieces of one delivery that come together."""

    def __init__(self, known: _Arriving) -> None:
        self._known = known

    def put(self, index: int, data: bytes) -> None:
        """Keep one piece; refused unless it is the one that the list names."""
        self._known.pieces.require_piece(index, data)
        self._known.content[index * PIECE : index * PIECE + len(data)] = data
        self._known.marks[index] = 1

    def settle(self) -> bool:
        """Tell whether every piece is here now."""
        return 0 not in self._known.marks

    def close(self) -> None:
        """Let go."""
