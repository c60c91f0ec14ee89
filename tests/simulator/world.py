"""A world on virtual time: nodes, a wire that does its worst, power cuts, wrong clocks, hostile peers.

Everything is drawn from one seed, so a seed is a schedule. The services are the real ones.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from comity.exchange.calls import Caller, CallToMake
from comity.exchange.directory import Directory
from comity.exchange.envelope import End
from comity.exchange.inbox import Inbox, Quotas
from comity.exchange.outbox import Outbox
from comity.exchange.ports import SendState
from comity.exchange.protocol import Exchange
from comity.exchange.service import ExchangeDesk
from comity.kernel import agefile
from comity.kernel.clock import HOUR, MINUTE, SECOND, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.errors import ComityError
from comity.kernel.ids import ActId
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import is_signature, key_id
from comity.ledger.audit import audit_store
from comity.ledger.leaves import draw_leaf
from comity.ledger.merkle import root
from comity.ledger.origins import peer_log_origin
from comity.ledger.service import Log
from tests.simulator.mail import LetterBox, letter_digest, write_letter
from tests.simulator.memory import CrashError, SimStore
from tests.simulator.parties import T0, TestParty, make_party, pin_party

CODES = ("XAA", "XAB", "XAC")
TIMEOUT = 30 * SECOND
_DIRECTORY = Directory()


@dataclass
class Faults:
    """How bad the world is; probabilities in percent."""

    loss: int = 0
    duplicates: int = 0
    corruption: int = 0
    crashes: int = 0
    slowest: int = 2 * SECOND
    skew: int = 0
    jumps: int = 0


class NodeClock:
    """The world's time, wrong by a skew that may jump."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.skew = 0

    def now(self) -> Instant:
        return Instant(self.world.now + self.skew)


@dataclass
class Node:
    """One State's node: durable store, volatile calls, and the real services."""

    world: "World"
    party: TestParty
    clock: NodeClock
    store: SimStore
    desk: ExchangeDesk
    outbox: Outbox
    flying: dict[bytes, CallToMake] = field(default_factory=dict)
    down_until: int = 0
    busy: set = field(default_factory=set)

    @property
    def end(self) -> End:
        return self.party.office.end

    def write(self, to: "Node", *, follows: tuple[ActId, ...]) -> ActId | None:
        """Issue a letter in one transaction: letter, leaf, outbox. None when the power failed first."""
        now = self.clock.now()
        entropy = self.outbox.entropy
        made: list[ActId] = []

        def work() -> None:
            with self.store.transaction() as tx:
                letter = {
                    "from": self.party.office.authority,
                    "to": to.party.office.authority,
                    "seq": len(tx.letters.own) + 1,
                    "after": list(follows),
                    "at": now,
                    "salt": entropy.bytes(8).hex(),
                    "secret": f"for {to.party.code} only",
                }
                name, parcel = write_letter(letter, self.party.act)
                made.append(name)
                queued = self.outbox.queue(
                    tx.exchange,
                    message_id=name,
                    author=self.party.office.authority,
                    to=to.end,
                    plaintext=parcel,
                    digest=letter_digest(parcel),
                    now=now,
                )
                leaf = draw_leaf("act.issued", digest=queued.digest, entropy=entropy)
                Log(store=tx.logs, origin=self.party.office.origin(to.party.fingerprint)).append(
                    [leaf], at=now
                )
                tx.letters.own[name] = letter

        self.guarded(work)
        return made[0] if made and made[0] in self.store.state.letters.own else None

    def guarded(self, work: Callable[[], object]) -> None:
        """Run a step; a power cut drops everything volatile and the node comes back later."""
        try:
            work()
        except CrashError:
            self.flying.clear()
            self.busy.clear()
            self.down_until = self.world.now + self.world.random.randrange(1, 120) * SECOND

    def tick(self) -> None:
        """Send what is due, one call to each peer."""
        if self.world.now < self.down_until:
            return
        for peer in self.desk.channels_due(self.party.office.authority):
            if peer not in self.busy:
                self.guarded(lambda peer=peer: self.call(peer))

    def call(self, peer: End, *, even_if_empty: bool = False) -> None:
        call = self.desk.prepare(self.party.office.authority, peer, even_if_empty=even_if_empty)
        if call is None:
            return
        self.flying[call.nonce] = call
        self.busy.add(peer)
        self.world.carry_call(self, call)
        self.world.later(TIMEOUT, lambda: self.timed_out(call))

    def timed_out(self, call: CallToMake) -> None:
        if self.flying.pop(call.nonce, None) is not None:
            self.busy.discard(call.peer)
            self.guarded(lambda: self.desk.failed(call))

    def receive(self, signed: bytes, key: str, signature: bytes, nonce: bytes) -> bytes | None:
        """Do what the door does: verify the call's signature, then serve; None for any refusal."""
        if self.world.now < self.down_until:
            return None
        answer: list[bytes] = []

        def work() -> None:
            known = self.desk.caller_key(key)
            if known is None or not is_signature(known[1], nonce + signed, signature):
                return
            try:
                answer.append(self.desk.receive(Caller(end=known[0], nonce=nonce), signed))
            except ComityError as exc:
                self.world.refusals.append(exc.code)

        self.guarded(work)
        return answer[0] if answer and self.world.now >= self.down_until else None

    def take_answer(self, call: CallToMake, answer: bytes) -> None:
        if self.world.now < self.down_until or self.flying.pop(call.nonce, None) is None:
            return
        self.busy.discard(call.peer)

        def work() -> None:
            try:
                self.desk.answered(call, answer)
            except ComityError:
                self.desk.failed(call)

        self.guarded(work)


