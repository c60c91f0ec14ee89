"""The port for randomness, so that a seed replays a whole run."""

import hashlib
from typing import Protocol


class Entropy(Protocol):
    """Where random bytes come from."""

    def bytes(self, count: int) -> bytes:
        """Return ``count`` random bytes fit for keys."""
        ...


class SeededEntropy:
    """Deterministic bytes from a seed, for tests and the simulator; never for a real node."""

    def __init__(self, seed: int | str) -> None:
        self._seed = str(seed).encode()
        self._drawn = 0

    def bytes(self, count: int) -> bytes:
        """Return the next ``count`` bytes of the stream that the seed defines."""
        self._drawn += 1
        return hashlib.shake_256(self._seed + b"/" + str(self._drawn).encode()).digest(count)
