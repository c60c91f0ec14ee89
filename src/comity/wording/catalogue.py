"""The catalogues: which languages there are, and the sentence of a key in one of them.

Pages and commands speak ``LANGUAGES``. Letters are written and requests judged in ``WRITTEN``: the languages
that are in ``WRITTEN`` only have the words of letters, of forms, of findings and of a
shelter's page, and nothing else.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("en", "fr", "ar")
WRITTEN = (*LANGUAGES, "zh", "ru", "es")  # letters are written and findings said in these
WRITTEN_FILES = (
    "assessment.json",
    "letters.json",
    "requests.json",
    "safe.json",
    "treaty.json",
)  # what a language of WRITTEN has whole
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})
PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}")


def language_of(tag: str) -> str:
    """Return the catalogue that serves a language tag: ``fr`` for ``fr-CA``, English for any we lack."""
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return primary if primary in WRITTEN else FALLBACK


def is_rtl(language: str) -> bool:
    """Tell whether a language is written from right to left."""
    return language.replace("_", "-").partition("-")[0].lower() in RIGHT_TO_LEFT


def sentence(key: str, language: str) -> str | None:
    """Return the sentence of a key, in English where the language lacks it; None where nobody has it."""
    tongue = language_of(language)
    found = catalogue(tongue).get(key)
    return found if found is not None or tongue == FALLBACK else catalogue(FALLBACK).get(key)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every key of a language of ``WRITTEN``, from all its files."""
    merged: dict[str, str] = {}
    for keys in files(language).values():
        merged |= keys
    return merged


def files(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the files of a language by name, in order of names."""
    folder = resources.files("comity.wording").joinpath("catalogues", language)
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".json")), key=lambda e: e.name
    )
    return {entry.name: json.loads(entry.read_bytes()) for entry in found}


def placeholders(text: str) -> frozenset[tuple[str, str]]:
    """Return the placeholders of a sentence as pairs of name and form; the form may be empty."""
    return frozenset((match[1], match[2] or "") for match in PLACEHOLDER.finditer(text))
