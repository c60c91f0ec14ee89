"""Citing: addresses, places as people type them, references inside summaries, search; elements and words."""

import pytest

from comity.kernel.errors import MalformedError, NotFoundError
from comity.treaty import convention
from comity.treaty.citing import address, cited_by, place_named, references_in, search
from comity.treaty.views import article_view
from comity.wording.catalogue import WRITTEN, files, sentence


def in_language(language: str):  # type: ignore[no-untyped-def]
    return lambda key: sentence(key, language)


def test_addresses_do_not_change() -> None:
    assert address("42(3)(b)") == "/treaty/42#3-b"
    assert address("2(h)") == "/treaty/2#h"
    assert address("42") == "/treaty/42"
    assert address("budapest:29(2)") == ""


@pytest.mark.parametrize("text", ["42(3)(b)", "42.3.b", "42.3(b)", " 42.3.(b) "])
def test_people_type_a_place_in_many_ways(text: str) -> None:
    assert str(place_named(text)) == "42(3)(b)"


@pytest.mark.parametrize("text", ["", "x", "42.x!", "0", "42.3.b.c.d.e.f", "4 2"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        place_named(text)


def test_an_article_beyond_the_last_is_not_found() -> None:
    for text in ("69", "69.1"):
        with pytest.raises(NotFoundError):
            place_named(text)
    with pytest.raises(NotFoundError):
        article_view(place_named("42.99"))


def test_references_inside_a_summary_are_found_and_no_other_numbers() -> None:
    text = "only on grounds of 40.21(b) and 40.22, see articles 7-8; within 90 days, 4 years"
    assert references_in(text) == ("40(21)(b)", "40(22)", "7", "8")
    assert "42(6)" in cited_by(40)


def test_every_reference_inside_the_data_leads_somewhere() -> None:
    for one in convention.articles():
        view = article_view(place_named(str(one.number)))
        for ref in [*view.cited_by, *(name for rule in view.paragraphs for name in rule.names)]:
            assert convention.exists(ref)


def test_a_search_finds_titles_in_the_readers_language_and_paragraphs() -> None:
    assert [hit.ref for hit in search("非法访问", said=in_language("zh"))] == ["7"]
    assert search("EXTRADICION", said=in_language("es"))[0].ref == "37"
    assert "42(4)" in [hit.ref for hit in search("dual criminality", said=in_language("en"))]
    assert {hit.ref for hit in search("42(3)(a)", said=in_language("en"))} == {"42(3)"}
    assert search("  ", said=in_language("en")) == ()


@pytest.mark.parametrize("language", WRITTEN)
def test_every_title_chapter_and_element_is_said_in_six_languages(language: str) -> None:
    words = files(language)["treaty.json"]
    wanted = {f"article.{one.number}" for one in convention.articles()}
    wanted |= {f"chapter.{one.chapter}" for one in convention.articles()}
    wanted |= {f"element.{one.number}.{e.code}" for one in convention.articles() for e in one.elements}
    assert set(words) == wanted


def test_the_english_words_are_those_of_the_data() -> None:
    words = files("en")["treaty.json"]
    for one in convention.articles():
        assert words[f"article.{one.number}"] == one.title
        for e in one.elements:
            assert words[f"element.{one.number}.{e.code}"] == e.text


def test_the_elements_of_every_offence_are_there() -> None:
    assert [one.number for one in convention.articles() if one.elements] == list(range(7, 20))
    for one in convention.articles():
        codes = [e.code for e in one.elements]
        assert len(codes) == len(set(codes))
        assert not one.elements or any(e.required and e.role == "conduct" for e in one.elements)
    assert {e.mark.value for e in convention.article(7).elements} == {"confirmed"}
    assert {e.mark.value for e in convention.article(16).elements} == {"recalled"}
