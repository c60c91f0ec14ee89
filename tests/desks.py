"""Two authorities with desks, intakes and memory stores, and the messages between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comity.cases.decisions import Decisions
from comity.cases.desk import CaseReader
from comity.cases.gate import finding_key
from comity.cases.intake import Intake
from comity.cases.kinds import KINDS
from comity.cases.ports import ReceiptRecord, RequestMatter
from comity.cases.releases import Releases
from comity.cases.service import CaseDesk, PartInput
from comity.cases.state import CaseState
from comity.cases.wire import SignedAct
from comity.exchange.ports import Accepted, Deferred, Message, Peer, Refused
from comity.kernel.clock import FixedClock, Instant
from comity.kernel.entropy import SeededEntropy
from comity.kernel.findings import Assessment, Finding, Severity
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, OfficerName
from comity.storage.memory.acts import MemoryActStore
from tests.builders import T0, Pair, Side, approvers_for, make_pair


class FakeSettings:
    """Settings in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def setting(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def put_setting(self, name: str, value: bytes) -> None:
        self.kept[name] = value

    def names(self, prefix: str) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.kept if name.startswith(prefix)))


@dataclass
class FakeTx:
    """A transaction that is its own store."""

    acts: MemoryActStore = field(default_factory=MemoryActStore)
    node: FakeSettings = field(default_factory=FakeSettings)


@dataclass
class FakeLedger:
    """Remembers the leaves."""

    leaves: list[tuple[str, bytes]] = field(default_factory=list)

    def append(self, tx: Any, *, authority: AuthorityId, peer: Fingerprint, tag: str, digest: bytes) -> None:
        self.leaves.append((str(tag), digest))


@dataclass
class FakeDispatch:
    """Remembers what was queued, in order."""

    queued: list[tuple[ActId, bytes]] = field(default_factory=list)

    def queue(self, tx: Any, *, message_id: ActId, plaintext: bytes, **_facts: Any) -> None:
        self.queued.append((message_id, plaintext))


@dataclass
class FakeAssessor:
    """Gives the findings it was told to give, by kind."""

    findings: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    rules: str = "7" * 64
    seen: list[tuple[str, RequestMatter | None]] = field(default_factory=list)

    def assess(
        self,
        kind: str,
        body: Mapping[str, Any],
        parts: Mapping[str, bytes],
        *,
        on: date,
        request: RequestMatter | None = None,
    ) -> Assessment:
        self.seen.append((kind, request))
        return Assessment.of(self.findings.get(kind, ()))

    def rules_digest(self) -> str:
        return self.rules


def finding(code: str, severity: Severity = Severity.DECIDE, **parameters: str | int) -> Finding:
    return Finding(code=code, severity=severity, basis="40(21)(b)", parameters=parameters)


@dataclass
class Office:
    """One authority at work."""

    side: Side
    other: Side
    tx: FakeTx
    desk: CaseDesk
    intake: Intake
    releases: Releases
    reader: CaseReader
    assessor: FakeAssessor
    ledger: FakeLedger
    dispatch: FakeDispatch
    clock: FixedClock

    def draft(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        case: str | None = None,
        parts: Sequence[str] | None = None,
        single: str = "",
    ) -> CaseId:
        names = PARTS.get(kind, ()) if parts is None else parts
        inputs = [PartInput(name=n, media="application/json", data=b'{"text":"x"}') for n in names]
        return self.desk.draft(
            self.tx,
            kind=kind,
            body=body,
            parts=inputs,
            officer=OfficerName("a.diallo"),
            case=None if case is None else CaseId(case),
            to=self.other.address if case is None else None,
            single=single,
        ).case

    def approve(self, case: str, *officers: str) -> None:
        for officer in officers:
            self.desk.approve(
                self.tx,
                CaseId(case),
                officer=OfficerName(officer),
                signer=self.side.officers[officer][1],
                reasons="lawful and needed",
            )

    def decide_all(self, case: str) -> None:
        for found in self.desk.assessment(self.tx, CaseId(case)).to_decide:
            self.desk.decide(
                self.tx,
                CaseId(case),
                finding=finding_key(found),
                officer=OfficerName("c.laurent"),
                inner="weighed",
            )

    def send(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        case: str | None = None,
        parts: Sequence[str] | None = None,
    ) -> SignedAct:
        found = self.draft(kind, body, case=case, parts=parts)
        self.decide_all(found)
        self.approve(found, *approvers_for(kind))
        self.clock.advance(1_000_000)
        return self.desk.issue(self.tx, found)

    def state(self, case: str) -> CaseState:
        return self.reader.state(self.tx, CaseId(case))


