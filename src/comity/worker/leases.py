"""What this process believes to hold of the leases that the processes of a node share."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

LEASE_SECONDS = 15.0
ASK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """Takes and renews leases, asking the store seldom; safe to use from several threads.

    A lease is kept until it ends, also when the work is done, so that one that comes back costs nothing.
    While it lasts no other process does that work; whoever loses it unawares does it beside another, which
    every step of the work withstands.

    Attributes:
        take: Takes or renews a lease in the store for so many seconds; False while another process has it.
        ticks: Seconds of a clock that never goes back.
    """

    take: Callable[[str, float], bool]
    ticks: Callable[[], float]
    _until: dict[str, float] = field(default_factory=dict)
    _ask_at: dict[str, float] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def have(self, name: str, *, seconds: float = LEASE_SECONDS) -> bool:
        """Tell whether the work of a name is this process's, taking or renewing it in time."""
        with self._turn:
            began = self.ticks()
            if self._until.get(name, began) - began > seconds / 2:
                return True
            if self._ask_at.get(name, began) > began:
                return False
            self._until.pop(name, None)
            self._ask_at[name] = began + ASK_AGAIN_SECONDS
        if not self.take(name, seconds):
            return False
        with self._turn:
            self._until[name] = began + seconds
            self._ask_at.pop(name, None)
        return True

    def renew(self, names: frozenset[Hashable]) -> None:
        """Renew in time what is held of the names; those of them that are not held stay so."""
        with self._turn:
            held = [name for name in self._until if name in names]
        for name in held:
            self.have(name)
