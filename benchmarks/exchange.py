"""The exchange with 32 acts in flight: commits an act, and speed against a bound that does nothing else.

Two nodes as they are founded, on SQLite with fsync, the receiver a process of its own behind TLS. Both sides
run interleaved, 32 acts to a round: from sealed and queued to receipted. Signing acts and approvals is the
officers' work and happens before the clock runs; checking them is the receiver's and counts.

    python -m benchmarks.exchange [--rounds 20] [--json]
"""

import argparse
import dataclasses
import hashlib
import json
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.bounds import exchange_bound
from comity.api.app import exchange_app
from comity.api.exchange import ExchangeToolbox
from comity.api.server import Listener, serve_all
from comity.bootstrap.nodes import init_node
from comity.bootstrap.opening import opened
from comity.cases.acts import ActDraft
from comity.cases.approvals import approval_envelope
from comity.cases.parts import make_part
from comity.cases.ports import Address, LeafKind
from comity.cases.rows import act_record
from comity.cases.wire import Parcel, SignedAct, parcel_bytes, signed_act
from comity.exchange.cards import build_card, keep_card, parse_card
from comity.exchange.envelope import End
from comity.exchange.ports import Pin
from comity.exchange.service import ExchangeDesk, Transport
from comity.kernel.ids import ActId, AuthorityId, CaseId, OfficerName
from comity.kernel.realms import Realm
from comity.ledger.leaves import draw_leaf
from comity.ledger.origins import peer_log_origin
from comity.ledger.service import Log
from comity.node.exchanging import exchange_desk
from comity.node.founding import FIRST_OFFICER, officer_key
from comity.node.seams import OutwardDispatch
from comity.node.workplace import Workplace
from comity.transport.certificate import make_certificate
from comity.transport.https import HttpsTransport

IN_FLIGHT = 32
MOST_COMMITS, LEAST_RATIO = 0.1, 0.6
RULES = "7" * 64


class Counting:
    """A store that counts its write transactions: each is one commit."""

    def __init__(self, store) -> None:
        self._store = store
        self.commits = 0

    @contextmanager
    def transaction(self):
        with self._store.transaction() as tx:
            yield tx
        self.commits += 1

    def snapshot(self):
        return self._store.snapshot()


