"""PDQ against the references of others: at most ten bits from each, the same quality, the same digests.

The pictures are benign and stay outside the repository.
"""

import csv
import os
from pathlib import Path

import pytest

from comity.engines.protection.decoding import ConfinedDecoder
from comity.protection.fingerprints import RADIUS, TURNS, distance, turned_hash

SHARED = (
    Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "hashmatch" / "pdq"
)
MOST_APART = 10


@pytest.fixture(scope="module")
def found():
    if not SHARED.is_dir():
        pytest.skip("the pictures of the references are not here")
    with (SHARED / "expected.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    paths = [str(SHARED / "images" / row["file"]) for row in rows]
    return list(zip(rows, ConfinedDecoder().hashed(paths), strict=True))


def test_every_picture_is_near_both_references(found):
    assert len(found) > 20
    for row, one in found:
        for reference in ("pdq_threatexchange_py", "pdq_wasm_reference"):
            if row[reference]:
                assert distance(one.prints.pdq, bytes.fromhex(row[reference])) <= MOST_APART, row["file"]
        assert one.prints.quality == int(row["quality"])
        assert (one.prints.md5.hex(), one.prints.sha256.hex()) == (row["md5"], row["sha256"])


def test_all_rotations_and_mirrors_match_and_nothing_else_of_them(found):
    turned = [one for row, one in found if "/dih/" in row["file"]]
    assert len(turned) == len(TURNS)
    first = turned[0]
    for derived in (first.turned, turned_hash(first.prints.pdq)):
        for one in turned:
            near = [distance(one.prints.pdq, other) <= RADIUS for other in derived]
            assert near.count(True) == 1, one.file
