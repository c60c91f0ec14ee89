"""Reports of providers and hotlines: what is read of them, what is dropped, what is refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import ComityError, MalformedError
from comity.protection.contents import screened
from comity.protection.grouping import MOST_TIED, group
from comity.protection.hosts import parse_place
from comity.protection.jurisdiction import claims
from comity.protection.reportforms import read_reports
from comity.protection.reports import Report, Who
from comity.protection.triage import IMMINENT, LATER, ORDINARY, URGENT, rank_of
from tests.unit.protection.files import MARKER, PDQ, PICTURE, SMALL, iccam, tip

LINES = "\n".join(PICTURE[at : at + 76] for at in range(0, 900, 76))
PAGE = "<internetDetails><webPageIncident><url>{}</url></webPageIncident></internetDetails>"
NOW = Instant(1_793_000_000_000_000)


def read(data: bytes, number: int = 1, source: str = "NCMEC") -> Report:
    import msgspec

    (found,) = read_reports(data, source=source, received=NOW)
    return msgspec.structs.replace(found, number=number)


def refused(data: bytes) -> str:
    with pytest.raises(MalformedError) as caught:
        read_reports(data, source="NCMEC", received=NOW)
    return caught.value.code


def test_a_tip_is_read_without_names() -> None:
    found = read(tip())
    assert (found.id, found.incident, len(found.files)) == ("1", "enticement", 1)
    assert [(one.kind, one.value) for one in found.accounts] == [
        ("user", "u-77"),
        ("name", "kit"),
        ("email", "Someone@mail.example"),
    ]
    assert found.files[0].prints.pdq.hex() == PDQ and found.files[0].viewed is True
    assert [(one.tie, one.party, one.sure) for one in found.facts] == [("located", "NLD", False)]
    assert "Jane" not in repr(found) and "Roe" not in repr(found)


def test_the_same_report_in_json_reads_the_same() -> None:
    said = {
        "report": {
            "reportId": 1,
            "incidentSummary": {"incidentType": "Child Sex Trafficking"},
            "victim": [{"espIdentifier": "v-1", "espService": "Chatter"}],
            "fileDetails": {
                "fileId": "f1",
                "originalFileHash": [{"_text": "ab" * 16, "_attributes": {"hashType": "MD5"}}],
                "fileAnnotations": {"liveStreaming": True, "infant": False},
            },
        }
    }
    found = read(json.dumps(said).encode())
    assert (found.incident, found.signs, found.files[0].notes) == (
        "trafficking",
        ("victim-known",),
        ("live",),
    )
    assert found.files[0].prints.md5.hex() == "ab" * 16
    assert found.accounts[0].who is Who.VICTIM


def test_a_hotlines_report_names_place_and_state() -> None:
    found = read(iccam(MD5="cd" * 16))
    assert found.urls == ("https://pictures.example/a/1.jpg",)
    assert [(one.tie, one.party) for one in found.facts] == [("hosting", "NLD")]
    assert [one.address for one in found.seen] == ["193.0.0.9"]
    assert found.files[0].prints.md5.hex() == "cd" * 16


@pytest.mark.parametrize(
    "data",
    [
        tip(more=f"<additionalInfo>see {PICTURE} there</additionalInfo>"),
        tip(more=f"<additionalInfo>{SMALL}</additionalInfo>"),
        tip(more=f"<additionalInfo>{LINES}</additionalInfo>"),
        tip(more=f"<additionalInfo>{(b'x' + MARKER * 20).hex()}</additionalInfo>"),
        tip(user=PICTURE),
        tip(user=f"data:image/jpeg;base64,{SMALL}"),
        tip(more=f"<fileData>{PICTURE}</fileData>"),
        tip(more=f'<x y="{PICTURE}"/>'),
        tip(more="<additionalInfo>" + PICTURE * 40 + "</additionalInfo>"),
        tip(more=PAGE.format(f"data:image/png;base64,{SMALL}")),
        tip(more=PAGE.format(f"https://a.example/x?d={PICTURE[:900]}")),
        iccam(Memo=PICTURE),
        iccam(Image=PICTURE),
        iccam(Url=f"https://a.example/{PICTURE[:900]}"),
    ],
)
def test_no_byte_of_a_picture_stays(data: bytes) -> None:
    kept = repr(read(data))
    for run in (PICTURE[:30], PICTURE[60:100], SMALL[:30], SMALL[20:], MARKER.decode(), MARKER.hex()):
        assert run not in kept


def test_words_of_people_stay() -> None:
    words = "He wrote: meet me at 5, user kit_2009@mail.example, ID 4411-77; digest " + "ab" * 16
    assert screened(words) == (words, 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xd8\xff\xe0" + MARKER, "report.form"),
        (b"", "report.form"),
        (b"<report>", "report.xml"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "report.xml"),
        (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "report.xml"),
        (b'<?xml version="1.0" encoding="shift_jis"?><r/>', "report.xml"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'.encode("utf-16"), "report.xml"),
        (b"<r>" * 40 + b"</r>" * 40, "report.xml"),
        (b"<r/>", "report.form"),
        (b"{", "report.json"),
        (b"[" * 40 + b"]" * 40, "json.depth"),
        (tip().replace(b"<reportId>1</reportId>", b""), "report.id"),
        (b" " * (8 * 1024 * 1024 + 1), "report.size"),
    ],
)
def test_what_is_no_report_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=60).map(lambda cut: tip()[:-60] + cut)))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with suppress(ComityError):
        read_reports(data, source="x", received=NOW)


def test_reports_are_one_matter_by_what_they_share_and_it_is_told() -> None:
    one, two = read(tip(1, user="a", md5="11" * 16), 1), read(tip(2, user="a", md5="22" * 16), 2)
    three = read(iccam(MD5="22" * 16), 3, "Hotline")
    four = read(iccam("78", Url="https://other.example/"), 4, "Hotline")
    found = group([one, two, three, four])
    assert found[1].reports == (1, 2, 3) and found[4].reports == (4,)
    assert {tie.on for tie in found[1].ties} == {"account", "digest"}
    assert found[1].sources == 2


def test_what_everybody_has_ties_nobody_and_is_told() -> None:
    many = [read(iccam(str(at), Url="https://viral.example/x"), at) for at in range(1, MOST_TIED + 2)]
    found = group(many)[1]
    assert found.reports == (1,)
    assert [(tie.on, tie.common) for tie in found.ties] == [("url", True)]


def test_imminent_harm_comes_first_with_its_reasons() -> None:
    live = read(tip(incident="Child Pornography", note="<fileAnnotations><liveStreaming/></fileAnnotations>"))
    fresh = read(tip(at="2026-10-20T10:00:00Z"))
    old = read(tip(at="2025-01-01T10:00:00Z"))
    meme = read(tip(incident="Child Pornography", note="<fileAnnotations><potentialMeme/></fileAnnotations>"))
    ranks = [rank_of(one, now=NOW) for one in (live, fresh, old, meme)]
    assert [one.level for one in ranks] == [IMMINENT, IMMINENT, URGENT, LATER]
    assert [one.code for one in ranks[1].reasons] == ["contact", "enticement"]
    assert [(one.code, one.by, one.count) for one in ranks[0].reasons] == [("live", "source", 1)]
    assert rank_of(read(iccam()), now=NOW).level == ORDINARY


def test_the_imminent_are_within_the_first_tenth() -> None:
    plain = [read(iccam(str(at)), at) for at in range(1, 180)]
    grave = [read(tip(at), at) for at in range(180, 200)]
    ranked = sorted([*plain, *grave], key=lambda one: rank_of(one, now=NOW).order(one.received))
    assert {one.number for one in ranked[:20]} == {one.number for one in grave}


def test_states_are_named_with_their_ground_and_how_sure_it_is() -> None:
    held = read(tip())
    found = claims(held, whose=lambda address: "DEU" if address == "193.0.0.7" else "")
    assert [(one.party, one.ground, one.reference, one.sure, one.on) for one in found] == [
        ("DEU", "territory", "22(1)(a)", "uncertain", "address"),
        ("NLD", "territory", "22(1)(a)", "uncertain", "location"),
    ]
    assert claims(read(iccam()), whose=lambda _: "")[0].sure == "indicated"


@pytest.mark.parametrize(
    ("given", "url", "host", "address"),
    [
        ("https://User@A.Example:8443/x?y=1#z", "https://a.example:8443/x?y=1", "a.example", ""),
        ("hxxps://a[.]example/x", "https://a.example/x", "a.example", ""),
        ("http://193.0.0.7/a", "http://193.0.0.7/a", "", "193.0.0.7"),
        ("https://[2001:DB8::1]:80/", "https://[2001:db8::1]:80/", "", "2001:db8::1"),
        ("::ffff:193.0.0.7", "", "", "193.0.0.7"),
        ("Bücher.example", "", "xn--bcher-kva.example", ""),
        ("https://a.example/\u202egnp.exe", "https://a.example/%E2%80%AEgnp.exe", "a.example", ""),
        ("https://a.example/?x=\u200b1", "https://a.example/?x=%E2%80%8B1", "a.example", ""),
    ],
)
def test_a_place_is_told_without_being_looked_up(given: str, url: str, host: str, address: str) -> None:
    found = parse_place(given)
    assert (found.url, found.host, found.address) == (url, host, address)


@pytest.mark.parametrize(
    "given", ["", "a", "a b.example", "https:///x", "javascript:alert(1)", "data:,x", "-"]
)
def test_what_is_no_place_is_refused(given: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_place(given)
    assert caught.value.code == "takedown.place"


def test_recent_is_reckoned_from_when_it_happened() -> None:
    assert rank_of(read(tip()), now=Instant(NOW + 30 * DAY)).level == URGENT
