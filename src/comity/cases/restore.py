"""Two reasons not to sign: a clock that runs behind, and own acts that others hold and we do not.

Basis: PROTOCOL rules 14 and 15
"""

from comity.cases.errors import ClockBehindError
from comity.cases.ports import CaseTransaction
from comity.kernel.clock import SECOND, Instant, format_instant
from comity.kernel.errors import ConflictError
from comity.kernel.ids import AuthorityId, CaseId

MARK = "clock.high_water"
_STEP = SECOND


def high_water(tx: CaseTransaction) -> Instant:
    """Return the latest time that this node signed or stored at, to the second; 0 on a fresh node."""
    kept = tx.node.setting(MARK)
    return Instant(int(kept)) if kept else Instant(0)


def is_clock_behind(tx: CaseTransaction, now: Instant) -> bool:
    """Tell whether ``now`` lies before the mark."""
    return now < high_water(tx)


def require_clock(tx: CaseTransaction, now: Instant) -> None:
    """Raise ClockBehindError ``clock.behind`` when ``now`` lies before the mark."""
    mark = high_water(tx)
    if now < mark:
        raise ClockBehindError(
            "clock.behind",
            f"the clock says {format_instant(now)} but this node has worked until {format_instant(mark)}",
            hint="set the clock right; nothing is signed before it has caught up",
        )


def raise_mark(tx: CaseTransaction, now: Instant) -> None:
    """Keep ``now`` as the mark; it is written at most once a second."""
    if now >= high_water(tx) + _STEP:
        tx.node.put_setting(MARK, str(int(now)).encode())


def suspect_restore(tx: CaseTransaction, *, authority: AuthorityId, case: CaseId, at: Instant) -> None:
    """Note that somebody holds acts of ours in this case which we do not."""
    name = _name(authority, case)
    if tx.node.setting(name) is None:
        tx.node.put_setting(name, str(int(at)).encode())


def is_restore_suspected(tx: CaseTransaction, *, authority: AuthorityId, case: CaseId) -> bool:
    """Tell whether :func:`suspect_restore` was noted for the case."""
    return tx.node.setting(_name(authority, case)) is not None


def require_whole(tx: CaseTransaction, *, authority: AuthorityId, case: CaseId) -> None:
    """Raise ConflictError ``case.restore`` when the other side holds acts of ours that we lack."""
    if is_restore_suspected(tx, authority=authority, case=case):
        raise ConflictError(
            "case.restore",
            "the other side holds acts of this authority in the case that are not here",
            hint="this node was restored from an older copy or cloned; fetch the acts before signing again",
        )


def _name(authority: AuthorityId, case: CaseId) -> str:
    return f"restore/{authority}/{case}"
