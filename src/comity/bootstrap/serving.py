"""``comity serve``: the pages and the exchange door of a node, and its work unless others do it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from comity.api.app import exchange_app
from comity.api.exchange import ExchangeToolbox
from comity.api.server import Listener, serve_all
from comity.bootstrap.doors import PagesDoor, pages_door
from comity.bootstrap.folders import blobs_of, pieces_of, present, sweep_left
from comity.bootstrap.keys import require_keys
from comity.bootstrap.opening import CERTIFICATE, PRIVATE_KEY, TLS, opened
from comity.bootstrap.reporting import report
from comity.cli.toolbox import PagesWish
from comity.config import USUAL_PORT
from comity.engines.allocator import share_arenas
from comity.engines.presence import Presence
from comity.exchange.deliveries import DeliveryDesk
from comity.exchange.service import ExchangeDesk
from comity.node.delivering import delivery_desk
from comity.node.exchanging import exchange_desk
from comity.node.ports import Transaction
from comity.node.workplace import Workplace

if TYPE_CHECKING:
    from comity.worker.loop import Worker

EXCHANGE, PAGES = "exchange", "pages"
_NO_WISH = PagesWish()


def serve_node(
    directory: str,
    *,
    port: int | None,
    exchange_port: int | None,
    host: str | None,
    ready: Callable[[str], None],
    only: str = "",
    with_worker: bool = True,
    share_ports: bool = False,
    pages: PagesWish = _NO_WISH,
) -> None:
    """Serve the pages and the exchange of a node, and do its work, until SIGINT or SIGTERM.

    Args:
        directory: The node's folder.
        port: Port of the pages; None for the one configured, and for any
            free one where nobody configured one and another node has the usual one; 0 for any.
        exchange_port: Port of the exchange; None for the one configured, 0 for any free one.
        host: Address of the exchange to listen on; None for the one configured.
        ready: Called once with one line when the doors are open.
        only: The one door to open, ``exchange`` or ``pages``; both where it is empty.
        with_worker: Whether this process does the node's work too; ``work_node`` does nothing else.
        share_ports: Whether other processes of this node may listen on the same ports.
        pages: Where the pages listen, and with which certificate; the configuration where it says nothing.

    Raises:
        UnavailableError: ``serve.port``.
        DeniedError: ``serve.plain``: the pages would be plain HTTP beyond the loopback.
    """
    share_arenas()
    with opened(directory) as (folder, config, place), ExitStack() as stack:
        require_keys(place.keys)
        door = pages_door(folder, config, pages)
        presence = stack.enter_context(present(folder))
        sweep_left(folder, presence)
        stop = threading.Event()
        outer, inner = host or config.host, port
        if inner is None:
            inner = config.port if share_ports else _pages_port(config.port, host=door.host)
        exchange = exchange_port if exchange_port is not None else config.exchange_port
        listeners: dict[str, Listener] = {}
        if only != PAGES:
            listeners[EXCHANGE] = _outward(
                folder, place, presence, host=outer, port=exchange, shared=share_ports
            )
        if only != EXCHANGE:
            listeners[PAGES] = _inward(folder, place, presence, door, port=inner, shared=share_ports)
        worker = stack.enter_context(_worker(folder, place, presence, stop)) if with_worker else None

        def opens(ports: tuple[int, ...]) -> None:
            if worker is not None:
                stack.enter_context(_running(worker, stop))
            where = {EXCHANGE: f"https://{outer}:{{}}".format, PAGES: door.address}
            opened_at = (f"{name} {where[name](at)}" for name, at in zip(listeners, ports, strict=True))
            ready(" ".join((config.party, *opened_at)))

        serve_all(list(listeners.values()), ready=opens, stop=stop)


def _worker(
    folder: Path, place: Workplace, presence: Presence, stop: threading.Event
) -> AbstractContextManager["Worker"]:
    """Return the loop of the node; a door alone does not load what it takes."""
    from comity.bootstrap.working import loop_of

    return loop_of(folder, place, presence, stop=stop)


@contextmanager
def _running(worker: "Worker", stop: threading.Event) -> Iterator[None]:
    """Have the loop run in a thread of its own until the end of the block."""
    thread = threading.Thread(target=worker.run, args=(stop,), name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        worker.wake()
        thread.join(timeout=10)


def _pages_port(configured: int, *, host: str) -> int:
    """Return the port configured, or 0 for any when it is only the usual one and somebody else has it."""
    if configured != USUAL_PORT:
        return configured
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, configured), family=family):
            return configured
    except OSError:
        return 0


def _outward(
    folder: Path, place: Workplace, presence: Presence, *, host: str, port: int, shared: bool
) -> Listener:
    """Return the door of the other Parties' nodes."""
    blobs, pieces = blobs_of(folder, presence), pieces_of(folder, presence)
    return Listener(
        app=exchange_app(_toolbox(place, exchange_desk(place), delivery_desk(place, blobs, pieces))),
        host=host,
        port=port,
        certificate=folder / TLS / CERTIFICATE,
        key=folder / TLS / PRIVATE_KEY,
        shared=shared,
    )


def _inward(
    folder: Path, place: Workplace, presence: Presence, door: PagesDoor, *, port: int, shared: bool
) -> Listener:
    """Return the door of the officers; the door of the exchange alone does not load their pages."""
    from comity.bootstrap.pages import officers_app

    app = officers_app(folder, place, presence, secure=door.secure, report=report)
    return Listener(
        app=app, host=door.host, port=port, certificate=door.certificate, key=door.key, shared=shared
    )


def _toolbox(
    place: Workplace, exchange: ExchangeDesk[Transaction], deliveries: DeliveryDesk[Transaction]
) -> ExchangeToolbox:
    return ExchangeToolbox(
        caller_key=exchange.caller_key,
        receive=exchange.receive,
        delivery_status=deliveries.status,
        take_start=deliveries.take_start,
        take_pieces=deliveries.taking,
        now=place.clock.now,
        report=report,
    )
