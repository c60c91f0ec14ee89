"""The line of a node: acts before pieces, pieces by weight, and no more bytes than a head allowed."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from comity.exchange.calls import CallToMake, Destination
from comity.exchange.envelope import End
from comity.exchange.pacing import Allowance, Bucket, Turns
from comity.exchange.runs import Run
from comity.kernel.ids import ActId
from comity.worker.stopping import FullTransport

AT_ONCE = 2
"""Pieces on their way to one peer at one time."""
LOOK_SECONDS = 1.0
BACK_SECONDS = 0.2
"""So long the place of a delivery is kept that has just sent a piece."""
YIELD_SECONDS = 10.0
"""So long at most a piece that is on its way stands still for an act: the receiver waits thirty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Shared by all lanes of a process; safe to use from several threads.

    Attributes:
        allowance: What is allowed now; asked often.
        ticks: Seconds of a clock that never goes back.
        pause: Waits on a condition that is held, for so many seconds at most.
    """

    allowance: Callable[[], Allowance]
    ticks: Callable[[], float]
    pause: Callable[[threading.Condition, float], object] = threading.Condition.wait
    _turns: Turns = field(default_factory=Turns)
    _bucket: Bucket = field(default_factory=Bucket)
    _acts: Counter[End] = field(default_factory=Counter)
    _pieces: Counter[End] = field(default_factory=Counter)
    _waiting: dict[str, End] = field(default_factory=dict)
    _back_soon: dict[str, tuple[End, float]] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def ordered(self, deliveries: Sequence[tuple[str, int]]) -> list[str]:
        """Return the names of the open deliveries, the next to be worked first, and forget all others.

        Args:
            deliveries: Name and weight of each.
        """
        with self._changed:
            for name, weight in deliveries:
                self._turns.join(name, weight=weight)
            names = [name for name, _ in deliveries]
            self._turns.keep(names)
            return self._turns.order(names)

    @contextmanager
    def act(self, peer: End, size: int) -> Iterator[None]:
        """Send an act or a start: at once, whatever else waits; what it takes is counted."""
        with self._changed:
            self._bucket.take(size, rate=self.allowance().rate, now=self.ticks())
            self._acts[peer] += 1
        try:
            yield
        finally:
            with self._changed:
                self._acts[peer] -= 1
                self._changed.notify_all()

    @contextmanager
    def piece(self, delivery: str, peer: End, size: int) -> Iterator[None]:
        """Send a piece, when no act to that peer is under way and it is this delivery's turn."""
        with self._changed:
            self._waiting[delivery] = peer
            self._back_soon.pop(delivery, None)
            try:
                while not self._may_begin(delivery, peer):
                    self.pause(self._changed, BACK_SECONDS if self._back_soon else LOOK_SECONDS)
            finally:
                del self._waiting[delivery]
            self._turns.served(delivery, size)
            self._pieces[peer] += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._pieces[peer] -= 1
                self._back_soon[delivery] = (peer, self.ticks() + BACK_SECONDS)
                self._changed.notify_all()

    def portion(self, peer: End, size: int) -> None:
        """Wait until a portion of a piece that is on its way may go."""
        with self._changed:
            until = self.ticks() + YIELD_SECONDS
            while self._acts[peer] and self.ticks() < until:
                self.pause(self._changed, LOOK_SECONDS)
            began = self.ticks()
            due = began + self._bucket.take(size, rate=self.allowance().rate, now=began)
            while self.ticks() < due:
                self.pause(self._changed, due - self.ticks())

    def is_paced(self) -> bool:
        """Tell whether pieces go in portions now."""
        allowed = self.allowance()
        return allowed.is_narrow or allowed.rate > 0

    def _may_begin(self, delivery: str, peer: End) -> bool:
        narrow = self.allowance().is_narrow
        if self._acts[peer] or (narrow and self._acts.total()):
            return False
        if not self._has_place(peer, narrow=narrow):
            return False
        # NOTE: who has just sent a piece brings the next at once; else one that waits came between each time.
        for name in [name for name, (_, until) in self._back_soon.items() if until <= self.ticks()]:
            del self._back_soon[name]
        ready = self._waiting | {name: to for name, (to, _) in self._back_soon.items()}
        able = [n for n, to in ready.items() if not self._acts[to] and self._has_place(to, narrow=narrow)]
        return self._turns.order(able)[0] == delivery

    def _has_place(self, peer: End, *, narrow: bool) -> bool:
        return not self._pieces.total() if narrow else self._pieces[peer] < AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLine:
    """Both transports of the exchange, each step in its turn."""

    transport: FullTransport
    line: Line

    def call(self, call: CallToMake) -> bytes:
        """Return the answer to a call."""
        with self.line.act(call.to.peer, len(call.body)):
            return self.transport.call(call)

    def status(self, to: Destination, act_id: ActId) -> bytes:
        """Return the status of a delivery over there."""
        return self.transport.status(to, act_id)

    def put_start(self, to: Destination, act_id: ActId, body: bytes) -> None:
        """Hand over header and hashes."""
        with self.line.act(to.peer, len(body)):
            self.transport.put_start(to, act_id, body)

    def put_pieces(self, to: Destination, act_id: ActId, run: Run) -> None:
        """Hand over the pieces of a run."""
        with self.line.piece(act_id, to.peer, run.size):
            self.transport.put_pieces(to, act_id, run)
