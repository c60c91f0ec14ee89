"""One receiving node: on SQLite in one process, and on PostgreSQL in four; acts a second from four peers.

Four peers, each a process with a node on SQLite, call one node, 64 acts to a call. Calls go through pipes, so
that the stores are compared and not the network. Both sides run interleaved; PostgreSQL is a private server
with fsync. Peers stand for machines of their own: what each does alone is done before the clock runs (sign,
seal, write the calls as for a disk) or after it has stopped (take the answers, each act with its receipt).

    python -m benchmarks.postgres [--rounds 6] [--repeat 3] [--json]
"""

import argparse
import json
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.exchange import IN_FLIGHT, Author, _introduce
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.cases.ports import Address
from comity.exchange.calls import Caller, CallToMake
from comity.exchange.envelope import MOST_MESSAGES, End
from comity.kernel.errors import ComityError
from comity.kernel.ids import AuthorityId
from comity.node.exchanging import exchange_desk
from tests import postgres

PEERS = 4
LEAST_RATIO = 1.0
_SPAWN = multiprocessing.get_context("spawn")


class Piped:
    """A transport that hands calls to a process of the receiving node."""

    def __init__(self, pipe: Connection, me: End) -> None:
        self.pipe, self.me = pipe, me

    def call(self, call: CallToMake) -> bytes:
        """Return the answer to a call."""
        self.pipe.send((self.me, call.nonce, call.body))
        answer = self.pipe.recv()
        if isinstance(answer, ComityError):
            raise answer
        return answer


def receive(folder: str, pipes: list[Connection]) -> None:
    """Be one process of the receiving node, with a thread for each peer that calls it."""
    with opened(folder) as (_, _, place):
        desk = exchange_desk(place)

        def answer(pipe: Connection) -> None:
            while (call := pipe.recv()) is not None:
                end, nonce, body = call
                try:
                    pipe.send(desk.receive(Caller(end=end, nonce=nonce), body))
                except ComityError as exc:
                    pipe.send(exc)

        threads = [threading.Thread(target=answer, args=(pipe,)) for pipe in pipes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def send(folder: str, to: Address, pipe: Connection, rounds: int, start: Any, ended: Any) -> None:
    """Be one peer: write acts and calls, wait for the others, call, and tell how long it took in seconds."""
    with opened(folder) as (_, _, place):
        author = Author(place, to)
        author.transport = Piped(pipe, End(authority=author.me.authority, root=author.me.root))
        author.send([author.write()])
        acts = [author.write() for _ in range(rounds * IN_FLIGHT)]
        for first in range(0, len(acts), IN_FLIGHT):
            author.issue(acts[first : first + IN_FLIGHT])
        calls = _calls(author, to, len(acts))
        start.wait()
        began = time.perf_counter()
        answers = [author.transport.call(call) for call in calls]
        took = time.perf_counter() - began
        for call, answer in zip(calls, answers, strict=True):
            author.desk.answered(call, answer)
        author.require_settled(acts)
        ended.put(took)
    pipe.send(None)


def _calls(author: Author, to: Address, messages: int) -> list[CallToMake]:
    """Return the calls that carry so many queued messages."""
    peer = End(authority=to.authority, root=to.root)
    made: list[CallToMake] = []
    while (carried := sum(len(call.message_ids) for call in made)) < messages:
        call = author.desk.prepare(author.me.authority, peer, carried=carried)
        if call is None:
            raise RuntimeError(f"only {carried} of {messages} messages are queued")
        made.append(call)
    return made


def rate(folder: Path, *, store: str, processes: int, rounds: int) -> float:
    """Return the acts a second that a new node took from its peers."""
    names = ["receiver", *(f"peer-{number}" for number in range(PEERS))]
    for number, name in enumerate(names):
        init_node(
            str(folder / name),
            party=f"XA{chr(ord('A') + number)}",
            name=name,
            practice=True,
            host="127.0.0.1",
            exchange_port=8443,
            passphrase=None,
            store=store if name == "receiver" else "",
        )
    with opened(str(folder / "receiver")) as (_, _, receiver):
        for name in names[1:]:
            with opened(str(folder / name)) as (_, _, peer):
                _introduce(peer, receiver)
        with receiver.store.snapshot() as tx:
            to = Address(authority=AuthorityId("XAA/contact-point"), root=receiver.root(tx))
    pipes = [_SPAWN.Pipe() for _ in range(PEERS)]
    start, ended = _SPAWN.Barrier(PEERS), _SPAWN.Queue()
    shares = [[theirs for _, theirs in pipes[number::processes]] for number in range(processes)]
    workers = [_SPAWN.Process(target=receive, args=(str(folder / "receiver"), share)) for share in shares]
    workers += [
        _SPAWN.Process(target=send, args=(str(folder / name), to, pipe, rounds, start, ended))
        for name, (pipe, _) in zip(names[1:], pipes, strict=True)
    ]
    for worker in workers:
        worker.start()
    slowest = max(ended.get(timeout=600) for _ in range(PEERS))
    for worker in workers:
        worker.join(timeout=20)
    return PEERS * rounds * IN_FLIGHT / slowest


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when PostgreSQL with four processes is as fast as one SQLite node."""
    parser = argparse.ArgumentParser(prog="benchmarks.postgres", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=16)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found: dict[str, list[float]] = {"sqlite": [], "postgresql": []}
    with postgres.started(durable=True) as server:
        for _ in range(chosen.repeat):
            for name, store, processes in (("sqlite", "", 1), ("postgresql", server.dsn(), 4)):
                with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
                    found[name].append(
                        rate(Path(folder), store=store, processes=processes, rounds=chosen.rounds)
                    )
    rates = {name: round(statistics.median(values), 1) for name, values in found.items()}
    ratio = round(rates["postgresql"] / rates["sqlite"], 2)
    if chosen.json:
        print(json.dumps({"acts_a_second": rates, "ratio": ratio}))
    else:
        print(f"receiving from {PEERS} peers, {MOST_MESSAGES} acts to a call, median of {chosen.repeat}")
        print(f"  SQLite, one process         {rates['sqlite']:.0f} acts/s")
        print(f"  PostgreSQL, four processes  {rates['postgresql']:.0f} acts/s")
        print(f"  of SQLite                   {ratio:.2f} (at least {LEAST_RATIO})")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    raise SystemExit(main())
