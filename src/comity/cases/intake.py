"""The inbound side: one message judged and stored, step by numbered step, and receipts taken in.

Nothing here folds a case: a message costs its signatures and a handful of look-ups, however long the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.cases import kinds
from comity.cases.acts import Act
from comity.cases.approvals import require_approvals
from comity.cases.attested import ATTEST, CONFIRM
from comity.cases.parts import part_record, require_parts
from comity.cases.ports import ActRecord, Address, CaseTransaction, Directory, LeafKind, Ledger, ReceiptRecord
from comity.cases.restore import is_clock_behind, raise_mark, suspect_restore
from comity.cases.rows import act_record, own_receipt
from comity.cases.single import single_fault
from comity.cases.teampapers import require_papers
from comity.cases.wire import Parcel, SignedAct, parse_parcel, parse_signed_act
from comity.evidence.handling import Handling, require_lawful
from comity.evidence.pieces import piece_count
from comity.exchange.envelope import message_id
from comity.exchange.ports import Accepted, Deferred, DeferredReason, Message, Peer, Refused
from comity.exchange.receipts import parse_receipt
from comity.exchange.records import Delivery, Direction
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, MalformedError, UntrustedError
from comity.kernel.ids import ActId
from comity.kernel.realms import Realm
from comity.kernel.signing import ALGORITHM, Checker, Claim, Envelope, check_when_asked

MOST_AHEAD = 5 * MINUTE
"""How far in the future an act may claim to be. Basis: PROTOCOL rule 14"""

DENIED = "act.denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parents:
    """What the store holds of the acts that an act names."""

    missing: tuple[str, ...]
    held: tuple[ActRecord, ...]


class Intake:
    """The mailbox of one authority: fulfils ``exchange.ports.Mailbox``."""

    def __init__(
        self,
        *,
        me: Address,
        realm: Realm,
        directory: Directory,
        ledger: Ledger,
        check: Checker = check_when_asked,
    ) -> None:
        self.me = me
        self._check = check
        self._realm = realm
        self._directory = directory
        self._ledger = ledger

    def accept(
        self, tx: CaseTransaction, *, peer: Peer, message: Message, now: Instant
    ) -> Accepted | Refused | Deferred:
        """Judge one opened message and store it; the same message again changes nothing.

        Basis: PROTOCOL rules 1 to 9 and 14
        """
        if is_clock_behind(tx, now):
            return Deferred(reason=DeferredReason.BUSY)
        # 1. The bytes are a parcel, within its limits.
        try:
            parcel = _parcel(message)
        except ComityError as exc:
            return Refused(message_id=None, code=exc.code)
        act = parcel.signed.act
        # 2. It is from the caller and to us. One answer for everybody else.
        if not self._is_addressed(act, peer) or act.realm is not self._realm:
            return Refused(message_id=act.id, code=DENIED)
        # 3. Known: the same answer, nothing changes.
        known = tx.acts.get(self.me.authority, act.id)
        if known is not None:
            return self._accepted(tx, act, sha256(known.signed), new=False)
        # 4. Not from the future: the sender tries again.
        if act.at > now + MOST_AHEAD:
            return Deferred(reason=DeferredReason.FUTURE)
        # 5. Signature, approvals, parts, skeleton.
        try:
            self._require_sound(parcel, now)
        except ComityError as exc:
            return self._refused(tx, act, exc.code)
        # 6. Its place in the thread, and 7. whether one person could approve it alone.
        if act.opens_case:
            if not peer.may_open:
                return Deferred(reason=DeferredReason.QUOTA)
            return self._store(tx, parcel, covers=0, now=now)
        return self._place(tx, parcel, now)

    def read(
        self, tx: CaseTransaction, plaintexts: Sequence[bytes], *, now: Instant
    ) -> tuple[Message | None, ...]:
        """Return what each opened message is, and check the signatures of what is new together.

        What is no parcel has the name that can still be read, or is None; ``accept`` tells what is wrong.
        """
        messages = tuple(_message(plaintext) for plaintext in plaintexts)
        ours = self.me.authority
        tx.acts.expect(ours, [message.name for message in messages if message is not None])
        self._check(
            [
                claim
                for message in messages
                if message is not None and isinstance(message.content, Parcel)
                if tx.acts.get(ours, message.name) is None
                for claim in self._claims(message.content.signed, now)
            ]
        )
        return messages

    def _claims(self, signed: SignedAct, now: Instant) -> list[Claim]:
        author = signed.act.sender
        keys = self._directory.act_keys(author.authority, author.root, at=now)
        officers = [
            (approval.envelope, self._directory.officer(author.root, approval.officer, at=now))
            for approval in signed.approvals
        ]
        return [
            *((signed.act.envelope, key.public) for key in keys),
            *((envelope, officer.key.public) for envelope, officer in officers if officer is not None),
        ]

    def receipt_of(self, tx: CaseTransaction, act_id: ActId) -> bytes | None:
        """Return the receipt that we issued for an act that is stored here, or None (DSSE JSON bytes)."""
        act = tx.acts.get(self.me.authority, act_id)
        if act is None:
            return None
        ours = tx.acts.receipt(act.authority, act.case, act_id, signer=self.me)
        return None if ours is None else ours.receipt or None

    def receipted(self, tx: CaseTransaction, *, message_id: ActId, receipt: Envelope, now: Instant) -> None:
        """Take a verified receipt, of the peer for our message or our own for the peer's, into the fold.

        A receipt for an act that we do not hold, or that names more of our acts than we hold, stops
        signing in that case.

        Basis: PROTOCOL rules 12 and 15
        """
        said = parse_receipt(receipt)
        act = tx.acts.get(self.me.authority, message_id)
        if act is None:
            if said.case is not None and said.author.authority == self.me.authority:
                suspect_restore(tx, authority=self.me.authority, case=said.case, at=now)
            return
        signer = Address(authority=said.signer.authority, root=said.signer.root)
        tx.acts.add_receipt(
            ReceiptRecord(
                authority=self.me.authority,
                case=act.case,
                act_id=message_id,
                act_seq=act.seq,
                signer=signer,
                at=said.at,
                your_last_seq=said.your_last_seq,
                own_last_seq=said.own_last_seq,
                pending=said.pending,
                result=said.result,
                code=said.code,
                receipt=receipt.json,
            )
        )
        held = tx.acts.last_seq(self.me.authority, act.case, self.me)
        if act.own and said.your_last_seq > held:
            suspect_restore(tx, authority=self.me.authority, case=act.case, at=now)

    def _is_addressed(self, act: Act, peer: Peer) -> bool:
        caller = Address(authority=peer.authority, root=peer.fingerprint)
        return act.to == self.me and peer.ours == self.me.authority and act.sender == caller

    def _require_sound(self, parcel: Parcel, now: Instant) -> None:
        act = parcel.signed.act
        require_signature(act, directory=self._directory, at=now)
        require_approvals(act, parcel.signed.approvals, directory=self._directory, at=now)
        require_parts(act, parcel.parts)
        if isinstance(body := kinds.parse_body(act), kinds.DeliverBody):
            _require_deliverable(body)
        require_papers(act, {part.name: part.data for part in parcel.parts})

    def _place(self, tx: CaseTransaction, parcel: Parcel, now: Instant) -> Accepted | Refused | Deferred:
        act = parcel.signed.act
        opening = tx.acts.get(self.me.authority, ActId(act.case))
        if opening is None or {opening.author, opening.to} != {act.sender, act.to}:
            # NOTE: whoever is no participant is answered exactly as if the case did not exist.
            missing = sorted({str(act.case), *map(str, act.parents)})
            return Deferred(reason=DeferredReason.ORPHAN, missing=tuple(missing))
        parents = self._parents(tx, act)
        if parents.missing:
            return Deferred(reason=DeferredReason.ORPHAN, missing=parents.missing)
        previous = next((record for record in parents.held if record.act_id == act.prev_own), None)
        if previous is not None and (previous.author != act.sender or previous.seq != act.seq - 1):
            return self._refused(tx, act, "act.prev_own")
        covers = max(record.covers if record.author == act.sender else record.seq for record in parents.held)
        # Whoever covers our newest act cannot ignore a receipt for any of ours: mostly nothing is to look up.
        if covers < tx.acts.last_seq(self.me.authority, act.case, self.me):
            ours = self.me.authority
            floor = tx.acts.receipted_seq(ours, act.case, act.sender, below=act.seq, but=act.id)
            if covers < floor:
                return self._refused(tx, act, "act.ignores_receipt")
        return self._store(tx, parcel, covers=covers, now=now)

    def _parents(self, tx: CaseTransaction, act: Act) -> _Parents:
        held, missing = [], []
        for parent in sorted(act.parents):
            record = tx.acts.get(self.me.authority, parent)
            if record is None or record.case != act.case:
                missing.append(str(parent))
            else:
                held.append(record)
        return _Parents(missing=tuple(missing), held=tuple(held))

    def _store(self, tx: CaseTransaction, parcel: Parcel, *, covers: int, now: Instant) -> Accepted | Refused:
        act = parcel.signed.act
        ours = self.me.authority
        approvals = len(parcel.signed.approvals)
        if fault := single_fault(tx, ours, act, approvals=approvals, directory=self._directory, at=now):
            return self._refused(tx, act, fault)
        is_next = act.seq > tx.acts.last_seq(ours, act.case, act.sender)
        twins = () if is_next else tx.acts.at_seq(ours, act.case, act.sender, seq=act.seq)
        tx.acts.add(act_record(parcel, authority=ours, own=False, covers=covers, stored_at=now))
        for part in parcel.parts:
            ref = act.part(part.name)
            if ref is not None:
                tx.acts.put_part(part_record(part, ref, authority=ours, act_id=act.id))
        for twin in twins:
            proof = sha256(*sorted((twin.act_id.encode(), act.id.encode())))
            self._ledger.append(tx, authority=ours, peer=act.sender.root, tag=LeafKind.FORK, digest=proof)
        accepted = self._accepted(tx, act, parcel.signed.digest, new=True)
        tx.acts.add_receipt(own_receipt(act, accepted, me=self.me, at=now))
        raise_mark(tx, now)
        return accepted

    def _accepted(self, tx: CaseTransaction, act: Act, digest: bytes, *, new: bool) -> Accepted:
        theirs, ours, pending = self._numbers(tx, act)
        return Accepted(
            message_id=act.id,
            case=act.case,
            digest=digest,
            your_last_seq=theirs,
            own_last_seq=ours,
            pending=pending,
            opened=new and act.opens_case,
            delivery=self._delivery(tx, act) if new else None,
            incarnation=1,
        )

    def _refused(self, tx: CaseTransaction, act: Act, code: str) -> Refused:
        opening = tx.acts.get(self.me.authority, ActId(act.case))
        if opening is None or {opening.author, opening.to} != {act.sender, act.to}:
            return Refused(message_id=act.id, code=code)
        theirs, ours, pending = self._numbers(tx, act)
        return Refused(
            message_id=act.id,
            code=code,
            case=act.case,
            your_last_seq=theirs,
            own_last_seq=ours,
            pending=pending,
        )

    def _numbers(self, tx: CaseTransaction, act: Act) -> tuple[int, int, ActId | None]:
        ours = self.me.authority
        pending = tx.acts.pending(ours, act.case)
        return (
            tx.acts.last_seq(ours, act.case, act.sender),
            tx.acts.last_seq(ours, act.case, self.me),
            None if pending is None else pending.act_id,
        )

    def _delivery(self, tx: CaseTransaction, act: Act) -> Delivery | None:
        """Return what to expect in pieces: only for a delivery on our own request under a decision held."""
        if act.kind != "evidence.deliver":
            return None
        body = kinds.parse_body(act)
        if not isinstance(body, kinds.DeliverBody):
            return None
        request = tx.acts.get(self.me.authority, ActId(body.request))
        decision = tx.acts.get(self.me.authority, ActId(body.decision))
        if request is None or decision is None or request.case != act.case:
            return None
        is_ours = request.own and request.kind != ATTEST
        if not (is_ours or self._confirmed(tx, request)):
            return None
        if decision.case != act.case or decision.kind != "transmission.decide":
            return None
        return Delivery(
            act_id=act.id,
            authority=self.me.authority,
            peer=act.sender.root,
            counterpart=act.sender.authority,
            direction=Direction.IN,
            payload_length=body.payload_length,
            piece_root=body.piece_root,
            pieces=body.pieces,
            announced_at=act.at,
        )

    def _confirmed(self, tx: CaseTransaction, request: ActRecord) -> bool:
        """Tell whether the peer attests a request of ours that we confirmed. Basis: PROTOCOL rule 26"""
        if request.kind != ATTEST or request.own:
            return False
        return any(
            record.own
            and record.kind == CONFIRM
            and parse_signed_act(record.signed).act.body.get("attestation") == request.act_id
            for record in tx.acts.of_case(self.me.authority, request.case)
        )


def _message(plaintext: bytes) -> Message | None:
    try:
        parcel = parse_parcel(plaintext)
    except ComityError:
        name = message_id(plaintext)
        return None if name is None else Message(name=name, plaintext=plaintext)
    return Message(name=parcel.signed.act.id, plaintext=plaintext, content=parcel)


def _parcel(message: Message) -> Parcel:
    return message.content if isinstance(message.content, Parcel) else parse_parcel(message.plaintext)


def require_signature(act: Act, *, directory: Directory, at: Instant) -> None:
    """Check that every algorithm the author's entry demands is there and verifies under a valid act key.

    Raises:
        UntrustedError: ``signature.algorithm``, ``signature.no_key`` or ``signature.act``.

    Basis: PROTOCOL rule 2
    """
    author = act.sender
    if directory.algorithms(author.root, at=at) - {ALGORITHM}:
        raise UntrustedError("signature.algorithm", "the author's entry demands an algorithm not known here")
    keys = directory.act_keys(author.authority, author.root, at=at)
    if not keys:
        raise UntrustedError("signature.no_key", f"no valid act key of {author.authority} is known")
    if not any(act.envelope.is_signed_by(key.public) for key in keys):
        raise UntrustedError("signature.act", f"not signed by an act key of {author.authority}", where=act.id)


def _require_deliverable(body: kinds.DeliverBody) -> None:
    """Refuse what may not come in at all, before a piece of it does.

    Raises:
        DeniedError: ``handling.child_abuse_refused``.
        MalformedError: ``body.pieces``: more or fewer pieces than the payload has.

    Basis: PROTOCOL rules 21 and 25
    """
    if body.handling == Handling.CHILD_ABUSE.value:
        require_lawful([Handling.CHILD_ABUSE])
    if body.pieces != piece_count(body.payload_length):
        raise MalformedError(
            "body.pieces", "the payload has another number of pieces than the act says", where="/body/pieces"
        )
