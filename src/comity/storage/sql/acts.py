"""Acts, receipts and parts in SQL; with the casework the whole store of cases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, null, or_, select, update

from comity.cases.ports import (
    ActRecord,
    Address,
    PartRecord,
    ReceiptRecord,
)
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint
from comity.storage.sql import tables as t
from comity.storage.sql.casework import SqlCasework, part_of, part_row
from comity.storage.sql.facts import SqlFacts
from comity.storage.sql.register import SqlRegister
from comity.storage.sql.statements import Among, Row, Rows, Statement, insert_new

_A, _R, _P = t.ACT.c, t.ACT_RECEIPT.c, t.ACT_PART.c
_OURS: BindParameter[str] = bindparam("authority")
_CASE: BindParameter[str] = bindparam("case_id")
_ACT: BindParameter[str] = bindparam("act_id")
_BY = (_A.author == bindparam("author"), _A.author_root == bindparam("root"))

_ADD = insert_new(t.ACT)
_GET = Statement(select(t.ACT).where(_A.authority == _OURS, _A.act_id == _ACT))
_GET_AMONG = Among(select(t.ACT).where(_A.authority == _OURS), _A.act_id)
_OF_CASE = Statement(select(t.ACT).where(_A.authority == _OURS, _A.case_id == _CASE).order_by(_A.act_id))
_CASES = Statement(select(_A.case_id).distinct().where(_A.authority == _OURS).order_by(_A.case_id))
_FROM: BindParameter[str] = bindparam("prefix")
_TO: BindParameter[str] = bindparam("past")
_NAMED = tuple(
    Statement(
        select(table.c.act_id)
        .where(table.c.authority == _OURS, table.c.act_id >= _FROM, table.c.act_id < _TO)
        .order_by(table.c.act_id)
        .limit(bindparam("most"))
    )
    for table in (t.ACT, t.DRAFT)
)
_AT_SEQ = Statement(
    select(t.ACT)
    .where(_A.authority == _OURS, _A.case_id == _CASE, *_BY, _A.seq == bindparam("seq"))
    .order_by(_A.act_id)
)
_LAST_SEQ = Statement(select(func.max(_A.seq)).where(_A.authority == _OURS, _A.case_id == _CASE, *_BY))

_ADD_RECEIPT = Statement(
    t.ACT_RECEIPT.insert(),
    tail="ON CONFLICT (authority, case_id, act_id, signer, signer_root) DO UPDATE"
    " SET receipt = excluded.receipt WHERE length(act_receipt.receipt) = 0",
)
_RECEIPTS = Statement(
    select(t.ACT_RECEIPT)
    .where(_R.authority == _OURS, _R.case_id == _CASE)
    .order_by(_R.act_id, _R.signer, _R.signer_root)
)
_RECEIPT = Statement(
    select(t.ACT_RECEIPT).where(
        _R.authority == _OURS,
        _R.case_id == _CASE,
        _R.act_id == _ACT,
        _R.signer == bindparam("by"),
        _R.signer_root == bindparam("root"),
    )
)
_RECEIPTED = Statement(
    select(_R.act_seq)
    .where(
        _R.authority == _OURS,
        _R.case_id == _CASE,
        _R.signer == bindparam("by"),
        _R.signer_root == bindparam("root"),
        _R.result == bindparam("stored"),
        _R.own_last_seq < bindparam("below"),
        or_(_R.pending.is_(None), _R.pending != bindparam("but")),
    )
    .order_by(_R.act_seq.desc())
    .limit(1)
)

_PUT_PART = insert_new(t.ACT_PART)
_PARTS = Statement(select(t.ACT_PART).where(_P.authority == _OURS, _P.act_id == _ACT).order_by(_P.name))
_ERASE = Statement(
    update(t.ACT_PART)
    .values(salt=null(), data=null())
    .where(_P.authority == _OURS, _P.act_id == _ACT, _P.name == bindparam("part"), _P.data.is_not(None))
)

_ReceiptKey = tuple[AuthorityId, CaseId, ActId, Address]


class SqlActReads:
    """Reading acts, receipts and parts.

    Acts and the numbers of an author are remembered: a transaction sees one state of the database, and what
    it adds itself is added here.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: dict[tuple[AuthorityId, ActId], ActRecord | None] = {}
        self._last: dict[tuple[AuthorityId, CaseId, Address], int] = {}

    def get(self, authority: AuthorityId, act_id: ActId) -> ActRecord | None:
        """Return one act, or None."""
        if (authority, act_id) not in self._known:
            # NOTE: every act that was added and waits is known here already.
            row = self._rows.look_up(_GET, authority=authority, act_id=act_id)
            self._known[authority, act_id] = None if row is None else _act(row)
        return self._known[authority, act_id]

    def expect(self, authority: AuthorityId, act_ids: Sequence[ActId]) -> None:
        """Read many acts at once, for the calls of ``get`` that follow."""
        wanted = [act_id for act_id in act_ids if (authority, act_id) not in self._known]
        self._known.update(((authority, act_id), None) for act_id in wanted)
        for row in _GET_AMONG.all(self._rows, wanted, authority=authority):
            found = _act(row)
            self._known[authority, found.act_id] = found

    def of_case(self, authority: AuthorityId, case: CaseId) -> tuple[ActRecord, ...]:
        """Return all acts of a case, ordered by ``act_id``."""
        return tuple(_act(row) for row in self._rows.all(_OF_CASE, authority=authority, case_id=case))

    def cases(self, authority: AuthorityId) -> tuple[CaseId, ...]:
        """Return every case with at least one act, sorted."""
        return tuple(CaseId(row[0]) for row in self._rows.all(_CASES, authority=authority))

    def at_seq(
        self, authority: AuthorityId, case: CaseId, author: Address, *, seq: int
    ) -> tuple[ActRecord, ...]:
        """Return the acts of one author with one ``seq``, ordered by ``act_id``."""
        found = self._rows.all(
            _AT_SEQ, authority=authority, case_id=case, author=author.authority, root=author.root, seq=seq
        )
        return tuple(_act(row) for row in found)

    def last_seq(self, authority: AuthorityId, case: CaseId, author: Address) -> int:
        """Return the highest ``seq`` held of an author in a case; 0 for none."""
        key = (authority, case, author)
        if key not in self._last:
            row = self._rows.one(
                _LAST_SEQ, authority=authority, case_id=case, author=author.authority, root=author.root
            )
            self._last[key] = int(row[0] or 0) if row else 0
        return self._last[key]

    def named(self, authority: AuthorityId, prefix: str, *, most: int = 2) -> tuple[ActId, ...]:
        """Return ids of acts and drafts that begin with these hexadecimal digits, sorted, so many at most."""
        past = f"{prefix}g"  # the first text after every id that begins so
        found = {
            ActId(row[0])
            for statement in _NAMED
            for row in self._rows.all(statement, authority=authority, prefix=prefix, past=past, most=most)
        }
        return tuple(sorted(found)[:most])

    def receipts_of_case(self, authority: AuthorityId, case: CaseId) -> tuple[ReceiptRecord, ...]:
        """Return all receipts of a case, ordered by ``act_id`` and signer."""
        return tuple(_receipt(row) for row in self._rows.all(_RECEIPTS, authority=authority, case_id=case))

    def receipt(
        self, authority: AuthorityId, case: CaseId, act_id: ActId, *, signer: Address
    ) -> ReceiptRecord | None:
        """Return the receipt of one signer for an act."""
        row = self._rows.one(
            _RECEIPT,
            authority=authority,
            case_id=case,
            act_id=act_id,
            by=signer.authority,
            root=signer.root,
        )
        return None if row is None else _receipt(row)

    def receipted_seq(
        self, authority: AuthorityId, case: CaseId, signer: Address, *, below: int, but: ActId
    ) -> int:
        """Return the highest ``act_seq`` that ``signer`` receipted as stored, under the two conditions."""
        row = self._rows.one(
            _RECEIPTED,
            authority=authority,
            case_id=case,
            by=signer.authority,
            root=signer.root,
            stored="stored",
            below=below,
            but=but,
        )
        return int(row[0]) if row else 0

    def parts(self, authority: AuthorityId, act_id: ActId) -> tuple[PartRecord, ...]:
        """Return the parts of an act, ordered by name."""
        return tuple(part_of(row) for row in self._rows.all(_PARTS, authority=authority, act_id=act_id))


