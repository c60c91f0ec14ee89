"""Concepts: stems, phrases and particles, in six languages."""

import json
import re

import pytest

from comity.kernel.packaged import packaged_bytes
from comity.requests.concepts import DATA, Concepts, concepts, plain_letters, windows

SMALL = Concepts(
    {
        "loss": {"en": ["delet*", "no longer kept"], "ar": ["حذف*"], "zh": ["删除"], "ru": ["удал*"]},
        "law": {"en": ["law firm*"], "fr": ["cabinet d'avocat*"]},
    }
)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("The host deletes them.", {"loss"}),
        ("They are no longer kept.", {"loss"}),
        ("They are no longer there, and kept elsewhere.", set()),
        ("Undeleted, as the law says of a firm.", set()),
        ("Two LAW FIRMS.", {"law"}),
        ("Le cabinet d\u2019avocats.", {"law"}),
        ("Провайдер удаляет записи.", {"loss"}),
        ("وبالحذف", {"loss"}),
        ("记录将被删除。", {"loss"}),
        ("", set()),
    ],
)
def test_terms_are_found_as_they_are_written(text: str, spoken: set[str]) -> None:
    assert SMALL.spoken(text) == spoken


def test_a_term_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="a term has a word"):
        Concepts({"nothing": {"en": ["..."]}}).spoken("anything")


def test_the_packaged_terms_are_plain_and_in_the_script_of_their_language() -> None:
    written = packaged_bytes("comity.requests", DATA).decode("utf-8")
    assert written == plain_letters(written)
    scripts = {"ru": "[а-яё]", "ar": "[ء-ي]", "zh": "[一-鿿]"}
    for tongues in json.loads(written)["classes"].values():
        for language, terms in tongues.items():
            script = re.compile(scripts.get(language, r"[a-zà-öø-ÿœ0-9]"))
            assert [term for term in terms if not script.search(max(term.split(), key=len))] == []


def test_windows_join_sentences_in_a_row() -> None:
    one, two, three = frozenset("a"), frozenset("b"), frozenset("c")
    assert list(windows((one, two, three), 1)) == [one, two, three]
    assert list(windows((one, two, three), 2)) == [one | two, two | three]
    assert list(windows((one,), 2)) == [one]


def test_a_sentence_ends_at_a_stop_and_not_inside_a_number() -> None:
    assert len(concepts().sentences("He lost 1.5 million. She did not! 他走了。她没有")) == 4
