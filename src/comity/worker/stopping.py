"""A transport that carries nothing more once the node stops, so that no transfer holds it up."""

import threading
from dataclasses import dataclass
from typing import Protocol

from comity.exchange.calls import CallToMake, Destination
from comity.exchange.deliveries import PieceTransport
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

    def put_piece(self, to: Destination, act_id: ActId, index: int, data: bytes) -> None:
        """Hand over one piece."""
        self._require_running()
        self.transport.put_piece(to, act_id, index, data)

    def _require_running(self) -> None:
        if self.stop.is_set():
            raise UnavailableError(STOPPING, "this node is stopping")
