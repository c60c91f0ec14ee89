"""Indicators and what is shared of them, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from comity.indicators.ports import NEVER, Reading, Receiver, Shared, Stretch, Value, Wanted, stretch_of
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId


class MemorySharingStore:
    """Shelves of objects and keys of receivers; one instance is one store."""

    def __init__(self) -> None:
        self._shelves: dict[tuple[AuthorityId, str], tuple[Shared, ...]] = {}
        self._last: dict[tuple[AuthorityId, str], tuple[int, int]] = {}
        self._values: dict[tuple[AuthorityId, str, int], tuple[Value, ...]] = {}
        self._receivers: dict[tuple[AuthorityId, str], Receiver] = {}

    def add_shared(
        self, objects: Sequence[Shared], *, values: Sequence[Sequence[Value]] = ()
    ) -> tuple[Shared, ...]:
        """Add versions at the end of their shelf and return those that are new, with number and time."""
        added = []
        for at, one in enumerate(objects):
            key = (one.authority, one.shelf)
            shelf = self._shelves.get(key, ())
            held = [other for other in shelf if other.object_id == one.object_id]
            if any(other.version == one.version for other in held):
                continue
            newest = all(other.version < one.version for other in held)
            number, latest = self._last.get(key, (0, -1))
            number, latest = self._last[key] = number + 1, max(one.added_at, latest + 1)
            made = replace(one, number=number, added_at=Instant(latest), newest=newest)
            if newest:
                shelf = tuple(
                    replace(other, newest=False, keep_until=min(other.keep_until, one.keep_until))
                    if other.object_id == one.object_id
                    else other
                    for other in shelf
                )
            self._shelves[key] = (*shelf, made)
            if values:
                self._values[*key, number] = tuple(values[at])
            added.append(made)
        return tuple(added)

    def shared(self, authority: AuthorityId, shelf: str, wanted: Wanted) -> tuple[Shared, ...]:
        """Return objects by number."""
        found = (one for one in self._shelves.get((authority, shelf), ()) if _is_wanted(one, wanted))
        return tuple(found)[: wanted.most]

    def stretch(self, authority: AuthorityId, shelf: str, wanted: Wanted) -> Stretch:
        """Return the bodies of objects, by number."""
        found = self.shared(authority, shelf, replace(wanted, most=wanted.most + 1))
        return stretch_of(found[: wanted.most], more=len(found) > wanted.most)

    def with_value(
        self,
        authority: AuthorityId,
        shelf: str,
        *,
        kinds: Sequence[str] = (),
        text: str = "",
        most: int = 1000,
        after: int = 0,
    ) -> tuple[Shared, ...]:
        """Return the newest versions that hold a value, by number."""

        def holds(one: Shared) -> bool:
            return any(
                (not kinds or value.kind in kinds) and text in ("", value.text)
                for value in self._values.get((authority, shelf, one.number), ())
            )

        if not kinds and not text:
            return ()
        shelves = self._shelves.get((authority, shelf), ())
        return tuple(one for one in shelves if one.newest and one.number > after and holds(one))[:most]

    def drop_shared(self, authority: AuthorityId, shelf: str, object_id: str, *, version: str = "") -> int:
        """Remove an object, or one version of it, and return how many versions went."""
        held = self._shelves.get((authority, shelf), ())
        going = [one for one in held if one.object_id == object_id and version in ("", one.version)]
        staying = [one for one in held if one not in going]
        left = [one for one in staying if one.object_id == object_id]
        if left and any(one.newest for one in going):
            last = max(left, key=lambda one: one.version)
            staying = [replace(one, newest=True) if one is last else one for one in staying]
        self._shelves[authority, shelf] = tuple(staying)
        if going:
            number, latest = self._last[authority, shelf]
            self._last[authority, shelf] = number + 1, latest + 1
        for one in going:
            self._values.pop((authority, shelf, one.number), None)
        return len(going)

    def drop_ended(self, authority: AuthorityId, shelf: str, *, at: Instant, most: int = 1000) -> int:
        """Remove versions that were to be kept until then or shorter."""
        ended = [one for one in self._shelves.get((authority, shelf), ()) if one.keep_until <= at]
        for one in ended[:most]:
            self.drop_shared(authority, shelf, one.object_id, version=one.version)
        return len(ended[:most])

    def count_shared(self, authority: AuthorityId, shelf: str) -> int:
        """Return the number of the last object that came to a shelf."""
        return self._last.get((authority, shelf), (0, 0))[0]

    def put_receiver(self, receiver: Receiver) -> None:
        """Keep a receiver, replacing an older one of the same name."""
        self._receivers[receiver.authority, receiver.name] = receiver

    def receivers(self, authority: AuthorityId) -> tuple[Receiver, ...]:
        """Return all receivers by name."""
        found = (one for one in self._receivers.values() if one.authority == authority)
        return tuple(sorted(found, key=lambda one: one.name))

    def receiver_of(self, digest: bytes) -> Receiver | None:
        """Return whose key has this digest, if it is in force."""
        for one in self._receivers.values():
            if one.digest == digest and one.revoked_at is None:
                return one
        return None

    def reading_of(self, digest: bytes, shelf: str) -> Reading | None:
        """Return whose key has this digest, if it is in force, and how a shelf of its office stands."""
        found = self.receiver_of(digest)
        if found is None:
            return None
        ends = (one.keep_until for one in self._shelves.get((found.authority, shelf), ()))
        mark = self.count_shared(found.authority, shelf)
        return Reading(receiver=found, mark=mark, ends_at=min(ends, default=NEVER))


def _is_wanted(one: Shared, wanted: Wanted) -> bool:
    if one.number <= wanted.after or (wanted.since is not None and one.added_at <= wanted.since):
        return False
    if one.tlp > wanted.most_tlp and one.owner != wanted.owner:
        return False
    if wanted.at is not None and one.keep_until <= wanted.at:
        return False
    if (wanted.ids and one.object_id not in wanted.ids) or (wanted.kinds and one.kind not in wanted.kinds):
        return False
    if wanted.versions:
        return one.version in wanted.versions
    return wanted.every or one.newest
