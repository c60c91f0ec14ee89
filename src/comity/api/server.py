"""Serves applications in this very process: one event loop, few threads, a clean stop.

Why this way: ``docs/adr/0006-server-in-process.md``.
"""

import asyncio
import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.server.embed import Server

from comity.kernel.errors import UnavailableError

BACKLOG = 128
IDLE_MILLISECONDS = 15_000
DRAIN_SECONDS = 1.5
THREADS_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One address with an application behind it.

    Attributes:
        app: An ASGI application.
        port: 0 takes any free one.
        certificate: PEM file of the certificate, and ``key`` that of its private key; without both the
            listener speaks plain HTTP, which is for faces on the loopback.
        shared: Whether other processes of the same user may listen there too, if all of them say so; the
            system spreads new connections over them.
    """

    app: Any
    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("TLS takes the certificate and its key")


def serve(
    app: Any,
    *,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    ready: Callable[[], None],
    stop: threading.Event,
) -> None:
    """Serve one application; see :func:`serve_all`."""
    listener = Listener(app=app, host=host, port=port, certificate=certificate, key=key)
    serve_all([listener], ready=lambda _ports: ready(), stop=stop)


def serve_all(
    listeners: Sequence[Listener], *, ready: Callable[[tuple[int, ...]], None], stop: threading.Event
) -> None:
    """Serve until ``stop`` is set or, in the main thread, SIGINT or SIGTERM comes; then return.

    Open requests get 1.5 seconds to end. Nothing is printed, and no request is logged.

    Args:
        listeners: What to serve where.
        ready: Called once every address listens, with the ports in the same order.
        stop: Set from any thread; a signal sets it too.

    Raises:
        UnavailableError: ``serve.port``: an address is taken or cannot be used; ``serve.certificate``.
    """
    with ExitStack() as stack:
        bound = [stack.enter_context(_bound(listener)) for listener in listeners]
        ports = tuple(made.getsockname()[1] for made in bound)
        servers = [_embedded(item, made) for item, made in zip(listeners, bound, strict=True)]
        before = _native_threads()
        try:
            asyncio.run(_run(servers, ready=lambda: ready(ports), stop=stop))
        finally:
            _outlive(before)


class _Embedded(Server):
    """The embedded server on a socket that we bound: an address in use is an error, not a second listener."""

    def __init__(self, listener: Listener, bound: socket.socket) -> None:
        self._bound = bound
        super().__init__(
            listener.app,
            address=listener.host,
            port=bound.getsockname()[1],
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=IDLE_MILLISECONDS),
            websockets=False,
            backlog=BACKLOG,
            log_enabled=False,
            ssl_cert=listener.certificate,
            ssl_key=listener.key,
            ssl_protocol_min=SSLProtocols.tls12,
        )

    def _init_shared_socket(self) -> None:
        # The server closes its own copy; ours is closed by whoever bound it.
        self._ssp = None
        self._shd: Any = SocketHolder(  # type: ignore[call-arg]  # its stub names no arguments
            self._bound.dup().detach(), False, BACKLOG
        )


def _embedded(listener: Listener, bound: socket.socket) -> _Embedded:
    try:
        return _Embedded(listener, bound)
    except OSError as exc:  # an SSLError is one
        raise UnavailableError(
            "serve.certificate",
            "the certificate and its key cannot be used",
            hint="both are PEM files in the node's folder; the key belongs to the certificate",
        ) from exc


async def _run(servers: Sequence[_Embedded], *, ready: Callable[[], None], stop: threading.Event) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        stop.wait()
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(stopping.set)

    waiter = threading.Thread(target=wake, name="serve-stop", daemon=True)
    with _signals(loop, stop.set):
        running = [asyncio.create_task(server.serve()) for server in servers]
        waiter.start()
        ready()
        stopped = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait([stopped, *running], return_when=asyncio.FIRST_COMPLETED)
            if not stopped.done():
                raise UnavailableError(
                    "serve.failed", "the server did not start", hint="look at the certificate and its key"
                )
        finally:
            stop.set()
            for server in servers:
                server.stop()  # type: ignore[no-untyped-call]
            _, late = await asyncio.wait(running, timeout=DRAIN_SECONDS)
            loop.set_exception_handler(_unless_cancelled)
            for task in (stopped, *late):
                task.cancel()
            await asyncio.gather(stopped, *running, return_exceptions=True)


def _outlive(before: frozenset[int]) -> None:
    """Wait for the threads of the server to end, half a second at most.

    They let go of Python objects last of all, which must not happen while the interpreter ends.
    """
    latest = time.monotonic() + THREADS_SECONDS
    while time.monotonic() < latest:
        of_python = {thread.native_id for thread in threading.enumerate()}
        if not _native_threads() - before - of_python:
            return
        time.sleep(0.005)


def _native_threads() -> frozenset[int]:
    """Return the ids of all threads of this process, Python's and others."""
    return frozenset(int(path.name) for path in Path("/proc/self/task").iterdir())


def _unless_cancelled(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say nothing when the server reports the end of a request that was cut off."""
    if not isinstance(context.get("exception"), asyncio.InvalidStateError):
        loop.default_exception_handler(context)


@contextmanager
def _signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM stop the server while the block runs, if this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = (signal.SIGINT, signal.SIGTERM)
    for name in names:
        loop.add_signal_handler(name, stop)
    try:
        yield
    finally:
        for name in names:
            loop.remove_signal_handler(name)


@contextmanager
def _bound(listener: Listener) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    try:
        made = socket.create_server(
            (listener.host, listener.port), family=family, backlog=BACKLOG, reuse_port=listener.shared
        )
    except OSError as exc:
        taken = exc.errno == errno.EADDRINUSE
        raise UnavailableError(
            "serve.port",
            f"{listener.host} port {listener.port} "
            + (
                "is used by another program"
                if taken
                else f"cannot be listened on: {os.strerror(exc.errno or 0)}"
            ),
            hint="stop the other program, or name another port"
            if taken
            else "name an address of this machine, and a port from 1024 on",
        ) from exc
    with made:
        yield made
