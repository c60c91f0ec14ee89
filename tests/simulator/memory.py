"""A store whose transactions are atomic and can be cut off, before or after the commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from comity.storage.memory.exchange import MemoryExchangeStore
from comity.storage.memory.logs import MemoryLogStore
from tests.simulator.mail import Letters


class CrashError(BaseException):
    """The power failed; nothing may catch it but the world itself."""


class State:
    """One consistent state; also the transaction, while it is worked on."""

    def __init__(self) -> None:
        self.exchange = MemoryExchangeStore()
        self.logs = MemoryLogStore()
        self.letters = Letters()

    def copy(self) -> "State":
        """Return a state that shares nothing that can change."""
        made = State()
        for name in ("exchange", "logs", "letters"):
            vars(getattr(made, name)).update(
                {key: _copied(value) for key, value in vars(getattr(self, name)).items()}
            )
        return made


class SimStore:
    """Transactions over states."""

    def __init__(self, power: Callable[[str], bool] = lambda where: True) -> None:
        self.state = State()
        self.power = power
        self.commits = 0

    @contextmanager
    def transaction(self) -> Iterator[State]:
        """Work on a copy; it replaces the state when the block ends well and the power holds."""
        work = self.state.copy()
        yield work
        if not self.power("before commit"):
            raise CrashError
        self.state = work
        self.commits += 1
        if not self.power("after commit"):
            raise CrashError

    @contextmanager
    def snapshot(self) -> Iterator[State]:
        """Read. That nothing writes here has a test of its own."""
        yield self.state


def _copied(value):
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
