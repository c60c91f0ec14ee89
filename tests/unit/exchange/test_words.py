import pytest

from comity.exchange.words import parse_words, same_words, twelve_words, word_list
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ids import Fingerprint

ONE, OTHER = Fingerprint("00" * 32), Fingerprint("ff" * 32)


def test_the_list_is_the_one_specified():
    words = word_list()
    assert len(set(words)) == 2048
    assert (words[0], words[-1]) == ("abandon", "zoo")


def test_both_sides_say_the_same_twelve():
    assert twelve_words(ONE, OTHER) == twelve_words(OTHER, ONE)
    assert len(twelve_words(ONE, OTHER)) == 12


def test_the_words_are_the_leading_132_bits():
    bits = "".join(f"{byte:08b}" for byte in sha256(bytes(32), b"\xff" * 32))
    expected = tuple(word_list()[int(bits[at : at + 11], 2)] for at in range(0, 132, 11))
    assert twelve_words(ONE, OTHER) == expected


def test_any_bit_of_a_fingerprint_changes_the_words():
    base = twelve_words(ONE, OTHER)
    for bit in range(256):
        changed = Fingerprint((1 << bit).to_bytes(32, "big").hex())
        assert twelve_words(changed, OTHER) != base


def test_words_are_taken_as_people_type_them():
    words = twelve_words(ONE, OTHER)
    numbered = "\n".join(f"{n}. {word.upper()}," for n, word in enumerate(words, start=1))
    assert parse_words(numbered) == words
    assert same_words(numbered, OTHER, ONE)
    assert not same_words(" ".join(reversed(words)), ONE, OTHER)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "words.count"), ("abandon " * 11, "words.count"), ("abandon " * 11 + "hanoi", "words.unknown")],
)
def test_what_is_no_twelve_words(text, code):
    with pytest.raises(MalformedError) as caught:
        parse_words(text)
    assert caught.value.code == code


def test_a_party_has_no_words_with_itself():
    with pytest.raises(MalformedError):
        twelve_words(ONE, ONE)
