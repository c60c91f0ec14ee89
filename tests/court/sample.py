"""A small practice case between XAA and XAB, whole and signed, and its court file."""

from __future__ import annotations

import dataclasses
import importlib.util
import io
import re
import tarfile
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import comity.cases.data
from comity.cases import courtdocket, courtlogs, courttar
from comity.cases.courtcontents import (
    BagFile,
    CourtAct,
    CourtContents,
    CourtCustody,
    CourtDecision,
    CourtDelivery,
    CourtParty,
    HeldBack,
    WithheldItem,
)
from comity.cases.courtfile import CourtPlan, plan_court_file
from comity.cases.courtkeys import TAGS
from comity.cases.courttar import MANIFEST, TAG_MANIFEST, BytesReader
from comity.cases.gate import WayOut, Withholding, release_envelope
from comity.cases.ports import Address
from comity.cases.verdicts import STEPS, Trust, VerdictReport, parse_trust_file, verify_court_file
from comity.cases.wire import SignedAct
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.exhibits import stored_name
from comity.evidence.handling import Handling
from comity.evidence.label import Derivation, PackageLabel, Parent
from comity.evidence.limits import Limits
from comity.evidence.package import BagWriter, Original
from comity.evidence.touches import Particulars, Touched
from comity.evidence.touchwire import touch_statement
from comity.exchange.entries import (
    Entry,
    PublishedAuthority,
    PublishedKey,
    PublishedOfficer,
    Revocation,
    Usage,
)
from comity.exchange.entry_wire import entry_statement
from comity.exchange.envelope import End
from comity.exchange.mandates import Mandate
from comity.exchange.receipts import Receipt, receipt_statement, refused_digest
from comity.exchange.roots import Root, fingerprint, root_statement, sign
from comity.kernel.clock import DAY, HOUR, Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import AuthorityId, Fingerprint, OfficerName, PartyCode
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer, Envelope, parse_envelope
from comity.ledger.checkpoint import Checkpoint, cosign, sign_checkpoint
from comity.ledger.leaves import Leaf, draw_leaf
from comity.ledger.merkle import Frontier, NodeId, grow, inclusion
from comity.ledger.origins import peer_log_origin, witness_name
from comity.ledger.proofs import InclusionProof, LoggedLeaf
from tests.builders import T0, FakeDirectory, Pair, Side, Thread, approve, make_side, request_body
from tests.court.authority import authority, certificates, judge_of

VERIFIER = Path(comity.cases.data.__path__[0]) / "verify.py"
STEP = {name: number for number, name in enumerate(STEPS, start=1)}
START = Instant(T0 - 30 * DAY)
END = Instant(T0 + 3000 * DAY)


