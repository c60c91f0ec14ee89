"""Ledgers of restitution and victims in SQL; what is said of a victim is sealed already."""

from sqlalchemy import bindparam, func, select

from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId, CaseId
from comity.protection.victims.ports import Kept
from comity.storage.sql import redress_tables as t
from comity.storage.sql.statements import Rows, Statement, insert_row, upsert

_L, _V = t.RESTITUTION_LINE.c, t.VICTIM.c
_OF_CASE = (_L.authority == bindparam("authority"), _L.case_id == bindparam("of"))
_LAST = Statement(select(func.coalesce(func.max(_L.number), 0)).where(*_OF_CASE))
_ADD = insert_row(t.RESTITUTION_LINE)
_LINES = Statement(select(_L.line).where(*_OF_CASE).order_by(_L.number))
_CASES = Statement(
    select(_L.case_id).where(_L.authority == bindparam("authority"), _L.number == 1).order_by(_L.case_id)
)
_PUT = upsert(t.VICTIM)
_VICTIM = Statement(
    select(t.VICTIM).where(_V.authority == bindparam("authority"), _V.number == bindparam("of"))
)
_VICTIMS = Statement(select(t.VICTIM).where(_V.authority == bindparam("authority")).order_by(_V.number))


class SqlRedress:
    """Fulfils ``RedressStore`` inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add_line(self, authority: AuthorityId, case: CaseId, number: int, line: bytes) -> None:
        """Append a line; raise ConflictError ``restitution.number`` unless it is the next."""
        row = self._rows.one(_LAST, authority=authority, of=case)
        last = int(row[0]) if row else 0
        if number != last + 1:
            raise ConflictError("restitution.number", f"the next line is {last + 1}, not {number}")
        self._rows.put(_ADD, (authority, case, number, line))

    def lines(self, authority: AuthorityId, case: CaseId) -> tuple[bytes, ...]:
        """Return the lines of a case by number."""
        return tuple(bytes(row[0]) for row in self._rows.all(_LINES, authority=authority, of=case))

    def cases(self, authority: AuthorityId) -> tuple[CaseId, ...]:
        """Return the cases of an office that have a ledger, sorted."""
        return tuple(CaseId(row[0]) for row in self._rows.all(_CASES, authority=authority))

    def put_victim(self, authority: AuthorityId, kept: Kept) -> None:
        """Store what is said of a victim, replacing what was there; what it replaces leaves the file too."""
        self._rows.put(_PUT, (authority, kept.number, kept.wrapped, kept.sealed))
        self._rows.erased = True

    def victim(self, authority: AuthorityId, number: str) -> Kept | None:
        """Return what is said of a victim, or None."""
        row = self._rows.one(_VICTIM, authority=authority, of=number)
        return None if row is None else Kept(number=row[1], wrapped=bytes(row[2]), sealed=bytes(row[3]))

    def victims(self, authority: AuthorityId) -> tuple[Kept, ...]:
        """Return everything of an office, by number."""
        return tuple(
            Kept(number=row[1], wrapped=bytes(row[2]), sealed=bytes(row[3]))
            for row in self._rows.all(_VICTIMS, authority=authority)
        )
