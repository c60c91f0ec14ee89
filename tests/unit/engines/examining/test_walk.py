"""What lies in an exhibit is told member by member; what does not hold is a remark and never a crash."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from comity.engines.examining import archives
from comity.evidence.examination import Bounds, Found, Mark, Member, Remark
from tests.unit.engines.examining.imaging import fat, ntfs, partitioned, rar, sevenz
from tests.unit.engines.examining.making import (
    COIN,
    IBAN,
    codes,
    found,
    members,
    notes,
    packed,
    tarred,
    walked,
    zipped,
)

MAIL = (
    b"From: Anna <anna@example.org>\r\nTo: b@example.com\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\n"
    b'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\npay to " + IBAN.encode() + b"\r\n"
    b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="../evil.zip"\r\n\r\n%s\r\n--b--\r\n'
)


def test_containers_are_opened_to_the_last_one_and_each_finding_leads_back():
    import base64

    inner = zipped({"wallet.txt": b"send it to " + COIN.encode()})
    mail = MAIL % base64.b64encode(inner)
    box = (
        b"From a@example.org Tue Mar  3 10:00:00 2026\n"
        + mail
        + b"\n\nFrom c Tue\nSubject: y\nTo: d@example.net\n\nz\n"
    )
    data = packed(tarred({"mail/in.mbox": box}))
    rows = walked(data, "seized.tar.gz")
    made = members(rows)
    path = "seized.tar.gz/seized.tar/mail/in.mbox/message 1/../evil.zip/wallet.txt"
    wallet = made[path]
    assert wallet.sha256 == hashlib.sha256(b"send it to " + COIN.encode()).hexdigest()
    coin = next(row for row in rows if isinstance(row, Found) and row.kind == "bitcoin")
    assert (coin.number, coin.offset, coin.length, coin.value) == (wallet.number, 11, len(COIN), COIN)
    assert found(rows) >= {("iban", IBAN), ("email", "anna@example.org"), ("email", "d@example.net")}
    evil = made["seized.tar.gz/seized.tar/mail/in.mbox/message 1/../evil.zip"]
    assert (evil.number, "name_outside") in notes(rows)
    assert made["seized.tar.gz/seized.tar/mail/in.mbox/message 1/(header)"].dated == 1_772_532_000_000_000
    numbers = [row.number for row in rows if isinstance(row, Member)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert rows[-1] == Mark(exhibit=1, next=len(numbers) + 1, whole=True)


def test_names_are_shown_escaped_and_judged():
    rows = walked(
        tarred(
            {"/etc/x": b"1", "a\u202egnp.exe": b"1", "B.txt": b"1", "b.TXT": b"1"},
            links={"l": "/etc/passwd"},
            device="d",
        )
    )
    assert codes(rows) >= {"name_outside", "name_hidden", "name_clash", "link", "device"}
    assert "exhibit/a\\u{202e}gnp.exe" in members(rows)
    assert members(rows)["exhibit/l"].sha256 == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (packed(bytes(100_000))[:60], "truncated"),
        (zipped({"a": b"b" * 1000})[:80], "malformed"),
        (zipped({"a": b"abc"}, method=zipfile.ZIP_STORED).replace(b"abc", b"abd"), "malformed"),
        (tarred({"a": b"x" * 2000})[:1500], "malformed"),
        (tarred({"a": b"x"})[:1024] + b"rubbish" * 100, "malformed"),
        (b"EVF\x09\x0d\x0a\xff\x00" + bytes(100), "not_opened"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "malformed"),
        (sevenz({"a": b"b" * 1000})[:-30], "malformed"),
        (rar({"a": b"abc"})[:30], "malformed"),
        (rar({"a": b"abc"}, locked=True), "encrypted"),
        (fat({"A": b"x" * 2000})[:1500], "malformed"),
        (b"LUKS\xba\xbe" + bytes(2000), "encrypted"),
        (partitioned(b"\0\0\0-FVE-FS-".ljust(1024, b"\0")), "encrypted"),
        (partitioned(bytes(1024)), "not_opened"),
        (b"conectix" + bytes(1000), "not_opened"),
    ],
)
def test_what_does_not_hold_is_a_remark(data: bytes, code: str):
    assert code in codes(walked(data))


def test_an_encrypted_entry_is_told_and_not_read():
    data = bytearray(zipped({"a": b"x"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    rows = walked(bytes(data))
    assert "encrypted" in codes(rows) and members(rows)["exhibit/a"].sha256 == ""


def test_bombs_stop_at_the_bound_and_what_follows_is_examined():
    bounds = Bounds(ratio=20, ratio_from=200_000)
    data = zipped({"bomb": bytes(3 << 20), "after": b"mail a@example.org"})
    rows = walked(data, bounds=bounds)
    assert "bomb" in codes(rows)
    assert members(rows)["exhibit/bomb"].size < 3 << 20
    nested = data
    for number in range(4):
        nested = zipped({f"{number}.zip": nested}, method=zipfile.ZIP_STORED)
    assert "too_deep" in codes(walked(nested, bounds=Bounds(depth=2)))
    assert "bomb" in codes(walked(data, bounds=Bounds(content=1 << 20)))


def test_archives_with_more_than_is_listed_are_cut_with_a_remark():
    few = Bounds(entries=3)
    many = {str(number): b"" for number in range(5)}
    assert "too_many" in codes(walked(zipped(many), bounds=few))
    rows = walked(tarred(many), bounds=few)
    assert "too_many" in codes(rows) and len(members(rows)) == 4
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 65535, 65535, 0xFFFFFFFF, 0, 0)
    assert codes(walked(b"PK\x03\x04" + bytes(40) + end)) & {"too_many", "malformed"}
    rows = walked(zipped({str(number): b"x" for number in range(9)}), bounds=Bounds(members=4))
    assert "too_many" in codes(rows) and len(members(rows)) == 4


def test_a_walk_goes_on_behind_a_mark_and_tells_the_same():
    data = tarred({"a": b"x@example.org", "b": packed(b"y@example.org"), "c": b"z@example.org"})
    whole = walked(data)
    marks = [row for row in whole if isinstance(row, Mark) and not row.whole]
    assert len(marks) == 4
    for mark in marks:
        rest = whole[whole.index(mark) + 1 :]
        again = walked(data, after=mark)
        assert [r for r in again if not isinstance(r, Mark)] == [r for r in rest if not isinstance(r, Mark)]


def test_a_type_that_differs_from_the_name_is_told():
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">L4s5L", 13, b"IHDR", 1, 1, 0, 0, 0)
    assert "type_differs" in codes(walked(png, "invoice.txt", claimed="text/plain"))
    assert "type_differs" not in codes(walked(b"words", "a.txt", claimed="text/plain"))


def test_names_in_other_encodings_and_with_zero_bytes_are_told():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("plain", b"1")
    data = out.getvalue().replace(b"plain", b"pl\x82\x00n")
    assert codes(walked(data)) & {"name_hidden", "name_bytes"}
    rows = walked(tarred({"x": b"1"}).replace(b"x" + bytes(99), b"\xff\xfe" + bytes(98), 1))
    assert isinstance(rows[0], Member) and codes(rows)


@pytest.mark.parametrize(("data", "container"), [(sevenz, "7z"), (rar, "rar")])
def test_archives_of_other_makers_are_listed(data: Callable[[dict[str, bytes]], bytes], container: str):
    inner = data({"in/wallet.txt": b"to " + COIN.encode(), "B": b"", "b": b"1", "../up": b"2"})
    rows = walked(zipped({"box": inner}))
    made = members(rows)
    assert made["exhibit/box"].container == container
    assert made["exhibit/box/in/wallet.txt"].sha256 == hashlib.sha256(b"to " + COIN.encode()).hexdigest()
    assert ("bitcoin", COIN) in found(rows) and made["exhibit/box/b"].dated is not None
    assert codes(rows) >= {"name_outside", "name_clash", "empty"}


def test_without_the_library_of_the_system_they_are_recognised(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "library", lambda: None)
    rows = walked(sevenz({"a": b"x"}))
    assert codes(rows) == {"not_opened"} and archives.version() == ""


def test_a_bomb_in_one_of_them_stops_at_the_bound():
    rows = walked(sevenz({"bomb": bytes(3 << 20), "c": b"x"}), bounds=Bounds(ratio=20, ratio_from=200_000))
    assert "bomb" in codes(rows) and members(rows)["exhibit/bomb"].size < 3 << 20


def test_the_files_of_a_disk_are_told_by_partition_and_what_lies_in_none_by_its_place():
    first = fat({"A.TXT": b"pay " + IBAN.encode(), "LONG": b"k" * 1200}, gone={"GONE": b"was b@example.org"})
    rows = walked(zipped({"disk.dd": partitioned(first, ntfs())}), "seized")
    made = members(rows)
    disk, file = made["seized/disk.dd"], made["seized/disk.dd/partition 1/A.TXT"]
    assert (disk.container, disk.media_type) == ("disk", "application/x-raw-disk-image")
    assert file.sha256 == hashlib.sha256(b"pay " + IBAN.encode()).hexdigest()
    assert file.dated == 1_739_232_000_000_000
    places = {(row.number, row.offset) for row in rows if isinstance(row, Found) and row.kind == "iban"}
    assert (file.number, 4) in places and disk.number in {number for number, _ in places}
    gone = made["seized/disk.dd/partition 1/_ONE"]
    assert (gone.number, "deleted") in notes(rows) and not gone.sha256
    lost = next(row for row in rows if isinstance(row, Found) and row.value == "b@example.org")
    assert lost.number == disk.number
    streams = {name for name in made if name.startswith("seized/disk.dd/partition 2/")}
    assert {name.rpartition("/")[2] for name in streams} == {"a.txt", "a.txt:Zone.Identifier", "big"}
    assert (made["seized/disk.dd/partition 3"].number, "truncated") in notes(rows)


def test_a_walk_through_a_disk_goes_on_behind_a_mark():
    data = partitioned(fat({"A": b"a@example.org", "B": b"1"}), fat({"C": b"c@example.org"}))
    whole = walked(data)
    (mark,) = [row for row in whole if isinstance(row, Mark) and row.entries == 2 and not row.whole]
    rest = whole[whole.index(mark) + 1 :]
    again = walked(data, after=mark)
    assert [r for r in again if not isinstance(r, Mark)] == [r for r in rest if not isinstance(r, Mark)]


BAG = {
    "b/bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    "b/data/x": b"x",
    "b/manifest-md5.txt": b"9dd4e461268c8034f5c8564e155c67a6  data/x\n",
}


@pytest.mark.parametrize("form", [zipped, tarred, lambda entries: packed(tarred(entries))])
def test_bags_in_archives_are_judged(form: Callable[[dict[str, bytes]], bytes]):
    rows = walked(form(BAG))
    told = {member.number: member.name for member in members(rows).values()}
    judged = {(told[row.number], row.code) for row in rows if isinstance(row, Remark)}
    assert ("b/bagit.txt", "bag_valid") in judged
    assert "bag_invalid" in codes(walked(form({**BAG, "b/data/x": b"y"})))
    assert "bag_invalid" in codes(walked(form({**BAG, "b/data/more": b"y"})))


def test_a_bag_with_a_bomb_is_not_read_twice():
    rows = walked(zipped({**BAG, "b/data/x": bytes(3 << 20)}), bounds=Bounds(ratio=20, ratio_from=200_000))
    assert "bomb" in codes(rows) and not codes(rows) & {"bag_valid", "bag_invalid"}
