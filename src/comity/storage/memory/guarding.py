"""Reports, looks, takedowns and ranges of addresses in memory; what is an office's is sealed already."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from comity.kernel.ids import AuthorityId
from comity.protection.guardports import Kept, Range


class MemoryGuardStore:
    """Fulfils ``GuardStore``; one instance is one store and has no transaction of its own."""

    def __init__(self) -> None:
        self._kept: dict[tuple[AuthorityId, str, str], Kept] = {}
        self._marks: dict[tuple[AuthorityId, str, str], tuple[str, ...]] = {}
        self._ranges: dict[tuple[str, int], list[Range]] = {}

    def put_kept(self, authority: AuthorityId, things: Sequence[Kept]) -> None:
        """Store things, each in the place of the one of the same kind and key."""
        for one in things:
            self._kept[authority, one.kind, one.key] = one

    def kept(self, authority: AuthorityId, kind: str, key: str) -> Kept | None:
        """Return one thing, or None."""
        return self._kept.get((authority, kind, key))

    def all_kept(
        self, authority: AuthorityId, kind: str, *, after: int = 0, most: int = 1000
    ) -> tuple[Kept, ...]:
        """Return things of a kind by number."""
        found = [
            one
            for (ours, of, _), one in self._kept.items()
            if ours == authority and of == kind and one.number > after
        ]
        return tuple(sorted(found, key=lambda one: one.number)[:most])

    def last_kept(self, authority: AuthorityId, kind: str) -> int:
        """Return the highest number of a kind; 0 where there is none."""
        found = (one.number for (ours, of, _), one in self._kept.items() if ours == authority and of == kind)
        return max(found, default=0)

    def erase_kept(self, authority: AuthorityId, kind: str, key: str) -> bool:
        """Erase a thing and its marks; return False where there is none."""
        self._marks.pop((authority, kind, key), None)
        return self._kept.pop((authority, kind, key), None) is not None

    def put_marks(self, authority: AuthorityId, kind: str, key: str, marks: Sequence[str]) -> None:
        """Let a thing be found by keyed digests, in the place of those it had."""
        self._marks[authority, kind, key] = tuple(marks)

    def marked(self, authority: AuthorityId, mark: str) -> tuple[tuple[str, str], ...]:
        """Return kind and key of everything that is found by a keyed digest, sorted."""
        found = (
            (kind, key)
            for (ours, kind, key), held in self._marks.items()
            if ours == authority and mark in held
        )
        return tuple(sorted(found))

    def put_ranges(self, source: str, ranges: Iterable[Range]) -> None:
        """Store the ranges of a registry, in the place of all that it had."""
        given = sorted(ranges, key=lambda one: one.first)
        for family in (4, 6):
            self._ranges[source, family] = [one for one in given if one.family == family]

    def range_at(self, source: str, family: int, address: str) -> Range | None:
        """Return the range of a registry that holds an address, or None."""
        held = self._ranges.get((source, family), [])
        at = bisect_right(held, address, key=lambda one: one.first) - 1
        return held[at] if at >= 0 and held[at].last >= address else None
