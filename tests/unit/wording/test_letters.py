from datetime import date

import pytest

from comity.kernel.errors import MalformedError
from comity.requests import service
from comity.requests.kinds import all_kinds
from comity.requests.letters import ORIGINS, Enclosure, Origin, letter_of
from comity.requests.letterstyles import styles_for
from comity.requests.reading import read_form
from comity.wording.catalogue import WRITTEN
from comity.wording.letters import WrittenLetter, letter_languages, spoken_elsewhere, written

DAY = date(2026, 11, 2)


def say(kind: str, style: str, *languages: str, **more: tuple[Enclosure, ...]) -> WrittenLetter:
    return written(
        letter_of(read_form(service.example(kind)), style=style, **more), languages=languages, on=DAY
    )


@pytest.mark.parametrize("channel", ORIGINS)
def test_a_letter_of_what_one_side_attests_says_so_on_every_page(channel: str) -> None:
    origin = Origin(channel=channel, by="XAB/central-authority, m.rossi", on=DAY)
    reading = read_form(service.example("stored-data"))
    for language in WRITTEN:
        letter = letter_of(reading, style="plain", origin=origin)
        practice, attested = written(letter, languages=(language,), on=DAY).banner
        assert "m.rossi" in attested.text and "letter.channel" not in attested.text
        assert "2026" in attested.text or "٢٠٢٦" in attested.text
        assert practice.text != attested.text
    plain = written(letter_of(reading, style="plain"), languages=("en",), on=DAY)
    assert len(plain.banner) == 1
    with pytest.raises(ValueError, match="channel"):
        Origin(channel="node", by="x", on=DAY)


@pytest.mark.parametrize("language", WRITTEN)
def test_every_kind_and_style_has_words_in_every_language(language: str) -> None:
    for kind in all_kinds():
        for style in styles_for(kind):
            letter = say(kind.code, style.code, language)
            words = [
                *letter.title,
                *letter.subtitle,
                *letter.opening,
                *letter.closing,
                *(one for names in (*letter.blanks, *letter.signature) for one in names),
                *(one for section in letter.sections for one in section.title),
                *(one for section in letter.sections for row in section.rows for one in row.names),
            ]
            assert not [
                one.text for one in words if one.text.lower().startswith(("letter.", "field.", "kind."))
            ]


def test_two_languages_stand_beside_each_other_and_the_first_leads() -> None:
    letter = say("stored-data", "unodc", "ar", "en")
    assert [one.language for one in letter.title] == ["ar", "en"]
    assert letter.title[0].rtl
    assert letter.title[1].text == "Request for mutual legal assistance"
    row = next(
        row for section in letter.sections for row in section.rows if row.values and len(row.values[0]) == 2
    )
    assert [one.language for one in row.names] == ["ar", "en"]


def test_what_a_person_wrote_stands_once_however_many_languages_there_are() -> None:
    letter = say("stored-data", "unodc", "ru", "zh")
    facts = next(s for s in letter.sections if s.title[0].text == "Факты").rows[0]
    assert [one.words.language for one in facts.texts] == ["en", "fr"]
    assert [one.text for one in facts.texts[1].remarks] == [
        "Перевод, английский → французский, переводчик: Sworn translator, Port Alta",
        "译文，英语→法语，译者：Sworn translator, Port Alta",
    ]


def test_a_translation_says_whether_it_is_certified_and_whether_a_machine_made_it() -> None:
    form = service.example("stored-data")
    form["facts"]["translation"] |= {"certified": False, "machine": True}
    letter = written(letter_of(read_form(form), style="tcy-31"), languages=("en",), on=DAY)
    remarks = [r.text for s in letter.sections for row in s.rows for t in row.texts for r in t.remarks]
    assert any(text.endswith("; not certified; made by a machine") for text in remarks)


def test_dates_parties_and_articles_are_said_in_the_language_of_the_letter() -> None:
    letter = say("preservation", "tcy-29-30", "zh")
    values = [one.text for s in letter.sections for row in s.rows for value in row.values for one in value]
    assert "贝尔马雷 (XAB)" in values
    assert "第42(1)条" in values
    assert letter.drawn_up[0].text == "制作日期：2026年11月2日"


def test_enclosures_are_listed_with_digest_and_reference() -> None:
    enclosure = Enclosure(name="order.pdf", data=b"signed", reference="PA-7/26")
    letter = say("preservation", "plain", "es", enclosures=(enclosure,))
    assert letter.enclosures is not None
    said = [one.text for value in letter.enclosures.rows[0].values for one in value]
    assert said == ["PA-7/26", "6 bytes", f"SHA-256 {enclosure.digest}"]


def test_texts_without_words_in_a_language_are_told() -> None:
    letter = letter_of(read_form(service.example("stored-data")), style="unodc")
    assert spoken_elsewhere(letter, language="en") == ()
    french = spoken_elsewhere(letter, language="fr")
    assert "/facts" not in french
    assert "/assistance" in french


@pytest.mark.parametrize(
    ("tags", "languages"), [("ar", ("ar",)), ("ar, en", ("ar", "en")), ("ZH,ru", ("zh", "ru"))]
)
def test_one_or_two_languages_are_read(tags: str, languages: tuple[str, ...]) -> None:
    assert letter_languages(tags) == languages


@pytest.mark.parametrize("tags", ["", "de", "en,en", "en,fr,ar", "en,", "en;fr"])
def test_anything_else_is_refused(tags: str) -> None:
    with pytest.raises(MalformedError) as told:
        letter_languages(tags)
    assert told.value.code == "letter.language"


def test_the_head_of_an_element_holds_no_invisible_marks() -> None:
    letter = say("stored-data", "unodc", "ar")
    heads = [one.text for s in letter.sections for row in s.rows if row.head for one in row.names]
    assert "قائمة العناصر، رقم 2" in heads
