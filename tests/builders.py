"""Two practice Parties with officers and keys, and signed acts between them, in a few words.

pair = make_pair()
thread = Thread(pair)
ask = thread.act("a", "preservation.request", preservation_body(), parts={"form": b"{}"})
thread.act("b", "request.accept", {"request": ask.act.id, "items": ["1"]})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.cases.acts import ActDraft
from comity.cases.approvals import approval_envelope, needs_head, persons_needed
from comity.cases.parts import Part, make_part
from comity.cases.ports import Address, KeyRecord, OfficerRecord, ReceiptRecord
from comity.cases.wire import Parcel, SignedAct, parcel_bytes, signed_act
from comity.kernel.clock import DAY, SECOND, Instant
from comity.kernel.digests import sha256
from comity.kernel.entropy import SeededEntropy
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, OfficerName
from comity.kernel.realms import Realm
from comity.kernel.signing import Ed25519Signer, Envelope

T0 = Instant(1_790_000_000 * SECOND)
RULES = "7" * 64
ALWAYS = (Instant(0), Instant(T0 + 3650 * DAY))


@dataclass(frozen=True)
class Side:
    """One authority with its keys and three officers: a duty officer, an officer and a head."""

    address: Address
    act_key: Ed25519Signer
    receipt_key: Ed25519Signer
    officers: dict[str, tuple[str, Ed25519Signer]]

    def officer_for(self, role: str) -> tuple[str, Ed25519Signer]:
        return next((name, key) for name, (has, key) in self.officers.items() if has == role)


@dataclass
class FakeDirectory:
    """A directory from dictionaries, in the shape of ``cases.ports.Directory``."""

    acts: dict[Address, tuple[KeyRecord, ...]] = field(default_factory=dict)
    receipts: dict[Address, tuple[KeyRecord, ...]] = field(default_factory=dict)
    officers: dict[tuple[Fingerprint, str], OfficerRecord] = field(default_factory=dict)
    single: set[Fingerprint] = field(default_factory=set)

    def act_keys(self, authority: AuthorityId, root: Fingerprint, *, at: Instant) -> tuple[KeyRecord, ...]:
        found = self.acts.get(Address(authority=authority, root=root), ())
        return tuple(key for key in found if key.is_valid_at(at))

    def receipt_keys(
        self, authority: AuthorityId, root: Fingerprint, *, at: Instant
    ) -> tuple[KeyRecord, ...]:
        found = self.receipts.get(Address(authority=authority, root=root), ())
        return tuple(key for key in found if key.is_valid_at(at))

    def officer(self, root: Fingerprint, name: OfficerName, *, at: Instant) -> OfficerRecord | None:
        found = self.officers.get((root, name))
        return found if found and found.key.is_valid_at(at) else None

    def algorithms(self, root: Fingerprint, *, at: Instant) -> frozenset[str]:
        return frozenset({"ed25519"})

    def single_approval(self, root: Fingerprint, *, at: Instant) -> bool:
        return root in self.single


@dataclass(frozen=True)
class Pair:
    """Two sides, ``a`` and ``b``, who know each other."""

    a: Side
    b: Side
    directory: FakeDirectory
    realm: Realm

    def side(self, name: str) -> Side:
        return self.a if name == "a" else self.b

    def other(self, name: str) -> Side:
        return self.b if name == "a" else self.a


def make_side(authority: str, *, seed: str) -> Side:
    entropy = SeededEntropy(seed)
    officers = {
        "a.diallo": ("duty-officer", Ed25519Signer.generate(entropy)),
        "b.okafor": ("officer", Ed25519Signer.generate(entropy)),
        "c.laurent": ("head", Ed25519Signer.generate(entropy)),
    }
    root = Fingerprint(sha256(f"root of {authority} {seed}".encode()).hex())
    return Side(
        address=Address(authority=AuthorityId(authority), root=root),
        act_key=Ed25519Signer.generate(entropy),
        receipt_key=Ed25519Signer.generate(entropy),
        officers=officers,
    )


def key_record(public: bytes, span: tuple[Instant, Instant] = ALWAYS) -> KeyRecord:
    return KeyRecord(public=public, not_before=span[0], not_after=span[1])


def make_pair(
    seed: int = 1,
    *,
    a: str = "XAA/contact-point",
    b: str = "XAB/contact-point",
    realm: Realm = Realm.PRACTICE,
) -> Pair:
    sides = make_side(a, seed=f"{seed}a"), make_side(b, seed=f"{seed}b")
    directory = FakeDirectory()
    for side in sides:
        directory.acts[side.address] = (key_record(side.act_key.public),)
        directory.receipts[side.address] = (key_record(side.receipt_key.public),)
        for name, (role, signer) in side.officers.items():
            directory.officers[side.address.root, name] = OfficerRecord(
                name=OfficerName(name),
                authority=side.address.authority,
                roles=frozenset({role}),
                key=key_record(signer.public),
            )
    return Pair(a=sides[0], b=sides[1], directory=directory, realm=realm)


def approve(
    side: Side, act_id: str, *, officer: str, realm: Realm = Realm.PRACTICE, at: Instant = T0
) -> Envelope:
    """Return the signed approval of one of the side's officers."""
    role, signer = side.officers[officer]
    return approval_envelope(
        ActId(act_id),
        realm=realm,
        officer=OfficerName(officer),
        authority=side.address.authority,
        role=role,
        rules=RULES,
        reasons=sha256(b"0" * 16, b"reasons").hex(),
        at=at,
    ).signed_by(signer)


