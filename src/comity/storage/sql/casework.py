"""Drafts, decisions, gates and dossiers in SQL: the work on acts that never leaves the node."""

from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, select

from comity.cases.ports import DecisionRecord, DossierRecord, GateRecord, PartRecord, PendingRecord
from comity.kernel.clock import Instant
from comity.kernel.findings import Severity
from comity.kernel.ids import ActId, AuthorityId, CaseId, OfficerName
from comity.storage.sql import tables as t
from comity.storage.sql.register import SqlMarks
from comity.storage.sql.statements import Row, Rows, Statement, insert_new, insert_row, upsert

_D = t.DRAFT.c
_OURS: BindParameter[str] = bindparam("authority")
_CASE: BindParameter[str] = bindparam("case_id")
_ACT: BindParameter[str] = bindparam("act_id")

_PENDING = Statement(select(t.DRAFT).where(_D.authority == _OURS, _D.case_id == _CASE))
_PENDINGS = Statement(select(t.DRAFT).where(_D.authority == _OURS).order_by(_D.case_id))
_PENDINGS_AFTER = Statement(
    select(t.DRAFT)
    .where(_D.authority == _OURS, _D.case_id > _CASE)
    .order_by(_D.case_id)
    .limit(bindparam("most"))
)
_DRAFTS_NAMED = Statement(
    select(t.DRAFT)
    .where(_D.authority == _OURS, _D.act_id >= bindparam("prefix"), _D.act_id < bindparam("past"))
    .order_by(_D.act_id)
    .limit(bindparam("most"))
)
_PUT_DRAFT = insert_row(t.DRAFT)
_PUT_DRAFT_PART = insert_row(t.DRAFT_PART)
_PUT_DRAFT_APPROVAL = insert_row(t.DRAFT_APPROVAL)
_DROPS = tuple(
    Statement(delete(table).where(table.c.authority == _OURS, table.c.case_id == _CASE))
    for table in (t.DRAFT, t.DRAFT_PART, t.DRAFT_APPROVAL)
)
_DRAFT_PARTS, _DRAFT_APPROVALS = (
    Statement(
        select(table).where(table.c.authority == _OURS, table.c.case_id == _CASE).order_by(table.c.number)
    )
    for table in (t.DRAFT_PART, t.DRAFT_APPROVAL)
)

_PUT_DECISION = upsert(t.DECISION)
_DECISIONS = Statement(
    select(t.DECISION)
    .where(t.DECISION.c.authority == _OURS, t.DECISION.c.act_id == _ACT)
    .order_by(t.DECISION.c.finding, t.DECISION.c.officer)
)
_PUT_GATE = upsert(t.GATE)
_GATE = Statement(select(t.GATE).where(t.GATE.c.authority == _OURS, t.GATE.c.act_id == _ACT))
_PUT_DOSSIER = insert_new(t.DOSSIER)
_DOSSIERS = Statement(
    select(t.DOSSIER).where(t.DOSSIER.c.authority == _OURS).order_by(t.DOSSIER.c.dossier, t.DOSSIER.c.case_id)
)


