"""Receipts: the receiver's signed word that a message is stored or refused, with its place in the log.

A receipt is no act. It names the head of the receiver's log right after the message, and proves the leaf.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from comity.exchange.envelope import End
from comity.exchange.errors import untrusted
from comity.exchange.wire import EndWire, end_wire, read_payload, statement
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId, CaseId, Fingerprint, parse_authority
from comity.kernel.realms import Realm, parse_payload_type
from comity.kernel.signing import Envelope, Signer
from comity.ledger.leaves import NONCE_SIZE, Leaf
from comity.ledger.proofs import InclusionProof

CLASS = "receipt"
STORED_TAG = "act.received"
REFUSED_TAG = "act.refused"
STORED = "stored"
REFUSED = "refused"


class _LogWire(msgspec.Struct, frozen=True, kw_only=True):
    origin: str
    size: int
    root: str


class _LeafWire(msgspec.Struct, frozen=True, kw_only=True):
    index: int
    tag: str
    nonce: str
    proof: list[str]


class _ReceiptWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    act: str
    signer: EndWire = msgspec.field(name="from")
    to: EndWire
    at: int
    log: _LogWire
    leaf: _LeafWire
    case: str | None
    your_last_seq: int
    own_last_seq: int
    pending: str | None
    result: str
    code: str
    incarnation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says.

    Attributes:
        act: Id of the message; the SHA-256 of the age file where it could not be opened or read.
        signer: The receiver, who signs; ``author`` sent the message.
        origin: Name of the receiver's log; ``size`` and ``log_root`` are its head with the leaf in it.
        leaf_index: Place of the leaf; ``path`` leads from it to ``log_root``.
        your_last_seq: Highest ``seq`` of the author that the receiver holds in the case.
        own_last_seq: Highest ``seq`` the receiver has issued in the case; ``pending`` its one draft.
        result: ``stored`` or ``refused``, then with a ``code``.
    """

    act: ActId
    signer: End
    author: End
    at: Instant
    origin: str
    size: int
    log_root: bytes
    leaf_index: int
    leaf_tag: str
    leaf_nonce: bytes
    path: tuple[bytes, ...]
    case: CaseId | None
    your_last_seq: int
    own_last_seq: int
    pending: ActId | None
    result: str
    code: str
    incarnation: int

    def __post_init__(self) -> None:
        if self.result not in (STORED, REFUSED) or (self.result == REFUSED) != bool(self.code):
            raise MalformedError("receipt.result", "a receipt says stored, or refused with a code")
        if self.leaf_tag != (STORED_TAG if self.result == STORED else REFUSED_TAG):
            raise MalformedError("receipt.tag", "the tag of the leaf does not go with the result")
        if min(self.your_last_seq, self.own_last_seq) < 0 or self.incarnation < 1:
            raise MalformedError("receipt.number", "a number of the receipt is out of range")
        if len(self.leaf_nonce) != NONCE_SIZE:
            raise MalformedError("receipt.nonce", f"a nonce has {NONCE_SIZE} bytes")

    def require_leaf(self, digest: bytes) -> None:
        """Raise UntrustedError ``receipt.leaf`` unless the leaf over ``digest`` is under the named head.

        Args:
            digest: SHA-256 of the signed act's bytes for a stored message; for a refused one the
                32 bytes of ``act``.

        Basis: RFC 9162, section 2.1.3.2
        """
        leaf = Leaf(tag=self.leaf_tag, nonce=self.leaf_nonce, digest=digest)
        proof = InclusionProof(index=self.leaf_index, size=self.size, path=self.path)
        if not proof.holds(leaf.hash, root=self.log_root):
            raise untrusted("receipt.leaf", "the leaf is not under the head that the receipt names")


def refused_digest(act: ActId) -> bytes:
    """Return what the leaf of a refused message commits to."""
    return bytes.fromhex(act)


