"""What receivers may read and bring, each by a key of its own; a call without a key learns nothing.

The key decides the office, how far marks may go, and whether it writes. What a receiver brings is its own:
nobody else replaces it, and it replaces nothing of ours.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from comity.indicators import stixwire
from comity.indicators.errors import bad_form, bad_key, may_not_write
from comity.indicators.marks import Tlp
from comity.indicators.ports import (
    EVENTS,
    SEEN,
    SHARED,
    STATEMENTS,
    Receiver,
    Shared,
    Stretch,
    Wanted,
    stretch_of,
)
from comity.indicators.statements import named_uuid, uuid_of
from comity.indicators.stixseen import sighting_of
from comity.kernel.clock import Instant, format_instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.node.claiming import strange_objects
from comity.node.markbook import MarkBook
from comity.node.ports import Transaction
from comity.node.sightings import tell_office
from comity.node.workplace import Workplace
from comity.tracing.secrets import require_keyless

T = TypeVar("T")
STATUSES = "statuses"
MOST_PAGE = 1000
MOST_PUSH = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """A question for a page of objects.

    Attributes:
        after: Behind this number.
        since: Added later than this.
        ids: Names of objects.
        kinds: Types.
        versions: ``last``, ``first``, ``all`` or times; the last where empty.
        most: At most so many.
    """

    after: int = 0
    since: Instant | None = None
    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    most: int = 100

    @property
    def is_plain(self) -> bool:
        """Whether objects are only counted through, and not chosen."""
        return not (self.ids or self.kinds or self.versions)

    @property
    def is_compared(self) -> bool:
        """Whether a version is chosen by what other versions of its object are there."""
        words = set(self.versions)
        return "all" not in words and ("first" in words or ("last" in words and len(words) > 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPage:
    """Some objects, in the order in which they came.

    Attributes:
        more: Whether there are others behind them.
    """

    objects: tuple[Shared, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A page as bytes.

    Attributes:
        mark: Number of the last change of the shelf, when it was read; -1 for a page that may not be kept.
    """

    receiver: Receiver
    mark: int
    stretch: Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingDesk:
    """The door's side of sharing."""

    place: Workplace

    def receiver(self, key: str) -> Receiver:
        """Return whose key this is; raise DeniedError ``sharing.key`` for any that is not in force."""
        with self.place.store.snapshot() as tx:
            return receiver_of(tx, key)

    def ready(self, key: str, query: PageQuery, made: Callable[[Receiver, int], T | None]) -> T | Ready:
        """Return a page's bodies, or what the caller made of them before: all in one view of the store.

        Args:
            key: Of whoever asks.
            query: What is asked.
            made: Returns what was made of the same page at the same mark of the shelf, if it is kept; it may
                raise where the receiver asks at the wrong place.
        """
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            found = tx.sharing.reading_of(key_digest(key), SHARED) if key else None
            if found is None:
                raise bad_key()
            receiver, still = found.receiver, found.ends_at > now
            held = made(receiver, found.mark if still else 0)
            if held is not None and still:
                return held
            if query.is_plain:
                wanted = _wanted(receiver, query, most=query.most, at=None if still else now)
                stretch = tx.sharing.stretch(receiver.authority, SHARED, wanted)
            else:
                page = self._found(tx, receiver, query)
                stretch = stretch_of(page.objects, more=page.more)
        return Ready(receiver=receiver, mark=found.mark if still else -1, stretch=stretch)

    def page(self, key: str, query: PageQuery) -> ObjectPage:
        """Return a page of what this key may read, judged in the same view of the store as the key."""
        with self.place.store.snapshot() as tx:
            return self._found(tx, receiver_of(tx, key), query)

    def versions(self, key: str, object_id: str, query: PageQuery) -> ObjectPage:
        """Return every version of an object; NotFoundError ``sharing.object`` where there is none."""
        found = self.page(key, replace(query, ids=(object_id,), versions=("all",)))
        if not found.objects and query.after == 0 and query.since is None:
            raise no_object(object_id)
        return found

    def push(self, key: str, data: bytes) -> Mapping[str, Any]:
        """Take in an envelope of objects and return what became of each; one that is broken hinders no other.

        Raises:
            DeniedError: ``sharing.key``, ``sharing.read_only``.
            MalformedError: ``indicators.form``, ``json.*`` for what is no envelope; nothing is kept then.
        """
        self._writer(key)
        value = stixwire.read_json(data, where="envelope")
        objects = value.get("objects") if isinstance(value, dict) else None
        if not isinstance(objects, list):
            raise bad_form("an envelope of TAXII has a list of objects", where="envelope")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            status = _status(uuid_of(self.place.entropy.bytes(16)), now)
            book = MarkBook(tx, receiver, objects)
            read = []
            for at, one in enumerate(objects):
                try:
                    require_keyless(one, where=f"/objects/{at}")
                    found = stixwire.read_object(one, where=f"/objects/{at}", marks=book.marks)
                    read.append((found, book.row(found, at=now)))
                except ComityError as exc:
                    name = one.get("id") if isinstance(one, dict) else None
                    status["failures"].append({"id": str(name or f"#{at}"), "message": exc.message})
            self._bring(tx, receiver, read, book, status)
            book.settle(at=now)
            status["total_count"] = len(objects)
            status["success_count"] = len(status["successes"])
            status["failure_count"] = len(status["failures"])
            told = {name: value for name, value in status.items() if value != []}
            tx.sharing.add_shared([_status_row(receiver, told, now)])
        return told

    def status(self, key: str, name: str) -> bytes:
        """Return what became of an earlier push of the same receiver."""
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            rows = tx.sharing.shared(receiver.authority, STATUSES, Wanted(ids=(name,), most=1))
        if not rows or rows[0].owner != receiver.name:
            raise NotFoundError("sharing.status", f"there is no status {name[:60]!r}")
        return rows[0].body

    def remove(self, key: str, object_id: str, query: PageQuery) -> int:
        """Remove an object that this receiver brought, or some versions of it; others' are not touched."""
        self._writer(key)
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            rows = _every_version(tx, receiver, (object_id,))
            mine = sorted((one for one in rows if one.owner == receiver.name), key=lambda one: one.version)
            if not mine:
                raise no_object(object_id)
            named = {"first": mine[0].version, "last": mine[-1].version}
            asked = {named.get(one, one) for one in query.versions}
            going = [one for one in mine if not asked or "all" in asked or one.version in asked]
            for one in going:
                tx.sharing.drop_shared(receiver.authority, SHARED, object_id, version=one.version)
        return len(going)

    def _found(self, tx: Transaction, receiver: Receiver, query: PageQuery) -> ObjectPage:
        wanted = _wanted(receiver, query, most=query.most + 1, at=self.place.clock.now())
        if query.is_compared:
            rows = tuple(itertools.islice(_compared(tx, receiver, query, wanted), query.most + 1))
        else:
            rows = tx.sharing.shared(receiver.authority, SHARED, wanted)
        return ObjectPage(objects=rows[: query.most], more=len(rows) > query.most)

    def _writer(self, key: str) -> Receiver:
        receiver = self.receiver(key)
        if not receiver.writes:
            raise may_not_write()
        return receiver

    def _bring(
        self,
        tx: Transaction,
        receiver: Receiver,
        read: Sequence[tuple[stixwire.StixObject, Shared]],
        book: MarkBook,
        status: dict[str, Any],
    ) -> None:
        """Keep what is new; another's object is left alone, though the same version of it is no fault."""
        names = tuple({row.object_id for _, row in read})
        held = _every_version(tx, receiver, names)
        mine = {one.object_id for one in held if one.owner == receiver.name}
        others = {one.object_id for one in held if one.owner != receiver.name}
        others |= _our_own(tx, receiver, tuple(name for name in names if name not in mine))
        known = {(one.object_id, one.version) for one in held}
        strange = set(strange_objects(tx, receiver.authority, [found for found, _ in read]))
        new = []
        for found, row in read:
            told = {"id": row.object_id, "version": _shown(row.version)}
            if row.object_id in others and (row.object_id, row.version) not in known:
                message = "another organisation shares this object"
                status["failures"].append({**told, "message": message})
                continue
            if row.object_id in strange and (row.object_id, row.version) not in known:
                message = "the office of this node never made what bears its name"
                status["failures"].append({**told, "message": message})
                continue
            status["successes"].append(told)
            new.append((found, row))
        tx.sharing.add_shared([row for _, row in new], values=[book.values(found) for found, _ in new])
        for found, row in new:
            made = sighting_of(found, author=str(receiver.name), at=row.added_at)
            if made is not None and (row.object_id, row.version) not in known:
                tell_office(tx, receiver, made)


