"""Leases in memory."""

from comity.kernel.clock import Instant
from comity.node.ports import LONGEST_LEASE


class MemoryLeaseStore:
    """Who works on what; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._leases: dict[str, tuple[str, Instant]] = {}

    def take(self, name: str, *, holder: str, now: Instant, until: Instant) -> bool:
        """Take or renew a lease; return False, changing nothing, while another holder has it."""
        if self.holder(name, now=now) not in (None, holder):
            return False
        self._leases[name] = (holder, until)
        return True

    def holder(self, name: str, *, now: Instant) -> str | None:
        """Return who has a lease now; None when nobody has."""
        held = self._leases.get(name)
        return held[0] if held is not None and now < held[1] <= now + LONGEST_LEASE else None

    def holders(self) -> tuple[str, ...]:
        """Return everybody in whose name a lease is written, sorted."""
        return tuple(sorted({holder for holder, _ in self._leases.values()}))

    def drop(self, holder: str) -> int:
        """Give up every lease of a holder and return how many there were."""
        mine = [name for name, (by, _) in self._leases.items() if by == holder]
        for name in mine:
            del self._leases[name]
        return len(mine)