def receipt_statement(receipt: Receipt, *, realm: Realm, signer: Signer) -> Envelope:
    """Return the signed receipt."""
    wire = _ReceiptWire(
        act=receipt.act,
        signer=end_wire(receipt.signer.authority, receipt.signer.root),
        to=end_wire(receipt.author.authority, receipt.author.root),
        at=receipt.at,
        log=_LogWire(origin=receipt.origin, size=receipt.size, root=receipt.log_root.hex()),
        leaf=_LeafWire(
            index=receipt.leaf_index,
            tag=receipt.leaf_tag,
            nonce=b64(receipt.leaf_nonce),
            proof=[item.hex() for item in receipt.path],
        ),
        case=receipt.case,
        your_last_seq=receipt.your_last_seq,
        own_last_seq=receipt.own_last_seq,
        pending=receipt.pending,
        result=receipt.result,
        code=receipt.code,
        incarnation=receipt.incarnation,
    )
    made = statement(CLASS, realm, wire).signed_by(signer)
    _remember(made, receipt)
    return made


def parse_receipt(envelope: Envelope, *, where: str = "") -> Receipt:
    """Return what a receipt says, without judging signature or proof; MalformedError for anything else."""
    known = _SAID.get(envelope)
    if known is not None:
        return known
    try:
        receipt = _parsed(envelope)
    except MalformedError as exc:
        exc.where = exc.where or where
        raise
    _remember(envelope, receipt)
    return receipt


# Exchange, cases and log each ask what the same few receipts of a call say.
_SAID: dict[Envelope, Receipt] = {}
_MOST_SAID = 256


def _remember(envelope: Envelope, receipt: Receipt) -> None:
    if len(_SAID) >= _MOST_SAID:
        _SAID.clear()
    _SAID[envelope] = receipt


def _parsed(envelope: Envelope, where: str = "receipt") -> Receipt:
    _, _, realm = parse_payload_type(envelope.payload_type, where=where)
    wire = read_payload(envelope, CLASS, realm, _ReceiptWire, where=where)
    return Receipt(
        act=ActId(parse_digest(wire.act, where=where)),
        signer=_end(wire.signer, where),
        author=_end(wire.to, where),
        at=require_instant(wire.at, where=where),
        origin=wire.log.origin,
        size=wire.log.size,
        log_root=bytes.fromhex(parse_digest(wire.log.root, where=where)),
        leaf_index=wire.leaf.index,
        leaf_tag=wire.leaf.tag,
        leaf_nonce=unb64(wire.leaf.nonce, where=where),
        path=tuple(bytes.fromhex(parse_digest(item, where=where)) for item in wire.leaf.proof),
        case=None if wire.case is None else CaseId(parse_digest(wire.case, where=where)),
        your_last_seq=wire.your_last_seq,
        own_last_seq=wire.own_last_seq,
        pending=None if wire.pending is None else ActId(parse_digest(wire.pending, where=where)),
        result=wire.result,
        code=wire.code,
        incarnation=wire.incarnation,
    )


def require_receipt(
    envelope: Envelope, *, realm: Realm, signer: End, author: End, keys: Iterable[bytes], where: str = ""
) -> Receipt:
    """Return a receipt of one realm between two ends, its signature verified.

    Raises:
        MalformedError: not a receipt.
        UntrustedError: ``receipt.ends`` or ``receipt.signature``.
    """
    receipt = parse_receipt(envelope, where=where)
    if parse_payload_type(envelope.payload_type)[2] is not realm:
        raise untrusted("receipt.realm", "the receipt is of the other realm", where=where)
    if (receipt.signer, receipt.author) != (signer, author):
        raise untrusted("receipt.ends", "the receipt is between other authorities", where=where)
    if not any(envelope.is_signed_by(key) for key in keys):
        raise untrusted(
            "receipt.signature",
            f"no valid signature by a receipt key of {signer.authority}",
            hint="fetch the newest Party entry of the peer",
            where=where,
        )
    return receipt


def _end(wire: Any, where: str) -> End:
    return End(
        authority=parse_authority(wire.authority, where=where),
        root=Fingerprint(parse_digest(wire.root, where=where)),
    )
