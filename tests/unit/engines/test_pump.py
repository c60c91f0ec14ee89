"""Sealing and opening whole files: round trips, damage, interruption, and what stock tools say."""

import dataclasses
import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from comity.engines.files import FileReader, FileWriter
from comity.engines.pump import Pump
from comity.engines.quarantine import Quarantine, sweep_quarantine
from comity.evidence.opening import Expected, OpenedBag
from comity.evidence.pieces import PIECE, PieceList
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import (
    ComityError,
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UnavailableError,
    UntrustedError,
)
from comity.kernel.realms import Realm
from comity.storage.memory.blobs import MemoryBlobs
from tests.packing import ACQUIRING, IDENTITY, LABEL, SEALING, open_from, order, seal_to

MIB = 1 << 20
# 512 bytes of header stand before the content: these sizes end on, before and behind a portion's edge.
SIZES = [0, 1, 511, 65_536, MIB - 512, MIB - 511, MIB - 513, MIB, 3 * MIB + 17]


def content(size: int) -> bytes:
    return SeededEntropy(f"content{size}").bytes(size)


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    root = tmp_path / "mailbox"
    for name, data in {
        b"b.eml": b"From: x\n",
        b"a/z.txt": b"z" * 70_000,
        b"a/.hidden": b"",
        b"a b/verify.py": b"raise SystemExit\n",
        b"line\nfeed.txt": b"1",
        b"not-utf8-\xff\xfe.bin": b"\x00" * 513,
        "محضر.pdf".encode(): b"%PDF-",
    }.items():
        path = Path(os.fsdecode(os.fsencode(root) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_byte_for_byte(size: int, tmp_path: Path) -> None:
    source = tmp_path / "evidence.bin"
    source.write_bytes(content(size))
    sealed = seal_to(tmp_path / "sealed", source)
    assert (tmp_path / "sealed").stat().st_size == sealed.header_length + sealed.payload_length
    expected = Expected(realm=Realm.PRACTICE, bag_root=sealed.bag_root, piece_root=sealed.piece_root)
    opened = open_from(tmp_path / "sealed", tmp_path / "opened", expected=expected)
    assert opened.exhibits == sealed.exhibits
    assert (tmp_path / "opened" / "data" / "000000001.bin").read_bytes() == content(size)
    assert opened.custody_lines == sealed.bag.custody
    assert [event.act for event in opened.custody] == [ACQUIRING, SEALING]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Large files among many small ones: both ways of sealing and of opening take turns."""
    root = tmp_path_factory.mktemp("mixed") / "mixed"
    root.mkdir()
    for name, size in {"b": 9 * MIB + 5, "d": 5 * MIB, "e": 7 * MIB - 512, "g": 6 * MIB}.items():
        (root / name).write_bytes(bytes([size % 251]) * size)
    for number in range(60):
        (root / f"a{number:02d}").write_bytes(content(number * 997))
        (root / f"c{number:02d}").write_bytes(content(number * 911))
        (root / f"f{number:02d}").write_bytes(b"")
    return root


def test_large_files_among_small_ones_come_back_byte_for_byte(mixed: Path, tmp_path: Path) -> None:
    sealed = seal_to(tmp_path / "sealed", mixed)
    expected = Expected(realm=Realm.PRACTICE, bag_root=sealed.bag_root, piece_root=sealed.piece_root)
    opened = open_from(tmp_path / "sealed", tmp_path / "opened", expected=expected)
    names = sorted(path.name for path in mixed.iterdir())
    assert [item.name.decode() for item in opened.exhibits] == names
    for item, name in zip(opened.exhibits, names, strict=True):
        assert (tmp_path / "opened" / item.stored_name).read_bytes() == (mixed / name).read_bytes(), name
    # damage where another thread reads ahead ends both threads, and leaves nothing
    bad = bytearray((tmp_path / "sealed").read_bytes())
    bad[5 * MIB] ^= 1
    (tmp_path / "bad").write_bytes(bad)
    with pytest.raises(UntrustedError):
        open_from(tmp_path / "bad", tmp_path / "new", expected=expected)
    assert not (tmp_path / "new").exists()


def test_a_disk_that_fills_while_another_thread_reads_ahead_ends_the_opening(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_to(tmp_path / "sealed", mixed)
    written = 0

    def fills(self: Quarantine, data: memoryview) -> None:
        nonlocal written
        written += len(data)
        if written > 4 * MIB:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Quarantine, "write", fills)
    with pytest.raises(UnavailableError) as caught:
        open_from(tmp_path / "sealed", tmp_path / "new")
    assert caught.value.code == "open.io"
    assert not (tmp_path / "new").exists()


def test_the_pieces_are_those_of_the_payload(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(content(2 * MIB))
    sealed = seal_to(tmp_path / "sealed", source)
    payload = (tmp_path / "sealed").read_bytes()[sealed.header_length :]
    assert len(payload) == sealed.payload_length
    for index in range(sealed.pieces.count):
        sealed.pieces.require_piece(index, payload[index * PIECE : (index + 1) * PIECE])
    assert PieceList(payload_length=len(payload), leaves=sealed.pieces.leaves).root == sealed.piece_root


def test_a_folder_is_walked_in_byte_order(mailbox: Path, tmp_path: Path) -> None:
    sealed = seal_to(tmp_path / "sealed", mailbox)
    assert [(item.folder, item.name) for item in sealed.exhibits] == [
        (b"mailbox/a", b".hidden"),
        (b"mailbox/a", b"z.txt"),
        (b"mailbox/a b", b"verify.py"),
        (b"mailbox", b"b.eml"),
        (b"mailbox", b"line\nfeed.txt"),
        (b"mailbox", b"not-utf8-\xff\xfe.bin"),
        (b"mailbox", "محضر.pdf".encode()),
    ]
    assert open_from(tmp_path / "sealed", tmp_path / "opened").exhibits == sealed.exhibits


def test_new_recipients_change_the_header_only(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    sealed = seal_to(tmp_path / "sealed", tmp_path / "in")
    store = Identity.generate(SeededEntropy("store"))
    moved = agefile.rewrap(
        (tmp_path / "sealed").read_bytes(),
        identities=[IDENTITY],
        recipients=[store.public],
        entropy=SeededEntropy(3),
    )
    (tmp_path / "moved").write_bytes(moved)
    expected = Expected(realm=Realm.PRACTICE, bag_root=sealed.bag_root, piece_root=sealed.piece_root)
    open_from(tmp_path / "moved", tmp_path / "opened", identity=store, expected=expected)


def test_every_recipient_can_open(tmp_path: Path) -> None:
    people = [Identity.generate(SeededEntropy(number)) for number in range(3)]
    (tmp_path / "in").write_bytes(b"x")
    seal_to(tmp_path / "sealed", tmp_path / "in", recipients=tuple(person.public for person in people))
    for number, person in enumerate(people):
        open_from(tmp_path / "sealed", tmp_path / str(number), identity=person)
    with pytest.raises(UntrustedError, match="cannot be read") as caught:
        open_from(tmp_path / "sealed", tmp_path / "x")
    assert caught.value.code == "age.no_identity"


def test_a_flipped_byte_anywhere_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"first exhibit")
    seal_to(tmp_path / "sealed", tmp_path / "in")
    good = (tmp_path / "sealed").read_bytes()
    header = agefile.parse_header(good).size
    spots = {*range(header + 24), *range(header + 24, len(good), 211), len(good) - 1}
    for at in sorted(spots):
        bad = bytearray(good)
        bad[at] ^= 0x10
        (tmp_path / "bad").write_bytes(bad)
        with pytest.raises((UntrustedError, MalformedError)):
            open_from(tmp_path / "bad", tmp_path / "opened")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "in", "sealed"]


@pytest.mark.parametrize("size", [10, 2 * MIB])
def test_every_truncation_is_refused(size: int, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(content(size))
    seal_to(tmp_path / "sealed", tmp_path / "in")
    good = (tmp_path / "sealed").read_bytes()
    header = agefile.parse_header(good).size
    for cut in {
        0,
        1,
        header - 1,
        header,
        header + 15,
        header + 16,
        header + 31,
        len(good) // 2,
        len(good) - 1,
    }:
        (tmp_path / "bad").write_bytes(good[:cut])
        with pytest.raises((UntrustedError, MalformedError)):
            open_from(tmp_path / "bad", tmp_path / "opened")
    (tmp_path / "bad").write_bytes(good + b"\x00")
    with pytest.raises(UntrustedError):
        open_from(tmp_path / "bad", tmp_path / "opened")
    assert not (tmp_path / "opened").exists()


def test_another_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    seal_to(tmp_path / "sealed", tmp_path / "in")
    for expected, code in (
        (Expected(realm=Realm.PRACTICE, piece_root="0" * 64), "piece.root"),
        (Expected(realm=Realm.PRACTICE, bag_root="0" * 64), "package.bag_root"),
        (Expected(realm=Realm.LIVE), "package.realm"),
    ):
        with pytest.raises(UntrustedError) as caught:
            open_from(tmp_path / "sealed", tmp_path / "opened", expected=expected)
        assert caught.value.code == code
    assert not (tmp_path / "opened").exists()


def test_who_may_not_open_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    seal_to(tmp_path / "sealed", tmp_path / "in")

    def refuse(_: OpenedBag) -> None:
        raise DeniedError("test.refused", "not you")

    with pytest.raises(DeniedError):
        Pump().open(
            FileReader(tmp_path / "sealed"),
            identities=[IDENTITY],
            expected=Expected(realm=Realm.PRACTICE),
            folder=str(tmp_path / "opened"),
            admit=refuse,
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "sealed"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    seal_to(tmp_path / "sealed", tmp_path / "in")
    before = (tmp_path / "sealed").read_bytes()
    with pytest.raises(ConflictError) as caught:
        seal_to(tmp_path / "sealed", tmp_path / "in")
    assert caught.value.code == "file.exists"
    assert (tmp_path / "sealed").read_bytes() == before
    (tmp_path / "opened").mkdir()
    with pytest.raises(ConflictError) as caught:
        open_from(tmp_path / "sealed", tmp_path / "opened")
    assert caught.value.code == "open.exists"


def special(folder: Path) -> None:
    (folder / "link").symlink_to("b.eml")
    (folder / "a" / "folder-link").symlink_to("/")
    os.mkfifo(folder / "pipe")


def test_links_and_special_files_are_named_and_refused(mailbox: Path, tmp_path: Path) -> None:
    special(mailbox)
    with pytest.raises(MalformedError) as caught:
        seal_to(tmp_path / "sealed", mailbox)
    assert caught.value.code == "seal.not_regular"
    for name in ("mailbox/link", "mailbox/a/folder-link", "mailbox/pipe"):
        assert name in caught.value.message
    assert not (tmp_path / "sealed").exists()
    with pytest.raises(MalformedError):
        seal_to(tmp_path / "sealed", mailbox / "link")


def test_left_out_on_purpose_they_are_recorded(mailbox: Path, tmp_path: Path) -> None:
    special(mailbox)
    sealed = seal_to(tmp_path / "sealed", mailbox, leave_out=True)
    assert len(sealed.exhibits) == 7
    opened = open_from(tmp_path / "sealed", tmp_path / "opened")
    assert {(item.path, item.reason) for item in opened.label.left_out} == {
        (b"mailbox/link", "symlink"),
        (b"mailbox/a/folder-link", "symlink"),
        (b"mailbox/pipe", "fifo"),
    }


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        seal_to(tmp_path / "sealed", tmp_path / "in")
    assert caught.value.code == "seal.absent"
    (tmp_path / "empty").mkdir()
    with pytest.raises(MalformedError) as caught_empty:
        seal_to(tmp_path / "sealed", tmp_path / "empty")
    assert caught_empty.value.code == "seal.nothing"
    assert not (tmp_path / "sealed").exists()


class Meddler:
    """A blob writer that sets the size of the source when the second write comes, while it is being read."""

    def __init__(self, blobs: MemoryBlobs, source: Path, size: int) -> None:
        self._inner, self._source, self._size, self._writes = blobs.create(), source, size, 0

    def write(self, data: bytes | memoryview) -> None:
        self._writes += 1
        if self._writes == 2:
            os.truncate(self._source, self._size)
        self._inner.write(data)

    def commit(self, name: str) -> None:
        self._inner.commit(name)

    def abort(self) -> None:
        self._inner.abort()


def test_a_source_that_grows_is_sealed_as_it_was_opened_and_says_so(tmp_path: Path) -> None:
    # Twenty portions do not fit the lanes: the last is read after the first was written.
    source = tmp_path / "in"
    source.write_bytes(bytes(20 * MIB))
    writer = Meddler(MemoryBlobs(), source, 20 * MIB + 1)
    sealed = Pump().seal(order(source), to=writer, entropy=SeededEntropy(1))
    assert [(item.size, item.changes, item.read) for item in sealed.exhibits] == [(20 * MIB, ("grew",), None)]
    assert sealed.exhibits[0].changing
    quiet = seal_to(tmp_path / "sealed", source)
    assert (quiet.exhibits[0].changing, quiet.exhibits[0].changes) == (False, ())


def test_a_source_that_shrinks_is_sealed_as_it_was_read_and_the_filling_is_told(tmp_path: Path) -> None:
    source, size = tmp_path / "in", 19 * MIB + 7
    source.write_bytes(b"x" * 20 * MIB)
    blobs = MemoryBlobs()
    sealed = Pump().seal(order(source), to=Meddler(blobs, source, size), entropy=SeededEntropy(1))
    (item,) = sealed.exhibits
    assert (item.size, item.changes, item.read) == (20 * MIB, ("shrank",), size)
    assert item.sha256_read == hashlib.sha256(b"x" * size).hexdigest()
    assert item.sha256 == hashlib.sha256(b"x" * size + bytes(20 * MIB - size)).hexdigest()
    reader = blobs.open(sealed.piece_root)
    whole = bytearray(reader.size)
    reader.read_into(memoryview(whole), at=0)
    (tmp_path / "sealed").write_bytes(whole)
    assert open_from(tmp_path / "sealed", tmp_path / "opened").exhibits == sealed.exhibits


def test_a_file_that_says_it_is_empty_and_is_not_says_so(tmp_path: Path) -> None:
    (item,) = seal_to(tmp_path / "sealed", Path("/proc/self/status")).exhibits
    assert (item.size, item.changes) == (0, ("grew",))


@pytest.mark.parametrize(
    ("size", "segments"), [(0, [0]), (1, [1]), (999, [999]), (1000, [1000]), (2001, [1000, 1000, 1])]
)
def test_a_stream_becomes_numbered_segments(size: int, segments: list[int], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, content(size))
    os.close(writing)
    pump = Pump(spool=tmp_path / "spool", stream=reading)
    given = order(segment=1000, sources=(b"-",))
    sealed = pump.seal(given, to=FileWriter(tmp_path / "sealed"), entropy=SeededEntropy(1))
    os.close(reading)
    assert [item.size for item in sealed.exhibits] == segments
    parts = [item.part for item in sealed.exhibits]
    assert [(part.number, part.last) for part in parts if part] == [
        (number, number == len(segments)) for number in range(1, len(segments) + 1)
    ]
    assert sealed.exhibits[0].name == b"stream-000001"
    open_from(tmp_path / "sealed", tmp_path / "opened")
    data = sorted((tmp_path / "opened" / "data").iterdir())
    assert b"".join(path.read_bytes() for path in data) == content(size)
    assert list((tmp_path / "spool").iterdir()) == []


def test_standard_input_is_a_source_once(tmp_path: Path) -> None:
    with pytest.raises(MalformedError) as caught:
        Pump().seal(order(sources=(b"-", b"-")), to=FileWriter(tmp_path / "x"), entropy=SeededEntropy(1))
    assert caught.value.code == "seal.two_streams"


def test_the_parts_of_an_image_are_one_exhibit_as_received(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    names = ["a.E01", "a.E02", "a.EAA", "b.001", "b.003", "c.002", "note.txt"]
    for name in names:
        (folder / name).write_text(name)
    sealed = seal_to(tmp_path / "whole", folder)
    parts = {
        item.name.decode(): item.part and (item.part.kind, item.part.number, item.part.last)
        for item in sealed.exhibits
    }
    assert parts == {
        "a.E01": ("ewf", 1, False),
        "a.E02": ("ewf", 2, False),
        "a.EAA": ("ewf", 100, True),
        "b.001": ("split", 1, False),
        "b.003": ("split", 3, True),
        "c.002": None,
        "note.txt": None,
    }
    # The first part, named alone, brings the later ones; a later part comes alone.
    first = seal_to(tmp_path / "first", folder / "a.E01", folder / "note.txt")
    assert [item.name for item in first.exhibits] == [b"a.E01", b"a.E02", b"a.EAA", b"note.txt"]
    later = seal_to(tmp_path / "later", folder / "b.003")
    assert [(item.name, item.part.number) for item in later.exhibits if item.part] == [(b"b.003", 3)]


class Full:
    """A blob writer on a disk that is full after some writes."""

    def __init__(self, after: int) -> None:
        self._left = after
        self.aborted = False

    def write(self, data: bytes | memoryview) -> None:
        del data
        if not self._left:
            raise OSError(28, "No space left on device")
        self._left -= 1

    def commit(self, name: str) -> None:
        raise OSError(28, f"No space left on device for {name}")

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize("after", [0, 1, 3, 1000])
def test_a_full_disk_is_unavailable(after: int, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(bytes(20 * MIB))
    writer = Full(after)
    with pytest.raises(UnavailableError, match="No space left") as caught:
        Pump().seal(order(tmp_path / "in"), to=writer, entropy=SeededEntropy(1))
    assert caught.value.code == "seal.io"
    assert writer.aborted


def test_a_file_writer_shows_nothing_before_its_commit(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path / "x")
    writer.write(b"half")
    assert not (tmp_path / "x").exists()
    writer.abort()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotFoundError):
        FileReader(tmp_path / "x")


def test_ciphertext_is_never_made_twice_under_one_key(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    one, two = seal_to(tmp_path / "1", tmp_path / "in"), seal_to(tmp_path / "2", tmp_path / "in")
    assert one.bag_root == two.bag_root
    assert one.piece_root != two.piece_root


def test_a_bad_recipient_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    with pytest.raises(ComityError) as caught:
        seal_to(tmp_path / "sealed", tmp_path / "in", recipients=(bytes(32),))
    assert caught.value.code == "age.recipient"
    assert not (tmp_path / "sealed").exists()


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Sixty-four mebibytes pass through a process that may use little more than its interpreter."""
    (tmp_path / "in").write_bytes(bytes(64 * MIB))
    script = (
        "import sys; from pathlib import Path; from tests.packing import seal_to, open_from\n"
        "folder = Path(sys.argv[1]); seal_to(folder / 'sealed', folder / 'in')\n"
        "open_from(folder / 'sealed', folder / 'opened')\n"
        "lines = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(int(line.split()[1]) // 1024 for line in lines if line.startswith('VmHWM')))"
    )
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], env=environment, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 100


@pytest.mark.skipif(shutil.which("age") is None, reason="the stock age tool is not installed")
def test_stock_tools_open_and_check_it(mailbox: Path, tmp_path: Path) -> None:
    bagit = pytest.importorskip("bagit", reason="the reference reader of bags is not installed")
    sealed = seal_to(tmp_path / "sealed", mailbox)
    (tmp_path / "key").write_text(IDENTITY.text + "\n")
    bag = tmp_path / "bag"
    bag.mkdir()
    plain = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key", tmp_path / "sealed"], capture_output=True, check=True
    )
    subprocess.run(["tar", "x"], input=plain.stdout, cwd=bag, check=True)
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--strict", "-c", name], cwd=bag, check=True, capture_output=True)
    root = subprocess.run(
        ["sha256sum", "tagmanifest-sha256.txt"], cwd=bag, check=True, capture_output=True, text=True
    )
    assert root.stdout.split()[0] == sealed.bag_root
    checked = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", str(bag)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert bagit.Bag(str(bag)).info["Payload-Oxum"].endswith(".7")


def test_what_a_crash_left_in_quarantine_is_swept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    abandoned = Quarantine(str(tmp_path / "opened")).__enter__()
    abandoned.begin("data/000000001.bin")
    abandoned.write(memoryview(b"plaintext"))
    abandoned.end()
    assert sweep_quarantine(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_practice_and_live_do_not_mix_on_the_label() -> None:
    with pytest.raises(ValueError, match="practice"):
        dataclasses.replace(LABEL, realm=Realm.LIVE)
