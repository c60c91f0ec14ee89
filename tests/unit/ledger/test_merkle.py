"""The tree against a plain reading of RFC 9162, and against other people's probes."""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from comity.ledger import merkle

MOST = 70
LEAVES = [sha256(b"\x00leaf %d" % at).digest() for at in range(MOST)]
SHARED = Path(os.environ.get("COMITY_SHARED", Path(__file__).parents[3].parent / "shared"))
PROBES = SHARED / "data" / "tlog" / "merkle"


def plain_root(hashes: Sequence[bytes]) -> bytes:
    """The definition of RFC 9162 section 2.1.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + plain_root(hashes[:split]) + plain_root(hashes[split:])).digest()


def plain_path(at: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162 section 2.1.3.1."""
    if len(hashes) == 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if at < split:
        return [*plain_path(at, hashes[:split]), plain_root(hashes[split:])]
    return [*plain_path(at - split, hashes[split:]), plain_root(hashes[:split])]


def plain_proof(old: int, hashes: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162 section 2.1.4.1."""
    if old == len(hashes):
        return [] if whole else [plain_root(hashes)]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if old <= split:
        return [*plain_proof(old, hashes[:split], whole), plain_root(hashes[split:])]
    return [*plain_proof(old - split, hashes[split:], False), plain_root(hashes[:split])]


class Nodes:
    """Stored nodes that count how often they are asked."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        rows, self.edge = merkle.grow(merkle.Frontier(), leaves=leaves)
        self.held = {(level, index): found for level, index, found in rows}
        self.fetches = 0

    def fetch(self, wanted: Sequence[merkle.NodeId]) -> Mapping[merkle.NodeId, bytes]:
        self.fetches += 1
        return {node: self.held[node] for node in wanted}


NODES = Nodes(LEAVES)
ROOTS = [plain_root(LEAVES[:size]) for size in range(MOST + 1)]


def test_roots_are_those_of_the_definition() -> None:
    assert [merkle.root(size, fetch=NODES.fetch) for size in range(MOST + 1)] == ROOTS


def test_the_edge_has_the_root_at_every_size_and_every_split() -> None:
    for first in range(MOST + 1):
        rows, edge = merkle.grow(merkle.Frontier(), leaves=LEAVES[:first])
        assert edge.root == ROOTS[first]
        more, end = merkle.grow(edge, leaves=LEAVES[first:])
        assert end == NODES.edge
        assert {(a, b): c for a, b, c in rows + more} == NODES.held
        assert merkle.frontier(first, fetch=NODES.fetch) == edge


def test_stored_nodes_are_exactly_the_complete_subtrees() -> None:
    for size in range(MOST + 1):
        rows, _ = merkle.grow(merkle.Frontier(), leaves=LEAVES[:size])
        assert sorted((a, b) for a, b, _ in rows) == list(merkle.every_node(size))


def test_every_inclusion_proof_is_that_of_the_definition_and_verifies() -> None:
    for size in range(1, MOST + 1):
        for at in range(size):
            proof = merkle.inclusion(at, size=size, fetch=NODES.fetch)
            assert list(proof) == plain_path(at, LEAVES[:size])
            assert merkle.verify_inclusion(LEAVES[at], index=at, size=size, proof=proof, root=ROOTS[size])


def test_every_consistency_proof_is_that_of_the_definition_and_verifies() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = merkle.consistency(old, new=new, fetch=NODES.fetch)
            assert list(proof) == plain_proof(old, LEAVES[:new])
            assert merkle.verify_consistency(
                old, new=new, proof=proof, old_root=ROOTS[old], new_root=ROOTS[new]
            )


def test_a_proof_is_fetched_in_one_batch() -> None:
    nodes = Nodes(LEAVES)
    merkle.inclusion(13, size=69, fetch=nodes.fetch)
    merkle.consistency(37, new=69, fetch=nodes.fetch)
    merkle.root(69, fetch=nodes.fetch)
    assert nodes.fetches == 3


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (4, 3)])
def test_there_is_no_path_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(index, size=size, fetch=NODES.fetch)
    assert not merkle.verify_inclusion(LEAVES[0], index=index, size=size, proof=[], root=LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3), (0, 0)])
def test_there_is_no_proof_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency"):
        merkle.consistency(old, new=new, fetch=NODES.fetch)
    root = merkle.EMPTY_ROOT
    assert not merkle.verify_consistency(old, new=new, proof=[], old_root=root, new_root=root)


def test_proof_steps_of_another_length_are_refused() -> None:
    # NOTE: two hashes in one step would hash to the same parent as a shorter path of another tree.
    assert not merkle.verify_inclusion(LEAVES[0], index=0, size=2, proof=[LEAVES[1] + b"x"], root=ROOTS[2])
    assert not merkle.verify_inclusion(b"", index=0, size=1, proof=[], root=b"")
    proof = [*merkle.consistency(3, new=7, fetch=NODES.fetch)]
    proof[1] = proof[1][:-1]
    assert not merkle.verify_consistency(3, new=7, proof=proof, old_root=ROOTS[3], new_root=ROOTS[7])


def test_an_edge_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="right edge"):
        merkle.Frontier(size=3, hashes=(LEAVES[0],))


def probes(kind: str) -> list[Any]:
    if not PROBES.is_dir():
        return [
            pytest.param(None, marks=pytest.mark.skip(reason="COMITY_SHARED names no folder with probes"))
        ]
    found = sorted((PROBES / kind).rglob("*.json"))
    return [pytest.param(path, id=str(path.relative_to(PROBES))) for path in found]


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@pytest.mark.parametrize("path", probes("inclusion"))
def test_inclusion_probes_of_others(path: Path) -> None:
    probe = json.loads(path.read_text())
    verdict = merkle.verify_inclusion(
        raw(probe["leafHash"]),
        index=probe["leafIdx"],
        size=probe["treeSize"],
        proof=[raw(item) for item in probe["proof"] or []],
        root=raw(probe["root"]),
    )
    assert verdict is not probe["wantErr"]


@pytest.mark.parametrize("path", probes("consistency"))
def test_consistency_probes_of_others(path: Path) -> None:
    probe = json.loads(path.read_text())
    verdict = merkle.verify_consistency(
        probe["size1"],
        new=probe["size2"],
        proof=[raw(item) for item in probe["proof"] or []],
        old_root=raw(probe["root1"]),
        new_root=raw(probe["root2"]),
    )
    assert verdict is not probe["wantErr"]
