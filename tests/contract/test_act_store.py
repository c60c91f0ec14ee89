"""What every adapter of ``cases.ports.ActStore`` does."""

from dataclasses import replace

import pytest

from comity.cases.parts import part_record
from comity.cases.ports import (
    ActRecord,
    ActStore,
    DecisionRecord,
    DossierRecord,
    GateRecord,
    PendingRecord,
    ReceiptRecord,
)
from comity.cases.rows import act_record
from comity.cases.wire import Parcel
from comity.kernel.findings import Severity
from comity.kernel.ids import ActId, CaseId, OfficerName
from comity.node.ports import Transaction
from tests.builders import T0, Thread, make_pair, request_body


@pytest.fixture
def act_store(tx: Transaction) -> ActStore:
    return tx.acts


@pytest.fixture
def thread() -> Thread:
    return Thread(make_pair())


def record_of(
    thread: Thread, kind: str = "preservation.request", *, name: str = "a", **body: object
) -> ActRecord:
    signed = thread.act(name, kind, dict(body) or request_body(), parts={"form": b"{}"})
    own = name == "a"
    parcel = Parcel(signed=signed, parts=thread.opened[signed.act.id])
    return act_record(parcel, authority="XAA/contact-point", own=own, covers=0, stored_at=T0)


def test_an_act_is_kept_once_with_the_bytes_as_they_came(act_store: ActStore, thread: Thread) -> None:
    record = record_of(thread)
    assert act_store.add(record)
    assert not act_store.add(replace(record, signed=b"other"))
    assert act_store.get(record.authority, record.act_id) == record
    assert act_store.get("XAB/contact-point", record.act_id) is None  # type: ignore[arg-type]


def test_acts_of_a_case_come_by_id_and_cases_sorted(act_store: ActStore, thread: Thread) -> None:
    first = record_of(thread)
    second = record_of(thread, "request.withdraw", request=first.act_id, items=["1"])
    other = record_of(Thread(make_pair(2)))
    for record in (second, other, first):
        act_store.add(record)
    assert act_store.of_case(first.authority, first.case) == tuple(
        sorted((first, second), key=lambda r: r.act_id)
    )
    assert act_store.cases(first.authority) == tuple(sorted({first.case, other.case}))
    assert act_store.of_case(first.authority, CaseId("0" * 64)) == ()


def test_two_acts_with_one_seq_are_both_kept(act_store: ActStore, thread: Thread) -> None:
    first = record_of(thread)
    twin = replace(first, act_id=ActId("f" * 64))
    act_store.add(first)
    act_store.add(twin)
    found = act_store.at_seq(first.authority, first.case, first.author, seq=1)
    assert {record.act_id for record in found} == {first.act_id, twin.act_id}
    assert act_store.last_seq(first.authority, first.case, first.author) == 1
    assert act_store.last_seq(first.authority, first.case, first.to) == 0
    assert act_store.at_seq(first.authority, first.case, first.author, seq=2) == ()