def _every_version(tx: Transaction, receiver: Receiver, names: tuple[str, ...]) -> tuple[Shared, ...]:
    if not names:
        return ()
    wanted = Wanted(ids=names, every=True, most=1 << 31)
    return tx.sharing.shared(receiver.authority, SHARED, wanted)


def _our_own(tx: Transaction, receiver: Receiver, names: tuple[str, ...]) -> set[str]:
    """Return which names are of statements that the office keeps: none takes their place."""
    if not names:
        return set()
    rows = tx.sharing.shared(receiver.authority, STATEMENTS, Wanted(ids=names, most=len(names)))
    return {one.object_id for one in rows}


def receiver_of(tx: Transaction, key: str) -> Receiver:
    """Return whose key this is; raise DeniedError ``sharing.key`` for any that is not in force."""
    found = tx.sharing.receiver_of(key_digest(key)) if key else None
    if found is None:
        raise bad_key()
    return found


def key_digest(key: str) -> bytes:
    """Return by what a key is known; the key itself is kept nowhere."""
    return sha256(key.encode("utf-8", "replace"))


def forget_ended(tx: Transaction, authority: AuthorityId, *, at: Instant) -> int:
    """Erase what an office shared and was to keep until then or shorter; return how many versions went."""
    return sum(tx.sharing.drop_ended(authority, shelf, at=at) for shelf in (SHARED, EVENTS, SEEN))


