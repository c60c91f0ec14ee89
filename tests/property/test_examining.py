"""Whatever bytes an exhibit is, it is told as rows: no crash, each byte read counted once, order kept."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.engines.examining.host import SandboxedExaminer
from comity.evidence.examination import Bounds, Found, Item, Mark, Member, Tools, dump_row, parse_row
from tests.unit.engines.examining.imaging import fat, ntfs, partitioned, rar, sevenz
from tests.unit.engines.examining.making import IBAN, packed, tarred, walked, zipped

DISKS = (
    partitioned(fat({"A.TXT": b"mail a@example.org", "B": b"k" * 900}), fat({"C": b"1"})),
    fat({"A.TXT": b"1"}, gone={"G": b"2"}),
    ntfs(),
    sevenz({"a": b"x" * 300, "b": IBAN.encode()}),
    rar({"a": b"x" * 300, "b": IBAN.encode()}),
)
SEEDS = (
    zipped({"a": b"x" * 300, "b.zip": zipped({"c": IBAN.encode()})}),
    tarred({"a": b"1" * 100, "ü": b"2"}, links={"l": "../x"}, device="d"),
    packed(tarred({"x": b"mail a@example.org"})),
    b"From: a@example.org\nTo: b@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--",
    b"From a Tue\nFrom: a@example.org\nTo: b\n\nx\n\nFrom b Wed\nTo: c@example.org\nSubject: y\n\nz",
    b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n",
)
CUTS = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 60), st.binary(max_size=40)), min_size=1, max_size=6
)
SMALL = Bounds(content=4 << 20, members=300, entries=100, depth=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.sampled_from(SEEDS), cuts=CUTS)
def test_damaged_containers_are_told_and_never_crash(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    data = bytearray(seed)
    for at, gone, new in cuts:
        place = at % (len(data) + 1)
        data[place : place + gone] = new
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries warn of what becomes a remark
        rows = walked(bytes(data), bounds=SMALL)
    members = [row for row in rows if isinstance(row, Member)]
    assert members[0].size == len(data)
    assert [member.number for member in members] == list(range(1, len(members) + 1))
    assert all(member.parent < member.number for member in members)
    assert isinstance(rows[-1], Mark) and rows[-1].whole
    sizes = {member.number: member.size for member in members}
    for row in rows:
        assert parse_row(dump_row(row)) == row
        if isinstance(row, Found):
            assert row.offset + row.length <= sizes[row.number]


def damaged(seed: bytes, dice: random.Random) -> bytes:
    """Return a copy with some bytes changed, put in or cut out, the most of them near its beginning."""
    data = bytearray(seed)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(min(len(data), dice.choice((600, 4096, len(data)))))
        kind = dice.randrange(4)
        if kind == 3:
            del data[at : at + dice.randint(1, 4000)]
        else:
            new = dice.randbytes(1 if kind else dice.randint(1, 64))
            data[at : at + len(new)] = new
        data = data or bytearray(b"-")
    return bytes(data)


def test_damaged_disks_and_archives_end_in_their_bounds_and_touch_nothing(tmp_path: Path) -> None:
    """Libraries in C read these, so they are read where they will be: in the confined worker."""
    dice, folder = random.Random(44), tmp_path / "exhibits"
    folder.mkdir()
    contents = {f"{number:02}": damaged(dice.choice(DISKS), dice) for number in range(40)}
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    items = [Item(number=n, path=name, name=name.encode()) for n, name in enumerate(contents, start=1)]
    bounds = Bounds(content=4 << 20, members=300, entries=100, depth=2, cpu_seconds=2, quiet_seconds=60)
    said = list(SandboxedExaminer(tmp_path / "room").examine(str(folder), items, bounds=bounds, after={}))
    rows = [one for one in said if not isinstance(one, int | Tools)]
    assert {row.exhibit for row in rows if isinstance(row, Mark) and row.whole} == {i.number for i in items}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == contents
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exhibits", "room"]
    assert not list((tmp_path / "room").iterdir())
