"""Logs in SQL: leaves, complete subtrees, signed heads, and what was witnessed of others.

A node ``(level, index)`` is kept under one number, its place in the tree read from left to right, so that
an append writes to the end of the table: leaf ``i`` is at ``2 i``, and a parent stands between its children.
Leaf hashes stand in the rows of the leaves. Digests are found by their first eight bytes, which keeps the
index, the one thing of an append that is not written in order, small.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import bindparam, func, select, update

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.ledger.heads import Alarm, AlarmKind, Witnessed
from comity.ledger.leaves import Leaf, StoredLeaf
from comity.ledger.merkle import NodeId, NodeRow
from comity.ledger.origins import parse_origin
from comity.storage.sql import tables as t
from comity.storage.sql.statements import Among, Row, Rows, Statement, insert_new, insert_row, upsert

_LARGEST = 2**63 - 1
_MOST_READ = 4096
_L, _F, _N, _C, _W, _X = (
    table.c for table in (t.LOG, t.LOG_LEAF, t.LOG_NODE, t.LOG_CHECKPOINT, t.LOG_WITNESSED, t.LOG_ALARM)
)

_LOG = Statement(select(_L.number, _L.size).where(_L.origin == bindparam("origin")))
_NEXT_LOG = Statement(select(func.coalesce(func.max(_L.number), 0) + 1))
_ADD_LOG = insert_row(t.LOG)
_RESIZE = Statement(
    update(t.LOG)
    .values(size=bindparam("new"))
    .where(_L.number == bindparam("log"), _L.size == bindparam("old"))
)
_ADD_LEAF = insert_row(t.LOG_LEAF)
_ADD_NODE = insert_row(t.LOG_NODE)
_LEAVES = Statement(
    select(_F.tag, _F.nonce, _F.digest, _F.at)
    .where(_F.log == bindparam("log"), _F.position >= bindparam("start"), _F.position < bindparam("stop"))
    .order_by(_F.position)
)
_FIND = Statement(
    select(_F.position)
    .where(
        _F.log == bindparam("log"),
        _F.digest_start == bindparam("start"),
        _F.digest == bindparam("whole"),
    )
    .order_by(_F.position)
)
_PUT_CHECKPOINT = upsert(t.LOG_CHECKPOINT)
_CHECKPOINT = Statement(
    select(_C.note).where(_C.origin == bindparam("origin")).order_by(_C.size.desc()).limit(1)
)
_CHECKPOINT_AT = Statement(
    select(_C.note).where(_C.origin == bindparam("origin"), _C.size == bindparam("wanted"))
)
_CHECKPOINTS = Statement(select(_C.size, _C.note).where(_C.origin == bindparam("origin")).order_by(_C.size))
_WITNESSED = Statement(select(t.LOG_WITNESSED).where(_W.origin == bindparam("of")))
_FIRST_WITNESSED = insert_new(t.LOG_WITNESSED)
_NEXT_WITNESSED = Statement(
    update(t.LOG_WITNESSED)
    .values(size=bindparam("new"), root=bindparam("hash"), note=bindparam("bytes"), at=bindparam("now"))
    .where(_W.origin == bindparam("of"), _W.size == bindparam("old"))
)
_NEXT_ALARM = Statement(select(func.coalesce(func.max(_X.number), 0) + 1))
_ADD_ALARM = insert_new(t.LOG_ALARM)
_ALARMS = Statement(select(_X.kind, _X.origin, _X.held, _X.offered, _X.proven, _X.at).order_by(_X.number))


_NODES = Among(select(_N.place, _N.hash).where(_N.log == bindparam("log")), _N.place)
_LEAF_HASHES = Among(select(_F.position, _F.hash).where(_F.log == bindparam("log")), _F.position)


def place_of(level: int, index: int) -> int:
    """Return the number under which a node is kept."""
    return (((index << 1) | 1) << level) - 1


def start_of(digest: bytes) -> int:
    """Return the number by which a digest is found: its first eight bytes, signed."""
    return int.from_bytes(digest[:8], "big", signed=True)


class SqlLogReads:
    """The reading half of the store.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: dict[str, tuple[int, int]] = {}
        self._read: dict[str, dict[NodeId, bytes]] = {}
        self._heads: dict[str, bytes | None] = {}
        self._witnessed: dict[str, Witnessed | None] = {}

    def size(self, log: str) -> int:
        """Return the number of leaves."""
        row = self._log(log)
        return int(row[1]) if row else 0

    def nodes(self, log: str, wanted: Sequence[NodeId]) -> Mapping[NodeId, bytes]:
        """Return the hashes of all wanted nodes."""
        read = self._read.setdefault(log, {})
        held = {node: read[node] for node in wanted if node in read}
        if len(held) < len(wanted):
            held |= self._stored_nodes(log, [node for node in wanted if node not in held])
            if len(read) < _MOST_READ:
                read |= held
        return held

    def _stored_nodes(self, log: str, wanted: Sequence[NodeId]) -> Mapping[NodeId, bytes]:
        row = self._log(log)
        leaves = {index: (level, index) for level, index in wanted if level == 0}
        inner = {place_of(level, index): (level, index) for level, index in wanted if level}
        held: dict[NodeId, bytes] = {}
        if row is not None:
            held |= {leaves[at]: found for at, found in self._held(_LEAF_HASHES, row[0], leaves)}
            held |= {inner[at]: found for at, found in self._held(_NODES, row[0], inner)}
        for level, index in wanted:
            if (level, index) not in held:
                raise NotFoundError("log.node", f"node {level}/{index} is not stored")
        return held

    def _held(self, among: Among, number: int, wanted: Iterable[int]) -> list[Row]:
        return among.all(self._rows, [place for place in wanted if place <= _LARGEST], log=number)

    def leaf(self, log: str, index: int) -> StoredLeaf:
        """Return a leaf."""
        for found in self.leaves(log, index, index + 1):
            return found
        raise NotFoundError("log.leaf", f"no leaf {index}")

    def leaves(self, log: str, start: int, stop: int) -> Iterator[StoredLeaf]:
        """Return the leaves that exist in the range."""
        row = self._log(log)
        if row is None or stop > _LARGEST or start < 0:
            return iter(())
        found = self._rows.all(_LEAVES, log=row[0], start=start, stop=stop)
        return iter(
            [
                StoredLeaf(leaf=Leaf(tag=tag, nonce=nonce, digest=digest), at=Instant(at))
                for tag, nonce, digest, at in found
            ]
        )

    def find(self, log: str, digest: bytes) -> tuple[int, ...]:
        """Return the indices of all leaves over this digest."""
        row = self._log(log)
        if row is None:
            return ()
        return tuple(
            found[0] for found in self._rows.all(_FIND, log=row[0], start=start_of(digest), whole=digest)
        )

    def checkpoint(self, log: str) -> bytes | None:
        """Return the signed checkpoint of the greatest size."""
        if log not in self._heads:
            row = self._rows.one(_CHECKPOINT, origin=log)
            self._heads[log] = None if row is None else bytes(row[0])
        return self._heads[log]

    def checkpoint_at(self, log: str, size: int) -> bytes | None:
        """Return the signed checkpoint of one size."""
        row = self._rows.one(_CHECKPOINT_AT, origin=log, wanted=size)
        return None if row is None else bytes(row[0])

    def checkpoints(self, log: str) -> tuple[tuple[int, bytes], ...]:
        """Return all signed checkpoints, smallest first."""
        return tuple((size, bytes(note)) for size, note in self._rows.all(_CHECKPOINTS, origin=log))

    def witnessed(self, origin: str) -> Witnessed | None:
        """Return the head held of somebody else's log."""
        if origin not in self._witnessed:
            row = self._rows.one(_WITNESSED, of=origin)
            self._witnessed[origin] = None if row is None else _head(row)
        return self._witnessed[origin]

    def alarms(self) -> tuple[Alarm, ...]:
        """Return all alarms, oldest first."""
        return tuple(
            Alarm(
                kind=AlarmKind(kind),
                origin=origin,
                held=held,
                offered=offered,
                proven=bool(proven),
                at=Instant(at),
            )
            for kind, origin, held, offered, proven, at in self._rows.all(_ALARMS)
        )

    def _log(self, log: str) -> tuple[int, int] | None:
        # NOTE: nobody else can change a log while this transaction lasts.
        if log not in self._known:
            row = self._rows.one(_LOG, origin=log)
            if row is None:
                return None
            self._known[log] = (row[0], row[1])
        return self._known[log]


