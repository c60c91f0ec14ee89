"""A thousand changes among a million indicators, from one node to its peer: seconds, and bytes on the line.

Two nodes as they are founded, on SQLite with fsync, each a process of its own (``comity serve``), TLS between
them, and on the line something that counts bytes. Both hold the million already; then a thousand statements
are changed at once, some of them retracted, and the clock runs until the peer holds every change.

    python -m benchmarks.feeds [--many 1000000] [--changes 1000] [--folder KEPT] [--json]

To fill two nodes with a million takes some minutes; ``--folder`` keeps them there for the next go.
"""

import argparse
import json
import multiprocessing
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.exchange import _free_port, _introduce
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.config import read_config, write_config
from comity.evidence.limits import Limits
from comity.exchange.envelope import End
from comity.indicators.kinds import Kind
from comity.indicators.marks import Tlp
from comity.indicators.ports import STATEMENTS, Wanted
from comity.indicators.statements import Indicator, Publication, Retraction, named_uuid, parse_indicator
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import AuthorityId
from comity.node.feedbook import Channel, Reached, keep_fed, keep_reached, owner_of, shares_of
from comity.node.feedsharing import FeedDesk
from comity.node.founding import FIRST_OFFICER
from comity.node.stated import add_statements

MOST_SECONDS, MOST_BYTES = 10.0, 2_000_000
FILLED = "filled.json"
OURS, THEIRS = AuthorityId("XAA/contact-point"), AuthorityId("XAB/contact-point")
PORTION, WAIT = 20_000, 600.0


