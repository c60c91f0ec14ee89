"""Crossings: the points between two instructions that leave something durable, or on the wire.

Installed in a process that serves a node, from outside: the product knows nothing of it. Every commit, every
request and answer of the exchange, every call of a blob or piece store, every sync and every rename of a file
is one crossing before and one after. A crossing that somebody adds later is counted by itself, because ports
and system calls are wrapped, not steps.
"""

import functools
import mmap
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

_FIELDS = struct.Struct("<6q")
SPEED = 20
"""How much faster a practice clock runs, so that seconds of waiting before the next try take a twentieth."""


class Board:
    """Numbers that a test and the process it watches share, through a file.

    Args:
        path: The file; made where it is absent.
    """

    NAMES = ("armed", "fatal", "crossed", "pieces", "refuse_disk", "refused")

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_FIELDS.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _FIELDS.size)

    def get(self, name: str) -> int:
        return struct.unpack_from("<q", self._map, 8 * self.NAMES.index(name))[0]

    def set(self, **values: int) -> None:
        for name, value in values.items():
            struct.pack_into("<q", self._map, 8 * self.NAMES.index(name), value)


class PracticeClock:
    """A clock that all processes of one test share, ``SPEED`` times as fast as the machine's."""

    def __init__(self, epoch: tuple[int, int]) -> None:
        self._wall, self._ticks = epoch

    def now(self) -> int:
        return self._wall + (time.monotonic_ns() - self._ticks) * SPEED // 1000


def ticks() -> float:
    return time.monotonic() * SPEED


class Trap:
    """Ends this very process, as ``kill -9`` does, at the crossing that the board names.

    Args:
        board: Where the number stands; counting begins once it is armed.
        trail: File that each crossing is written to, so that a failure can say where it was.
    """

    def __init__(self, board: Board, trail: Path) -> None:
        self.board = board
        self._lock = threading.Lock()
        self._trail = os.open(trail, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def cross(self, name: str) -> None:
        if not self.board.get("armed"):
            return
        with self._lock:
            count = self.board.get("crossed") + 1
            self.board.set(crossed=count)
            os.write(self._trail, f"{count} {name}\n".encode())
            if count == self.board.get("fatal"):
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: object, attribute: str, *, name: str = "") -> None:
        """Make the calls of one function crossings: before it, and after it returned."""
        real = getattr(owner, attribute)
        called = name or f"{getattr(owner, '__name__', owner)}.{attribute}"

        @functools.wraps(real)
        def crossed(*arguments, **more):
            self.cross(f"before {called}")
            result = real(*arguments, **more)
            self.cross(f"after {called}")
            return result

        setattr(owner, attribute, crossed)


def set_trap(trap: Trap) -> None:
    """Wrap the ports of the program in this process: store, transport, door, pieces, blobs, files."""
    from comity.exchange.deliveries import DeliveryDesk
    from comity.exchange.runs import Taking
    from comity.exchange.service import ExchangeDesk
    from comity.storage.blobs.folder import FolderBlobs
    from comity.storage.blobs.pieces import FolderPieceKeeper, FolderPieces
    from comity.storage.sql.store import SqlStore
    from comity.transport.https import HttpsTransport

    for owner in (HttpsTransport, FolderPieces, FolderPieceKeeper, FolderBlobs):
        for attribute in _public(owner):
            trap.around(owner, attribute)
    for owner, attributes in (
        (ExchangeDesk, ("send", "receive")),
        (DeliveryDesk, ("status", "take_start", "taking", "send")),
        (Taking, ("take", "end")),
        (os, ("fsync", "fdatasync", "pwrite")),
        (Path, ("rename", "unlink")),
    ):
        for attribute in attributes:
            trap.around(owner, attribute)
    SqlStore.transaction = _crossed_commits(trap, SqlStore.transaction)


def count_pieces(board: Board) -> None:
    """Count the pieces that come in, those that came before too."""
    from comity.exchange.runs import Taking

    real, lock = Taking.take, threading.Lock()

    @functools.wraps(real)
    def counted(*arguments, **more):
        with lock:
            board.set(pieces=board.get("pieces") + 1)
        return real(*arguments, **more)

    Taking.take = counted


def hasten(epoch: tuple[int, int]) -> None:
    """Let this process live by the practice clock: instants, and the ticks that the composition hands out."""
    import comity.bootstrap.pages
    import comity.bootstrap.serving
    import comity.bootstrap.working  # noqa: F401  what serving is composed of
    from comity.bootstrap import nodes, opening

    for module in (nodes, opening):
        assert callable(module.SystemClock)
        module.SystemClock = functools.partial(PracticeClock, epoch)
    composing = [module for name, module in sys.modules.items() if name.startswith("comity.bootstrap.")]
    timed = [module for module in composing if getattr(module, "time", None) is time]
    assert timed
    for module in timed:
        module.time = SimpleNamespace(monotonic=ticks)


def _public(owner: type) -> list[str]:
    return [name for name, value in vars(owner).items() if not name.startswith("_") and callable(value)]


def _crossed_commits(trap: Trap, real: Callable) -> Callable:
    @contextmanager
    def transaction(store):
        trap.cross("before begin")
        with real(store) as tx:
            yield tx
            trap.cross("before commit")
        trap.cross("after commit")

    return transaction
