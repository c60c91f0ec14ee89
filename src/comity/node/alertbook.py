"""Alerts of an office, its own and others', as they are kept."""

from collections.abc import Iterator

from comity.indicators.alerts import AlertRecord, dump_record, parse_record
from comity.indicators.marks import Tlp
from comity.indicators.ports import Shared, Wanted
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.feedbook import ALERTS
from comity.node.ports import Transaction

_PAGE = 1000


def record_of(tx: Transaction, authority: AuthorityId, name: str) -> AlertRecord | None:
    """Return an alert as it is kept now, or None."""
    rows = [row for row in tx.sharing.shared(authority, ALERTS, Wanted(ids=(name,), most=1)) if row.newest]
    return parse_record(rows[0].body) if rows else None


def records_of(tx: Transaction, authority: AuthorityId) -> Iterator[AlertRecord]:
    """Yield every alert of an office, ours and others', the oldest first by last change."""
    after = 0
    while rows := tx.sharing.shared(authority, ALERTS, Wanted(after=after, most=_PAGE)):
        yield from (parse_record(row.body) for row in rows)
        after = rows[-1].number


def keep_record(tx: Transaction, authority: AuthorityId, record: AlertRecord, *, at: Instant) -> None:
    """Keep an alert as it is now."""
    number = tx.sharing.count_shared(authority, ALERTS) + 1
    row = Shared(
        authority=authority,
        shelf=ALERTS,
        number=0,
        object_id=record.alert.id,
        version=f"{number:016}",
        kind="alert",
        added_at=at,
        tlp=Tlp(record.alert.tlp),
        owner=record.via,
        body=dump_record(record),
    )
    tx.sharing.add_shared([row])
