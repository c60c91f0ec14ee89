"""Domestic facts in memory."""

from comity.cases.ports import FactRecord
from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId, CaseId
from comity.storage.memory.register import MemoryRegister


class MemoryFacts(MemoryRegister):
    """Domestic facts of cases."""

    def __init__(self) -> None:
        MemoryRegister.__init__(self)
        self._facts: dict[tuple[AuthorityId, CaseId], tuple[FactRecord, ...]] = {}

    def add_fact(self, record: FactRecord) -> None:
        """Append a line, and mark its case as changed."""
        lines = self.facts(record.authority, record.case)
        if record.number != len(lines) + 1:
            raise ConflictError("fact.number", f"the next line is {len(lines) + 1}, not {record.number}")
        self._facts[record.authority, record.case] = (*lines, record)
        self._mark(record.authority, record.case)

    def facts(self, authority: AuthorityId, case: CaseId) -> tuple[FactRecord, ...]:
        """Return the lines of a case by number."""
        return self._facts.get((authority, case), ())
