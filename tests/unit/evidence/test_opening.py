"""The bag reader against archives that lie: built by hand, fed in portions of every size."""

import dataclasses
import hashlib
import os
from collections.abc import Callable

import pytest

from comity.evidence import frames, package, wire
from comity.evidence.custody import Custodied
from comity.evidence.handling import Handling
from comity.evidence.opening import BagReader, Expected, OpenedBag
from comity.evidence.package import BagWriter, ClosedBag, Original
from comity.kernel.errors import ComityError, DeniedError, MalformedError, UntrustedError
from comity.kernel.realms import Realm
from tests.packing import ACQUIRING, LABEL, SEALING

CONTENTS = (b"first exhibit", b"", b"x" * 1024)
PRACTICE = Expected(realm=Realm.PRACTICE)


class Kept:
    """A sink that keeps everything in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._name = ""
        self._content = bytearray()

    def begin(self, name: str) -> None:
        self._name, self._content = name, bytearray()

    def write(self, content: memoryview) -> None:
        self._content += content

    def end(self) -> None:
        self.files[self._name] = bytes(self._content)


def archive(*contents: bytes) -> tuple[bytes, ClosedBag]:
    writer, out = BagWriter(LABEL), bytearray()
    for number, content in enumerate(contents):
        out += writer.begin(Original(name=b"%d.txt" % number, size=len(content)))
        writer.update(memoryview(content))
        out += content + writer.end()
    tail, bag = writer.close([ACQUIRING, SEALING])
    return bytes(out) + b"".join(tail), bag


def read(data: bytes, *, portion: int = 1 << 20, expected: Expected = PRACTICE) -> tuple[OpenedBag, Kept]:
    kept = Kept()
    reader = BagReader(kept)
    for at in range(0, len(data), portion):
        reader.feed(memoryview(data)[at : at + portion])
    return reader.finish(expected), kept


def files_of(data: bytes) -> dict[str, bytes]:
    return read(data)[1].files


def pack(files: dict[str, bytes]) -> bytes:
    parts = (frames.entry_frame(n, len(c)) + c + frames.padding(len(c)) for n, c in files.items())
    return b"".join(parts) + frames.END


@pytest.mark.parametrize("portion", [1, 7, 512, 513, 4096, 1 << 20])
def test_portions_do_not_matter(portion: int) -> None:
    data, bag = archive(*CONTENTS)
    opened, kept = read(data, portion=portion)
    assert opened.bag_root == bag.bag_root
    assert opened.exhibits == bag.exhibits
    assert opened.label == LABEL
    assert opened.custody_lines == bag.custody == kept.files["custody.jsonl"]
    assert [kept.files[item.stored_name] for item in opened.exhibits] == list(CONTENTS)
    assert hashlib.sha256(kept.files["tagmanifest-sha256.txt"]).hexdigest() == bag.bag_root


def test_a_flipped_bit_in_any_byte_is_refused() -> None:
    """One bit of every byte, each of its eight in turn; with ``COMITY_MUTATIONS`` every bit."""
    data, bag = archive(b"first exhibit")
    expected = Expected(realm=Realm.PRACTICE, bag_root=bag.bag_root)
    every = range(len(data) * 8)
    for bit in every if os.environ.get("COMITY_MUTATIONS") else every[::9]:
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ComityError):
            read(bytes(bad), expected=expected)


def test_every_truncation_and_addition_is_refused() -> None:
    data, _ = archive(b"first exhibit")
    for size in range(0, len(data), 37):
        with pytest.raises(MalformedError):
            read(data[:size])
    for extra in (b"\x00", b"x", bytes(512), bytes(10_240)):
        with pytest.raises(MalformedError):
            read(data + extra)


def test_the_signed_root_and_the_realm_are_demanded() -> None:
    data, bag = archive(*CONTENTS)
    assert (
        read(data, expected=Expected(realm=Realm.PRACTICE, bag_root=bag.bag_root))[0].bag_root == bag.bag_root
    )
    for expected, code in (
        (Expected(realm=Realm.PRACTICE, bag_root="0" * 64), "package.bag_root"),
        (Expected(realm=Realm.LIVE), "package.realm"),
    ):
        with pytest.raises(UntrustedError) as caught:
            read(data, expected=expected)
        assert caught.value.code == code


def renamed(old: str, new: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {new if name == old else name: content for name, content in files.items()}


def without(gone: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {name: content for name, content in files.items() if name != gone}


def swapped(files: dict[str, bytes]) -> dict[str, bytes]:
    names = list(files)
    names[0], names[1] = names[1], names[0]
    return {name: files[name] for name in names}


@pytest.mark.parametrize(
    "change",
    [
        renamed("data/000000001.bin", "data/000000009.bin"),
        renamed("data/000000001.bin", "../outside"),
        renamed("data/000000001.bin", "/etc/passwd"),
        renamed("data/000000001.bin", "data/../../x"),
        renamed("data/000000001.bin", "data/000000001.bin/"),
        renamed("custody.jsonl", "verify.py"),
        without("data/000000002.bin"),
        without("custody.jsonl"),
        without("tagmanifest-sha256.txt"),
        swapped,
        lambda files: {**files, "extra.txt": b""},
        lambda files: dict(reversed(files.items())),
        lambda _: {},
    ],
)
def test_other_files_are_refused(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> None:
    kept = Kept()
    reader = BagReader(kept)
    with pytest.raises(MalformedError):
        reader.feed(memoryview(pack(change(files_of(archive(*CONTENTS)[0])))))
        reader.finish(PRACTICE)
    assert all(name in package.TAG_FILES or name.startswith("data/0000000") for name in kept.files)


def resealed(files: dict[str, bytes], **tags: bytes) -> bytes:
    """A forger's archive: chosen tag files, every digest that follows from them put right."""
    files = {**files, **{name.replace("_", ".", 1): content for name, content in tags.items()}}
    label, _ = wire.parse_exhibits(files[package.EXHIBITS])
    if "custody_jsonl" not in tags:
        manifest, records = (
            hashlib.sha256(files[n]).hexdigest() for n in (package.MANIFEST, package.EXHIBITS)
        )
        over = Custodied(realm=label.realm, case=label.case, manifest=manifest, exhibits=records)
        files[package.CUSTODY] = wire.dump_custody([ACQUIRING, SEALING], over)
    files[package.TAG_MANIFEST] = package.tag_manifest_text(
        (name, hashlib.sha256(files[name]).hexdigest()) for name in package.LISTED_TAGS
    )
    return pack(files)


