"""``comity serve``: the pages, the exchange door and the work of a node, in one process."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.api.app import exchange_app
from comity.api.exchange import ExchangeToolbox
from comity.api.server import Listener, serve_all
from comity.bootstrap.nodes import CERTIFICATE, PRIVATE_KEY, TLS, blobs_of, opened, pieces_of
from comity.bootstrap.pages import officers_app
from comity.config import USUAL_PORT
from comity.engines.evidencefiles import FolderEvidenceFiles
from comity.exchange.deliveries import DeliveryDesk
from comity.exchange.envelope import End
from comity.exchange.records import Direction
from comity.exchange.service import ExchangeDesk
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId
from comity.node.delivering import delivery_desk
from comity.node.exchanging import exchange_desk
from comity.node.founding import ENTRY_KEY
from comity.node.ports import Job, Transaction
from comity.node.workplace import Workplace
from comity.storage.blobs.pieces import FolderPieces
from comity.transport.https import HttpsTransport
from comity.worker.lanes import Lanes
from comity.worker.loop import Worker, WorkerToolbox
from comity.worker.stopping import UntilStopped

LOOPBACK = "127.0.0.1"


def serve_node(
    directory: str,
    *,
    port: int | None,
    exchange_port: int | None,
    host: str | None,
    ready: Callable[[str], None],
) -> None:
    """Serve the pages and the exchange of a node and do its work until SIGINT or SIGTERM.

    Args:
        directory: The node's folder.
        port: Port of the pages, which listen on the loopback only; None for the one configured, and for any
            free one where nobody configured one and another node has the usual one; 0 for any.
        exchange_port: Port of the exchange; None for the one configured, 0 for any free one.
        host: Address of the exchange to listen on; None for the one configured.
        ready: Called once with one line when both doors are open.

    Raises:
        UnavailableError: ``serve.port``.
    """
    with opened(directory) as (folder, config, place):
        blobs, pieces = blobs_of(folder), pieces_of(folder)
        for sweep in (blobs.sweep, pieces.sweep, FolderEvidenceFiles(folder / "room").sweep):
            sweep()
        exchange, deliveries = exchange_desk(place), delivery_desk(place, blobs, pieces)
        stop = threading.Event()
        transport = HttpsTransport(clock=place.clock, entropy=place.entropy)
        worker = _worker(
            place,
            exchange,
            deliveries,
            _Chores(place=place, pieces=pieces),
            UntilStopped(transport=transport, stop=stop),
        )
        thread = threading.Thread(target=worker.run, args=(stop,), name="worker")
        address = host or config.host
        listeners = [
            Listener(
                app=exchange_app(_toolbox(place, exchange, deliveries)),
                host=address,
                port=config.exchange_port if exchange_port is None else exchange_port,
                certificate=folder / TLS / CERTIFICATE,
                key=folder / TLS / PRIVATE_KEY,
            ),
            _inward(folder, place, port=_pages_port(config.port) if port is None else port),
        ]

        def opens(ports: tuple[int, ...]) -> None:
            thread.start()
            ready(_addresses(config.party, address, ports))

        try:
            serve_all(listeners, ready=opens, stop=stop)
        finally:
            stop.set()
            worker.wake()
            if thread.is_alive():
                thread.join(timeout=10)
            transport.close()


def _addresses(party: str, host: str, ports: tuple[int, ...]) -> str:
    return f"{party} exchange https://{host}:{ports[0]} pages http://{LOOPBACK}:{ports[1]}"


def _pages_port(configured: int) -> int:
    """Return the port configured, or 0 for any when it is only the usual one and somebody else has it."""
    if configured != USUAL_PORT:
        return configured
    try:
        with socket.create_server((LOOPBACK, configured)):
            return configured
    except OSError:
        return 0


def _inward(folder: Path, place: Workplace, *, port: int) -> Listener:
    """Return the door of the officers: plain HTTP, so on the loopback only."""
    app = officers_app(folder, place, secure=False, report=_report)
    return Listener(app=app, host=LOOPBACK, port=port)


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
    chores: "_Chores",
    transport: UntilStopped,
) -> Worker:
    toolbox = WorkerToolbox(
        authorities=lambda: [office.authority for office in exchange.offices()],
        channels_due=exchange.channels_due,
        channels_to_greet=chores.channels_to_greet,
        send=lambda office, peer, greet: exchange.send(office, peer, transport, even_if_empty=greet),
        transfers=chores.transfers,
        transfer=lambda office, act_id: deliveries.send(office, act_id, transport),
        finish_arrivals=chores.finish_arrivals,
        claim=chores.claim,
        finish_job=chores.finish_job,
        retry_job=chores.retry_job,
        handlers={},
        prune=chores.prune,
        now=place.clock.now,
        ticks=time.monotonic,
        report=_report,
    )
    return Worker(toolbox=toolbox, lanes=Lanes(ticks=time.monotonic))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chores:
    """Look-ups and small steps of the worker, each in a transaction of its own."""

    place: Workplace
    pieces: FolderPieces

    def channels_to_greet(self, authority: AuthorityId) -> list[End]:
        """Return the peers that this office has exchanged with: heads and cosignatures go to and fro."""
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            found = []
            for pin in tx.exchange.pins():
                entry = (
                    None
                    if pin.ours
                    else self.place.directory.party(tx.exchange, pin.fingerprint).in_force(now)
                )
                for office in entry.authorities if entry is not None else ():
                    state = tx.exchange.peer_state(authority, pin.fingerprint, to=office.id)
                    if state.last_contact_at and office.endpoint:
                        found.append(End(authority=office.id, root=pin.fingerprint))
        return found

    def transfers(self) -> list[tuple[AuthorityId, ActId]]:
        """Return the outgoing deliveries whose announcing act the receiver has stored."""
        with self.place.store.snapshot() as tx:
            return [
                (office, delivery.act_id)
                for office in self.place.authorities(tx)
                for delivery in tx.exchange.open_deliveries(office, direction=Direction.OUT)
                if tx.exchange.settled(delivery.act_id) is not None
            ]

    def finish_arrivals(self) -> None:
        """Forget the pieces of deliveries that became packages."""
        for name in self.pieces.deliveries():
            with self.place.store.snapshot() as tx:
                offices = self.place.authorities(tx)
                done = any(tx.evidence.delivered(office, ActId(name)) is not None for office in offices)
            if done:
                self.pieces.forget(name)

    def claim(self, kinds: Sequence[str], now: Instant, lease: int) -> Job | None:
        """Lease the job longest due."""
        with self.place.store.transaction() as tx:
            return tx.jobs.claim(kinds, now=now, lease=lease)

    def finish_job(self, job: Job) -> None:
        """Mark a job done."""
        with self.place.store.transaction() as tx:
            tx.jobs.finish(job.key)

    def retry_job(self, job: Job, due: Instant) -> None:
        """Give a job back until an instant."""
        with self.place.store.transaction() as tx:
            tx.jobs.retry(job.key, due=due)

    def prune(self, now: Instant) -> None:
        """Forget nonces whose window has passed; look after the age keys and the national log."""
        with self.place.store.transaction() as tx:
            tx.exchange.forget_nonces(now)
            offices = self.place.authorities(tx)
        keeper = self.place.keeper
        if not self.place.keys.is_locked(ENTRY_KEY):
            for office in offices:
                keeper.rotate_age(office)
        keeper.destroy_old()
        self.place.commit_heads()


def _report(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