class SqlActStore(SqlActReads, SqlCasework, SqlFacts, SqlRegister):
    """The whole store, inside one transaction."""

    def __init__(self, rows: Rows) -> None:
        SqlActReads.__init__(self, rows)
        SqlCasework.__init__(self, rows)
        self._signed: set[_ReceiptKey] = set()
        self._bare: dict[_ReceiptKey, tuple[Any, ...]] = {}

    def add(self, record: ActRecord) -> bool:
        """Keep an act; return False when the authority has it already."""
        if self.get(record.authority, record.act_id) is not None:
            return False
        self._rows.put_later(_ADD, _act_row(record))
        self._mark(record.authority, record.case)
        self._known[record.authority, record.act_id] = record
        number = (record.authority, record.case, record.author)
        if number in self._last:
            self._last[number] = max(self._last[number], record.seq)
        return True

    def add_receipt(self, record: ReceiptRecord) -> None:
        """Keep a receipt, one for each act and signer; a second one only fills in missing bytes."""
        key = (record.authority, record.case, record.act_id, record.signer)
        if key in self._signed:
            return
        row = _receipt_row(record)
        if record.receipt:
            self._signed.add(key)
            # NOTE: a message that comes in has its row first and its signature a moment later: one insert.
            row = (*self._bare.pop(key, row)[:-1], record.receipt)
        else:
            self._bare[key] = row
        self._rows.put_later(_ADD_RECEIPT, row, key=key)
        self._mark(record.authority, record.case)

    def put_part(self, record: PartRecord) -> None:
        """Keep a part; the same part again changes nothing, and an erased one stays erased."""
        self._rows.put_later(_PUT_PART, part_row(record))

    def erase_part(self, authority: AuthorityId, act_id: ActId, name: str) -> bool:
        """Destroy salt and bytes of a part, in the file too; return False when there was nothing left."""
        erased = self._rows.run(_ERASE, authority=authority, act_id=act_id, part=name) > 0
        self._rows.erased = self._rows.erased or erased
        return erased


