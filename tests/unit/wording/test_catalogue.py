import ast
import json
import re
from pathlib import Path

import pytest

from comity.requests.codes import SEVERITIES
from comity.requests.forms import labels
from comity.requests.kinds import all_kinds
from comity.requests.refusal import grounds
from comity.treaty.convention import articles
from comity.treaty.instruments import instruments
from comity.wording.catalogue import (
    LANGUAGES,
    PLACEHOLDER,
    WRITTEN,
    WRITTEN_FILES,
    catalogue,
    files,
    is_rtl,
    language_of,
    placeholders,
)
from comity.wording.paragraphs import key_of, summary_said
from comity.wording.speech import FORMS

SOURCE = Path(__file__).parents[3] / "src/comity"


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_files_keys_and_placeholders(language: str) -> None:
    english, other = files("en"), files(language)
    # Errors, and the Convention in our own words, are English at their source.
    assert {*english, "errors.json", "paragraphs.json"} == set(other)
    for name, keys in english.items():
        assert set(keys) == set(other[name]), name
        for key, text in keys.items():
            assert placeholders(text) == placeholders(other[name][key]), f"{name}: {key}"


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_rule_of_the_convention_is_said_in_words_of_the_language(language: str) -> None:
    rules = [rule for one in articles() for rule in one.paragraphs]
    assert list(files(language)["paragraphs.json"]) == [key_of(rule) for rule in rules]
    for rule in rules:
        said, tongue = summary_said(rule, language=language)
        assert tongue == language
        assert said != rule.summary
        assert is_rtl(language) == bool(re.search("[\u0600-\u06ff]", said))
        figures = {"60", "90", "15"} & set(re.findall(r"[0-9]+", rule.summary))
        assert figures <= set(re.findall(r"[0-9]+", said)), rule.ref
        assert f"treaty.actor.{rule.actor.replace(' / ', '_').replace(' ', '_')}" in catalogue(language)
    assert summary_said(rules[0], language="zh") == (rules[0].summary, "en")
    assert summary_said(rules[0], language="en")[1] == "en"


def on_a_form() -> set[str]:
    """Every label that a letter of a form can show."""
    needed = {kind.label for kind in all_kinds()} | {f"instrument.{one.code}" for one in instruments()}
    return needed.union(*(labels(kind) for kind in all_kinds()))


@pytest.mark.parametrize("language", WRITTEN[len(LANGUAGES) :])
def test_a_written_language_has_letters_forms_and_findings_whole_and_nothing_else(language: str) -> None:
    english, other = files("en"), files(language)
    assert set(other) == set(WRITTEN_FILES)
    for name, keys in other.items():
        assert set(keys) == set(english[name]), name
        for key, text in keys.items():
            assert placeholders(text) == placeholders(english[name][key]), f"{name}: {key}"


@pytest.mark.parametrize("language", WRITTEN[len(LANGUAGES) :])
def test_what_a_finding_says_is_said_in_words_of_its_own(language: str) -> None:
    english = files("en")["requests.json"]
    same = {
        key
        for key, text in files(language)["requests.json"].items()
        if len(text) > 12 and text == english[key]
    }
    assert same == set()


def test_every_label_and_every_rule_can_be_said_in_every_written_language() -> None:
    needed = on_a_form() | set(SEVERITIES) | {ground.label for ground in grounds()}
    needed |= {f"remedy.{code}" for code in SEVERITIES if f"remedy.{code}" in catalogue("en")}
    for language in WRITTEN:
        assert needed - set(files(language)["requests.json"]) == set(), language


@pytest.mark.parametrize(
    ("language", "first", "last"), [("zh", "\u4e00", "\u9fff"), ("ru", "\u0400", "\u04ff")]
)
def test_letters_are_written_in_their_own_script(language: str, first: str, last: str) -> None:
    for key, text in catalogue(language).items():
        if any(ch.isalpha() for ch in PLACEHOLDER.sub("", text)):
            assert any(first <= ch <= last for ch in text), key


@pytest.mark.parametrize("language", WRITTEN)
def test_no_key_stands_in_two_files_with_different_words(language: str) -> None:
    seen: dict[str, tuple[str, str]] = {}
    for name, keys in files(language).items():
        for key, text in keys.items():
            first, words = seen.setdefault(key, (name, text))
            assert words == text, f"{key} stands in {first} and {name}"


@pytest.mark.parametrize("language", WRITTEN)
def test_every_sentence_says_something_in_forms_that_exist(language: str) -> None:
    for key, text in catalogue(language).items():
        assert text.strip() == text, key
        assert text, key
        assert {form for _, form in placeholders(text)} <= {"", *FORMS}, key
        assert not re.search(r"\{\w*(:|\})", PLACEHOLDER.sub("", text)), (
            f"{key} shows a placeholder that is none"
        )


def test_everything_the_requests_room_can_say_is_there() -> None:
    needed = set(SEVERITIES) | {ground.label for ground in grounds()}
    needed |= {kind.label for kind in all_kinds()} | {f"instrument.{one.code}" for one in instruments()}
    for kind in all_kinds():
        needed |= labels(kind)
    assert needed <= set(files("en")["requests.json"])


def test_the_arabic_catalogue_is_written_in_arabic() -> None:
    for key, text in files("ar")["requests.json"].items():
        assert any("\u0600" <= ch <= "\u06ff" for ch in text), key


def test_the_french_catalogue_keeps_its_spaces_and_differs_from_english() -> None:
    french, english = files("fr")["requests.json"], files("en")["requests.json"]
    for key, text in french.items():
        assert " :" not in text, key
        assert " ;" not in text, key
        if len(english[key].split()) > 3:
            assert text != english[key], key


def test_no_key_stands_twice_in_one_file() -> None:
    for path in (SOURCE / "wording/catalogues").glob("*/*.json"):
        keys = [key for key, _ in json.loads(path.read_bytes(), object_pairs_hook=list)]
        assert len(keys) == len(set(keys)), path


def test_the_folders_are_the_languages() -> None:
    folder = Path(__file__).parents[3] / "src/comity/wording/catalogues"
    assert {path.name for path in folder.iterdir()} == set(WRITTEN)
    for path in folder.glob("*/*.json"):
        assert all(isinstance(text, str) for text in json.loads(path.read_bytes()).values())


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fr", "fr"), ("fr-CA", "fr"), ("fr_CA", "fr"), ("AR", "ar"), ("pt", "en"), ("", "en")],
)
def test_a_language_tag_finds_its_catalogue(tag: str, language: str) -> None:
    assert language_of(tag) == language


def test_arabic_runs_from_right_to_left() -> None:
    assert [is_rtl(tag) for tag in ("ar", "ar-EG", "he", "en", "fr")] == [True, True, True, False, False]


def raised() -> set[tuple[str, str]]:
    """Return every literal code of a finding made anywhere in the house, with its module."""
    codes: set[tuple[str, str]] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = (
                [k.value for k in node.keywords if k.arg == "code"] if name == "Finding" else node.args[:1]
            )
            if name in ("Finding", "_finding", "found"):
                literals = [v.value for g in given for v in ast.walk(g) if isinstance(v, ast.Constant)]
                codes |= {(code, path.name) for code in literals if isinstance(code, str)}
    return codes


def test_every_finding_of_every_room_can_be_said() -> None:
    codes = raised()
    assert len(codes) > 80
    missing = {(code, module) for code, module in codes if code not in catalogue("en")}
    assert missing == set()
