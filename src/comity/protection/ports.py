"""What the protection room needs from outside: a store, sealing, an index, and a decoder of pictures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.protection.fingerprints import Hashed

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a list as it is stored: what it says is sealed.

    Attributes:
        authority: The office that holds the list.
        shelf: Name of the list.
        key: From a keyed digest of the entry's source and id, 16 hexadecimal digits: it tells nobody what
            it is.
        number: Counts every change of any list of the office, from 1; the newest change has the highest.
        changed: When; never earlier than what has a lower number.
        sealed: The entry.
    """

    authority: AuthorityId
    shelf: str
    key: str
    number: int
    changed: Instant
    sealed: bytes

    def __post_init__(self) -> None:
        """Refuse nonsense at birth."""
        if self.number < 1 or len(self.key) != 16:
            raise ValueError("a row has a number from 1 and a key of 16 digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """That somebody who holds an entry has not been told yet that it was taken back.

    Attributes:
        authority: The office.
        shelf: Name of the list.
        receiver: Who has to be told.
        mark: A keyed digest of the entry's place, 32 hexadecimal digits.
        since: When it was taken back.
    """

    authority: AuthorityId
    shelf: str
    receiver: str
    mark: str
    since: Instant


class CheckDigits(Protocol):
    """Check digits of numbers that people write down."""

    def damm(self, digits: str) -> str:
        """Return the check digit of H. M. Damm; of digits that end in theirs it is 0."""
        ...


class PleaStore(Protocol):
    """Cases of those who asked for help, and who was not told yet what they took back."""

    def put_plea(self, authority: AuthorityId, number: str, sealed: bytes) -> None:
        """Store a case of somebody who asked for help, replacing what was there."""
        ...

    def plea(self, authority: AuthorityId, number: str) -> bytes | None:
        """Return such a case, or None."""
        ...

    def pleas(self, authority: AuthorityId) -> tuple[str, ...]:
        """Return the numbers of an office's cases, sorted."""
        ...

    def put_recalls(self, rows: Sequence[Recall]) -> None:
        """Store that receivers have to be told; one that is there already stays as it is."""
        ...

    def recalls(self, authority: AuthorityId) -> tuple[Recall, ...]:
        """Return who has not been told what, the longest wait first."""
        ...

    def drop_recalls(self, rows: Sequence[Recall]) -> None:
        """Forget that these have to be told."""
        ...

    def erase_plea(self, authority: AuthorityId, number: str) -> bool:
        """Erase a case, in the file too; return False where there is none."""
        ...


class HashStore(PleaStore, Protocol):
    """Lists of fingerprints, all of them sealed."""

    def put_shelf(self, authority: AuthorityId, name: str, sealed: bytes) -> None:
        """Store what is known of a list, replacing what was there."""
        ...

    def shelf(self, authority: AuthorityId, name: str) -> bytes | None:
        """Return what is known of a list, or None."""
        ...

    def shelves(self, authority: AuthorityId) -> tuple[str, ...]:
        """Return the names of an office's lists, sorted."""
        ...

    def last_hash(self, authority: AuthorityId) -> tuple[int, Instant]:
        """Return number and time of the newest change of an office; 0 and 0 where there is none."""
        ...

    def put_hashes(self, rows: Sequence[Row]) -> None:
        """Store entries, each in the place of the one with the same key in the same list."""
        ...

    def hash_row(self, authority: AuthorityId, shelf: str, key: str) -> Row | None:
        """Return one entry, or None."""
        ...

    def hash_rows(
        self,
        authority: AuthorityId,
        shelves: Sequence[str],
        *,
        after: int = 0,
        since: int = 0,
        until: int | None = None,
        most: int = 1000,
    ) -> tuple[Row, ...]:
        """Return entries of some lists by number.

        Args:
            authority: The office.
            shelves: Names of its lists.
            after: Only those with a higher number.
            since: Only those changed at or after this instant.
            until: Only those changed at or before it.
            most: So many at most.
        """
        ...

    def hash_count(self, authority: AuthorityId, shelf: str) -> int:
        """Return how many entries a list has, withdrawn ones too."""
        ...


class Vault(Protocol):
    """Seals what is stored under a key that only this office's node can open."""

    def seal(self, data: bytes, *, about: str) -> bytes:
        """Return data sealed, bound to what it is about."""
        ...

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """Return what was sealed; raise UntrustedError ``protect.seal`` where it does not open."""
        ...

    def blind(self, text: str) -> str:
        """Return a keyed digest of a text, 64 hexadecimal digits."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Something that an index found.

    Attributes:
        key: The number under which it was put there.
        distance: In how many of 256 bits it differs.
    """

    key: int
    distance: int


class Index(Protocol):
    """Finds every hash within a distance: all of them, and nothing else."""

    def __len__(self) -> int:
        """Return how many hashes count."""
        ...

    @property
    def is_late(self) -> bool:
        """Whether so much changed that renewing is worth its while."""
        ...

    def put(self, key: int, hashed: bytes) -> None:
        """Add a hash of 32 bytes, or put it in the place of another under the same key; none: remove it."""
        ...

    def search(self, asked: Sequence[bytes], *, most: int) -> tuple[tuple[Near, ...], ...]:
        """Return, for each hash asked for, what lies within so many bits, the nearest first."""
        ...

    def renew(self) -> None:
        """Make searches quick again after changes; they go on meanwhile."""
        ...


class MakeIndex(Protocol):
    """Makes an index."""

    def __call__(self, rows: Iterable[tuple[int, bytes]], *, searches: int) -> Index:
        """Return an index of hashes under numbers.

        Args:
            rows: Number and 32 bytes each.
            searches: About how many searches it is made for; few are not worth tables.
        """
        ...


class Decoder(Protocol):
    """Decodes pictures where nothing can come of it, and keeps none of their bytes."""

    def hashed(self, paths: Sequence[str]) -> Iterator[Hashed]:
        """Yield what each file's fingerprints are, in order.

        Raises:
            UnavailableError: ``protect.extra``, ``protect.worker``.
        """
        ...


class Memory(Protocol[T]):
    """What a process holds ready between questions."""

    @property
    def searches(self) -> int:
        """About how many searches a list that is held will be asked for."""
        ...

    def turn(self, name: str) -> AbstractContextManager[object]:
        """Let one at a time make or change what is held under a name."""
        ...

    def get(self, name: str) -> T | None:
        """Return what is held under a name, or None."""
        ...

    def put(self, name: str, held: T) -> None:
        """Hold something under a name."""
        ...

    def beside(self, work: Callable[[], None]) -> None:
        """Have something done while others go on; not at all where it is being done already."""
        ...
