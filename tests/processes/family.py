"""A node of several processes and a peer of one, on the loopback; every process is ended by its id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from comity.bootstrap.nodes import init_node, open_node
from comity.bootstrap.opening import opened
from comity.cases.ports import ActRecord
from comity.cases.wire import parse_signed_act
from comity.exchange.records import SendState
from comity.kernel.errors import ConflictError, UnavailableError
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import dump_ijson
from comity.ledger.origins import peer_log_origin
from comity.node.desks import Desks
from comity.requests.service import example

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds: against hanging only; nothing is judged by time."""
DUTY, HEAD = "a.diallo", "h.moreau"

T = TypeVar("T")


class Process:
    """One process of a node.

    Args:
        said: Where its stdout and stderr go.
        arguments: What follows ``comity``.
    """

    def __init__(self, said: Path, *arguments: str) -> None:
        self.said = said
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
        with said.open("wb") as out:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "comity", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**environment, "PYTHONPATH": str(ROOT / "src")},
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    def ready(self) -> str | None:
        """The line that tells that it is up; None as long as there is none."""
        self.require_running()
        line, end, _ = self.said.read_text().partition("\n")
        return line if end else None

    def require_running(self) -> None:
        assert self._popen.poll() is None, self.said.read_text()

    def end(self, name: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return how it ended."""
        if self._popen.poll() is None:
            self._popen.send_signal(name)
        try:
            return self._popen.wait(timeout=PATIENCE)
        finally:
            if self._popen.poll() is None:
                self._popen.kill()
                self._popen.wait()


@dataclass
class Member:
    """A node: its folder, its ports, its processes.

    Attributes:
        held: Sockets that keep its ports from everybody else; nobody listens on them.
    """

    party: str
    folder: Path
    pages: tuple[int, int]
    exchange: int
    running: list[Process] = field(default_factory=list)

    @property
    def authority(self) -> AuthorityId:
        return AuthorityId(f"{self.party}/contact-point")

    def door(self, number: int, *more: str) -> Process:
        """Start one more process that serves the node."""
        ports = ("--port", str(self.pages[number]), "--exchange-port", str(self.exchange))
        return self._started("serve", str(self.folder), *ports, "--share-ports", *more)

    def worker(self) -> Process:
        """Start one more process that does the node's work."""
        return self._started("worker", str(self.folder))

    def require_running(self) -> None:
        for process in self.running:
            process.require_running()

    def _started(self, *arguments: str) -> Process:
        said = self.folder.with_name(f"{self.folder.name}-{len(self.running)}.txt")
        self.running.append(Process(said, *arguments))
        return self.running[-1]


@contextmanager
def kept_ports(count: int) -> Iterator[list[int]]:
    """Yield ports of the loopback that stay ours: bound here, shared with those who share them."""
    with ExitStack() as stack:
        found = []
        for _ in range(count):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            one.bind(("127.0.0.1", 0))
            found.append(int(one.getsockname()[1]))
        yield found


@contextmanager
def family(folder: Path, *, store: str) -> Iterator[tuple[Member, Member]]:
    """Yield a node whose rows are in a store and a peer of it, staffed and pinned; end what they started."""
    with kept_ports(6) as ports:
        members = (
            Member(party="XAA", folder=folder / "many", pages=(ports[0], ports[1]), exchange=ports[2]),
            Member(party="XAB", folder=folder / "one", pages=(ports[3], ports[4]), exchange=ports[5]),
        )
        for member, where in zip(members, (store, ""), strict=True):
            init_node(
                str(member.folder),
                party=member.party,
                name=member.party,
                practice=True,
                host="127.0.0.1",
                exchange_port=member.exchange,
                passphrase=None,
                store=where,
            )
        with at_desk(members[0]) as one, at_desk(members[1]) as other:
            for desks in (one, other):
                _staff(desks)
            for here, there in ((one, other), (other, one)):
                card = there.peers.card()
                here.peers.add(here.actor(HEAD), card=card, words=" ".join(here.peers.words(card)))
        try:
            yield members
        finally:
            for process in (process for member in members for process in member.running):
                process.end(signal.SIGKILL)


@contextmanager
def at_desk(member: Member) -> Iterator[Desks]:
    """Open a node as one command does."""
    with open_node(str(member.folder), unlock=lambda _officer: None) as desks:
        yield desks


def _staff(desks: Desks) -> None:
    registrar = desks.actor(desks.people.officers()[0].name)
    for name, role in ((DUTY, "duty-officer"), (HEAD, "head")):
        desks.people.add_officer(
            registrar, authority=registrar.authority, name=name, roles=(role,), passphrase=None
        )


def ask(desks: Desks, to: Member, count: int) -> list[ActId]:
    """Have the officers issue so many requests, each a case of its own, and return their ids."""
    return [_patiently(lambda: _asked(desks, to)) for _ in range(count)]


def _asked(desks: Desks, to: Member) -> ActId:
    duty = desks.actor(DUTY)
    form = example("preservation")
    form["requesting_authority"]["id"], form["requested_party"] = duty.authority, to.party
    draft = desks.cases.draft_request(duty, form=dump_ijson(form), to=to.authority, case=None)
    for finding in draft.undecided:
        draft = desks.cases.decide(
            desks.actor(HEAD), act=draft.act, finding=finding, outcome="proceed", inner="practice"
        )
    for officer in (duty, desks.actor(HEAD))[: draft.persons_needed]:
        draft = desks.cases.approve(officer, act=draft.act, reason="practice")
    return ActId(desks.cases.issue(duty, act=draft.act).act)


def _patiently(do: Callable[[], T]) -> T:
    """Try again where another process of the node was quicker."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return do()
        except (ConflictError, UnavailableError):
            if time.monotonic() > until:
                raise


def wait_for(probe: Callable[[], T | None], *members: Member) -> T:
    """Ask until there is something; fail as soon as a process that should run does not."""
    until = time.monotonic() + PATIENCE
    while True:
        with suppress(UnavailableError):
            if (found := probe()) is not None:
                return found
        for member in members:
            member.require_running()
        assert time.monotonic() < until, [p.said.read_text() for member in members for p in member.running]
        time.sleep(0.05)


def settled(member: Member, acts: list[ActId]) -> bool | None:
    """Tell whether the peer has receipted every act, else None."""
    with opened(str(member.folder)) as (_, _, place), place.store.snapshot() as tx:
        found = [tx.exchange.settled(act) for act in acts]
    done = [one is not None and one.state is SendState.STORED for one in found]
    return True if all(done) else None


def require_once(member: Member, peer: Member, *, own: list[ActId], theirs: list[ActId]) -> None:
    """Each act is here, once, and once in the log that the two share; and there is nothing else."""
    with opened(str(member.folder)) as (_, _, place), place.store.snapshot() as tx:
        root = next(pin.fingerprint for pin in tx.exchange.pins() if not pin.ours)
        held: list[ActRecord] = [
            record
            for case in tx.acts.cases(member.authority)
            for record in tx.acts.of_case(member.authority, case)
        ]
        assert sorted(record.act_id for record in held) == sorted([*own, *theirs])
        origin = peer_log_origin(place.realm, authority=member.authority, peer_root=root)
        assert tx.logs.size(origin) == len(held)
        for record in held:
            assert len(tx.logs.find(origin, parse_signed_act(record.signed).digest)) == 1
        assert tx.exchange.alarms() == ()


def holders(member: Member) -> dict[str, int]:
    """Return who has leases, by name, with the id of each process."""
    with opened(str(member.folder)) as (folder, _, place), place.store.snapshot() as tx:
        return {name: _pid(folder, name) for name in tx.leases.holders()}


def sends(member: Member, peer: Member) -> int | None:
    """Return the id of the process that has the lane to a peer; None when none has."""
    with opened(str(member.folder)) as (folder, _, place), place.store.snapshot() as tx:
        root = next(pin.fingerprint for pin in tx.exchange.pins() if not pin.ours)
        lane = f"{member.authority} to {peer.authority} of {root[:16]}"
        name = tx.leases.holder(lane, now=place.clock.now())
        return None if name is None else _pid(folder, name)


def _pid(folder: Path, name: str) -> int:
    """Return the id of the process with a mark; 0 where the mark was removed, since it is no more."""
    try:
        return int((folder / "run" / name).read_text())
    except FileNotFoundError:
        return 0
