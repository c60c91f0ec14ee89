"""The same index without compiled code: every hash is compared, in plain Python. Slower, same answers."""

import threading
from collections.abc import Iterable, Sequence

from comity.protection.ports import Near


class PlainIndex:
    """Finds every hash within a distance by comparing with each.

    Args:
        rows: Number and 32 bytes each.
    """

    def __init__(self, rows: Iterable[tuple[int, bytes]] = ()) -> None:
        self._turn = threading.Lock()
        self._held = {key: int.from_bytes(hashed, "big") for key, hashed in rows}

    def __len__(self) -> int:
        """Return how many hashes count."""
        return len(self._held)

    @property
    def is_late(self) -> bool:
        """Whether renewing is worth its while: never."""
        return False

    def put(self, key: int, hashed: bytes) -> None:
        """Add a hash of 32 bytes, or put it in the place of another under the same key; none: remove it."""
        with self._turn:
            if hashed:
                self._held[key] = int.from_bytes(hashed, "big")
            else:
                self._held.pop(key, None)

    def search(self, asked: Sequence[bytes], *, most: int = 31) -> tuple[tuple[Near, ...], ...]:
        """Return, for each hash asked for, what lies within so many bits, the nearest first."""
        with self._turn:
            held = tuple(self._held.items())
        return tuple(_near(held, int.from_bytes(one, "big"), most) for one in asked)

    def renew(self) -> None:
        """Do nothing: there are no tables."""


def _near(held: Sequence[tuple[int, int]], asked: int, most: int) -> tuple[Near, ...]:
    found = [(apart, key) for key, one in held if (apart := (one ^ asked).bit_count()) <= most]
    return tuple(Near(key=key, distance=apart) for apart, key in sorted(found))
