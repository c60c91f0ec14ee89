"""Settings and the journal behind the national log, in SQL."""

from sqlalchemy import bindparam, func, select

from comity.kernel.ids import AuthorityId
from comity.node.ports import ReadEntry
from comity.storage.sql import tables as t
from comity.storage.sql.statements import Rows, Statement, insert_row, upsert

_S, _J = t.SETTING.c, t.JOURNAL.c
_SETTING = Statement(select(_S.value).where(_S.name == bindparam("of")))
_PUT_SETTING = upsert(t.SETTING)
_NAMES = Statement(
    select(_S.name).where(_S.name >= bindparam("first"), _S.name < bindparam("beyond")).order_by(_S.name)
)
_LAST = "\U0010ffff"
_NEXT = Statement(select(func.coalesce(func.max(_J.number), 0) + 1))
_PUT_ENTRY = insert_row(t.JOURNAL)
_JOURNAL = Statement(
    select(t.JOURNAL)
    .where(_J.authority == bindparam("authority"))
    .order_by(_J.number.desc())
    .limit(bindparam("newest"))
)


class SqlNodeStore:
    """Settings and the journal, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._settings: dict[str, bytes | None] = {}

    def setting(self, name: str) -> bytes | None:
        """Return a stored value, or None; what was read once is remembered."""
        if name not in self._settings:
            row = self._rows.one(_SETTING, of=name)
            self._settings[name] = None if row is None else bytes(row[0])
        return self._settings[name]

    def put_setting(self, name: str, value: bytes) -> None:
        """Store a value under a name, replacing an older one."""
        self._rows.put(_PUT_SETTING, (name, value))
        self._settings[name] = value

    def names(self, prefix: str) -> tuple[str, ...]:
        """Return the names of all values that begin with a prefix, sorted."""
        rows = self._rows.all(_NAMES, first=prefix, beyond=prefix + _LAST)
        return tuple(str(row[0]) for row in rows)

    def put_entry(self, entry: ReadEntry) -> None:
        """Keep what a leaf of the national log commits to."""
        found = self._rows.one(_NEXT)
        self._rows.put(
            _PUT_ENTRY,
            (
                int(found[0]) if found else 1,
                entry.at,
                entry.authority,
                entry.officer,
                entry.subject,
                entry.action,
                entry.about,
                entry.purpose,
                entry.log_index,
                entry.nonce,
                entry.statement,
            ),
        )

    def journal(self, authority: AuthorityId, *, newest: int = 1000) -> tuple[ReadEntry, ...]:
        """Return the newest entries of an authority, newest first."""
        return tuple(
            ReadEntry(
                at=row[1],
                authority=row[2],
                officer=row[3],
                subject=row[4],
                action=row[5],
                about=row[6],
                purpose=row[7],
                log_index=row[8],
                nonce=row[9],
                statement=row[10],
            )
            for row in self._rows.all(_JOURNAL, authority=authority, newest=newest)
        )
