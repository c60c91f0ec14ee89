"""What the ledger of restitution needs from outside: a store of its lines."""

from typing import Protocol

from comity.kernel.ids import AuthorityId, CaseId


class LineStore(Protocol):
    """Lines of ledgers, by case and number; none is ever changed or taken away."""

    def add_line(self, authority: AuthorityId, case: CaseId, number: int, line: bytes) -> None:
        """Append a line; raise ConflictError ``restitution.number`` unless it is the next."""
        ...

    def lines(self, authority: AuthorityId, case: CaseId) -> tuple[bytes, ...]:
        """Return the lines of a case by number."""
        ...

    def cases(self, authority: AuthorityId) -> tuple[CaseId, ...]:
        """Return the cases of an office that have a ledger, sorted."""
        ...