class SqlCasework(SqlMarks):
    """Drafts, decisions, gates and dossiers, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        SqlMarks.__init__(self, rows)
        self._drafts: dict[tuple[AuthorityId, CaseId], PendingRecord | None] = {}

    def pending(self, authority: AuthorityId, case: CaseId) -> PendingRecord | None:
        """Return the draft of an authority in a case, or None."""
        if (authority, case) not in self._drafts:
            row = self._rows.one(_PENDING, authority=authority, case_id=case)
            self._drafts[authority, case] = None if row is None else self._draft(row)
        return self._drafts[authority, case]

    def pendings(self, authority: AuthorityId) -> tuple[PendingRecord, ...]:
        """Return all drafts of an authority, ordered by case."""
        return tuple(self._draft(row) for row in self._rows.all(_PENDINGS, authority=authority))

    def pendings_after(
        self, authority: AuthorityId, case: CaseId | None, *, most: int
    ) -> tuple[PendingRecord, ...]:
        """Return so many drafts of an authority at most, ordered by case, from after one on."""
        found = self._rows.all(_PENDINGS_AFTER, authority=authority, case_id=case or "", most=most)
        return tuple(self._draft(row) for row in found)

    def drafts_named(
        self, authority: AuthorityId, prefix: str, *, most: int = 2
    ) -> tuple[PendingRecord, ...]:
        """Return so many drafts at most whose id begins with these hexadecimal digits, by id."""
        found = self._rows.all(
            _DRAFTS_NAMED, authority=authority, prefix=prefix, past=f"{prefix}g", most=most
        )
        return tuple(self._draft(row) for row in found)

    def decisions(self, authority: AuthorityId, act_id: ActId) -> tuple[DecisionRecord, ...]:
        """Return the decisions on an act, ordered by finding and officer."""
        return tuple(_decision(row) for row in self._rows.all(_DECISIONS, authority=authority, act_id=act_id))

    def gate(self, authority: AuthorityId, act_id: ActId) -> GateRecord | None:
        """Return the closed gate of an act, or None."""
        row = self._rows.one(_GATE, authority=authority, act_id=act_id)
        return None if row is None else _gate(row)

    def dossiers(self, authority: AuthorityId) -> tuple[DossierRecord, ...]:
        """Return every membership of a case in a dossier, ordered by dossier and case."""
        return tuple(
            DossierRecord(authority=AuthorityId(ours), dossier=name, case=CaseId(case), at=Instant(at))
            for ours, name, case, at in self._rows.all(_DOSSIERS, authority=authority)
        )

    def _draft(self, row: Row) -> PendingRecord:
        ours, case, act_id, kind, seq, payload_type, payload, drafted_by, drafted_at = row
        parts = self._rows.all(_DRAFT_PARTS, authority=ours, case_id=case)
        approvals = self._rows.all(_DRAFT_APPROVALS, authority=ours, case_id=case)
        return PendingRecord(
            authority=AuthorityId(ours),
            case=CaseId(case),
            act_id=ActId(act_id),
            kind=kind,
            seq=seq,
            payload_type=payload_type,
            payload=payload,
            parts=tuple(part_of((ours, *part[3:])) for part in parts),
            approvals=tuple(bytes(approval[3]) for approval in approvals),
            drafted_by=OfficerName(drafted_by),
            drafted_at=Instant(drafted_at),
        )

    def put_pending(self, record: PendingRecord) -> None:
        """Keep or replace the draft of an authority in a case."""
        self.drop_pending(record.authority, record.case)
        key = (record.authority, record.case)
        self._rows.put(
            _PUT_DRAFT,
            (
                *key,
                record.act_id,
                record.kind,
                record.seq,
                record.payload_type,
                record.payload,
                record.drafted_by,
                record.drafted_at,
            ),
        )
        parts = [(*key, number, *part_row(part)[1:]) for number, part in enumerate(record.parts)]
        self._rows.put_all(_PUT_DRAFT_PART, parts)
        approvals = [(*key, number, statement) for number, statement in enumerate(record.approvals)]
        self._rows.put_all(_PUT_DRAFT_APPROVAL, approvals)

    def drop_pending(self, authority: AuthorityId, case: CaseId) -> None:
        """Forget the draft; nothing happens when there is none."""
        self._drafts.pop((authority, case), None)
        self._mark(authority, case)
        for statement in _DROPS:
            self._rows.run(statement, authority=authority, case_id=case)

    def put_decision(self, record: DecisionRecord) -> None:
        """Keep a decision; a later one by the same officer on the same finding replaces it."""
        self._rows.put(
            _PUT_DECISION,
            (
                record.authority,
                record.case,
                record.act_id,
                record.finding,
                record.severity.value,
                record.officer,
                record.role,
                record.inner,
                record.inner_salt,
                record.outer,
                record.rules,
                record.at,
            ),
        )

    def put_gate(self, record: GateRecord) -> None:
        """Keep the closed gate of an act."""
        findings, approvers = _listed(record.findings), _listed(record.approvers)
        key = (record.authority, record.case, record.act_id, record.kind, record.rules)
        self._rows.put(_PUT_GATE, (*key, findings, approvers, record.at))

    def put_dossier(self, record: DossierRecord) -> None:
        """Put a case into a dossier; again changes nothing."""
        self._rows.put(_PUT_DOSSIER, (record.authority, record.dossier, record.case, record.at))


def _listed(texts: tuple[str, ...]) -> str:
    return msgspec.json.encode(texts).decode()


def part_row(record: PartRecord) -> tuple[Any, ...]:
    """Return a part as a row of ``act_part``."""
    ours, named = (record.authority, record.act_id), (record.name, record.media, record.digest)
    return (*ours, *named, record.salt, record.data)


def part_of(row: Row) -> PartRecord:
    """Return the part in a row of ``act_part``."""
    ours, act_id, name, media, digest, salt, data = row
    return PartRecord(
        authority=AuthorityId(ours),
        act_id=ActId(act_id),
        name=name,
        media=media,
        digest=digest,
        salt=salt,
        data=data,
    )


def _decision(row: Row) -> DecisionRecord:
    return DecisionRecord(
        authority=row[0],
        case=row[1],
        act_id=row[2],
        finding=row[3],
        severity=Severity(row[4]),
        officer=row[5],
        role=row[6],
        inner=row[7],
        inner_salt=row[8],
        outer=row[9],
        rules=row[10],
        at=row[11],
    )


def _gate(row: Row) -> GateRecord:
    findings = msgspec.json.decode(row[5], type=tuple[str, ...])
    approvers = msgspec.json.decode(row[6], type=tuple[str, ...])
    return GateRecord(
        authority=row[0],
        case=row[1],
        act_id=row[2],
        kind=row[3],
        rules=row[4],
        findings=findings,
        approvers=tuple(OfficerName(name) for name in approvers),
        at=row[7],
    )
