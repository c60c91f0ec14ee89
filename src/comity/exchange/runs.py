"""Runs: pieces that follow one another and travel in one request, each judged and kept by itself.

A request for pieces signs method, path, media type and length, and not a digest of its body: the act signed
the root over the leaves, and no piece is kept that has not its leaf. So each byte is hashed once.

Basis: PROTOCOL rule 21
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from comity.kernel.errors import MalformedError

PIECE = 1 << 20
MOST_TOGETHER = 16
"""Pieces in one request at most."""
MOST_RUN = MOST_TOGETHER * PIECE


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Pieces on their way.

    Attributes:
        first: Number of the first.
        size: Bytes of all of them.
        pieces: Yields them in order, read when their turn comes.
    """

    first: int
    size: int
    pieces: Callable[[], Iterator[bytes]] = field(repr=False)

    def __post_init__(self) -> None:
        if self.first < 0 or not 0 < self.size <= MOST_RUN:
            raise ValueError("a run has a first piece and at most 16 MiB")

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return -(-self.size // PIECE)


def run_of(first: int, *pieces: bytes) -> Run:
    """Return a run of pieces that are in memory."""
    return Run(first=first, size=sum(map(len, pieces)), pieces=lambda: iter(pieces))


class PieceKeeper(Protocol):
    """Keeps the pieces of one run."""

    def put(self, index: int, data: bytes) -> None:
        """Judge one piece by its leaf and keep it; durable once :meth:`settle` has returned.

        Raises:
            UntrustedError: it is not the piece that the list names; what was put before stays.
        """
        ...

    def settle(self) -> bool:
        """Make durable what was put, and tell whether every piece of the delivery is here now."""
        ...

    def close(self) -> None:
        """Let go; harmless twice."""
        ...


class Taking:
    """One run on its way in.

    Args:
        keeper: Judges and keeps.
        first: Number of the first piece.
        complete: Called when every piece of the delivery is here; the run is durable then.
    """

    def __init__(self, keeper: PieceKeeper | None, *, first: int, complete: Callable[[], None]) -> None:
        self._keeper, self._next, self._complete = keeper, first, complete

    def take(self, data: bytes) -> None:
        """Take the next piece; errors as :meth:`PieceKeeper.put`."""
        index, self._next = self._next, self._next + 1
        if self._keeper is not None:
            self._keeper.put(index, data)

    def end(self) -> None:
        """Keep what was taken, durably, whether or not the run came whole; called once."""
        if self._keeper is None:
            return
        try:
            whole = self._keeper.settle()
        finally:
            self._keeper.close()
        if whole:
            self._complete()


def require_run(first: int, size: int, *, pieces: int) -> None:
    """Raise MalformedError ``delivery.piece`` unless a run of so many bytes may begin with that piece.

    Args:
        first: Number of the first piece.
        size: Bytes in all.
        pieces: Pieces of the delivery.
    """
    if not 0 <= first <= first + -(-size // PIECE) - 1 < pieces or not 0 < size <= MOST_RUN:
        raise MalformedError("delivery.piece", f"there are no such pieces from {first} on")
