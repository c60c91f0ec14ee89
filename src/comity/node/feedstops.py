"""What of a peer's feeds this office does not take: a decision with its reason, told to the peer.

While a feed is stopped its batches are received and receipted as ever. Retractions and what is taken back
are kept; everything else is passed over by name, and comes again once the office takes the feed again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from comity.exchange.envelope import End
from comity.exchange.feeds import MOST_CHANGES
from comity.indicators.feedfigures import DECISION
from comity.indicators.marks import Tlp
from comity.indicators.ports import STATEMENTS, Shared, Wanted
from comity.indicators.statements import WITHDRAWN, Retraction, parse_indicator
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, Fingerprint
from comity.kernel.ijson import parse_ijson
from comity.node.feedbook import (
    ALERTS,
    INDICATORS,
    OUT,
    Channel,
    Reached,
    came,
    every_batch,
    keep_came,
    keep_reached,
    reached,
)
from comity.node.feeding import Asked, Change, Portion
from comity.node.feedtaking import Outcome, Parcel
from comity.node.following import follow_shared
from comity.node.ports import Transaction
from comity.node.stated import add_statements
from comity.node.workplace import Workplace

TAKING = "taking"
STOPPED = "feed.stopped"
STOPPABLE = (INDICATORS, ALERTS)
_SHELF = "feed-stops"
_PAGE = 1000
_AHEAD = 5 * MINUTE


class Stop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a feed of a peer is not taken, or is taken again: an officer's decision.

    Attributes:
        office: Of the peer, of the Party of ``root``.
        is_stopped: Whether it is not taken from then on.
        at: When, by which ``officer``, for which ``reason``, in words of which ``language`` if that is known.
        epoch: Of the last batch that was taken whole; with ``seq`` its number, with ``last`` its id.
        upto: Statements up to this number, where they came from the peer, are withdrawn from use; 0 for none.
    """

    office: str
    root: str
    feed: str
    is_stopped: bool
    at: int
    officer: str
    reason: str
    language: str = ""
    epoch: int = 0
    seq: int = 0
    last: str = ""
    upto: int = 0

    def channel(self, authority: AuthorityId) -> Channel:
        """Return the channel of the feed."""
        peer = End(authority=AuthorityId(self.office), root=Fingerprint(self.root))
        return Channel(authority=authority, peer=peer, feed=self.feed)


class _TakingWire(msgspec.Struct, frozen=True, kw_only=True):
    """What the peer is told: whether it is taken, since when, and behind which of its batches it goes on."""

    feed: str
    stopped: bool
    at: int
    epoch: int = 0
    seq: int = 0


def stop_of(tx: Transaction, channel: Channel) -> Stop | None:
    """Return what was decided last on taking a feed; None where nobody ever did."""
    rows = tx.sharing.shared(channel.authority, _SHELF, Wanted(ids=(_name(channel),), most=1))
    return msgspec.json.decode(rows[0].body, type=Stop) if rows else None


def is_stopped(tx: Transaction, channel: Channel) -> bool:
    """Tell whether a feed of a peer is not taken now."""
    found = stop_of(tx, channel)
    return found is not None and found.is_stopped


def stops_of(tx: Transaction, authority: AuthorityId) -> Iterator[Stop]:
    """Yield what was decided last on every feed of a peer that was ever stopped."""
    after = 0
    while rows := tx.sharing.shared(authority, _SHELF, Wanted(after=after, most=_PAGE)):
        yield from (msgspec.json.decode(row.body, type=Stop) for row in rows)
        after = rows[-1].number


def keep_stop(tx: Transaction, authority: AuthorityId, stop: Stop) -> None:
    """Keep a decision; the peer is told by its feed."""
    row = Shared(
        authority=authority,
        shelf=_SHELF,
        number=0,
        object_id=_name(stop.channel(authority)),
        version=f"{stop.at:020}",
        kind=stop.feed,
        added_at=Instant(stop.at),
        tlp=Tlp.RED,
        body=msgspec.json.encode(stop),
    )
    tx.sharing.add_shared([row])


def goes_on(tx: Transaction, channel: Channel, stop: Stop) -> tuple[int, int]:
    """Have a feed go on where it was stopped and return that place; (0, 0) where all must come again."""
    state = came(tx, channel)
    whole = bool(stop.upto) or state.epoch != stop.epoch
    seq, last = (0, "") if whole else (stop.seq, stop.last)
    keep_came(tx, channel, msgspec.structs.replace(state, seq=seq, last=last))
    return (0, 0) if whole else (stop.epoch, stop.seq)


