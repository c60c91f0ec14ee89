"""Two nodes of a measurement, each a process of its own that runs before the clock does, as nodes do.

    python -m benchmarks.parties send FOLDER       the node that seals and sends
    python -m benchmarks.parties serve FOLDER      the node that takes, checks and opens

Each takes one command a line on stdin and answers with one line.
"""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

PARTIES = {"a": "XAA", "b": "XAB"}


class Party:
    """A running node: its process, and what it has used."""

    def __init__(self, process) -> None:
        self._process = process
        self.pid = process.pid
        self._answer("ready")

    def ask(self, *words: str) -> list[str]:
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        return self._answer("done")

    def cpu(self) -> float:
        """Seconds of CPU so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> int:
        """The most MiB it ever had."""
        return self._status("VmHWM:") >> 10

    def forget_peak(self) -> int:
        """Begin to measure the peak anew, and return the MiB that it has now."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        return self._status("VmRSS:") >> 10

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))

    def _answer(self, first: str) -> list[str]:
        words = self._process.stdout.readline().split()
        if words[:1] != [first]:
            raise SystemExit(f"benchmarks: a node said {words}")
        return words[1:]


@contextmanager
def running(role: str, folder: Path):
    """Run one node while the block lasts."""
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))}
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.parties", role, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=root,
    )
    try:
        yield Party(process)
    finally:
        process.communicate(timeout=60)


def found_nodes(folder: Path) -> None:
    """Found both nodes below a folder, and let them know each other."""
    subprocess.run([sys.executable, "-m", "benchmarks.parties", "found", str(folder)], check=True)


def main(role: str, folder: str) -> None:
    {"found": _found, "send": _send, "serve": _serve}[role](folder)


def _found(folder: str) -> None:
    from benchmarks.exchange import _free_port, _introduce
    from comity.bootstrap.nodes import init_node
    from comity.bootstrap.opening import opened

    for name, party in PARTIES.items():
        init_node(
            f"{folder}/{name}",
            party=party,
            name=name,
            practice=True,
            host="127.0.0.1",
            exchange_port=_free_port(),
            passphrase=None,
        )
    with opened(f"{folder}/a") as (_, _, a), opened(f"{folder}/b") as (_, _, b):
        _introduce(a, b)


def _commands(work) -> None:
    print("ready", flush=True)
    for line in sys.stdin:
        print("done", *work(*line.split()), flush=True)


def _send(folder: str) -> None:
    from comity.bootstrap.folders import blobs_of, pieces_of, present
    from comity.bootstrap.opening import opened
    from comity.engines.pump import Pump
    from comity.exchange.records import Direction
    from comity.kernel import agefile
    from comity.kernel.ids import ActId, AuthorityId
    from comity.node.delivering import delivery_desk, header_name
    from comity.transport.https import HttpsTransport

    ours, theirs = AuthorityId("XAA/contact-point"), AuthorityId("XAB/contact-point")
    with opened(f"{folder}/a") as (home, _, place), present(home) as presence:
        blobs, pieces = blobs_of(home, presence), pieces_of(home, presence)
        transport = HttpsTransport(clock=place.clock, entropy=place.entropy)
        own = place.keys.store_identity(ours).public

        def sealed(source: str, more: int = 0):
            others = [agefile.Identity.generate(place.entropy).public for _ in range(more)]
            order = _order(source, own, ours, place.clock.now(), others)
            return Pump().seal(order, to=blobs.create(), entropy=place.entropy)

        def send(source: str, act: str) -> tuple[str, str]:
            made, now = sealed(source), place.clock.now()
            with place.store.transaction() as tx:
                (pin,) = (one for one in tx.exchange.pins() if one.party == PARTIES["b"])
                delivery = _delivery(act, ours, pin.fingerprint, theirs, made, Direction.OUT, now)
                header = _header(place, tx, pin.fingerprint, theirs, blobs, made)
                tx.node.put_setting(header_name(ours, ActId(act)), header)
                tx.evidence.put_package(_record(ours, made, act, now))
                tx.exchange.put_delivery(delivery)
                here = place.root(tx)
            with opened(f"{folder}/b") as (_, _, other), other.store.transaction() as tx:
                tx.exchange.put_delivery(_delivery(act, theirs, here, ours, made, Direction.IN, now))
            delivery_desk(place, blobs, pieces).send(ours, ActId(act), transport)
            return made.pieces.root, made.bag_root

        def work(what: str, *words: str):
            if what == "send":
                return send(*words)
            if what == "seal":
                made = sealed(words[0], int(words[1]) - 1)
                blobs.delete(made.piece_root)
                return (str(made.payload_length),)
            blobs.delete(words[0])
            return ()

        _commands(work)
        transport.close()


