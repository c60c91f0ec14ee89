"""Errors are said in every language of pages and commands: what a person meets, each in words of its own."""

import re

import pytest

from comity.cli.problems import UsageError
from comity.wording import LANGUAGES, problem_text
from comity.wording.catalogue import files, placeholders
from tools import reference

OTHERS = LANGUAGES[1:]

# Families whose codes only statements, parcels, logs and proofs of nodes have: a person meets them where
# such a thing does not hold, and is told which thing it is. Some codes of them have words of their own.
OF_MACHINES = {
    "act",  # the skeleton of a signed act
    "answer",
    "approval",  # the statement of an approval
    "base64",
    "body",  # the body of a signed act
    "call",
    "checkpoint",
    "entry",  # a Party entry as it is read
    "envelope",
    "leaf",
    "note",
    "origin",
    "parcel",
    "piece",
    "proof",
    "receipt",
    "root",  # a Party root as it is read
    "signature",
    "tile",
    "vkey",
    "wire",
}
# What comes from the faces themselves.
BESIDE = {"bug"}


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """Every code that the source raises, with its hints; what is the command line's own is elsewhere."""
    codes: dict[str, set[str]] = {}
    for (family, code), one in reference.errors(reference.whole()).items():
        if family is not UsageError:
            codes.setdefault(code, set()).update(one.hints)
    assert len(codes) > 400
    return codes


def said(language: str) -> dict[str, str]:
    """The words of errors in a language."""
    return dict(files(language)["errors.json"])


def of_family(code: str) -> str:
    return code.partition(".")[0]


@pytest.mark.parametrize("language", OTHERS)
def test_every_error_is_said(language: str, told: dict[str, set[str]]) -> None:
    words = said(language)
    unsaid = {code for code in told if f"error.{code}" not in words}
    assert {code for code in unsaid if of_family(code) not in OF_MACHINES} == set()
    assert {code for code in unsaid if f"error.{of_family(code)}" not in words} == set()
    assert {of_family(code) for code in unsaid} == OF_MACHINES, "a family without need stands in the list"


@pytest.mark.parametrize("language", OTHERS)
def test_every_hint_is_said(language: str, told: dict[str, set[str]]) -> None:
    hinted = {f"error_hint.{code}" for code, hints in told.items() if hints}
    assert hinted - set(said(language)) == set()  # some hints are put together where the tool cannot see them


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_left_over(language: str, told: dict[str, set[str]]) -> None:
    wanted = {f"error.{name}" for name in {*told, *OF_MACHINES, *BESIDE}}
    wanted |= {f"error_hint.{code}" for code in told}
    assert set(said(language)) - wanted == set()


def test_languages_say_the_same_codes_in_words_of_their_own() -> None:
    french, arabic = said("fr"), said("ar")
    assert set(french) == set(arabic)
    for key, text in arabic.items():
        assert re.search("[\u0600-\u06ff]", text) or text == f"\u2066{french[key]}\u2069", key
        assert text != french[key], key


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_is_general_and_without_a_full_stop(language: str) -> None:
    for key, text in said(language).items():
        assert placeholders(text) == frozenset(), key
        assert not text.endswith((".", "؟", "?", ";", "؛")), key
        assert text.count("\u2066") == text.count("\u2069"), key
        assert not re.search(r"\w [:;?!»]|« ", text), f"{key}: a space that may break"


def test_the_english_original_stands_beside_what_is_said() -> None:
    told = problem_text("id.unknown", message="nothing here begins with 'ab'", language="fr-CA")
    assert told.language == "fr"
    assert told.message == said("fr")["error.id.unknown"]
    assert (told.hint, told.detail) == ("", "nothing here begins with 'ab'")


def test_a_hint_is_said_where_the_error_has_one() -> None:
    told = problem_text("id.ambiguous", message="two begin so", hint="give more digits", language="ar")
    assert told.hint == said("ar")["error_hint.id.ambiguous"]
    assert told.detail == "two begin so; give more digits"


def test_a_family_speaks_for_a_code_of_machines() -> None:
    told = problem_text("act.seen", message="seen holds at most 16 ids", language="fr")
    assert told.message == said("fr")["error.act"]


def test_english_and_what_nobody_has_stay_as_they_are() -> None:
    for code, language in (("id.unknown", "en"), ("id.unknown", "zh"), ("new.code", "fr")):
        told = problem_text(code, message="a message", hint="a hint", language=language)
        assert (told.language, told.message, told.hint, told.detail) == ("en", "a message", "a hint", "")


def test_a_problem_says_something() -> None:
    with pytest.raises(ValueError, match="says something"):
        problem_text("id.unknown", message="")
