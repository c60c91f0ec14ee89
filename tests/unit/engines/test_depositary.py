"""The depositary's XML: no entities, bounds on size and depth, either writing of marks, other encodings."""

import pytest

from comity.engines import depositary
from comity.engines.depositary import page_of
from comity.kernel.errors import MalformedError

TABLE = (
    "<Participants><Table><TGroup><Thead><Row><Entry>Participant</Entry><Entry>Signature</Entry></Row></Thead>"
    "<Tbody><Rows><Row><Entry>Fiji<superscript>1</superscript></Entry><Entry>1 Jan 2026</Entry></Row></Rows>"
    "</Tbody></TGroup></Table></Participants>"
)


def test_a_page_is_read_with_or_without_its_outer_elements() -> None:
    for text in (
        f"<MTDSG><Treaty>{TABLE}</Treaty></MTDSG>",
        TABLE,
        TABLE.replace("<Rows>", "").replace("</Rows>", ""),
    ):
        page = page_of(text.encode())
        assert (page.columns, page.rows) == (("Participant", "Signature"), (("Fiji", "1 Jan 2026"),))


def test_the_encoding_that_the_file_declares_is_used() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + TABLE.replace("Fiji", "Côte d'Ivoire")
    assert page_of(text.encode("latin-1")).rows[0][0] == "Côte d'Ivoire"


def test_sections_come_as_lines_with_their_name() -> None:
    page = page_of(
        b"<Treaty><Declarations><Title>All</Title><Declaration><Participant>Fiji</Participant>"
        b"<Text>One<br/>two &lt;i&gt;three&lt;/i&gt;</Text></Declaration></Declarations></Treaty>"
    )
    assert page.texts == (
        ("declarations", "All"),
        ("declarations", "Fiji"),
        ("declarations", "One"),
        ("declarations", "two <i>three</i>"),
    )


BOMB = b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
SKIPPED = b'<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a>&b;</a>'


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, SKIPPED])
def test_entities_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        page_of(data)
    assert caught.value.code == "treaty.xml_entities"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no XML",
        b"<a><b></a>",
        b"<a>" * 60,
        b"<a>\xff</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        page_of(data, where="a.xml")
    assert (caught.value.code, caught.value.where) == ("treaty.xml", "a.xml")


def test_more_than_any_page_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depositary, "MOST_ELEMENTS", 5)
    with pytest.raises(MalformedError):
        page_of(b"<a>" + b"<b/>" * 5 + b"</a>")
    monkeypatch.setattr(depositary, "MOST_BYTES", 5)
    with pytest.raises(MalformedError):
        page_of(b"<a></a>")
