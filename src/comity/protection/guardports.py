"""What reports, looks and takedowns need from outside: a store of sealed things, marks, address ranges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.kernel.ids import AuthorityId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One sealed thing of an office.

    Attributes:
        kind: What it is: ``report``, ``cluster``, ``look``, ``takedown``, ``channel`` and so on.
        key: Its number within the kind, as text.
        number: Counts the things of a kind of the office, from 1; a thing keeps its number when it changes.
        sealed: What it says.
    """

    kind: str
    key: str
    number: int
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Addresses that a regional registry gave to somebody.

    Attributes:
        family: 4 or 6.
        first: The first address, as 32 hexadecimal digits.
        last: The last one.
        party: The State that the registry names, ISO 3166-1 alpha-2; empty where it names none.
        status: ``allocated``, ``assigned``, ``available`` or ``reserved``, as the registry says.
    """

    family: int
    first: str
    last: str
    party: str
    status: str

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        if (
            self.family not in (4, 6)
            or len(self.first) != 32
            or len(self.last) != 32
            or self.last < self.first
        ):
            raise ValueError("a range has a family, a first address and a last one that is not before it")


class GuardStore(Protocol):
    """Reports, clusters, looks and takedowns, all of them sealed, and the public registers of addresses."""

    def put_kept(self, authority: AuthorityId, things: Sequence[Kept]) -> None:
        """Store things, each in the place of the one of the same kind and key."""
        ...

    def kept(self, authority: AuthorityId, kind: str, key: str) -> Kept | None:
        """Return one thing, or None."""
        ...

    def all_kept(
        self, authority: AuthorityId, kind: str, *, after: int = 0, most: int = 1000
    ) -> tuple[Kept, ...]:
        """Return things of a kind by number, only those with a higher number than ``after``."""
        ...

    def last_kept(self, authority: AuthorityId, kind: str) -> int:
        """Return the highest number of a kind; 0 where there is none."""
        ...

    def erase_kept(self, authority: AuthorityId, kind: str, key: str) -> bool:
        """Erase a thing and its marks, in the file too; return False where there is none."""
        ...

    def put_marks(self, authority: AuthorityId, kind: str, key: str, marks: Sequence[str]) -> None:
        """Let a thing be found by keyed digests, in the place of those it had."""
        ...

    def marked(self, authority: AuthorityId, mark: str) -> tuple[tuple[str, str], ...]:
        """Return kind and key of everything that is found by a keyed digest, sorted."""
        ...

    def put_ranges(self, source: str, ranges: Iterable[Range]) -> None:
        """Store the ranges of a registry, in the place of all that it had."""
        ...

    def range_at(self, source: str, family: int, address: str) -> Range | None:
        """Return the range of a registry that holds an address of 32 hexadecimal digits, or None."""
        ...
