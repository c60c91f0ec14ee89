"""Sealings that are cut off at every kind of place, and go on: what is read again, and what stays."""

import dataclasses
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engines import sealings
from comity.engines.pump import Pump
from comity.engines.sealings import FolderSealing, FolderSealingRoom
from comity.evidence.resuming import (
    SealingMark,
    SealingPlan,
    dump_mark,
    dump_plan,
    parse_marks,
    parse_plan,
)
from comity.evidence.sealing import SealedPackage
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from tests.packing import NOW, open_from, order

MIB = 1 << 20
KEY = Identity.generate(SeededEntropy("store key"))
FILES = {"a": 700_000, "b": 10, "c": 4 * MIB + 5, "d": 400_000, "e": MIB}


def content(size: int, *, salt: int = 0) -> bytes:
    return (bytes(range(salt, 251)) * (size // (251 - salt) + 1))[:size]


class CutError(Exception):
    """The power went."""


@dataclasses.dataclass
class Bench:
    """A folder of sources and a room for sealings; reads of sources are counted."""

    folder: Path
    room: FolderSealingRoom
    plan: SealingPlan

    @property
    def out(self) -> Path:
        return self.folder / "sealed"

    def begin(self) -> FolderSealing:
        return self.room.begin(self.plan, identity=KEY)

    def resumed(self) -> FolderSealing:
        return self.room.resume(self.plan.name, identities=[KEY])

    def seal(self, kept: FolderSealing, *, stream: int = 0) -> SealedPackage:
        pump = Pump(stream=stream, spool=self.folder / "spool")
        return pump.seal(self.plan.order, to=kept, entropy=SeededEntropy(str(kept.plan)), kept=kept)

    def cut_after(self, writes: int, *, tear: int = 0) -> None:
        """Begin, and lose the power after so many writes, the last one torn by so many bytes."""
        kept, left = self.begin(), [writes]
        whole = kept.write

        def write(data: bytes | memoryview) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise CutError
            whole(data if left[0] else data[: max(0, len(data) - tear)])

        kept.write = write  # type: ignore[method-assign]
        with pytest.raises(CutError):
            self.seal(kept)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    source = tmp_path / "source"
    source.mkdir()
    for name, size in FILES.items():
        (source / name).write_bytes(content(size))
    plan = SealingPlan(
        name="ab" * 16, began=NOW, order=order(source), task={"out": "x"}, out=str(tmp_path / "sealed")
    )
    room = FolderSealingRoom(tmp_path / "sealing", entropy=SeededEntropy("room"), adopt=os.rename)
    return Bench(tmp_path, room, plan)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """Names of the sources that were opened since it was asked last."""
    opened: list[str] = []
    real = os.open

    def counting(path: str | Path, *rest: int, **options: int) -> int:
        if "/source/" in str(path):
            opened.append(Path(path).name)
        return real(path, *rest, **options)

    monkeypatch.setattr(os, "open", counting)

    def since() -> list[str]:
        found = list(opened)
        opened.clear()
        return found

    yield since


def ciphertext(bench: Bench) -> bytes:
    (part,) = bench.folder.glob(".*.part")
    return part.read_bytes()


def check(bench: Bench, sealed: SealedPackage, **changed: bytes) -> None:
    """Open what was sealed, and see that every exhibit is as it was read and nothing is left over."""
    opened = open_from(bench.out, bench.folder / "opened")
    assert opened.bag_root == sealed.bag_root
    assert [item.name.decode() for item in opened.exhibits] == list(FILES)
    for item in opened.exhibits:
        name = item.name.decode()
        data = (bench.folder / "opened" / item.stored_name).read_bytes()
        assert data == changed.get(name, content(FILES[name]))
    assert bench.room.unfinished() == ()
    assert sorted(path.name for path in bench.folder.iterdir()) == ["opened", "sealed", "sealing", "source"]


@pytest.mark.parametrize("tear", [0, 70_000])
@pytest.mark.parametrize(("writes", "again"), [(1, "abcde"), (2, "cde"), (4, "cde"), (6, "de"), (7, "e")])
def test_going_on_reads_the_exhibit_in_progress_and_keeps_the_ciphertext(
    writes: int, again: str, tear: int, bench: Bench, reads: Callable[[], list[str]]
) -> None:
    bench.cut_after(writes, tear=tear)
    before = ciphertext(bench)
    reads()
    sealed = bench.seal(bench.resumed())
    assert reads() == list(again)
    if writes > 1 or not tear:
        assert bench.out.read_bytes().startswith(before)
    check(bench, sealed)


def test_a_sealing_that_was_whole_reads_nothing_again_but_the_last_exhibit(
    bench: Bench, reads: Callable[[], list[str]]
) -> None:
    kept = bench.begin()

    def commit(_name: str) -> None:
        raise CutError

    kept.commit = commit  # type: ignore[method-assign]
    with pytest.raises(CutError):
        bench.seal(kept)
    before = ciphertext(bench)
    reads()
    sealed = bench.seal(bench.resumed())
    assert reads() == []
    assert bench.out.read_bytes() == before
    check(bench, sealed)


def test_a_source_that_changed_meanwhile_never_meets_a_used_counter(
    bench: Bench, reads: Callable[[], list[str]]
) -> None:
    bench.cut_after(4)
    before = ciphertext(bench)
    other = content(FILES["c"], salt=3)
    (bench.folder / "source" / "c").write_bytes(other)
    reads()
    sealed = bench.seal(bench.resumed())
    # What was sealed is sealed anew from its own ciphertext: a and b are not read again.
    again = reads()
    assert again[:1] == ["c"] and again[-3:] == ["c", "d", "e"]
    assert not {"a", "b"} & set(again)
    after = bench.out.read_bytes()
    assert agefile.parse_header(after).mac != agefile.parse_header(before).mac
    assert not {before[at : at + 1000] for at in range(0, len(before) - 1000, 65_552)} & {
        after[at : at + 1000] for at in range(0, len(before) - 1000, 65_552)
    }
    check(bench, sealed, c=other)


@pytest.mark.parametrize("bad", [100_000, 5 * MIB])
def test_after_the_machine_was_off_no_chunk_is_believed_unread(
    bad: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.cut_after(7)
    (part,) = bench.folder.glob(".*.part")
    data = bytearray(part.read_bytes())
    data[bad : bad + 4096] = bytes(4096)  # pages that never reached the disk
    part.write_bytes(data)
    monkeypatch.setattr(sealings, "_boot", lambda: b"another boot")
    check(bench, bench.seal(bench.resumed()))


def test_a_sealing_may_be_cut_again_and_again(bench: Bench) -> None:
    bench.cut_after(3)
    for writes in (1, 2):
        kept = bench.resumed()
        whole, left = kept.write, [writes]

        def write(data: bytes | memoryview, *, whole=whole, left=left) -> None:
            if not len(data):
                return
            left[0] -= 1
            if left[0] < 0:
                raise CutError
            whole(data)

        kept.write = write  # type: ignore[method-assign]
        with pytest.raises(CutError):
            bench.seal(kept)
    check(bench, bench.seal(bench.resumed()))


def test_a_stream_that_was_cut_keeps_its_whole_segments_and_shows_no_last_one(bench: Bench) -> None:
    given = dataclasses.replace(bench.plan.order, sources=(b"-",), segment=MIB)
    bench.plan = dataclasses.replace(bench.plan, order=given)
    feed = bench.folder / "feed"
    feed.write_bytes(content(5 * MIB))
    kept, left = bench.begin(), [4]
    whole = kept.write

    def write(data: bytes | memoryview) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise CutError
        whole(data)

    kept.write = write  # type: ignore[method-assign]
    handle = os.open(feed, os.O_RDONLY)
    with pytest.raises(CutError):
        bench.seal(kept, stream=handle)
    os.close(handle)
    sealed = bench.seal(bench.resumed(), stream=-1)
    assert [(item.size, item.part.number, item.part.last) for item in sealed.exhibits if item.part] == [
        (MIB, 1, False),
        (MIB, 2, False),
    ]
    open_from(bench.out, bench.folder / "opened")
    data = [(bench.folder / "opened" / item.stored_name).read_bytes() for item in sealed.exhibits]
    assert b"".join(data) == content(2 * MIB)


def test_two_processes_never_go_on_with_one_sealing(bench: Bench) -> None:
    bench.cut_after(3)
    kept = bench.resumed()
    assert bench.room.unfinished() == ()
    with pytest.raises(ConflictError) as caught:
        bench.resumed()
    assert caught.value.code == "seal.running"
    kept.abort()
    assert [plan.name for plan in bench.room.unfinished()] == [bench.plan.name]


def test_what_is_dropped_is_gone_with_its_ciphertext(bench: Bench) -> None:
    bench.cut_after(3)
    bench.room.drop(bench.plan.name)
    bench.room.drop(bench.plan.name)
    assert sorted(path.name for path in bench.folder.iterdir()) == ["sealing", "source"]
    for name in (bench.plan.name, "../source", ""):
        with pytest.raises(NotFoundError):
            bench.room.resume(name, identities=[KEY])


def test_nothing_is_sealed_over_a_file_that_is_there(bench: Bench) -> None:
    bench.out.write_bytes(b"")
    with pytest.raises(ConflictError, match="that name"):
        bench.begin()
    bench.out.unlink()
    kept = bench.begin()
    bench.out.write_bytes(b"")
    with pytest.raises(ConflictError):
        bench.seal(kept)


def test_without_the_store_key_the_secret_is_closed_and_nothing_goes_on(bench: Bench) -> None:
    bench.cut_after(3)
    stranger = Identity.generate(SeededEntropy("stranger"))
    kept = bench.room.resume(bench.plan.name, identities=[stranger])
    assert kept.held() is None
    kept.abort()
    folder = bench.folder / "sealing" / bench.plan.name
    mine = bench.resumed()
    held = mine.held()
    assert held is not None
    held.cipher.close()
    mine.abort()
    assert all(held.secret not in path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir() if path.name != "lock"} <= {0o600}


def test_a_plan_reads_as_it_was_written_and_nothing_else_does(bench: Bench) -> None:
    data = dump_plan(bench.plan)
    assert parse_plan(data) == bench.plan
    for bad in (b"", b"{}", data[:-1], data.replace(b'"v":1', b'"v":"1"'), data.replace(b"sealed", b"sold")):
        with pytest.raises(MalformedError) as caught:
            parse_plan(bad)
        assert caught.value.code == "seal.plan"


@given(st.binary(max_size=200))
def test_a_journal_that_was_cut_ends_with_its_last_whole_mark(tail: bytes) -> None:
    marks = (SealingMark(at=3, lines=(b"{}\n",), leaves=bytes(32)), SealingMark(at=9, lines=(), leaves=b""))
    data = b"".join(map(dump_mark, marks))
    assert parse_marks(data) == marks
    assert parse_marks(data + tail)[:2] == marks
    for cut in range(len(data)):
        assert parse_marks(data[:cut]) == marks[: data[:cut].count(b"\n")]
