"""Files of others, whole and damaged: images, archives, captures and mails become rows, never a crash."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from comity.evidence.examination import Bounds, Mark, Member
from tests.unit.engines.examining.making import codes, members, walked

SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3] / "shared")) / "data"
FOLDERS = ("evidence/dfvfs", "evidence/warc", "evidence/pcap", "email/cpython-test_email")
MOST, LARGEST = 8, 400_000
SMALL = Bounds(content=8 << 20, members=500, entries=200, depth=3)


def files() -> list[Path]:
    """Return some files of each collection, spread over its names."""
    made = []
    for folder in FOLDERS:
        found = sorted(
            path for path in (SHARED / folder).rglob("*") if path.is_file() and path.stat().st_size <= LARGEST
        )
        made += found[:: len(found) // MOST + 1]
    return made


pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the collections of others are not here")


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_of_others_are_told_whole_cut_and_overwritten(path: Path) -> None:
    data = path.read_bytes()
    half, middle = data[: len(data) // 2], len(data) // 3
    for one in (data, half, data[:middle] + bytes(40) + data[middle + 40 :]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the libraries warn of what becomes a remark
            rows = walked(one, path.name, bounds=SMALL)
        first = rows[0]
        assert isinstance(first, Member) and first.size == len(one) and first.media_type
        assert isinstance(rows[-1], Mark) and rows[-1].whole


def test_what_they_are_is_told() -> None:
    def told(name: str) -> tuple[set[str], set[str]]:
        rows = walked((SHARED / "evidence" / name).read_bytes(), name.rpartition("/")[2])
        return {"/".join(one.path[1:]) for one in members(rows).values()} - {""}, codes(rows)

    listed, said = told("dfvfs/iso9660.raw")
    assert listed == {"PASSWORDS.TXT", "A_DIRECTORY/ANOTHER_FILE", "A_DIRECTORY/A_FILE"} and not said
    for name in ("zip/absolute_paths.zip", "tar/absolute_paths.tar"):
        listed, said = told(f"dfvfs/{name}")
        assert "name_outside" in said and any(one.startswith("/") for one in listed)
    for name in ("ext2.E01", "ext2.qcow2", "ext2.vmdk"):
        assert told(f"dfvfs/{name}") == (set(), {"not_opened"})
