"""Pieces of 1 MiB of the age payload and the Merkle tree over them.

    leaf = BLAKE3(0x00 ‖ piece)        node = BLAKE3(0x01 ‖ left ‖ right)

The tree has the shape of RFC 9162: the left subtree of n leaves holds the largest power of two below
n. The payload is everything behind the age header, its nonce included; so new recipients, who change
the header, change no piece.

Basis: RFC 9162 section 2.1, PROTOCOL rule 21
"""

from dataclasses import dataclass
from typing import Protocol

from blake3 import blake3

from comity.evidence.errors import bad_piece
from comity.kernel.errors import MalformedError, UntrustedError

PIECE = 1 << 20
LEAF_SIZE = 32

_LEAF, _NODE = b"\x00", b"\x01"


class PieceHasher:
    """Takes the payload in any portions and keeps the leaf of every piece.

    Args:
        leaves: Of the whole pieces that were hashed before.
    """

    __slots__ = ("_leaves", "_state", "length")

    def __init__(self, *, leaves: bytes = b"") -> None:
        self._leaves = [leaves[at : at + LEAF_SIZE] for at in range(0, len(leaves), LEAF_SIZE)]
        self._state = blake3(_LEAF)
        self.length = len(self._leaves) * PIECE

    def update(self, payload: memoryview) -> None:
        """Take the next bytes of the payload."""
        at, size, room = 0, len(payload), PIECE - self.length % PIECE
        self.length += size
        while size - at >= room:
            self._state.update(payload[at : at + room])
            self._leaves.append(self._state.digest())
            self._state = blake3(_LEAF)
            at, room = at + room, PIECE
        if at < size:
            self._state.update(payload[at:])

    def complete_from(self, number: int) -> bytes:
        """Return the leaves of the whole pieces from that number on."""
        return b"".join(self._leaves[number:])

    def leaves(self) -> bytes:
        """Return the leaves of all pieces, one after the other; the last piece may be short."""
        if self.length % PIECE:
            return b"".join((*self._leaves, self._state.digest()))
        return b"".join(self._leaves)


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceList:
    """The leaves of a payload: enough to judge each piece by itself.

    Attributes:
        payload_length: Bytes of the payload.
        leaves: 32 bytes for each piece, in order.
    """

    payload_length: int
    leaves: bytes

    def __post_init__(self) -> None:
        if self.payload_length < 1 or len(self.leaves) != LEAF_SIZE * piece_count(self.payload_length):
            raise MalformedError("piece.list", "the list of pieces does not fit the length of the payload")

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return len(self.leaves) // LEAF_SIZE

    @property
    def root(self) -> str:
        """The Merkle root, in hexadecimal: what ``evidence.deliver`` signs, and the stored file's name."""
        return merkle_root(self.leaves).hex()

    def size_of(self, index: int) -> int:
        """Return the bytes of one piece; raise MalformedError for a number outside the payload."""
        return _size_of(index, payload_length=self.payload_length)

    def require_root(self, root: str) -> None:
        """Raise UntrustedError ``piece.root`` unless the leaves belong to the signed root."""
        if self.root != root:
            raise UntrustedError("piece.root", "the list of pieces is not the one that was signed")

    def require_piece(self, index: int, data: bytes | memoryview) -> None:
        """Raise UntrustedError ``piece.digest`` unless the bytes are this very piece."""
        leaf = self.leaves[max(index, 0) * LEAF_SIZE : (max(index, 0) + 1) * LEAF_SIZE]
        require_leaf(index, data, payload_length=self.payload_length, leaf=leaf)


class PieceMap:
    """Which pieces are here: one byte a piece, so that marking one never rewrites another."""

    __slots__ = ("_marks",)

    def __init__(self, marks: bytes | int) -> None:
        self._marks = bytearray(marks)

    def mark(self, index: int) -> None:
        """Note that a piece is here."""
        self._marks[index] = 1

    def has(self, index: int) -> bool:
        """Tell whether a piece is here."""
        return self._marks[index] == 1

    @property
    def received(self) -> int:
        """How many pieces are here."""
        return self._marks.count(1)

    @property
    def complete(self) -> bool:
        """Whether every piece is here."""
        return self.received == len(self._marks)

    def missing(self, *, most: int) -> tuple[int, ...]:
        """Return the first numbers of pieces that are not here, at most so many."""
        found: list[int] = []
        at = self._marks.find(0)
        while at >= 0 and len(found) < most:
            found.append(at)
            at = self._marks.find(0, at + 1)
        return tuple(found)


class PieceKeeper(Protocol):
    """Keeps pieces of one delivery that come together."""

    def put(self, index: int, data: bytes) -> None:
        """Keep one piece; durable once :meth:`settle` has returned. A repetition changes nothing.

        Raises:
            UntrustedError: ``piece.digest``: it is not the piece that the list names.
        """
        ...

    def settle(self) -> bool:
        """Make durable what was put, and tell whether every piece of the delivery is here now."""
        ...

    def close(self) -> None:
        """Let go; harmless twice."""
        ...


def piece_count(payload_length: int) -> int:
    """Return how many pieces a payload has."""
    return -(-payload_length // PIECE)


def require_leaf(index: int, data: bytes | memoryview, *, payload_length: int, leaf: bytes) -> None:
    """Raise UntrustedError ``piece.digest`` unless the bytes are the piece with this leaf.

    Args:
        index: Number of the piece; MalformedError ``piece.index`` for one outside the payload.
        data: The bytes.
        payload_length: Bytes of the whole payload.
        leaf: Its leaf hash, from the signed list.
    """
    size = _size_of(index, payload_length=payload_length)
    if len(data) != size:
        raise bad_piece(index, f"has {len(data)} bytes instead of {size}")
    if leaf_of(data) != leaf:
        raise bad_piece(index, "is not the one that the delivery names")


def _size_of(index: int, *, payload_length: int) -> int:
    count = piece_count(payload_length)
    if not 0 <= index < count:
        raise MalformedError("piece.index", f"piece {index} of {count} does not exist")
    return min(PIECE, payload_length - index * PIECE)


def leaf_of(piece: bytes | memoryview) -> bytes:
    """Return the leaf hash of one piece."""
    state = blake3(_LEAF)
    state.update(piece)
    return state.digest()


def merkle_root(leaves: bytes) -> bytes:
    """Return the root over concatenated 32-byte leaf hashes; raise ValueError for none.

    Basis: RFC 9162 section 2.1.1
    """
    if not leaves or len(leaves) % LEAF_SIZE:
        raise ValueError("a tree has at least one leaf, and leaves of 32 bytes")
    level = [leaves[at : at + LEAF_SIZE] for at in range(0, len(leaves), LEAF_SIZE)]
    # NOTE: pairing level by level and carrying an odd last node up gives the shape of RFC 9162.
    while len(level) > 1:
        paired = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) & ~1 :]
    return level[0]


def _node(left: bytes, right: bytes) -> bytes:
    return blake3(_NODE + left + right).digest()
