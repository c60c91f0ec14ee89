"""Seed phrases of BIP-39 in any of its languages, found in what a person wrote; none is repeated."""

import re
import unicodedata
from binascii import crc32
from collections.abc import Iterator, Mapping
from functools import cache

from comity.kernel.digests import sha256
from comity.kernel.packaged import packaged_bytes

LISTS = (
    "chinese_simplified",
    "chinese_traditional",
    "czech",
    "english",
    "french",
    "italian",
    "japanese",
    "korean",
    "portuguese",
    "russian",
    "spanish",
    "turkish",
)
LEAST_WORDS = 12
"""As many words of one list in a row as the shortest phrase has. Basis: BIP-39"""
_LENGTHS = frozenset({12, 15, 18, 21, 24})
_BITS = 11
_MONERO, _LEAST_LETTERS = 25, 4
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


def has_phrase(text: str, *, said: bool) -> bool:
    """Tell whether a text holds a seed phrase: twelve words of one list in a row, accents or none.

    Chinese is often written without spaces, and its list has the letters that every letter uses. So a run
    without spaces counts only where it is as long as a phrase, its checksum holds, and either the text is
    nothing else or ``said``.

    Args:
        text: As a person wrote it; figures and signs between the words do not matter.
        said: Whether the text says that it holds a key or a phrase.

    Basis: BIP-39
    """
    plain = text if text.isascii() else unicodedata.normalize("NFC", text)
    words = [bare(word) for word in _WORD.findall(plain)]
    if len(words) >= LEAST_WORDS and (_runs(words) or _is_of_monero(words)):
        return True
    return any(_holds(run) for run in _unspaced(text, said=said))


def bare(word: str) -> str:
    """Return a word in small letters without accents, as it is compared."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i"))  # Turkish capitals are one
    return "".join(ch for ch in parts if not unicodedata.combining(ch))


def _runs(words: list[str]) -> bool:
    known = _known()
    runs: dict[str, int] = {}
    for word in words:
        spoken = known.get(word)
        if spoken is None:
            runs.clear()
            continue
        runs = {name: runs.get(name, 0) + 1 for name in spoken}
        if max(runs.values()) >= LEAST_WORDS:
            return True
    return False


def _is_of_monero(words: list[str]) -> bool:
    """Tell whether 25 long words in a row are a phrase of Monero: the last is the one that the sum names.

    The sum is taken over the first three letters of the words, so that no list is needed; words of prose are
    not all so long.
    """
    run = 0
    for at, word in enumerate(words):
        run = run + 1 if len(word) >= _LEAST_LETTERS and word.isascii() else 0
        if run >= _MONERO:
            told = words[at - _MONERO + 1 : at]
            named = crc32("".join(one[:3] for one in told).encode()) % len(told)
            if told[named] == word:
                return True
    return False


def _unspaced(text: str, *, said: bool) -> Iterator[str]:
    for found in _UNSPACED.finditer(text):
        alone = found.group() == text.strip()
        if (alone or said) and len(found.group()) in _LENGTHS:
            yield found.group()


def _holds(run: str) -> bool:
    """Tell whether the letters of a list are a phrase whose checksum holds."""
    for name in ("chinese_simplified", "chinese_traditional"):
        places = {word: at for at, word in enumerate(_words(name))}
        if all(letter in places for letter in run):
            bits = 0
            for letter in run:
                bits = bits << _BITS | places[letter]
            size = len(run) * _BITS // 33
            entropy = (bits >> size).to_bytes((len(run) * _BITS - size) // 8, "big")
            if sha256(entropy)[0] >> (8 - size) == bits & 2**size - 1:
                return True
    return False


def _words(name: str) -> list[str]:
    return packaged_bytes("mnemonic", f"wordlist/{name}.txt").decode("utf-8").split()


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """Return each word with the lists that have it."""
    made: dict[str, set[str]] = {}
    for name in LISTS:
        for word in _words(name):
            made.setdefault(bare(word), set()).add(name)
    return {word: frozenset(names) for word, names in made.items()}
