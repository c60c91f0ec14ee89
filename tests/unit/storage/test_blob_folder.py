"""What only a folder can have: rests of a crash, a mark without its piece, rot on the disk."""

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from comity.evidence.pieces import PIECE, PieceHasher, PieceList
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import UnavailableError, UntrustedError
from comity.storage.blobs.folder import FolderBlobs
from comity.storage.blobs.pieces import FolderPieces

ONE = "1" * 64
HEADER = agefile.header(bytes(16), [Identity(bytes([7]) * 32).public], SeededEntropy("header"))


@dataclass
class Running:
    """Processes of a folder, as a test says they are."""

    name: str = "one"
    live: set[str] = field(default_factory=lambda: {"one"})

    def is_live(self, name: str) -> bool:
        return name in self.live


def blobs_in(folder: Path) -> FolderBlobs:
    return FolderBlobs(folder, Running())


@pytest.fixture
def pieces(tmp_path: Path) -> FolderPieces:
    return FolderPieces(tmp_path, blobs_in(tmp_path))


def test_sweep_removes_what_dead_processes_left_and_nothing_else(tmp_path: Path) -> None:
    running = Running(live={"one", "other"})
    mine, other = FolderBlobs(tmp_path, Running()), FolderBlobs(tmp_path, Running(name="other"))
    mine.create().write(b"half")
    writer = other.create()
    writer.write(HEADER + b"whole")
    (mine.aside / "0123").write_bytes(b"of a release that named nobody")
    arriving = FolderPieces(tmp_path, FolderBlobs(tmp_path, running))
    for name in (".one.1", ".other.2", ".gone.3", ".half"):
        (tmp_path / "arriving" / name).mkdir()
    assert (FolderBlobs(tmp_path, running).sweep(), arriving.sweep()) == (1, 2)
    writer.commit(ONE)
    assert mine.names() == (ONE,)
    running.live = {"other"}
    assert (FolderBlobs(tmp_path, running).sweep(), arriving.sweep()) == (1, 1)
    assert list(mine.aside.iterdir()) == []
    assert [path.name for path in (tmp_path / "arriving").iterdir()] == [".other.2"]
    assert arriving.deliveries() == ()


def _arrived(pieces: FolderPieces) -> tuple[PieceList, list[bytes]]:
    data = bytes(PIECE) + b"rest"
    hasher = PieceHasher()
    hasher.update(memoryview(data))
    listed = PieceList(payload_length=len(data), leaves=hasher.leaves())
    pieces.begin(ONE, header=HEADER, pieces=listed)
    return listed, [data[:PIECE], data[PIECE:]]


def test_two_processes_complete_one_delivery(tmp_path: Path) -> None:
    one, other = (FolderPieces(tmp_path, FolderBlobs(tmp_path, Running(name=n))) for n in ("one", "other"))
    listed, data = _arrived(one)
    other.begin(ONE, header=HEADER, pieces=listed)
    one.put_piece(ONE, 0, data[0])
    other.put_piece(ONE, 1, data[1])
    assert one.received(ONE).complete and other.received(ONE).complete
    assert one.assemble(ONE) == other.assemble(ONE) == listed.root
    other.put_piece(ONE, 0, data[0])
    assert one.forget(ONE)
    assert not other.forget(ONE)
    assert blobs_in(tmp_path).names() == (listed.root,)


def test_a_delivery_begun_by_another_process_meanwhile_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (FolderPieces(tmp_path, FolderBlobs(tmp_path, Running(name=n))) for n in ("one", "other"))
    rename, began = Path.rename, []

    def first_the_other(path: Path, target: Path) -> Path:
        if not began:
            began.append(path)
            _arrived(other)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", first_the_other)
    listed, data = _arrived(one)
    assert [path.name for path in (tmp_path / "arriving").iterdir()] == [ONE]
    for index in range(2):
        one.put_piece(ONE, index, data[index])
    assert other.assemble(ONE) == listed.root


def test_two_processes_adopt_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = blobs_in(tmp_path)
    aside = blobs.aside / "one.file"
    aside.write_bytes(HEADER + b"content")
    is_file = Path.is_file

    def adopted_meanwhile(path: Path) -> bool:
        found = is_file(path)
        if aside.exists():
            aside.rename(blobs.path(ONE))
        return found

    monkeypatch.setattr(Path, "is_file", adopted_meanwhile)
    blobs.adopt(aside, ONE)
    assert blobs.names() == (ONE,)
    with pytest.raises(FileNotFoundError):
        blobs.adopt(blobs.aside / "one.none", "2" * 64)


def test_what_a_killed_run_wrote_counts_as_far_as_it_holds(tmp_path: Path, pieces: FolderPieces) -> None:
    _, data = _arrived(pieces)
    keeper = pieces.keeper(ONE)
    keeper.put(0, data[0])
    keeper.put(1, data[1])  # and the process is killed: nothing is made durable, nothing is marked so
    folder = tmp_path / "arriving" / ONE
    assert (folder / "marks").read_bytes() == b"\x02\x02"
    content = bytearray((folder / "file").read_bytes())
    content[-1] ^= 1  # the machine was off as well, and the last bytes never came to the disk
    (folder / "file").write_bytes(content)
    assert pieces.received(ONE).missing(most=5) == (1,)
    assert (folder / "marks").read_bytes() == b"\x01\x02"
    pieces.put_piece(ONE, 1, data[1])
    assert pieces.received(ONE).complete
    keeper.close()


def test_what_rots_before_assembly_is_found(tmp_path: Path, pieces: FolderPieces) -> None:
    data = bytes(PIECE + 5)
    hasher = PieceHasher()
    hasher.update(memoryview(data))
    listed = PieceList(payload_length=len(data), leaves=hasher.leaves())
    pieces.begin(ONE, header=HEADER, pieces=listed)
    for index in range(2):
        pieces.put_piece(ONE, index, data[index * PIECE : (index + 1) * PIECE])
    path = tmp_path / "arriving" / ONE / "file"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    later = FolderPieces(tmp_path, blobs_in(tmp_path))
    with pytest.raises(UntrustedError) as caught:
        later.assemble(ONE)
    assert caught.value.code == "piece.digest"
    path.write_bytes(content[:-1])
    with pytest.raises(UntrustedError):
        pieces.assemble(ONE)
    assert blobs_in(tmp_path).names() == ()


def test_files_are_private(tmp_path: Path) -> None:
    blobs = blobs_in(tmp_path)
    writer = blobs.create()
    writer.write(HEADER)
    writer.commit(ONE)
    assert blobs.path(ONE).stat().st_mode & 0o077 == 0


def test_after_a_sync_that_failed_a_piece_is_written_again_before_it_counts(
    pieces: FolderPieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may drop what it could not write and still show it: then hashing it proves nothing."""
    _, data = _arrived(pieces)
    wrote: list[int] = []
    real = os.pwrite

    def fails(_handle: int) -> None:
        raise OSError(errno.EIO, "the disk")

    def write(handle: int, content: bytes, at: int) -> int:
        wrote.append(len(content))
        return real(handle, content, at)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", fails)
        with pytest.raises(UnavailableError):
            pieces.put_piece(ONE, 0, data[0])
    monkeypatch.setattr(os, "pwrite", write)
    assert pieces.received(ONE).has(0) and PIECE in wrote