def approvers_for(kind: str) -> tuple[str, ...]:
    """Return the officers that satisfy the row of the kind."""
    if needs_head(kind):
        return ("a.diallo", "c.laurent")
    return ("a.diallo",) if persons_needed(kind) else ()


def sign_draft(pair: Pair, name: str, draft: ActDraft, *, officers: Sequence[str] | None = None) -> SignedAct:
    """Return the draft approved by officers (those the table demands, unless named) and signed."""
    side = pair.side(name)
    unsigned = draft.envelope()
    chosen = approvers_for(draft.kind) if officers is None else officers
    approvals = [approve(side, unsigned.id, officer=o, realm=pair.realm, at=draft.at) for o in chosen]
    return signed_act(unsigned.signed_by(side.act_key), approvals)


def request_body(mechanism: str = "42(1)", *, items: Sequence[str] = ("1",), **more: Any) -> dict[str, Any]:
    """Return the skeleton of a request act."""
    request: dict[str, Any] = {
        "mechanism": mechanism,
        "instrument": "un-cybercrime",
        "basis": [{"role": "main", "instrument": "un-cybercrime", "article": mechanism}],
        "class": "A",
        "items": list(items),
        "urgent": False,
        "confidential_until": None,
        "preservation": None,
    }
    return {"request": request | more}


@dataclass
class Thread:
    """Writes the acts of one case in order, keeping each author's seq, prev_own and heads.

    ``knows`` holds, for each side, the acts it has seen; by default every act is seen at once.
    """

    pair: Pair
    at: int = T0
    acts: list[SignedAct] = field(default_factory=list)
    opened: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    knows: dict[str, set[str]] = field(default_factory=lambda: {"a": set(), "b": set()})
    last: dict[str, SignedAct] = field(default_factory=dict)
    entropy: SeededEntropy = field(default_factory=lambda: SeededEntropy("thread"))

    @property
    def case(self) -> CaseId | None:
        return CaseId(self.acts[0].act.id) if self.acts else None

    def heads(self, name: str) -> tuple[ActId, ...]:
        known = [s.act for s in self.acts if s.act.id in self.knows[name]]
        covered = {parent for act in known for parent in act.parents}
        mine = self.last[name].act.id if name in self.last else None
        return tuple(sorted(a.id for a in known if a.id not in covered and a.id != mine))[:16]

    def draft(
        self,
        name: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        parts: Mapping[str, bytes] | None = None,
        **more: Any,
    ) -> tuple[ActDraft, tuple[Part, ...]]:
        made = tuple(make_part(n, d, entropy=self.entropy) for n, d in (parts or {}).items())
        last = self.last.get(name)
        values: dict[str, Any] = {
            "realm": self.pair.realm,
            "kind": kind,
            "case": self.case,
            "sender": self.pair.side(name).address,
            "to": self.pair.other(name).address,
            "seq": last.act.seq + 1 if last else 1,
            "prev_own": last.act.id if last else None,
            "seen": self.heads(name),
            "at": Instant(self.at),
            "body": body,
            "parts": tuple(part.ref("application/json") for part in made),
            "nonce": None if self.acts else self.entropy.bytes(16),
        }
        return ActDraft(**(values | more)), made

    def act(
        self,
        name: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        parts: Mapping[str, bytes] | None = None,
        officers: Sequence[str] | None = None,
        seen_by_other: bool = True,
        **more: Any,
    ) -> SignedAct:
        """Write, approve, sign and remember one act of side ``name``."""
        draft, made = self.draft(name, kind, body, parts=parts, **more)
        signed = sign_draft(self.pair, name, draft, officers=officers)
        self.acts.append(signed)
        self.opened[signed.act.id] = made
        self.last[name] = signed
        self.knows[name].add(signed.act.id)
        if seen_by_other:
            self.knows["b" if name == "a" else "a"].add(signed.act.id)
        self.at += SECOND
        return signed

    def parcel(self, signed: SignedAct) -> bytes:
        return parcel_bytes(signed, self.opened[signed.act.id])

    def receipt(self, signed: SignedAct, *, at: int | None = None, **more: Any) -> ReceiptRecord:
        """Return the addressee's receipt of an act, as this moment of the thread implies it."""
        name = "a" if signed.act.to == self.pair.a.address else "b"
        mine = self.last.get(name)
        values: dict[str, Any] = {
            "authority": signed.act.sender.authority,
            "case": signed.act.case,
            "act_id": signed.act.id,
            "act_seq": signed.act.seq,
            "signer": signed.act.to,
            "at": Instant(self.at if at is None else at),
            "your_last_seq": signed.act.seq,
            "own_last_seq": mine.act.seq if mine else 0,
            "pending": None,
            "result": "stored",
            "code": "",
            "receipt": b"",
        }
        return ReceiptRecord(**(values | more))


__all__ = ["Pair", "Parcel", "Side", "Thread", "approve", "make_pair", "request_body", "sign_draft"]
