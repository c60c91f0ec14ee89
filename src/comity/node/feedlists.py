"""Lists of fingerprints in feeds: given only where records on both sides say so, and sealed on arrival.

The first batch of such a feed holds the terms and no fingerprint. The receiver takes it only where its own
record lets it hold the list; by its signed receipt it binds itself to the terms, and only then do
fingerprints leave. What is withdrawn, or a list that is taken back, reaches the receiver the same way.

Basis: 14, 16, 34, 36(1)
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from comity.exchange.feeds import MOST_CHANGES
from comity.indicators.feedfigures import ENTRY, WITHDRAWAL
from comity.kernel.clock import Instant, format_instant
from comity.kernel.errors import ConflictError, DeniedError, MalformedError
from comity.kernel.ijson import parse_ijson
from comity.node.feedbook import Channel, fed_of, share_of
from comity.node.feeding import MOST_LOOKED_AT, ROOM, Asked, Change, Portion
from comity.node.feedlistwire import EntryWire, GoneWire, ListChange, VoteWire
from comity.node.feedtaking import Outcome, Parcel
from comity.node.hashsecrets import member_of, office_lists
from comity.node.outcomes import take_outcomes
from comity.node.ports import Transaction
from comity.node.workplace import Workplace
from comity.protection import recalls
from comity.protection.categories import UNSORTED, scheme
from comity.protection.fingerprints import Fingerprints, parse_print, prints_of
from comity.protection.ports import Vault
from comity.protection.service import Lists
from comity.protection.shelves import (
    MOST_TAGS,
    MOST_TEXT,
    MOST_VOTES,
    Entry,
    Holding,
    Shelf,
    State,
    Vote,
)

WHOLE = "*"
_PAGE = 1000
_PRINTS = ("pdq", "md5", "sha1", "sha256")


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """Under which name a list of a peer is kept here; the record of who may hold it is the list's own.

    Attributes:
        local: Name of the list here.
        officer: Who decided it, ``since`` when.
        bound: Whether terms were agreed to, and ``onward`` whether by them the list may go on.
    """

    local: str
    officer: str
    since: int
    bound: bool = False
    onward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSource:
    """The lists of an office, for peers that its records name."""

    place: Workplace = field(repr=False)
    make_vault: Callable[[bytes], Vault] = field(repr=False)

    def head(self, tx: Transaction, channel: Channel) -> int:
        """Return the number of the newest change of any list."""
        return tx.hashes.last_hash(channel.authority)[0]

    def portion(self, tx: Transaction, asked: Asked) -> Portion:
        """Return the terms alone first, then the changes of the list, as far as the records allow."""
        channel = asked.channel
        room = office_lists(self.place, self.make_vault, tx, channel.authority)
        shelf = room.shelf(tx.hashes, channel.name)
        record = _record(shelf, channel, asked)
        if asked.is_first:
            if record is None:
                return Portion(changes=(), upto=self.head(tx, channel))
            return Portion(changes=(), upto=asked.after, terms=terms_of(shelf, record))
        found: list[Change] = []
        space, upto = ROOM, asked.after
        for number, change in self._changes(tx, asked, room, shelf, record):
            if change is not None:
                if len(found) == MOST_CHANGES or len(change.body) + 1 > space:
                    return Portion(changes=tuple(found), upto=upto)
                found.append(change)
                space -= len(change.body) + 1
            upto = number
        return Portion(changes=tuple(found), upto=upto)

    def _changes(
        self, tx: Transaction, asked: Asked, room: Lists, shelf: Shelf, record: Holding | None
    ) -> Iterator[tuple[int, Change | None]]:
        head, after = self.head(tx, asked.channel), asked.after
        if shelf.retracted is not None or asked.share.recall:
            yield after, self._whole(tx, asked, shelf)
            yield head, None
            return
        whole = asked.given(tx, [WHOLE]).get(WHOLE)
        # where all was taken back since, all is told again
        again = whole is not None and whole.epoch == asked.epoch
        for _ in range(MOST_LOOKED_AT // _PAGE):
            rows = list(room.entries(tx.hashes, [shelf.name], after=after, most=_PAGE))
            if not rows:
                yield head, None
                return
            given = asked.given(tx, [row.key for row, _ in rows])
            for row, entry in rows:
                fed, version = given.get(row.key), f"{row.number}"
                if entry.state is State.WITHDRAWN:
                    yield row.number, None if fed is None else _gone(row.key, version, entry)
                    continue
                may = record is not None and shelf.gives(entry, record)
                known = asked.is_known(fed, version) and not again
                yield row.number, _given(row.key, version, entry) if may and not known else None
            after = rows[-1][0].number

    def stored(self, tx: Transaction, channel: Channel, *, upto: int) -> None:
        """Note that a peer was told what people took back who had given it to a list."""
        room = office_lists(self.place, self.make_vault, tx, channel.authority)
        to = str(channel.peer.authority)
        rows = tx.hashes.recalls(channel.authority)
        waits = [one for one in rows if (one.shelf, one.receiver) == (channel.name, to)]
        if not waits:
            return
        entries = room.entries(tx.hashes, [channel.name], since=min(one.since for one in waits))
        changed = [(row, entry) for row, entry in entries if row.number <= upto]
        given = fed_of(tx, channel, [WHOLE, *(row.key for row, _ in changed)])
        share, shelf = share_of(tx, channel), room.shelf(tx.hashes, channel.name)
        if WHOLE in given and (shelf.retracted is not None or (share is not None and share.recall)):
            tx.hashes.drop_recalls(waits)
            return
        places = [
            entry.place
            for row, entry in changed
            if (fed := given.get(row.key)) is None
            or fed.is_gone
            or (not entry.prints.is_empty and fed.version == f"{row.number}")
        ]
        recalls.told(room, tx.hashes, name=channel.name, receiver=to, places=places)

    def _whole(self, tx: Transaction, asked: Asked, shelf: Shelf) -> Change | None:
        at = shelf.retracted or asked.share.since
        fed = asked.given(tx, [WHOLE]).get(WHOLE)
        if fed is not None and fed.epoch == asked.epoch and fed.version == f"{at}":
            return None
        body = msgspec.json.encode(ListChange(retracted=at))
        return Change(id=WHOLE, version=f"{at}", body=body, is_gone=True, kind=WITHDRAWAL, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSink:
    """Takes lists of peers, where this office's own record lets it hold them."""

    place: Workplace = field(repr=False)
    make_vault: Callable[[bytes], Vault] = field(repr=False)

    def take(self, tx: Transaction, parcel: Parcel) -> Outcome:
        """Keep the entries of a batch, sealed; name those that are none.

        Raises:
            DeniedError: ``feed.no_record``, ``feed.terms``, ``protect.ended``: the office may not hold it.
            MalformedError: ``feed.form``, ``json.…``.
            ConflictError: ``protect.many``.
        """
        channel, now = parcel.channel, parcel.now
        listed = parcel.listed(parse_ijson(parcel.changes, most_bytes=len(parcel.changes) + 1, where="feed"))
        found = acceptance(tx, channel)
        if found is None:
            raise DeniedError("feed.no_record", "no record lets this office hold the list", where="feed")
        room = office_lists(self.place, self.make_vault, tx, channel.authority)
        shelf = room.shelf(tx.hashes, found.local)
        found = _bound(found, shelf, parcel)
        keep_acceptance(tx, channel, found)
        member = member_of(tx, channel.owner)
        entries: list[Entry] = []
        refused: list[tuple[str, str]] = []
        kinds: Counter[str] = Counter()
        retracted = False
        for number, value in enumerate(listed):
            try:
                change = msgspec.convert(value, ListChange)
                kinds[change.kind] += 1
                retracted = retracted or change.retracted is not None
                entries += _entries(change, channel, member, now)
            except (msgspec.ValidationError, MalformedError, ConflictError, ValueError) as exc:
                refused.append((f"{number}", getattr(exc, "code", "feed.entry")))
        if retracted:
            entries = [
                entry.withdrawn()
                for _, entry in room.entries(tx.hashes, [shelf.name])
                if entry.member == member and entry.state is not State.WITHDRAWN
            ]
        # What was withdrawn without ever having come needs no trace here.
        kept = [one for one in entries if one.state is not State.WITHDRAWN or _is_here(tx, room, shelf, one)]
        taken = room.put(tx.hashes, shelf.name, kept, at=now)
        if self.place.is_shelter:
            take_outcomes(room, tx.hashes, kept, office=str(channel.peer.authority), at=now)
        count = len(listed) - len(refused)
        sorts = tuple(sorted(kinds.items()))
        return Outcome(taken=count, fresh=taken.added, refused=tuple(refused), kinds=sorts, keeps=False)


