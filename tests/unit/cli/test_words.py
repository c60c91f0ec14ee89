"""Every sentence the command line may say exists in every language, and none is left over."""

import ast
import re
from pathlib import Path

import pytest

import comity.cli
from comity.cli.table import COMMANDS, GLOBALS, SECTIONS
from comity.cli.words import Words, language_for
from comity.wording import LANGUAGES
from comity.wording.catalogue import files

ROOM = Path(comity.cli.__file__).parent
FAMILIES = (
    "act.",
    "delivery.",
    "duty.",
    "alarm.",
    "item.",
    "kind.",
    "realm.",
    "receipt.",
    "role.",
    "severity.",
    "signature.",
    "signed.",
)
LABELS = (*FAMILIES, "status.", "verdict.")

ROOM_FILES = (
    "indicators.json",
    "law.json",
    "gaps.json",
    "profiles.json",
    "reviews.json",
    "assessment.json",
    "basis.json",
    "cli.json",
    "directory.json",
    "lanes.json",
    "practice.json",
    "procedure.json",
    "protect.json",
    "reports.json",
    "scamreports.json",
    "takedown.json",
    "shelter.json",
    "talk.json",
    "desk.json",
    "tracing.json",
    "freezing.json",
    "restitution.json",
    "victims.json",
)
ROOTS = "line|next|title|ask|help|label|problem|hint|demo"


def keys_in_code():
    """Every key that stands in the code: arguments of ``say`` and the like, codes of usage errors."""
    found = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(f"({ROOTS})\\.[a-z_.]+", node.value):
                    found.add(node.value)
                if re.fullmatch(r"usage\.[a-z_]+", node.value):
                    found.add(f"problem.{node.value}")
    return {key for key in found if key not in NO_WORDS}


# Codes of errors with words of their own.
NO_WORDS = {
    "demo.timeout",
    "demo.node_stopped",
    "demo.workdir",
    "demo.workdir_taken",
    "demo.verifier",
}


def keys_of_commands():
    found = {f"section.{section}" for section in SECTIONS}
    for command in COMMANDS:
        found.add(f"command.{command.key}")
        for argument in command.arguments:
            own, common = command.keys_of(argument)
            found.add(own if Words("en").has(own) else common)
    found |= {f"argument.{argument.name}" for argument in GLOBALS}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_a_sentence(language):
    catalogue = {key: text for name in ROOM_FILES for key, text in files(language)[name].items()}
    wanted = keys_in_code() | keys_of_commands()
    assert len(wanted) > 200
    assert sorted(key for key in wanted if key not in catalogue) == []


def test_no_sentence_is_left_over():
    wanted = keys_in_code() | keys_of_commands()
    left = [
        key
        for key in files("en")["cli.json"]
        if key not in wanted and not key.startswith((*LABELS, "hint.", "details.", "label."))
    ]
    assert left == []


def test_languages_say_different_things():
    english, french, arabic = (files(language)["cli.json"] for language in ("en", "fr", "ar"))
    same = {"demo.words", "line.verdict", "label.code", "severity.note"}
    for key, sentence in english.items():
        if key not in same and re.search(r"[a-z]{4}", re.sub(r"\{.*?\}|comity.*|python3.*", "", sentence)):
            assert re.search("[\u0600-\u06ff]", arabic[key]), key
    assert sum(french[key] == sentence for key, sentence in english.items()) < 15


def test_language_is_the_first_on_offer():
    assert language_for("", "fr_CA.UTF-8") == "fr"
    assert language_for("AR", "fr") == "ar"
    assert language_for("zh", "") == "en"
    assert language_for() == "en"
