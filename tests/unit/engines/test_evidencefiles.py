"""The room for plaintext: nothing stays in it, not even after a crash."""

import os
import time
from pathlib import Path

import pytest

from comity.engines.evidencefiles import FolderEvidenceFiles


def test_nothing_stays_in_the_room_whatever_happens(tmp_path: Path) -> None:
    files = FolderEvidenceFiles(tmp_path / "room")
    with pytest.raises(ValueError, match="broken"), files.scratch() as folder:
        Path(folder).mkdir()
        (Path(folder) / "plain").write_bytes(b"secret")
        raise ValueError("broken")
    assert list((tmp_path / "room").iterdir()) == []
    assert (tmp_path / "room").stat().st_mode & 0o077 == 0


def test_what_a_crash_left_goes_with_the_next_use(tmp_path: Path) -> None:
    room = tmp_path / "room"
    left, busy = room / "left", room / "busy"
    for folder in (left, busy):
        folder.mkdir(parents=True)
        (folder / "plain").write_bytes(b"secret")
    long_ago = time.time() - 25 * 3600
    os.utime(left, (long_ago, long_ago))
    with FolderEvidenceFiles(room).scratch():
        assert busy.is_dir() and not left.exists()