def _act_row(record: ActRecord) -> tuple[Any, ...]:
    return (
        record.authority,
        record.case,
        record.act_id,
        record.kind,
        record.author.authority,
        record.author.root,
        record.to.authority,
        record.to.root,
        record.seq,
        record.prev_own,
        record.signed,
        record.at,
        record.stored_at,
        int(record.own),
        record.covers,
    )


def _act(row: Row) -> ActRecord:
    return ActRecord(
        authority=row[0],
        case=row[1],
        act_id=row[2],
        kind=row[3],
        author=Address(authority=row[4], root=row[5]),
        to=Address(authority=row[6], root=row[7]),
        seq=row[8],
        prev_own=row[9],
        signed=row[10],
        at=row[11],
        stored_at=row[12],
        own=bool(row[13]),
        covers=row[14],
    )


def _receipt_row(record: ReceiptRecord) -> tuple[Any, ...]:
    return (
        record.authority,
        record.case,
        record.act_id,
        record.act_seq,
        record.signer.authority,
        record.signer.root,
        record.at,
        record.your_last_seq,
        record.own_last_seq,
        record.pending,
        record.result,
        record.code,
        record.receipt,
    )


def _receipt(row: Row) -> ReceiptRecord:
    return ReceiptRecord(
        authority=row[0],
        case=row[1],
        act_id=row[2],
        act_seq=row[3],
        signer=Address(authority=row[4], root=Fingerprint(row[5])),
        at=row[6],
        your_last_seq=row[7],
        own_last_seq=row[8],
        pending=row[9],
        result=row[10],
        code=row[11],
        receipt=row[12],
    )
