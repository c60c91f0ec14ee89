"""Reports, looks, takedowns and ranges of addresses in SQL; what is an office's is sealed already."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, desc, select

from comity.kernel.ids import AuthorityId
from comity.protection.guardports import Kept, Range
from comity.storage.sql import guarding_tables as t
from comity.storage.sql.statements import Row, Rows, Statement, insert_new, upsert

_K, _M, _R = t.KEPT.c, t.MARK.c, t.RANGE.c
_PUT, _PUT_MARK, _PUT_RANGE = upsert(t.KEPT), insert_new(t.MARK), upsert(t.RANGE)
_OF_KIND = (_K.authority == bindparam("authority"), _K.kind == bindparam("kind"))
_ONE = Statement(select(t.KEPT).where(*_OF_KIND, _K.item_key == bindparam("key")))
_ALL = Statement(
    select(t.KEPT)
    .where(*_OF_KIND, _K.number > bindparam("after"))
    .order_by(_K.number)
    .limit(bindparam("most"))
)
_LAST = Statement(select(_K.number).where(*_OF_KIND).order_by(desc(_K.number)).limit(1))
_ERASE = Statement(delete(t.KEPT).where(*_OF_KIND, _K.item_key == bindparam("key")))
_UNMARK = Statement(
    delete(t.MARK).where(
        _M.authority == bindparam("authority"),
        _M.kind == bindparam("kind"),
        _M.item_key == bindparam("key"),
    )
)
_MARKED = Statement(
    select(_M.kind, _M.item_key)
    .where(_M.authority == bindparam("authority"), _M.mark == bindparam("mark"))
    .order_by(_M.kind, _M.item_key)
)
_CLEAR = Statement(delete(t.RANGE).where(_R.source == bindparam("source")))
_AT = Statement(
    select(t.RANGE)
    .where(
        _R.source == bindparam("source"), _R.family == bindparam("family"), _R.first <= bindparam("address")
    )
    .order_by(desc(_R.first))
    .limit(1)
)


class SqlGuardStore:
    """Fulfils ``GuardStore`` inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put_kept(self, authority: AuthorityId, things: Sequence[Kept]) -> None:
        """Store things, each in the place of the one of the same kind and key."""
        self._rows.put_all(_PUT, [(authority, one.kind, one.key, one.number, one.sealed) for one in things])

    def kept(self, authority: AuthorityId, kind: str, key: str) -> Kept | None:
        """Return one thing, or None."""
        row = self._rows.one(_ONE, authority=authority, kind=kind, key=key)
        return None if row is None else _kept(row)

    def all_kept(
        self, authority: AuthorityId, kind: str, *, after: int = 0, most: int = 1000
    ) -> tuple[Kept, ...]:
        """Return things of a kind by number."""
        found = self._rows.all(_ALL, authority=authority, kind=kind, after=after, most=most)
        return tuple(_kept(row) for row in found)

    def last_kept(self, authority: AuthorityId, kind: str) -> int:
        """Return the highest number of a kind; 0 where there is none."""
        row = self._rows.one(_LAST, authority=authority, kind=kind)
        return 0 if row is None else int(row[0])

    def erase_kept(self, authority: AuthorityId, kind: str, key: str) -> bool:
        """Erase a thing and its marks, in the file too; return False where there is none."""
        self._rows.run(_UNMARK, authority=authority, kind=kind, key=key)
        erased = self._rows.run(_ERASE, authority=authority, kind=kind, key=key) > 0
        self._rows.erased = self._rows.erased or erased
        return erased

    def put_marks(self, authority: AuthorityId, kind: str, key: str, marks: Sequence[str]) -> None:
        """Let a thing be found by keyed digests, in the place of those it had."""
        self._rows.run(_UNMARK, authority=authority, kind=kind, key=key)
        self._rows.put_all(_PUT_MARK, [(authority, mark, kind, key) for mark in dict.fromkeys(marks)])

    def marked(self, authority: AuthorityId, mark: str) -> tuple[tuple[str, str], ...]:
        """Return kind and key of everything that is found by a keyed digest, sorted."""
        return tuple(
            (str(row[0]), str(row[1])) for row in self._rows.all(_MARKED, authority=authority, mark=mark)
        )

    def put_ranges(self, source: str, ranges: Iterable[Range]) -> None:
        """Store the ranges of a registry, in the place of all that it had."""
        self._rows.run(_CLEAR, source=source)
        self._rows.put_all(
            _PUT_RANGE, [(source, one.family, one.first, one.last, one.party, one.status) for one in ranges]
        )

    def range_at(self, source: str, family: int, address: str) -> Range | None:
        """Return the range of a registry that holds an address, or None."""
        row = self._rows.one(_AT, source=source, family=family, address=address)
        if row is None or str(row[3]) < address:
            return None
        return Range(
            family=int(row[1]), first=str(row[2]), last=str(row[3]), party=str(row[4]), status=str(row[5])
        )


def _kept(row: Row) -> Kept:
    return Kept(kind=str(row[1]), key=str(row[2]), number=int(row[3]), sealed=bytes(row[4]))
