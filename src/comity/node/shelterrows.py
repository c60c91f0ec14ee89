"""Cases of a shelter as they lie in the store: sealed, under keyed digests of their numbers."""

from collections.abc import Mapping, Sequence

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import DeniedError
from comity.node.ports import Transaction
from comity.node.shelterviews import ItemView, Offer, ToldView
from comity.protection.pleas import Item, Plea, outcome_of, standing
from comity.protection.recalls import mark_of
from comity.protection.service import Lists
from comity.protection.shelves import Shelf

_PLEAS = msgspec.msgpack.Decoder(Plea)
_CLOSINGS = "shelter/closings"
_MOST_NUMBER = 64


def key_of(room: Lists, number: str) -> str:
    """Return under which name a case lies: a keyed digest of its number, which is nowhere."""
    return room.vault.blind(f"plea\n{number[:_MOST_NUMBER]}")[:32]


def handle_of(room: Lists, key: str, name: str, place: str) -> str:
    """Return under which sign a case stands at an entry: another one at each, so that nobody links them."""
    return room.vault.blind(f"case\n{key}\n{name}\n{place}")[:16]


def closings(tx: Transaction) -> dict[str, int]:
    """Return when everything of a case was taken back, by its keyed digest; of an erased case nothing."""
    data = tx.node.setting(_CLOSINGS)
    return {} if data is None else msgspec.msgpack.decode(data, type=dict[str, int])


def keep_closings(tx: Transaction, held: Mapping[str, int]) -> None:
    """Keep what :func:`closings` returns."""
    tx.node.put_setting(_CLOSINGS, msgspec.msgpack.encode(dict(sorted(held.items()))))


def opened_plea(room: Lists, key: str, sealed: bytes) -> Plea:
    """Return the case that a sealed value holds."""
    return _PLEAS.decode(room.vault.open(sealed, about=f"plea {key}"))


def plea_of(tx: Transaction, room: Lists, number: str) -> Plea:
    """Return a case by its number; raise DeniedError ``shelter.refused`` where it was erased meanwhile."""
    key = key_of(room, number)
    sealed = tx.hashes.plea(room.authority, key)
    if sealed is None:
        raise DeniedError("shelter.refused", "this number and PIN open nothing now")
    return opened_plea(room, key, sealed)


def keep_plea(tx: Transaction, room: Lists, number: str, plea: Plea) -> None:
    """Keep a case."""
    key = key_of(room, number)
    sealed = room.vault.seal(msgspec.msgpack.encode(plea), about=f"plea {key}")
    tx.hashes.put_plea(room.authority, key, sealed)


def item_view(
    tx: Transaction,
    room: Lists,
    lists: Sequence[str],
    item: Item,
    waiting: Mapping[tuple[str, str], Sequence[str]],
) -> ItemView:
    """Return a picture or video as its person sees it.

    Args:
        tx: The transaction.
        room: The office's lists.
        lists: Those that the case gives to.
        item: The picture or video.
        waiting: By list and mark, the receivers who were not told yet what was taken back.
    """
    found = [
        entry
        for name in lists
        for place in item.places
        if (entry := room.entry(tx.hashes, name, f"1/{place}")) is not None
    ]
    waits = {
        receiver
        for name in lists
        for place in item.places
        for receiver in waiting.get((name, mark_of(room, name, f"1/{place}")), ())
    }
    said = {
        (vote.name, outcome.value): vote.at
        for entry in found
        for vote in entry.votes
        if (outcome := outcome_of(vote)) is not None
    }
    told = sorted(said.items(), key=lambda one: -one[1])
    return ItemView(
        n=item.n,
        video=item.video,
        tag=item.tag,
        since=item.since,
        standing="gone" if item.gone is not None else standing({one.state for one in found}),
        waiting=tuple(sorted(waits)) if item.gone is not None else (),
        told=tuple(ToldView(by=by, outcome=outcome, at=at) for (by, outcome), at in told)
        if item.gone is None
        else (),
    )


def offer_of(shelf: Shelf, now: Instant) -> Offer:
    """Return a list as people see it to whom it is offered."""
    names = sorted(one.name for one in shelf.receivers if one.is_open(now))
    return Offer(name=shelf.name, about=shelf.source, receivers=tuple(names))
