"""One suite for every adapter of the blob and piece ports."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.engines.presence import Presence
from comity.evidence.pieceports import PieceStore
from comity.evidence.pieces import PIECE, PieceHasher, PieceList
from comity.evidence.ports import BlobStore
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UntrustedError
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.moving import Mover
from comity.storage.blobs.pieces import FolderPieces
from comity.storage.memory.blobs import MemoryBlobs, MemoryPieces

ONE, TWO = "1" * 64, "2" * 64
BAD_NAMES = ["", "..", "../" + "1" * 61, "/" + "1" * 63, "A" * 64, "1" * 63, "1" * 65, "1" * 63 + "\n"]


HEADER = agefile.header(bytes(16), [Identity(bytes([7]) * 32).public], SeededEntropy("header"))
LONGER = agefile.header(bytes(16), [Identity(bytes([n]) * 32).public for n in (8, 9)], SeededEntropy("new"))


@dataclass(frozen=True, kw_only=True)
class Stores:
    """An adapter pair, and a way to come back to it as after a restart.

    ``settle`` brings what was stored to where the adapter keeps it for good.
    """

    blobs: BlobStore
    pieces: PieceStore
    again: Callable[[], "Stores"]
    settle: Callable[[], None] = lambda: None


@pytest.fixture(
    params=["memory", "folder", pytest.param("objects", marks=(pytest.mark.network, pytest.mark.slow))]
)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    if request.param == "memory":
        blobs = MemoryBlobs()
        kept = Stores(blobs=blobs, pieces=MemoryPieces(blobs), again=lambda: kept)
        return kept

    payloads = request.getfixturevalue("object_payloads")() if request.param == "objects" else None

    def folder() -> Stores:
        blobs = FolderBlobs(tmp_path, Presence(tmp_path / "run"), payloads=lambda: payloads)

        def settle() -> None:
            if payloads is not None:
                mover = Mover(blobs=blobs, payloads=payloads)
                assert all(mover.send(name) for name in mover.here())

        return Stores(blobs=blobs, pieces=FolderPieces(tmp_path, blobs), again=folder, settle=settle)

    return folder()


def put(stores: Stores, content: bytes, *, header: bytes = HEADER) -> str:
    """Store a sealed file under the root of its payload, which is its name."""
    hasher = PieceHasher()
    hasher.update(memoryview(content))
    name = PieceList(payload_length=len(content), leaves=hasher.leaves()).root
    writer = stores.blobs.create()
    writer.write(header[:3])
    writer.write(memoryview(header + content)[3:])
    writer.commit(name)
    writer.abort()
    stores.settle()
    return name


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
    writer.write(HEADER + b"sealed")
    assert stores.blobs.names() == ()
    assert not stores.blobs.exists(ONE)
    writer.commit(ONE)
    assert stores.again().blobs.names() == (ONE,)
    assert get(stores.again(), ONE) == HEADER + b"sealed"


def test_what_is_not_sealed_is_never_kept(stores: Stores) -> None:
    for plain in (b"", b"plain", b"age-encryption.org/v1\n", HEADER[:-1]):
        writer = stores.blobs.create()
        writer.write(plain)
        with pytest.raises(MalformedError) as caught:
            writer.commit(ONE)
        assert caught.value.code == "blobs.unsealed"
        writer.abort()
    assert stores.again().blobs.names() == () and not stores.blobs.exists(ONE)


def test_an_aborted_blob_never_was(stores: Stores) -> None:
    writer = stores.blobs.create()
    writer.write(b"sealed")
    writer.abort()
    assert stores.again().blobs.names() == ()


def test_a_committed_blob_never_changes(stores: Stores) -> None:
    name = put(stores, b"payload")
    assert put(stores, b"payload", header=LONGER) == name
    assert get(stores, name) == HEADER + b"payload"


def test_reading_at_an_offset(stores: Stores) -> None:
    content, front = bytes(range(100)), len(HEADER)
    reader, room = stores.blobs.open(put(stores, content)), memoryview(bytearray(10))
    assert reader.size == front + 100
    assert (reader.read_into(room, at=front - 4), bytes(room)) == (10, HEADER[-4:] + content[:6])
    assert (reader.read_into(room, at=front + 95), bytes(room[:5])) == (5, content[95:])
    assert (reader.read_into(room, at=front + 20), bytes(room)) == (10, content[20:30])
    assert (reader.read_into(room, at=front + 30), bytes(room)) == (10, content[30:40])
    assert reader.read_into(room, at=front + 100) == 0
    assert reader.read_into(room, at=front + 200) == 0
    reader.close()


def test_deletion_and_names(stores: Stores) -> None:
    two, one = sorted((put(stores, b"b"), put(stores, b"a")), reverse=True)
    assert stores.blobs.names() == (one, two)
    assert stores.blobs.delete(one)
    assert not stores.blobs.delete(one)
    assert stores.again().blobs.names() == (two,)
    with pytest.raises(NotFoundError) as caught:
        stores.blobs.open(one)
    assert caught.value.code == "blob.absent"


def test_another_header_before_the_same_payload(stores: Stores) -> None:
    name = put(stores, b"payload" * 9)
    for header in (LONGER, HEADER, LONGER):
        stores.blobs.put_header(name, header)
        assert get(stores.again(), name) == header + b"payload" * 9
        reader, room = stores.blobs.open(name), memoryview(bytearray(7))
        assert (reader.read_into(room, at=reader.size - 7), bytes(room)) == (7, b"payload")
        reader.close()
    assert stores.blobs.names() == (name,)
    for bad in (b"", b"no header", HEADER + b"more"):
        with pytest.raises(MalformedError) as caught:
            stores.blobs.put_header(name, bad)
        assert caught.value.code == "blobs.unsealed"
    assert stores.blobs.shred(name, front=1) and stores.again().blobs.names() == ()
    with pytest.raises(NotFoundError):
        stores.blobs.put_header(name, LONGER)


def test_a_shredded_blob_is_gone_and_every_header_of_it(stores: Stores, tmp_path: Path) -> None:
    content = bytes(range(1, 256))
    for wraps in (0, 1, 2):
        name = put(stores, content)
        if wraps:
            stores.blobs.put_header(name, LONGER)
        if wraps == 2:
            stores.settle()
        kept = [path for path in tmp_path.glob(f"*/{name}") if path.is_file()]
        for number, path in enumerate(kept):
            (tmp_path / f"still-open-{wraps}-{number}").hardlink_to(path)
        assert stores.blobs.shred(name, front=len(HEADER))
        assert not stores.blobs.shred(name, front=100) and not stores.again().blobs.exists(name)
        for path in tmp_path.glob(f"still-open-{wraps}-*"):
            left = path.read_bytes()
            assert b"X25519" not in left and left.endswith(bytes(100)) | left.endswith(content)
    tiny = put(stores, b"abc")
    assert stores.blobs.shred(tiny, front=1 << 20) and stores.blobs.names() == ()
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
        lambda n: stores.pieces.begin(n, header=HEADER, pieces=pieces),
        lambda n: stores.pieces.put_piece(n, 0, data),
    ):
        with pytest.raises(MalformedError):
            use(name)


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_pieces_in_any_order_become_the_file(stores: Stores, size: int) -> None:
    data, pieces = payload(size)
    stores.pieces.begin(ONE, header=HEADER, pieces=pieces)
    for index in reversed(range(pieces.count)):
        assert not stores.pieces.received(ONE).complete
        with pytest.raises(ConflictError) as caught:
            stores.pieces.assemble(ONE)
        assert caught.value.code == "delivery.incomplete"
        for _ in range(2):
            stores.pieces.put_piece(ONE, index, data[index * PIECE : (index + 1) * PIECE])
        stores = stores.again()
        stores.pieces.begin(ONE, header=HEADER, pieces=pieces)
        assert stores.pieces.received(ONE).has(index)
        assert stores.pieces.received(ONE).received == pieces.count - index
    assert stores.pieces.deliveries() == (ONE,)
    assert stores.pieces.pieces(ONE) == pieces
    name = stores.pieces.assemble(ONE)
    assert name == pieces.root == stores.again().pieces.assemble(ONE)
    stores.settle()
    assert get(stores, name) == HEADER + data
    stores.pieces.begin(ONE, header=HEADER, pieces=pieces)
    stores.pieces.put_piece(ONE, 0, data[:PIECE])
    assert stores.pieces.received(ONE).complete
    assert stores.pieces.forget(ONE)
    assert not stores.pieces.forget(ONE)
    assert stores.pieces.deliveries() == ()
    assert get(stores, name) == HEADER + data


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


def test_pieces_that_came_together_are_kept_together(stores: Stores) -> None:
    data, pieces = payload(2 * PIECE + 5)
    stores.pieces.begin(ONE, header=HEADER, pieces=pieces)
    keeper = stores.pieces.keeper(ONE)
    keeper.put(1, data[PIECE : 2 * PIECE])
    with pytest.raises(UntrustedError):
        keeper.put(2, data[:5] + b"\x01")
    assert not keeper.settle()
    keeper.close()
    assert stores.again().pieces.received(ONE).missing(most=5) == (0, 2)
    keeper = stores.pieces.keeper(ONE)
    keeper.put(0, data[:PIECE])
    keeper.put(2, data[2 * PIECE :])
    assert keeper.settle()
    keeper.close()
    keeper.close()
    assert get(stores, stores.pieces.assemble(ONE)) == HEADER + data
    with pytest.raises(NotFoundError):
        stores.pieces.keeper("2" * 64)


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