def test_a_forger_who_puts_the_digests_right_meets_the_signed_root() -> None:
    data, bag = archive(*CONTENTS)
    files = files_of(data)
    assert resealed(files) == data
    forged = files[package.EXHIBITS].replace(b"0.txt", b"9.txt").replace(b"MC50eHQ=", b"OS50eHQ=")
    again = resealed(files, exhibits_jsonl=forged)
    assert read(again)[0].bag_root != bag.bag_root
    with pytest.raises(UntrustedError) as caught:
        read(again, expected=Expected(realm=Realm.PRACTICE, bag_root=bag.bag_root))
    assert caught.value.code == "package.bag_root"


def test_records_that_disagree_with_the_content_are_refused() -> None:
    files = files_of(archive(*CONTENTS)[0])
    files["data/000000001.bin"] = b"other content"
    with pytest.raises(UntrustedError) as caught:
        read(resealed(files))
    assert caught.value.code == "package.digest"


def test_custody_must_end_with_the_sealing_and_be_of_this_package() -> None:
    data, bag = archive(*CONTENTS)
    files = files_of(data)
    with pytest.raises(UntrustedError) as caught:
        read(resealed(files, custody_jsonl=wire.dump_custody([ACQUIRING], bag.over)))
    assert caught.value.code == "package.digest"
    stranger = Custodied(realm=Realm.PRACTICE, case=None, manifest="0" * 64, exhibits="0" * 64)
    with pytest.raises(UntrustedError) as caught:
        read(resealed(files, custody_jsonl=wire.dump_custody([SEALING], stranger)))
    assert caught.value.code == "custody.subject"


def test_child_abuse_material_is_refused_on_the_way_in() -> None:
    files = files_of(archive(*CONTENTS)[0])
    records = files[package.EXHIBITS].replace(b'"handling":"ordinary"', b'"handling":"child-abuse"')
    with pytest.raises(DeniedError) as caught:
        read(resealed(files, exhibits_jsonl=records))
    assert caught.value.code == "handling.child_abuse_refused"


def test_the_writer_keeps_its_own_rules() -> None:
    with pytest.raises(MalformedError, match="at least one"):
        BagWriter(LABEL).close([SEALING])
    writer = BagWriter(LABEL)
    writer.begin(Original(name=b"a", size=2))
    writer.update(memoryview(b"1"))
    with pytest.raises(ValueError, match="as many bytes"):
        writer.end()


def test_the_writer_takes_no_child_abuse_material() -> None:
    with pytest.raises(DeniedError):
        BagWriter(dataclasses.replace(LABEL, handling=Handling.CHILD_ABUSE))
