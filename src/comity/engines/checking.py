"""Checking many signatures at once: on every core that this process may use."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from comity.kernel.signing import Claim

FEWEST = 4
_MOST_CORES = 8


class ParallelChecker:
    """A :data:`comity.kernel.signing.Checker` on threads: the library checks outside the interpreter's lock.

    The caller's thread does its share, so that one core needs no other thread.
    """

    def __init__(self, *, cores: int | None = None) -> None:
        self._cores = min(cores or len(os.sched_getaffinity(0)), _MOST_CORES)
        self._pool: ThreadPoolExecutor | None = None

    def __call__(self, claims: Sequence[Claim]) -> None:
        """Look at the signatures; each envelope remembers what held."""
        if self._cores < 2 or len(claims) < FEWEST:
            return
        shares = [claims[start :: self._cores] for start in range(self._cores)]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._cores - 1, thread_name_prefix="signatures")
        others = [self._pool.submit(_look, share) for share in shares[1:]]
        _look(shares[0])
        for other in others:
            other.result()


def _look(claims: Sequence[Claim]) -> None:
    for envelope, public in claims:
        envelope.is_signed_by(public)
