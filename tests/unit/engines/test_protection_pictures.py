"""Pictures in the confined worker: real forms, broken ones, and ones made to do harm. All are made here."""

import hashlib
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFilter

from comity.engines.protection import picturework
from comity.engines.protection.decoding import ConfinedDecoder
from comity.kernel.errors import MalformedError, NotFoundError, UnavailableError
from comity.protection.fingerprints import TURNS, Turn, distance, turned_hash

TURNED = {
    Turn.ROTATE_180: Image.Transpose.ROTATE_180,
    Turn.FLIP_X: Image.Transpose.FLIP_TOP_BOTTOM,
    Turn.FLIP_Y: Image.Transpose.FLIP_LEFT_RIGHT,
}


def scene():
    """A picture with something in it: soft blobs of many sizes."""
    rng = np.random.default_rng(7)
    made = Image.fromarray(rng.integers(0, 256, (24, 24, 3), dtype=np.uint8))
    return made.resize((400, 300), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2))


def bomb(width, height):
    """A picture of a few bytes that says that it is huge."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Every picture's fingerprints, from one run of the worker."""
    room = tmp_path_factory.mktemp("pictures")
    made = scene()
    made.save(room / "plain.png")
    made.save(room / "small.jpg", quality=60)
    made.convert("CMYK").save(room / "cmyk.jpg", quality=90)
    deep = np.asarray(made.convert("L")).astype(np.uint16) * 257
    Image.fromarray(deep).save(room / "deep.png")
    made.convert("L").save(room / "grey.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    made.save(room / "turned.jpg", quality=90, exif=exif)
    made.save(room / "moving.gif", save_all=True, append_images=[Image.new("RGB", made.size)])
    for turn, how in TURNED.items():
        made.transpose(how).save(room / f"{turn.value}.png")
    Image.new("RGB", (200, 200), (90, 90, 90)).save(room / "flat.png")
    Image.new("RGB", (1, 1)).save(room / "dot.png")
    (room / "cut.png").write_bytes((room / "plain.png").read_bytes()[:-4000])
    (room / "bomb.png").write_bytes(bomb(60_000, 60_000))
    (room / "lie.png").write_bytes(bomb(9000, 9000))
    (room / "words.txt").write_bytes(b"no picture")
    (room / "empty").write_bytes(b"")
    paths = sorted(str(path) for path in room.iterdir())
    return room, {
        path.rpartition("/")[2]: one for path, one in zip(paths, ConfinedDecoder().hashed(paths), strict=True)
    }


def test_digests_are_those_of_the_bytes(found):
    room, hashed = found
    for name, one in hashed.items():
        data = (room / name).read_bytes()
        digests = [
            hashlib.new(kind, data, usedforsecurity=False).digest() for kind in ("md5", "sha1", "sha256")
        ]
        assert [one.prints.md5, one.prints.sha1, one.prints.sha256] == digests


@pytest.mark.parametrize(
    "name", ["small.jpg", "cmyk.jpg", "turned.jpg", "moving.gif", "deep.png", "grey.png"]
)
def test_the_same_picture_in_another_form_matches(found, name):
    _, hashed = found
    one = hashed[name]
    assert one.prints.matchable
    assert distance(one.prints.pdq, hashed["plain.png"].prints.pdq) <= 20


def test_turns_are_told_as_they_are_and_reckoned_from_a_hash_nearly_so(found):
    _, hashed = found
    plain = hashed["plain.png"]
    turns = dict(zip(TURNS, plain.turned, strict=True))
    reckoned = dict(zip(TURNS, turned_hash(plain.prints.pdq), strict=True))
    for turn in TURNED:
        assert distance(turns[turn], hashed[f"{turn.value}.png"].prints.pdq) <= 10, turn
    for turn in TURNS:
        assert distance(turns[turn], reckoned[turn]) <= 31, turn
    assert len({distance(turns[turn], turns[Turn.ORIGINAL]) > 31 for turn in TURNS}) == 2


def test_what_says_nothing_or_cannot_be_decoded_has_no_hash_that_is_matched(found):
    _, hashed = found
    notes = {name: one.note for name, one in hashed.items() if not one.prints.matchable}
    assert notes == {
        "flat.png": "",
        "dot.png": "too-small",
        "cut.png": "damaged",
        "bomb.png": "too-large",
        "lie.png": "damaged",
        "words.txt": "no-picture",
        "empty": "no-picture",
    }
    assert hashed["flat.png"].prints.quality == 0
    assert {name: one.note for name, one in hashed.items() if one.prints.matchable and one.note} == {
        "turned.jpg": "turned",
        "moving.gif": "animated",
    }


def test_what_is_no_file_is_refused_before_anything_begins(tmp_path):
    with pytest.raises(NotFoundError):
        list(ConfinedDecoder().hashed([str(tmp_path / "absent")]))
    with pytest.raises(MalformedError) as caught:
        list(ConfinedDecoder().hashed([str(tmp_path)]))
    assert caught.value.code == "file.kind"


def test_a_picture_that_ends_the_worker_keeps_its_digests_and_the_next_is_hashed(monkeypatch):
    from comity.engines.protection import decoding

    monkeypatch.setattr(decoding, "_require_file", lambda _path: None)
    digests = {"md5": "ab" * 16, "sha1": "cd" * 20, "sha256": "ef" * 32}
    whole = {"turned": ["0f" * 32] * 8, "quality": 90, "note": ""}
    runs = [[(b"C", {}), (b"D", digests)], [(b"D", digests), (b"P", whole)], [(b"X", {})], []]
    monkeypatch.setattr(decoding, "_lines", lambda _paths: iter(runs.pop(0)))
    first, second = ConfinedDecoder().hashed(["a", "b"])
    assert (first.file, first.note, first.prints.md5) == ("a", "stopped", b"\xab" * 16)
    assert (second.file, second.note, second.prints.quality) == ("b", "", 90)
    for code in ("protect.extra", "protect.worker"):
        with pytest.raises(UnavailableError) as caught:
            list(ConfinedDecoder().hashed(["a"]))
        assert caught.value.code == code


def test_the_worker_is_told_what_is_missing(monkeypatch):
    assert set(picturework.NEEDED) == {"numpy", "pdqhash", "PIL"}
