"""Twelve words: what two officers read to each other to know that no one stands between them.

132 leading bits of SHA-256 over both fingerprints, the smaller first, 11 bits to a word of the
2,048-word English list of BIP-39. Both sides hear the same words, whichever calls.
"""

from functools import cache

from comity.kernel.digests import parse_digest, sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ids import Fingerprint
from comity.kernel.packaged import packaged_bytes

COUNT = 12
_BITS = 11
_LIST_DIGEST = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


@cache
def word_list() -> tuple[str, ...]:
    """Return the 2,048 words in order; ValueError if the installed list is not the one specified.

    Basis: BIP-39
    """
    data = packaged_bytes("mnemonic", "wordlist/english.txt")
    words = tuple(data.decode("ascii").split())
    if sha256("\n".join(words).encode() + b"\n").hex() != _LIST_DIGEST:
        raise ValueError("the installed word list is not the English list of BIP-39")
    return words


def twelve_words(one: Fingerprint, other: Fingerprint) -> tuple[str, ...]:
    """Return the words of two Parties; the order of the arguments does not matter.

    Raises:
        MalformedError: a fingerprint is not 64 hexadecimal digits, or both are the same.
    """
    if one == other:
        raise MalformedError("words.same", "twelve words are said between two different Parties")
    first, second = sorted(bytes.fromhex(parse_digest(text)) for text in (one, other))
    bits = int.from_bytes(sha256(first, second), "big") >> (256 - COUNT * _BITS)
    words = word_list()
    return tuple(words[bits >> (COUNT - 1 - place) * _BITS & 2**_BITS - 1] for place in range(COUNT))


def parse_words(text: str) -> tuple[str, ...]:
    """Return twelve words from text as a person types it: any case, spaces, commas, dashes, numbers.

    Raises:
        MalformedError: ``words.count`` or ``words.unknown``, which names the first word not in the list.
    """
    letters = "".join(ch if ch.isascii() and ch.isalpha() else " " for ch in text.lower())
    words = tuple(letters.split())
    known = frozenset(word_list())
    for place, word in enumerate(words, start=1):
        if word not in known:
            raise MalformedError("words.unknown", f"word {place}, {word[:20]!r}, is not in the list")
    if len(words) != COUNT:
        raise MalformedError("words.count", f"expected {COUNT} words, found {len(words)}")
    return words


def same_words(said: str, one: Fingerprint, other: Fingerprint) -> bool:
    """Tell whether the words a person gives are those of the two Parties."""
    return parse_words(said) == twelve_words(one, other)
