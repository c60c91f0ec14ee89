"""Heads of somebody else's log: the one held, and two that do not go together."""

from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.clock import Instant
from comity.kernel.errors import UntrustedError
from comity.ledger.merkle import HASH_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """The largest head that this node has accepted of a log.

    Attributes:
        origin: Name of the log.
        size: Number of leaves.
        root: Root of the tree.
        note: Bytes of the signed checkpoint, as they came.
        at: When it was accepted.
    """

    origin: str
    size: int
    root: bytes
    note: bytes
    at: Instant

    def __post_init__(self) -> None:
        if not self.origin or self.size < 0 or len(self.root) != HASH_SIZE or not self.note:
            raise ValueError("not a head of a log")


class AlarmKind(StrEnum):
    """What a log did that no honest log does."""

    FORK = "log.fork"
    ROLLBACK = "log.rollback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Two heads of one log that do not go together, both signed by the log.

    Attributes:
        kind: Fork or rollback.
        origin: Name of the log.
        held: Bytes of the note held before.
        offered: Bytes of the note that was offered.
        proven: Whether the two notes alone prove it (same size, different roots). Otherwise the log
            owes a consistency proof that holds.
        at: When it was found.
    """

    kind: AlarmKind
    origin: str
    held: bytes
    offered: bytes
    proven: bool
    at: Instant

    def error(self) -> UntrustedError:
        """Return the error for a caller that must stop; raise it only after the alarm is stored."""
        return UntrustedError(
            self.kind.value,
            f"the log {self.origin} does not continue from the head held before",
            hint="stop relying on this log and let people on both sides compare the two stored heads",
        )
