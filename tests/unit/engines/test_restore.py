"""Original names: every one comes back, none leads outside, none replaces another."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engines import restore
from comity.engines.restore import restore_originals
from comity.evidence.exhibits import Exhibit, is_component
from comity.evidence.handling import Handling
from comity.evidence.originals import plan_names
from comity.kernel.errors import ConflictError, UnavailableError, UntrustedError
from tests.packing import LIMITS, open_from, seal_to

ODD = [
    b"plain.txt",
    b"verify.py",
    b".dotfile",
    b"empty",
    b"line\nfeed",
    b"\xff\xfe",
    b"a" * 255,
    b"-rf",
    b"%2e%2e",
]


def exhibits(*paths: bytes) -> list[Exhibit]:
    return [
        Exhibit(
            number=number,
            name=path.rpartition(b"/")[2],
            folder=path.rpartition(b"/")[0],
            size=0,
            sha256="0" * 64,
            handling=Handling.ORDINARY,
            limits=LIMITS,
        )
        for number, path in enumerate(paths, start=1)
    ]


def test_any_folder_comes_back_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "evidence"
    (source / "deep" / "er").mkdir(parents=True)
    for number, name in enumerate(ODD):
        for folder in (source, source / "deep" / "er"):
            (folder / os.fsdecode(name)).write_bytes(b"x" * number)
    single = tmp_path / "plain.txt"
    single.write_bytes(b"alone")
    seal_to(tmp_path / "sealed", source, single)
    opened = open_from(tmp_path / "sealed", tmp_path / "opened")
    restored = restore_originals(tmp_path / "opened", opened.exhibits, to=tmp_path / "original")
    assert len(restored) == 2 * len(ODD) + 1
    for item in restored:
        path = os.fsencode(tmp_path) + b"/"
        assert (
            Path(os.fsdecode(path + b"original/" + item.path)).read_bytes()
            == Path(os.fsdecode(path + item.path)).read_bytes()
        )
    found = [path for path in (tmp_path / "original").rglob("*") if path.is_file()]
    assert len(found) == len(restored)


def test_collisions_are_numbered() -> None:
    planned = plan_names(
        exhibits(b"a.txt", b"a.txt", b"a (2).txt", b"noending", b"noending", b"x", b"x/y", b".rc", b".rc")
    )
    assert [item.path for item in planned] == [
        b"a.txt",
        b"a (2).txt",
        b"a (2) (2).txt",
        b"noending",
        b"noending (2)",
        b"x (2)",
        b"x/y",
        b".rc",
        b".rc (2)",
    ]


component = st.binary(min_size=1, max_size=4).filter(is_component) | st.sampled_from([b"a", b"b", b"a (2)"])


@given(st.lists(st.lists(component, min_size=1, max_size=3).map(b"/".join), max_size=12))
def test_plans_never_collide(paths: list[bytes]) -> None:
    planned = [item.path for item in plan_names(exhibits(*paths))]
    assert len(set(planned)) == len(planned)
    folders = {path[:at] for path in planned for at in range(len(path)) if path[at : at + 1] == b"/"}
    assert not folders & set(planned)
    assert all(is_component(part) for path in planned for part in path.split(b"/"))


def test_what_is_no_longer_what_was_checked_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"true")
    seal_to(tmp_path / "sealed", tmp_path / "in")
    opened = open_from(tmp_path / "sealed", tmp_path / "opened")
    (tmp_path / "opened" / "data" / "000000001.bin").write_bytes(b"fake")
    with pytest.raises(UntrustedError) as caught:
        restore_originals(tmp_path / "opened", opened.exhibits, to=tmp_path / "original")
    assert caught.value.code == "package.digest"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "opened", "sealed"]


def test_nothing_is_written_into_a_folder_that_exists(tmp_path: Path) -> None:
    with pytest.raises(ConflictError) as caught:
        restore_originals(tmp_path, [], to=tmp_path)
    assert caught.value.code == "open.exists"
    with pytest.raises(UnavailableError):
        restore_originals(tmp_path, exhibits(b"gone"), to=tmp_path / "new")
    with pytest.raises(UnavailableError):
        restore_originals(tmp_path, [], to=tmp_path / "no" / "such" / "folder")
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(ConflictError):
        restore_originals(tmp_path, [], to=tmp_path / "dangling")
    assert [path.name for path in tmp_path.iterdir()] == ["dangling"]


def test_a_disk_that_fills_leaves_none_of_the_exhibits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x")
    seal_to(tmp_path / "sealed", tmp_path / "a", tmp_path / "b")
    opened = open_from(tmp_path / "sealed", tmp_path / "opened")
    before, calls = sorted(tmp_path.iterdir()), []

    def fills(handle: int, data: bytes) -> None:
        calls.append(handle)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        os.write(handle, data)

    monkeypatch.setattr(restore, "write_all", fills)
    with pytest.raises(UnavailableError, match="No space left"):
        restore_originals(tmp_path / "opened", opened.exhibits, to=tmp_path / "original")
    assert sorted(tmp_path.iterdir()) == before