PARTS = {name: row.needs for name, row in KINDS.items() if row.needs}


@dataclass
class World:
    """Two offices, ``a`` and ``b``, and the wire between them."""

    pair: Pair
    clock: FixedClock
    a: Office
    b: Office

    def office(self, name: str) -> Office:
        return self.a if name == "a" else self.b

    def carry(self, sender: Office, message: tuple[ActId, bytes]) -> Accepted | Refused | Deferred:
        """Hand one queued message to the other office, and its receipt facts back."""
        receiver = self.b if sender is self.a else self.a
        peer = Peer(
            fingerprint=sender.side.address.root,
            authority=sender.side.address.authority,
            ours=receiver.side.address.authority,
        )
        answer = take(receiver, peer, message[1], now=self.clock.now())
        if isinstance(answer, Accepted):
            receipt = next(
                r
                for r in receiver.tx.acts.receipts_of_case(receiver.side.address.authority, answer.case)
                if r.act_id == answer.message_id and r.signer == receiver.side.address
            )
            self.tell(sender, receipt)
        return answer

    def tell(self, sender: Office, receipt: ReceiptRecord) -> None:
        values = {name: getattr(receipt, name) for name in receipt.__slots__}
        sender.tx.acts.add_receipt(ReceiptRecord(**(values | {"authority": sender.side.address.authority})))

    def settle(self) -> None:
        """Carry everything that is queued, oldest first."""
        for sender in (self.a, self.b):
            for message in tuple(sender.dispatch.queued):
                answer = self.carry(sender, message)
                assert isinstance(answer, Accepted), answer
                sender.dispatch.queued.remove(message)


def take(office: Office, peer: Peer, plaintext: bytes, *, now: Instant) -> Accepted | Refused | Deferred:
    """Hand one opened message to an office, as the inbox does."""
    (message,) = office.intake.read(office.tx, [plaintext], now=now)
    if message is None:
        message = Message(name=ActId("0" * 64), plaintext=plaintext)
    return office.intake.accept(office.tx, peer=peer, message=message, now=now)


def make_world(seed: int = 1, *, realm_pair: Pair | None = None) -> World:
    pair = realm_pair or make_pair(seed)
    clock = FixedClock(T0)
    return World(
        pair=pair,
        clock=clock,
        a=_office(pair, pair.a, pair.b, clock, seed=f"{seed}a"),
        b=_office(pair, pair.b, pair.a, clock, seed=f"{seed}b"),
    )


def _office(pair: Pair, side: Side, other: Side, clock: FixedClock, *, seed: str) -> Office:
    ledger, dispatch, assessor, entropy = FakeLedger(), FakeDispatch(), FakeAssessor(), SeededEntropy(seed)
    reader = CaseReader(me=side.address, directory=pair.directory)
    decisions = Decisions(
        me=side.address,
        realm=pair.realm,
        directory=pair.directory,
        assessor=assessor,
        clock=clock,
        entropy=entropy,
    )
    return Office(
        side=side,
        other=other,
        tx=FakeTx(),
        desk=CaseDesk(
            me=side.address,
            realm=pair.realm,
            signer=side.act_key,
            directory=pair.directory,
            assessor=assessor,
            ledger=ledger,
            dispatch=dispatch,
            clock=clock,
            entropy=entropy,
        ),
        intake=Intake(me=side.address, realm=pair.realm, directory=pair.directory, ledger=ledger),
        releases=Releases(me=side.address, realm=pair.realm, decisions=decisions, reader=reader, clock=clock),
        reader=reader,
        assessor=assessor,
        ledger=ledger,
        dispatch=dispatch,
        clock=clock,
    )


def deliver_body(
    request: str, decision: str, *, result: str = "executed", items: Sequence[str] = ("1",)
) -> dict[str, Any]:
    return {
        "request": request,
        "items": [{"id": item, "result": result} for item in items],
        "decision": decision,
        "bag_root": "1" * 64,
        "payload_length": 100,
        "piece_root": "2" * 64,
        "pieces": 1,
        "suite": "age-x25519",
        "handling": "ordinary",
        "limits_digest": "3" * 64,
    }
