"""Nonces of requests that may be repeated without harm: remembered while their window lasts, in memory."""

import threading
from collections import deque

from comity.kernel.clock import Instant
from comity.kernel.ids import KeyId

MOST = 200_000


class SeenNonces:
    """Tells a replay within its window; forgets the oldest first. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: set[tuple[KeyId, bytes]] = set()
        self._order: deque[tuple[Instant, tuple[KeyId, bytes]]] = deque()
        self._lock = threading.Lock()

    def remember(self, key: KeyId, nonce: bytes, *, now: Instant, until: Instant) -> bool:
        """Keep a nonce of a key until an instant; return False if it is known already."""
        name = (key, nonce)
        with self._lock:
            while self._order and self._order[0][0] < now:
                self._forget_oldest()
            if name in self._known:
                return False
            if len(self._order) >= MOST:
                self._forget_oldest()
            self._known.add(name)
            self._order.append((until, name))
            return True

    def _forget_oldest(self) -> None:
        self._known.discard(self._order.popleft()[1])
