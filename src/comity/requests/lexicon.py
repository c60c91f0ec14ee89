"""Lists of words that raise something, in every language of the data: one engine for all of them.

A row has strong words, which raise by themselves, and weak ones, which need a word of ``with`` somewhere in
the same text; a sentence with a word of ``unless`` raises nothing. Terms begin with a word and are tried at
each word that begins like them; ``*`` after a letter stands for any ending, the rest is a regular expression.
The lists named ``plain`` are searched anywhere, since Arabic writes its particles with the word and Chinese
writes no spaces.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from comity.kernel.packaged import packaged_bytes
from comity.requests.remembering import Remembered

_HEAD = 3
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile("[\u0600-\u06ff\u4e00-\u9fff]")
_MARKS = re.compile("[\u0640\u064b-\u0652]")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "\u2019": "'"})
_ENDING = re.compile(r"(?<!\\)(\w)\*")
_SENTENCE = re.compile(r"[.!?;\n\u061f\u3002\uff01\uff1f\uff1b]")
_NUMBER = r"(?<![\d.,])(?:[1-9]|1[0-7])[ -]?"
_NAMED = frozenset(
    {"account", "addressee", "address", "custodian", "holder", "identity", "location", "place", "whereabouts"}
)
"""Fields that hold a name and no sentence: a weak word is enough there."""

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that words may raise.

    Attributes:
        flag: Its name.
        at: Pointers of the places that are searched; all of them when there is none.
        company: What a weak word needs beside it.
        unless: What makes a sentence harmless.
        numbers: Words that raise after a number below eighteen.
        strong: What raises anywhere in a text without spaces.
        weak: The same, weak.

    The last five are regular expressions, empty where there is none; they are compiled when they are first
    needed, so that a single check starts quickly.
    """

    flag: str
    at: tuple[str, ...]
    company: str
    unless: str
    numbers: str
    strong: str
    weak: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """A term by the word it begins with, so that few expressions are ever compiled."""

    flag: str
    is_strong: bool
    stem: str
    is_whole: bool
    term: str

    def may_begin(self, word: str) -> bool:
        return word == self.stem if self.is_whole else word.startswith(self.stem)


class Lexicon:
    """Rows of words, ready to be tried on texts."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        """Make a lexicon of rows; raise ValueError where a term does not begin with a word."""
        self._rows = {row["flag"]: _row(row) for row in rows}
        self._heads: dict[str, list[_Start]] = {}
        for row in rows:
            for name, is_strong in (("terms", True), ("weak", False)):
                for term in row.get(name, ()):
                    self._add(term, row["flag"], is_strong)
        self._read: Remembered[frozenset[str]] = Remembered()

    @property
    def flags(self) -> tuple[str, ...]:
        """Return what may be raised, in the order of the data."""
        return tuple(self._rows)

    def raised(self, text: str, *, pointer: str = "") -> frozenset[str]:
        """Return what a text raises.

        Args:
            text: The text.
            pointer: Where it stands; empty where that does not matter.
        """
        return self._read.of(text, lambda: self._raised(text, pointer), beside=pointer)

    def _raised(self, text: str, pointer: str) -> frozenset[str]:
        plain = folded(text)
        named = pointer.rpartition("/")[2] in _NAMED
        found: set[str] = set()
        for flag, is_strong, start in self._hits(plain):
            row = self._rows[flag]
            if flag in found or not _is_searched(row, pointer) or _is_harmless(row, plain, start):
                continue
            if is_strong or named or (row.company and _compiled(row.company).search(plain)):
                found.add(flag)
        return frozenset(found)

    def _add(self, term: str, flag: str, is_strong: bool) -> None:
        first = _WORD.match(term)
        if first is None:
            raise ValueError(f"a term begins with a word: {term}")
        after = term[first.end() : first.end() + 1]
        one = _Start(
            flag=flag,
            is_strong=is_strong,
            stem=first[0][:-1] if after in ("?", "{") else first[0],
            is_whole=after in ("", " "),
            term=term,
        )
        self._heads.setdefault(first[0][:_HEAD], []).append(one)

    def _hits(self, text: str) -> Iterator[tuple[str, bool, int]]:
        for word in _WORD.finditer(text):
            for one in self._heads.get(word[0][:_HEAD], ()):
                if one.may_begin(word[0]) and _compiled_term(one.term).match(text, word.start()):
                    yield one.flag, one.is_strong, word.start()
        for row in self._rows.values():
            if row.numbers and (hit := _compiled(row.numbers).search(text)):
                yield row.flag, True, hit.start()
        if _UNSPACED.search(text):
            for row in self._rows.values():
                for pattern, is_strong in ((row.strong, True), (row.weak, False)):
                    for hit in _compiled(pattern).finditer(text) if pattern else ():
                        yield row.flag, is_strong, hit.start()


@cache
def lexicon(name: str) -> Lexicon:
    """Return the lexicon of a packaged file of this room."""
    return Lexicon(json.loads(packaged_bytes("comity.requests", name))["flags"])


def texts(value: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text inside a value with its pointer."""
    if isinstance(value, str):
        yield above, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from texts(inner, f"{above}/{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from texts(inner, f"{above}/{at}")


def _row(row: Mapping[str, Any]) -> Row:
    return Row(
        flag=row["flag"],
        at=tuple(row.get("at", ())),
        company=_either(row.get("with", ()), row.get("plain_with", ())),
        unless=_either(row.get("unless", ()), row.get("plain_unless", ())),
        numbers=rf"{_NUMBER}(?:{'|'.join(row['numbers'])})\b" if "numbers" in row else "",
        strong=_either((), row.get("plain", ())),
        weak=_either((), row.get("plain_weak", ())),
    )


def _either(spaced: Any, plain: Any) -> str:
    return "|".join([*(rf"\b(?:{_written(term)})\b" for term in spaced), *(folded(term) for term in plain)])


@cache
def _compiled(pattern: str) -> Pattern:
    return re.compile(pattern)


@cache
def _compiled_term(term: str) -> Pattern:
    return re.compile(rf"(?:{_written(term)})\b")


def _written(term: str) -> str:
    return _ENDING.sub(r"\1\\w*", term)


def folded(text: str) -> str:
    """Return a text in small letters; Arabic without vowel signs, with one alef, one ya and no ta marbuta."""
    return _MARKS.sub("", text.lower()).translate(_LETTERS)


def _is_searched(row: Row, pointer: str) -> bool:
    return not row.at or not pointer or any(pointer == at or pointer.startswith(f"{at}/") for at in row.at)


def _is_harmless(row: Row, text: str, start: int) -> bool:
    if not row.unless:
        return False
    begin = 0
    for end in _SENTENCE.finditer(text, 0, start):
        begin = end.end()
    close = _SENTENCE.search(text, start)
    return _compiled(row.unless).search(text, begin, close.start() if close else len(text)) is not None
