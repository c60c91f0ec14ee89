"""Alarms of an office as they are kept."""

from comity.kernel.ids import AuthorityId
from comity.node.ports import Transaction
from comity.node.ringing import Alarm, dump_alarm, parse_alarm


def alarms_of(tx: Transaction, authority: AuthorityId) -> tuple[Alarm, ...]:
    """Return every alarm of an office, in the order of their names."""
    kept = [tx.node.setting(name) for name in tx.node.names(f"lane/{authority}/alarm/")]
    return tuple(parse_alarm(data) for data in kept if data is not None)


def keep_alarm(tx: Transaction, authority: AuthorityId, alarm: Alarm) -> None:
    """Keep an alarm, in place of what was kept of it before."""
    tx.node.put_setting(f"lane/{authority}/alarm/{alarm.id}", dump_alarm(alarm))
