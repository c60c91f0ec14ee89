"""Segments of indexes and lists of known files, as files."""

from __future__ import annotations

import hashlib
import random
from itertools import pairwise
from pathlib import Path

import pytest

from comity.engines.examining import indexes
from comity.engines.examining.indexes import FolderIndexes, FolderKnownFiles
from comity.engines.examining.parts import joined
from comity.engines.examining.survey import FolderSurveyor
from comity.evidence.examination import Note
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError

NAME = "ab" * 32


def test_segments_are_numbered_kept_and_cut(tmp_path: Path):
    store = FolderIndexes(tmp_path / "examined")
    assert store.count(NAME) == 0
    for number in (1, 2, 3):
        store.put(NAME, number, b"%d" % number)
    assert (store.count(NAME), store.get(NAME, 2)) == (3, b"2")
    store.cut(NAME, 1)
    assert store.count(NAME) == 1
    store.cut(NAME, 0)
    assert not (tmp_path / "examined" / NAME).exists()
    with pytest.raises(NotFoundError):
        store.get(NAME, 1)
    with pytest.raises(NotFoundError):
        store.get("../x", 1)
    with store.claim(NAME), pytest.raises(ConflictError) as caught, store.claim(NAME):
        pass
    assert caught.value.code == "examine.busy"


def test_lists_are_sorted_merged_and_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(indexes, "_AT_ONCE", 100)
    digests = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(350)]
    source = tmp_path / "list.txt"
    lines = [f'"{one.upper()}","file name",12' for one in digests]
    source.write_text("\n".join([*lines, lines[0], "no digest here", "0" * 63, "0" * 65]))
    known = FolderKnownFiles(tmp_path / "known")
    assert known.put("nsrl", str(source)) == 350
    assert known.put("own", str(source)) == 350
    assert all(known.lists_of(one) == ("nsrl", "own") for one in digests[::50])
    assert known.lists_of("0" * 64) == ()
    known.drop("own")
    assert known.names() == ("nsrl",)
    (tmp_path / "empty").write_text("nothing")
    with pytest.raises(MalformedError):
        known.put("x", str(tmp_path / "empty"))
    with pytest.raises(NotFoundError):
        known.put("x", str(tmp_path / "absent"))
    assert [path.name for path in (tmp_path / "known").iterdir()] == ["nsrl.sha256"]


def test_a_folder_is_listed_and_no_link_is_followed(tmp_path: Path):
    (tmp_path / "f" / "d").mkdir(parents=True)
    (tmp_path / "f" / "d" / "b").write_bytes(b"1")
    (tmp_path / "f" / "a").write_bytes(b"1")
    (tmp_path / "f" / "l").symlink_to("/etc/passwd")
    (tmp_path / "f" / "up").symlink_to("..")
    listing = FolderSurveyor().listing(str(tmp_path / "f"))
    assert [item.name for item in listing.items] == [b"a", b"d/b"]
    assert listing.left == ((b"l", Note.LINK), (b"up", Note.LINK))
    with pytest.raises(NotFoundError):
        FolderSurveyor().listing(str(tmp_path / "f" / "up"))


def test_parts_of_one_whole_are_joined_to_the_first_up_to_the_first_gap(tmp_path: Path):
    for name in ("x/i.001", "x/i.002", "x/i.004", "i.001", "y.E01", "y.E02", "z.002"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    found = {item.path: item for item in FolderSurveyor().listing(str(tmp_path)).items}
    told = {path: (item.rest, item.missing, item.later) for path, item in found.items()}
    alone = ((), 0, False)
    assert told == {
        "x/i.001": (("x/i.002",), 3, False), "x/i.002": ((), 0, True), "x/i.004": alone, "i.001": alone,
        "y.E01": alone, "y.E02": alone, "z.002": alone,
    }  # fmt: skip


def test_parts_are_read_as_one_file_wherever_one_looks(tmp_path: Path):
    data = bytes(range(256)) * 1200
    cuts = [0, 100_000, 100_000, 100_001, 300_000, len(data)]
    paths = [tmp_path / f"{n}" for n in range(len(cuts) - 1)]
    for path, (start, end) in zip(paths, pairwise(cuts), strict=True):
        path.write_bytes(data[start:end])
    draw = random.Random(3)
    with joined(paths) as whole:
        assert whole.seek(0, 2) == len(data)
        for _ in range(40):
            at, count = draw.randrange(len(data) + 10), draw.randrange(150_000)
            whole.seek(at)
            assert whole.read(count) == data[at : at + count]
