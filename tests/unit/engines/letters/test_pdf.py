from io import BytesIO

import pytest

typst = pytest.importorskip("typst", reason="the extra letters is not installed")
pypdf = pytest.importorskip("pypdf", reason="the judge of PDF is not installed")

import builtins  # noqa: E402

from comity.engines.letters import pdf  # noqa: E402
from comity.engines.letters.pdf import pdf_of  # noqa: E402
from comity.kernel.digests import sha256  # noqa: E402
from comity.kernel.errors import UnavailableError  # noqa: E402
from comity.requests import service  # noqa: E402
from comity.requests.letters import letter_of  # noqa: E402
from comity.requests.reading import read_form  # noqa: E402
from comity.wording.catalogue import WRITTEN  # noqa: E402
from tests.unit.engines.letters.papers import (  # noqa: E402
    DAY,
    TOKEN,
    every_letter,
    letter,
    said,
    signed_order,
    tokened,
)


def fonts_for(*languages):
    try:
        pdf._families(languages)
    except UnavailableError:
        pytest.skip("no font for this language here; tools/debian-parts test installs one")


def read(data):
    return pypdf.PdfReader(BytesIO(data))


def words_in(data):
    return "\n".join(page.extract_text() for page in read(data).pages)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "variant", "style"), tuple(every_letter()))
def test_every_text_of_a_form_stands_in_the_pdf_once(kind, variant, style):
    made, words = tokened(kind, variant, style)
    assert sorted(TOKEN.findall(words_in(pdf_of(made, said(made, "en"), on=DAY)))) == sorted(words)


@pytest.mark.parametrize("language", WRITTEN)
def test_a_pdf_is_tagged_and_for_archives_and_tells_title_author_and_language(language):
    fonts_for(language)
    made = letter("preservation", "tcy-29-30")
    found = read(pdf_of(made, said(made, language), on=DAY))
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert found.trailer["/Root"]["/Lang"] == language
    assert found.metadata.title == said(made, language).name
    assert found.metadata.author == made.author
    xmp = found.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3" in xmp
    assert "<pdfaid:conformance>A" in xmp


def test_the_form_and_the_enclosures_travel_inside_byte_for_byte():
    made = letter("stored-data", "unodc", enclosures=(signed_order(),), act="4be1c09a" * 8)
    data = pdf_of(made, said(made, "en"), on=DAY)
    inside = read(data).attachments
    assert inside["form.json"] == [made.form]
    assert inside["enclosure-1.pdf"] == [signed_order().data]
    text = words_in(data)
    assert sha256(made.form).hex() in text
    assert signed_order().digest in text
    assert "PA-7/26" in text
    assert "4be1c09a" * 8 in text


def test_an_order_holds_nothing_of_the_case_but_what_is_ordered():
    made = letter("stored-data", "order")
    data = pdf_of(made, said(made, "en"), on=DAY)
    assert not read(data).attachments
    assert "212 accounts" not in words_in(data)
    assert "collect@mailhaven.example" in words_in(data)


def test_the_same_letter_on_the_same_day_gives_the_same_bytes():
    made = letter("stored-data", "unodc")
    assert pdf_of(made, said(made, "en"), on=DAY) == pdf_of(made, said(made, "en"), on=DAY)


def test_every_script_is_set_with_glyphs_of_its_own():
    fonts_for("ar", "zh")
    form = service.example("stored-data")
    form["facts"] = {"text": "القضية", "language": "ar"}
    form["assistance"] = {"text": "请搜查邮箱", "language": "zh"}
    form["purpose"] = {"text": "Найти виновных", "language": "ru"}
    made = letter_of(read_form(form), style="unodc")
    data = pdf_of(made, said(made, "ar", "zh"), on=DAY)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in read(data).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert any("Arab" in name or "Naskh" in name or "Amiri" in name for name in fonts), fonts
    assert any("CJK" in name or "Song" in name or "Han" in name or "SimSun" in name for name in fonts), fonts
    assert "Найти виновных" in words_in(data)


def test_words_are_never_markup_and_a_character_without_glyph_does_not_stop_a_letter():
    form = service.example("preservation")
    form["facts"]["text"] = '#panic("x") *bold* $1$ <label> @ref // note \ue000'
    made = letter_of(read_form(form), style="plain")
    text = words_in(pdf_of(made, said(made, "en"), on=DAY))
    assert '#panic("x") *bold* $1$ <label> @ref // note' in text


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    made = letter("preservation", "plain")
    with pytest.raises(UnavailableError) as told:
        pdf_of(made, said(made, "en"), on=DAY)
    assert told.value.code == "letters.extra"
    assert "comity[letters]" in told.value.hint


def test_without_a_font_for_its_language_it_says_what_to_install(monkeypatch):
    class Roman:
        def families(self):
            return ["Libertinus Serif"]

    monkeypatch.setattr(pdf, "_fonts", Roman)
    with pytest.raises(UnavailableError) as told:
        pdf._families(("zh",))
    assert told.value.code == "letters.font"
    assert "fonts-noto-cjk" in told.value.hint
    assert pdf._families(("ru",)) == ["Libertinus Serif"]
