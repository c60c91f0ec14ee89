"""Uploads in portions and work that is watched: each officer's own, nothing half done, nothing left."""

from __future__ import annotations

import asyncio
import io
import os
import tarfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from comity.engines import disktar, workroom
from comity.engines.presence import Presence
from comity.engines.workroom import FolderWorkroom
from comity.kernel.clock import FixedClock
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError
from comity.kernel.ids import OfficerName
from comity.node.working import FAILED, LOST, READY, RUNNING, Room, WorkView

MINE, OTHER = OfficerName("a.diallo"), OfficerName("m.okafor")


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def presence(tmp_path: Path) -> Iterator[Presence]:
    made = Presence(tmp_path / "run")
    yield made
    made.close()


@pytest.fixture
def room(tmp_path: Path, presence: Presence, faults: list[str]) -> FolderWorkroom:
    clock = FixedClock(1_793_000_000_000_000)
    return FolderWorkroom(tmp_path / "work", presence, clock=clock, report=faults.append)


async def _each(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _breaking(first: bytes) -> AsyncIterator[bytes]:
    yield first
    raise MalformedError("test.cut", "the line was cut")


def put(room: FolderWorkroom, upload: str, data: bytes, *, at: int) -> int:
    return asyncio.run(room.append(MINE, upload, _each(data), at=at)).size


def done(room: FolderWorkroom, work: WorkView) -> WorkView:
    """Wait for the thread of a piece of work, which is named after what it is."""
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(timeout=60)
    return room.work(MINE, work.work)


def begin(room: FolderWorkroom, do: Callable[[Room], dict[str, object]]) -> WorkView:
    return room.begin(MINE, kind="verify", about="x", do=do)


def test_an_upload_comes_in_portions_and_goes_on_where_it_stopped(room: FolderWorkroom) -> None:
    made = room.new_upload(MINE, name="../../mail box.mbox")
    assert (made.name, made.size) == ("mail box.mbox", 0)
    assert put(room, made.upload, b"one", at=0) == 3
    with pytest.raises(ConflictError) as caught:
        put(room, made.upload, b"again", at=0)
    assert (caught.value.code, caught.value.hint) == ("upload.offset", "send the rest with at=3")
    assert put(room, made.upload, b"two", at=3) == 6
    assert Path(room.path(MINE, made.upload)).read_bytes() == b"onetwo"


def test_what_arrived_before_the_line_was_cut_is_kept(
    room: FolderWorkroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workroom, "_PORTION", 4)
    made = room.new_upload(MINE, name="a")
    with pytest.raises(MalformedError, match="cut"):
        asyncio.run(room.append(MINE, made.upload, _breaking(b"12345"), at=0))
    assert room.upload(MINE, made.upload).size == 5
    assert put(room, made.upload, b"6", at=5) == 6


def test_an_upload_has_an_end_and_one_writer(room: FolderWorkroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workroom, "MOST_UPLOAD", 4)
    made = room.new_upload(MINE, name="a")
    with pytest.raises(MalformedError) as caught:
        put(room, made.upload, b"12345", at=0)
    assert caught.value.code == "upload.size"

    async def both() -> None:
        async def while_writing() -> AsyncIterator[bytes]:
            with pytest.raises(ConflictError) as busy:
                await room.append(MINE, made.upload, _each(b"x"), at=0)
            assert busy.value.code == "upload.busy"
            yield b"1"

        await room.append(MINE, made.upload, while_writing(), at=0)

    asyncio.run(both())


def test_what_is_another_officers_is_absent(room: FolderWorkroom) -> None:
    made = room.new_upload(MINE, name="a")
    work = done(room, begin(room, lambda _room: {}))
    for step in (
        lambda: room.upload(OTHER, made.upload),
        lambda: room.drop_upload(OTHER, made.upload),
        lambda: room.work(OTHER, work.work),
        lambda: room.drop(OTHER, work.work),
        lambda: room.work(MINE, "../up"),
        lambda: room.work(MINE, "0" * 32),
    ):
        with pytest.raises(NotFoundError):
            step()
    assert room.works(OTHER) == ()


def test_work_is_watched_and_its_files_fetched_in_stretches(room: FolderWorkroom) -> None:
    go, begun = threading.Event(), threading.Event()

    def do(place: Room) -> dict[str, object]:
        (Path(place.path) / "b.bin").write_bytes(bytes(range(100)))
        (Path(place.path) / "a.bin").write_bytes(b"first")
        begun.set()
        assert go.wait(timeout=60)
        return {"found": 2}

    work = begin(room, do)
    assert begun.wait(timeout=60)
    running = room.work(MINE, work.work)
    assert (running.state, running.bytes, running.files) == (RUNNING, 105, ())
    with pytest.raises(ConflictError):
        room.drop(MINE, work.work)
    with pytest.raises(NotFoundError):
        room.chunks(MINE, work.work, 1, at=0, most=10)
    go.set()
    ready = done(room, work)
    assert (ready.state, ready.result) == (READY, {"found": 2})
    assert [(one.number, one.name, one.size) for one in ready.files] == [(1, "a.bin", 5), (2, "b.bin", 100)]
    assert b"".join(room.chunks(MINE, work.work, 2, at=10, most=5)) == bytes(range(10, 15))
    room.drop(MINE, work.work)
    assert room.works(MINE) == ()


def test_a_failure_is_told_and_leaves_no_file(room: FolderWorkroom, faults: list[str]) -> None:
    def refused(place: Room) -> dict[str, object]:
        (Path(place.path) / "half").write_bytes(b"x")
        raise ConflictError("test.refused", "not now", hint="later")

    def broken(_place: Room) -> dict[str, object]:
        raise RuntimeError("secret of a case")

    told = done(room, begin(room, refused))
    assert (told.state, told.problem["code"], told.problem["hint"]) == (FAILED, "test.refused", "later")
    assert (told.bytes, faults) == (0, [])
    bug = done(room, begin(room, broken))
    assert (bug.state, bug.problem["code"]) == (FAILED, "bug")
    assert faults == ["work: RuntimeError"]


def test_a_file_that_goes_while_it_is_counted_is_no_fault(
    room: FolderWorkroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, begun = threading.Event(), threading.Event()

    def do(place: Room) -> dict[str, object]:
        for name in ("a", "b"):
            (Path(place.path) / name).write_bytes(b"four")
        begun.set()
        assert go.wait(timeout=60)
        raise ConflictError("test.refused", "not now")

    work, lstat = begin(room, do), Path.lstat

    def vanishing(path: Path) -> os.stat_result:
        if path.name == "a":
            path.unlink()
        return lstat(path)

    assert begun.wait(timeout=60)
    assert room.work(MINE, work.work).bytes == 8
    with monkeypatch.context() as patched:
        patched.setattr(Path, "lstat", vanishing)
        assert room.work(MINE, work.work).bytes == 4
    go.set()
    assert done(room, work).state == FAILED


def test_a_room_that_cannot_be_made_takes_no_turn(room: FolderWorkroom, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "work").write_bytes(b"in the way")
    for _ in range(workroom.AT_ONCE + 1):
        with pytest.raises(UnavailableError) as failed:
            begin(room, lambda _room: {})
        assert failed.value.code == "work.io"
    (tmp_path / "work" / "work").unlink()
    assert done(room, begin(room, lambda _room: {})).state == READY


def test_too_much_at_once_is_refused(room: FolderWorkroom) -> None:
    go = threading.Event()

    def do(_place: Room) -> dict[str, object]:
        assert go.wait(timeout=60)
        return {}

    running = [begin(room, do) for _ in range(workroom.AT_ONCE)]
    with pytest.raises(UnavailableError) as full:
        begin(room, do)
    assert full.value.code == "work.full"
    go.set()
    assert [done(room, one).state for one in running] == [READY] * workroom.AT_ONCE


def test_work_of_a_process_that_is_no_more_is_lost_and_swept(
    room: FolderWorkroom, tmp_path: Path, presence: Presence
) -> None:
    gone = Presence(tmp_path / "run")
    elsewhere = FolderWorkroom(
        tmp_path / "work", gone, clock=FixedClock(1_793_000_000_000_000), report=lambda _line: None
    )
    go = threading.Event()
    work = elsewhere.begin(MINE, kind="verify", about="x", do=lambda _room: {"waited": go.wait(timeout=60)})
    assert room.work(MINE, work.work).state == RUNNING
    gone.close()
    assert room.work(MINE, work.work).state == LOST
    assert room.sweep() == 1
    assert room.works(MINE) == ()
    go.set()
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(timeout=60)
    assert room.works(MINE) == ()


def test_old_files_go_by_themselves(room: FolderWorkroom, tmp_path: Path) -> None:
    work, upload = done(room, begin(room, lambda _room: {})), room.new_upload(MINE, name="a")
    assert room.sweep() == 0
    for path in sorted((tmp_path / "work").rglob("*"), reverse=True):
        os.utime(path, (1, 1))
    assert room.sweep() == 2
    for step in (lambda: room.work(MINE, work.work), lambda: room.upload(MINE, upload.upload)):
        with pytest.raises(NotFoundError):
            step()


def test_a_folder_goes_into_an_archive_and_comes_out_again(tmp_path: Path) -> None:
    source, archive, target = tmp_path / "disk", tmp_path / "disk.tar", tmp_path / "again"
    delivery = source / f"delivery-{'a' * 64}"
    delivery.mkdir(parents=True)
    (source / "call-000001.json").write_bytes(b"{}")
    (delivery / "000000.piece").write_bytes(b"piece")
    disktar.pack(source, archive)
    disktar.unpack(archive, target)
    found = {p.relative_to(target).as_posix(): p.read_bytes() for p in target.rglob("*") if p.is_file()}
    assert found == {"call-000001.json": b"{}", f"delivery-{'a' * 64}/000000.piece": b"piece"}


def _archive(path: Path, *members: tuple[str, bytes, bytes]) -> Path:
    with tarfile.open(path, mode="w:") as tar:
        for name, kind, data in members:
            info = tarfile.TarInfo(name)
            info.type, info.size, info.linkname = kind, len(data), "/etc/passwd"
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize(
    "members",
    [
        [("../call-000001.json", tarfile.REGTYPE, b"{}")],
        [("/call-000001.json", tarfile.REGTYPE, b"{}")],
        [("a/b/call-000001.json", tarfile.REGTYPE, b"{}")],
        [("call-000001.json", tarfile.SYMTYPE, b"")],
        [("call-000001.json", tarfile.LNKTYPE, b"")],
        [("call-000001.json", tarfile.CHRTYPE, b"")],
        [("Call.json", tarfile.REGTYPE, b"{}")],
        [("call-000001.json", tarfile.REGTYPE, b"{}"), ("call-000001.json", tarfile.REGTYPE, b"{}")],
    ],
    ids=["up", "root", "deep", "symlink", "hardlink", "device", "name", "twice"],
)
def test_an_archive_from_outside_writes_nowhere_else(
    tmp_path: Path, members: list[tuple[str, bytes, bytes]]
) -> None:
    archive = _archive(tmp_path / "bad.tar", *members)
    with pytest.raises(MalformedError) as caught:
        disktar.unpack(archive, tmp_path / "target")
    assert caught.value.code == "disk.form"
    written = [p for p in tmp_path.rglob("*") if p.is_file() and p != archive]
    assert all(p.parent == tmp_path / "target" and not p.is_symlink() for p in written)


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"not a tar at all" * 100)
    with pytest.raises(MalformedError) as caught:
        disktar.unpack(tmp_path / "x.tar", tmp_path / "out")
    assert caught.value.code == "disk.form"
