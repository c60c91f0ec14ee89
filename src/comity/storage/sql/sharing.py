"""Indicators and what is shared of them, in SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Select, and_, bindparam, case, delete, or_, select, update

from comity.indicators.marks import Tlp
from comity.indicators.ports import (
    NEVER,
    NOTHING,
    Reading,
    Receiver,
    Shared,
    Stretch,
    Value,
    Wanted,
)
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.storage.sql import sharing_tables as t
from comity.storage.sql.sharing_pages import read_page
from comity.storage.sql.statements import Among, Row, Rows, Statement, insert_row, upsert

MOST_INDEXED = 500
"""Characters of a value by which an object is found."""

_O, _V, _R = t.SHARED_OBJECT.c, t.SHARED_VALUE.c, t.RECEIVER.c
_SHELF = (_O.authority == bindparam("authority"), _O.shelf == bindparam("shelf"))
_OPEN = or_(_O.tlp <= bindparam("most_tlp"), _O.owner == bindparam("owner"))
_BEHIND = _O.number > bindparam("after")
_KEPT = _O.keep_until > bindparam("kept")
_ALL = select(t.SHARED_OBJECT)


def _page(clause: Select[tuple[object, ...]]) -> Statement:
    return Statement(clause.order_by(_O.number).limit(bindparam("most")))


_NEWEST_PAGE = _page(_ALL.where(*_SHELF, _O.newest == 1, _BEHIND, _OPEN, _KEPT))
_EVERY_PAGE = _page(_ALL.where(*_SHELF, _BEHIND, _OPEN, _KEPT, _O.kind != ""))
_KIND_PAGE = _page(_ALL.where(*_SHELF, _O.kind == bindparam("kind"), _O.newest == 1, _BEHIND, _OPEN, _KEPT))
_BY_ID = Among(_ALL.where(*_SHELF), _O.object_id)
_FIRST_SINCE = Statement(
    select(_O.number).where(*_SHELF, _O.added_at > bindparam("since")).order_by(_O.added_at).limit(1)
)
_LAST = Statement(select(_O.number, _O.added_at).where(*_SHELF).order_by(_O.number.desc()).limit(1))
_HELD = Statement(
    select(_O.number, _O.version, _O.newest).where(*_SHELF, _O.object_id == bindparam("object_id"))
)
_HELD_AMONG = Among(select(_O.object_id, _O.number, _O.version).where(*_SHELF), _O.object_id)
_SHORTER = case((_O.keep_until > bindparam("ends"), bindparam("ends")), else_=_O.keep_until)
_AGED = Statement(
    update(t.SHARED_OBJECT)
    .where(
        *_SHELF,
        _O.object_id == bindparam("object_id"),
        or_(_O.newest == 1, _O.keep_until > bindparam("ends")),
    )
    .values(newest=0, keep_until=_SHORTER)
)
"""A version is never given out for longer than any after it; what is so already is not written again."""
_RENEWED = Statement(update(t.SHARED_OBJECT).where(*_SHELF, _O.number == bindparam("held")).values(newest=1))
_ADD = insert_row(t.SHARED_OBJECT)
_ADD_VALUE = insert_row(t.SHARED_VALUE)
_OF_SHELF = and_(_V.authority == bindparam("authority"), _V.shelf == bindparam("shelf"))
_TEXT = Statement(select(_V.number).where(_OF_SHELF, _V.value == bindparam("text")).distinct())
_KIND = Statement(select(_V.number).where(_OF_SHELF, _V.kind == bindparam("kind")).distinct())
_BOTH = Statement(
    select(_V.number).where(_OF_SHELF, _V.kind == bindparam("kind"), _V.value == bindparam("text")).distinct()
)
_BY_NUMBER = Among(_ALL.where(*_SHELF, _O.newest == 1), _O.number)
_DROP = Statement(
    update(t.SHARED_OBJECT)
    .where(*_SHELF, _O.number == bindparam("held"))
    .values(
        object_id=bindparam("gone"),
        version="",
        kind="",
        newest=0,
        tlp=int(Tlp.RED),
        owner="",
        body=b"",
        keep_until=int(NEVER),
    )
)
"""An empty row stays, so that its number and time are never given again; another marks the change."""
_DROP_VALUES = Statement(delete(t.SHARED_VALUE).where(_OF_SHELF, _V.number == bindparam("held")))
_PUT_RECEIVER = upsert(t.RECEIVER)
_RECEIVERS = Statement(select(t.RECEIVER).where(_R.authority == bindparam("authority")).order_by(_R.name))
_RECEIVER = Statement(
    select(t.RECEIVER).where(_R.digest == bindparam("digest"), _R.revoked_at.is_(None)).limit(1)
)
_SHELF_OF = (_O.authority == _R.authority, _O.shelf == bindparam("shelf"))
_READING = Statement(
    select(
        t.RECEIVER,
        select(_O.number).where(*_SHELF_OF).order_by(_O.number.desc()).limit(1).scalar_subquery(),
        select(_O.keep_until).where(*_SHELF_OF).order_by(_O.keep_until).limit(1).scalar_subquery(),
    )
    .where(_R.digest == bindparam("digest"), _R.revoked_at.is_(None))
    .limit(1)
)
_ENDED = Statement(
    select(_O.object_id, _O.version)
    .where(*_SHELF, _O.keep_until <= bindparam("at"))
    .order_by(_O.keep_until)
    .limit(bindparam("most"))
)
_PORTION = 1000


class SqlSharingStore:
    """Shelves of objects and keys of receivers, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add_shared(
        self, objects: Sequence[Shared], *, values: Sequence[Sequence[Value]] = ()
    ) -> tuple[Shared, ...]:
        """Add versions at the end of their shelf and return those that are new, with number and time."""
        if not objects:
            return ()
        first = objects[0]
        place = {"authority": first.authority, "shelf": first.shelf}
        versions = self._versions(place, objects)
        stored = frozenset(versions)
        row = self._rows.one(_LAST, **place)
        number, latest = (int(row[0]), int(row[1])) if row else (0, -1)
        added: dict[int, Shared] = {}
        found: list[tuple[object, ...]] = []
        for at, one in enumerate(objects):
            held = versions.setdefault(one.object_id, {})
            if one.version in held:
                continue
            newest = all(version < one.version for version in held)
            for which in held.values() if newest else ():
                if which in added:
                    ends = min(added[which].keep_until, one.keep_until)
                    added[which] = replace(added[which], newest=False, keep_until=ends)
            if newest and one.object_id in stored:
                self._rows.run(_AGED, **place, object_id=one.object_id, ends=one.keep_until)
            number, latest = number + 1, max(int(one.added_at), latest + 1)
            held[one.version] = number
            added[number] = replace(one, number=number, added_at=Instant(latest), newest=newest)
            found += _found_by(added[number], values[at] if values else ())
        self._rows.put_all(_ADD, [_row(one) for one in added.values()])
        if found:
            self._rows.put_all(_ADD_VALUE, found)
        return tuple(added.values())

    def shared(self, authority: AuthorityId, shelf: str, wanted: Wanted) -> tuple[Shared, ...]:
        """Return objects by number."""
        place = {"authority": authority, "shelf": shelf}
        after = self._behind(place, wanted)
        if after is None:
            return ()
        if wanted.ids:
            rows = _BY_ID.all(self._rows, list(dict.fromkeys(wanted.ids)), **place)
            found = sorted((_shared(row) for row in rows), key=lambda one: one.number)
            return tuple(one for one in found if one.number > after and _is_wanted(one, wanted))[
                : wanted.most
            ]
        return tuple(self._pages(place, after, wanted))

    def stretch(self, authority: AuthorityId, shelf: str, wanted: Wanted) -> Stretch:
        """Return the bodies of objects, by number."""
        place = {"authority": authority, "shelf": shelf}
        after = self._behind(place, wanted)
        return NOTHING if after is None else read_page(self._rows, place, wanted, after=after)

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
        place = {"authority": authority, "shelf": shelf}
        cut = text[:MOST_INDEXED]
        numbers: set[int] = set()
        if text and not kinds:
            numbers |= {int(row[0]) for row in self._rows.all(_TEXT, **place, text=cut)}
        for kind in kinds:
            rows = (
                self._rows.all(_BOTH, **place, kind=kind, text=cut)
                if text
                else self._rows.all(_KIND, **place, kind=kind)
            )
            numbers |= {int(row[0]) for row in rows}
        found: dict[int, Shared] = {}
        behind = sorted(number for number in numbers if number > after)
        for start in range(0, len(behind), _PORTION):
            rows = _BY_NUMBER.all(self._rows, behind[start : start + _PORTION], **place)
            found |= {int(row[2]): _shared(row) for row in rows}
            if len(found) >= most:
                break
        return tuple(found[number] for number in sorted(found))[:most]

    def drop_shared(self, authority: AuthorityId, shelf: str, object_id: str, *, version: str = "") -> int:
        """Remove an object, or one version of it, and return how many versions went."""
        place = {"authority": authority, "shelf": shelf}
        held = self._rows.all(_HELD, **place, object_id=object_id)
        going = [row for row in held if version in ("", row[1])]
        for which, _, _ in going:
            self._rows.run(_DROP, **place, held=which, gone=f"~{which}")
            self._rows.run(_DROP_VALUES, **place, held=which)
        staying = [row for row in held if row not in going]
        if staying and any(row[2] for row in going):
            self._rows.run(_RENEWED, **place, held=max(staying, key=lambda row: str(row[1]))[0])
        if going:
            last, latest = self._rows.one(_LAST, **place) or (0, 0)
            gone = f"~{last + 1}"
            empty = (authority, shelf, last + 1, gone, "", "", latest + 1, 0, int(Tlp.RED), "", b"", NEVER)
            self._rows.put(_ADD, empty)
        self._rows.erased = self._rows.erased or bool(going)
        return len(going)

    def drop_ended(self, authority: AuthorityId, shelf: str, *, at: Instant, most: int = 1000) -> int:
        """Remove versions that were to be kept until then or shorter."""
        ended = self._rows.all(_ENDED, authority=authority, shelf=shelf, at=at, most=most)
        for name, version in ended:
            self.drop_shared(authority, shelf, name, version=version)
        return len(ended)

    def count_shared(self, authority: AuthorityId, shelf: str) -> int:
        """Return the number of the last object that came to a shelf."""
        row = self._rows.one(_LAST, authority=authority, shelf=shelf)
        return int(row[0]) if row else 0

    def put_receiver(self, receiver: Receiver) -> None:
        """Keep a receiver, replacing an older one of the same name."""
        self._rows.put(
            _PUT_RECEIVER,
            (
                receiver.authority,
                receiver.name,
                receiver.digest,
                int(receiver.most_tlp),
                int(receiver.writes),
                receiver.made_at,
                receiver.revoked_at,
            ),
        )

    def receivers(self, authority: AuthorityId) -> tuple[Receiver, ...]:
        """Return all receivers by name."""
        return tuple(_receiver(row) for row in self._rows.all(_RECEIVERS, authority=authority))

    def receiver_of(self, digest: bytes) -> Receiver | None:
        """Return whose key has this digest, if it is in force."""
        row = self._rows.one(_RECEIVER, digest=digest)
        return None if row is None else _receiver(row)

    def reading_of(self, digest: bytes, shelf: str) -> Reading | None:
        """Return whose key has this digest, if it is in force, and how a shelf of its office stands."""
        row = self._rows.one(_READING, digest=digest, shelf=shelf)
        if row is None:
            return None
        return Reading(
            receiver=_receiver(row),
            mark=row[7] or 0,
            ends_at=NEVER if row[8] is None else Instant(row[8]),
        )

    def _behind(self, place: dict[str, str], wanted: Wanted) -> int | None:
        """Return the number behind which the wanted ones lie; None where nothing came since."""
        if wanted.since is None:
            return wanted.after
        row = self._rows.one(_FIRST_SINCE, **place, since=wanted.since)
        return None if row is None else max(wanted.after, int(row[0]) - 1)

    def _versions(self, place: dict[str, str], objects: Sequence[Shared]) -> dict[str, dict[str, int]]:
        """Return the number of every version that is held of these objects."""
        found: dict[str, dict[str, int]] = {}
        for name, number, version in _HELD_AMONG.all(
            self._rows, list({one.object_id for one in objects}), **place
        ):
            found.setdefault(str(name), {})[str(version)] = int(number)
        return found

    def _pages(self, place: dict[str, str], after: int, wanted: Wanted) -> Iterator[Shared]:
        """Yield what is wanted, reading on until there is enough of it."""
        left = wanted.most
        plain = not (wanted.kinds or wanted.versions)
        size = left if plain else max(left, _PORTION)
        common = {**place, "most_tlp": int(wanted.most_tlp), "owner": wanted.owner, "most": size}
        common["kept"] = -1 if wanted.at is None else wanted.at
        while left > 0:
            rows = self._portion(common, after, wanted)
            for row in rows:
                after = int(row[2])
                one = _shared(row)
                if plain or _is_wanted(one, wanted):
                    yield one
                    left -= 1
                    if left == 0:
                        return
            if len(rows) < size:
                return

    def _portion(self, common: dict[str, object], after: int, wanted: Wanted) -> list[Row]:
        every = wanted.every or bool(wanted.versions)
        if len(wanted.kinds) == 1 and not every:
            return self._rows.all(_KIND_PAGE, **common, after=after, kind=wanted.kinds[0])
        return self._rows.all(_EVERY_PAGE if every else _NEWEST_PAGE, **common, after=after)


