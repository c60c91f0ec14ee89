"""Lists that a process holds ready to be searched, and a thread for what may take longer."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

T = TypeVar("T")


class ProcessMemory(Generic[T]):
    """Fulfils ``Memory``.

    Args:
        searches: About how many searches a list that is held will be asked for: none for a process that
            ends with one command.
    """

    def __init__(self, *, searches: int = 0) -> None:
        self._searches = searches
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._held: dict[str, T] = {}
        self._working = threading.Semaphore(1)

    @property
    def searches(self) -> int:
        """About how many searches a list that is held will be asked for."""
        return self._searches

    def turn(self, name: str) -> AbstractContextManager[object]:
        """Let one at a time make or change what is held under a name."""
        with self._guard:
            return self._turns.setdefault(name, threading.Lock())

    def get(self, name: str) -> T | None:
        """Return what is held under a name, or None."""
        return self._held.get(name)

    def put(self, name: str, held: T) -> None:
        """Hold something under a name."""
        self._held[name] = held

    def beside(self, work: Callable[[], None]) -> None:
        """Have something done in a thread; not at all while another thing is being done so."""
        if not self._working.acquire(blocking=False):
            return

        def done() -> None:
            try:
                work()
            finally:
                self._working.release()

        threading.Thread(target=done, name="renewing", daemon=True).start()
