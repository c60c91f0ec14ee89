"""From the fold of a case to what a face shows of it: recomputed at every look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from comity.cases.acts import Act, parse_act
from comity.cases.approvals import HEAD, parse_approval
from comity.cases.attested import ATTEST, told
from comity.cases.desk import CaseReader
from comity.cases.duties import HOUSE, House, duties
from comity.cases.fold import RECALLABLE
from comity.cases.gate import finding_key, undecided
from comity.cases.kinds import KINDS
from comity.cases.permitted import Permission, permissions
from comity.cases.ports import Address, PendingRecord, ReceiptRecord
from comity.cases.single import persons_for
from comity.cases.state import Account, CaseState, Delivery, RequestState
from comity.cases.talking import Attested, Talk
from comity.cases.threads import Thread
from comity.cases.wire import SignedAct
from comity.evidence.pieces import piece_count
from comity.exchange.directory import Directory
from comity.exchange.records import Direction
from comity.kernel.clock import Clock, Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.findings import Assessment
from comity.kernel.ids import ActId, CaseId
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import Envelope, parse_envelope
from comity.node.custodymarks import custody_marks
from comity.node.dating import given_dates
from comity.node.laneevents import lane_events
from comity.node.laneviews import LaneEvent
from comity.node.ports import Transaction
from comity.node.seams import CaseDirectory
from comity.node.stopping import offered, stops_of
from comity.node.talkviews import AccountView, AttestationView, TalkView
from comity.node.teaming import team_views
from comity.node.views import (
    ActView,
    CaseView,
    DeliveryView,
    DraftView,
    DutyView,
    RequestView,
)

ERASE = "part.erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Shows the cases of one office.

    Attributes:
        directory: Tells what the offices asked want; None leaves that aside.
    """

    me: Address
    reader: CaseReader
    clock: Clock
    house: House = HOUSE
    directory: Directory | None = None

    def act(self, tx: Transaction, act_id: ActId) -> ActView:
        """Return one act; raise NotFoundError ``act.unknown``."""
        signed = self.reader.signed(tx, act_id)
        act = signed.act
        receipt = tx.acts.receipt(self.me.authority, act.case, act.id, signer=act.to)
        standing = {one.act: one.status for one in self._attested(tx, act)}
        return _act_view(signed, receipt, standing)

    def _attested(self, tx: Transaction, act: Act) -> tuple[Attested, ...]:
        """Return what is attested in the case of an attestation; nothing for any other act."""
        return self.reader.state(tx, act.case).attested if act.kind == ATTEST else ()

    def case(self, tx: Transaction, case: CaseId) -> CaseView:
        """Return a case as it stands now; raise NotFoundError ``case.unknown``."""
        now = self.clock.now()
        held = self.reader.held(tx, case)
        if not held.thread.order:
            raise NotFoundError("case.unknown", "no such case", where=case)
        thread, state = held.thread, held.state
        receipts = {(receipt.act_id, receipt.signer): receipt for receipt in held.receipts}
        standing = {one.act: one.status for one in state.attested}
        acts = [
            _act_view(held.signed[act.id], receipts.get((act.id, act.to)), standing) for act in thread.order
        ]
        allowed = self._offered(tx, case, state, now)
        return CaseView(
            case=case,
            participants=tuple(end.authority for end in state.participants),
            opened_at=thread.order[0].at,
            closed=state.closed,
            forked=state.is_frozen,
            acts=tuple(acts),
            requests=tuple(self._request(tx, request, case, allowed) for request in state.requests),
            deliveries=tuple(
                self.delivery(tx, case, made) for request in state.requests for made in request.deliveries
            ),
            duties=tuple(
                DutyView(
                    code=duty.code,
                    case=case,
                    about=duty.act,
                    owner=duty.who.authority,
                    due=duty.due,
                    basis=duty.basis,
                    steps=duty.steps,
                    alarm=duty.rung(now),
                    alarms_to=duty.alarms_to,
                )
                for duty in duties(
                    state,
                    now=now,
                    house=self.house,
                    dates=given_dates(tx, self.me.authority, held, directory=self.directory),
                )
            ),
            stopped=stops_of(allowed),
            lane_events=self._lanes(tx, case, thread),
            custody=custody_marks(tx, self.me, case),
            permitted=tuple(sorted({permission.kind for permission in allowed if permission.is_allowed})),
            drafts=(),
            recallable=tuple(
                act.id
                for act in thread.order
                if act.sender == self.me
                and (act.kind in RECALLABLE or act.kind == ATTEST)
                and act.id not in state.recalled
            ),
            erased=self._erased(thread),
        )

    def _erased(self, thread: Thread) -> tuple[tuple[ActId, str], ...]:
        """Return the parts of which this office destroyed its copy: act and name."""
        return tuple(
            (ActId(str(act.body["act"])), str(act.body["part"]))
            for act in thread.order
            if act.sender == self.me and act.kind == ERASE
        )

    def _request(
        self, tx: Transaction, request: RequestState, case: CaseId, allowed: Sequence[Permission]
    ) -> RequestView:
        """Return a request; without a directory it shows no joint team, since no signature can be checked."""
        found = _request_view(request, case, allowed)
        if not request.teams or self.directory is None:
            return found
        keys = CaseDirectory(directory=self.directory, store=tx.exchange)
        return replace(found, teams=team_views(tx, self.me.authority, request, directory=keys))

    def _offered(
        self, tx: Transaction, case: CaseId, state: CaseState, now: Instant
    ) -> tuple[Permission, ...]:
        return offered(
            tx,
            self.me.authority,
            case,
            permissions(state, self.me, now=now),
            calendar=self.house.calendar(self.me),
            now=now,
        )

    def _lanes(self, tx: Transaction, case: CaseId, thread: Thread) -> tuple[LaneEvent, ...]:
        return lane_events(tx, self.me.authority, case=case, acts=tuple(act.id for act in thread.order))

    def opening(self, pending: PendingRecord, *, drafts: tuple[DraftView, ...]) -> CaseView:
        """Return a case that is only a draft yet: no act of it has left."""
        act = parse_act(Envelope(payload_type=pending.payload_type, payload=pending.payload))
        return CaseView(
            case=pending.case,
            participants=tuple(end.authority for end in act.participants),
            opened_at=pending.drafted_at,
            closed=False,
            forked=False,
            acts=(),
            requests=(),
            deliveries=(),
            duties=(),
            permitted=(),
            drafts=drafts,
        )

    def draft(
        self, tx: Transaction, pending: PendingRecord, *, assessment: Assessment, rules: str
    ) -> DraftView:
        """Return a draft: what was found, what waits for a decision, whose approval is missing."""
        decisions = tx.acts.decisions(self.me.authority, pending.act_id)
        given = [parse_approval(parse_envelope(parse_ijson(data))) for data in pending.approvals]
        single = parse_act(Envelope(payload_type=pending.payload_type, payload=pending.payload)).single
        needed = persons_for(pending.kind, single=single)
        return DraftView(
            act=pending.act_id,
            case=pending.case,
            kind=pending.kind,
            authority=pending.authority,
            assessment=assessment,
            undecided=tuple(finding_key(f) for f in undecided(assessment, decisions, rules=rules)),
            approved_by=tuple(approval.officer for approval in given),
            persons_needed=needed,
            roles_missing=missing_roles(needed, [approval.role for approval in given]),
            single=single,
        )

    def delivery(self, tx: Transaction, case: CaseId, made: Delivery) -> DeliveryView:
        """Return how far a delivery has come on this side."""
        record = tx.evidence.delivered(self.me.authority, made.act)
        coming = tx.exchange.delivery(self.me.authority, made.act, direction=Direction.IN)
        going = tx.exchange.delivery(self.me.authority, made.act, direction=Direction.OUT)
        under_way = coming or going
        if record is not None:
            pieces = piece_count(record.payload_length)
        else:
            pieces = under_way.pieces if under_way is not None else 0
        complete = record is not None and (under_way is None or under_way.done_at is not None)
        return DeliveryView(
            act=made.act,
            case=case,
            bag_root=made.bag_root,
            pieces=pieces,
            pieces_here=pieces if record is not None else 0,
            complete=complete,
            opened=record is not None and bool(record.exhibits) and not record.own,
        )