class Author:
    """Writes acts of one case and sends them."""

    def __init__(self, place: Workplace, to: Address) -> None:
        self.place, self.to = place, to
        self.store = Counting(place.store)
        self.counted = dataclasses.replace(place, store=self.store)
        with place.store.snapshot() as tx:
            self.me = Address(authority=AuthorityId(f"{place.party}/contact-point"), root=place.root(tx))
        self.desk: ExchangeDesk = exchange_desk(self.counted)
        self.act_key = place.keys.signer(f"{self.me.authority}/act")
        self.officer = place.keys.signer(officer_key(place.party, FIRST_OFFICER))
        self.transport: Transport = HttpsTransport(clock=place.clock, entropy=place.entropy)
        self.form = make_part("form", b"{}", entropy=place.entropy)
        self.case: CaseId | None = None
        self.last: ActId | None = None
        self.seq = 0
        self.dispatch = OutwardDispatch(
            directory=place.directory, entropy=place.entropy, clock=place.clock, realm=place.realm
        )
        self.log = peer_log_origin(place.realm, authority=self.me.authority, peer_root=to.root)

    def write(self) -> SignedAct:
        """Return the next act of the case, approved and signed."""
        self.seq += 1
        now = self.place.clock.now()
        opening = self.case is None
        draft = ActDraft(
            realm=Realm.PRACTICE,
            kind="preservation.request" if opening else "preservation.extend",
            case=self.case,
            sender=self.me,
            to=self.to,
            seq=self.seq,
            prev_own=self.last,
            seen=(),
            at=now,
            body=_request() if opening else {"request": self.case, "until": now + 10**12},
            nonce=os.urandom(16) if opening else None,
            parts=(self.form.ref("application/json"),) if opening else (),
        ).envelope()
        approval = approval_envelope(
            ActId(draft.id),
            realm=Realm.PRACTICE,
            officer=OfficerName(FIRST_OFFICER),
            authority=self.me.authority,
            role="officer",
            rules=RULES,
            reasons=hashlib.sha256(b"reasons").hexdigest(),
            at=now,
        ).signed_by(self.officer)
        made = signed_act(draft.signed_by(self.act_key), [approval])
        self.case = self.case or CaseId(made.act.id)
        self.last = made.act.id
        return made

    def send(self, acts: list[SignedAct]) -> None:
        """Issue the acts in one transaction, and exchange until every one has its receipt."""
        self.issue(acts)
        self.exchange()

    def issue(self, acts: list[SignedAct]) -> None:
        """Store, log, seal and queue the acts in one transaction."""
        now = self.place.clock.now()
        names = [signed.act.id for signed in acts]
        with self.store.transaction() as tx:
            tx.acts.expect(self.me.authority, names)
            tx.exchange.expect(names)
            leaves = [
                draw_leaf(LeafKind.ISSUED, digest=signed.digest, entropy=self.place.entropy)
                for signed in acts
            ]
            Log(store=tx.logs, origin=self.log).append(leaves, at=now)
            for signed in acts:
                parts = (self.form,) if signed.act.opens_case else ()
                parcel = Parcel(signed=signed, parts=parts)
                tx.acts.add(
                    act_record(parcel, authority=self.me.authority, own=True, covers=0, stored_at=now)
                )
                self.dispatch.queue(
                    tx,
                    message_id=signed.act.id,
                    author=self.me,
                    to=self.to,
                    plaintext=parcel_bytes(signed, parts),
                    digest=signed.digest,
                )

    def exchange(self) -> None:
        """Call until everything that is queued has its receipt."""
        peer = End(authority=self.to.authority, root=self.to.root)
        report = self.desk.send(self.me.authority, peer, self.transport)
        if report.failure is not None:
            raise report.failure

    def require_settled(self, acts: list[SignedAct]) -> None:
        """Check that every act was stored over there; not part of what is measured."""
        with self.store.snapshot() as tx:
            ends = {tx.exchange.settled(signed.act.id) for signed in acts}
        refused = {"no receipt" if end is None else end.code for end in ends} - {""}
        if refused:
            raise RuntimeError(f"acts ended as {refused}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when both bounds hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.exchange", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", metavar="NODE", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        return _serve(chosen.serve)
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        found = _measure(Path(folder), chosen.rounds)
    print(json.dumps(found) if chosen.json else _table(found))
    held = found["commits_an_act"] <= MOST_COMMITS and found["ratio"] >= LEAST_RATIO
    return 0 if held else 1


def _measure(folder: Path, rounds: int) -> dict:
    port = _free_port()
    for name, party, at in (("a", "XAA", _free_port()), ("b", "XAB", port)):
        init_node(
            str(folder / name),
            party=party,
            name=name,
            practice=True,
            host="127.0.0.1",
            exchange_port=at,
            passphrase=None,
        )
    with opened(str(folder / "a")) as (_, _, a):
        with opened(str(folder / "b")) as (_, _, b):
            _introduce(a, b)
            with b.store.snapshot() as tx:
                to = Address(authority=AuthorityId("XAB/contact-point"), root=b.root(tx))
        certificate = _certificate(folder)
        node_side = _process("-m", "benchmarks.exchange", "--serve", str(folder / "b"))
        bound_side = _process("-m", "benchmarks.bounds.exchange_bound", "serve", str(folder), *certificate)
        with node_side as node, bound_side as bound:
            return _interleaved(Author(a, to), node, _Bound(folder, bound, certificate[0]), bound, rounds)


def _interleaved(author: Author, node, bare: "_Bound", bound, rounds: int) -> dict:
    author.send([author.write()])
    walls: dict[str, list[float]] = {"ours": [], "bound": []}
    cpus: dict[str, list[float]] = {"ours": [], "bound": []}
    commits = author.store.commits + _ask(node)
    for number in range(rounds):
        acts = [author.write() for _ in range(IN_FLIGHT)]
        plains = [exchange_bound.plain_of(signed.stored) for signed in acts]
        runs: list[tuple[str, Callable[[], None], int]] = [
            ("ours", partial(author.send, acts), node.pid),
            ("bound", partial(bare.send, plains), bound.pid),
        ]
        for name, run, pid in runs if number % 2 else reversed(runs):
            cpu, wall = time.process_time() + _cpu(pid), time.perf_counter()
            run()
            walls[name].append(time.perf_counter() - wall)
            cpus[name].append(time.process_time() + _cpu(pid) - cpu)
        author.require_settled(acts)
    commits = author.store.commits + _ask(node) - commits
    pairs = zip(walls["bound"], walls["ours"], strict=True)
    return {
        "acts": rounds * IN_FLIGHT,
        "commits_an_act": round(commits / (rounds * IN_FLIGHT), 4),
        "ratio": round(statistics.median(theirs / ours for theirs, ours in pairs), 3),
        "cpu_ratio": round(sum(cpus["bound"]) / sum(cpus["ours"]), 3),
        "milliseconds": {name: round(statistics.median(found) * 1e3, 2) for name, found in walls.items()},
    }


def _table(found: dict) -> str:
    times = found["milliseconds"]
    return "\n".join(
        (
            f"exchange, {found['acts']} acts, {IN_FLIGHT} in flight",
            f"  commits an act   {found['commits_an_act']:.3f}   (at most {MOST_COMMITS})",
            f"  a round          {times['ours']:.1f} ms, the bound {times['bound']:.1f} ms",
            f"  of the bound     {found['ratio']:.2f} wall (at least {LEAST_RATIO})",
            f"                   {found['cpu_ratio']:.2f} CPU",
        )
    )


class _Bound:
    """The author's half of the bound, on one TLS connection."""

    def __init__(self, folder: Path, process, certificate: str) -> None:
        self.side = exchange_bound.Side(folder / "bound-a.db")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(certificate)
        raw = socket.create_connection(("127.0.0.1", int(process.stdout.readline())))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line = context.wrap_socket(raw)

    def send(self, plains: list[bytes]) -> None:
        exchange_bound.exchange(self.side, self.line, plains)


def _serve(folder: str) -> int:
    stop = threading.Event()
    with opened(folder) as (_, config, place):
        counting = Counting(place.store)
        desk = exchange_desk(dataclasses.replace(place, store=counting))
        toolbox = ExchangeToolbox(
            caller_key=desk.caller_key,
            receive=desk.receive,
            delivery_status=_none,
            take_start=_none,
            take_pieces=_none,
            now=place.clock.now,
            report=lambda line: print(line, file=sys.stderr, flush=True),
        )
        tls = Path(folder) / "tls"
        listener = Listener(
            app=exchange_app(toolbox),
            host="127.0.0.1",
            port=config.exchange_port,
            certificate=tls / "certificate.pem",
            key=tls / "key.pem",
        )

        def asked() -> None:
            for _ in sys.stdin:
                print(counting.commits, flush=True)
            stop.set()

        threading.Thread(target=asked, daemon=True).start()
        serve_all([listener], ready=lambda _: print("ready", flush=True), stop=stop)
    return 0


def _none(*_arguments: object) -> Any:
    raise AssertionError("no pieces travel here")


def _ask(process) -> int:
    process.stdin.write("\n")
    process.stdin.flush()
    answer = process.stdout.readline().strip()
    return int(answer) if answer != "ready" else int(process.stdout.readline())


@contextmanager
def _process(*arguments: str):
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=root,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if "--serve" in arguments:
            process.stdout.readline()
        yield process
    finally:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


def _introduce(a: Workplace, b: Workplace) -> None:
    for here, there in ((a, b), (b, a)):
        with there.store.snapshot() as tx:
            root = there.root(tx)
            card = parse_card(build_card(tx.exchange.roots(root), tx.exchange.entries(root)))
        with here.store.transaction() as tx:
            keep_card(tx.exchange, card)
            tx.exchange.pin(
                Pin(
                    fingerprint=root,
                    party=there.party,
                    realm=there.realm,
                    pinned_at=here.clock.now(),
                    officers=(OfficerName(FIRST_OFFICER),),
                    channel="bench",
                )
            )


def _certificate(folder: Path) -> tuple[str, str]:
    made = make_certificate("127.0.0.1", now=_now())
    certificate, key = folder / "bound.pem", folder / "bound.key"
    certificate.write_bytes(made.certificate_pem)
    key.write_bytes(made.key_pem)
    return str(certificate), str(key)


def _now():
    from comity.engines.system import SystemClock

    return SystemClock().now()


def _request() -> dict:
    return {
        "request": {
            "mechanism": "42(1)",
            "instrument": "un-cybercrime",
            "basis": [{"role": "main", "instrument": "un-cybercrime", "article": "42(1)"}],
            "class": "A",
            "items": ["1"],
            "urgent": False,
            "confidential_until": None,
            "preservation": None,
        }
    }


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


if __name__ == "__main__":
    raise SystemExit(main())
