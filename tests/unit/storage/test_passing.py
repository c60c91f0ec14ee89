"""What was read of a large file is let go, in order and no more than was read; a small one stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from comity.storage.blobs import passing
from comity.storage.blobs.passing import ReadBehind

STEP = 8 << 20


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(passing, "let_go", lambda _handle, at, count: found.append((at, count)))
    return found


def test_a_small_file_stays(gone: list[tuple[int, int]]) -> None:
    behind = ReadBehind(0, size=passing.LARGE)
    for at in range(0, passing.LARGE, 1 << 20):
        behind.passed(at, 1 << 20)
    assert not gone


def test_what_was_read_from_front_to_back_goes_in_steps(gone: list[tuple[int, int]]) -> None:
    behind, at = ReadBehind(0, size=passing.LARGE + 1), 0
    for count in [100, 1 << 20, 3 << 20] * 20:
        behind.passed(at, count)
        at += count
    assert [start for start, _ in gone] == [0, *[start + count for start, count in gone[:-1]]]
    assert all(STEP <= count < STEP + (3 << 20) for _, count in gone)
    assert at - STEP < gone[-1][0] + gone[-1][1] <= at


def test_what_was_never_read_is_not_let_go(gone: list[tuple[int, int]]) -> None:
    behind = ReadBehind(0, size=passing.LARGE + 1)
    for at in (0, 100 << 20, 50 << 20, 200 << 20):
        behind.passed(at, STEP)
    assert gone == [(at, STEP) for at in (0, 100 << 20, 50 << 20, 200 << 20)]


def test_letting_go_changes_nothing_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(os.urandom(1 << 16))
    before, handle = path.read_bytes(), os.open(path, os.O_RDWR)
    os.pwrite(handle, b"changed", 9)
    passing.let_go(handle, 0, 1 << 16)  # not durable yet: the system keeps it then
    assert os.pread(handle, 1 << 16, 0) == before[:9] + b"changed" + before[16:]
    os.close(handle)
