"""The case desk: an act from draft to signed, and the only place where the authority's act key signs.

draft, decide findings, approve, issue: gate, approvals, signature, leaf and outbox in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from comity.cases import kinds
from comity.cases.acts import NONCE_SIZE, Act, ActDraft, parse_act
from comity.cases.decisions import Decisions, Subject
from comity.cases.desk import CaseReader, Outbound, matter_of
from comity.cases.drafts import PartInput, require_declared, require_writable
from comity.cases.duties import HOUSE, House
from comity.cases.gate import WayOut, require_way_out
from comity.cases.intake import require_signature
from comity.cases.parts import make_part, open_parts, part_record
from comity.cases.permitted import require_permitted
from comity.cases.ports import (
    Address,
    Assessor,
    CaseTransaction,
    DecisionRecord,
    Directory,
    Dispatch,
    GateRecord,
    LeafKind,
    Ledger,
    PendingRecord,
)
from comity.cases.procedure import CARRIES_OUT, Halt, halts_of_case
from comity.cases.restore import raise_mark, require_clock, require_whole
from comity.cases.rows import act_record
from comity.cases.single import persons_for, require_single
from comity.cases.wire import Parcel, SignedAct, parcel_bytes, signed_act
from comity.kernel.clock import Clock, Instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.findings import Assessment
from comity.kernel.ids import ActId, CaseId, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope, Signer, parse_envelope


class CaseDesk:
    """Drafts, decides, approves and issues the acts of one authority.

    Args:
        me: Our address.
        realm: Live or practice.
        signer: The authority's ``act`` key; nothing else in the house holds it.
        directory: Keys and officers of every known Party, ours too.
        assessor: Judges an act before it goes out.
        ledger: Appends leaves to the peer log.
        dispatch: Seals and queues.
        clock: Where time comes from.
        entropy: Where salts and nonces come from.
        house: By which calendars periods at home are counted.
    """

    def __init__(
        self,
        *,
        me: Address,
        realm: Realm,
        signer: Signer,
        directory: Directory,
        assessor: Assessor,
        ledger: Ledger,
        dispatch: Dispatch,
        clock: Clock,
        entropy: Entropy,
        house: House = HOUSE,
    ) -> None:
        self._me = me
        self._realm = realm
        self._signer = signer
        self._directory = directory
        self._decisions = Decisions(
            me=me, realm=realm, directory=directory, assessor=assessor, clock=clock, entropy=entropy
        )
        self._outbound = Outbound(ledger=ledger, dispatch=dispatch)
        self._clock = clock
        self._entropy = entropy
        self._house = house
        self._reader = CaseReader(me=me, directory=directory)

    def draft(
        self,
        tx: CaseTransaction,
        *,
        kind: str,
        body: Mapping[str, Any],
        parts: Sequence[PartInput],
        officer: OfficerName,
        case: CaseId | None = None,
        to: Address | None = None,
        single: str = "",
    ) -> PendingRecord:
        """Write the final payload of the authority's one pending act in a case.

        Args:
            tx: The caller's transaction.
            kind: A kind of the table.
            body: The skeleton, which holds no personal data.
            parts: Names, facts and free text.
            officer: Who drafts.
            case: The case; None opens one, and then ``to`` is needed.
            to: The addressee of an opening act.
            single: Why one person will approve it alone, in an emergency; empty where two will.

        Raises:
            ConflictError: ``draft.pending``; or the act is not permitted, or signing has stopped.
            MalformedError: a receiver would refuse the act.
            UntrustedError: ``approval.single_…``: it may not be marked.

        Basis: PROTOCOL rules 5, 8 and 10
        """
        now = self._clock.now()
        require_clock(tx, now)
        self._decisions.officer(officer)
        require_declared(kind, parts, told=str(body.get("kind", "")))
        made = tuple(make_part(item.name, item.data, entropy=self._entropy) for item in parts)
        refs = tuple(part.ref(item.media) for part, item in zip(made, parts, strict=True))
        draft = self._opening(to, now) if case is None else self._next(tx, case, now)
        envelope = replace(draft, kind=kind, body=body, parts=refs, single=single).envelope()
        act = parse_act(envelope)
        require_writable(act, parts)
        self._require_sendable(tx, act, now)
        record = PendingRecord(
            authority=self._me.authority,
            case=act.case,
            act_id=act.id,
            kind=kind,
            seq=act.seq,
            payload_type=envelope.payload_type,
            payload=envelope.payload,
            parts=tuple(
                part_record(part, ref, authority=self._me.authority, act_id=act.id)
                for part, ref in zip(made, refs, strict=True)
            ),
            approvals=(),
            drafted_by=officer,
            drafted_at=now,
        )
        tx.acts.put_pending(record)
        return record

    def drop(self, tx: CaseTransaction, case: CaseId) -> PendingRecord:
        """Forget the pending act; its ``seq`` is used again. Raises NotFoundError ``draft.none``."""
        pending = self.pending(tx, case)
        tx.acts.drop_pending(self._me.authority, case)
        return pending

    def pending(self, tx: CaseTransaction, case: CaseId) -> PendingRecord:
        """Return the pending act of a case; raise NotFoundError ``draft.none``."""
        pending = tx.acts.pending(self._me.authority, case)
        if pending is None:
            raise NotFoundError("draft.none", "no act of this authority is pending in the case", where=case)
        return pending

    def assessment(self, tx: CaseTransaction, case: CaseId) -> Assessment:
        """Return the findings on the pending act, judged today under the rules in force."""
        return self._decisions.assessment(self._subject(tx, self.pending(tx, case)))

    def decide(
        self,
        tx: CaseTransaction,
        case: CaseId,
        *,
        finding: str,
        officer: OfficerName,
        inner: str,
        outer: str = "",
    ) -> DecisionRecord:
        """Record a named officer's decision on one finding of the pending act; see :class:`Decisions`."""
        subject = self._subject(tx, self.pending(tx, case))
        return self._decisions.decide(tx, subject, finding=finding, officer=officer, inner=inner, outer=outer)

    def approve(
        self, tx: CaseTransaction, case: CaseId, *, officer: OfficerName, signer: Signer, reasons: str
    ) -> PendingRecord:
        """Add an officer's signed approval to the pending act; see :class:`Decisions`.

        Basis: PROTOCOL rule 8
        """
        pending = self.pending(tx, case)
        given = [parse_envelope(parse_ijson(data)) for data in pending.approvals]
        self._require_marked(tx, self._act_of(pending), self._clock.now(), approvals=1 + len(given))
        made = self._decisions.approve(
            tx, self._subject(tx, pending), given, officer=officer, signer=signer, reasons=reasons
        )
        updated = replace(pending, approvals=(*pending.approvals, made.json))
        tx.acts.put_pending(updated)
        return updated

    def issue(self, tx: CaseTransaction, case: CaseId) -> SignedAct:
        """Sign the pending act and queue it: gate, table, signature, leaf and outbox in one transaction.

        Raises:
            DeniedError: a finding blocks.
            ConflictError: undecided, decided under other rules, not permitted any more, frozen, clock
                behind, or own acts missing.
            UntrustedError: the approvals do not meet the table, or our own entry does not list the key.

        Basis: PROTOCOL rules 5, 8, 9, 11, 14 and 15
        """
        now = self._clock.now()
        # 1. The clock is right and no act of ours is missing.
        require_clock(tx, now)
        require_whole(tx, authority=self._me.authority, case=case)
        pending = self.pending(tx, case)
        act = self._act_of(pending)
        # 2. The act is still permitted in what we know now, and the case is not frozen.
        self._require_sendable(tx, act, now, pending=pending)
        # 3. The gate: nothing blocks, everything is decided, under the rules in force. 4. The table.
        given = [parse_envelope(parse_ijson(data)) for data in pending.approvals]
        self._require_marked(tx, act, now, approvals=len(given))
        needed = persons_for(act.kind, single=act.single)
        gate = self._decisions.close(tx, self._subject(tx, pending), given, persons=needed)
        stops = self._halts(tx, act, now)
        require_way_out(WayOut.ISSUE, realm=self._realm, case=case, gate=gate, halts=stops)
        # 5. The authority's signature, checked as the receiver will check it.
        signed = signed_act(act.envelope.signed_by(self._signer), given)
        require_signature(signed.act, directory=self._directory, at=now)
        # 6. Everything at once: the act, its parts, the closed gate, the leaf, the outbox.
        self._keep(tx, signed, pending, gate, now)
        return signed

    def _keep(
        self, tx: CaseTransaction, signed: SignedAct, pending: PendingRecord, gate: GateRecord, now: Instant
    ) -> None:
        parts = open_parts(pending.parts)
        parcel = Parcel(signed=signed, parts=parts)
        covers = self._reader.covers(tx, signed.act)
        tx.acts.add(act_record(parcel, authority=self._me.authority, own=True, covers=covers, stored_at=now))
        for part in pending.parts:
            tx.acts.put_part(part)
        _erase(tx, signed.act)
        tx.acts.put_gate(gate)
        tx.acts.drop_pending(self._me.authority, signed.act.case)
        self._outbound.send(tx, signed, plaintext=parcel_bytes(signed, parts), tag=LeafKind.ISSUED)
        raise_mark(tx, now)

    def _require_marked(self, tx: CaseTransaction, act: Act, now: Instant, *, approvals: int) -> None:
        ours = self._me.authority
        require_single(tx, ours, act, approvals=approvals, directory=self._directory, at=now)

    def _halts(self, tx: CaseTransaction, act: Act, now: Instant) -> tuple[Halt, ...]:
        body = kinds.parse_body(act) if act.kind in CARRIES_OUT else None
        if body is None:
            return ()
        return halts_of_case(
            tx,
            self._me.authority,
            act.case,
            now=now,
            calendar=self._house.calendar(self._me),
            request=str(kinds.request_of(act, body)),
            items=kinds.items_of(body),
        )

    def _opening(self, to: Address | None, now: Instant) -> ActDraft:
        if to is None:
            raise MalformedError("draft.to", "an act that opens a case needs an addressee", where="to")
        return ActDraft(
            realm=self._realm,
            kind="",
            case=None,
            sender=self._me,
            to=to,
            seq=1,
            prev_own=None,
            seen=(),
            at=now,
            body={},
            nonce=self._entropy.bytes(NONCE_SIZE),
        )

    def _next(self, tx: CaseTransaction, case: CaseId, now: Instant) -> ActDraft:
        if tx.acts.pending(self._me.authority, case) is not None:
            raise ConflictError(
                "draft.pending",
                "an act of this authority is pending in the case",
                hint="issue it or drop it first",
                where=case,
            )
        require_whole(tx, authority=self._me.authority, case=case)
        position = self._reader.position(tx, case)
        return ActDraft(
            realm=self._realm,
            kind="",
            case=case,
            sender=self._me,
            to=position.to,
            seq=position.seq,
            prev_own=position.prev_own,
            seen=position.seen,
            at=now,
            body={},
        )

    def _require_sendable(
        self, tx: CaseTransaction, act: Act, now: Instant, *, pending: PendingRecord | None = None
    ) -> None:
        if pending is None:
            self._require_marked(tx, act, now, approvals=0)
        if pending is not None and act.seq != 1 + tx.acts.last_seq(self._me.authority, act.case, self._me):
            raise ConflictError("draft.stale", "the draft's place was taken", hint="drop it and draft anew")
        thread, state = self._reader.read(tx, act.case)
        require_permitted(act, state, thread, now=now)

    def _subject(self, tx: CaseTransaction, pending: PendingRecord) -> Subject:
        act = self._act_of(pending)
        body = kinds.parse_body(act)
        request = None if body is None else kinds.request_of(act, body)
        other = None if request in (None, act.id) else ActId(str(request))
        return Subject(
            case=pending.case,
            id=act.id,
            kind=act.kind,
            body=act.body,
            parts=open_parts(pending.parts),
            request=None if other is None else matter_of(tx, self._me.authority, other),
        )

    def _act_of(self, pending: PendingRecord) -> Act:
        return parse_act(Envelope(payload_type=pending.payload_type, payload=pending.payload))


def _erase(tx: CaseTransaction, act: Act) -> None:
    """Destroy the part that an own tombstone names; the other side's tombstone never destroys our copy.

    Basis: PROTOCOL rule 3
    """
    body = kinds.parse_body(act)
    if isinstance(body, kinds.EraseBody):
        tx.acts.erase_part(act.sender.authority, ActId(body.act), body.part)


__all__ = ["CaseDesk", "PartInput"]
