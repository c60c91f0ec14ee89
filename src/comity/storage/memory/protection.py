"""Lists of fingerprints and pleas in memory; every value is sealed already."""

from collections.abc import Sequence

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.protection.ports import Recall, Row


class MemoryPleaStore:
    """Fulfils ``PleaStore``; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._pleas: dict[tuple[AuthorityId, str], bytes] = {}
        self._recalls: dict[tuple[AuthorityId, str, str, str], Recall] = {}

    def put_plea(self, authority: AuthorityId, number: str, sealed: bytes) -> None:
        """Store a case of somebody who asked for help, replacing what was there."""
        self._pleas[authority, number] = sealed

    def plea(self, authority: AuthorityId, number: str) -> bytes | None:
        """Return such a case, or None."""
        return self._pleas.get((authority, number))

    def pleas(self, authority: AuthorityId) -> tuple[str, ...]:
        """Return the numbers of an office's cases, sorted."""
        return tuple(sorted(number for ours, number in self._pleas if ours == authority))

    def put_recalls(self, rows: Sequence[Recall]) -> None:
        """Store that receivers have to be told; one that is there already stays as it is."""
        for row in rows:
            self._recalls.setdefault((row.authority, row.shelf, row.receiver, row.mark), row)

    def recalls(self, authority: AuthorityId) -> tuple[Recall, ...]:
        """Return who has not been told what, the longest wait first."""
        found = [row for row in self._recalls.values() if row.authority == authority]
        return tuple(sorted(found, key=lambda row: (row.since, row.shelf, row.receiver, row.mark)))

    def drop_recalls(self, rows: Sequence[Recall]) -> None:
        """Forget that these have to be told."""
        for row in rows:
            self._recalls.pop((row.authority, row.shelf, row.receiver, row.mark), None)

    def erase_plea(self, authority: AuthorityId, number: str) -> bool:
        """Erase a case; return False where there is none."""
        return self._pleas.pop((authority, number), None) is not None


class MemoryHashStore(MemoryPleaStore):
    """Fulfils ``HashStore``; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._shelves: dict[tuple[AuthorityId, str], bytes] = {}
        self._rows: dict[tuple[AuthorityId, str, str], Row] = {}
        self._last: dict[AuthorityId, tuple[int, Instant]] = {}

    def put_shelf(self, authority: AuthorityId, name: str, sealed: bytes) -> None:
        """Store what is known of a list, replacing what was there."""
        self._shelves[authority, name] = sealed

    def shelf(self, authority: AuthorityId, name: str) -> bytes | None:
        """Return what is known of a list, or None."""
        return self._shelves.get((authority, name))

    def shelves(self, authority: AuthorityId) -> tuple[str, ...]:
        """Return the names of an office's lists, sorted."""
        return tuple(sorted(name for ours, name in self._shelves if ours == authority))

    def last_hash(self, authority: AuthorityId) -> tuple[int, Instant]:
        """Return number and time of the newest change of an office; 0 and 0 where there is none."""
        return self._last.get(authority, (0, Instant(0)))

    def put_hashes(self, rows: Sequence[Row]) -> None:
        """Store entries, each in the place of the one with the same key in the same list."""
        for row in rows:
            self._rows[row.authority, row.shelf, row.key] = row
            if row.number > self.last_hash(row.authority)[0]:
                self._last[row.authority] = (row.number, row.changed)

    def hash_row(self, authority: AuthorityId, shelf: str, key: str) -> Row | None:
        """Return one entry, or None."""
        return self._rows.get((authority, shelf, key))

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
        """Return entries of some lists by number."""
        found = [
            row
            for row in self._rows.values()
            if row.authority == authority
            and row.shelf in shelves
            and row.number > after
            and row.changed >= since
            and (until is None or row.changed <= until)
        ]
        return tuple(sorted(found, key=lambda row: row.number)[:most])

    def hash_count(self, authority: AuthorityId, shelf: str) -> int:
        """Return how many entries a list has, withdrawn ones too."""
        return sum(row.authority == authority and row.shelf == shelf for row in self._rows.values())