def _bound(found: Acceptance, shelf: Shelf, parcel: Parcel) -> Acceptance:
    """Return the decision with the terms of the sender; raise unless the own record holds within them."""
    terms = parcel.terms
    if parcel.batch.header.seq == 1:
        found = msgspec.structs.replace(found, bound=True, onward=terms.get("onward") == "yes")
        if terms.get("subject") != shelf.subject.value:
            raise DeniedError("feed.terms", "the list protects others than the record of this office says")
    shelf.require_held(parcel.now)
    if not found.bound or (shelf.holding.onward and not found.onward):
        raise DeniedError("feed.terms", "the record of this office says more than the sender allows")
    return found


def acceptance(tx: Transaction, channel: Channel) -> Acceptance | None:
    """Return the decision by which a list of a peer is taken in, or None."""
    data = tx.node.setting(f"feed/accept/{channel.authority}/{channel.key}")
    return None if data is None else msgspec.json.decode(data, type=Acceptance)


def keep_acceptance(tx: Transaction, channel: Channel, made: Acceptance) -> None:
    """Keep the decision by which a list of a peer is taken in."""
    tx.node.put_setting(f"feed/accept/{channel.authority}/{channel.key}", msgspec.json.encode(made))


def terms_of(shelf: Shelf, record: Holding) -> tuple[tuple[str, str], ...]:
    """Return what a receiver of a list binds itself to."""
    found = {
        "subject": shelf.subject.value,
        "source": shelf.source,
        "scheme": shelf.scheme,
        "dated": shelf.dated,
        "ground": record.ground,
        "licence": record.licence,
        "onward": "yes" if record.onward else "no",
        "until": "" if record.until is None else format_instant(record.until),
    }
    return tuple(sorted((name, text) for name, text in found.items() if text))


