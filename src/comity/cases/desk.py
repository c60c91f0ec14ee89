"""What the case desk reads and sends with: the fold of a stored case, the next place in it, the way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.cases.acts import Act
from comity.cases.attested import told
from comity.cases.fold import fold_thread
from comity.cases.parts import open_parts
from comity.cases.ports import (
    ActRecord,
    Address,
    CaseTransaction,
    Directory,
    Dispatch,
    LeafKind,
    Ledger,
    ReceiptRecord,
    RequestMatter,
)
from comity.cases.state import CaseState
from comity.cases.threads import Thread
from comity.cases.wire import SignedAct, parse_signed_act
from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.kernel.signing import Envelope, key_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the next act of an authority stands in a case."""

    to: Address
    seq: int
    prev_own: ActId | None
    seen: tuple[ActId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCase:
    """Everything that a node holds of a case: its acts as they were signed, receipts, thread and state."""

    signed: Mapping[ActId, SignedAct]
    receipts: tuple[ReceiptRecord, ...]
    thread: Thread
    state: CaseState


class CaseReader:
    """Reads one authority's cases out of a transaction."""

    def __init__(self, *, me: Address, directory: Directory) -> None:
        self._me = me
        self._directory = directory

    def state(self, tx: CaseTransaction, case: CaseId) -> CaseState:
        """Return the state of a case; raise NotFoundError ``case.unknown``."""
        thread, state = self.read(tx, case)
        if not thread.order:
            raise NotFoundError("case.unknown", "no such case", where=case)
        return state

    def read(self, tx: CaseTransaction, case: CaseId) -> tuple[Thread, CaseState]:
        """Return thread and state of a case; both empty for a case that is not held."""
        held = self.held(tx, case)
        return held.thread, held.state

    def held(self, tx: CaseTransaction, case: CaseId) -> HeldCase:
        """Return what is held of a case; all of it empty for a case that is not."""
        records = tx.acts.of_case(self._me.authority, case)
        receipts = tx.acts.receipts_of_case(self._me.authority, case)
        signed = {record.act_id: parse_signed_act(record.signed) for record in records}
        seen_at: dict[tuple[ActId, Address], Instant] = {}
        for receipt in receipts:
            key = (receipt.act_id, receipt.signer)
            seen_at[key] = min(receipt.at, seen_at.get(key, receipt.at))
        suspects = [
            r.act_id
            for r in records
            if self._is_suspect(signed[r.act_id], at=seen_at.get((r.act_id, r.to), r.stored_at))
        ]
        thread = Thread(held.act for held in signed.values())
        state = fold_thread(thread, receipts, suspects=suspects)
        return HeldCase(signed=signed, receipts=receipts, thread=thread, state=state)

    def signed(self, tx: CaseTransaction, act_id: ActId) -> SignedAct:
        """Return one signed act; raise NotFoundError ``act.unknown``."""
        record = tx.acts.get(self._me.authority, act_id)
        if record is None:
            raise NotFoundError("act.unknown", "no such act", where=act_id)
        return parse_signed_act(record.signed)

    def position(self, tx: CaseTransaction, case: CaseId) -> Position:
        """Return where the next own act of a case stands; raise NotFoundError ``case.unknown``."""
        records = tx.acts.of_case(self._me.authority, case)
        opening = next((record for record in records if str(record.act_id) == str(case)), None)
        if opening is None:
            raise NotFoundError("case.unknown", "no such case", where=case)
        thread = Thread(parse_signed_act(record.signed).act for record in records)
        mine = [act for act in thread.order if act.sender == self._me]
        last = max(mine, key=lambda act: act.seq, default=None)
        return Position(
            to=opening.to if opening.author == self._me else opening.author,
            seq=last.seq + 1 if last else 1,
            prev_own=last.id if last else None,
            seen=tuple(head for head in thread.heads if last is None or head != last.id)[:16],
        )

    def covers(self, tx: CaseTransaction, act: Act) -> int:
        """Return the highest ``seq`` of the other participant among the ancestors of an act."""
        found = 0
        for parent in act.parents:
            record = tx.acts.get(self._me.authority, parent)
            if record is not None:
                found = max(found, record.covers if record.author == act.sender else record.seq)
        return found

    def _is_suspect(self, signed: SignedAct, *, at: Instant) -> bool:
        """Tell whether a key was not valid ``at`` the time when the act was first seen by the other side.

        That is when no act key that signed it was, or when the key of an officer who approved it was not.

        Basis: PROTOCOL rules 9 and 14
        """
        act = signed.act
        valid = self._directory.act_keys(act.sender.authority, act.sender.root, at=at)
        if not _is_signed_by_one(act.envelope, [key.public for key in valid]):
            return True
        for approval in signed.approvals:
            officer = self._directory.officer(act.sender.root, approval.officer, at=at)
            if officer is None or not _is_signed_by_one(approval.envelope, [officer.key.public]):
                return True
        return False


def _is_signed_by_one(envelope: Envelope, publics: Sequence[bytes]) -> bool:
    """Tell whether one of the keys signed an envelope that was verified when it was stored.

    A lone signature was verified then, so its name is enough. Among several, only one need have held: a line
    that merely names a key proves nothing.
    """
    named = {signature.key_id for signature in envelope.signatures}
    found = [public for public in publics if key_id(public) in named]
    if len(envelope.signatures) == 1:
        return bool(found)
    return any(envelope.is_signed_by(public) for public in found)


class Outbound:
    """Writes the leaf of an issued act and queues it, in the caller's transaction."""

    def __init__(self, *, ledger: Ledger, dispatch: Dispatch) -> None:
        self._ledger = ledger
        self._dispatch = dispatch

    def send(self, tx: CaseTransaction, signed: SignedAct, *, plaintext: bytes, tag: LeafKind) -> None:
        """Append the leaf and queue the sealed parcel."""
        act = signed.act
        ours = act.sender.authority
        self._ledger.append(tx, authority=ours, peer=act.to.root, tag=tag, digest=signed.digest)
        self._dispatch.queue(
            tx, message_id=act.id, author=act.sender, to=act.to, plaintext=plaintext, digest=signed.digest
        )


def matter_of(tx: CaseTransaction, authority: AuthorityId, request: ActId) -> RequestMatter | None:
    """Return the request act and its parts for an assessor, or None when it is not held."""
    record = tx.acts.get(authority, request)
    if record is None:
        return None
    act = told(parse_signed_act(record.signed).act).act
    parts = {part.name: part.data for part in open_parts(tx.acts.parts(authority, request))}
    about = _acts_on(tx, authority, record.case, request)
    return RequestMatter(
        act_id=request,
        kind=act.kind,
        body=act.body,
        parts=parts,
        decided=frozenset(code for found, _ in about if found.own for code in _decided(tx, found)),
        consultations=frozenset(found.act_id for found, act in about if act.kind == "case.consult"),
        hearings=_hearings(about, by=authority),
    )


def _hearings(about: Sequence[tuple[ActRecord, Act]], *, by: AuthorityId) -> dict[ActId, bool]:
    """Return our consultations about lifting a measure, each with whether it was answered. Basis: 50(8)"""
    answered = {act.body.get("consult") for _, act in about if act.kind == "consult.answer"}
    return {
        found.act_id: found.act_id in answered
        for found, act in about
        if act.kind == "case.consult" and act.body.get("about") == "lifting" and act.sender.authority == by
    }


def _acts_on(
    tx: CaseTransaction, authority: AuthorityId, case: CaseId, request: ActId
) -> tuple[tuple[ActRecord, Act], ...]:
    """Return the acts on a request, each as it was signed or as it is attested."""
    found = []
    for record in tx.acts.of_case(authority, case):
        act = told(parse_signed_act(record.signed).act).act
        if act.id != request and act.body.get("request") == request:
            found.append((record, act))
    return tuple(found)


def _decided(tx: CaseTransaction, record: ActRecord) -> frozenset[str]:
    """Return the codes of what was decided by name when an act of ours went out."""
    if tx.acts.gate(record.authority, record.act_id) is None:
        return frozenset()
    decisions = tx.acts.decisions(record.authority, record.act_id)
    return frozenset(taken.finding.partition("@")[0] for taken in decisions if taken.finding)
