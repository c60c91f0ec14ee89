"""A full check of a log from its rows: every leaf, every node, every signed head.

It shares the tree and the checkpoint with the rest of the ledger, and nothing of the service that wrote
the rows. All that is wrong is found, as values; nothing is thrown.
"""

from collections.abc import Iterable, Iterator, Sequence

from comity.kernel.errors import ComityError
from comity.kernel.findings import Finding, Severity
from comity.ledger.checkpoint import SignedCheckpoint, open_with_any
from comity.ledger.leaves import Leaf
from comity.ledger.merkle import EMPTY_ROOT, HASH_SIZE, NodeId, NodeRow, cover, every_node, joined, node_hash
from comity.ledger.notes import VerifierKey
from comity.ledger.ports import LogStore

MOST_FINDINGS = 1_000
_BATCH = 2_048
_BASIS = "rfc:9162(2.1)"


class _Tree:
    """The levels of the tree, recomputed from leaf hashes; 64 bytes a leaf."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        row = bytearray()
        for leaf in leaves:
            row += leaf.hash
        self.levels = [row]
        while len(self.levels[-1]) >= 2 * HASH_SIZE:
            self.levels.append(self._above(self.levels[-1]))

    @staticmethod
    def _above(row: bytearray) -> bytearray:
        above = bytearray()
        for at in range(0, len(row) - HASH_SIZE, 2 * HASH_SIZE):
            middle, end = at + HASH_SIZE, at + 2 * HASH_SIZE
            above += node_hash(bytes(row[at:middle]), bytes(row[middle:end]))
        return above

    @property
    def size(self) -> int:
        return len(self.levels[0]) // HASH_SIZE

    def count(self, level: int) -> int:
        return len(self.levels[level]) // HASH_SIZE if 0 <= level < len(self.levels) else 0

    def node(self, level: int, index: int) -> bytes:
        return bytes(self.levels[level][index * HASH_SIZE : (index + 1) * HASH_SIZE])

    def root(self, size: int) -> bytes:
        return joined([self.node(level, index) for level, index in cover(0, size)]) if size else EMPTY_ROOT


def audit_log(
    origin: str,
    *,
    leaves: Iterable[Leaf],
    nodes: Iterable[NodeRow],
    checkpoints: Iterable[tuple[int, bytes]],
    keys: Sequence[VerifierKey],
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a log; nothing when it is sound.

    Args:
        origin: Name of the log.
        leaves: All leaves from index 0 on, in order.
        nodes: All stored nodes, in any order.
        checkpoints: All signed heads, as stored under their sizes.
        keys: Keys that have signed heads of this log; each head is by one of them.

    Basis: RFC 9162
    """
    tree = _Tree(leaves)
    findings = [*_node_findings(tree, nodes), *_checkpoint_findings(origin, tree, checkpoints, keys)]
    return tuple(findings[:MOST_FINDINGS])


def audit_store(store: LogStore, *, origin: str, keys: Sequence[VerifierKey]) -> tuple[Finding, ...]:
    """Return everything that is wrong with a log in a store."""
    size = store.size(origin)
    found: list[Finding] = []
    leaves = _readable_leaves(store, origin, size, found)
    nodes = _readable_nodes(store, origin, size)
    findings = audit_log(origin, leaves=leaves, nodes=nodes, checkpoints=store.checkpoints(origin), keys=keys)
    return (*found, *findings)


def _readable_leaves(store: LogStore, origin: str, size: int, found: list[Finding]) -> Iterator[Leaf]:
    read = 0
    for start in range(0, size, _BATCH):
        for stored in store.leaves(origin, start, min(start + _BATCH, size)):
            yield stored.leaf
            read += 1
    if read != size:
        found.append(_finding("log.leaf_missing", index=read, size=size))


def _readable_nodes(store: LogStore, origin: str, size: int) -> Iterator[NodeRow]:
    wanted = list(every_node(size))
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        try:
            held = store.nodes(origin, batch)
        except ComityError:
            held = _one_by_one(store, origin, batch)
        yield from ((level, index, result) for (level, index), result in held.items())


def _one_by_one(store: LogStore, origin: str, batch: Sequence[NodeId]) -> dict[NodeId, bytes]:
    held: dict[NodeId, bytes] = {}
    for node in batch:
        try:
            held.update(store.nodes(origin, [node]))
        except ComityError:
            continue  # the node is missing, and the audit says so
    return held


def _node_findings(tree: _Tree, nodes: Iterable[NodeRow]) -> Iterator[Finding]:
    seen = [bytearray(tree.count(level)) for level in range(len(tree.levels))]
    for level, index, result in nodes:
        if not 0 <= index < tree.count(level):
            yield _finding("log.node_surplus", level=level, index=index)
        elif seen[level][index]:
            yield _finding("log.node_twice", level=level, index=index)
        else:
            seen[level][index] = 1
            if result != tree.node(level, index):
                yield _finding("log.node_wrong", level=level, index=index)
    for level, row in enumerate(seen):
        at = row.find(0)
        while at >= 0:
            yield _finding("log.node_missing", level=level, index=at)
            at = row.find(0, at + 1)


def _checkpoint_findings(
    origin: str, tree: _Tree, checkpoints: Iterable[tuple[int, bytes]], keys: Sequence[VerifierKey]
) -> Iterator[Finding]:
    for size, note in checkpoints:
        opened = _opened(note, keys)
        if isinstance(opened, ComityError):
            yield _finding("log.checkpoint_unsound", size=size, reason=opened.code)
        elif opened.checkpoint.origin != origin or opened.checkpoint.size != size:
            yield _finding("log.checkpoint_misfiled", size=size)
        elif size > tree.size:
            yield _finding("log.checkpoint_ahead", size=size, leaves=tree.size)
        elif tree.root(size) != opened.checkpoint.root:
            yield _finding("log.checkpoint_root", size=size)


def _opened(note: bytes, keys: Sequence[VerifierKey]) -> SignedCheckpoint | ComityError:
    try:
        return open_with_any(note, keys=keys)
    except ComityError as exc:
        return exc


def _finding(code: str, **parameters: str | int) -> Finding:
    return Finding(code=code, severity=Severity.BLOCKS, basis=_BASIS, parameters=parameters)
