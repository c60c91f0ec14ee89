"""What the victims' desk needs from outside: a store of sealed records."""

from dataclasses import dataclass, field
from typing import Protocol

from comity.kernel.ids import AuthorityId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is said of one victim, as it is stored.

    Attributes:
        number: The pseudonym.
        wrapped: The key of the record, sealed to the office; empty once it was erased.
        sealed: The record under that key; of one that was erased what remains, sealed to the office.
    """

    number: str
    wrapped: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


class VictimStore(Protocol):
    """Victims by pseudonym; what is replaced leaves the file too."""

    def put_victim(self, authority: AuthorityId, kept: Kept) -> None:
        """Store what is said of a victim, replacing what was there."""
        ...

    def victim(self, authority: AuthorityId, number: str) -> Kept | None:
        """Return what is said of a victim, or None."""
        ...

    def victims(self, authority: AuthorityId) -> tuple[Kept, ...]:
        """Return everything of an office, by number."""
        ...
