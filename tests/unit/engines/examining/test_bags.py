"""Every conformance bag is judged right, and no name in a bag reaches a file system."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from comity.engines.examining.bags import NamedTree, judge_bag, looks_like_bag

SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).resolve().parents[5] / "shared"))
BAGS = SHARED / "data" / "bagit" / "conformance"
GOOD = {
    "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "data/a": b"a",
    "manifest-sha256.txt": hashlib.sha256(b"a").hexdigest().encode() + b"  data/a\n",
}


def judged(files: dict[str, bytes]) -> tuple[bool, str]:
    return judge_bag(
        NamedTree({name: len(data) for name, data in files.items()}, lambda n: io.BytesIO(files[n]))
    )


def test_every_conformance_bag_is_right():
    found = sorted(BAGS.glob("v*/*/*"))
    if not found:
        pytest.skip("the conformance bags are not here")
    wrong = []
    for bag in found:
        names = {p.relative_to(bag).as_posix(): p.stat().st_size for p in bag.rglob("*") if p.is_file()}
        valid, detail = judge_bag(NamedTree(names, lambda name, bag=bag: (bag / name).open("rb")))
        assert looks_like_bag(names)
        if valid != (bag.parent.name == "valid"):
            wrong.append((bag.name, detail))
    assert not wrong and len(found) == 31


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "1.0"),
        ({"data/b": b"b"}, "in no manifest"),
        ({"manifest-sha256.txt": b"0" * 64 + b"  data/a\n"}, "differs"),
        ({"manifest-sha256.txt": b"0" * 64 + b"  ../../etc/passwd\n"}, "points outside"),
        ({"manifest-sha256.txt": b"0" * 64 + b"  /data/a\n"}, "points outside"),
        ({"manifest-sha256.txt": b"0" * 64 + b"  data\\..\\..\\a\n"}, "points outside"),
        ({"manifest-sha256.txt": b"rubbish\n"}, "none of a manifest"),
        ({"manifest-crc32.txt": b"00 data/a\n"}, "algorithm"),
        ({"bagit.txt": b"BagIt-Version: 9.9\nTag-File-Character-Encoding: UTF-8\n"}, "not known"),
        ({"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: zlib\n"}, "encoding"),
        ({"bag-info.txt": b"Payload-Oxum: 9.9\n"}, "Oxum"),
        ({"fetch.txt": b"http://example.org/x - ../x\n"}, "points outside"),
        ({"fetch.txt": b"http://example.org/x - data/zz\n"}, "no manifest lists"),
        ({"tagmanifest-sha256.txt": b"0" * 64 + b"  gone.txt\n"}, "missing"),
    ],
)
def test_a_bag_is_judged_strictly(change: dict[str, bytes], words: str):
    valid, detail = judged({**GOOD, **change})
    assert valid == (not change) and words in detail
