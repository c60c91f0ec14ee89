"""How reports become rows of two shelves: what is known of them, and what they say, erased sooner."""

import base64

from comity.indicators.errors import no_report
from comity.indicators.marks import Tlp
from comity.indicators.ports import Shared, Wanted
from comity.indicators.reports import (
    CONTENTS,
    REPORTS,
    Contents,
    Report,
    State,
    dump_kept,
    parse_contents,
    parse_report,
)
from comity.indicators.stixwire import stix_time
from comity.kernel.clock import DAY, Instant
from comity.kernel.ids import AuthorityId
from comity.node.ports import Transaction

PAGE = 1000


def put_report(
    tx: Transaction, authority: AuthorityId, report: Report, contents: Contents | None = None
) -> None:
    """Keep a report in the place of its older version, of which nothing stays.

    Args:
        tx: The caller's transaction.
        authority: Whose.
        report: What is known of it.
        contents: What it says; None leaves that as it is.
    """
    _put(tx, authority, REPORTS, report, dump_kept(report))
    if contents is not None:
        _put(tx, authority, CONTENTS, report, dump_kept(contents))


def report_of(tx: Transaction, authority: AuthorityId, name: str) -> Report:
    """Return a report; raise NotFoundError ``scam.absent`` where there is none."""
    rows = tx.sharing.shared(authority, REPORTS, Wanted(ids=(name,), most=1))
    if not rows:
        raise no_report(name)
    return parse_report(rows[0].body)


def contents_of(tx: Transaction, authority: AuthorityId, name: str) -> Contents:
    """Return what a report says; nothing for one that was erased."""
    rows = tx.sharing.shared(authority, CONTENTS, Wanted(ids=(name,), most=1))
    return parse_contents(rows[0].body) if rows else Contents()


def reports_of(tx: Transaction, authority: AuthorityId, *, state: str = "") -> list[Report]:
    """Return every report, by its place on the shelf."""
    found: list[Report] = []
    after = 0
    kinds = (state,) if state else ()
    while rows := tx.sharing.shared(authority, REPORTS, Wanted(after=after, kinds=kinds, most=PAGE)):
        found += [parse_report(one.body) for one in rows]
        after = rows[-1].number
    return found


def forget_old(tx: Transaction, authority: AuthorityId, *, days: int, now: Instant) -> None:
    """Drop reports that nobody opened in so many days, and erase what those of that age say."""
    limit = now - days * DAY
    for one in reports_of(tx, authority):
        if one.received_at >= limit:
            continue
        if one.state is State.WAITING:
            tx.sharing.drop_shared(authority, REPORTS, one.id)
        tx.sharing.drop_shared(authority, CONTENTS, one.id)


def erase(tx: Transaction, authority: AuthorityId, name: str) -> None:
    """Erase what a report says."""
    tx.sharing.drop_shared(authority, CONTENTS, name)


def receipt_of(raw: bytes) -> str:
    """Return ten random bytes as a number that can be read aloud."""
    text = base64.b32encode(raw[:10]).decode("ascii")
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _put(tx: Transaction, authority: AuthorityId, shelf: str, report: Report, body: bytes) -> None:
    tx.sharing.drop_shared(authority, shelf, report.id)
    row = Shared(
        authority=authority,
        shelf=shelf,
        number=0,
        object_id=report.id,
        version=stix_time(report.changed_at, digits=6),
        kind=report.state.value,
        added_at=report.changed_at,
        tlp=Tlp.RED,
        body=body,
    )
    tx.sharing.add_shared([row])
