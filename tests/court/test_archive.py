"""Archives that are not the one way to write a court file: refused at step 1, soon, and by both."""

from __future__ import annotations

import io
import tarfile
from functools import cache
from typing import Any

import pytest

from comity.cases.verdicts import trust_file
from comity.evidence.frames import END, entry_frame, padding
from tests.builders import request_body
from tests.court.sample import Sample, judge, members_of, pack


@cache
def made() -> bytes:
    sample = Sample()
    sample.act("a", "preservation.request", request_body(), parts={"form": b"{}"})
    return sample.court_file()


def refused(data: bytes, step: int = 1) -> str:
    report = judge(data, trust_file([]))
    assert report.exit_code == 7
    assert report.verdict is None
    assert report.fault is not None
    assert report.fault.step == step
    return report.fault.reason


def entry(name: str, content: bytes) -> bytes:
    return entry_frame(name, len(content)) + content + padding(len(content))


@pytest.mark.parametrize("keep", [0, 1, 511, 512, 513, 700, 5000, -1, -512, -1023, -1024, -1025, -1536])
def test_cut_short(keep: int):
    refused(made()[:keep])


@pytest.mark.parametrize("tail", [b"\0", b"x", bytes(512), bytes(9216), made()])
def test_something_behind_the_end(tail: bytes):
    assert "two blocks" in refused(made() + tail)


def test_not_an_archive():
    for data in (b"", b"\0" * 1024, b"\0" * 100, b"PK\x03\x04" * 400, b"age-encryption.org/v1\n" * 99):
        refused(data)


def test_member_more_twice_or_out_of_order():
    members = members_of(made())
    refused(pack(members | {"data/other.txt": b"x"}))
    refused(pack(members | {"../up": b"x"}))
    refused(pack(members | {"data/parts/x": b"x"}))
    names = sorted(members)
    plain = [entry(name, members[name]) for name in names]
    assert b"".join(plain) + END == made()
    refused(b"".join([plain[0], *plain]) + END)
    refused(b"".join(reversed(plain)) + END)
    refused(b"".join(plain[1:]) + END)
    refused(b"".join(plain[:-1]) + END)
    swapped = list(plain)
    swapped[3], swapped[4] = swapped[4], swapped[3]
    refused(b"".join(swapped) + END)


def test_member_named_like_one_of_ours_breaks_the_manifest():
    members = members_of(made())
    refused(pack(members | {f"data/parts/{'0' * 64}/form": b"x"}), 2)
    del members["data/tool.json"]
    refused(pack(members))


FIELDS: dict[str, tuple[int, bytes]] = {
    "mode": (100, b"0000755\0"),
    "mode with spaces": (100, b"   644 \0"),
    "uid": (108, b"0001750\0"),
    "gid": (116, b"0001750\0"),
    "mtime": (136, b"14567654321\0"),
    "link": (157, b"x"),
    "magic of gnu": (257, b"ustar  \0"),
    "no magic": (257, bytes(8)),
    "uname": (265, b"root"),
    "gname": (297, b"root"),
    "devmajor": (329, b"0000001\0"),
    "prefix": (345, b"data"),
    "rest": (500, b"x"),
    "type old": (156, b"\0"),
    "type link": (156, b"2"),
    "type folder": (156, b"5"),
    "type long name": (156, b"L"),
    "type pax": (156, b"x"),
    "type global pax": (156, b"g"),
    "size with a sign": (124, b"-0000000010\0"),
    "size in base 256": (124, b"\x80" + bytes(10) + b"\x08"),
    "size huge": (124, b"77777777777\0"),
    "size not octal": (124, b"99999999999\0"),
    "size ends in a space": (124, b"00000000010 "),
    "name cut": (3, b"\0"),
    "name not ascii": (0, b"\xc3\xa9"),
}


@pytest.mark.parametrize("what", FIELDS)
@pytest.mark.parametrize("fix", [False, True])
def test_header_of_another_make(what: str, fix: bool):
    offset, value = FIELDS[what]
    data = bytearray(made())
    data[offset : offset + len(value)] = value
    if fix:
        data[148:156] = b" " * 8
        data[148:156] = b"%06o\0 " % sum(data[:512])
    refused(bytes(data))


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_archive_of_other_tools(form: int):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, content in members_of(made()).items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    refused(out.getvalue())


def pax(records: bytes, frame: bytes) -> bytes:
    """Return a pax header with these records in front of a frame."""
    from comity.evidence import frames

    head = frames._header("pax", len(records), b"x")
    return head + records + padding(len(records)) + frame


@pytest.mark.parametrize(
    "records",
    [
        b"",
        b"19 path=README.txt\n",
        b"19 path=../../passwd\n",
        b"16 size=00000010\n",
        b"20 size=99999999999\n",
        b"21 size=999999999999\n",
        b"25 size=9999999999999999\n",
        b"20 size=0000000000a\n",
        b"13 uid=1000\n",
        b"20 mtime=1790000000\n",
        b"999999999 size=8589934592\n",
        b"20 size=8589934592\n19 path=README.txt\n",
        b"\n",
        b"x" * 600,
        b"9" * 500,
    ],
)
def test_pax_tricks(records: bytes):
    for frame in (entry_frame("README.txt", 8), entry_frame("README.txt", 0)):
        refused(pax(records, frame) + b"read me\n" + padding(8) + made())


def test_gigantic_sizes_are_refused_without_being_read():
    for size in (8**11 - 1, 8**11, 2**53 - 1):
        name = f"data/deliveries/{'0' * 64}/data/000000001.bin"
        refused(entry_frame("README.txt", 0) + entry_frame(name, size) + b"x" * 512)
        refused(entry_frame("README.txt", size))


def test_long_names_and_long_sizes_are_written_as_the_product_writes_them():
    from tests.court.sample import verifier

    for name in ("SEAL", f"data/parts/{'0' * 64}/{'a' * 32}", f"data/parts/{'0' * 64}/{'a' * 32}.salt"):
        for size in (0, 511, 8**11 - 1, 8**11, 8**11 + 1, 2**53 - 1):
            assert verifier().frame(name, size) == entry_frame(name, size)


def test_part_with_a_long_name_passes():
    sample = Sample()
    sample.act("a", "preservation.request", request_body(), parts={"a" * 32: b"{}"})
    assert judge(sample.court_file(), trust_file(sample.roots)).exit_code == 0


def test_mutated_headers_never_end_in_a_traceback():
    import random

    draw = random.Random(7)
    base = made()
    blocks = list(range(0, len(base), 512))
    for _ in range(600):
        data: Any = bytearray(base)
        for _ in range(draw.randrange(1, 6)):
            start = draw.choice(blocks) + draw.randrange(512)
            stop = min(len(data), start + draw.randrange(1, 40))
            data[start:stop] = bytes(draw.randrange(256) for _ in range(stop - start))
        if draw.random() < 0.3:
            cut = draw.choice(blocks)
            data = data[:cut] + data[cut + 512 * draw.randrange(1, 4) :]
        assert judge(bytes(data), trust_file([])).exit_code == 7 or bytes(data) == base
