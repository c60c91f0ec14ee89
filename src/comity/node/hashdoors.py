"""The doors for receivers of lists: who calls, what they may have, what they say.

A receiver reaches the lists whose record names it, and no other; what it is told of them is in the national
log once a walk. Everybody else gets one uniform answer.

Basis: 14, 16, 34
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, DeniedError, NotFoundError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.views import Actor
from comity.protection.categories import Subject
from comity.protection.ports import Row
from comity.protection.recalls import told
from comity.protection.service import Lists
from comity.protection.shelves import Entry, Holding, Shelf, Vote


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody who called with a key that was given out here.

    Attributes:
        name: As the records name it.
        member: Its number.
        authority: The office whose lists it reaches.
        lists: Their names.
        submits: Those that it may add to.
    """

    name: str
    member: int
    authority: AuthorityId
    lists: tuple[str, ...]
    submits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A page of changes.

    Attributes:
        found: Rows and entries, by number.
        after: Number of the last change that was looked at; 0 where none was.
        last: The highest number there is.
        more: Whether there are further ones in what was asked for.
    """

    found: tuple[tuple[Row, Entry], ...]
    after: int
    last: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HashDoors:
    """What receivers may do.

    Attributes:
        desk: Of the lists.
    """

    desk: HashDesk

    def receiver(self, key: str, *, subject: Subject) -> Receiver:
        """Return who called, with the lists of a subject that it may receive.

        Raises:
            DeniedError: ``protect.caller``: nobody has this key, or what it was for has ended.
        """
        place, now = self.desk.place, self.desk.place.clock.now()
        name, digest = key.partition(".")[0], sha256(key.encode())
        with place.store.snapshot() as tx:
            for authority in place.authorities(tx):
                if not tx.hashes.shelves(authority):
                    continue
                shelves = self.desk.room(tx, authority).shelves(tx.hashes)
                held = [
                    (shelf, one)
                    for shelf in shelves
                    if shelf.subject is subject
                    for one in shelf.receivers
                    if one.name == name and _is_open(shelf, one, now)
                ]
                if any(one.secret and hmac.compare_digest(one.secret, digest) for _, one in held):
                    return Receiver(
                        name=name,
                        member=held[0][1].member,
                        authority=authority,
                        lists=tuple(shelf.name for shelf, _ in held),
                        submits=tuple(shelf.name for shelf, one in held if one.submits),
                    )
        raise DeniedError("protect.caller", "nobody is known by this key", hint="ask the office for a key")

    def walk(
        self, caller: Receiver, *, after: int = 0, since: int = 0, until: int | None = None, most: int = 1000
    ) -> Walked:
        """Return changes of the receiver's lists by number; the first page of a walk is in the log first."""
        place = self.desk.place
        if not after:
            with place.store.transaction() as tx:
                self._note(tx, caller, "hash.walk", " ".join(caller.lists))
        with place.store.snapshot() as tx:
            room = self.desk.room(tx, caller.authority)
            found = tuple(
                room.entries(tx.hashes, caller.lists, after=after, since=since, until=until, most=most + 1)
            )
            last = tx.hashes.last_hash(caller.authority)[0]
            held = {name: room.shelf(tx.hashes, name) for name in caller.lists}
            page = tuple(one for one in found[:most] if _may_see(held[one[0].shelf], caller, one[1]))
            waiting = any(one.receiver == caller.name for one in tx.hashes.recalls(caller.authority))
        if waiting:
            self._note_told(caller, page)
        return Walked(
            found=page, after=found[:most][-1][0].number if found else 0, last=last, more=len(found) > most
        )

    def members(self, caller: Receiver) -> tuple[tuple[int, str], ...]:
        """Return who puts entries into the receiver's lists, or votes on them: the office and receivers."""
        with self.desk.place.store.snapshot() as tx:
            room = self.desk.room(tx, caller.authority)
            known = {1: str(caller.authority)}
            for name in caller.lists:
                known |= {one.member: one.name for one in room.shelf(tx.hashes, name).receivers}
        return tuple(sorted(known.items()))

    def vote(self, caller: Receiver, *, places: Sequence[str], vote: Vote) -> None:
        """Keep what a receiver says of an entry; it decides nothing, and officers see it.

        Args:
            caller: Who says it.
            places: Under which of these the entry may be; the first that is there counts.
            vote: What.

        Raises:
            NotFoundError: ``protect.entry_absent``.
            ConflictError: ``protect.withdrawn``.
        """
        place, now = self.desk.place, self.desk.place.clock.now()
        with place.store.transaction() as tx:
            room = self.desk.room(tx, caller.authority)
            name, entry = self._entry(tx, room, caller, places)
            if entry.prints.is_empty:
                raise ConflictError("protect.withdrawn", "of an entry that was withdrawn nothing is left")
            room.put(tx.hashes, name, [entry.voted(vote)], at=now)
            self._note(tx, caller, "hash.vote", name)

    def given(self, tx: Transaction, caller: Receiver, places: Sequence[str]) -> Entry:
        """Return an entry that a receiver was given and that stands; the first of the places that is there.

        Raises:
            NotFoundError: ``protect.entry_absent``.
        """
        _, entry = self._entry(tx, self.desk.room(tx, caller.authority), caller, places)
        if entry.prints.is_empty:
            raise NotFoundError("protect.entry_absent", "the lists of this receiver have no such entry")
        return entry

    def submit(self, caller: Receiver, *, entries: Sequence[Entry]) -> int:
        """Take entries of a receiver into the list that it may add to; return how many were new.

        Raises:
            DeniedError: ``protect.submits``.
        """
        place, now = self.desk.place, self.desk.place.clock.now()
        if not caller.submits:
            raise DeniedError("protect.submits", "no record lets this receiver add to a list")
        with place.store.transaction() as tx:
            room, name = self.desk.room(tx, caller.authority), caller.submits[0]
            made = [_joined(room.entry(tx.hashes, name, one.place), one, now) for one in entries]
            taken = room.put(tx.hashes, name, made, at=now)
            self._note(tx, caller, "hash.submit", name)
        return taken.added

    def _note_told(self, caller: Receiver, page: Sequence[tuple[Row, Entry]]) -> None:
        """Note that the receiver is told now what became of what was taken back."""
        with self.desk.place.store.transaction() as tx:
            room = self.desk.room(tx, caller.authority)
            for name in caller.lists:
                # how an entry stands now: taken back, or given again since by somebody
                places = [entry.place for row, entry in page if row.shelf == name]
                told(room, tx.hashes, name=name, receiver=caller.name, places=places)

    def _entry(
        self, tx: Transaction, room: Lists, caller: Receiver, places: Sequence[str]
    ) -> tuple[str, Entry]:
        for name in caller.lists:
            for one in places:
                entry = room.entry(tx.hashes, name, one)
                if entry is not None and _may_see(room.shelf(tx.hashes, name), caller, entry):
                    return name, entry
        raise NotFoundError("protect.entry_absent", "the lists of this receiver have no such entry")

    def _note(self, tx: Transaction, caller: Receiver, action: str, about: str) -> None:
        place = self.desk.place
        actor = Actor(officer=OfficerName(f"receiver.{caller.name}"), authority=caller.authority, roles=())
        place.journal.decision(tx, actor, action=action, about=about, at=place.clock.now())


def _is_open(shelf: Shelf, record: Holding, now: Instant) -> bool:
    """Tell whether a record lets something out; of a list that was taken back, that it was."""
    return record.is_open(now) and shelf.holding.onward and shelf.holding.is_open(now)


def _may_see(shelf: Shelf, caller: Receiver, entry: Entry) -> bool:
    """Tell whether a receiver is told of an entry, by the record that holds or one that has ended since."""
    return not shelf.of_pleas or any(one.name == caller.name for one in shelf.holders(entry))


def _joined(known: Entry | None, entry: Entry, now: Instant) -> Entry:
    """Return an entry that a receiver submits, with what others said of it; it revives nothing."""
    if known is None:
        return msgspec.structs.replace(entry, since=now)
    if known.prints.is_empty:
        return known
    for vote in entry.votes:
        known = known.voted(vote)
    return known