class SqlLogStore(SqlLogReads):
    """The whole store, inside one transaction."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._grown: set[str] = set()

    def append(self, log: str, *, start: int, leaves: Sequence[StoredLeaf], nodes: Sequence[NodeRow]) -> None:
        """Store leaves and the nodes they complete."""
        row = self._log(log)
        if row is None:
            row = self._new_log(log)
        number, size = row
        if start != size:
            raise _conflict(size, start)
        if log in self._grown:
            self._rows.run_later(_RESIZE, log=number, old=start, new=start + len(leaves))
        elif not self._rows.run(_RESIZE, log=number, old=start, new=start + len(leaves)):
            raise _conflict(size, start)
        self._grown.add(log)
        read = self._read.setdefault(log, {})
        if len(read) + len(nodes) > _MOST_READ:
            read.clear()  # what was read so far is of an older size, and what is written now is in the table
        else:
            read.update(((level, index), found) for level, index, found in nodes)
        self._known[log] = (number, start + len(leaves))
        hashes = {index: found for level, index, found in nodes if not level}
        rows = []
        for at, item in enumerate(leaves, start):
            leaf = item.leaf
            digest = leaf.digest
            begin = int.from_bytes(digest[:8], "big", signed=True)
            rows.append((number, at, leaf.tag, leaf.nonce, digest, item.at, hashes[at], begin))
        self._rows.put_later(_ADD_LEAF, *rows)
        self._rows.put_later(
            _ADD_NODE,
            *[(number, (((index << 1) | 1) << level) - 1, found) for level, index, found in nodes if level],
        )

    def _new_log(self, log: str) -> tuple[int, int]:
        found = self._rows.one(_NEXT_LOG)
        number = int(found[0]) if found else 1
        self._rows.put(_ADD_LOG, (number, _authority_of(log), log, 0))
        return number, 0

    def put_checkpoint(self, log: str, size: int, note: bytes) -> None:
        """Store a signed checkpoint."""
        self._rows.put(_PUT_CHECKPOINT, (log, size, note))
        self._heads.pop(log, None)

    def set_witnessed(self, origin: str, *, expected_size: int | None, state: Witnessed) -> bool:
        """Store a head if the one held has the expected size."""
        self._witnessed.pop(origin, None)
        if expected_size is None:
            row = (origin, state.size, state.root, state.note, state.at)
            return self._rows.put(_FIRST_WITNESSED, row) > 0
        changed = self._rows.run(
            _NEXT_WITNESSED,
            of=origin,
            old=expected_size,
            new=state.size,
            hash=state.root,
            bytes=state.note,
            now=state.at,
        )
        return changed > 0

    def put_alarm(self, alarm: Alarm) -> None:
        """Store an alarm; the same two notes again change nothing."""
        notes = sha256(sha256(alarm.held).digest() + sha256(alarm.offered).digest()).digest()
        found = self._rows.one(_NEXT_ALARM)
        number = int(found[0]) if found else 1
        kept = (alarm.kind.value, alarm.origin, alarm.held, alarm.offered, int(alarm.proven), alarm.at)
        self._rows.put(_ADD_ALARM, (number, notes, *kept))


def _head(row: Row) -> Witnessed:
    return Witnessed(origin=row[0], size=row[1], root=row[2], note=row[3], at=Instant(row[4]))


def _authority_of(log: str) -> str:
    try:
        return parse_origin(log).authority
    except MalformedError:
        return ""


def _conflict(size: int, start: int) -> ConflictError:
    return ConflictError("log.size", f"the log has {size} leaves, not {start}", hint="try again")