class World:
    """Nodes and the wire between them."""

    def __init__(self, seed: int, faults: Faults, *, nodes: int = 2, quotas: Quotas | None = None) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.faults = faults
        self.now = int(T0)
        self.events: list[tuple[int, int, Callable[[], None]]] = []
        self.counter = 0
        self.healed = False
        self.refusals: list[str] = []
        self.wire: list[bytes] = []
        self.tamper: dict[str, Callable[[CallToMake, bytes], bytes | None]] = {}
        parties = [make_party(code) for code in CODES[:nodes]]
        keys = {party.fingerprint: party.act.public for party in parties}
        self.nodes = [self._node(party, parties, keys, quotas or Quotas()) for party in parties]

    def _node(
        self, party: TestParty, parties: list[TestParty], keys: dict[str, bytes], quotas: Quotas
    ) -> Node:
        store = SimStore(self._power)
        for other in parties:
            pin_party(store.state.exchange, other, ours=other is party)
        entropy = SeededEntropy(f"{self.seed}/{party.code}")
        box = LetterBox(keys)
        outbox = Outbox(directory=_DIRECTORY, entropy=entropy)
        clock = NodeClock(self)
        if self.faults.skew:
            clock.skew = self.random.randrange(-self.faults.skew, self.faults.skew + 1)
        exchange = Exchange(
            directory=_DIRECTORY,
            outbox=outbox,
            inbox=Inbox(mailbox=box, entropy=entropy, quotas=quotas),
            own_acts=box,
            entropy=entropy,
        )
        desk = ExchangeDesk(store=store, exchange=exchange, offices=lambda: (party.office,), clock=clock)
        return Node(world=self, party=party, clock=clock, store=store, desk=desk, outbox=outbox)

    def chance(self, percent: int) -> bool:
        return not self.healed and self.random.randrange(100) < percent

    def later(self, delay: int, work: Callable[[], None]) -> None:
        self.counter += 1
        heapq.heappush(self.events, (self.now + delay, self.counter, work))

    def carry_call(self, sender: Node, call: CallToMake) -> None:
        """Put a call on the wire: it may be lost, late, doubled or altered."""
        receiver = next(node for node in self.nodes if node.end == call.peer)
        signature = sender.party.office.transport.sign(call.nonce + call.body)
        key = key_id(sender.party.office.transport.public)
        self.wire.append(call.body)

        def arrive() -> None:
            body = self._altered(call.body)
            answer = receiver.receive(body, key, signature, call.nonce)
            tamper = self.tamper.get(receiver.party.code)
            if answer is not None and tamper is not None:
                answer = tamper(call, answer)
            if answer is not None and not self.chance(self.faults.loss):
                self.wire.append(answer)
                # An altered answer never arrives: TLS, or the signature beside it on a disk, breaks first.
                if self._altered(answer) == answer:
                    self.later(self._delay(), lambda: sender.take_answer(call, answer))

        copies = 2 if self.chance(self.faults.duplicates) else 1
        for _ in range(copies):
            if not self.chance(self.faults.loss):
                self.later(self._delay(), arrive)

    def run(self, *, letters: int, minutes: int = 20) -> None:
        """Let the nodes write and exchange for a while under faults, then heal the world and settle."""
        written: list[tuple[Node, Node, ActId]] = []

        def write() -> None:
            sender = self.random.choice(self.nodes)
            to = self.random.choice([node for node in self.nodes if node is not sender])
            if self.now < sender.down_until:
                return
            before = [name for a, b, name in written if (a, b) == (sender, to)]
            follows = tuple(before[-1:]) if before and self.random.randrange(3) else ()
            name = sender.write(to, follows=follows)
            if name is not None:
                written.append((sender, to, name))

        for _ in range(letters):
            self.later(self.random.randrange(minutes // 2 * MINUTE), write)
        for node in self.nodes:
            for step in range(minutes * 6):
                self.later(step * 10 * SECOND + self.random.randrange(5 * SECOND), node.tick)
        for _ in range(self.faults.jumps):
            node = self.random.choice(self.nodes)
            jump = self.random.randrange(-2 * MINUTE, 2 * MINUTE)
            self.later(self.random.randrange(minutes * MINUTE), lambda n=node, j=jump: self._jump(n, j))
        self._drain()
        self.heal()

    def heal(self) -> None:
        """End all faults, put the clocks right, and go on until nothing is due any more."""
        self.healed = True
        for node in self.nodes:
            node.clock.skew = 0
            node.down_until = 0
            node.flying.clear()
            node.busy.clear()
        for _ in range(60):
            self.now += 10 * MINUTE
            for node in self.nodes:
                node.tick()
            self._drain()
            if not any(self.queued(node) for node in self.nodes):
                break
        for node in self.nodes:
            for other in self.nodes:
                if other is not node:
                    node.call(other.end, even_if_empty=True)
                    self._drain()

    def queued(self, node: Node) -> list[ActId]:
        """Return the letters of a node that no receipt has settled."""
        state = node.store.state
        return [name for name in state.letters.own if state.exchange.outgoing(name).state is SendState.QUEUED]

    def _jump(self, node: Node, jump: int) -> None:
        if not self.healed:
            node.clock.skew = max(-4 * MINUTE, min(4 * MINUTE, node.clock.skew + jump))

    def _drain(self) -> None:
        while self.events:
            at, _, work = heapq.heappop(self.events)
            self.now = max(self.now, at)
            work()

    def _delay(self) -> int:
        return self.random.randrange(SECOND // 20, SECOND if self.healed else self.faults.slowest)

    def _altered(self, data: bytes) -> bytes:
        if not self.chance(self.faults.corruption):
            return data
        place = self.random.randrange(len(data))
        return data[:place] + bytes([data[place] ^ (1 << self.random.randrange(8))]) + data[place + 1 :]

    def _power(self, where: str) -> bool:
        return not self.chance(self.faults.crashes)


def require_exactly_once(world: World) -> None:
    """Every letter is applied once at its addressee and receipted, and nothing else is applied anywhere."""
    for node in world.nodes:
        state = node.store.state
        for name, letter in state.letters.own.items():
            settled = state.exchange.settled(name)
            assert settled is not None, f"{name[:8]} of {node.party.code} was never settled"
            assert settled.state is SendState.STORED, settled.code
            addressee = next(n for n in world.nodes if n.party.office.authority == letter["to"])
            assert addressee.store.state.letters.applied[name] == 1
            assert state.letters.receipts[name] == "stored"
        for name, letter in state.letters.stored.items():
            assert letter["to"] == node.party.office.authority
            author = next(n for n in world.nodes if n.party.office.authority == letter["from"])
            assert name in author.store.state.letters.own, "applied what nobody holds as issued"


def require_sound_logs(world: World) -> None:
    """Every log passes its audit, and the peer holds and cosigned its newest head."""
    for node in world.nodes:
        office, state = node.party.office, node.store.state
        for other in world.nodes:
            if other is node:
                continue
            origin = office.origin(other.party.fingerprint)
            findings = audit_store(state.logs, origin=origin, keys=[office.log_key(other.party.fingerprint)])
            assert findings == ()
            held = other.store.state.logs.witnessed(origin)
            size = state.logs.size(origin)
            if size == 0:
                continue
            assert held is not None
            assert held.size == size, "the peer does not hold the newest head"
            assert held.root == root(size, fetch=partial(state.logs.nodes, origin))
            note = state.logs.checkpoint(origin)
            assert other.party.office.witness.encode() in note, "the newest head is not cosigned"


def require_secrecy(world: World) -> None:
    """Nothing on the wire is readable, and only the addressee's key opens a message."""
    for body in world.wire:
        assert b"secret" not in body
    for node in world.nodes:
        for name, letter in node.store.state.letters.own.items():
            outgoing = node.store.state.exchange.outgoing(name)
            assert outgoing.sealed == b"", "a settled message keeps no sealed bytes"
            assert letter["secret"]


def opens(sealed: bytes, party: TestParty) -> bool:
    """Tell whether a Party's own key opens an age file."""
    try:
        parse_ijson(
            agefile.open_sealed(sealed, identities=party.office.identities, most_bytes=1 << 20),
            most_bytes=1 << 20,
        )
    except ComityError:
        return False
    return True


def alarms(node: Node) -> set[str]:
    """Return the codes of a node's alarms."""
    return {alarm.code for alarm in node.store.state.exchange.alarms()}


def their_log(node: Node, other: Node) -> str:
    """Return the name of the other's log for a node."""
    return peer_log_origin(
        other.party.office.realm,
        authority=other.party.office.authority,
        peer_root=node.party.fingerprint,
    )


def faults_of(seed: int) -> tuple[Faults, int]:
    """Return the faults and the number of nodes that a seed stands for."""
    rng = random.Random(f"faults/{seed}")
    faults = Faults(
        loss=rng.choice((0, 5, 20, 40)),
        duplicates=rng.choice((0, 10, 30)),
        corruption=rng.choice((0, 5, 15)),
        crashes=rng.choice((0, 3, 8, 15)),
        slowest=rng.choice((2 * SECOND, 25 * SECOND, 2 * MINUTE)),
        skew=rng.choice((0, MINUTE, 4 * MINUTE)),
        jumps=rng.choice((0, 0, 3)),
    )
    return faults, rng.choice((2, 2, 2, 3))


DAY_LONG = 25 * HOUR
