import base64
import json
from xml.etree import ElementTree

import pytest

from comity.engines.letters.office import docx_of, fit, odt_of
from comity.kernel.digests import sha256
from comity.requests import service
from comity.requests.letters import letter_of
from comity.requests.reading import read_form
from comity.wording.catalogue import WRITTEN
from tests.unit.engines.letters.papers import (
    DAY,
    TOKEN,
    every_letter,
    files_of,
    letter,
    said,
    signed_order,
    text_of,
    tokened,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
BODY = {docx_of: "word/document.xml", odt_of: "content.xml"}
MAKES = tuple(BODY)


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize(("kind", "variant", "style"), tuple(every_letter()))
def test_every_text_of_a_form_stands_in_the_file_once(make, kind, variant, style):
    made, words = tokened(kind, variant, style)
    text = text_of(files_of(make(made, said(made, "ar", "en"), on=DAY))[BODY[make]])
    # A translator is named in the remark of each language of the letter.
    found = TOKEN.findall("\n".join(line for line in text.splitlines() if "→" not in line))
    remarks = TOKEN.findall("\n".join(line for line in text.splitlines() if "→" in line))
    assert sorted([*found, *set(remarks)]) == sorted(words)
    for section in said(made, "ar", "en").sections:
        for row in section.rows:
            assert all(one.text in text for names in (row.names, *row.values) for one in names)


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("language", WRITTEN)
def test_the_same_letter_gives_the_same_well_formed_bytes(make, language):
    made = letter("stored-data", "unodc", enclosures=(signed_order(),))
    data = make(made, said(made, language), on=DAY)
    assert data == make(made, said(made, language), on=DAY)
    for name, part in files_of(data).items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(part)


def test_a_docx_names_every_part_it_relates_and_runs_from_right_to_left_in_arabic():
    made = letter("stored-data", "unodc")
    files = files_of(docx_of(made, said(made, "ar"), on=DAY))
    document = ElementTree.fromstring(files["word/document.xml"])
    tables = list(document.iter(f"{W}tbl"))
    assert tables
    assert all(table.find(f"{W}tblPr/{W}bidiVisual") is not None for table in tables)
    title = next(document.iter(f"{W}p"))
    assert title.find(f"{W}pPr/{W}bidi") is not None
    assert title.find(f"{W}r/{W}rPr/{W}lang").get(f"{W}bidi") == "ar"
    types = files["[Content_Types].xml"].decode()
    for target in ("document.xml", "styles.xml", "header1.xml", "footer1.xml"):
        assert f"/word/{target}" in types
        assert f"word/{target}" in files
    english = ElementTree.fromstring(files_of(docx_of(made, said(made, "en"), on=DAY))["word/document.xml"])
    assert next(english.iter(f"{W}bidiVisual"), None) is None


def test_an_odt_begins_with_its_type_and_its_manifest_names_every_file():
    made = letter("stored-data", "unodc", enclosures=(signed_order(),))
    data = odt_of(made, said(made, "ar"), on=DAY)
    assert data[30:38] == b"mimetype"
    assert data[38:77] == b"application/vnd.oasis.opendocument.text"
    files = files_of(data)
    for name in files.keys() - {"mimetype", "META-INF/manifest.xml"}:
        assert f'full-path="{name}"'.encode() in files["META-INF/manifest.xml"]
    root = ElementTree.fromstring(files["content.xml"])
    modes = [one.get(f"{STYLE}writing-mode") for one in root.iter(f"{STYLE}table-properties")]
    assert modes == ["rl-tb"]
    assert files["enclosure-1.pdf"] == signed_order().data


def test_the_form_lies_inside_with_its_digest_and_an_order_holds_none():
    made = letter("stored-data", "unodc", act="4be1c09a" * 8)
    docx, odt = (files_of(make(made, said(made, "en"), on=DAY)) for make in MAKES)
    inside = ElementTree.fromstring(docx["customXml/item1.xml"])
    assert base64.b64decode(inside.text) == odt["form.json"] == made.form
    assert json.loads(odt["form.json"]) == service.example("stored-data")
    assert inside.get("sha256") == sha256(odt["form.json"]).hex()
    for files, name in ((docx, "word/footer1.xml"), (odt, "styles.xml")):
        assert sha256(made.form).hex() in text_of(files[name])
        assert "4be1c09a" * 8 in text_of(files[name])
    order = letter("stored-data", "order")
    docx, odt = (files_of(make(order, said(order, "en"), on=DAY)) for make in MAKES)
    assert not ElementTree.fromstring(docx["customXml/item1.xml"]).text
    assert "form.json" not in odt
    everything = b"".join((*docx.values(), *odt.values()))
    assert b"212 accounts" not in everything


def test_title_language_and_author_are_properties_of_the_file():
    made = letter("preservation", "tcy-29-30")
    docx, odt = (files_of(make(made, said(made, "fr"), on=DAY)) for make in MAKES)
    for part in (docx["docProps/core.xml"].decode(), odt["meta.xml"].decode()):
        assert "Demande de conservation" in part
        assert "language>fr<" in part
        assert made.author in part
        assert "2026-11-02" in part


@pytest.mark.parametrize("make", MAKES)
def test_words_are_words_whatever_they_look_like(make):
    form = service.example("preservation")
    form["facts"]["text"] = "<w:p>&amp; {{ letter }} \x01 ]]> \ufffe\r\nsecond line"
    made = letter_of(read_form(form), style="plain")
    text = text_of(files_of(make(made, said(made, "en"), on=DAY))[BODY[make]])
    assert "<w:p>&amp; {{ letter }} \ufffd ]]> \ufffd" in text
    assert "second line" in text
    assert fit("a\r\nb\rc") == "a\nb\nc"


@pytest.mark.parametrize("make", MAKES)
def test_a_practice_letter_says_so_on_every_page(make):
    made = letter("preservation", "plain")
    files = files_of(make(made, said(made, "en"), on=DAY))
    heads = files["word/header1.xml" if make is docx_of else "styles.xml"]
    assert "PRACTICE" in text_of(heads)
