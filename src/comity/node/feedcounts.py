"""Counts for figures on feeds, read from the books: batches, receipts, alerts, receivers, sources.

A span is read by the time at which things came to their shelf, so what lies before it costs nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from comity.exchange.receipts import STORED, Receipt, parse_receipt
from comity.indicators.alerts import AlertRecord, parse_record
from comity.indicators.errors import bad_form
from comity.indicators.feedfigures import (
    RECEIVED,
    SENT,
    TAKEN_BACK,
    Crossing,
    HeldBack,
    ReceiverFigure,
    SourceFigure,
    Standing,
    Unconfirmed,
)
from comity.indicators.figures import counted
from comity.indicators.ports import EVENTS, SHARED, STATEMENTS, Shared, Wanted
from comity.indicators.statements import parse_indicator
from comity.indicators.warnings import Warnings
from comity.kernel.clock import DAY, Instant, from_datetime
from comity.kernel.ids import ActId, AuthorityId
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import parse_envelope
from comity.node.feedbook import (
    ALERTS,
    IN,
    INDICATORS,
    OUT,
    RECEIPTS,
    TURNED_AWAY,
    BatchRecord,
    Channel,
    batch_of,
    reached,
    receipt_kept,
    shares_of,
)
from comity.node.feedindicators import held_back
from comity.node.feeding import Asked, Feeder
from comity.node.ports import Transaction
from comity.node.sourcebook import sources_of, state_of

DAYS = 30
"""Days of a span where nobody says which."""
_PAGE = 500


def span_of(first: str, last: str, *, now: Instant) -> tuple[Instant, Instant]:
    """Return a span of days, both counted in, as its first instant and the first behind it.

    Args:
        first: Such as ``2026-11-01``; empty for the thirty days up to the last.
        last: Empty for today.
        now: What time it is.

    Raises:
        MalformedError: ``indicators.form``: no day, or a span that ends before it begins.
    """
    today = datetime.fromtimestamp(now // DAY * 86_400, tz=UTC).date()
    end = _day(last, "until") if last else today
    begin = _day(first, "since") if first else max(end - timedelta(days=DAYS - 1), date(1970, 1, 1))
    if begin > end:
        raise bad_form("a span of days does not end before it begins", where="until")
    since, until = (from_datetime(datetime(one.year, one.month, one.day, tzinfo=UTC)) for one in (begin, end))
    return since, Instant(until + DAY)


def crossings(
    tx: Transaction, authority: AuthorityId, *, since: Instant, until: Instant
) -> Iterator[Crossing]:
    """Yield the batches of a span that went, that came, and that were turned away."""
    for rows in _pages(tx, authority, OUT, since=since, until=until):
        records = [_record(row) for row in rows]
        receipts = _receipts(tx, authority, records)
        yield from (_sent(one, receipts.get(one.id)) for one in records)
    for shelf in (IN, TURNED_AWAY):
        for rows in _pages(tx, authority, shelf, since=since, until=until):
            yield from (_received(_record(row), is_whole=shelf == TURNED_AWAY) for row in rows)


def alerts_between(
    tx: Transaction, authority: AuthorityId, *, since: Instant, until: Instant
) -> Iterator[AlertRecord]:
    """Yield the alerts that were sent or came in a span, as they stand now."""
    # An alert of the span may have changed after it, so those behind the span are looked at too.
    for rows in _pages(tx, authority, ALERTS, since=since, until=None):
        for record in (parse_record(row.body) for row in rows):
            at = record.came if record.via else record.alert.at
            if since <= at < until:
                yield record


def unconfirmed(tx: Transaction, authority: AuthorityId, feeder: Feeder) -> Iterator[Unconfirmed]:
    """Yield by feed what is taken back and not confirmed: on its way, or not told yet."""
    for share in shares_of(tx, authority):
        from_then = share.since if share.recall else 0
        going = _on_the_way(tx, share.channel(authority))
        found = [(number, max(at, from_then)) for number, at in going if number]
        portion = feeder.untold(tx, share, authority)
        more = False
        if portion is not None:
            told, more = portion
            found += [(1, max(one.at, from_then)) for one in told.changes if one.kind in TAKEN_BACK]
        count = sum(number for number, _ in found)
        if count:
            yield Unconfirmed(
                office=share.office,
                feed=share.feed,
                list=share.name,
                count=count,
                oldest=Instant(min(at for _, at in found)),
                at_least=more,
            )


def standing(tx: Transaction, authority: AuthorityId, warnings: Warnings, *, now: Instant) -> Standing:
    """Return how all statements of an office stand, and what of the published each peer is not given."""
    asked = [
        Asked(channel=one.channel(authority), share=one, after=0, epoch=0, is_first=False, now=now)
        for one in shares_of(tx, authority)
        if one.feed == INDICATORS
    ]
    held: list[Counter[str]] = [Counter() for _ in asked]
    statements = published = warned = after = 0
    while rows := tx.sharing.shared(authority, STATEMENTS, Wanted(after=after, most=_PAGE)):
        for one in (parse_indicator(row.body) for row in rows):
            if one.retracted is not None:
                continue
            statements += 1
            if one.published is None:
                warned += bool(warnings.lists_of(one.kind, one.value))
                continue
            published += 1
            for wish, counts in zip(asked, held, strict=True):
                if reason := held_back(one, wish):
                    counts[reason] += 1
        after = rows[-1].number
    return Standing(
        statements=statements,
        published=published,
        warned=warned,
        held=tuple(
            HeldBack(office=wish.share.office, reasons=counted(counts))
            for wish, counts in zip(asked, held, strict=True)
        ),
    )


def receiver_figures(
    tx: Transaction, authority: AuthorityId, *, since: Instant, until: Instant
) -> tuple[ReceiverFigure, ...]:
    """Return the receivers by name, with how many objects each brought in a span."""
    receivers = tx.sharing.receivers(authority)
    brought: Counter[str] = Counter()
    if any(one.writes for one in receivers):
        for shelf in (SHARED, EVENTS):
            for rows in _pages(tx, authority, shelf, since=since, until=until, every=True):
                brought.update(row.owner for row in rows if row.owner)
    return tuple(
        ReceiverFigure(
            name=one.name,
            tlp=one.most_tlp.label,
            writes=one.writes,
            made_at=one.made_at,
            revoked_at=one.revoked_at,
            brought=brought[one.name],
        )
        for one in receivers
    )


def source_figures(tx: Transaction, authority: AuthorityId) -> tuple[SourceFigure, ...]:
    """Return the servers that are pulled, by name: when that went well last, and when it failed."""
    found = []
    for one in sources_of(tx, authority):
        state = state_of(tx, authority, one.name)
        found.append(
            SourceFigure(
                name=one.name,
                kind=one.kind.value,
                pulled_at=state.at or None,
                failed_at=state.failed_at or None,
                fault=state.fault,
                pushed=len(state.pushed),
            )
        )
    return tuple(found)


def _pages(
    tx: Transaction,
    authority: AuthorityId,
    shelf: str,
    *,
    since: Instant,
    until: Instant | None,
    every: bool = False,
) -> Iterator[Sequence[Shared]]:
    """Yield what came to a shelf in a span, page by page: times on a shelf only grow with the numbers."""
    wanted = Wanted(since=Instant(since - 1), most=_PAGE, every=every)
    while rows := tx.sharing.shared(authority, shelf, wanted):
        inside = [row for row in rows if until is None or row.added_at < until]
        if inside:
            yield inside
        if len(inside) < len(rows):
            return
        wanted = Wanted(after=rows[-1].number, most=_PAGE, every=every)


def _record(row: Shared) -> BatchRecord:
    return msgspec.msgpack.decode(row.body, type=BatchRecord)


def _receipts(
    tx: Transaction, authority: AuthorityId, records: Sequence[BatchRecord]
) -> dict[str, tuple[Receipt, Instant]]:
    """Return the receipts of peers for batches that went, and when each came."""
    names = {f"{one.id} {one.office}": one.id for one in records}
    rows = tx.sharing.shared(authority, RECEIPTS, Wanted(ids=tuple(names), most=max(1, len(names))))
    return {names[row.object_id]: (_receipt(row.body), row.added_at) for row in rows}


def _receipt(data: bytes) -> Receipt:
    return parse_receipt(parse_envelope(parse_ijson(data, where="receipt")))


def _sent(record: BatchRecord, receipt: tuple[Receipt, Instant] | None) -> Crossing:
    is_stored = receipt is not None and receipt[0].result == STORED
    refusal = "" if receipt is None or is_stored else receipt[0].code
    return Crossing(
        office=record.office,
        feed=record.feed,
        list=record.name,
        direction=SENT,
        kinds=record.kinds,
        count=record.count,
        taken=record.count if is_stored else 0,
        left=(refusal,) * record.count if refusal else (),
        at=Instant(record.at),
        receipted_at=None if receipt is None else receipt[1],
    )


def _received(record: BatchRecord, *, is_whole: bool) -> Crossing:
    codes = tuple(code for _, code in record.refused)
    return Crossing(
        office=record.office,
        feed=record.feed,
        list=record.name,
        direction=RECEIVED,
        kinds=record.kinds,
        count=record.count,
        taken=record.taken,
        left=codes * record.count if is_whole else codes,
        at=Instant(record.at),
    )


def _on_the_way(tx: Transaction, channel: Channel) -> Iterator[tuple[int, int]]:
    """Yield how many changes of a batch take something back, and since when it waits for its receipt."""
    state = reached(tx, channel)
    name = state.pending
    while name:
        record = batch_of(tx, channel.authority, OUT, ActId(name))
        signer = str(channel.peer.authority)
        if record is None or receipt_kept(tx, channel.authority, ActId(name), signer=signer) is not None:
            return
        gone = sum(number for kind, number in record.kinds if kind in TAKEN_BACK)
        yield gone, record.since or record.at
        name = record.prev


def _day(text: str, where: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as exc:
        raise bad_form("a day is written such as 2027-01-31", where=where) from exc
    if not 1970 <= found.year < 9999:
        raise bad_form("a day of the years 1970 to 9998 is meant", where=where)
    return found
