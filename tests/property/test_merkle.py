"""Any altered bit, index, size or length makes a proof fail."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import merkle

LEAVES = [merkle.leaf_hash(b"%d" % at) for at in range(300)]
HELD = {(level, index): found for level, index, found in merkle.grow(merkle.Frontier(), leaves=LEAVES)[0]}


def fetch(wanted: Sequence[merkle.NodeId]) -> Mapping[merkle.NodeId, bytes]:
    return {node: HELD[node] for node in wanted}


def flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ (1 << bit)).to_bytes(len(data), "big")


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, len(LEAVES)))
    return draw(st.integers(0, size - 1)), size


@given(places(), st.data())
def test_a_flipped_bit_breaks_inclusion(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    root = merkle.root(size, fetch=fetch)
    whole = [LEAVES[index], *merkle.inclusion(index, size=size, fetch=fetch), root]
    assert merkle.verify_inclusion(whole[0], index=index, size=size, proof=whole[1:-1], root=whole[-1])
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = flipped(whole[at], data.draw(st.integers(0, 255)))
    assert not merkle.verify_inclusion(whole[0], index=index, size=size, proof=whole[1:-1], root=whole[-1])


@given(places(), st.integers(0, 310))
def test_another_index_breaks_inclusion(place: tuple[int, int], other: int) -> None:
    index, size = place
    proof = merkle.inclusion(index, size=size, fetch=fetch)
    root = merkle.root(size, fetch=fetch)
    held = merkle.verify_inclusion(LEAVES[index], index=other, size=size, proof=proof, root=root)
    assert held is (other == index)


@given(places(), st.data())
def test_a_proof_cut_or_padded_breaks(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    proof = list(merkle.inclusion(index, size=size, fetch=fetch))
    root = merkle.root(size, fetch=fetch)
    at = data.draw(st.integers(0, len(proof)))
    padded = [*proof[:at], data.draw(st.sampled_from([*proof, root, LEAVES[0]])), *proof[at:]]
    assert not merkle.verify_inclusion(LEAVES[index], index=index, size=size, proof=padded, root=root)
    if proof:
        del proof[data.draw(st.integers(0, len(proof) - 1))]
        assert not merkle.verify_inclusion(LEAVES[index], index=index, size=size, proof=proof, root=root)


@given(places(), st.data())
def test_a_flipped_bit_breaks_consistency(place: tuple[int, int], data: st.DataObject) -> None:
    old, new = place[0] + 1, place[1]
    roots = [merkle.root(size, fetch=fetch) for size in (old, new)]
    whole = [*roots, *merkle.consistency(old, new=new, fetch=fetch)]
    assert merkle.verify_consistency(old, new=new, proof=whole[2:], old_root=whole[0], new_root=whole[1])
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = flipped(whole[at], data.draw(st.integers(0, 255)))
    assert not merkle.verify_consistency(old, new=new, proof=whole[2:], old_root=whole[0], new_root=whole[1])


@given(st.lists(st.integers(0, 40), max_size=6))
def test_any_batches_give_the_same_tree(batches: list[int]) -> None:
    edge, held, at = merkle.Frontier(), {}, 0
    for count in batches:
        rows, edge = merkle.grow(edge, leaves=LEAVES[at : at + count])
        held.update({(level, index): found for level, index, found in rows})
        at += count
    assert held == {node: HELD[node] for node in merkle.every_node(at)}
    assert edge.root == merkle.root(at, fetch=fetch)


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_a_cover_is_aligned_adjacent_and_complete(start: int, length: int) -> None:
    at = start
    for level, index in merkle.cover(start, start + length):
        assert index << level == at
        at += 1 << level
    assert at == start + length
