"""Logs in memory: for tests, the simulator and anyone who wants to see the rules of the port at work."""

from collections.abc import Iterator, Mapping, Sequence

from comity.kernel.errors import ConflictError, NotFoundError
from comity.ledger.heads import Alarm, Witnessed
from comity.ledger.leaves import StoredLeaf
from comity.ledger.merkle import NodeId, NodeRow


class MemoryLeaves:
    """Leaves and nodes of own logs."""

    def __init__(self) -> None:
        self._leaves: dict[str, list[StoredLeaf]] = {}
        self._nodes: dict[str, dict[NodeId, bytes]] = {}

    def size(self, log: str) -> int:
        """Return the number of leaves."""
        return len(self._leaves.get(log, ()))

    def nodes(self, log: str, wanted: Sequence[NodeId]) -> Mapping[NodeId, bytes]:
        """Return the hashes of all wanted nodes."""
        held = self._nodes.get(log, {})
        for level, index in wanted:
            if (level, index) not in held:
                raise NotFoundError("log.node", f"node {level}/{index} is not stored")
        return {node: held[node] for node in wanted}

    def append(self, log: str, *, start: int, leaves: Sequence[StoredLeaf], nodes: Sequence[NodeRow]) -> None:
        """Store leaves and the nodes they complete."""
        if start != self.size(log):
            raise ConflictError(
                "log.size", f"the log has {self.size(log)} leaves, not {start}", hint="try again"
            )
        self._leaves.setdefault(log, []).extend(leaves)
        self._nodes.setdefault(log, {}).update({(level, index): result for level, index, result in nodes})

    def leaf(self, log: str, index: int) -> StoredLeaf:
        """Return a leaf."""
        if not 0 <= index < self.size(log):
            raise NotFoundError("log.leaf", f"no leaf {index}")
        return self._leaves[log][index]

    def leaves(self, log: str, start: int, stop: int) -> Iterator[StoredLeaf]:
        """Yield the leaves that exist in the range."""
        return iter(self._leaves.get(log, [])[max(start, 0) : max(stop, 0)])

    def find(self, log: str, digest: bytes) -> tuple[int, ...]:
        """Return the indices of all leaves over this digest."""
        return tuple(at for at, item in enumerate(self._leaves.get(log, ())) if item.leaf.digest == digest)


class MemoryHeads:
    """Signed heads of own logs, and what was witnessed of the logs of others."""

    def __init__(self) -> None:
        self._notes: dict[str, dict[int, bytes]] = {}
        self._heads: dict[str, Witnessed] = {}
        self._alarms: dict[tuple[bytes, bytes], Alarm] = {}

    def put_checkpoint(self, log: str, size: int, note: bytes) -> None:
        """Store a signed checkpoint."""
        self._notes.setdefault(log, {})[size] = note

    def checkpoint(self, log: str) -> bytes | None:
        """Return the signed checkpoint of the greatest size."""
        held = self._notes.get(log)
        return held[max(held)] if held else None

    def checkpoint_at(self, log: str, size: int) -> bytes | None:
        """Return the signed checkpoint of one size."""
        return self._notes.get(log, {}).get(size)

    def checkpoints(self, log: str) -> tuple[tuple[int, bytes], ...]:
        """Return all signed checkpoints, smallest first."""
        return tuple(sorted(self._notes.get(log, {}).items()))

    def witnessed(self, origin: str) -> Witnessed | None:
        """Return the head held of somebody else's log."""
        return self._heads.get(origin)

    def set_witnessed(self, origin: str, *, expected_size: int | None, state: Witnessed) -> bool:
        """Store a head if the one held has the expected size."""
        held = self._heads.get(origin)
        if (None if held is None else held.size) != expected_size:
            return False
        self._heads[origin] = state
        return True

    def put_alarm(self, alarm: Alarm) -> None:
        """Store an alarm; the same two notes again change nothing."""
        self._alarms.setdefault((alarm.held, alarm.offered), alarm)

    def alarms(self) -> tuple[Alarm, ...]:
        """Return all alarms, oldest first."""
        return tuple(self._alarms.values())


class MemoryLogStore(MemoryLeaves, MemoryHeads):
    """Everything in dictionaries; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        MemoryLeaves.__init__(self)
        MemoryHeads.__init__(self)
