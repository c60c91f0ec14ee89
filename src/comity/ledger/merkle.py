"""The Merkle tree of RFC 9162 over stored complete subtrees.

A node is named ``(level, index)``: the root of the leaves ``[index << level, (index + 1) << level)``, and
only complete subtrees are ever stored. A proof first works out which nodes it needs and then fetches
them in one batch. Verifying returns a judgement and never raises on what another State sent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

HASH_SIZE = 32
MOST_LEVELS = 63
EMPTY_ROOT = sha256(b"").digest()

NodeId = tuple[int, int]
"""``(level, index)`` of a complete subtree."""
NodeRow = tuple[int, int, bytes]
"""``(level, index, hash)`` as stored."""
Fetch = Callable[[Sequence[NodeId]], Mapping[NodeId, bytes]]
"""Returns the hashes of all wanted nodes, in one round trip."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf.

    Basis: RFC 9162 section 2.1.1
    """
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node.

    Basis: RFC 9162 section 2.1.1
    """
    return sha256(b"\x01" + left + right).digest()


@lru_cache(maxsize=1024)
def cover(start: int, stop: int) -> tuple[NodeId, ...]:
    """Return the complete subtrees that together are the leaves ``[start, stop)``, left to right."""
    found: list[NodeId] = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return tuple(found)


def joined(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over adjacent complete subtrees, given left to right; at least one."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def root(size: int, *, fetch: Fetch) -> bytes:
    """Return the root of the first ``size`` leaves.

    Basis: RFC 9162 section 2.1.1
    """
    return _hashes([cover(0, size)], fetch)[0] if size else EMPTY_ROOT


def inclusion(index: int, *, size: int, fetch: Fetch) -> tuple[bytes, ...]:
    """Return the path from leaf ``index`` to the root of the first ``size`` leaves.

    Raises:
        ValueError: there is no such leaf in a tree of that size.

    Basis: RFC 9162 section 2.1.3.1
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return inclusions(index, 1, size=size, fetch=fetch)[0]


def inclusions(first: int, count: int, *, size: int, fetch: Fetch) -> tuple[tuple[bytes, ...], ...]:
    """Return the paths of ``count`` leaves from ``first`` on; what they share is fetched and hashed once.

    Raises:
        ValueError: there are no such leaves in a tree of that size.

    Basis: RFC 9162 section 2.1.3.1
    """
    if not 0 <= first < first + count <= size:
        raise ValueError(f"no {count} leaves from {first} on in a tree of {size}")
    levels = range((size - 1).bit_length())
    wanted: dict[NodeId, tuple[NodeId, ...]] = {}
    for level in levels:
        for index in range(first >> level, (first + count - 1 >> level) + 1):
            start = (index ^ 1) << level
            if start < size:
                wanted[level, index ^ 1] = cover(start, min(start + (1 << level), size))
    held = dict(zip(wanted, _hashes(list(wanted.values()), fetch), strict=True))
    return tuple(
        tuple(held[node] for level in levels if (node := (level, (index >> level) ^ 1)) in held)
        for index in range(first, first + count)
    )


def consistency(old: int, *, new: int, fetch: Fetch) -> tuple[bytes, ...]:
    """Return the proof that the first ``old`` leaves are a prefix of the first ``new``.

    Raises:
        ValueError: not ``0 < old <= new``; nothing needs proof from the empty tree.

    Basis: RFC 9162 section 2.1.4.1
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from size {old} to size {new}")
    start, stop, whole = 0, new, True
    wanted: list[tuple[NodeId, ...]] = []
    while old != stop:
        middle = start + (1 << ((stop - start - 1).bit_length() - 1))
        if old <= middle:
            wanted.append(cover(middle, stop))
            stop = middle
        else:
            wanted.append(cover(start, middle))
            start, whole = middle, False
    if not whole:
        wanted.append(cover(start, stop))
    return _hashes(wanted[::-1], fetch)


def _hashes(wanted: Sequence[tuple[NodeId, ...]], fetch: Fetch) -> tuple[bytes, ...]:
    held = fetch([node for group in wanted for node in group])
    return tuple(joined([held[node] for node in group]) for group in wanted)


def verify_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a leaf hash stands at ``index`` in the tree of ``size`` leaves with that root.

    Basis: RFC 9162 section 2.1.3.2
    """
    if not 0 <= index < size or not _are_hashes((leaf, *proof)):
        return False
    place, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(step, result)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            result = node_hash(result, step)
        place >>= 1
        last >>= 1
    return last == 0 and result == root


def verify_consistency(
    old: int, *, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Tell whether the tree of ``old`` leaves is a prefix of the tree of ``new`` leaves.

    From the empty tree nothing can be proved, so ``old == 0`` is never true here: a caller that
    accepts a first head says so by itself.

    Basis: RFC 9162 section 2.1.4.2
    """
    if not 0 < old <= new or not _are_hashes(proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path or len(path[0]) != HASH_SIZE:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    before = after = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            after = node_hash(after, step)
        place >>= 1
        last >>= 1
    return last == 0 and before == old_root and after == new_root


def _are_hashes(found: Iterable[bytes]) -> bool:
    return all(len(item) == HASH_SIZE for item in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The right edge of a tree: all that an appender needs.

    Attributes:
        size: Number of leaves.
        hashes: Hashes of ``cover(0, size)``, left to right, so the largest subtree first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count() or not _are_hashes(self.hashes):
            raise ValueError(f"{len(self.hashes)} hashes are no right edge of a tree of {self.size}")

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return joined(self.hashes) if self.hashes else EMPTY_ROOT


def frontier(size: int, *, fetch: Fetch) -> Frontier:
    """Return the right edge of the first ``size`` leaves."""
    wanted = cover(0, size)
    held = fetch(wanted) if wanted else {}
    return Frontier(size=size, hashes=tuple(held[node] for node in wanted))


def grow(edge: Frontier, *, leaves: Sequence[bytes]) -> tuple[list[NodeRow], Frontier]:
    """Return the nodes that appending the leaf hashes completes, and the new right edge.

    The nodes come in the order in which they are completed, each leaf before its parents.
    """
    levels = [level for level, _ in cover(0, edge.size)]
    pending = dict(zip(levels, edge.hashes, strict=True))
    rows: list[NodeRow] = []
    for index, result in enumerate(leaves, edge.size):
        rows.append((0, index, result))
        level = 0
        while index & 1:
            result = sha256(b"\x01" + pending[level] + result).digest()
            level += 1
            index >>= 1
            rows.append((level, index, result))
        pending[level] = result
    size = edge.size + len(leaves)
    return rows, Frontier(size=size, hashes=tuple(pending[level] for level, _ in cover(0, size)))


def every_node(size: int) -> Iterator[NodeId]:
    """Yield all complete subtrees of a tree, level by level."""
    level = 0
    while size >> level:
        for index in range(size >> level):
            yield level, index
        level += 1