def _is_wanted(one: Shared, wanted: Wanted) -> bool:
    if one.tlp > wanted.most_tlp and one.owner != wanted.owner:
        return False
    if wanted.at is not None and one.keep_until <= wanted.at:
        return False
    if wanted.kinds and one.kind not in wanted.kinds:
        return False
    if wanted.versions:
        return one.version in wanted.versions
    return wanted.every or one.newest


def _found_by(made: Shared, values: Sequence[Value]) -> list[tuple[object, ...]]:
    return [
        (made.authority, made.shelf, made.number, place, one.kind, one.text[:MOST_INDEXED])
        for place, one in enumerate(values)
    ]


def _row(one: Shared) -> tuple[object, ...]:
    return (
        one.authority,
        one.shelf,
        one.number,
        one.object_id,
        one.version,
        one.kind,
        one.added_at,
        int(one.newest),
        int(one.tlp),
        one.owner,
        one.body,
        one.keep_until,
    )


def _shared(row: Row) -> Shared:
    return Shared(
        authority=row[0],
        shelf=row[1],
        number=int(row[2]),
        object_id=row[3],
        version=row[4],
        kind=row[5],
        added_at=Instant(int(row[6])),
        newest=bool(row[7]),
        tlp=Tlp(row[8]),
        owner=row[9],
        body=bytes(row[10]),
        keep_until=Instant(int(row[11])),
    )


def _receiver(row: Row) -> Receiver:
    return Receiver(
        authority=row[0],
        name=row[1],
        digest=bytes(row[2]),
        most_tlp=Tlp(row[3]),
        writes=bool(row[4]),
        made_at=Instant(int(row[5])),
        revoked_at=None if row[6] is None else Instant(int(row[6])),
    )
