"""Ledgers of restitution and victims in memory; what is said of a victim is sealed already."""

from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId, CaseId
from comity.protection.victims.ports import Kept


class MemoryRedress:
    """Fulfils ``RedressStore``; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._lines: dict[tuple[AuthorityId, CaseId], tuple[bytes, ...]] = {}
        self._victims: dict[tuple[AuthorityId, str], Kept] = {}

    def add_line(self, authority: AuthorityId, case: CaseId, number: int, line: bytes) -> None:
        """Append a line; raise ConflictError ``restitution.number`` unless it is the next."""
        held = self.lines(authority, case)
        if number != len(held) + 1:
            raise ConflictError("restitution.number", f"the next line is {len(held) + 1}, not {number}")
        self._lines[authority, case] = (*held, line)

    def lines(self, authority: AuthorityId, case: CaseId) -> tuple[bytes, ...]:
        """Return the lines of a case by number."""
        return self._lines.get((authority, case), ())

    def cases(self, authority: AuthorityId) -> tuple[CaseId, ...]:
        """Return the cases of an office that have a ledger, sorted."""
        return tuple(sorted(case for ours, case in self._lines if ours == authority))

    def put_victim(self, authority: AuthorityId, kept: Kept) -> None:
        """Store what is said of a victim, replacing what was there."""
        self._victims[authority, kept.number] = kept

    def victim(self, authority: AuthorityId, number: str) -> Kept | None:
        """Return what is said of a victim, or None."""
        return self._victims.get((authority, number))

    def victims(self, authority: AuthorityId) -> tuple[Kept, ...]:
        """Return everything of an office, by number."""
        return tuple(kept for (ours, _), kept in sorted(self._victims.items()) if ours == authority)
