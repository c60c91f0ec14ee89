"""The simplest mailbox there can be: messages that follow others, stored once, in the shape of parcels."""

from dataclasses import dataclass, field

from comity.exchange.envelope import message_id
from comity.exchange.ports import Accepted, Deferred, DeferredReason, Message, Outgoing, Peer, Refused
from comity.exchange.receipts import parse_receipt
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm, payload_type
from comity.kernel.signing import Envelope, Signer, envelope_value, parse_envelope

ACT = payload_type("act", Realm.PRACTICE)


@dataclass
class Letters:
    """What a node keeps of messages; part of its store, so a crash rolls it back."""

    own: dict[str, dict] = field(default_factory=dict)
    stored: dict[str, dict] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    signed: dict[str, bytes] = field(default_factory=dict)
    outgoing: dict[str, Outgoing] = field(default_factory=dict)


def write_letter(letter: dict, signer: Signer) -> tuple[ActId, bytes]:
    """Return the id and the parcel of a letter."""
    act = Envelope(payload_type=ACT, payload=dump_ijson(letter)).signed_by(signer)
    return ActId(act.id), dump_ijson({"signed": {"act": envelope_value(act), "approvals": []}, "parts": []})


def letter_digest(parcel: bytes) -> bytes:
    """Return what the leaves of a letter commit to."""
    return sha256(dump_ijson(parse_ijson(parcel, most_bytes=1 << 20)["signed"]))


class LetterBox:
    """A mailbox for letters: signed by the sender, each naming those that it follows."""

    def __init__(self, act_keys: dict[str, bytes]) -> None:
        self._act_keys = act_keys

    def read(self, tx, *, ours: AuthorityId, plaintexts, now: Instant) -> tuple[Message | None, ...]:
        names = [message_id(plaintext) for plaintext in plaintexts]
        return tuple(
            None if name is None else Message(name=name, plaintext=plaintext)
            for name, plaintext in zip(names, plaintexts, strict=True)
        )

    def open(self, tx, *, ours: AuthorityId) -> "LetterMail":
        return LetterMail(tx, self._act_keys)

    def last_own_seq(self, tx, *, authority: AuthorityId, case: CaseId) -> int:
        return max((letter["seq"] for letter in tx.letters.own.values()), default=0)


class LetterMail:
    """The mail of the one office that a node of the simulator has."""

    def __init__(self, tx, act_keys: dict[str, bytes]) -> None:
        self._tx = tx
        self._act_keys = act_keys

    def expect(self, names) -> None:
        pass

    def receipt_of(self, name: ActId) -> bytes | None:
        return self._tx.letters.signed.get(name) if name in self._tx.letters.stored else None

    def accept(self, *, peer: Peer, message: Message, now: Instant) -> Accepted | Refused | Deferred:
        value = parse_ijson(message.plaintext, most_bytes=1 << 20)
        try:
            act = parse_envelope(value["signed"]["act"])
            letter = parse_ijson(act.payload)
        except ComityError as exc:
            return Refused(message_id=None, code=exc.code)
        if (letter["from"], letter["to"]) != (peer.authority, peer.ours):
            return Refused(message_id=ActId(act.id), code="act.denied")
        if not act.is_signed_by(self._act_keys[peer.fingerprint]):
            return Refused(message_id=ActId(act.id), code="signature.act")
        if letter["at"] > now + 5 * MINUTE:
            return Deferred(reason=DeferredReason.FUTURE)
        box: Letters = self._tx.letters
        missing = tuple(sorted(name for name in letter["after"] if name not in box.stored))
        if missing:
            return Deferred(reason=DeferredReason.ORPHAN, missing=missing)
        opened = act.id not in box.stored and not letter["after"]
        if opened and not peer.may_open:
            return Deferred(reason=DeferredReason.QUOTA)
        if act.id not in box.stored:
            box.stored[act.id] = letter
            box.applied[act.id] = box.applied.get(act.id, 0) + 1
        mine = [kept["seq"] for kept in box.stored.values() if kept["from"] == peer.authority]
        return Accepted(
            message_id=ActId(act.id),
            case=CaseId(letter["after"][0] if letter["after"] else act.id),
            digest=sha256(dump_ijson(value["signed"])),
            your_last_seq=max(mine, default=0),
            own_last_seq=0,
            opened=opened,
        )

    def receipted(self, *, message_id: ActId, receipt: Envelope, now: Instant) -> None:
        letters: Letters = self._tx.letters
        letters.signed[message_id] = receipt.json
        if message_id in letters.own:
            letters.receipts[message_id] = parse_receipt(receipt).result