def statement(number: int, *, now: Instant, via: str = "") -> Indicator:
    """Return a statement of usual size; none is like another."""
    name = named_uuid(f"feed {number}")
    at = Instant(now // 1000 * 1000 - DAY)
    return Indicator(
        id=f"indicator--{name}",
        kind=Kind.URL,
        value=f"http://{name[:8]}.example/{name[9:]}/login",
        confidence=70,
        tlp=Tlp.AMBER,
        limits=Limits(
            basis=("40(4)",), purpose="fraud investigations", retain_until=Instant(now + 300 * DAY)
        ),
        created=at,
        modified=at,
        author=str(OURS),
        valid_from=at,
        labels=("phishing",),
        published=None if via else Publication(at=at, officer="a"),
        via=via,
    )


def fill(folder: str, authority: str, many: int, via: str, at: int) -> None:
    """Keep a million statements in a node."""
    now = Instant(at)
    with opened(folder) as (_, _, place):
        for first in range(0, many, PORTION):
            made = [statement(n, now=now, via=via) for n in range(first, min(first + PORTION, many))]
            with place.store.transaction() as tx:
                add_statements(tx, AuthorityId(authority), made, at=now)


def build(folder: Path, many: int) -> None:
    """Make two nodes that hold the same million, each filled by a process of its own."""
    line_port = _free_port()
    ports = {"a": _free_port(), "b": line_port}
    for name, party in (("a", "XAA"), ("b", "XAB")):
        init_node(
            str(folder / name), party=party, name=name, practice=True, host="127.0.0.1",
            exchange_port=ports[name], passphrase=None,
        )  # fmt: skip
    with opened(str(folder / "a")) as (_, _, a), opened(str(folder / "b")) as (_, _, b):
        _introduce(a, b)
        with a.store.snapshot() as tx:
            root = a.root(tx)
        at = int(a.clock.now())
    via = owner_of(End(authority=OURS, root=root))
    making = multiprocessing.get_context("spawn")
    both = [
        making.Process(target=fill, args=(str(folder / name), str(office), many, from_whom, at))
        for name, office, from_whom in (("a", OURS, ""), ("b", THEIRS, via))
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
        if one.exitcode:
            raise SystemExit("benchmarks: a node could not be filled")
    (folder / FILLED).write_text(json.dumps({"many": many, "line": line_port}), encoding="utf-8")


def chosen(count: int, many: int, go: int) -> tuple[str, ...]:
    """Return the ids of statements anywhere among the million, other ones in each go."""
    numbers = random.Random(go).sample(range(many), count)
    return tuple(f"indicator--{named_uuid(f'feed {number}')}" for number in numbers)


def told(place, names: tuple[str, ...]) -> None:
    """Share with the peer, which was told everything that is here already; the book says so of some."""
    FeedDesk(place=place).share(place.actor(FIRST_OFFICER), to=THEIRS, purpose="fraud investigations")
    with place.store.transaction() as tx:
        (share,) = shares_of(tx, OURS)
        channel: Channel = share.channel(OURS)
        newest = tx.sharing.count_shared(OURS, STATEMENTS)
        keep_reached(tx, channel, Reached(cursor=newest, revision=share.revision))
        keep_fed(tx, channel, [(name, "", False) for name in names], epoch=1, seq=1, at=place.clock.now())


def change(place, names: tuple[str, ...]) -> int:
    """Change statements anywhere among the million, a tenth of them by retracting; return when, as a tick."""
    now = place.clock.now()
    with place.store.snapshot() as tx:
        rows = tx.sharing.shared(OURS, STATEMENTS, Wanted(ids=names, most=len(names)))
    held = [parse_indicator(row.body) for row in rows]
    made = [
        one.again(
            at=Instant(now // 1000 * 1000),
            confidence=90,
            note=f"seen again in case {at}",
            retracted=Retraction(at=now, officer="a", reason=f"a false alarm {at}") if at % 10 == 0 else None,
        )
        for at, one in enumerate(one for one in held if one.retracted is None)
    ]
    begun = time.monotonic_ns()
    with place.store.transaction() as tx:
        add_statements(tx, OURS, made, at=now)
    return begun


class Line:
    """Carries bytes between two ports and counts them."""

    def __init__(self, port: int, to: int) -> None:
        self.bytes = 0
        self._to = to
        self._server = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with (
            near,
            socket.create_connection(("127.0.0.1", self._to)) as far,
            selectors.DefaultSelector() as both,
        ):
            both.register(near, selectors.EVENT_READ, far)
            both.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in both.select():
                    try:
                        data = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
                        if not data:
                            return
                        self.bytes += len(data)
                        key.data.sendall(data)
                    except OSError:
                        return


@contextmanager
def served(folder: Path):
    """Serve a node while the block lasts."""
    root = Path(__file__).resolve().parents[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", "serve", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        cwd=root,
    )
    try:
        if process.stdout is None or not process.stdout.readline():
            raise SystemExit("benchmarks: a node did not come up")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def measure(folder: Path, many: int, count: int) -> dict[str, float]:
    """Return seconds and bytes of one go."""
    begun = time.monotonic()
    if not (folder / FILLED).exists():
        build(folder, many)
    filled = time.monotonic() - begun
    known = json.loads((folder / FILLED).read_text(encoding="utf-8"))
    if known["many"] != many:
        raise SystemExit("benchmarks: the nodes that were kept hold another number")
    names = chosen(count, many, known.get("goes", 0))
    (folder / FILLED).write_text(json.dumps({**known, "goes": known.get("goes", 0) + 1}), encoding="utf-8")
    with opened(str(folder / "a")) as (_, _, place):
        told(place, names)
    config = read_config(folder / "b")
    real = _free_port()
    write_config(folder / "b", replace(config, exchange_port=real))
    with ExitStack() as stack:
        line = Line(known["line"], real)
        stack.callback(line.close)
        serving = [stack.enter_context(served(folder / name)) for name in ("b", "a")]
        here = stack.enter_context(opened(str(folder / "a")))[2]
        there = stack.enter_context(opened(str(folder / "b")))[2]
        time.sleep(5)  # what two nodes say to each other when they begin
        held, before, worked = _held(there), line.bytes, [_worked(one.pid) for one in serving]
        start = change(here, names)
        while _held(there) < held + count:
            if time.monotonic_ns() - start > WAIT * 1e9:
                raise SystemExit("benchmarks: the changes did not arrive")
            time.sleep(0.02)
        seconds = (time.monotonic_ns() - start) / 1e9
        spent = [_worked(one.pid) - was for one, was in zip(serving, worked, strict=True)]
        time.sleep(1)
        return {
            "indicators": many,
            "changes": count,
            "seconds": round(seconds, 2),
            "receiver_cpu": round(spent[0], 2),
            "sender_cpu": round(spent[1], 2),
            "bytes": line.bytes - before,
            "filled_in": round(filled, 1),
        }


def _worked(process: int) -> float:
    """Return the seconds of processor that a process and its threads took."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _held(place) -> int:
    with place.store.snapshot() as tx:
        return tx.sharing.count_shared(THEIRS, STATEMENTS)


def main(arguments: list[str]) -> int:
    """Measure, print, and return 0 where both bounds hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeds")
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--folder", help="keeps the nodes, or has those of an earlier go")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(options.folder or folder)
        kept.mkdir(exist_ok=True)
        found = measure(kept, options.many, options.changes)
    holds = found["seconds"] <= MOST_SECONDS and found["bytes"] <= MOST_BYTES
    if options.json:
        print(json.dumps({**found, "holds": holds}))
    else:
        print(
            f"feeds: {found['changes']:,} changes among {found['indicators']:,} indicators reach a peer in "
            f"{found['seconds']} s and {found['bytes']:,} bytes"
            f", processor {found['sender_cpu']} s here and {found['receiver_cpu']} s there"
            f" (at most {MOST_SECONDS:g} s, {MOST_BYTES:,})"
        )
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
