"""A transport that carries nothing more once the node stops, so that no transfer holds it up."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from comity.exchange.calls import CallToMake, Destination
from comity.exchange.deliveries import PieceTransport
from comity.exchange.runs import Run
from comity.exchange.service import Transport
from comity.kernel.errors import UnavailableError
from comity.kernel.ids import ActId

STOPPING = "worker.stopping"


class FullTransport(Transport, PieceTransport, Protocol):
    """Carries calls and pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UntilStopped:
    """Both transports of the exchange, until an event is set.

    Every method raises UnavailableError ``worker.stopping`` afterwards; a later run goes on from there.
    """

    transport: FullTransport
    stop: threading.Event

    def call(self, call: CallToMake) -> bytes:
        """Return the answer to a call."""
        self._require_running()
        return self.transport.call(call)

    def status(self, to: Destination, act_id: ActId) -> bytes:
        """Return the status of a delivery over there."""
        self._require_running()
        return self.transport.status(to, act_id)

    def put_start(self, to: Destination, act_id: ActId, body: bytes) -> None:
        """Hand over header and hashes."""
        self._require_running()
        self.transport.put_start(to, act_id, body)

    def put_pieces(self, to: Destination, act_id: ActId, run: Run) -> None:
        """Hand over the pieces of a run; none goes any more once the node stops."""
        self._require_running()
        self.transport.put_pieces(to, act_id, replace(run, pieces=lambda: self._while_running(run)))

    def _while_running(self, run: Run) -> Iterator[bytes]:
        for piece in run.pieces():
            self._require_running()
            yield piece

    def _require_running(self) -> None:
        if self.stop.is_set():
            raise UnavailableError(STOPPING, "this node is stopping")
