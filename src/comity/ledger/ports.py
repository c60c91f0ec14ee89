"""What the ledger needs from a store; every call runs inside the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from comity.ledger.heads import Alarm, Witnessed
from comity.ledger.leaves import StoredLeaf
from comity.ledger.merkle import NodeId, NodeRow


class LeafStore(Protocol):
    """Leaves and nodes of own logs, by origin."""

    def size(self, log: str) -> int:
        """Return the number of leaves; 0 for a log never heard of."""
        ...

    def nodes(self, log: str, wanted: Sequence[NodeId]) -> Mapping[NodeId, bytes]:
        """Return the hashes of all wanted nodes; raise NotFoundError ``log.node`` if one is not stored."""
        ...

    def append(self, log: str, *, start: int, leaves: Sequence[StoredLeaf], nodes: Sequence[NodeRow]) -> None:
        """Store leaves from index ``start`` on, and the nodes they complete.

        Raises:
            ConflictError: ``log.size`` when ``start`` is not the size of the log.
        """
        ...

    def leaf(self, log: str, index: int) -> StoredLeaf:
        """Return a leaf; raise NotFoundError ``log.leaf``."""
        ...

    def leaves(self, log: str, start: int, stop: int) -> Iterator[StoredLeaf]:
        """Yield the leaves ``[start, stop)`` that exist, in order."""
        ...

    def find(self, log: str, digest: bytes) -> tuple[int, ...]:
        """Return the indices of all leaves over this digest, ascending."""
        ...


class HeadStore(Protocol):
    """Signed heads of own logs, and what was witnessed of the logs of others."""

    def put_checkpoint(self, log: str, size: int, note: bytes) -> None:
        """Store a signed checkpoint of an own log; one of the same size is replaced."""
        ...

    def checkpoint(self, log: str) -> bytes | None:
        """Return the signed checkpoint of the greatest size; None when there is none."""
        ...

    def checkpoint_at(self, log: str, size: int) -> bytes | None:
        """Return the signed checkpoint of one size; None when there is none."""
        ...

    def checkpoints(self, log: str) -> tuple[tuple[int, bytes], ...]:
        """Return all ``(size, note)`` of an own log, smallest first."""
        ...

    def witnessed(self, origin: str) -> Witnessed | None:
        """Return the head held of somebody else's log."""
        ...

    def set_witnessed(self, origin: str, *, expected_size: int | None, state: Witnessed) -> bool:
        """Store a head if the one held has ``expected_size`` (None: none is held), and tell whether."""
        ...

    def put_alarm(self, alarm: Alarm) -> None:
        """Store an alarm; the same two notes again change nothing."""
        ...

    def alarms(self) -> tuple[Alarm, ...]:
        """Return all alarms, oldest first."""
        ...


class LogStore(LeafStore, HeadStore, Protocol):
    """Everything the ledger keeps, within the caller's transaction."""
