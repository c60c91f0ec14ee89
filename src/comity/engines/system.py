"""The machine's own clock and randomness, behind the kernel's ports."""

import os
import time

from comity.kernel.clock import Instant


class SystemClock:
    """The machine's clock, UTC."""

    def now(self) -> Instant:
        """Return the current instant."""
        return Instant(time.time_ns() // 1000)


class SystemEntropy:
    """The kernel's random source, fit for keys."""

    def bytes(self, count: int) -> bytes:
        """Return ``count`` random bytes."""
        return os.urandom(count)
