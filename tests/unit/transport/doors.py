"""Two practice nodes behind real doors on the loopback: TLS, signatures and all."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from comity.api.app import exchange_app
from comity.api.exchange import ExchangeToolbox
from comity.api.server import Listener, serve_all
from comity.engines.keystore import MemoryKeyStore
from comity.engines.system import SystemClock
from comity.exchange.directory import Directory
from comity.exchange.envelope import End
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId, PartyCode
from comity.kernel.realms import Realm
from comity.node.casework import CasesDesk
from comity.node.exchanging import exchange_desk
from comity.node.founding import FIRST_OFFICER, Founder, own_root
from comity.node.people import PeersDesk
from comity.node.workplace import Workplace
from comity.storage.memory.store import MemoryStore
from comity.transport.certificate import TlsIdentity, make_certificate
from comity.transport.https import HttpsTransport


class Taker:
    """Takes a run, and notes it once it has ended."""

    def __init__(self, door, end, act, first):
        self.noted, self.took = (door, end, act, first), []

    def take(self, data):
        self.took.append(data)

    def end(self):
        door, end, act, first = self.noted
        door.taken.append((end, act, first, self.took))


@dataclass
class Door:
    """One node, its server and its transport; the place is set once the port is known."""

    party: str
    tls: TlsIdentity
    clock: SystemClock = field(default_factory=SystemClock)
    place: Workplace | None = None
    port: int = 0
    faults: list[str] = field(default_factory=list)
    taken: list[tuple] = field(default_factory=list)

    @property
    def desk(self):
        return exchange_desk(self.place)

    @property
    def authority(self) -> AuthorityId:
        return AuthorityId(f"{self.party}/contact-point")

    @property
    def cases(self) -> CasesDesk:
        return CasesDesk(place=self.place)

    def end(self) -> End:
        with self.place.store.snapshot() as tx:
            return End(authority=self.authority, root=own_root(tx))

    def toolbox(self) -> ExchangeToolbox:
        return ExchangeToolbox(
            caller_key=lambda key: self.desk.caller_key(key),
            receive=lambda caller, body: self.desk.receive(caller, body),
            delivery_status=lambda end, act: b'{"done":false,"have":"","started":false,"v":1}',
            take_start=lambda end, act, body: self.taken.append((end, act, "start", body)),
            take_pieces=lambda end, act, first, size: Taker(self, end, act, first),
            now=lambda: self.clock.now(),
            report=self.faults.append,
        )

    def found(self) -> None:
        entropy = SeededEntropy(f"door {self.party}")
        self.place = Workplace(
            party=PartyCode(self.party),
            realm=Realm.PRACTICE,
            endpoint=f"https://127.0.0.1:{self.port}",
            store=MemoryStore(),
            keys=MemoryKeyStore(),
            clock=self.clock,
            entropy=entropy,
            directory=Directory(),
        )
        Founder(store=self.place.store, keys=self.place.keys, clock=self.clock, entropy=entropy).found(
            party=self.place.party,
            realm=self.place.realm,
            name=self.party,
            endpoint=self.place.endpoint,
            certificate=self.tls.certificate_der,
        )

    def transport(self) -> HttpsTransport:
        return HttpsTransport(clock=self.clock, entropy=SeededEntropy(f"transport {self.party}"))


def pin_each_other(one: Door, other: Door) -> None:
    for here, there in ((one, other), (other, one)):
        peers, card = PeersDesk(place=here.place), PeersDesk(place=there.place).card()
        words = " ".join(PeersDesk(place=there.place).words(peers.card()))
        peers.add(here.place.actor(FIRST_OFFICER), card=card, words=words)


@contextmanager
def served(app, *, folder: Path, tls: TlsIdentity) -> Iterator[int]:
    """Serve an application over TLS in a thread; yield the port."""
    folder.mkdir(exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(tls.certificate_pem)
    key.write_bytes(tls.key_pem)
    stop, up, ports = threading.Event(), threading.Event(), []

    def ready(found: tuple[int, ...]) -> None:
        ports.extend(found)
        up.set()

    listener = Listener(app=app, host="127.0.0.1", port=0, certificate=certificate, key=key)
    thread = threading.Thread(target=serve_all, args=([listener],), kwargs={"ready": ready, "stop": stop})
    thread.start()
    try:
        assert up.wait(20)
        yield ports[0]
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def two_doors(folder: Path) -> Iterator[tuple[Door, Door]]:
    """Yield two served nodes that pinned each other."""
    with ExitStack() as stack:
        doors = []
        for party in ("XAA", "XAB"):
            door = Door(party, make_certificate("127.0.0.1", now=SystemClock().now()))
            app = exchange_app(door.toolbox())
            door.port = stack.enter_context(served(app, folder=folder / party, tls=door.tls))
            door.found()
            doors.append(door)
        pin_each_other(*doors)
        yield doors[0], doors[1]
