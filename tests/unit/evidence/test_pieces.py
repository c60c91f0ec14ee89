"""Pieces, their tree and the map of those that are here."""

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.evidence.pieces import (
    LEAF_SIZE,
    PIECE,
    PieceHasher,
    PieceList,
    PieceMap,
    leaf_of,
    merkle_root,
    piece_count,
)
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import MalformedError, UntrustedError


def tree(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, read aloud: split at the largest power of two below n."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return blake3(b"\x01" + tree(leaves[:split]) + tree(leaves[split:])).digest()


def hashed(data: bytes, cuts: list[int]) -> PieceHasher:
    hasher, at = PieceHasher(), 0
    for cut in [*sorted(cuts), len(data)]:
        hasher.update(memoryview(data)[at:cut])
        at = cut
    return hasher


@pytest.mark.parametrize("count", range(1, 40))
def test_the_root_has_the_shape_of_rfc_9162(count: int) -> None:
    leaves = [SeededEntropy(i).bytes(LEAF_SIZE) for i in range(count)]
    assert merkle_root(b"".join(leaves)) == tree(leaves)


@pytest.mark.parametrize("leaves", [b"", bytes(31), bytes(33)])
def test_no_tree_without_whole_leaves(leaves: bytes) -> None:
    with pytest.raises(ValueError, match="leaf"):
        merkle_root(leaves)


@settings(max_examples=20, deadline=None)
@given(size=st.sampled_from([1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 9]), data=st.data())
def test_portions_do_not_matter(size: int, data: st.DataObject) -> None:
    payload = SeededEntropy(size).bytes(size)
    cuts = data.draw(st.lists(st.integers(0, size), max_size=6))
    wanted = b"".join(leaf_of(payload[at : at + PIECE]) for at in range(0, size, PIECE))
    hasher = hashed(payload, cuts)
    assert hasher.leaves() == wanted
    assert len(wanted) == LEAF_SIZE * piece_count(size)
    listed = PieceList(payload_length=hasher.length, leaves=wanted)
    for index in range(listed.count):
        listed.require_piece(index, payload[index * PIECE : (index + 1) * PIECE])
    listed.require_root(listed.root)


def test_a_leaf_is_no_node() -> None:
    assert leaf_of(b"x") == blake3(b"\x00x").digest()
    assert leaf_of(b"x") != blake3(b"\x01x").digest()


def test_another_root_is_untrusted() -> None:
    listed = PieceList(payload_length=1, leaves=leaf_of(b"x"))
    with pytest.raises(UntrustedError) as caught:
        listed.require_root("0" * 64)
    assert caught.value.code == "piece.root"


@pytest.mark.parametrize(("length", "leaves"), [(0, b""), (1, b""), (1, bytes(64)), (PIECE + 1, bytes(32))])
def test_a_list_fits_its_payload(length: int, leaves: bytes) -> None:
    with pytest.raises(MalformedError):
        PieceList(payload_length=length, leaves=leaves)


def test_the_map_knows_what_is_missing() -> None:
    pieces = PieceMap(5)
    pieces.mark(1)
    pieces.mark(3)
    assert (pieces.received, pieces.complete, pieces.missing(most=2)) == (2, False, (0, 2))
    for index in (0, 2, 4):
        pieces.mark(index)
    assert pieces.complete
    assert pieces.missing(most=9) == ()
