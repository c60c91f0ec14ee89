"""Where the story plays: two practice nodes, each served by a process of its own on the loopback."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from comity.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from comity.cli.ports import Desks
    from comity.cli.toolbox import Toolbox
    from comity.kernel.ids import OfficerName
    from comity.node.views import Actor

_T = TypeVar("_T")
PATIENCE = 60.0
"""Seconds that one step may wait for the other node."""

_PAUSE = 0.1
_GRACE = 15.0
_MOST_SAID = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One of the two Parties on the stage.

    Attributes:
        party: Its practice code.
        authority: Its contact point.
        folder: Its node.
        duty: Name of the duty officer.
        head: Name of the head of the office, whose approval the heavier acts need.
        desks: The open node.
    """

    party: str
    authority: str
    folder: Path
    duty: str
    head: str
    desks: Desks

    def officer(self, name: str) -> Actor:
        """Return an officer of this office."""
        return self.desks.actor(name)


class Served:
    """A node that another process serves.

    Args:
        folder: The node.
        port: For the pages.
        exchange_port: For the exchange.
    """

    def __init__(self, folder: Path, *, port: int, exchange_port: int) -> None:
        self.folder = folder
        self._answers = folder.with_name(f"{folder.name}-serve.txt")
        self._errors = folder.with_name(f"{folder.name}-serve-errors.txt")
        self._ports = ("--port", str(port), "--exchange-port", str(exchange_port))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; ``stop`` must be called however the story ends."""
        command = [sys.executable, "-m", "comity", "serve", str(self.folder), *self._ports]
        with self._answers.open("wb") as answers, self._errors.open("wb") as errors, _held_back():
            # A session of its own: Ctrl-C reaches the storyteller only, who then ends both nodes in order.
            self._process = subprocess.Popen(  # noqa: S603  our own program
                command, stdin=subprocess.DEVNULL, stdout=answers, stderr=errors, start_new_session=True
            )

    def ready_line(self) -> str | None:
        """Return the line that says that the node is served, None as long as there is none."""
        self.require_alive()
        line, end, _ = self._answers.read_text(errors="replace").partition("\n")
        return line if end else None

    def require_alive(self) -> None:
        """Raise UnavailableError ``demo.node_stopped`` when the process has ended."""
        if self._process is not None and self._process.poll() is not None:
            said = self._errors.read_text(errors="replace").strip().partition("\n")[0][:_MOST_SAID]
            raise UnavailableError(
                "demo.node_stopped",
                f"the process that serves {self.folder.name} ended with {self._process.returncode}: {said}",
                hint="the file named holds all it said",
                where=str(self._errors),
            )

    def stop(self) -> None:
        """End the process: asked first, then made to."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def _held_back() -> Iterator[None]:
    """Hold a stop back while a process starts, so that none is started whose number nobody knows."""
    came: list[int] = []
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(name, lambda number, _frame: came.append(number)) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)
    if came:
        raise KeyboardInterrupt


def free_ports(count: int) -> tuple[int, ...]:
    """Return ports of the loopback that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return tuple(int(one.getsockname()[1]) for one in sockets)


def wait_for(
    what: str, probe: Callable[[], _T | None], served: tuple[Served, ...], *, patience: float = PATIENCE
) -> _T:
    """Ask again and again until the probe finds something; give up after ``patience`` seconds.

    Raises:
        UnavailableError: ``demo.timeout``, or ``demo.node_stopped`` as soon as a node ends.
    """
    until = time.monotonic() + patience
    while (found := probe()) is None:
        for one in served:
            one.require_alive()
        if time.monotonic() > until:
            raise UnavailableError(
                "demo.timeout", f"waited {patience:.0f} seconds for {what} in vain", hint="try once more"
            )
        time.sleep(_PAUSE)
    return found


@contextlib.contextmanager
def raised_stage(
    toolbox: Toolbox, workdir: Path, cast: tuple[tuple[str, str, str, str], ...]
) -> Iterator[tuple[tuple[Office, ...], tuple[Served, ...], tuple[str, ...]]]:
    """Make, staff, pin and serve the nodes of the cast; end every process on the way out.

    Args:
        toolbox: Makes and opens nodes.
        workdir: An existing folder that holds no node of the cast yet.
        cast: Party code, name of the Party, duty officer and head of each.

    Yields:
        The offices, the processes, and the twelve words both sides compared.
    """
    ports = free_ports(2 * len(cast))
    with ExitStack() as stack:
        offices = []
        for place, (party, name, duty, head) in enumerate(cast):
            folder = workdir / party.lower()
            toolbox.init_node(
                str(folder),
                party=party,
                name=name,
                practice=True,
                exchange_port=ports[2 * place + 1],
                passphrase=None,
            )
            desks = stack.enter_context(toolbox.open_node(str(folder), unlock=_no_passphrase))
            offices.append(_staff(desks, party=party, folder=folder, duty=duty, head=head))
        words = _pin(offices)
        served = []
        for place, office in enumerate(offices):
            one = Served(office.folder, port=ports[2 * place], exchange_port=ports[2 * place + 1])
            stack.callback(one.stop)
            one.start()
            served.append(one)
        for one in served:
            wait_for(f"{one.folder.name} to be served", one.ready_line, tuple(served))
        yield tuple(offices), tuple(served), words


def _staff(desks: Desks, *, party: str, folder: Path, duty: str, head: str) -> Office:
    """Add a duty officer and a head to the office that ``init`` made."""
    first = desks.people.officers()[0]
    registrar = desks.actor(first.name)
    present = {officer.name for officer in desks.people.officers()}
    for name, role in ((duty, "duty-officer"), (head, "head")):
        if name not in present:
            desks.people.add_officer(
                registrar, authority=first.authority, name=name, roles=(role,), passphrase=None
            )
    return Office(party=party, authority=first.authority, folder=folder, duty=duty, head=head, desks=desks)


def _pin(offices: list[Office]) -> tuple[str, ...]:
    """Let the two offices pin each other: cards exchanged, twelve words compared, two officers each."""
    one, other = offices
    words: tuple[str, ...] = ()
    for here, there in ((one, other), (other, one)):
        card = there.desks.peers.card()
        words = tuple(here.desks.peers.words(card))
        here.desks.peers.add(
            here.officer(here.head), card=card, words=" ".join(words), confirmed_by=(here.duty,)
        )
    return words


def _no_passphrase(_: OfficerName) -> bytes | None:
    return None
