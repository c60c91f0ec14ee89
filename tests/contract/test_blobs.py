"""One suite for every adapter of the blob and piece ports."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.engines.presence import Presence
from comity.evidence.pieces import PIECE, PieceHasher, PieceList
from comity.evidence.ports import BlobStore, PieceStore
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UntrustedError
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.pieces import FolderPieces
from comity.storage.memory.blobs import MemoryBlobs, MemoryPieces

ONE, TWO = "1" * 64, "2" * 64
BAD_NAMES = ["", "..", "../" + "1" * 61, "/" + "1" * 63, "A" * 64, "1" * 63, "1" * 65, "1" * 63 + "\n"]


@dataclass(frozen=True, kw_only=True)
class Stores:
    """An adapter pair, and a way to come back to it as after a restart."""

    blobs: BlobStore
    pieces: PieceStore
    again: Callable[[], "Stores"]


@pytest.fixture(params=["memory", "folder"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    if request.param == "memory":
        blobs = MemoryBlobs()
        kept = Stores(blobs=blobs, pieces=MemoryPieces(blobs), again=lambda: kept)
        return kept

    def folder() -> Stores:
        blobs = FolderBlobs(tmp_path, Presence(tmp_path / "run"))
        return Stores(blobs=blobs, pieces=FolderPieces(tmp_path, blobs), again=folder)

    return folder()


def put(stores: Stores, name: str, content: bytes) -> None:
    writer = stores.blobs.create()
    writer.write(content[:3])
    writer.write(memoryview(content)[3:])
    writer.commit(name)
    writer.abort()


def get(stores: Stores, name: str) -> bytes:
    reader = stores.blobs.open(name)
    room = memoryview(bytearray(reader.size + 5))
    count = reader.read_into(room, at=0)
    reader.close()
    reader.close()
    return bytes(room[:count])


def payload(size: int) -> tuple[bytes, PieceList]:
    data = SeededEntropy(f"payload{size}").bytes(size)
    hasher = PieceHasher()
    hasher.update(memoryview(data))
    return data, PieceList(payload_length=size, leaves=hasher.leaves())


def test_a_blob_appears_with_its_commit(stores: Stores) -> None:
    writer = stores.blobs.create()
    writer.write(b"sealed")
    assert stores.blobs.names() == ()
    assert not stores.blobs.exists(ONE)
    writer.commit(ONE)
    assert stores.again().blobs.names() == (ONE,)
    assert get(stores.again(), ONE) == b"sealed"


def test_an_aborted_blob_never_was(stores: Stores) -> None:
    writer = stores.blobs.create()
    writer.write(b"sealed")
    writer.abort()
    assert stores.again().blobs.names() == ()


def test_a_committed_blob_never_changes(stores: Stores) -> None:
    put(stores, ONE, b"first")
    put(stores, ONE, b"second")
    assert get(stores, ONE) == b"first"


def test_reading_at_an_offset(stores: Stores) -> None:
    put(stores, ONE, bytes(range(100)))
    reader, room = stores.blobs.open(ONE), memoryview(bytearray(10))
    assert reader.size == 100
    assert (reader.read_into(room, at=95), bytes(room[:5])) == (5, bytes(range(95, 100)))
    assert (reader.read_into(room, at=20), bytes(room)) == (10, bytes(range(20, 30)))
    assert reader.read_into(room, at=100) == 0
    reader.close()


def test_deletion_and_names(stores: Stores) -> None:
    put(stores, TWO, b"b")
    put(stores, ONE, b"a")
    assert stores.blobs.names() == (ONE, TWO)
    assert stores.blobs.delete(ONE)
    assert not stores.blobs.delete(ONE)
    assert stores.again().blobs.names() == (TWO,)
    with pytest.raises(NotFoundError) as caught:
        stores.blobs.open(ONE)
    assert caught.value.code == "blob.absent"


def test_a_shredded_blob_is_gone_and_its_front_with_it(stores: Stores, tmp_path: Path) -> None:
    content = bytes(range(1, 256))
    put(stores, ONE, content)
    kept = tmp_path / "blobs" / ONE
    linked = tmp_path / "still-open"
    if kept.exists():
        linked.hardlink_to(kept)
    assert stores.blobs.shred(ONE, front=100)
    assert not stores.blobs.shred(ONE, front=100) and not stores.again().blobs.exists(ONE)
    if linked.exists():
        assert linked.read_bytes() == bytes(100) + content[100:], "the file keys are overwritten in place"
    put(stores, TWO, b"abc")
    assert stores.blobs.shred(TWO, front=1 << 20) and stores.blobs.names() == ()
    with pytest.raises(MalformedError):
        stores.blobs.shred("..", front=1)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_are_proved_before_anything_is_touched(stores: Stores, name: str) -> None:
    data, pieces = payload(10)
    for use in (
        stores.blobs.open,
        stores.blobs.exists,
        stores.blobs.delete,
        stores.blobs.create().commit,
        stores.pieces.received,
        stores.pieces.forget,
        stores.pieces.assemble,
        lambda n: stores.pieces.begin(n, header=b"h", pieces=pieces),
        lambda n: stores.pieces.put_piece(n, 0, data),
    ):
        with pytest.raises(MalformedError):
            use(name)


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_pieces_in_any_order_become_the_file(stores: Stores, size: int) -> None:
    data, pieces = payload(size)
    stores.pieces.begin(ONE, header=b"header\n", pieces=pieces)
    for index in reversed(range(pieces.count)):
        assert not stores.pieces.received(ONE).complete
        with pytest.raises(ConflictError) as caught:
            stores.pieces.assemble(ONE)
        assert caught.value.code == "delivery.incomplete"
        for _ in range(2):
            stores.pieces.put_piece(ONE, index, data[index * PIECE : (index + 1) * PIECE])
        stores = stores.again()
        stores.pieces.begin(ONE, header=b"header\n", pieces=pieces)
        assert stores.pieces.received(ONE).has(index)
        assert stores.pieces.received(ONE).received == pieces.count - index
    assert stores.pieces.deliveries() == (ONE,)
    assert stores.pieces.pieces(ONE) == pieces
    name = stores.pieces.assemble(ONE)
    assert name == pieces.root == stores.again().pieces.assemble(ONE)
    assert get(stores, name) == b"header\n" + data
    stores.pieces.begin(ONE, header=b"header\n", pieces=pieces)
    stores.pieces.put_piece(ONE, 0, data[:PIECE])
    assert stores.pieces.received(ONE).complete
    assert stores.pieces.forget(ONE)
    assert not stores.pieces.forget(ONE)
    assert stores.pieces.deliveries() == ()
    assert get(stores, name) == b"header\n" + data


def test_a_piece_that_is_another_is_refused(stores: Stores) -> None:
    data, pieces = payload(2 * PIECE)
    stores.pieces.begin(ONE, header=b"", pieces=pieces)
    for index, piece in ((0, data[PIECE:]), (1, data[PIECE:-1]), (1, data[PIECE:] + b"\x00"), (0, b"")):
        with pytest.raises(UntrustedError) as caught:
            stores.pieces.put_piece(ONE, index, piece)
        assert caught.value.code == "piece.digest"
    for index in (2, -1):
        with pytest.raises(MalformedError):
            stores.pieces.put_piece(ONE, index, data[PIECE:])
    assert stores.pieces.received(ONE).missing(most=5) == (0, 1)


def test_a_delivery_keeps_its_contents(stores: Stores) -> None:
    _, pieces = payload(10)
    stores.pieces.begin(ONE, header=b"one", pieces=pieces)
    for header, other in ((b"two", pieces), (b"on", pieces), (b"one", payload(11)[1])):
        with pytest.raises(ConflictError) as caught:
            stores.pieces.begin(ONE, header=header, pieces=other)
        assert caught.value.code == "delivery.differs"


def test_an_unknown_delivery_is_not_found(stores: Stores) -> None:
    for use in (stores.pieces.received, stores.pieces.pieces, stores.pieces.assemble):
        with pytest.raises(NotFoundError) as caught:
            use(ONE)
        assert caught.value.code == "delivery.absent"
