"""The desk of a shelter: people give fingerprints of images that are theirs, follow them, and take them back.

It exists on a shelter's node alone. A person is known by a number and a PIN. Nothing tells anybody whether a
number has a case.

Basis: 14, 16, 34, 36(1)
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import ConflictError, DeniedError, MalformedError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.shelterrows import (
    closings,
    handle_of,
    item_view,
    keep_closings,
    keep_plea,
    key_of,
    offer_of,
    opened_plea,
    plea_of,
)
from comity.node.sheltertries import Flood, count_try, forgive_try
from comity.node.shelterviews import Asked, Back, More, Offer, OpenedView, PleaView, Wish
from comity.node.signin import SecretHasher
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.pleas import (
    CONSENT,
    MOST_FILES,
    MOST_LISTS,
    Given,
    Item,
    Plea,
    draw_number,
    entries_of,
    joined,
    left,
    number_of,
    require_pin,
)
from comity.protection.ports import CheckDigits
from comity.protection.recalls import recall
from comity.protection.service import Lists
from comity.protection.shelves import Entry, Shelf

KEPT_AFTER = 30 * DAY
"""How long a case stays after everything was taken back and every receiver was told."""
_VISITOR = OfficerName("visitor")
_MOST_PIN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterDesk:
    """What people ask of a shelter.

    Attributes:
        hashes: The lists of fingerprints.
        hasher: Slow hashes of PINs; a number that nobody has costs as much.
        checks: Check digits of case numbers.
        turn: Held while a PIN is looked at, since each look takes 64 MiB.
        flood: Counts what is asked.
    """

    place: Workplace
    hashes: HashDesk = field(repr=False)
    hasher: SecretHasher = field(repr=False)
    checks: CheckDigits = field(repr=False)
    turn: AbstractContextManager[Any] = field(repr=False)
    flood: Flood = field(repr=False)

    def offers(self) -> tuple[Offer, ...]:
        """Return the lists to which people may give, with those who receive them now."""
        with self.place.store.snapshot() as tx:
            authority = self._office(tx)
            if not tx.hashes.shelves(authority):
                return ()
            room = self.hashes.room(tx, authority)
            return tuple(offer_of(one, self.place.clock.now()) for one in self._open_lists(tx, room))

    def open(self, wish: Wish) -> OpenedView:
        """Open a case and return its number, which is told this once.

        Raises:
            MalformedError: ``shelter.pin``, ``shelter.consent``, ``shelter.lists``, ``shelter.files``.
            UnavailableError: ``shelter.busy``.
        """
        pin = require_pin(wish.pin)
        if wish.consent != CONSENT:
            raise MalformedError("shelter.consent", "the page has other words by now", hint="load it again")
        _require_files(wish.files, 0)
        self.flood.admit(opens=True)
        with self.turn:
            kept = self.hasher.hashed(pin)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.hashes.room(tx, self._office(tx), make=True)
            offered = {one.name for one in self._open_lists(tx, room)}
            lists = tuple(dict.fromkeys(wish.lists))[:MOST_LISTS]
            if not lists or not offered.issuperset(lists):
                raise MalformedError("shelter.lists", "no such list takes fingerprints", where="lists")
            number, held = self._place(tx, room, wish, lists)
            plea = held or Plea(pin=kept, opened=now, consent=wish.consent, lists=lists)
            files = [one for one in wish.files if held is None or not _is_in(held, one, now)]
            if held is None or files:
                _require_files(files, len(plea.items))
                self._give(tx, room, number, plea, files, likeness=wish.likeness, now=now)
                self._note(tx, room.authority, "plea.add" if held else "plea.open", now)
        return OpenedView(number=number)

    def _place(
        self, tx: Transaction, room: Lists, wish: Wish, lists: Sequence[str]
    ) -> tuple[str, Plea | None]:
        """Return the number of a case to be opened, and the case where the same wish came before."""
        if wish.once:
            told = f"once\n{wish.once}\n{wish.pin}\n{wish.likeness}\n{' '.join(lists)}"
            number = number_of(bytes.fromhex(room.vault.blind(told)[:32]), checks=self.checks)
            sealed = tx.hashes.plea(room.authority, key := key_of(room, number))
            return number, None if sealed is None else opened_plea(room, key, sealed)
        number = draw_number(self.place.entropy, checks=self.checks)
        while tx.hashes.plea(room.authority, key_of(room, number)) is not None:
            number = draw_number(self.place.entropy, checks=self.checks)
        return number, None

    def follow(self, asked: Asked) -> PleaView:
        """Return a case to its person.

        Raises:
            DeniedError: ``shelter.refused``: always the same, whatever is wrong.
        """
        self._known(asked.number, asked.pin)
        with self.place.store.snapshot() as tx:
            room = self.hashes.room(tx, self._office(tx))
            return self._view(tx, room, plea_of(tx, room, asked.number))

    def add(self, more: More) -> PleaView:
        """Add pictures and videos to a case.

        Raises:
            DeniedError: ``shelter.refused``.
            MalformedError: ``shelter.files``.
        """
        self._known(more.number, more.pin)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.hashes.room(tx, self._office(tx))
            plea = plea_of(tx, room, more.number)
            _require_files(more.files, len(plea.items))
            offered = {one.name for one in self._open_lists(tx, room)}
            if not offered.issuperset(plea.lists):
                raise ConflictError(
                    "shelter.list_closed", "a list of this case takes nothing more", hint="open another case"
                )
            plea = self._give(tx, room, more.number, plea, more.files, likeness=more.likeness, now=now)
            self._note(tx, room.authority, "plea.add", now)
            return self._view(tx, room, plea)

    def withdraw(self, back: Back) -> PleaView:
        """Take pictures and videos back: from now on no receiver is given them, and each that was is told.

        Raises:
            DeniedError: ``shelter.refused``.
        """
        self._known(back.number, back.pin)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.hashes.room(tx, self._office(tx))
            plea = plea_of(tx, room, back.number)
            stands = [one for one in plea.items if one.gone is None]
            chosen = {one.n for one in stands if not back.items or one.n in back.items}
            stays = {at for one in stands if one.n not in chosen for at in one.places}
            goes = {at for one in stands if one.n in chosen for at in one.places} - stays
            for name in plea.lists:
                self._take_back(tx, room, (name, key_of(room, back.number)), goes, now)
            items = tuple(
                msgspec.structs.replace(one, gone=now) if one.n in chosen else one for one in plea.items
            )
            plea = msgspec.structs.replace(plea, items=items)
            keep_plea(tx, room, back.number, plea)
            if plea.is_over:
                keep_closings(tx, closings(tx) | {key_of(room, back.number): now})
            self._note(tx, room.authority, "plea.withdraw", now)
            return self._view(tx, room, plea)

    def forget(self, asked: Asked) -> None:
        """Erase a case of which everything was taken back; its number opens nothing any more.

        Raises:
            DeniedError: ``shelter.refused``.
            ConflictError: ``shelter.open``: something of it still stands.
        """
        self._known(asked.number, asked.pin)
        with self.place.store.transaction() as tx:
            room = self.hashes.room(tx, self._office(tx))
            if not plea_of(tx, room, asked.number).is_over:
                raise ConflictError(
                    "shelter.open", "something of the case still stands", hint="take it back first"
                )
            key, held = key_of(room, asked.number), closings(tx)
            held.pop(key, None)
            tx.hashes.erase_plea(room.authority, key)
            keep_closings(tx, held)
            self._note(tx, room.authority, "plea.forget", self.place.clock.now())

    def tidy(self) -> int:
        """Erase the cases that ended long ago; return how many."""
        now, erased = self.place.clock.now(), 0
        with self.place.store.transaction() as tx:
            authority = self._office(tx)
            held = closings(tx)
            ended = [key for key, at in held.items() if now - at > KEPT_AFTER]
            for key in ended:
                room = self.hashes.room(tx, authority)
                sealed = tx.hashes.plea(authority, key)
                if sealed is None or opened_plea(room, key, sealed).is_over:
                    erased += tx.hashes.erase_plea(authority, key)
                del held[key]
            if ended:
                keep_closings(tx, held)
        return erased

    def _known(self, number: str, pin: str) -> None:
        """Raise unless number and PIN open a case: always the same error, after the same work."""
        self.flood.admit()
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.hashes.room(tx, self._office(tx), make=True)
            key = key_of(room, number)
            may = count_try(tx, key, now=now)
            sealed = tx.hashes.plea(room.authority, key)
            kept = opened_plea(room, key, sealed).pin if sealed is not None else b""
        secret = pin[:_MOST_PIN].encode()
        with self.turn:
            # one slow hash either way; of a number that nobody has it is made in vain
            holds = self.hasher.holds(secret, kept) if kept else not self.hasher.hashed(secret)
        if not (holds and may):
            raise DeniedError(
                "shelter.refused",
                "this number and PIN open nothing now",
                hint="look at both again; after five misses wait an hour",
            )
        with self.place.store.transaction() as tx:
            forgive_try(tx, key, now=now)

    def _give(
        self,
        tx: Transaction,
        room: Lists,
        number: str,
        plea: Plea,
        files: Sequence[Given],
        *,
        likeness: bool,
        now: Instant,
    ) -> Plea:
        key, items = key_of(room, number), list(plea.items)
        fresh: dict[str, Entry] = {}
        for one in files:
            made = entries_of(one, likeness=likeness, now=now)
            fresh |= {entry.id: entry for entry in made}
            items.append(
                Item(
                    n=len(items) + 1,
                    video=one.video,
                    tag=one.sha256[:8],
                    places=tuple(entry.id for entry in made),
                    since=now,
                )
            )
        for name in plea.lists:
            named = [
                msgspec.structs.replace(entry, cases=((handle_of(room, key, name, entry.id), "Active"),))
                for entry in fresh.values()
            ]
            put = [joined(room.entry(tx.hashes, name, entry.place), entry) for entry in named]
            room.put(tx.hashes, name, put, at=now)
        plea = msgspec.structs.replace(plea, items=tuple(items))
        keep_plea(tx, room, number, plea)
        return plea

    def _take_back(
        self, tx: Transaction, room: Lists, of: tuple[str, str], places: Iterable[str], now: Instant
    ) -> None:
        name, key = of
        shelf = room.shelf(tx.hashes, name)
        changed: list[Entry] = []
        for place in places:
            entry = room.entry(tx.hashes, name, f"1/{place}")
            if entry is None or entry.prints.is_empty:
                continue
            after = left(entry, handle_of(room, key, name, place))
            if after.prints.is_empty:
                recall(room, tx.hashes, shelf, [entry], at=now)
            changed.append(after)
        room.put(tx.hashes, name, changed, at=now)

    def _view(self, tx: Transaction, room: Lists, plea: Plea) -> PleaView:
        shelves = [room.shelf(tx.hashes, name) for name in plea.lists]
        waiting: dict[tuple[str, str], list[str]] = {}
        for one in tx.hashes.recalls(room.authority):
            waiting.setdefault((one.shelf, one.mark), []).append(one.receiver)
        return PleaView(
            opened=plea.opened,
            lists=tuple(offer_of(one, self.place.clock.now()) for one in shelves),
            items=tuple(item_view(tx, room, plea.lists, one, waiting) for one in plea.items),
        )

    def _open_lists(self, tx: Transaction, room: Lists) -> list[Shelf]:
        now = self.place.clock.now()
        return [
            one
            for one in room.shelves(tx.hashes)
            if one.of_pleas and one.retracted is None and one.holding.is_open(now)
        ]

    def _office(self, tx: Transaction) -> AuthorityId:
        if not self.place.is_shelter:
            raise DeniedError("shelter.not_here", "this node is not a shelter's")
        return self.place.authorities(tx)[0]

    def _note(self, tx: Transaction, authority: AuthorityId, action: str, now: Instant) -> None:
        """Note that something was done, never in which case."""
        actor = Actor(officer=_VISITOR, authority=authority, roles=())
        self.place.journal.decision(tx, actor, action=action, about="", at=now)


def _is_in(plea: Plea, given: Given, now: Instant) -> bool:
    """Tell whether a picture or video stands in a case already."""
    (exact,) = entries_of(given, likeness=False, now=now)
    return any(exact.id in one.places and one.gone is None for one in plea.items)


def _require_files(files: Sequence[Given], held: int) -> None:
    if not files or held + len(files) > MOST_FILES:
        raise MalformedError(
            "shelter.files",
            f"a case holds one to {MOST_FILES} pictures and videos",
            hint="open another case for more",
            where="files",
        )
