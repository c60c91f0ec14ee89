"""Does a field that is filled in say anything? A placeholder and two empty words are no answer.

What counts as a placeholder in which language is packaged data, and so are the fields that must not hold one.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from comity.kernel.findings import Finding
from comity.kernel.packaged import packaged_bytes
from comity.requests.codes import found
from comity.requests.forms import Field, form_of
from comity.requests.matter import Matter

DATA = "data/substance.json"
LEAST_WORDS = 3
LEAST_WORDS_FACTS = 8
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_TERSE = re.compile("[\u0600-\u06ff\u0400-\u04ff]")
_UNSPACED = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    placeholder: re.Pattern[str]
    names: frozenset[str]
    reasons: frozenset[str]


def check_substance(matter: Matter) -> Iterator[Finding]:
    """Yield every field that is filled in and says nothing.

    Basis: 40(15), 42(3), 45(3), 50(3)
    """
    for pointer, one, value in filled(matter):
        if says_nothing(one, value) and matter.reading.sound(pointer):
            yield found("words.empty", basis=one.basis, field=pointer, label=one.label)


def says_nothing(one: Field, value: Any) -> bool:
    """Tell whether a value of a field is a placeholder, or too short where a reason is asked."""
    data = _data()
    if one.is_free_text and isinstance(value, dict):
        text = str(value.get("text", ""))
        return _is_placeholder(text, data) or (one.name in data.reasons and _is_thin(one.name, text))
    return one.name in data.names and isinstance(value, str) and _is_placeholder(value, data)


def _is_placeholder(text: str, data: _Data) -> bool:
    bare = _EDGES.sub("", text.casefold())
    return not bare or data.placeholder.fullmatch(bare) is not None


def _is_thin(name: str, text: str) -> bool:
    """Tell whether a text is too short to be a reason, or a summary of facts."""
    words = len(text.split())
    if _TERSE.search(text):
        words += words // 3  # without articles, what takes four words elsewhere takes three
    if _UNSPACED.search(text):
        words = max(words, len(text) // 2)
    return words < (LEAST_WORDS_FACTS if name == "facts" else LEAST_WORDS)


def filled(matter: Matter) -> Iterator[tuple[str, Field, Any]]:
    """Yield every field of the form that has a value, with its pointer; free texts are whole."""
    yield from _below(form_of(matter.kind), dict(matter.reading.content), "")


def _below(fields: tuple[Field, ...], value: Any, above: str) -> Iterator[tuple[str, Field, Any]]:
    for one in fields:
        given = value.get(one.name) if isinstance(value, dict) else None
        if given is None:
            continue
        here = f"{above}/{one.name}"
        if one.of is not None and isinstance(given, list):
            for at, element in enumerate(given):
                yield from _below(one.of.fields, element, f"{here}/{at}")
        elif one.is_free_text or not one.fields:
            yield here, one, given
        else:
            yield from _below(one.fields, given, here)


@cache
def _data() -> _Data:
    loaded = json.loads(packaged_bytes("comity.requests", DATA))
    return _Data(
        placeholder=re.compile("|".join(term for terms in loaded["placeholders"].values() for term in terms)),
        names=frozenset(loaded["names"]),
        reasons=frozenset(loaded["reasons"]),
    )
