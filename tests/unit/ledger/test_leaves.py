from hashlib import sha256

import pytest

from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import MalformedError
from comity.ledger import wire
from comity.ledger.leaves import Leaf, draw_leaf, head_leaves, parse_entry

LEAF = Leaf(tag="act", nonce=b"n" * 32, digest=b"d" * 32)


def test_the_hash_is_over_prefix_tag_nonce_digest() -> None:
    assert LEAF.hash == sha256(b"\x00" + b"act" + b"n" * 32 + b"d" * 32).digest()


def test_without_the_nonce_a_guess_cannot_be_tested() -> None:
    entropy = SeededEntropy(1)
    first = draw_leaf("act", digest=b"d" * 32, entropy=entropy)
    second = draw_leaf("act", digest=b"d" * 32, entropy=entropy)
    assert first.hash != second.hash


@pytest.mark.parametrize("tag", ["", "A", "1act", ".act", "act-x", "act\n", "é", "a" * 33, "act x"])
def test_a_tag_has_a_closed_grammar(tag: str) -> None:
    with pytest.raises(MalformedError) as caught:
        Leaf(tag=tag, nonce=b"n" * 32, digest=b"d" * 32)
    assert caught.value.code == "leaf.tag"


@pytest.mark.parametrize(("nonce", "digest"), [(b"n" * 31, b"d" * 32), (b"n" * 32, b"d" * 33), (b"", b"")])
def test_nonce_and_digest_have_32_bytes(nonce: bytes, digest: bytes) -> None:
    with pytest.raises(MalformedError):
        Leaf(tag="act", nonce=nonce, digest=digest)


def test_an_entry_reads_back_to_its_leaf_and_nothing_else_does() -> None:
    longest = Leaf(tag="z" * 32, nonce=b"n" * 32, digest=b"d" * 32)
    assert parse_entry(LEAF.entry) == LEAF
    assert parse_entry(longest.entry) == longest
    for bad in (b"", b"act", LEAF.entry[3:], b"\xff" + LEAF.entry, b"Z" + LEAF.entry):
        with pytest.raises(MalformedError):
            parse_entry(bad)


@pytest.mark.parametrize(("peers", "leaves"), [(0, 16), (1, 16), (16, 16), (17, 32)])
def test_heads_are_padded_so_that_peers_cannot_be_counted(peers: int, leaves: int) -> None:
    notes = [b"note %d" % at for at in range(peers)]
    made = head_leaves(notes, entropy=SeededEntropy(2))
    assert len(made) == leaves
    assert {leaf.tag for leaf in made} == {"log.head"}
    assert [leaf.digest for leaf in made[:peers]] == [sha256(note).digest() for note in notes]
    assert len({leaf.digest for leaf in made}) == leaves


def test_json_form_reads_back() -> None:
    value = wire.leaf_value(LEAF)
    assert value == {
        "tag": "act",
        "nonce": "bm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4=",
        "digest": "64" * 32,
    }
    assert wire.parse_leaf(value) == LEAF


@pytest.mark.parametrize(
    "change", [{"tag": 1}, {"nonce": "AA=="}, {"digest": "6" * 63}, {"digest": None}, {"x": 1}]
)
def test_any_other_json_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        wire.parse_leaf(wire.leaf_value(LEAF) | change)
