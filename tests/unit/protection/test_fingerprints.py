"""Fingerprints: forms, quality, distance, and what a turn does to a hash."""

import pytest

from comity.kernel.errors import MalformedError
from comity.protection.fingerprints import (
    TURNS,
    Fingerprints,
    Turn,
    distance,
    is_matchable,
    parse_print,
    turned_hash,
)

HALF = bytes.fromhex("0f" * 32)


def test_a_fingerprint_has_its_length():
    for name, size in (("pdq", 31), ("md5", 17), ("sha1", 19), ("sha256", 1)):
        with pytest.raises(ValueError, match=name):
            Fingerprints(**{name: bytes(size)})
    with pytest.raises(ValueError, match="0 to 100"):
        Fingerprints(pdq=HALF, quality=101)
    assert Fingerprints().is_empty
    assert not Fingerprints(md5=bytes(16)).is_empty


@pytest.mark.parametrize(
    ("quality", "expected"), [(0, False), (49, False), (50, True), (100, True), (None, True)]
)
def test_quality_decides_what_is_matched(quality, expected):
    assert is_matchable(HALF, quality) is expected
    assert Fingerprints(pdq=HALF, quality=quality).matchable is expected


@pytest.mark.parametrize("plain", [bytes(32), b"\xff" * 32, b"\x01" * 32])
def test_a_hash_that_says_nothing_is_not_matched_even_if_nobody_told_its_quality(plain):
    assert not is_matchable(plain, None)


def test_fingerprints_are_read_in_either_case_and_nothing_else_is():
    assert parse_print("pdq", " " + "0F" * 32 + "\n") == HALF
    for text in ("", "0f", "0f" * 31, "0g" * 32, "٠f" * 32, "0f" * 33):
        with pytest.raises(MalformedError) as caught:
            parse_print("pdq", text)
        assert caught.value.code == "protect.hash"


def test_distance_counts_bits():
    assert distance(HALF, HALF) == 0
    assert distance(HALF, bytes.fromhex("f0" * 32)) == 256


def test_turning_twice_gives_the_hash_back():
    """The turns are a group: half a turn or a mirror undoes itself, a quarter undoes three of them."""
    hashed = bytes.fromhex("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22")
    turned = dict(zip(TURNS, turned_hash(hashed), strict=True))
    assert turned[Turn.ORIGINAL] == hashed
    assert len(set(turned.values())) == 8
    undone = {Turn.ROTATE_90: Turn.ROTATE_270, Turn.ROTATE_270: Turn.ROTATE_90}
    for turn, one in turned.items():
        again = dict(zip(TURNS, turned_hash(one), strict=True))
        assert again[undone.get(turn, turn)] == hashed, turn