def withdraw(tx: Transaction, authority: AuthorityId, stop: Stop, *, now: Instant) -> bool:
    """Withdraw some more of what came by a feed that was stopped; return whether something is left.

    Nothing is erased: each statement gets a version that says why it is not to be used. Whoever was given one
    by this office is told at once.
    """
    channel = stop.channel(authority)
    name = f"feed/withdrawn/{authority}/{channel.key}"
    after = _done(tx, channel, stop)
    if after >= stop.upto:
        return False
    rows = tx.sharing.shared(authority, STATEMENTS, Wanted(after=after, most=_PAGE))
    changed = []
    for row in rows:
        if row.owner != channel.owner or row.number > stop.upto:
            continue
        known = parse_indicator(row.body)
        if known.retracted is None:
            gone = Retraction(at=now, officer="", code=WITHDRAWN, reason=stop.reason, language=stop.language)
            at = Instant(now // 1000 * 1000)
            changed.append((known, known.again(at=at, retracted=gone, published=None)))
    add_statements(tx, authority, [made for _, made in changed], at=now)
    follow_shared(tx, authority, changed, at=now)
    upto = rows[-1].number if len(rows) == _PAGE else stop.upto
    tx.node.put_setting(name, f"{stop.at} {upto}".encode())
    return upto < stop.upto


def withdrawals(tx: Transaction, authority: AuthorityId) -> tuple[Stop, ...]:
    """Return the decisions by which something is still to be withdrawn."""
    found = (one for one in stops_of(tx, authority) if one.upto)
    return tuple(one for one in found if _done(tx, one.channel(authority), one) < one.upto)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingSource:
    """What a peer is told of its feeds that this office does not take, or takes again."""

    def head(self, tx: Transaction, channel: Channel) -> int:
        """Return the number of the newest decision."""
        return tx.sharing.count_shared(channel.authority, _SHELF)

    def portion(self, tx: Transaction, asked: Asked) -> Portion:
        """Return the decisions that concern a peer; why they were made it is not told."""
        channel = asked.channel
        rows = tx.sharing.shared(channel.authority, _SHELF, Wanted(after=asked.after, most=MOST_CHANGES))
        given = asked.given(tx, [row.object_id for row in rows])
        found = []
        for row in rows:
            stop = msgspec.json.decode(row.body, type=Stop)
            mine = (stop.office, stop.root) == (channel.peer.authority, channel.peer.root)
            if mine and not asked.is_known(given.get(row.object_id), row.version):
                told = _TakingWire(
                    feed=stop.feed, stopped=stop.is_stopped, at=stop.at, epoch=stop.epoch, seq=stop.seq
                )
                body = msgspec.json.encode({"taking": told})
                found.append(Change(id=row.object_id, version=row.version, body=body, kind=DECISION))
        return Portion(changes=tuple(found), upto=rows[-1].number if rows else asked.after)

    def stored(self, tx: Transaction, channel: Channel, *, upto: int) -> None:
        """Note nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingSink:
    """Takes what a peer says of our feeds: while it does not take one, it is given retractions alone."""

    def take(self, tx: Transaction, parcel: Parcel) -> Outcome:
        """Keep what holds; name the others.

        Raises:
            MalformedError: ``json.…``, ``feed.form``.
        """
        size = len(parcel.changes) + 1
        listed = parcel.listed(parse_ijson(parcel.changes, most_bytes=size, where="feed"))
        refused = []
        for number, value in enumerate(listed):
            if code := _heard(tx, parcel, value):
                refused.append((f"{number}", code))
        kinds = ((DECISION, len(listed)),) if listed else ()
        return Outcome(taken=len(listed) - len(refused), refused=tuple(refused), kinds=kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawer:
    """Goes on withdrawing what came by a feed that was stopped, a portion in each transaction."""

    place: Workplace

    def waits(self, authority: AuthorityId) -> bool:
        """Tell whether something is left to withdraw."""
        with self.place.store.snapshot() as tx:
            return bool(withdrawals(tx, authority))

    def turn(self, authority: AuthorityId) -> None:
        """Withdraw all that is left."""
        with self.place.store.snapshot() as tx:
            left = withdrawals(tx, authority)
        for stop in left:
            more = True
            while more:
                with self.place.store.transaction() as tx:
                    more = withdraw(tx, authority, stop, now=self.place.clock.now())


def _heard(tx: Transaction, parcel: Parcel, value: object) -> str:
    match value:
        case {"taking": dict(raw), **rest} if not rest:
            try:
                told = msgspec.convert(raw, _TakingWire)
            except msgspec.ValidationError:
                return "feed.form"
        case _:
            return "feed.form"
    if told.feed not in STOPPABLE:
        return "feed.unknown"
    if told.at > parcel.now + _AHEAD:
        return "feed.future"
    ours = parcel.channel
    channel = Channel(authority=ours.authority, peer=ours.peer, feed=told.feed)
    state = reached(tx, channel)
    if told.at > state.heard:
        keep_reached(tx, channel, _told(tx, channel, state, told))
    return ""


def _told(tx: Transaction, channel: Channel, state: Reached, told: _TakingWire) -> Reached:
    if told.stopped or not state.declined:
        return msgspec.structs.replace(state, heard=told.at, declined=told.at if told.stopped else 0)
    place, batches = (told.epoch, told.seq), every_batch(tx, channel, OUT)
    cursor = next((one.upto for one in batches if (one.epoch, one.seq) == place), 0)
    return msgspec.structs.replace(state, heard=told.at, declined=0, again=True, cursor=cursor)


def require_stoppable(feed: str) -> None:
    """Raise MalformedError ``feed.unknown`` for a feed that is stopped in another way, or is none."""
    if feed not in STOPPABLE:
        raise MalformedError("feed.unknown", f"no feed {feed[:40]!r} is known here", where="feed")


def _done(tx: Transaction, channel: Channel, stop: Stop) -> int:
    data = tx.node.setting(f"feed/withdrawn/{channel.authority}/{channel.key}")
    at, _, upto = (data or b"0 0").decode().partition(" ")
    return int(upto) if int(at) == stop.at else 0


def _name(channel: Channel) -> str:
    return sha256(channel.key.encode()).hex()
