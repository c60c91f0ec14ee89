"""Lists of fingerprints and pleas in SQL; every value is sealed already."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, desc, func, select

from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.protection.ports import Recall, Row
from comity.storage.sql import protection_tables as t
from comity.storage.sql.statements import Among, Rows, Statement, insert_new, upsert
from comity.storage.sql.statements import Row as Found

_L, _E, _P = t.HASH_LIST.c, t.HASH_ENTRY.c, t.PLEA.c
_FOREVER = 1 << 62
_PUT_LIST, _PUT_ENTRY, _PUT_PLEA = upsert(t.HASH_LIST), upsert(t.HASH_ENTRY), upsert(t.PLEA)
_PUT_RECALL = insert_new(t.RECALL)
_LIST = Statement(select(_L.sealed).where(_L.authority == bindparam("authority"), _L.name == bindparam("of")))
_LISTS = Statement(select(_L.name).where(_L.authority == bindparam("authority")).order_by(_L.name))
_MINE = _E.authority == bindparam("authority")
_LAST = Statement(
    select(_E.number, _E.changed_at).where(_MINE).order_by(_E.authority, desc(_E.number)).limit(1)
)
_ROW = Statement(
    select(t.HASH_ENTRY).where(_MINE, _E.list_name == bindparam("of"), _E.entry_key == bindparam("key"))
)
_ROWS = Among(
    select(t.HASH_ENTRY)
    .where(
        _MINE,
        _E.number > bindparam("after"),
        _E.changed_at >= bindparam("since"),
        _E.changed_at <= bindparam("until"),
    )
    .order_by(_E.number)
    .limit(bindparam("most")),
    _E.list_name,
)
_COUNT = Statement(
    select(func.count()).select_from(t.HASH_ENTRY).where(_MINE, _E.list_name == bindparam("of"))
)
_OF_PLEA = (_P.authority == bindparam("authority"), _P.number == bindparam("of"))
_PLEA = Statement(select(_P.sealed).where(*_OF_PLEA))
_PLEAS = Statement(select(_P.number).where(_P.authority == bindparam("authority")).order_by(_P.number))
_ERASE = Statement(delete(t.PLEA).where(*_OF_PLEA))
_R = t.RECALL.c
_RECALLS = Statement(
    select(t.RECALL)
    .where(_R.authority == bindparam("authority"))
    .order_by(_R.since, _R.list_name, _R.receiver, _R.mark)
)
_TOLD = Statement(
    delete(t.RECALL).where(
        _R.authority == bindparam("authority"),
        _R.list_name == bindparam("of"),
        _R.receiver == bindparam("receiver"),
        _R.mark == bindparam("mark"),
    )
)
_MOST_LISTS = 64


class SqlPleaStore:
    """Fulfils ``PleaStore`` inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put_plea(self, authority: AuthorityId, number: str, sealed: bytes) -> None:
        """Store a case of somebody who asked for help, replacing what was there."""
        self._rows.put(_PUT_PLEA, (authority, number, sealed))

    def plea(self, authority: AuthorityId, number: str) -> bytes | None:
        """Return such a case, or None."""
        row = self._rows.one(_PLEA, authority=authority, of=number)
        return None if row is None else bytes(row[0])

    def pleas(self, authority: AuthorityId) -> tuple[str, ...]:
        """Return the numbers of an office's cases, sorted."""
        return tuple(str(row[0]) for row in self._rows.all(_PLEAS, authority=authority))

    def put_recalls(self, rows: Sequence[Recall]) -> None:
        """Store that receivers have to be told; one that is there already stays as it is."""
        self._rows.put_all(
            _PUT_RECALL, [(one.authority, one.shelf, one.receiver, one.mark, one.since) for one in rows]
        )

    def recalls(self, authority: AuthorityId) -> tuple[Recall, ...]:
        """Return who has not been told what, the longest wait first."""
        return tuple(
            Recall(
                authority=AuthorityId(row[0]),
                shelf=row[1],
                receiver=row[2],
                mark=row[3],
                since=Instant(row[4]),
            )
            for row in self._rows.all(_RECALLS, authority=authority)
        )

    def drop_recalls(self, rows: Sequence[Recall]) -> None:
        """Forget that these have to be told."""
        for one in rows:
            self._rows.run(_TOLD, authority=one.authority, of=one.shelf, receiver=one.receiver, mark=one.mark)

    def erase_plea(self, authority: AuthorityId, number: str) -> bool:
        """Erase a case, in the file too; return False where there is none."""
        erased = self._rows.run(_ERASE, authority=authority, of=number) > 0
        self._rows.erased = self._rows.erased or erased
        return erased


class SqlHashStore(SqlPleaStore):
    """Fulfils ``HashStore`` inside one transaction.

    Args:
        rows: The transaction.
    """

    def put_shelf(self, authority: AuthorityId, name: str, sealed: bytes) -> None:
        """Store what is known of a list, replacing what was there."""
        self._rows.put(_PUT_LIST, (authority, name, sealed))

    def shelf(self, authority: AuthorityId, name: str) -> bytes | None:
        """Return what is known of a list, or None."""
        row = self._rows.one(_LIST, authority=authority, of=name)
        return None if row is None else bytes(row[0])

    def shelves(self, authority: AuthorityId) -> tuple[str, ...]:
        """Return the names of an office's lists, sorted."""
        return tuple(str(row[0]) for row in self._rows.all(_LISTS, authority=authority))

    def last_hash(self, authority: AuthorityId) -> tuple[int, Instant]:
        """Return number and time of the newest change of an office; 0 and 0 where there is none."""
        row = self._rows.one(_LAST, authority=authority)
        return (0, Instant(0)) if row is None else (int(row[0]), Instant(row[1]))

    def put_hashes(self, rows: Sequence[Row]) -> None:
        """Store entries, each in the place of the one with the same key in the same list."""
        self._rows.put_all(
            _PUT_ENTRY,
            [(one.authority, one.shelf, one.key, one.number, one.changed, one.sealed) for one in rows],
        )

    def hash_row(self, authority: AuthorityId, shelf: str, key: str) -> Row | None:
        """Return one entry, or None."""
        row = self._rows.one(_ROW, authority=authority, of=shelf, key=key)
        return None if row is None else _row(row)

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
        wanted = tuple(shelves)
        if not wanted:
            return ()
        if len(wanted) > _MOST_LISTS:
            raise ValueError(f"at most {_MOST_LISTS} lists are read together")
        last = _FOREVER if until is None else until
        found = _ROWS.all(
            self._rows, wanted, authority=authority, after=after, since=since, until=last, most=most
        )
        return tuple(_row(row) for row in found)

    def hash_count(self, authority: AuthorityId, shelf: str) -> int:
        """Return how many entries a list has, withdrawn ones too."""
        row = self._rows.one(_COUNT, authority=authority, of=shelf)
        return int(row[0]) if row else 0


def _row(row: Found) -> Row:
    return Row(
        authority=AuthorityId(row[0]),
        shelf=row[1],
        key=row[2],
        number=int(row[3]),
        changed=Instant(row[4]),
        sealed=bytes(row[5]),
    )
