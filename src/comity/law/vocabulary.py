"""Legal terms of one language, found in texts: the multilingual knowledge behind ``find``.

A concept is something that laws speak of, such as access, traffic data or confiscation, with the words that
statutes of a language use for it; an article has names of its own, such as "computer fraud". In the data a
term is words: ``*`` after a letter stands for any ending and `` ~ `` for up to six words between. Chinese
is searched character by character; Arabic words may carry their particles.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from comity.kernel.packaged import packaged_bytes
from comity.law.errors import no_terms
from comity.law.matters import bit_of_concept, bit_of_name

LANGUAGES = ("ar", "de", "en", "es", "et", "fr", "pt", "ru", "zh")
"""Languages whose terms ship."""

_HEAD = 3
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = frozenset({"zh"})
_SPELT = str.maketrans({"ß": "ss", "’": "'", "œ": "oe", "æ": "ae", "ə": "e", "ı": "i"})
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": ""})
_PARTICLE = "(?:[وف]?(?:[بكل]?ال|لل|[بكل])?)"
_PARTICLES = re.compile(f"{_PARTICLE}(?=..)")
_GAP = r"(?:\W+\w+){0,6}?"
_GAP_UNSPACED = "[^。；\n]{0,25}?"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """A term by the word that it begins with, so that few expressions are tried."""

    bit: int
    stem: str
    pattern: re.Pattern[str]


class Vocabulary:
    """The terms of one language, ready to be found in a text."""

    def __init__(self, language: str, terms: Mapping[int, tuple[str, ...]]) -> None:
        """Make a vocabulary.

        Args:
            language: Primary language tag.
            terms: Terms as the data writes them, by the bit of what they stand for.
        """
        self._language = language
        self._heads: dict[str, list[_Term]] = {}
        for bit, written in terms.items():
            for term in written:
                self._add(bit, folded(term, language))
        self._letters = (
            re.compile(f"[{''.join(map(re.escape, self._heads))}]") if self._is_unspaced else _WORD
        )

    @property
    def _is_unspaced(self) -> bool:
        return self._language in _UNSPACED

    def mask(self, text: str) -> int:
        """Return the bits of every concept and name that occurs in a text."""
        plain = folded(text, self._language)
        found = 0
        for term, at in self._candidates(plain):
            if not found & term.bit and term.pattern.match(plain, at):
                found |= term.bit
        return found

    def _add(self, bit: int, term: str) -> None:
        if self._is_unspaced:
            pattern, stem, head = _unspaced(term), term, term[0]
        else:
            pattern, stem = _spaced(term, particles=self._language == "ar"), _stem(term)
            head = stem[:_HEAD]
        self._heads.setdefault(head, []).append(_Term(bit=bit, stem=stem, pattern=pattern))

    def _candidates(self, text: str) -> Iterator[tuple[_Term, int]]:
        if self._is_unspaced:
            for hit in self._letters.finditer(text):
                for term in self._heads[hit[0]]:
                    yield term, hit.start()
            return
        for hit in self._letters.finditer(text):
            for word in _bare(hit[0]) if self._language == "ar" else (hit[0],):
                for term in self._heads.get(word[:_HEAD], ()):
                    if word.startswith(term.stem):
                        yield term, hit.start()


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the vocabulary of a primary language; raise NotFoundError (``law.terms``) where none ships."""
    if language not in LANGUAGES:
        raise no_terms(language)
    data = json.loads(packaged_bytes("comity.law", f"data/terms/{language}.json"))
    terms = {bit_of_concept(name): tuple(words) for name, words in data["concepts"].items()}
    terms |= {bit_of_name(int(article)): tuple(words) for article, words in data["names"].items()}
    return Vocabulary(language, terms)


def folded(text: str, language: str) -> str:
    """Return a text in small letters without marks, as terms are compared."""
    plain = text.lower().translate(_SPELT)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain.translate(_ARABIC) if language == "ar" else plain


def _stem(term: str) -> str:
    first = _WORD.match(term)
    if first is None:
        raise ValueError(f"a term begins with a word: {term}")
    return first[0]


def _spaced(term: str, *, particles: bool) -> re.Pattern[str]:
    before = _PARTICLE if particles else ""
    out: list[str] = []
    for index, word in enumerate(term.split()):
        if word == "~":
            out.append(_GAP)
        else:
            written = re.escape(word).replace(r"\*", r"\w*")
            out.append((r"\W+" if index else "") + before + written)
    return re.compile("".join(out) + r"(?!\w)")


def _unspaced(term: str) -> re.Pattern[str]:
    return re.compile(_GAP_UNSPACED.join(re.escape(part) for part in term.split(" ~ ")))


def _bare(word: str) -> tuple[str, ...]:
    found = _PARTICLES.match(word)
    rest = word[found.end() :] if found is not None else word
    return (word,) if rest == word else (word, rest)
