"""Lists as others write them, both ways, and files that are no list."""

import json

import pytest

from comity.kernel.errors import MalformedError
from comity.protection.fingerprints import Fingerprints
from comity.protection.forms import form_of, read_list, write_list
from comity.protection.shelves import Entry, Medium, State

PDQ, MD5, SHA1, SHA256 = "0f" * 32, "ab" * 16, "cd" * 20, "ef" * 32


def read(text, *, form="csv", category=""):
    return read_list(text.encode(), form=form, category=category)


def test_plain_lines_are_told_by_their_length():
    found = read(f"{PDQ}\n\n{MD5.upper()}\r\n{SHA1}\n")
    assert [one.prints for one in found.entries] == [
        Fingerprints(pdq=bytes.fromhex(PDQ)),
        Fingerprints(md5=bytes.fromhex(MD5)),
        Fingerprints(sha1=bytes.fromhex(SHA1)),
    ]
    assert [one.id for one in found.entries] == [PDQ, MD5, SHA1]


def test_columns_are_named_by_the_first_line():
    head = "\ufeffID,Type,pdq_hash,quality,sha256,category,tags"
    text = f"{head}\n7,video,{PDQ},80,{SHA256},child.abuse,a;b\n8,,,,,,\n"
    found = read(text)
    assert found.without == 1
    (entry,) = found.entries
    assert entry == Entry(
        id="7",
        medium=Medium.VIDEO,
        prints=Fingerprints(pdq=bytes.fromhex(PDQ), quality=80, sha256=bytes.fromhex(SHA256)),
        category="child.abuse",
        tags=("a", "b"),
    )


def test_what_is_written_is_read_again_and_what_does_not_count_is_left_out():
    entries = [
        Entry(id='=1,"x"', prints=Fingerprints(pdq=bytes.fromhex(PDQ), quality=60), category="child.abuse"),
        Entry(id="2", medium=Medium.VIDEO, prints=Fingerprints(md5=bytes.fromhex(MD5)), claimed="ncmec:A1"),
        Entry(id="3", prints=Fingerprints(md5=bytes.fromhex(MD5)), state=State.DISPUTED),
        Entry(id="4", state=State.WITHDRAWN),
    ]
    again = read_list(write_list(entries, form="csv"), form="csv").entries
    assert [one.id for one in again] == ['\'=1,"x"', "2"]  # no table program takes it for a formula
    assert [one.prints for one in again] == [one.prints for one in entries[:2]]
    vics = read_list(write_list(entries, form="vics"), form="vics").entries
    assert [one.prints.md5 for one in vics] == [b"", bytes.fromhex(MD5)]
    assert [one.category for one in vics] == ["child.abuse", "unsorted"]
    assert vics[1].medium is Medium.VIDEO


def test_vics_with_media_in_cases_and_without():
    media = {
        "MediaID": 12,
        "Category": 1,
        "MD5": MD5.upper(),
        "SHA1": SHA1,
        "MimeType": "image/png",
        "Odd": 1,
    }
    other = {
        "MediaID": "13",
        "Category": "3",
        "MD5": None,
        "AlternativeHashes": [{"HashName": "PDQ", "HashValue": PDQ}],
    }
    text = json.dumps({"@odata.context": "x", "value": [{"Media": [media]}, other, {"MediaID": 14}]})
    assert form_of(text.encode()) == "vics"
    found = read(text, form="vics")
    assert [(one.id, one.category, one.claimed) for one in found.entries] == [
        ("12", "child.abuse", "vics:1"),
        ("13", "child.made", "vics:3"),
    ]
    assert found.without == 1


@pytest.mark.parametrize(
    ("text", "form", "code"),
    [
        ("", "csv", "protect.form"),
        ("\ufffe\x00", "vics", "protect.form"),
        ("{}", "vics", "protect.form"),
        ('{"value": [{"MD5": 7.5}]}', "vics", "protect.form"),
        ('{"value": [{"MD5": "zz"}]}', "vics", "protect.hash"),
        ("hello", "csv", "protect.hash"),
        ("pdq\n0f", "csv", "protect.hash"),
        (f"pdq,quality\n{PDQ},101", "csv", "protect.quality"),
        (f"pdq,medium\n{PDQ},sound", "csv", "protect.medium"),
        (f"pdq,category\n{PDQ},worst", "csv", "protect.category"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(text, form, code):
    with pytest.raises(MalformedError) as caught:
        read(text, form=form)
    assert caught.value.code == code


def test_bytes_that_are_no_text_and_a_category_nobody_knows():
    with pytest.raises(MalformedError, match="UTF-8"):
        read_list(b"\xff\xfe\x00", form="csv")
    with pytest.raises(MalformedError, match="no category"):
        read(PDQ, category="worst")