def _serve(folder: str) -> None:
    from comity.api.app import exchange_app
    from comity.api.exchange import ExchangeToolbox
    from comity.api.server import Listener, serve_all
    from comity.bootstrap.folders import blobs_of, pieces_of, present
    from comity.bootstrap.opening import opened
    from comity.engines.allocator import share_arenas
    from comity.engines.pump import Pump
    from comity.evidence.opening import Expected
    from comity.kernel.ids import AuthorityId
    from comity.kernel.realms import Realm
    from comity.node.delivering import delivery_desk
    from comity.node.exchanging import exchange_desk

    share_arenas()  # as a served node does
    stop, here = threading.Event(), AuthorityId("XAB/contact-point")
    with opened(f"{folder}/b") as (home, config, place), present(home) as presence:
        exchange, blobs, pieces = exchange_desk(place), blobs_of(home, presence), pieces_of(home, presence)
        deliveries = delivery_desk(place, blobs, pieces)
        toolbox = ExchangeToolbox(
            caller_key=exchange.caller_key,
            receive=lambda _caller, _body: b"",
            delivery_status=deliveries.status,
            take_start=deliveries.take_start,
            take_pieces=deliveries.taking,
            now=place.clock.now,
            report=lambda line: print(line, file=sys.stderr, flush=True),
        )
        tls = home / "tls"
        listener = Listener(
            app=exchange_app(toolbox),
            host="127.0.0.1",
            port=config.exchange_port,
            certificate=tls / "certificate.pem",
            key=tls / "key.pem",
        )
        keys = [place.keys.store_identity(here), *place.keys.identities(here)]

        def work(what: str, name: str, *words: str):
            if what == "forget":
                blobs.delete(name)
                pieces.forget(words[0])
                return ()
            reader = blobs.open(name)
            expected = Expected(realm=Realm.PRACTICE, bag_root=words[0], piece_root=name)
            if what == "check":
                bag = Pump().check(reader, identities=keys, expected=expected)
            else:
                bag = Pump().open(
                    reader, identities=keys, expected=expected, folder=words[1], admit=lambda _bag: None
                )
            reader.close()
            return (str(len(bag.exhibits)),)

        def obey() -> None:
            _commands(work)
            stop.set()

        ready = threading.Thread(target=obey, daemon=True).start
        serve_all([listener], ready=lambda _: ready(), stop=stop)


def _order(source, recipient, authority, now, others=()):
    from comity.evidence.custody import CustodyAct, CustodyStep
    from comity.evidence.handling import Handling
    from comity.evidence.label import PackageLabel
    from comity.evidence.limits import Limits
    from comity.evidence.sealing import SealOrder
    from comity.kernel.clock import DAY, Instant
    from comity.kernel.ids import OfficerName
    from comity.kernel.realms import Realm

    limits = Limits(basis=("24(1)",), purpose="practice", retain_until=Instant(now + 365 * DAY))
    label = PackageLabel(
        realm=Realm.PRACTICE,
        case=None,
        authority=authority,
        sealed_at=now,
        handling=Handling.ORDINARY,
        limits=limits,
    )
    sealed = CustodyAct(
        step=CustodyStep.SEALED,
        at=now,
        officer=OfficerName("bench"),
        authority=authority,
        role="officer",
        reason="benchmark",
    )
    return SealOrder(
        sources=(os.fsencode(source),), recipients=(recipient, *others), label=label, acts=(sealed,)
    )


def _delivery(act, ours, root, theirs, made, direction, now):
    from comity.evidence.pieces import piece_count
    from comity.exchange.records import Delivery, Direction
    from comity.kernel.ids import ActId

    return Delivery(
        act_id=ActId(act),
        authority=ours,
        peer=root,
        counterpart=theirs,
        direction=direction,
        payload_length=made.payload_length,
        piece_root=made.pieces.root,
        pieces=piece_count(made.payload_length),
        announced_at=now,
        name=made.pieces.root if direction is Direction.OUT else "",
    )


def _record(authority, made, act, now):
    from comity.evidence.listing import packed
    from comity.evidence.records import PackageRecord
    from comity.kernel.ids import ActId

    return PackageRecord(
        authority=authority,
        piece_root=made.pieces.root,
        bag_root=made.bag_root,
        payload_length=made.payload_length,
        leaves=made.pieces.leaves,
        header_length=made.header_length,
        case=None,
        delivery=ActId(act),
        own=True,
        exhibits=packed(made.label, made.exhibits),
        stored_at=now,
    )


def _header(place, tx, root, theirs, blobs, made):
    from comity.kernel import agefile
    from comity.kernel.ids import AuthorityId

    reader = blobs.open(made.pieces.root)
    front = bytearray(made.header_length)
    reader.read_into(memoryview(front), at=0)
    reader.close()
    return agefile.rewrapped_header(
        agefile.parse_header(bytes(front)),
        identities=[place.keys.store_identity(AuthorityId("XAA/contact-point"))],
        recipients=place.directory.party(tx.exchange, root).age_recipients(theirs, at=place.clock.now()),
        entropy=place.entropy,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