@lru_cache(maxsize=256)
def root_name(authority: AuthorityId) -> str:
    """Return the name of an office's API root in paths: ``xaa-contact-point``."""
    return authority.lower().replace("/", "-")


@lru_cache(maxsize=256)
def collection_id(authority: AuthorityId) -> str:
    """Return the id of an office's one collection."""
    return named_uuid(f"collection {authority}")


def no_object(name: str) -> NotFoundError:
    """Return the error for an object that is not there, or that this key may not see."""
    return NotFoundError("sharing.object", f"there is no object {name[:90]!r}")


def _wanted(receiver: Receiver, query: PageQuery, *, most: int, at: Instant | None) -> Wanted:
    return Wanted(
        after=query.after,
        since=query.since,
        ids=query.ids,
        kinds=query.kinds,
        versions=() if "all" in query.versions or query.is_compared else _exact(query.versions),
        every="all" in query.versions or query.is_compared,
        most_tlp=receiver.most_tlp,
        owner=receiver.name,
        most=most,
        at=at,
    )


def _exact(versions: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in versions if one not in ("last", "first", "all"))


def _compared(tx: Transaction, receiver: Receiver, query: PageQuery, wanted: Wanted) -> Iterator[Shared]:
    """Yield the versions that are the first or last of what may be seen of their object, or named."""
    exact, after = _exact(query.versions), wanted.after
    while rows := tx.sharing.shared(receiver.authority, SHARED, replace(wanted, after=after, most=MOST_PAGE)):
        names = tuple({one.object_id for one in rows})
        beside = replace(wanted, ids=names, kinds=(), after=0, since=None, most=1 << 31)
        first: dict[str, str] = {}
        for one in tx.sharing.shared(receiver.authority, SHARED, beside):
            first[one.object_id] = min(first.get(one.object_id, one.version), one.version)
        for one in rows:
            is_first = "first" in query.versions and one.version == first[one.object_id]
            is_last = "last" in query.versions and one.newest
            if is_first or is_last or one.version in exact:
                yield one
        after = rows[-1].number


def _status(name: str, now: Instant) -> dict[str, Any]:
    return {
        "id": name,
        "status": "complete",
        "request_timestamp": format_instant(now),
        "total_count": 0,
        "success_count": 0,
        "successes": [],
        "failure_count": 0,
        "failures": [],
        "pending_count": 0,
    }


def _status_row(receiver: Receiver, status: Mapping[str, Any], now: Instant) -> Shared:
    return Shared(
        authority=receiver.authority,
        shelf=STATUSES,
        number=0,
        object_id=str(status["id"]),
        version="1",
        kind="status",
        added_at=now,
        tlp=Tlp.RED,
        owner=receiver.name,
        body=msgspec.json.encode(status),
    )


def _shown(version: str) -> str:
    return version if len(version) > 1 else "1970-01-01T00:00:00.000Z"
