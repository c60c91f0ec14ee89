"""What receivers may read and bring, each by a key of its own; a call without a key learns nothing.

The key decides the office, how far marks may go, and whether it writes. What a receiver brings is its own:
nobody else replaces it, and it replaces nothing of ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from comity.indicators import stixwire
from comity.indicators.errors import bad_form, bad_key, may_not_write
from comity.indicators.marks import Tlp
from comity.indicators.ports import SHARED, Receiver, Shared, Stretch, Wanted, stretch_of
from comity.indicators.statements import named_uuid, uuid_of
from comity.kernel.clock import Instant, format_instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ComityError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.node.indicatorrows import shared_row
from comity.node.ports import Transaction
from comity.node.workplace import Workplace

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
        mark: Number of the last change of the shelf, when it was read.
        more: Whether there are others behind it.
    """

    receiver: Receiver
    mark: int
    stretch: Stretch
    more: bool


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
        with self.place.store.snapshot() as tx:
            receiver = receiver_of(tx, key)
            mark = tx.sharing.count_shared(receiver.authority, SHARED)
            held = made(receiver, mark)
            if held is not None:
                return held
            wanted = _wanted(receiver, query)
            if wanted.ids or wanted.kinds or wanted.versions or wanted.every:
                page = self._found(tx, receiver, query)
                return Ready(receiver=receiver, mark=mark, stretch=stretch_of(page.objects), more=page.more)
            whole = tx.sharing.stretch(receiver.authority, SHARED, replace(wanted, most=query.most))
            more = (
                len(whole.bodies) == query.most
                and whole.last < mark
                and self._is_more(tx, receiver, query, whole.last)
            )
        return Ready(receiver=receiver, mark=mark, stretch=whole, more=more)

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
        marks = stixwire.defined_marks(objects)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            receiver = receiver_of(tx, key)
            status = _status(uuid_of(self.place.entropy.bytes(16)), now)
            rows = []
            for at, one in enumerate(objects):
                try:
                    read = stixwire.read_object(one, where=f"/objects/{at}", marks=marks)
                    rows.append(shared_row(receiver.authority, read, owner=receiver.name, at=now))
                except ComityError as exc:
                    name = one.get("id") if isinstance(one, dict) else None
                    status["failures"].append({"id": str(name or f"#{at}"), "message": exc.message})
            self._bring(tx, receiver, rows, status)
            status["total_count"] = len(objects)
            status["success_count"] = len(status["successes"])
            status["failure_count"] = len(status["failures"])
            tx.sharing.add_shared([_status_row(receiver, status, now)])
        return status

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
            rows = tx.sharing.shared(receiver.authority, SHARED, Wanted(ids=(object_id,), every=True))
            mine = [one for one in rows if one.owner == receiver.name]
            if not mine:
                raise no_object(object_id)
            exact = _exact(query.versions)
            going = [one for one in mine if not exact or one.version in exact]
            for one in going:
                tx.sharing.drop_shared(receiver.authority, SHARED, object_id, version=one.version)
        return len(going)

    def _found(self, tx: Transaction, receiver: Receiver, query: PageQuery) -> ObjectPage:
        rows = tx.sharing.shared(receiver.authority, SHARED, _wanted(receiver, query))
        if "first" in query.versions:
            rows = _first_versions(rows)
        return ObjectPage(objects=rows[: query.most], more=len(rows) > query.most)

    def _is_more(self, tx: Transaction, receiver: Receiver, query: PageQuery, last: int) -> bool:
        wanted = replace(_wanted(receiver, query), after=last, since=None, most=1)
        return bool(tx.sharing.stretch(receiver.authority, SHARED, wanted).bodies)

    def _writer(self, key: str) -> Receiver:
        receiver = self.receiver(key)
        if not receiver.writes:
            raise may_not_write()
        return receiver

    def _bring(
        self, tx: Transaction, receiver: Receiver, rows: Sequence[Shared], status: dict[str, Any]
    ) -> None:
        """Keep what is new; another's object is left alone, though the same version of it is no fault."""
        names = tuple({one.object_id for one in rows})
        held = (
            tx.sharing.shared(
                receiver.authority, SHARED, Wanted(ids=names, every=True, most=100 * len(names))
            )
            if names
            else ()
        )
        others = {one.object_id for one in held if one.owner != receiver.name}
        known = {(one.object_id, one.version) for one in held}
        new = []
        for one in rows:
            told = {"id": one.object_id, "version": _shown(one.version)}
            if one.object_id in others and (one.object_id, one.version) not in known:
                message = "another organisation shares this object"
                status["failures"].append({**told, "message": message})
                continue
            status["successes"].append(told)
            new.append(one)
        tx.sharing.add_shared(new)


def receiver_of(tx: Transaction, key: str) -> Receiver:
    """Return whose key this is; raise DeniedError ``sharing.key`` for any that is not in force."""
    found = tx.sharing.receiver_of(sha256(key.encode("utf-8", "replace"))) if key else None
    if found is None:
        raise bad_key()
    return found


def root_name(authority: AuthorityId) -> str:
    """Return the name of an office's API root in paths: ``xaa-contact-point``."""
    return authority.lower().replace("/", "-")


def collection_id(authority: AuthorityId) -> str:
    """Return the id of an office's one collection."""
    return named_uuid(f"collection {authority}")


def no_object(name: str) -> NotFoundError:
    """Return the error for an object that is not there, or that this key may not see."""
    return NotFoundError("sharing.object", f"there is no object {name[:90]!r}")


def _wanted(receiver: Receiver, query: PageQuery) -> Wanted:
    return Wanted(
        after=query.after,
        since=query.since,
        ids=query.ids,
        kinds=query.kinds,
        versions=_exact(query.versions),
        every=bool({"all", "first"} & set(query.versions)),
        most_tlp=receiver.most_tlp,
        owner=receiver.name,
        most=query.most + 1,
    )


def _exact(versions: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in versions if one not in ("last", "first", "all"))


def _first_versions(rows: tuple[Shared, ...]) -> tuple[Shared, ...]:
    first: dict[str, Shared] = {}
    for one in rows:
        held = first.get(one.object_id)
        if held is None or one.version < held.version:
            first[one.object_id] = one
    return tuple(sorted(first.values(), key=lambda one: one.number))


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
