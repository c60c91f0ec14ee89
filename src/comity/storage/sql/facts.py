"""Domestic facts in SQL: lines beside a case that never leave the node."""

from sqlalchemy import bindparam, func, select

from comity.cases.ports import FactRecord
from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId, CaseId
from comity.storage.sql import tables as t
from comity.storage.sql.register import SqlMarks
from comity.storage.sql.statements import Statement, insert_row

_F = t.DOMESTIC_FACT.c
_OF_CASE = (_F.authority == bindparam("authority"), _F.case_id == bindparam("of"))
_LAST = Statement(select(func.coalesce(func.max(_F.number), 0)).where(*_OF_CASE))
_ADD = insert_row(t.DOMESTIC_FACT)
_FACTS = Statement(select(t.DOMESTIC_FACT).where(*_OF_CASE).order_by(_F.number))


class SqlFacts(SqlMarks):
    """Domestic facts, inside one transaction."""

    def add_fact(self, record: FactRecord) -> None:
        """Append a line, and mark its case as changed."""
        row = self._rows.one(_LAST, authority=record.authority, of=record.case)
        last = int(row[0]) if row else 0
        if record.number != last + 1:
            raise ConflictError("fact.number", f"the next line is {last + 1}, not {record.number}")
        self._rows.put(_ADD, (record.authority, record.case, record.number, record.line))
        self._mark(record.authority, record.case)

    def facts(self, authority: AuthorityId, case: CaseId) -> tuple[FactRecord, ...]:
        """Return the lines of a case by number."""
        return tuple(
            FactRecord(authority=ours, case=of, number=number, line=line)
            for ours, of, number, line in self._rows.all(_FACTS, authority=authority, of=case)
        )