def _act_view(signed: SignedAct, receipt: ReceiptRecord | None, standing: Mapping[ActId, str]) -> ActView:
    act = signed.act
    kind = KINDS.get(act.kind)
    return ActView(
        act=act.id,
        case=act.case,
        kind=act.kind,
        sender=act.sender.authority,
        to=(act.to.authority,),
        at=act.at,
        seq=act.seq,
        basis=kind.basis if kind is not None else "",
        approved_by=tuple(approval.officer for approval in signed.approvals),
        receipted_at=receipt.at if receipt is not None else None,
        receipt_result=receipt.result if receipt is not None else "",
        body=act.body,
        parts=tuple(part.name for part in act.parts),
        attested=_attestation_view(act, standing.get(act.id, "")),
        single=act.single,
    )


def _attestation_view(act: Act, status: str) -> AttestationView | None:
    what = told(act)
    one = what.attestation
    if one is None:
        return None
    return AttestationView(
        kind=what.act.kind,
        of=what.act.sender.authority,
        channel=one.channel,
        at=one.at,
        checked=one.checked,
        reference=one.reference,
        scan=one.scan,
        status=status,
        confirms=ActId(one.confirms) if one.confirms else None,
    )


def _request_view(request: RequestState, case: CaseId, allowed: Sequence[Permission]) -> RequestView:
    return RequestView(
        act=request.id,
        case=case,
        mechanism=request.mechanism,
        by=request.by.authority,
        to=request.to.authority,
        status=request.status.value,
        items={item.id: item.state.value for item in request.items},
        preserved_until=request.preservation.kept_until,
        instrument=request.instrument,
        permitted=tuple(one.kind for one in allowed if one.is_allowed and one.request == request.id),
        accounts=tuple(_account_view(one) for one in request.accounts),
        talks=tuple(_talk_view(one) for one in request.talks),
        attested=request.attested,
    )


def _account_view(one: Account) -> AccountView:
    return AccountView(
        id=one.id,
        state=one.state.value,
        act=one.act,
        ground=one.ground,
        order=one.order,
        delivery=one.delivery,
        forwarded_to=one.forwarded_to,
    )


def _talk_view(one: Talk) -> TalkView:
    return TalkView(
        act=one.act,
        kind=one.kind,
        by=one.by.authority,
        owner=one.owner.authority,
        items=one.items,
        codes=one.codes,
        asked_at=one.asked_at,
        answer=one.answer,
        answered_by=one.answered_by,
        until=one.until,
    )


def missing_roles(needed: int, roles: Sequence[str]) -> tuple[str, ...]:
    """Return the roles that still have to approve: a row of two takes a head among them."""
    lacking = max(needed - len(roles), 0)
    head_lacks = needed > 1 and HEAD not in roles
    if head_lacks:
        return (HEAD, *["officer"] * max(lacking - 1, 0))
    return ("officer",) * lacking
