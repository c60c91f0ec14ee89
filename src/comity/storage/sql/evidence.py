"""Records of packages and custody in SQL; the bytes of packages are blobs elsewhere."""

from sqlalchemy import bindparam, func, select, update

from comity.evidence.records import CustodyRecord, Holder, PackageRecord, TouchRecord
from comity.kernel.errors import ConflictError
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.storage.sql import tables as t
from comity.storage.sql.statements import Row, Rows, Statement, insert_row, upsert

_P, _C = t.PACKAGE.c, t.CUSTODY.c
_MINE = _P.authority == bindparam("authority")
_BY_TIME = (_P.stored_at, _P.bag_root)

_PUT = upsert(t.PACKAGE)
_PACKAGE = Statement(select(t.PACKAGE).where(_MINE, _P.bag_root == bindparam("bag")))
_DELIVERED = Statement(
    select(t.PACKAGE).where(_MINE, _P.delivery == bindparam("act")).order_by(*_BY_TIME).limit(1)
)
_OF_CASE = Statement(select(t.PACKAGE).where(_MINE, _P.case_id == bindparam("of")).order_by(*_BY_TIME))
_ALL = Statement(select(t.PACKAGE).where(_MINE).order_by(*_BY_TIME))
_HOLDERS = Statement(
    select(_P.authority, _P.bag_root, _P.header_length)
    .where(_P.piece_root == bindparam("piece"))
    .order_by(_P.authority, _P.bag_root)
)
_NAMED = Statement(
    select(_P.bag_root)
    .where(_MINE, _P.bag_root >= bindparam("prefix"), _P.bag_root < bindparam("past"))
    .order_by(_P.bag_root)
    .limit(bindparam("most"))
)
_OF_BAG = (_C.authority == bindparam("authority"), _C.bag_root == bindparam("bag"))
_LAST = Statement(select(func.coalesce(func.max(_C.number), 0)).where(*_OF_BAG))
_ADD = insert_row(t.CUSTODY)
_CUSTODY = Statement(select(t.CUSTODY).where(*_OF_BAG).order_by(_C.number))
_T = t.TOUCH.c
_ERASE = Statement(
    update(t.PACKAGE)
    .where(_MINE, _P.bag_root == bindparam("bag"))
    .values(exhibits=b"", leaves=b"", header_length=0)
)
_OF_TOUCHED = (_T.authority == bindparam("authority"), _T.bag_root == bindparam("bag"))
_LAST_TOUCH = Statement(select(func.coalesce(func.max(_T.number), 0)).where(*_OF_TOUCHED))
_ADD_TOUCH = insert_row(t.TOUCH)
_TOUCHES = Statement(select(t.TOUCH).where(*_OF_TOUCHED).order_by(_T.number))


class SqlExhibitStore:
    """Packages and custody, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put_package(self, record: PackageRecord) -> None:
        """Store a record, replacing an older one of the same authority and bag root."""
        self._rows.put(
            _PUT,
            (
                record.authority,
                record.piece_root,
                record.bag_root,
                record.payload_length,
                record.leaves,
                record.header_length,
                record.case,
                record.delivery,
                int(record.own),
                record.exhibits,
                record.stored_at,
            ),
        )

    def package(self, authority: AuthorityId, bag_root: str) -> PackageRecord | None:
        """Return the record of a package, or None."""
        row = self._rows.one(_PACKAGE, authority=authority, bag=bag_root)
        return None if row is None else _package(row)

    def delivered(self, authority: AuthorityId, delivery: ActId) -> PackageRecord | None:
        """Return the record of the package of a delivery, or None."""
        row = self._rows.one(_DELIVERED, authority=authority, act=delivery)
        return None if row is None else _package(row)

    def packages(self, authority: AuthorityId, case: CaseId | None = None) -> tuple[PackageRecord, ...]:
        """Return the records of a case, or all of them, by time and bag root."""
        if case is None:
            found = self._rows.all(_ALL, authority=authority)
        else:
            found = self._rows.all(_OF_CASE, authority=authority, of=case)
        return tuple(_package(row) for row in found)

    def holders(self, piece_root: str) -> tuple[Holder, ...]:
        """Return which offices of the node have a record of a sealed file, by office and bag root."""
        return tuple(
            Holder(authority=authority, bag_root=bag, live=header > 0)
            for authority, bag, header in self._rows.all(_HOLDERS, piece=piece_root)
        )

    def named(self, authority: AuthorityId, prefix: str, *, most: int = 2) -> tuple[str, ...]:
        """Return bag roots that begin with these hexadecimal digits, sorted, so many at most."""
        found = self._rows.all(_NAMED, authority=authority, prefix=prefix, past=f"{prefix}g", most=most)
        return tuple(str(row[0]) for row in found)

    def add_custody(self, record: CustodyRecord) -> None:
        """Append a custody line."""
        row = self._rows.one(_LAST, authority=record.authority, bag=record.bag_root)
        last = int(row[0]) if row else 0
        if record.number != last + 1:
            raise ConflictError("custody.number", f"the next custody line is {last + 1}, not {record.number}")
        self._rows.put(_ADD, (record.authority, record.bag_root, record.number, record.line))

    def custody(self, authority: AuthorityId, bag_root: str) -> tuple[CustodyRecord, ...]:
        """Return the custody lines of a package by number."""
        return tuple(
            CustodyRecord(authority=ours, bag_root=bag, number=number, line=line)
            for ours, bag, number, line in self._rows.all(_CUSTODY, authority=authority, bag=bag_root)
        )

    def erase_package(self, authority: AuthorityId, bag_root: str) -> bool:
        """Destroy what is kept of its exhibits and pieces, in the file too; return False without a row."""
        erased = self._rows.run(_ERASE, authority=authority, bag=bag_root) > 0
        self._rows.erased = self._rows.erased or erased
        return erased

    def add_touch(self, record: TouchRecord) -> None:
        """Append an event."""
        row = self._rows.one(_LAST_TOUCH, authority=record.authority, bag=record.bag_root)
        last = int(row[0]) if row else 0
        if record.number != last + 1:
            raise ConflictError(
                "custody.number", f"the next custody event is {last + 1}, not {record.number}"
            )
        self._rows.put(_ADD_TOUCH, (record.authority, record.bag_root, record.number, record.statement))

    def touches(self, authority: AuthorityId, bag_root: str) -> tuple[TouchRecord, ...]:
        """Return the events of a package by number."""
        return tuple(
            TouchRecord(authority=ours, bag_root=bag, number=number, statement=statement)
            for ours, bag, number, statement in self._rows.all(_TOUCHES, authority=authority, bag=bag_root)
        )


def _package(row: Row) -> PackageRecord:
    return PackageRecord(
        authority=row[0],
        piece_root=row[1],
        bag_root=row[2],
        payload_length=row[3],
        leaves=row[4],
        header_length=row[5],
        case=row[6],
        delivery=row[7],
        own=bool(row[8]),
        exhibits=row[9],
        stored_at=row[10],
    )
