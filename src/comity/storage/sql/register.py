"""The register of cases in SQL: marks of what changed, and the lines that lists read."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, and_, bindparam, delete, exists, insert, literal, or_, select, update

from comity.cases.lines import CaseKey, CaseLine, DutyKey, DutyLine, Mark, RequestLine
from comity.cases.reckoning import Step
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint
from comity.storage.sql import register_tables as r
from comity.storage.sql import tables as t
from comity.storage.sql.statements import Among, Row, Rows, Statement, insert_row, upsert

_NEVER, _EVER = -1, 2**63 - 1
_PAST_HEX = "g"

_M, _C, _D = r.REGISTER_MARK.c, r.REGISTER_CASE.c, r.REGISTER_DUTY.c
_OURS: BindParameter[str] = bindparam("authority")
_CASE: BindParameter[str] = bindparam("of")
_MOST: BindParameter[int] = bindparam("most")
_AT: BindParameter[int] = bindparam("at")
_PLACE: BindParameter[str] = bindparam("place")
_NUMBER: BindParameter[int] = bindparam("nth")
_NOW: BindParameter[int] = bindparam("now")

_AGAIN = "ON CONFLICT (authority, case_id) DO UPDATE SET number = register_mark.number + 1, waiting = 1"
_MARK = Statement(insert(r.REGISTER_MARK), tail=_AGAIN)
_MARK_ALL = Statement(
    insert(r.REGISTER_MARK).from_select(
        ["authority", "case_id", "number", "waiting"],
        select(t.ACT.c.authority, t.ACT.c.case_id, literal(1), literal(1))
        .where(t.ACT.c.authority == _OURS)
        .union(
            select(t.DRAFT.c.authority, t.DRAFT.c.case_id, literal(1), literal(1)).where(
                t.DRAFT.c.authority == _OURS
            )
        ),
    ),
    tail=_AGAIN,
)
_ROOT: BindParameter[str] = bindparam("root")
MARK_PARTY = Statement(
    update(r.REGISTER_MARK)
    .values(number=_M.number + 1, waiting=1)
    .where(
        exists().where(
            t.ACT.c.authority == _M.authority,
            t.ACT.c.case_id == _M.case_id,
            or_(t.ACT.c.author_root == _ROOT, t.ACT.c.addressee_root == _ROOT),
        )
    )
)
"""Marks the cases of a Party whose published keys changed: its acts may be judged anew."""

_WAITING = Statement(
    select(_M.case_id, _M.number)
    .where(_M.authority == _OURS, _M.waiting == bindparam("yes"))
    .order_by(_M.case_id)
    .limit(_MOST)
)
_SETTLE = Statement(
    update(r.REGISTER_MARK)
    .values(waiting=0)
    .where(_M.authority == _OURS, _M.case_id == _CASE, _M.number == _NUMBER)
)
_VERSION = Statement(select(r.REGISTER.c.version).where(r.REGISTER.c.authority == _OURS))
_PUT_VERSION = upsert(r.REGISTER)
_PUT_LINE = upsert(r.REGISTER_CASE)
_PUT_DUTY = insert_row(r.REGISTER_DUTY)
_DROPS = tuple(
    Statement(delete(table).where(table.c.authority == _OURS, table.c.case_id == _CASE))
    for table in (r.REGISTER_DUTY, r.REGISTER_CASE)
)
_CLEARS = tuple(
    Statement(delete(table).where(table.c.authority == _OURS)) for table in (r.REGISTER_DUTY, r.REGISTER_CASE)
)

_OLDEST = Statement(
    select(r.REGISTER_CASE)
    .where(
        _C.authority == _OURS,
        _C.opened_at >= _AT,
        or_(_C.opened_at > _AT, _C.case_id > _PLACE),
    )
    .order_by(_C.opened_at, _C.case_id)
    .limit(_MOST)
)
_NEWEST = Statement(
    select(r.REGISTER_CASE)
    .where(
        _C.authority == _OURS,
        _C.opened_at <= _AT,
        or_(_C.opened_at < _AT, _C.case_id < _PLACE),
    )
    .order_by(_C.opened_at.desc(), _C.case_id.desc())
    .limit(_MOST)
)
_DUTIES_OF = Among(select(r.REGISTER_DUTY).where(_D.authority == _OURS), _D.case_id)
_DUE = Statement(
    select(r.REGISTER_DUTY)
    .where(
        _D.authority == _OURS,
        _D.theirs == bindparam("side"),
        _D.due_at >= _AT,
        or_(
            _D.due_at > _AT,
            _D.case_id > _PLACE,
            and_(_D.case_id == _PLACE, _D.number > _NUMBER),
        ),
        _D.after_at < _NOW,
        _D.until_at >= _NOW,
    )
    .order_by(_D.due_at, _D.case_id, _D.number)
    .limit(_MOST)
)


class SqlMarks:
    """Marks the cases that a transaction changes, each once, in one statement at its end.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._marked: set[tuple[AuthorityId, CaseId]] = set()

    def _mark(self, authority: AuthorityId, case: CaseId) -> None:
        if (authority, case) not in self._marked:
            self._marked.add((authority, case))
            self._rows.put_later(_MARK, (authority, case, 1, 1))


