"""What only a folder can have: rests of a crash, a mark without its piece, rot on the disk."""

from pathlib import Path

import pytest

from comity.evidence.pieces import PIECE, PieceHasher, PieceList
from comity.kernel.errors import UntrustedError
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.pieces import FolderPieces

ONE = "1" * 64


@pytest.fixture
def pieces(tmp_path: Path) -> FolderPieces:
    return FolderPieces(tmp_path, FolderBlobs(tmp_path))


def test_sweep_removes_what_a_crash_left(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.create().write(b"half")
    assert blobs.sweep() == 1
    assert list(blobs.aside.iterdir()) == []
    arriving = FolderPieces(tmp_path, blobs)
    (tmp_path / "arriving" / ".half").mkdir()
    assert arriving.deliveries() == ()
    assert arriving.sweep() == 1


def test_what_rots_before_assembly_is_found(tmp_path: Path, pieces: FolderPieces) -> None:
    data = bytes(PIECE + 5)
    hasher = PieceHasher()
    hasher.update(memoryview(data))
    listed = PieceList(payload_length=len(data), leaves=hasher.leaves())
    pieces.begin(ONE, header=b"header", pieces=listed)
    for index in range(2):
        pieces.put_piece(ONE, index, data[index * PIECE : (index + 1) * PIECE])
    path = tmp_path / "arriving" / ONE / "file"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(UntrustedError) as caught:
        pieces.assemble(ONE)
    assert caught.value.code == "piece.digest"
    assert FolderBlobs(tmp_path).names() == ()


def test_files_are_private(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    writer = blobs.create()
    writer.commit(ONE)
    assert blobs.path(ONE).stat().st_mode & 0o077 == 0
