"""The worker is confined, is told apart from its host, and what ends it ends no examination."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from comity.engines.examining import host
from comity.engines.examining.host import SandboxedExaminer
from comity.engines.examining.survey import FolderSurveyor
from comity.evidence.examination import Bounds, Item, Mark, Remark, Tools
from tests.unit.engines.examining.imaging import fat, partitioned, sevenz
from tests.unit.engines.examining.making import codes, members, zipped

TRIES = """
import json, os, socket, sys
sys.path[:] = json.loads(sys.argv[1])
from comity.engines.examining.confine import confine
inside, outside, spool = sys.argv[2:5]
kept = open(spool, "r+b")
held = confine(folders=[inside], memory=1 << 30, written=1000)
def refused(what):
    try:
        what()
    except OSError:
        return True
    return False
kept.write(b"x"); kept.flush()
told = {
    "held": held,
    "write": refused(lambda: open(inside + "/new", "wb")),
    "append": refused(lambda: os.open(inside + "/a", os.O_RDWR)),
    "remove": refused(lambda: os.unlink(inside + "/a")),
    "socket": refused(lambda: socket.socket()),
    "program": refused(lambda: os.execv("/bin/true", ["true"])),
    "fork": refused(os.fork),
    "outside": refused(lambda: open(outside)),
    "inside": open(inside + "/a").read(),
    "large": refused(lambda: (kept.write(bytes(5000)), kept.flush())),
}
os.write(1, json.dumps(told).encode())
os._exit(0)
"""


def test_the_worker_can_read_the_exhibits_and_do_nothing_else(tmp_path: Path):
    inside, secret, spool = tmp_path / "in", tmp_path / "secret", tmp_path / "spool"
    inside.mkdir()
    (inside / "a").write_text("evidence")
    secret.write_text("key")
    spool.write_bytes(b"")
    done = subprocess.run(
        [sys.executable, "-I", "-c", TRIES, json.dumps([p for p in sys.path if p]), inside, secret, spool],
        capture_output=True,
        check=True,
    )
    told = json.loads(done.stdout)
    held = told.pop("held")
    assert held[:2] == ["limits", "privileges"]
    assert told.pop("inside") == "evidence" and told.pop("large")
    if "files" not in held:
        told.pop("outside")
    if "calls" not in held:
        pytest.skip("this kernel filters no calls; the spec says so")
    assert all(told.values()), told


@pytest.fixture
def exhibits(tmp_path: Path) -> tuple[Path, list[Item]]:
    folder = tmp_path / "exhibits"
    (folder / "bag" / "data").mkdir(parents=True)
    contents = {
        "a.zip": zipped({"one": b"x@example.org", "two": b"y@example.org"}),
        "bag/bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag/data/x": b"x",
        "b.txt": b"z@example.org",
        "c.7z": sevenz({"seven": b"1"}),
        "d.001": partitioned(fat({"A.TXT": b"1"}), fat({"B.TXT": b"of the second part"})),
    }
    disk = contents["d.001"]
    contents |= {"d.001": disk[:50_000], "d.002": disk[50_000:100_000], "d.003": disk[100_000:]}
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    found = FolderSurveyor().listing(str(folder)).items
    number = {name: n for n, name in enumerate(contents, start=1)}
    items = [replace(item, number=number[item.path], dated=None, claimed="") for item in found]
    return folder, sorted(items, key=lambda item: item.number)


def test_a_worker_examines_and_says_with_what(
    tmp_path: Path, exhibits: tuple[Path, list[Item]], monkeypatch: pytest.MonkeyPatch
):
    folder, items = exhibits
    monkeypatch.chdir(folder.parent)  # officers name folders from where they stand
    said = list(SandboxedExaminer(Path("room")).examine(folder.name, items, bounds=Bounds(), after={}))
    tools = said[0]
    assert isinstance(tools, Tools) and tools.confined[:2] == ("limits", "privileges")
    assert {"libmagic", "phonenumbers", "warcio", "pytsk3", "libarchive"} <= set(tools.versions)
    rows = [one for one in said[1:] if not isinstance(one, int | Tools)]
    told = members(rows)
    inside = {name for name in told if name.startswith("d.00")}
    assert {"a.zip/two", "c.7z/seven"} <= set(told)
    assert inside == {
        "d.001", "d.001/partition 1/A.TXT", "d.001/partition 2/B.TXT", "d.001/partition 3", "d.002", "d.003"
    }  # fmt: skip
    assert told["d.001/partition 2/B.TXT"].sha256 == hashlib.sha256(b"of the second part").hexdigest()
    assert told["d.001"].sha256 == hashlib.sha256((exhibits[0] / "d.001").read_bytes()).hexdigest()
    assert not [row for row in rows if isinstance(row, Remark) and "malformed" in row.code]
    assert any(isinstance(row, Remark) and row.code == "bag_invalid" for row in rows)
    assert not list((tmp_path / "room").iterdir())


def test_what_ends_the_worker_is_a_remark_and_the_rest_is_examined(
    tmp_path: Path, exhibits: tuple[Path, list[Item]], monkeypatch: pytest.MonkeyPatch
):
    folder, items = exhibits
    dies = (
        "import comity.engines.examining.walk as walk, os, signal\n"
        "real = walk.Walker._entry\n"
        "def entry(self, place, one, *, clash):\n"
        "    if one.name == b'one': os.abort()\n"
        "    real(self, place, one, clash=clash)\n"
        "walk.Walker._entry = entry\n"
    )
    boot = host._BOOT.replace(
        "from comity.engines.examining.worker", f"exec({dies!r})\nfrom comity.engines.examining.worker"
    )
    monkeypatch.setattr(host, "_BOOT", boot)
    said = list(
        SandboxedExaminer(tmp_path / "room").examine(str(folder), items[:1], bounds=Bounds(), after={})
    )
    rows = [one for one in said if not isinstance(one, int | Tools)]
    assert "stopped" in codes(rows)
    assert {"a.zip", "a.zip/two"} == set(members(rows))
    assert rows[-1] == Mark(exhibit=1, entries=1, next=3, whole=True)
