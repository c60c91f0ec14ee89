"""Concepts: what a sentence speaks of, as classes of words in the six languages of the forms.

A class is a thing that a treaty hangs a consequence on, or half of one: who is accused, what the press does,
who holds power, what custody is, what can be lost. One class has stems in every language, so that a rule
over classes holds in all of them, and for words that stand together for the first time.

A term is one word or several in a row; ``*`` at the end of a word stands for any ending. Words are compared
in small letters; Arabic without vowel signs, with one alef and ya, and also without the particles that are
written with the word; Chinese, which has no spaces, is searched anywhere in the sentence.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.requests.lexicon import folded

DATA = "data/concepts.json"
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
_TOKEN = re.compile(r"[^\W_]+\*?")
_SENTENCE = re.compile(r"[.!?;\n\u061f\u061b\u3002\uff01\uff1f\uff1b]+(?=\s|$|[\u4e00-\u9fff])")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_ARABIC = re.compile("[\u0620-\u06ff]")
_PARTICLES = re.compile("^(?:[\u0648\u0641])?(?:[\u0628\u0643\u0644])?(?:\u0627\u0644|\u0644)?")
_LEAST_STEM = 2
_HEAD = 2
_SEATS = str.maketrans({"\u0626": "\u064a", "\u0624": "\u0648"})

Sentence = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term, found by its longest word: the words before that one, and those after it."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Concepts:
    """Classes of words, ready to be looked for."""

    def __init__(self, classes: Mapping[str, Mapping[str, list[str]]]) -> None:
        """Make the index of classes in plain letters; raise ValueError where a term has no word."""
        self.names = frozenset(classes)
        self._whole: dict[str, list[_Term]] = {}
        self._stems: dict[str, list[_Term]] = {}
        self._anywhere: dict[str, list[tuple[str, str]]] = {}
        for name, tongues in classes.items():
            for terms in tongues.values():
                for term in terms:
                    self._add(name, term)
        lengths: dict[str, set[int]] = {}
        for stem in self._stems:
            lengths.setdefault(stem[:_HEAD], set()).add(len(stem))
        self._lengths = {head: tuple(sorted(some)) for head, some in lengths.items()}

    def sentences(self, text: str) -> tuple[Sentence, ...]:
        """Return for each sentence of a text the classes that it speaks of."""
        plain = _plain(text).replace("*", " ")
        return tuple(self._classes(one) for one in _SENTENCE.split(plain) if one.strip())

    def spoken(self, text: str) -> Sentence:
        """Return the classes that a text speaks of."""
        return frozenset().union(*self.sentences(text))

    def _add(self, name: str, term: str) -> None:
        words = _TOKEN.findall(term)
        if not words:
            raise ValueError(f"a term has a word: {term}")
        if _CHINESE.search(term):
            self._anywhere.setdefault(term[0], []).append((term, name))
            return
        at = max(range(len(words)), key=lambda place: len(words[place]))
        place = self._stems if words[at].endswith("*") else self._whole
        one = _Term(name, tuple(words[:at]), tuple(words[at + 1 :]))
        place.setdefault(words[at].rstrip("*"), []).append(one)

    def _classes(self, sentence: str) -> Sentence:
        words = _TOKEN.findall(sentence)
        found: set[str] = set()
        for at, word in enumerate(words):
            for one in self._told_by(word):
                if one.name not in found and _stands(one, words, at):
                    found.add(one.name)
        if _CHINESE.search(sentence):
            found.update(
                name
                for sign in set(sentence)
                for term, name in self._anywhere.get(sign, ())
                if term in sentence
            )
        return frozenset(found)

    def _told_by(self, word: str) -> Iterator[_Term]:
        for form in _forms(word):
            yield from self._whole.get(form, ())
            for length in self._lengths.get(form[:_HEAD], ()):
                if length > len(form):
                    break
                yield from self._stems.get(form[:length], ())


@cache
def concepts() -> Concepts:
    """Return the packaged classes."""
    return Concepts(json.loads(_plain(packaged_bytes("comity.requests", DATA).decode("utf-8")))["classes"])


def windows(sentences: tuple[Sentence, ...], span: int) -> Iterator[Sentence]:
    """Yield what each so many sentences in a row speak of together."""
    if span == 1:
        yield from sentences
        return
    for at in range(max(1, len(sentences) - span + 1)):
        yield frozenset().union(*sentences[at : at + span])


def _plain(text: str) -> str:
    return folded(text).translate(_SEATS)


def _forms(word: str) -> tuple[str, ...]:
    """Return a word, and in Arabic also what is left without the particles written with it."""
    if not _ARABIC.match(word):
        return (word,)
    forms = {word}
    for size in range(1, len(_PARTICLES.match(word)[0]) + 1):  # type: ignore[index]
        if len(word) - size >= _LEAST_STEM:
            forms.add(word[size:])
    return tuple(forms)


def _stands(term: _Term, words: list[str], at: int) -> bool:
    """Tell whether the other words of a term stand around its longest one."""
    start = at - len(term.before)
    if start < 0 or at + len(term.after) >= len(words):
        return False
    return all(_is_like(pattern, words[place]) for place, pattern in enumerate(term.before, start)) and all(
        _is_like(pattern, words[place]) for place, pattern in enumerate(term.after, at + 1)
    )


def _is_like(pattern: str, word: str) -> bool:
    if word[0] != pattern[0] and not _ARABIC.match(word):
        return False
    if pattern.endswith("*"):
        return any(form.startswith(pattern[:-1]) for form in _forms(word))
    return pattern in _forms(word)
