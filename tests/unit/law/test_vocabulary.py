import json

import pytest

from comity.kernel.errors import NotFoundError
from comity.kernel.packaged import packaged_bytes
from comity.law.matters import bit_of_concept, bit_of_name, concepts, matters
from comity.law.vocabulary import LANGUAGES, Vocabulary, folded, vocabulary


def finds(words, text, language="en"):
    return bool(Vocabulary(language, {1: (words,)}).mask(text))


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("intercept*", "He INTERCEPTED a call", True),
        ("intercept", "He intercepted a call", False),
        ("traffic data", "Traffic-data and others", True),
        ("damag* ~ system", "damages or destroys any part of a system", True),
        ("damag* ~ system", "damages one two three four five six seven system", False),
        ("donnée*", "les donnees", True),
        ("donnee*", "LES DONNÉES", True),
        ("sector", "sect", False),
    ],
)
def test_terms_are_found_as_the_data_writes_them(term, text, found):
    assert finds(term, text, "fr" if "donn" in term else "en") is found


def test_chinese_is_searched_by_characters_and_stops_at_a_full_stop():
    assert finds("侵入 ~ 计算机", "擅自侵入他人的计算机", "zh")
    assert not finds("侵入 ~ 计算机", "侵入。计算机", "zh")


def test_arabic_words_may_carry_particles():
    assert finds("بيانات", "والبيانات المخزنة", "ar")
    assert finds("نظام معلوماتي", "الدخول بالنظام المعلوماتي", "ar")
    assert not finds("بيانات", "بيان", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_every_concept_and_names_every_article(language):
    data = json.loads(packaged_bytes("comity.law", f"data/terms/{language}.json"))
    assert sorted(data["concepts"]) == sorted(concepts())
    assert {int(number) for number in data["names"]} == set(matters())
    assert all(data["concepts"].values()) and all(data["names"].values())
    known = vocabulary(language)
    for number, terms in data["names"].items():
        for term in terms:
            plain = term.replace("*", "").replace(" ~ ", "" if language == "zh" else " ")
            assert known.mask(plain) & bit_of_name(int(number)), term
    for name, terms in data["concepts"].items():
        for term in terms:
            plain = term.replace("*", "").replace(" ~ ", "" if language == "zh" else " ")
            assert known.mask(plain) & bit_of_concept(name), term


def test_a_language_without_terms_is_told():
    with pytest.raises(NotFoundError) as caught:
        vocabulary("xx")
    assert caught.value.code == "law.terms"


def test_folding_keeps_letters_and_drops_marks():
    assert folded("Straße ÉTÉ", "de") == "strasse ete"
    assert folded("إلى القانونيّة", "ar") == folded("الي القانونيه", "ar")
