"""``comity serve``: the exchange door and the work of a node, in one process."""

import sys
import threading
import time
from collections.abc import Callable

from comity.api.app import exchange_app
from comity.api.exchange import ExchangeToolbox
from comity.api.server import serve
from comity.bootstrap.nodes import CERTIFICATE, PRIVATE_KEY, TLS, blobs_of, opened, pieces_of
from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.exchange.deliveries import DeliveryDesk
from comity.exchange.records import Delivery, Direction
from comity.exchange.service import ExchangeDesk
from comity.kernel.clock import HOUR, MINUTE, SECOND, Instant
from comity.kernel.errors import ComityError
from comity.kernel.ids import ActId
from comity.node.delivering import delivery_desk
from comity.node.exchanging import exchange_desk
from comity.node.ports import Transaction
from comity.node.workplace import Workplace
from comity.storage.blobs.pieces import FolderPieces
from comity.transport.https import HttpsTransport
from comity.worker.loop import Round, WorkerToolbox, run

SEND_EVERY = SECOND // 5
PRUNE_EVERY = MINUTE
DELIVERY_WAIT = 2 * SECOND


def serve_node(
    directory: str,
    *,
    exchange_port: int | None,
    host: str | None,
    ready: Callable[[str], None],
) -> None:
    """Serve the exchange of a node and do its work until SIGINT or SIGTERM.

    Args:
        directory: The node's folder.
        exchange_port: Port of the exchange; None for the one configured, 0 for any free one.
        host: Address to listen on; None for the one configured.
        ready: Called once with one line when the door is open.

    Raises:
        UnavailableError: ``serve.port``.
    """
    with opened(directory) as (folder, config, place):
        blobs, pieces = blobs_of(folder), pieces_of(folder)
        for left in (blobs.sweep, pieces.sweep):
            left()
        FolderEvidenceFiles(folder / "room").sweep()
        exchange, deliveries = exchange_desk(place), delivery_desk(place, blobs, pieces)
        stop = threading.Event()
        worker = _worker(place, exchange, deliveries, pieces, stop)
        address = host or config.host
        port = config.exchange_port if exchange_port is None else exchange_port

        def opens() -> None:
            worker.start()
            ready(f"{config.party} exchange https://{address}:{port}")

        try:
            serve(
                exchange_app(_toolbox(place, exchange, deliveries)),
                host=address,
                port=port,
                certificate=folder / TLS / CERTIFICATE,
                key=folder / TLS / PRIVATE_KEY,
                ready=opens,
                stop=stop,
            )
        finally:
            stop.set()
            if worker.is_alive():
                worker.join(timeout=10)


def _toolbox(
    place: Workplace, exchange: ExchangeDesk[Transaction], deliveries: DeliveryDesk[Transaction]
) -> ExchangeToolbox:
    return ExchangeToolbox(
        caller_key=exchange.caller_key,
        receive=exchange.receive,
        delivery_status=deliveries.status,
        take_start=deliveries.take_start,
        take_piece=deliveries.take_piece,
        now=place.clock.now,
        report=_report,
    )


def _worker(
    place: Workplace,
    exchange: ExchangeDesk[Transaction],
    deliveries: DeliveryDesk[Transaction],
    pieces: FolderPieces,
    stop: threading.Event,
) -> threading.Thread:
    transport = HttpsTransport(clock=place.clock, entropy=place.entropy)
    chores = _Chores(place, exchange, deliveries, pieces, transport)
    toolbox = WorkerToolbox(
        rounds=(
            Round(name="send", every=SEND_EVERY, run=chores.send),
            Round(name="deliver", every=SEND_EVERY, run=chores.deliver),
            Round(name="prune", every=PRUNE_EVERY, run=chores.prune),
        ),
        now=lambda: Instant(time.monotonic_ns() // 1000),
        wait=lambda pause: stop.wait(pause / SECOND),
        report=_report,
    )

    def work() -> None:
        try:
            run(toolbox)
        finally:
            transport.close()

    return threading.Thread(target=work, name="worker")


class _Chores:
    """The rounds of a node."""

    def __init__(
        self,
        place: Workplace,
        exchange: ExchangeDesk[Transaction],
        deliveries: DeliveryDesk[Transaction],
        pieces: FolderPieces,
        transport: HttpsTransport,
    ) -> None:
        self._place = place
        self._exchange = exchange
        self._deliveries = deliveries
        self._pieces = pieces
        self._transport = transport

    def send(self) -> bool:
        """Send what is due to every peer; what failed waits for its own time."""
        sent = 0
        for office in self._exchange.offices():
            for peer in self._exchange.channels_due(office.authority):
                report = self._exchange.send(office.authority, peer, self._transport)
                sent += report.messages
                if report.failure is not None:
                    _report(f"send: {peer.authority} {report.failure.code}")
        return sent > 0

    def deliver(self) -> bool:
        """Move the pieces of open deliveries whose act the receiver has stored."""
        moved = 0
        for office in self._exchange.offices():
            with self._place.store.snapshot() as tx:
                found = tx.exchange.open_deliveries(office.authority, direction=Direction.OUT)
                now = self._place.clock.now()
                ready = [
                    delivery
                    for delivery in found
                    if delivery.next_at <= now and tx.exchange.settled(delivery.act_id) is not None
                ]
            for delivery in ready:
                try:
                    moved += self._deliveries.send(office.authority, delivery.act_id, self._transport)
                except ComityError as exc:
                    self._postpone(delivery)
                    _report(f"deliver: {delivery.act_id[:12]} {exc.code}")
        return moved > 0

    def _postpone(self, delivery: Delivery) -> None:
        """Set when a delivery that was cut off goes on: twice as long each time, at most an hour."""
        wait = min(DELIVERY_WAIT << min(delivery.attempts, 16), HOUR)
        with self._place.store.transaction() as tx:
            next_at = Instant(self._place.clock.now() + wait)
            tx.exchange.put_delivery(replace(delivery, attempts=delivery.attempts + 1, next_at=next_at))

    def prune(self) -> bool:
        """Forget nonces that are too old to be used again, and pieces that became a package."""
        with self._place.store.transaction() as tx:
            tx.exchange.forget_nonces(self._place.clock.now())
        for name in self._pieces.deliveries():
            with self._place.store.snapshot() as tx:
                done = any(
                    tx.evidence.delivered(office.authority, ActId(name)) is not None
                    for office in self._exchange.offices()
                )
            if done:
                self._pieces.forget(name)
        return False


def _report(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
