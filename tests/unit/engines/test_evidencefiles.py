"""The room for plaintext: nothing stays in it, not even after a crash."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.engines.presence import Presence


@pytest.fixture
def presence(tmp_path: Path) -> Iterator[Presence]:
    made = Presence(tmp_path / "run")
    yield made
    made.close()


def test_nothing_stays_in_the_room_whatever_happens(tmp_path: Path, presence: Presence) -> None:
    files = FolderEvidenceFiles(tmp_path / "room", presence)
    with pytest.raises(ValueError, match="broken"), files.scratch() as folder:
        Path(folder).mkdir()
        (Path(folder) / "plain").write_bytes(b"secret")
        raise ValueError("broken")
    assert list((tmp_path / "room").iterdir()) == []
    assert (tmp_path / "room").stat().st_mode & 0o077 == 0


def test_what_a_crash_left_goes_with_the_next_use_and_what_others_use_stays(
    tmp_path: Path, presence: Presence
) -> None:
    room, other = tmp_path / "room", Presence(tmp_path / "run")
    with FolderEvidenceFiles(room, other).scratch() as folder:
        busy = Path(folder)
        busy.mkdir()
        left = room / f"{'0' * 16}.left"
        left.mkdir()
        (left / "plain").write_bytes(b"secret")
        with FolderEvidenceFiles(room, presence).scratch():
            assert busy.is_dir() and not left.exists()
    other.close()
