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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.requests.lexicon import folded
from comity.requests.remembering import Remembered

DATA = "data/concepts.json"
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
_TOKEN = re.compile(r"[^\W_]+\*?")
_SENTENCE = re.compile(r"[.!?;\n\u061f\u061b\u3002\uff01\uff1f\uff1b]+(?=\s|$|[\u4e00-\u9fff])")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_ARABIC = re.compile("[\u0620-\u06ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_TONGUES = {"latin": ("en", "fr", "es"), "cyrillic": ("ru",), "arabic": ("ar",)}
_PARTICLES = re.compile("^(?:[\u0648\u0641])?(?:[\u0628\u0643\u0644])?(?:\u0627\u0644|\u0644)?")
_LEAST_STEM = 2
_HEAD = 2
_SEATS = str.maketrans({"\u0626": "\u064a", "\u0624": "\u0648"})

Sentence = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term, found by its longest word: the words before that one, and those after it."""

    name: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class _Index:
    """The terms of one script, by the whole word or the stem under which they are found."""

    def __init__(self, terms: Iterable[tuple[str, str]]) -> None:
        """Make an index of names and terms; raise ValueError where a term has no word."""
        self._whole: dict[str, list[_Term]] = {}
        self._stems: dict[str, list[_Term]] = {}
        name, alone = "", _Term("")
        for named, term in terms:
            if named != name:
                name, alone = named, _Term(named)
            if term.isalpha():
                self._whole.setdefault(term, []).append(alone)
            elif term[-1:] == "*" and (stem := term[:-1]).isalpha():
                self._stems.setdefault(stem, []).append(alone)
            else:
                self._add(name, term)
        lengths: dict[str, set[int]] = {}
        for stem in self._stems:
            lengths.setdefault(stem[:_HEAD], set()).add(len(stem))
        self._lengths = {head: tuple(sorted(some)) for head, some in lengths.items()}

    def told_by(self, word: str) -> Iterator[_Term]:
        """Yield the terms that may stand where a word stands."""
        for form in _forms(word):
            yield from self._whole.get(form, ())
            for length in self._lengths.get(form[:_HEAD], ()):
                if length > len(form):
                    break
                yield from self._stems.get(form[:length], ())

    def _add(self, name: str, term: str) -> None:
        words = _TOKEN.findall(term)
        if not words:
            raise ValueError(f"a term has a word: {term}")
        longest = max(words, key=len)
        at = words.index(longest)
        place = self._stems if longest[-1] == "*" else self._whole
        one = _Term(name, tuple(words[:at]), tuple(words[at + 1 :]))
        place.setdefault(longest.rstrip("*"), []).append(one)


class Concepts:
    """Classes of words, ready to be looked for; a script is indexed when it is first met."""

    def __init__(self, classes: Mapping[str, Mapping[str, list[str]]]) -> None:
        """Keep classes of terms in plain letters."""
        self.names = frozenset(classes)
        self._classes_of = classes
        self._indexes: dict[str, _Index] = {}
        self._chinese: dict[str, list[tuple[str, str]]] = {}
        self._read: Remembered[tuple[Sentence, ...]] = Remembered()

    def sentences(self, text: str) -> tuple[Sentence, ...]:
        """Return for each sentence of a text the classes that it speaks of.

        Raises:
            ValueError: a term of a script that the text is in has no word.
        """
        return self._read.of(text, lambda: self._sentences(text))

    def spoken(self, text: str) -> Sentence:
        """Return the classes that a text speaks of."""
        return frozenset().union(*self.sentences(text))

    def _sentences(self, text: str) -> tuple[Sentence, ...]:
        plain = plain_letters(text).replace("*", " ")
        return tuple(self._classes(one) for one in _SENTENCE.split(plain) if one.strip())

    def _classes(self, sentence: str) -> Sentence:
        words = _TOKEN.findall(sentence)
        found: set[str] = set()
        for at, word in enumerate(words):
            for one in self._index(word).told_by(word):
                if one.name not in found and _stands(one, words, at):
                    found.add(one.name)
        if _CHINESE.search(sentence):
            anywhere = self._anywhere()
            found.update(
                name for sign in set(sentence) for term, name in anywhere.get(sign, ()) if term in sentence
            )
        return frozenset(found)

    def _index(self, word: str) -> _Index:
        script = _script(word)
        if script not in self._indexes:
            self._indexes[script] = _Index(self._terms(_TONGUES[script]))
        return self._indexes[script]

    def _anywhere(self) -> dict[str, list[tuple[str, str]]]:
        if not self._chinese:
            for name, term in self._terms(("zh",)):
                self._chinese.setdefault(term[0], []).append((term, name))
        return self._chinese

    def _terms(self, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name, tongues in self._classes_of.items():
            for language in languages:
                for term in tongues.get(language, ()):
                    yield name, term


@cache
def concepts() -> Concepts:
    """Return the packaged classes, which are written in plain letters already."""
    return Concepts(json.loads(packaged_bytes("comity.requests", DATA))["classes"])


def windows(sentences: tuple[Sentence, ...], span: int) -> Iterator[Sentence]:
    """Yield what each so many sentences in a row speak of together."""
    if span == 1:
        yield from sentences
        return
    for at in range(max(1, len(sentences) - span + 1)):
        yield frozenset().union(*sentences[at : at + span])


def plain_letters(text: str) -> str:
    """Return a text as terms are compared: small, without vowel signs, with one form of each letter."""
    return folded(text).translate(_SEATS)


def _script(word: str) -> str:
    if _ARABIC.match(word):
        return "arabic"
    return "cyrillic" if _CYRILLIC.match(word) else "latin"


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
