# ruff: noqa: E501 - sentences of statutes stand on one line
"""Penalties in words, in each language whose terms ship."""

import pytest

from comity.law.penalties import read_penalties
from comity.law.vocabulary import LANGUAGES

SAID = [
    (
        "en",
        "is liable to a fine not exceeding ten years' income or to imprisonment for a term not exceeding five\nyears.",
        [60],
    ),
    (
        "en-CA",
        "imprisonment for a term of not more than 18 months; or imprisoned for not less than two years or for life",
        [18, 24, "life"],
    ),
    ("en", "shall be fined, or imprisoned not more than twenty five years, or both", [300]),
    (
        "fr",
        "est puni de trois ans d'emprisonnement et de 45 000 € d'amende. La peine est portée à sept ans d’emprisonnement.",
        [36, 84],
    ),
    ("fr-CA", "passible d’un emprisonnement maximal de dix ans", [120]),
    ("fr", "puni de la réclusion criminelle à perpétuité", ["life"]),
    (
        "de",
        "wird mit Freiheitsstrafe bis zu drei\nJahren oder mit Geldstrafe bestraft. Freiheitsstrafe von sechs Monaten bis zu zehn Jahren.",
        [36, 120],
    ),
    ("de", "mit lebenslanger Freiheitsstrafe", ["life"]),
    (
        "es",
        "pena de prisión de seis meses a dos años o multa de tres a dieciocho meses. Prisión de uno a cuatro años.",
        [24, 48],
    ),
    ("et", "karistatakse rahalise karistuse või kuni kolmeaastase vangistusega", [36]),
    (
        "pt",
        "reclusão, de 1 (um) a 4 (quatro) anos, e multa. Pena - detenção, de 3 (três) meses a 1 (um) ano",
        [48, 12],
    ),
    (
        "ru",
        "штрафом, либо лишением свободы на срок до двух лет. Лишение свободы на срок от трех до семи лет",
        [24, 84],
    ),
    (
        "ar",
        "يعاقب بالحبس مدة لا تقل عن سنتين ولا تزيد على خمس سنوات وبغرامة. ويعاقب بالسجن المؤبد",
        [60, "life"],
    ),
    ("zh", "处三年以下有期徒刑或者拘役；处三年以上七年以下有期徒刑，并处罚金。处无期徒刑", [36, 84, "life"]),
]


@pytest.mark.parametrize(("language", "text", "expected"), SAID)
def test_the_longest_of_each_rule_is_read(language, text, expected):
    found = read_penalties(text, language=language).all
    assert ["life" if one.is_life else one.months for one in found] == expected


def test_every_language_has_its_words_and_another_gives_nothing():
    assert {language.partition("-")[0] for language, _, _ in SAID} == set(LANGUAGES)
    nothing = read_penalties("vankeutta enintään kaksi vuotta", language="fi")
    assert (nothing.all, nothing.first.is_known, nothing.longest.is_known) == ((), False, False)


def test_fines_years_without_prison_and_absurd_figures_are_no_penalty():
    for text in (
        "a fine not exceeding five years of income",
        "records are kept for ten years",
        "imprisonment for 999 years",
        "imprisonment. The Act applies for two years",
    ):
        assert read_penalties(text, language="en").all == (), text