class SqlRegister(SqlMarks):
    """The register, inside one transaction."""

    def register_version(self, authority: AuthorityId) -> str:
        """Return by which rules the lines were derived; empty where no register is kept."""
        row = self._rows.one(_VERSION, authority=authority)
        return "" if row is None else str(row[0])

    def restart_register(self, authority: AuthorityId, *, version: str) -> None:
        """Throw all lines of an authority away and mark each of its cases as waiting."""
        for clear in _CLEARS:
            self._rows.run(clear, authority=authority)
        self._rows.run(_MARK_ALL, authority=authority)
        self._rows.put(_PUT_VERSION, (authority, version))

    def case_changed(self, authority: AuthorityId, case: CaseId) -> None:
        """Mark a case as waiting for a change that is none of acts, receipts, draft or published keys."""
        self._mark(authority, case)

    def waiting_cases(self, authority: AuthorityId, *, most: int) -> tuple[Mark, ...]:
        """Return so many of the waiting cases at most, ordered by case."""
        found = self._rows.all(_WAITING, authority=authority, yes=1, most=most)
        return tuple(Mark(authority=authority, case=CaseId(case), number=number) for case, number in found)

    def keep_lines(self, mark: Mark, line: CaseLine | None, duties: Sequence[DutyLine]) -> bool:
        """Put the lines of a case in place of its older ones; False when the case has changed meanwhile."""
        ours, case = mark.authority, mark.case
        if not self._rows.run(_SETTLE, authority=ours, of=case, nth=mark.number):
            return False
        self._marked.discard((ours, case))
        for drop in _DROPS:
            self._rows.run(drop, authority=ours, of=case)
        if line is not None:
            self._rows.put(_PUT_LINE, _line_row(line))
            self._rows.put_all(_PUT_DUTY, [_duty_row(duty) for duty in duties])
        return True

    def case_lines(
        self, authority: AuthorityId, *, after: CaseKey | None, most: int, newest: bool = False
    ) -> tuple[CaseLine, ...]:
        """Return so many cases at most by time of opening, from after a place on; newest first if asked."""
        start = (_EVER, _PAST_HEX) if newest else (_NEVER, "")
        at, place = start if after is None else (after.opened_at, after.case)
        statement = _NEWEST if newest else _OLDEST
        return tuple(
            _line(row)
            for row in self._rows.all(statement, authority=authority, at=at, place=place, most=most)
        )

    def duties_of(self, authority: AuthorityId, cases: Sequence[CaseId]) -> tuple[DutyLine, ...]:
        """Return every duty of some cases, open now or not, by case and number."""
        found = (_duty(row) for row in _DUTIES_OF.all(self._rows, cases, authority=authority))
        return tuple(sorted(found, key=lambda duty: (duty.case, duty.number)))

    def duty_lines(
        self, authority: AuthorityId, *, theirs: bool, now: Instant, after: DutyKey | None, most: int
    ) -> tuple[DutyLine, ...]:
        """Return so many duties open at ``now`` at most, those due first, from after a place on."""
        at, place, nth = (_NEVER, "", 0) if after is None else (after.due, after.case, after.number)
        found = self._rows.all(
            _DUE, authority=authority, side=int(theirs), now=now, at=at, place=place, nth=nth, most=most
        )
        return tuple(_duty(row) for row in found)


def mark_party(rows: Rows, root: Fingerprint) -> None:
    """Mark the cases of a Party whose published keys change in this transaction."""
    rows.run(MARK_PARTY, root=root)


def _line_row(line: CaseLine) -> tuple[Any, ...]:
    return (
        line.authority,
        line.case,
        line.fold_version,
        line.acts,
        line.receipts,
        line.opened_at,
        msgspec.json.encode(line.participants).decode(),
        int(line.closed),
        int(line.frozen),
        msgspec.json.encode(line.requests).decode(),
        line.draft,
    )


def _line(row: Row) -> CaseLine:
    return CaseLine(
        authority=AuthorityId(row[0]),
        case=CaseId(row[1]),
        fold_version=row[2],
        acts=row[3],
        receipts=row[4],
        opened_at=Instant(row[5]),
        participants=msgspec.json.decode(row[6], type=tuple[AuthorityId, ...]),
        closed=bool(row[7]),
        frozen=bool(row[8]),
        requests=msgspec.json.decode(row[9], type=tuple[RequestLine, ...]),
        draft=None if row[10] is None else ActId(row[10]),
    )


def _duty_row(duty: DutyLine) -> tuple[Any, ...]:
    return (
        duty.authority,
        duty.case,
        duty.number,
        int(duty.theirs),
        _EVER if duty.due is None else duty.due,
        _NEVER if duty.after is None else duty.after,
        _EVER if duty.until is None else duty.until,
        duty.code,
        duty.about,
        duty.owner,
        duty.basis,
        _NEVER if duty.alarms_to is None else duty.alarms_to,
        msgspec.json.encode(duty.steps).decode(),
    )


def _duty(row: Row) -> DutyLine:
    return DutyLine(
        authority=AuthorityId(row[0]),
        case=CaseId(row[1]),
        number=row[2],
        theirs=bool(row[3]),
        code=row[7],
        about=ActId(row[8]),
        owner=AuthorityId(row[9]),
        due=None if row[4] == _EVER else Instant(row[4]),
        after=None if row[5] == _NEVER else Instant(row[5]),
        until=None if row[6] == _EVER else Instant(row[6]),
        basis=row[10],
        alarms_to=None if row[11] == _NEVER else Instant(row[11]),
        steps=msgspec.json.decode(row[12], type=tuple[Step, ...]),
    )
