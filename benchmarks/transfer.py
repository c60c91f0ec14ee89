"""Sealing, transfer and verification at the other side, against the chain of stock tools that does the same.

Ours: seal, signed pieces over TLS to a second node, judged, assembled and opened there with every digest
checked. The chain: bagit, tar | age, curl PUT to a bare server without TLS, age -d | tar x, bagit --validate.
Both run interleaved, as processes of their own on the same files; CPU is that of all processes, servers too.

    python -m benchmarks.transfer [--mib 2048] [--files 20000] [--rounds 5] [--json]

``COMITY_BENCH_DIR`` names the folder to work in, which takes about six times the size.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.bounds.put_server import serve_puts
from benchmarks.exchange import _cpu, _free_port, _introduce, _none, _process
from comity.api.app import exchange_app
from comity.api.exchange import ExchangeToolbox
from comity.api.server import Listener, serve_all
from comity.bootstrap.folders import blobs_of, pieces_of, present
from comity.bootstrap.nodes import init_node, opened
from comity.engines.pump import Pump
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.handling import Handling
from comity.evidence.label import PackageLabel
from comity.evidence.limits import Limits
from comity.evidence.opening import Expected
from comity.evidence.pieces import piece_count
from comity.evidence.ports import PackageRecord
from comity.evidence.sealing import SealOrder
from comity.exchange.records import Delivery, Direction
from comity.kernel import agefile
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import ActId, AuthorityId, OfficerName
from comity.kernel.realms import Realm
from comity.node.delivering import delivery_desk, header_name
from comity.node.exchanging import exchange_desk
from comity.transport.https import HttpsTransport

BIG_MOST, TREE_MOST, MOST_MIB = 0.7, 0.3, 100
NODES = {"a": "XAA", "b": "XAB"}
SCALE = {"darwin": 1 << 20}.get(sys.platform, 1 << 10)
FILE_BYTES = 4096


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 when both bounds hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.transfer", description=__doc__.split("\n")[0])
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    for hidden in ("--serve", "--send", "--receive", "--put"):
        parser.add_argument(hidden, nargs="*", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    for name, work in (("serve", _serve), ("send", _send), ("receive", _receive), ("put", serve_puts)):
        if getattr(chosen, name) is not None:
            return work(*getattr(chosen, name))
    missing = [tool for tool in ("age", "age-keygen", "tar", "curl") if shutil.which(tool) is None]
    if missing or subprocess.run([sys.executable, "-c", "import bagit"], check=False).returncode:
        print(f"transfer: skipped, the chain needs age, tar, curl and bagit; missing: {missing or 'bagit'}")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="comity-bench-", dir=os.environ.get("COMITY_BENCH_DIR")))
    try:
        found = _measure(folder, mib=chosen.mib, files=chosen.files, rounds=chosen.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found) if chosen.json else _table(found))
    return 0 if all(one["cpu_ratio"] <= one["most"] and one["rss_mib"] <= MOST_MIB for one in found) else 1


def _measure(folder: Path, *, mib: int, files: int, rounds: int) -> list[dict]:
    _found_nodes(folder)
    subprocess.run(["age-keygen", "-o", str(folder / "key")], check=True, stderr=subprocess.DEVNULL)
    key = subprocess.run(
        ["age-keygen", "-y", str(folder / "key")], check=True, capture_output=True, text=True
    )
    name = "benchmarks.transfer"
    ours_side = _process("-m", name, "--serve", str(folder / "b"))
    (folder / "put").mkdir()
    put_side = _process("-m", name, "--put", str(folder / "put"))
    found = []
    with ours_side as node, put_side as bare:
        url = f"http://127.0.0.1:{int(bare.stdout.readline())}/package"
        for what, most in (("big", BIG_MOST), ("tree", TREE_MOST)):
            if not (mib if what == "big" else files):
                continue
            source = folder / what
            size = _fill_big(source, mib) if what == "big" else _fill_tree(source, files)
            ways: dict[str, Callable[[], None]] = {
                "ours": partial(_ours, folder, source),
                "chain": partial(_chain, folder, source, key.stdout.strip(), url),
            }
            told = _interleaved(ways, [node.pid, bare.pid], rounds, what)
            told |= {"what": what, "bytes": size, "most": most, "rss_mib": _most_rss(folder, node.pid)}
            found.append(told)
            shutil.rmtree(source)
    return found


def _interleaved(ways: dict[str, Callable[[], None]], servers: list[int], rounds: int, what: str) -> dict:
    walls: dict[str, list[float]] = {"ours": [], "chain": []}
    cpus: dict[str, list[float]] = {"ours": [], "chain": []}
    for number in range(rounds):
        for name in ("ours", "chain") if number % 2 else ("chain", "ours"):
            os.sync()  # nobody pays for the writes of the run before
            cpu, wall = _spent(servers), time.perf_counter()
            ways[name]()
            walls[name].append(time.perf_counter() - wall)
            cpus[name].append(_spent(servers) - cpu)
        print(f"transfer: {what} {number + 1} of {rounds}", file=sys.stderr, flush=True)
    told = {}
    for word, seconds in (("cpu", cpus), ("wall", walls)):
        pairs = zip(seconds["ours"], seconds["chain"], strict=True)
        told[f"{word}_ratio"] = round(statistics.median(ours / chain for ours, chain in pairs), 3)
        told |= {f"{word}_{name}": round(statistics.median(found), 2) for name, found in seconds.items()}
    return told


def _spent(servers: list[int]) -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime + sum(_cpu(pid) for pid in servers)


def _ours(folder: Path, source: Path) -> None:
    act, out = os.urandom(32).hex(), folder / "opened"
    name = "benchmarks.transfer"
    sent = _run("-m", name, "--send", str(folder), str(source), act)
    _run("-m", name, "--receive", str(folder), str(out), *sent.split())
    _forget(folder, sent.split()[0], act)
    shutil.rmtree(out)


def _chain(folder: Path, source: Path, recipient: str, url: str) -> None:
    bag, sealed, out = folder / "bag", folder / "sealed", folder / "out"
    if source.is_dir():
        subprocess.run(["cp", "-rl", str(source), str(bag)], check=True)
    else:
        bag.mkdir()
        os.link(source, bag / source.name)
    _run("-m", "bagit", "--quiet", "--sha256", str(bag))
    _pipe(["tar", "-C", str(bag), "-cf", "-", "."], ["age", "-r", recipient, "-o", str(sealed)])
    subprocess.run(["curl", "-sf", "-T", str(sealed), url], check=True, stdout=subprocess.DEVNULL)
    out.mkdir()
    _pipe(
        ["age", "-d", "-i", str(folder / "key"), str(folder / "put" / "package")],
        ["tar", "-C", str(out), "-xf", "-"],
    )
    _run("-m", "bagit", "--quiet", "--validate", str(out))
    for path in (bag, out):
        shutil.rmtree(path)
    sealed.unlink()


def _pipe(first: list[str], second: list[str]) -> None:
    with subprocess.Popen(first, stdout=subprocess.PIPE) as left:
        subprocess.run(second, stdin=left.stdout, check=True)
    if left.returncode:
        raise SystemExit(f"transfer: {first[0]} ended with {left.returncode}")


def _run(*arguments: str) -> str:
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _forget(folder: Path, name: str, act: str) -> None:
    """Remove what a round left, so that the next does the same work."""
    for side in NODES:
        with present(folder / side) as presence:
            blobs_of(folder / side, presence).delete(name)
            pieces_of(folder / side, presence).forget(act)


def _found_nodes(folder: Path) -> None:
    for name, party in NODES.items():
        init_node(
            str(folder / name),
            party=party,
            name=name,
            practice=True,
            host="127.0.0.1",
            exchange_port=_free_port(),
            passphrase=None,
        )
    with opened(str(folder / "a")) as (_, _, a), opened(str(folder / "b")) as (_, _, b):
        _introduce(a, b)


def _send(folder: str, source: str, act: str) -> int:
    """Seal a source, announce it on both sides, and send it; tell its names and the memory it took."""
    with opened(f"{folder}/a") as (home, _, place), present(home) as presence:
        ours, theirs = AuthorityId("XAA/contact-point"), AuthorityId("XAB/contact-point")
        blobs, now = blobs_of(home, presence), place.clock.now()
        order = _order(source, place.keys.store_identity(ours).public, ours, now)
        made = Pump().seal(order, to=blobs.create(), entropy=place.entropy)
        pins = [party for party in NODES.values() if party != place.party]
        with place.store.transaction() as tx:
            (pin,) = (one for one in tx.exchange.pins() if one.party in pins)
            delivery = _delivery(act, ours, pin.fingerprint, theirs, made, Direction.OUT, now)
            header = _header(place, tx, pin.fingerprint, theirs, blobs, made)
            tx.node.put_setting(header_name(ours, ActId(act)), header)
            tx.evidence.put_package(_record(ours, made, act, now))
            tx.exchange.put_delivery(delivery)
            here = place.root(tx)
        with opened(f"{folder}/b") as (_, _, other), other.store.transaction() as tx:
            tx.exchange.put_delivery(_delivery(act, theirs, here, ours, made, Direction.IN, now))
        transport = HttpsTransport(clock=place.clock, entropy=place.entropy)
        delivery_desk(place, blobs, pieces_of(home, presence)).send(ours, ActId(act), transport)
        transport.close()
    _keep_rss(Path(folder))
    print(made.pieces.root, made.bag_root)
    return 0


def _receive(folder: str, out: str, name: str, bag_root: str) -> int:
    """Open what arrived into a folder; every digest is checked before the folder appears."""
    with opened(f"{folder}/b") as (home, _, place), present(home) as presence:
        reader = blobs_of(home, presence).open(name)
        expected = Expected(realm=Realm.PRACTICE, bag_root=bag_root, piece_root=name)
        keys = place.keys.identities(AuthorityId("XAB/contact-point"))
        store = place.keys.store_identity(AuthorityId("XAB/contact-point"))
        Pump().open(reader, identities=[store, *keys], expected=expected, folder=out, admit=lambda _bag: None)
        reader.close()
    _keep_rss(Path(folder))
    return 0


def _serve(folder: str) -> int:
    """Be the other node's door until stdin ends."""
    stop = threading.Event()
    with opened(folder) as (home, config, place), present(home) as presence:
        exchange = exchange_desk(place)
        deliveries = delivery_desk(place, blobs_of(home, presence), pieces_of(home, presence))
        toolbox = ExchangeToolbox(
            caller_key=exchange.caller_key,
            receive=_none,
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

        def ended() -> None:
            sys.stdin.read()
            stop.set()

        threading.Thread(target=ended, daemon=True).start()
        serve_all([listener], ready=lambda _: print("ready", flush=True), stop=stop)
    return 0


def _order(source: str, recipient: bytes, authority: AuthorityId, now: Instant) -> SealOrder:
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
    return SealOrder(sources=(os.fsencode(source),), recipients=(recipient,), label=label, acts=(sealed,))


def _delivery(act, ours, root, theirs, made, direction, now) -> Delivery:
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


def _record(authority: AuthorityId, made, act: str, now: Instant) -> PackageRecord:
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
        exhibits=b"",
        stored_at=now,
    )