def _record(shelf: Shelf, channel: Channel, asked: Asked) -> Holding | None:
    """Return the record by which the peer may be given the list now, or None."""
    if not asked.is_open or not asked.share.consent:
        return None
    try:
        return shelf.receiver(str(channel.peer.authority), asked.now)
    except (DeniedError, ConflictError):
        return None


def _given(key: str, version: str, entry: Entry) -> Change:
    prints = entry.prints
    wire = EntryWire(
        id=entry.place,
        by=entry.member_name,
        medium=entry.medium,
        pdq=prints.pdq.hex(),
        quality=prints.quality,
        md5=prints.md5.hex(),
        sha1=prints.sha1.hex(),
        sha256=prints.sha256.hex(),
        category=entry.category,
        claimed=entry.claimed,
        state=entry.state,
        tags=list(entry.tags),
        votes=[
            VoteWire(by=one.name, on=one.on, good=one.good, reason=one.reason, tags=list(one.tags), at=one.at)
            for one in entry.votes
            if one.member  # what the office noted for the person who gave it stays here
        ],
        bar=entry.bar,
    )
    return Change(id=key, version=version, body=msgspec.json.encode(ListChange(entry=wire)), kind=ENTRY)


def _gone(key: str, version: str, entry: Entry) -> Change:
    wire = ListChange(gone=GoneWire(id=entry.place, medium=entry.medium))
    return Change(id=key, version=version, body=msgspec.json.encode(wire), is_gone=True, kind=WITHDRAWAL)


def _entries(change: ListChange, channel: Channel, member: int, now: Instant) -> list[Entry]:
    name = str(channel.peer.authority)
    if change.gone is not None:
        _require_text(change.gone.id)
        return [
            Entry(
                id=change.gone.id,
                member=member,
                member_name=name,
                medium=change.gone.medium,
                state=State.WITHDRAWN,
                since=now,
            )
        ]
    if change.entry is None:
        if change.retracted is None:
            raise MalformedError("feed.entry", "a change of a list says what changed")
        return []
    wire = change.entry
    _require_text(wire.id)
    texts = (
        wire.by,
        wire.claimed,
        *wire.tags,
        *(text for one in wire.votes for text in (one.by, one.reason)),
    )
    if any(len(text) > MOST_TEXT for text in texts) or len(wire.tags) > MOST_TAGS:
        raise MalformedError("feed.entry", "an entry holds short texts")
    if len(wire.votes) > MOST_VOTES or wire.state is State.WITHDRAWN:
        raise MalformedError("feed.entry", "an entry that came is live or disputed")
    prints = _prints(wire)
    if prints.is_empty:
        raise MalformedError("feed.entry", "an entry holds a fingerprint")
    return [
        Entry(
            id=wire.id,
            member=member,
            member_name=name if not wire.by else f"{name}: {wire.by}"[:MOST_TEXT],
            medium=wire.medium,
            prints=prints,
            category=wire.category if wire.category in scheme().subjects else UNSORTED,
            claimed=wire.claimed,
            state=wire.state,
            votes=tuple(_vote(one, name, member) for one in wire.votes),
            tags=tuple(wire.tags),
            bar=wire.bar,
            since=now,
        )
    ]


def _prints(wire: EntryWire) -> Fingerprints:
    values = {name: parse_print(name, text, where=name) for name in _PRINTS if (text := getattr(wire, name))}
    return prints_of(values, quality=wire.quality)


def _vote(one: VoteWire, name: str, member: int) -> Vote:
    return Vote(
        member=member,
        name=f"{name}: {one.by}"[:MOST_TEXT],
        on=one.on if one.on in _PRINTS else "",
        good=one.good,
        reason=one.reason,
        tags=tuple(tag[:MOST_TEXT] for tag in one.tags[:MOST_TAGS]),
        at=Instant(max(0, one.at)),
    )


def _require_text(name: str) -> None:
    if not name or len(name) > MOST_TEXT:
        raise MalformedError("feed.entry", "an entry has an id of its source")


def _is_here(tx: Transaction, room: Lists, shelf: Shelf, entry: Entry) -> bool:
    return room.entry(tx.hashes, shelf.name, entry.place) is not None