@cache
def verifier() -> ModuleType:
    """Return verify.py as a module."""
    spec = importlib.util.spec_from_file_location("verify", VERIFIER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # The same signatures and headers are judged thousands of times here: remember what pure functions say.
    for where, name in (
        (module, "is_signature"),
        (module, "frame"),
        (courtlogs, "is_signature"),
        (courtdocket, "is_signature"),
        (courttar, "entry_frame"),
        (courttar, "most_size"),
    ):
        setattr(where, name, lru_cache(maxsize=1 << 16)(getattr(where, name)))
    return module


class Log:
    """A log in memory: leaves, nodes, and heads signed by its own key."""

    def __init__(self, origin: str, *, entropy: SeededEntropy) -> None:
        self.origin = origin
        self.edge = Frontier()
        self.nodes: dict[NodeId, bytes] = {}
        self.entropy = entropy

    def append(self, tag: str, digest: bytes) -> tuple[Leaf, int]:
        leaf = draw_leaf(tag, digest=digest, entropy=self.entropy)
        rows, self.edge = grow(self.edge, leaves=[leaf.hash])
        self.nodes |= {(level, index): value for level, index, value in rows}
        return leaf, self.edge.size - 1

    def proof(self, index: int) -> InclusionProof:
        path = inclusion(index, size=self.edge.size, fetch=lambda wanted: {n: self.nodes[n] for n in wanted})
        return InclusionProof(index=index, size=self.edge.size, path=path)


@dataclasses.dataclass
class Nation:
    """A Party with all its private keys."""

    side: Side
    party: CourtParty
    log_key: Ed25519Signer
    root_keys: tuple[Ed25519Signer, ...]
    entry_keys: tuple[Ed25519Signer, ...]
    entry: Entry

    @property
    def fingerprint(self) -> Fingerprint:
        return self.side.address.root


def make_nation(authority: str, *, seed: str, realm: Realm = Realm.PRACTICE, **changes: Any) -> Nation:
    """Return a Party with a two-of-two root, one entry key and one authority."""
    entropy = SeededEntropy(f"nation {seed}")
    side = make_side(authority, seed=seed)
    root_keys = (Ed25519Signer.generate(entropy), Ed25519Signer.generate(entropy))
    entry_keys = (Ed25519Signer.generate(entropy),)
    code = PartyCode(authority[:3])
    root = Root(
        party=code,
        realm=realm,
        version=1,
        issued_at=START,
        threshold=2,
        keys=tuple(key.public for key in root_keys),
        entry_threshold=1,
        entry_keys=tuple(key.public for key in entry_keys),
    )
    signed_root = sign(root_statement(root), root_keys)
    name = fingerprint(signed_root)
    side = dataclasses.replace(side, address=Address(authority=AuthorityId(authority), root=name))
    log_key = Ed25519Signer.generate(entropy)
    usages = {Usage.ACT: side.act_key, Usage.RECEIPT: side.receipt_key, Usage.LOG: log_key}
    office = PublishedAuthority(
        id=AuthorityId(authority),
        names={"en": "Contact point"},
        keys=tuple(
            PublishedKey(usage=u, public=k.public, not_before=START, not_after=END) for u, k in usages.items()
        ),
        officers=tuple(
            PublishedOfficer(
                name=OfficerName(officer), roles=(role,), public=key.public, not_before=START, not_after=END
            )
            for officer, (role, key) in side.officers.items()
        ),
    )
    given: dict[str, Any] = {
        "party": code,
        "realm": realm,
        "root": name,
        "root_version": 1,
        "version": 1,
        "issued_at": START,
        "expires_at": END,
        "authorities": (office,),
    }
    entry = Entry(**(given | changes))
    signed_entry = sign(entry_statement(entry), entry_keys)
    party = CourtParty(code=code, roots=(signed_root.json,), entries=(signed_entry.json,))
    return Nation(side, party, log_key, root_keys, entry_keys, entry)


def revoke(nation: Nation, *keys: bytes, since: int) -> None:
    """Publish a second entry that revokes keys."""
    revoked = tuple(
        Revocation(key=sha256(key).hex(), at=Instant(since), invalid_since=Instant(since))  # type: ignore[arg-type]
        for key in keys
    )
    entry = dataclasses.replace(
        nation.entry, version=nation.entry.version + 1, issued_at=Instant(T0 + DAY), revoked=revoked
    )
    made = sign(entry_statement(entry), nation.entry_keys).json
    nation.party = dataclasses.replace(nation.party, entries=(*nation.party.entries, made))


@dataclasses.dataclass
class Sample:
    """The case: two nations, a thread, receipts and evidence."""

    seed: str = "one"
    realm: Realm = Realm.PRACTICE
    codes: tuple[str, str] = ("XAA", "XAB")
    exhibits: tuple[tuple[bytes, bytes], ...] = (
        (b"mail.eml", b"From: nobody\n" * 40),
        (b"\xd9\x85.txt", b""),
    )
    handling: Handling = Handling.ORDINARY
    kinds: tuple[str, ...] = ()
    mandates: tuple[Mandate, ...] | None = None
    single: bool = False
    sealing: str = "a"

    def __post_init__(self) -> None:
        names = [f"{code}/contact-point" for code in self.codes]
        self.nations = {
            letter: make_nation(name, seed=f"{self.seed}{letter}", realm=self.realm, **more)
            for letter, name, more in zip(
                "ab",
                names,
                ({"mandates": self.mandates}, {"single_approval_in_emergency": self.single}),
                strict=True,
            )
        }
        a, b = self.nations["a"], self.nations["b"]
        pair = Pair(a=a.side, b=b.side, directory=FakeDirectory(), realm=self.realm)
        self.thread = Thread(pair, entropy=SeededEntropy(f"thread {self.seed}"))
        self.logs = {
            letter: Log(
                peer_log_origin(self.realm, authority=me.side.address.authority, peer_root=you.fingerprint),
                entropy=SeededEntropy(f"log {self.seed} {letter}"),
            )
            for letter, me, you in (("a", a, b), ("b", b, a))
        }
        self.receipts: dict[str, bytes] = {}
        self.leaves: dict[str, tuple[LoggedLeaf, ...]] = {}
        self.bag: tuple[BagFile, ...] = ()
        self.bags: dict[str, tuple[BagFile, ...]] = {}  # by act
        self.withheld: tuple[WithheldItem, ...] = ()
        self.others: tuple[HeldBack, ...] = ()
        self.touches: dict[str, list[Envelope]] = {}  # by bag
        self.destructions: dict[str, CourtDecision] = {}  # by bag
        self.stamps: dict[str, bytes] = {}
        self.release: CourtDecision | None = None
        self.discloses = False
        self.seq = {"a": 0, "b": 0}

    def act(
        self, name: str, kind: str, body: dict[str, Any], *, receipt: bool = True, **more: Any
    ) -> SignedAct:
        """Write an act, log it, and have it received."""
        signed = self.thread.act(name, kind, body, **more)
        log = self.logs[name]
        leaf, index = log.append("act.issued", signed.digest)
        self.leaves[signed.act.id] = (self.logged(name, leaf, index),)
        if receipt:
            self.receive(signed)
        return signed

    def logged(self, name: str, leaf: Leaf, index: int) -> LoggedLeaf:
        log, me = self.logs[name], self.nations[name]
        peer = self.nations["b" if name == "a" else "a"]
        head = Checkpoint(origin=log.origin, size=log.edge.size, root=log.edge.root)
        note = sign_checkpoint(head, signer=me.log_key)
        witness = witness_name(self.realm, authority=peer.side.address.authority)
        note = note.with_signature(
            cosign(note, name=witness, signer=peer.log_key, at=Instant(self.thread.at))
        )
        return LoggedLeaf(leaf=leaf, proof=log.proof(index), checkpoint=note.encode())

    def receive(self, signed: SignedAct, **changes: Any) -> None:
        """Have the addressee issue its receipt."""
        act = signed.act
        name = "a" if act.to == self.nations["a"].side.address else "b"
        me, log, mine = self.nations[name], self.logs[name], self.thread.last.get(name)
        refused = changes.get("result") == "refused"
        digest = refused_digest(act.id) if refused else signed.digest
        leaf, index = log.append("act.refused" if refused else "act.received", digest)
        given: dict[str, Any] = {
            "act": act.id,
            "signer": End(authority=act.to.authority, root=act.to.root),
            "author": End(authority=act.sender.authority, root=act.sender.root),
            "at": Instant(self.thread.at),
            "origin": log.origin,
            "size": log.edge.size,
            "log_root": log.edge.root,
            "leaf_index": index,
            "leaf_tag": leaf.tag,
            "leaf_nonce": leaf.nonce,
            "path": log.proof(index).path,
            "case": act.case,
            "your_last_seq": act.seq,
            "own_last_seq": mine.act.seq if mine else 0,
            "pending": None,
            "result": "stored",
            "code": "",
            "incarnation": 1,
        }
        receipt = Receipt(**(given | changes))
        made = receipt_statement(receipt, realm=self.realm, signer=me.side.receipt_key)
        self.receipts[act.id] = made.json

    def seal_bag(self, *, derived: Derivation | None = None) -> str:
        """Close the inner bag; return its root."""
        me = self.nations["b"].side
        case = self.thread.case
        limits = Limits(basis=("44(1)",), purpose="a phishing mailbox", retain_until=Instant(T0 + 300 * DAY))
        label = PackageLabel(
            realm=self.realm,
            case=case,
            authority=me.address.authority,
            sealed_at=Instant(T0),
            handling=self.handling,
            limits=limits,
            derived=derived,
        )
        writer, archive = BagWriter(label), bytearray()
        for name, content in self.exhibits:
            archive += writer.begin(Original(name=name, size=len(content)))
            writer.update(memoryview(content))
            archive += content + writer.end()
        step = CustodyAct(
            step=CustodyStep.SEALED,
            at=Instant(T0),
            officer=OfficerName("a.diallo"),
            authority=me.address.authority,
            role="duty-officer",
            reason="asked for under article 44",
        )
        tail, closed = writer.close([step, dataclasses.replace(step, at=Instant(T0 + HOUR))])
        self.bag = tuple(files_of(bytes(archive) + b"".join(tail)))
        return closed.bag_root

    def decision(self, way: WayOut, subjects: Iterable[str], **more: Any) -> CourtDecision:
        """Return what two officers of the sealing side decided and approved."""
        case, side = self.thread.case, self.nations[self.sealing].side
        assert case is not None
        statement = release_envelope(
            way, realm=self.realm, case=case, subjects=list(subjects), purpose="the trial", at=T0, **more
        )
        approvals = tuple(
            approve(side, statement.id, officer=name, realm=self.realm) for name in ("a.diallo", "c.laurent")
        )
        return CourtDecision(statement=statement, approvals=approvals)

    def touch(self, bag: str, step: CustodyStep, **more: Any) -> None:
        """Add an event to the chain that the sealing side keeps of a package."""
        side, chain = self.nations[self.sealing].side, self.touches.setdefault(bag, [])
        act = CustodyAct(
            step=step,
            at=Instant(T0 + len(chain)),
            officer=OfficerName("a.diallo"),
            authority=side.address.authority,
            role="duty-officer",
            reason="for the trial",
        )
        over = Touched(realm=self.realm, case=self.thread.case, bag_root=bag)
        previous = sha256(chain[-1].payload).hex() if chain else bag
        made = touch_statement(act, over, previous=previous, more=Particulars(**more))
        chain.append(made.signed_by(side.act_key))

    def destroy(self, bag: str) -> str:
        """Have two officers decide that a package is destroyed, and destroy it; return the decision."""
        self.destructions[bag] = self.decision(WayOut.DESTRUCTION, [bag])
        self.touch(bag, CustodyStep.DESTROYED, decision=self.destructions[bag].statement.id)
        return self.destructions[bag].statement.id

    def disclose(self) -> None:
        """Have two officers approve that everything but the list is disclosed."""
        listed = [
            Withholding(of=x.act_id, part=x.part, exhibit=x.exhibit, ground=x.ground, decided_by=x.decided_by)
            for x in self.withheld
        ]
        listed += [
            Withholding(of=x.bag_root, part=None, ground=x.ground, decided_by=x.decided_by)
            for x in self.others
        ]
        acts = [signed.act.id for signed in self.thread.acts]
        self.release = self.decision(WayOut.DISCLOSURE, acts, withheld=listed)
        self.discloses = True
        name = self.release.statement.id
        self.withheld = tuple(dataclasses.replace(x, decision=name, at=Instant(T0)) for x in self.withheld)
        self.others = tuple(dataclasses.replace(x, decision=name, at=Instant(T0)) for x in self.others)

    def contents(self) -> CourtContents:
        withheld = {(item.act_id, item.part) for item in self.withheld if item.exhibit is None}
        acts = tuple(
            CourtAct(
                signed=signed,
                parts=tuple(
                    part
                    for part in self.thread.opened[signed.act.id]
                    if (signed.act.id, part.name) not in withheld
                ),
                receipt=self.receipts.get(signed.act.id),
                leaves=self.leaves.get(signed.act.id, ()),
            )
            for signed in self.thread.acts
        )
        delivers = [s.act.id for s in self.thread.acts if s.act.kind == "evidence.deliver"]
        shown = [act_id for act_id in delivers if (act_id, None) not in withheld]
        case, release = self.thread.case, self.release
        assert case is not None
        if release is None and self.realm is Realm.LIVE:
            release = self.decision(WayOut.EXPORT, [item.signed.act.id for item in acts])
        return CourtContents(
            realm=self.realm,
            case=case,
            sealed_by=self.nations[self.sealing].side.address,
            acts=acts,
            parties=tuple(nation.party for nation in self.nations.values()),
            deliveries=tuple(CourtDelivery(act_id=name, files=self._disclosed(name)) for name in shown),
            withheld=self.withheld,
            others=self.others,
            custody=tuple(
                CourtCustody(bag_root=bag, events=tuple(chain), decision=self.destructions.get(bag))
                for bag, chain in self.touches.items()
            ),
            stamps=self.stamps,
            release=release,
            way="disclosure" if self.discloses else "",
            version="0.1.0",
            bugs=("none known",),
        )

    def _disclosed(self, act_id: str) -> tuple[BagFile, ...]:
        gone = {stored_name(x.exhibit) for x in self.withheld if x.act_id == act_id and x.exhibit}
        return tuple(file for file in self.bags[act_id] if file.name not in gone)

    def plan(self) -> CourtPlan:
        return plan_court_file(
            self.contents(), signer=self.nations[self.sealing].side.act_key, at=Instant(T0 + HOUR)
        )

    def court_file(self) -> bytes:
        return b"".join(self.plan().chunks())

    @property
    def roots(self) -> list[str]:
        return [nation.fingerprint for nation in self.nations.values()]


def renew(nation: Nation) -> None:
    """Give a Party a second root, with other keys, and an entry under it that revokes a key nobody used."""
    entropy = SeededEntropy(f"renewed {nation.fingerprint}")
    old = nation.root_keys
    nation.root_keys = (Ed25519Signer.generate(entropy), Ed25519Signer.generate(entropy))
    nation.entry_keys = (Ed25519Signer.generate(entropy),)
    root = Root(
        party=nation.party.code,
        realm=nation.entry.realm,
        version=2,
        issued_at=Instant(START + DAY),
        threshold=2,
        keys=tuple(key.public for key in nation.root_keys),
        entry_threshold=1,
        entry_keys=tuple(key.public for key in nation.entry_keys),
    )
    made = sign(root_statement(root), (*old, *nation.root_keys)).json
    unused = Revocation(key=sha256(b"lost").hex(), at=START, invalid_since=START)  # type: ignore[arg-type]
    entry = dataclasses.replace(
        nation.entry, version=2, root_version=2, issued_at=Instant(START + 2 * DAY), revoked=(unused,)
    )
    signed = sign(entry_statement(entry), nation.entry_keys).json
    party = nation.party
    nation.entry = entry
    nation.party = dataclasses.replace(party, roots=(*party.roots, made), entries=(*party.entries, signed))


def rich_case(*, seed: str = "one") -> Sample:
    """Return a disclosure with everything that a court file can hold: each kind of member, at least twice.

    Three bags are delivered: of the first one exhibit is withheld, the second is derived from it, the third
    was destroyed. A fourth package was delivered by no act.
    """
    sample = Sample(seed=seed, sealing="b")
    for nation in sample.nations.values():
        renew(nation)
    ask = sample.act("a", "data.request", request_body("44(1)"), parts={"form": b'{"kind":"stored"}'})
    items = {"request": ask.act.id, "items": ["1"]}
    sample.act("b", "request.accept", items)
    decided = sample.act("b", "transmission.decide", items, parts={"decision": b"yes", "reasons": b"because"})
    first = deliver(sample, ask, decided)
    mother = str(first.act.body["bag_root"])
    sample.exhibits = ((b"extract.txt", b"nobody\n" * 20),)
    derivation = Derivation(
        operation="cut",
        redacted=False,
        tool="comity",
        tool_version="1",
        parents=(Parent(bag_root=mother, number=1, sha256="1" * 64),),
    )
    second = deliver(sample, ask, decided, derived=derivation)
    sample.exhibits = ((b"gone.txt", b"once\n"),)
    third = deliver(sample, ask, decided)
    note = {"ground": "witness protection", "decided_by": "c.laurent", "at": Instant(T0)}
    sample.act("a", "case.close", {"request": ask.act.id, "outcome": "done"}, receipt=False)
    other = sha256(f"other {seed}".encode()).hex()
    bags = [str(one.act.body["bag_root"]) for one in (first, second, third)]
    for bag in (*bags, other):
        sample.touch(bag, CustodyStep.RECEIVED)
        sample.touch(bag, CustodyStep.OPENED)
    sample.touch(bags[0], CustodyStep.DERIVED, child=bags[1])
    sample.destroy(bags[2])
    sample.withheld = (
        WithheldItem(act_id=ask.act.id, part="form", **note),
        WithheldItem(act_id=first.act.id, part=None, exhibit=2, **note),
        WithheldItem(act_id=third.act.id, part=None, **note),
    )
    sample.others = (HeldBack(bag_root=other, exhibits=2, decision="", **note),)
    for act_id in (ask.act.id, second.act.id):
        text = sample.leaves[act_id][0].checkpoint.partition(b"\n\n")[0] + b"\n"
        sample.stamps[sha256(text).hex()] = authority("A").stamp(sha256(text), T0 + HOUR)
    sample.stamps[mother] = authority("A").stamp(bytes.fromhex(mother), T0 + HOUR)
    sample.disclose()
    return sample


def whole_case(*, closed: bool = True, **given: Any) -> Sample:
    """Return a sample with a request, an acceptance, a decision and a delivery, and perhaps its end."""
    sample = Sample(**given)
    ask = sample.act("a", "data.request", request_body("44(1)"), parts={"form": b'{"kind":"stored"}'})
    items = {"request": ask.act.id, "items": ["1"]}
    sample.act("b", "request.accept", items)
    decided = sample.act("b", "transmission.decide", items, parts={"decision": b"yes"})
    deliver(sample, ask, decided)
    if closed:
        sample.act("a", "case.close", {"request": ask.act.id, "outcome": "done"}, receipt=False)
    return sample


def deliver(
    sample: Sample, ask: SignedAct, decided: SignedAct, *, derived: Derivation | None = None, **changes: Any
) -> SignedAct:
    """Deliver the evidence of a sample."""
    body: dict[str, Any] = {
        "request": ask.act.id,
        "items": [{"id": "1", "result": "executed"}],
        "decision": decided.act.id,
        "bag_root": sample.seal_bag(derived=derived),
        "payload_length": 1000,
        "piece_root": "0" * 64,
        "pieces": 1,
        "suite": "age-x25519",
        "handling": sample.handling.value,
        "limits_digest": "0" * 64,
    }
    made = sample.act("b", "evidence.deliver", body | changes, parts={"limits": b"{}"})
    sample.bags[made.act.id] = sample.bag
    return made


def files_of(archive: bytes) -> Iterator[BagFile]:
    """Yield the files of a tar as files of a bag."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            found = tar.extractfile(member)
            assert found is not None
            yield bag_file(member.name, found.read())


def bag_file(name: str, data: bytes) -> BagFile:
    def chunks() -> Iterator[bytes]:
        yield data

    return BagFile(name=name, size=len(data), sha256=sha256(data).hex(), chunks=chunks)


def judge(
    data: bytes, trust: bytes | None = None, *, integrity_only: bool = False, stamps_of: str = ""
) -> VerdictReport:
    """Return the product's report, after seeing that verify.py says the same, word for word.

    ``stamps_of`` names the authority whose time stamps are trusted.
    """
    pem = certificates(stamps_of) if stamps_of else None
    theirs = verifier().verify(io.BytesIO(data), trust, integrity_only, pem)
    given: Trust | None = None if trust is None else parse_trust_file(trust)
    ours = verify_court_file(
        BytesReader(data),
        trust=given,
        integrity_only=integrity_only,
        judge=judge_of(stamps_of) if stamps_of else None,
    )
    assert ours.value() == theirs
    return ours


def members_of(data: bytes) -> dict[str, bytes]:
    """Return the content of every member."""
    return {file.name: b"".join(file.chunks()) for file in files_of(data)}


def pack(members: dict[str, bytes]) -> bytes:
    """Return the canonical archive of these members, whatever they are."""
    plan = CourtPlan(files=tuple(bag_file(name, members[name]) for name in sorted(members)))
    return b"".join(plan.chunks())


def lists_of(names: Iterable[str], members: dict[str, bytes], *, folder: str = "") -> bytes:
    """Return the manifest of members."""
    rows = [f"{sha256(members[name]).hex()}  {name.removeprefix(folder)}\n" for name in sorted(names)]
    return "".join(rows).encode()


def put_right(members: dict[str, bytes], *, signer: Ed25519Signer | None = None) -> bytes:
    """Return the archive with every outer digest made right, and SEAL signed anew when a key is given."""
    data = [name for name in members if name.startswith("data/")]
    oxum = f"Payload-Oxum: {sum(len(members[name]) for name in data)}.{len(data)}".encode()
    members["bag-info.txt"] = re.sub(rb"Payload-Oxum: [0-9.]+", oxum, members["bag-info.txt"])
    members[MANIFEST] = lists_of(data, members)
    members[TAG_MANIFEST] = lists_of(TAGS, members)
    seal = parse_envelope(parse_ijson(members["SEAL"]))
    if signer is not None:
        said = parse_ijson(seal.payload) | {"tagmanifest": sha256(members[TAG_MANIFEST]).hex()}
        seal = Envelope(payload_type=seal.payload_type, payload=dump_ijson(said)).signed_by(signer)
    members["SEAL"] = seal.json
    return pack(members)