def _header(place, tx, root, theirs, blobs, made) -> bytes:
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


def _keep_rss(folder: Path) -> None:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * SCALE
    with (folder / "rss").open("a") as out:
        out.write(f"{most}\n")


def _most_rss(folder: Path, server: int) -> int:
    """Return the most MiB that one of our processes had since this was asked last."""
    lines = Path(f"/proc/{server}/status").read_text(encoding="ascii").splitlines()
    served = next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))
    told = [int(line) for line in (folder / "rss").read_text().split()]
    (folder / "rss").unlink()
    return max(served, *told) >> 20


def _fill_big(path: Path, mib: int) -> int:
    path.mkdir()
    portion = os.urandom(1 << 20)
    with (path / "image.dd").open("wb") as out:
        for number in range(mib):
            out.write(number.to_bytes(8, "big") + portion[8:])
        out.flush()
        os.fsync(out.fileno())
    return mib << 20


def _fill_tree(path: Path, files: int) -> int:
    for number in range(files):
        folder = path / f"{number // 200:04d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:06d}.eml").write_bytes(os.urandom(FILE_BYTES))
    os.sync()
    return files * FILE_BYTES


def _table(found: list[dict]) -> str:
    lines = ["seal + transfer + verify at the other side, medians of interleaved pairs"]
    for one in found:
        lines.append(
            f"  {one['what']}, {one['bytes'] >> 20} MiB, memory {one['rss_mib']} MiB (at most {MOST_MIB})"
        )
        for word in ("cpu", "wall"):
            most = f"at most {one['most']}" if word == "cpu" else "told"
            ours, chain, ratio = (one[f"{word}_{name}"] for name in ("ours", "chain", "ratio"))
            lines.append(
                f"    {word:>4} s   ours {ours:8.2f}   chain {chain:8.2f}   ratio {ratio:.2f} ({most})"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
