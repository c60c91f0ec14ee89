"""The leases table: which of a node's processes works on what, and until when."""

from sqlalchemy import bindparam, delete, insert, or_, select, update

from comity.kernel.clock import Instant
from comity.node.ports import LONGEST_LEASE
from comity.storage.sql import tables as t
from comity.storage.sql.statements import Rows, Statement

_L = t.LEASE.c
_NAMED = _L.name == bindparam("of")
# Processes take and drop leases beside each other: on a server each waits for rows only.
_HELD = Statement(select(_L.holder, _L.ends_at).where(_NAMED), alone=True)
_TAKE = Statement(
    update(t.LEASE)
    .values(holder=bindparam("by"), ends_at=bindparam("until"))
    .where(
        _NAMED,
        or_(_L.holder == bindparam("by"), _L.ends_at <= bindparam("now"), _L.ends_at > bindparam("latest")),
    ),
    alone=True,
)
_PUT = Statement(insert(t.LEASE), tail="ON CONFLICT DO NOTHING", alone=True)
_HOLDERS = Statement(select(_L.holder).distinct().order_by(_L.holder), alone=True)
_DROP = Statement(delete(t.LEASE).where(_L.holder == bindparam("by")), alone=True)


class SqlLeaseStore:
    """Who works on what, inside one transaction.

    Args:
        rows: The transaction.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def take(self, name: str, *, holder: str, now: Instant, until: Instant) -> bool:
        """Take or renew a lease; return False, changing nothing, while another holder has it."""
        if self._rows.put(_PUT, (name, holder, until)):
            return True
        latest = now + LONGEST_LEASE
        return self._rows.run(_TAKE, of=name, by=holder, until=until, now=now, latest=latest) > 0

    def holder(self, name: str, *, now: Instant) -> str | None:
        """Return who has a lease now; None when nobody has."""
        row = self._rows.one(_HELD, of=name)
        return row[0] if row is not None and now < row[1] <= now + LONGEST_LEASE else None

    def holders(self) -> tuple[str, ...]:
        """Return everybody in whose name a lease is written, sorted."""
        return tuple(row[0] for row in self._rows.all(_HOLDERS))

    def drop(self, holder: str) -> int:
        """Give up every lease of a holder and return how many there were."""
        return self._rows.run(_DROP, by=holder)