def receipt_of(record: ActRecord, **changes: object) -> ReceiptRecord:
    made = ReceiptRecord(
        authority=record.authority,
        case=record.case,
        act_id=record.act_id,
        act_seq=record.seq,
        signer=record.to,
        at=T0,
        your_last_seq=record.seq,
        own_last_seq=0,
        pending=None,
        result="stored",
        code="",
        receipt=b"",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_receipt_is_kept_once_and_its_bytes_filled_in(act_store: ActStore, thread: Thread) -> None:
    record = record_of(thread)
    act_store.add_receipt(receipt_of(record))
    act_store.add_receipt(receipt_of(record, receipt=b"bytes", own_last_seq=5))
    act_store.add_receipt(receipt_of(record, receipt=b"other"))
    assert act_store.receipts_of_case(record.authority, record.case) == (
        receipt_of(record, receipt=b"bytes"),
    )


def test_the_receipted_seq_counts_only_what_binds_the_next_act(act_store: ActStore, thread: Thread) -> None:
    record = record_of(thread)
    pending = ActId("e" * 64)
    for seq, own, held, result in (
        (1, 0, None, "stored"),
        (2, 1, pending, "stored"),
        (3, 2, None, "stored"),
        (9, 0, None, "refused"),
    ):
        act_store.add_receipt(
            receipt_of(
                record,
                act_id=ActId(f"{seq}" * 64),
                act_seq=seq,
                own_last_seq=own,
                pending=held,
                result=result,
            )
        )

    def floor(below: int, but: str = "0" * 64) -> int:
        return act_store.receipted_seq(record.authority, record.case, record.to, below=below, but=ActId(but))

    assert [floor(1), floor(2), floor(3)] == [1, 2, 3]
    assert floor(2, pending) == 1
    assert act_store.receipted_seq(record.authority, record.case, record.author, below=9, but=pending) == 0


def test_an_erased_part_stays_erased(act_store: ActStore, thread: Thread) -> None:
    signed = thread.act("a", "preservation.request", request_body(), parts={"form": b"{}", "annex": b"x"})
    records = [
        part_record(
            part, signed.act.part(part.name), authority=signed.act.sender.authority, act_id=signed.act.id
        )  # type: ignore[arg-type]
        for part in thread.opened[signed.act.id]
    ]
    for record in records:
        act_store.put_part(record)
    ours = records[0].authority
    assert [part.name for part in act_store.parts(ours, signed.act.id)] == ["annex", "form"]
    assert act_store.erase_part(ours, signed.act.id, "form")
    assert not act_store.erase_part(ours, signed.act.id, "form")
    assert not act_store.erase_part(ours, signed.act.id, "absent")
    for record in records:
        act_store.put_part(record)
    annex, form = act_store.parts(ours, signed.act.id)
    assert (form.salt, form.data, form.digest) == (None, None, signed.act.part("form").digest)  # type: ignore[union-attr]
    assert annex.data == b"x"


def pending_of(thread: Thread, **changes: object) -> PendingRecord:
    draft, parts = thread.draft("a", "preservation.request", request_body(), parts={"form": b"{}"})
    envelope = draft.envelope()
    ours = draft.sender.authority
    made = PendingRecord(
        authority=ours,
        case=CaseId(envelope.id),
        act_id=ActId(envelope.id),
        kind=draft.kind,
        seq=1,
        payload_type=envelope.payload_type,
        payload=envelope.payload,
        parts=tuple(
            part_record(part, ref, authority=ours, act_id=ActId(envelope.id))
            for part, ref in zip(parts, draft.parts, strict=True)
        ),
        approvals=(),
        drafted_by=OfficerName("a.diallo"),
        drafted_at=T0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_one_draft_per_case_is_replaced_and_dropped(act_store: ActStore, thread: Thread) -> None:
    pending = pending_of(thread)
    act_store.put_pending(pending)
    later = replace(pending, approvals=(b"one", b"two"))
    act_store.put_pending(later)
    assert act_store.pending(pending.authority, pending.case) == later
    other = pending_of(thread)
    act_store.put_pending(other)
    assert act_store.pendings(pending.authority) == tuple(sorted((later, other), key=lambda p: p.case))
    act_store.drop_pending(pending.authority, pending.case)
    act_store.drop_pending(pending.authority, pending.case)
    assert act_store.pending(pending.authority, pending.case) is None
    assert act_store.pending(other.authority, other.case) == other


def test_a_later_decision_of_the_same_officer_replaces_the_first(act_store: ActStore, thread: Thread) -> None:
    record = record_of(thread)
    first = DecisionRecord(
        authority=record.authority,
        case=record.case,
        act_id=record.act_id,
        finding="request.scope@/class#00",
        severity=Severity.DECIDE,
        officer=OfficerName("a.diallo"),
        role="duty-officer",
        inner="عميق",
        inner_salt=bytes(16),
        outer="",
        rules="7" * 64,
        at=T0,
    )
    second = replace(first, inner="other")
    third = replace(first, officer=OfficerName("c.laurent"), role="head")
    approval = replace(first, finding="", severity=Severity.NOTE)
    for decision in (first, third, second, approval):
        act_store.put_decision(decision)
    assert act_store.decisions(record.authority, record.act_id) == (approval, second, third)


def test_a_closed_gate_and_dossiers_are_kept(act_store: ActStore, thread: Thread) -> None:
    record = record_of(thread)
    gate = GateRecord(
        authority=record.authority,
        case=record.case,
        act_id=record.act_id,
        kind=record.kind,
        rules="7" * 64,
        findings=("a@#1", "b@#2"),
        approvers=(OfficerName("a.diallo"),),
        at=T0,
    )
    assert act_store.gate(record.authority, record.act_id) is None
    act_store.put_gate(gate)
    assert act_store.gate(record.authority, record.act_id) == gate
    member = DossierRecord(authority=record.authority, dossier="op-lantern", case=record.case, at=T0)
    act_store.put_dossier(member)
    act_store.put_dossier(member)
    assert act_store.dossiers(record.authority) == (member,)
