"""The desk for lists of fingerprints: taken in, matched, shared, disputed, taken back.

Every change and every matching is a line of the national log. No fingerprint is in it.

Basis: 14, 16, 34, 36(1)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.digests import sha256
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.ids import AuthorityId
from comity.kernel.realms import Realm
from comity.node.access import Action, require_access
from comity.node.hashsecrets import member_of, office_lists, rewrap_secret
from comity.node.hashviews import (
    About,
    Grounds,
    ImportView,
    ListView,
    SharedView,
    imported,
    list_view,
)
from comity.node.listsharing import ListFeedDesk
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.categories import Subject
from comity.protection.fingerprints import TURNS
from comity.protection.forms import FORMS, form_of, read_list, write_list
from comity.protection.matching import Answer, Loaded, Question, ask, load, question_of
from comity.protection.ports import Decoder, MakeIndex, Memory, Vault
from comity.protection.recalls import recall
from comity.protection.service import Lists
from comity.protection.shelves import Entry, Holding, Shelf, State, parse_name, require_not_of_pleas


@dataclass(frozen=True, slots=True, kw_only=True)
class HashDesk:
    """Lists of fingerprints of this node's offices.

    Attributes:
        decoder: Makes fingerprints of pictures.
        make_vault: Makes what seals, from a secret of 32 bytes.
        make_index: Makes what is searched.
        memory: Lists that this process holds ready to be searched.
    """

    place: Workplace
    decoder: Decoder = field(repr=False)
    make_vault: Callable[[bytes], Vault] = field(repr=False)
    make_index: MakeIndex = field(repr=False)
    memory: Memory[Loaded] = field(repr=False)

    @property
    def feeds(self) -> ListFeedDesk:
        """Lists that go to and come from other nodes."""
        return ListFeedDesk(place=self.place, make_vault=self.make_vault)

    def lists(self, actor: Actor) -> tuple[ListView, ...]:
        """Return the lists of the officer's office, by name."""
        self._require(actor, Action.HASH_USE)
        with self.place.store.snapshot() as tx:
            if not tx.hashes.shelves(actor.authority):
                return ()
            found = self.room(tx, actor.authority).shelves(tx.hashes)
            return tuple(list_view(one, tx.hashes.hash_count(actor.authority, one.name)) for one in found)

    def take_in(
        self,
        actor: Actor,
        *,
        name: str,
        data: bytes,
        form: str = "",
        about: About | None = None,
        grounds: Grounds | None = None,
    ) -> ImportView:
        """Take a file into a list; the list is made, with its record, where there is none.

        Args:
            actor: A head.
            name: Of the list.
            data: The file.
            form: One of ``FORMS``; empty to tell by its first sign.
            about: What a new list says of itself.
            grounds: The record by which this office holds it; a list that is there may get a new one.

        Raises:
            MalformedError: ``protect.form``, ``protect.hash``, ``protect.name``, ``protect.record`` …
            DeniedError: ``access.…``, ``protect.ended``.
        """
        self._require(actor, Action.HASH_KEEP)
        parse_name(name)
        if form and form not in FORMS:
            raise MalformedError(
                "protect.form", f"{form[:20]!r} is no form", hint="one of: " + ", ".join(FORMS), where="form"
            )
        about = about or About()
        read = read_list(data, form=form or form_of(data), category=about.category)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.room(tx, actor.authority, make=True)
            found = room.find(tx.hashes, name)
            shelf = self._shelf(found, actor, name=name, about=about, grounds=grounds, now=now)
            shelf.require_held(now)
            require_not_of_pleas(shelf)
            room.put_shelf(tx.hashes, shelf)
            taken = room.put(tx.hashes, name, (_dated(one, now) for one in read.entries), at=now)
            self._note(tx, actor, "hash.import", name, now)
        return imported(name, taken, read.without)

    def match(self, actor: Actor, *, name: str, questions: Sequence[Question]) -> tuple[Answer, ...]:
        """Compare fingerprints with a list.

        A match is a lead for a person, never a judgement.

        Raises:
            NotFoundError: ``protect.absent``.
            DeniedError: ``access.…``, ``protect.ended``.
            ConflictError: ``protect.flood``, ``protect.retracted``.
        """
        self._require(actor, Action.HASH_USE)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:  # the line in the log is durable before anything is shown
            shelf = self.room(tx, actor.authority).shelf(tx.hashes, name)
            shelf.require_held(now)
            require_not_of_pleas(shelf)
            self._note(tx, actor, "hash.match", name, now)
        with self.place.store.snapshot() as tx:
            room = self.room(tx, actor.authority)
            loaded = self.loaded(tx, room, name, searches=len(questions))

            def opened(key: int) -> Entry:
                row = tx.hashes.hash_row(actor.authority, name, f"{key:016x}")
                if row is None:
                    raise ConflictError("protect.moved", "the list changed meanwhile", hint="ask again")
                return room.opened(row)

            return ask(loaded, questions, opened)

    def match_texts(self, actor: Actor, *, name: str, hashes: Sequence[str]) -> tuple[Answer, ...]:
        """Compare hashes in hexadecimal digits with a list; see :meth:`match`."""
        return self.match(actor, name=name, questions=[question_of(one) for one in hashes])

    def give_out(self, actor: Actor, *, name: str, to: str, form: str) -> bytes:
        """Return a list as a file for somebody who may receive it.

        Raises:
            DeniedError: ``access.…``, ``protect.no_record``, ``protect.onward``.
        """
        self._require(actor, Action.HASH_KEEP)
        if form not in FORMS:
            raise MalformedError(
                "protect.form", f"{form[:20]!r} is no form", hint="one of: " + ", ".join(FORMS), where="form"
            )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.room(tx, actor.authority)
            shelf = room.shelf(tx.hashes, name)
            record = shelf.receiver(to, now)
            self._note(tx, actor, "hash.export", f"{name} {to}", now)
            found = (entry for _, entry in room.entries(tx.hashes, [name]) if shelf.gives(entry, record))
            return write_list(found, form=form)

    def share(self, actor: Actor, *, name: str, to: str, grounds: Grounds, keyed: bool = True) -> SharedView:
        """Record that somebody may receive a list, and give a key for the doors.

        Raises:
            MalformedError: ``protect.record``, ``protect.name``.
            DeniedError: ``access.…``, ``protect.onward``.
        """
        self._require(actor, Action.HASH_KEEP)
        now = self.place.clock.now()
        secret = f"{parse_name(to)}.{self.place.entropy.bytes(24).hex()}" if keyed else ""
        with self.place.store.transaction() as tx:
            room = self.room(tx, actor.authority)
            shelf = room.shelf(tx.hashes, name)
            if grounds.submits:
                require_not_of_pleas(shelf)
            record = _record(to, grounds, actor, now, secret=secret, member=member_of(tx, to))
            room.put_shelf(tx.hashes, shelf.shared(record, now))
            self._note(tx, actor, "hash.share", f"{name} {to}", now)
        return SharedView(list=name, receiver=to, key=secret)

    def stop(self, actor: Actor, *, name: str, to: str) -> None:
        """End the record of a receiver; from now on nothing goes to it."""
        self._require(actor, Action.HASH_KEEP)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.room(tx, actor.authority)
            shelf = room.shelf(tx.hashes, name)
            room.put_shelf(tx.hashes, shelf.stopped(to, now))
            self._note(tx, actor, "hash.stop", f"{name} {to}", now)

    def set_state(self, actor: Actor, *, name: str, ids: Sequence[str], state: str) -> ImportView:
        """Take entries back, dispute them, or end a dispute; without ids a withdrawal concerns the list.

        What is taken back keeps no fingerprint; receivers learn it with their next call.

        Raises:
            NotFoundError: ``protect.entry_absent``.
            MalformedError: ``protect.state``.
        """
        self._require(actor, Action.HASH_KEEP)
        if state not in {one.value for one in State}:
            raise MalformedError("protect.state", f"{state[:20]!r} is no state", where="state")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.room(tx, actor.authority)
            shelf = room.shelf(tx.hashes, name)
            whole = not ids and state == State.WITHDRAWN
            if whole:
                room.put_shelf(tx.hashes, msgspec.structs.replace(shelf, retracted=now))
            found = [one for _, one in room.entries(tx.hashes, [name]) if whole or one.id in ids]
            missing = set(ids) - {one.id for one in found}
            if missing:
                raise NotFoundError(
                    "protect.entry_absent", "the list has no such entry", where=min(missing)[:80]
                )
            if state == State.WITHDRAWN:
                recall(room, tx.hashes, shelf, [one for one in found if not one.prints.is_empty], at=now)
            taken = room.put(tx.hashes, name, [_stated(one, State(state)) for one in found], at=now)
            self._note(tx, actor, f"hash.{state}", name, now)
        return imported(name, taken, 0)

    def room(self, tx: Transaction, authority: AuthorityId, *, make: bool = False) -> Lists:
        """Return an office's lists; its secret is made, where told, inside the caller's transaction."""
        return office_lists(self.place, self.make_vault, tx, authority, make=make)

    def rewrap(self, authority: AuthorityId) -> None:
        """Seal the secret of an office's lists to its newest store key, where it is not yet."""
        rewrap_secret(self.place, authority)

    def loaded(self, tx: Transaction, room: Lists, name: str, *, searches: int) -> Loaded:
        """Return a list in memory, brought up to what this transaction sees."""
        place = f"{room.authority} {name}"
        with self.memory.turn(place):
            loaded = self.memory.get(place)
            if loaded is None:
                rows = room.entries(tx.hashes, [name])
                expected = max(searches * len(TURNS), self.memory.searches)
                loaded = load(name, rows, make=self.make_index, searches=expected)
                self.memory.put(place, loaded)
            elif tx.hashes.last_hash(room.authority)[0] > loaded.last:
                loaded.follow(room.entries(tx.hashes, [name], after=loaded.last))
                if loaded.index.is_late:
                    self.memory.beside(loaded.index.renew)
        return loaded

    def _shelf(
        self,
        shelf: Shelf | None,
        actor: Actor,
        *,
        name: str,
        about: About,
        grounds: Grounds | None,
        now: Instant,
    ) -> Shelf:
        if grounds is None and shelf is None and self.place.realm is Realm.PRACTICE:
            grounds = Grounds(ground="practice", licence="practice", onward=True)
        if shelf is None:
            record = _record(str(actor.authority), grounds or _NO_GROUNDS, actor, now, secret="", member=1)
            return Shelf(
                name=name,
                subject=_subject(about.subject),
                source=about.source or ("practice" if self.place.realm is Realm.PRACTICE else ""),
                scheme=about.scheme,
                dated=about.dated,
                made=now,
                holding=record,
            )
        if grounds is None:
            return shelf
        record = _record(str(actor.authority), grounds, actor, now, secret="", member=1)
        return msgspec.structs.replace(shelf, holding=record)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)

    def _note(self, tx: Transaction, actor: Actor, action: str, about: str, now: Instant) -> None:
        self.place.journal.decision(tx, actor, action=action, about=about, at=now)


_NO_GROUNDS = Grounds(ground="", licence="")


def _record(name: str, grounds: Grounds, actor: Actor, now: Instant, *, secret: str, member: int) -> Holding:
    return Holding(
        name=name,
        ground=grounds.ground,
        licence=grounds.licence,
        onward=grounds.onward,
        since=now,
        until=grounds.until,
        submits=grounds.submits,
        officer=str(actor.officer),
        secret=sha256(secret.encode()) if secret else b"",
        member=member,
    )


def _subject(text: str) -> Subject:
    if text not in {one.value for one in Subject}:
        raise MalformedError(
            "protect.subject",
            f"{text[:20]!r} is no subject of a list",
            hint="one of: " + ", ".join(one.value for one in Subject),
            where="subject",
        )
    return Subject(text)


def _dated(entry: Entry, now: Instant) -> Entry:
    """Return an entry that came now; of one that is there the day it came is not known here."""
    return entry if entry.since else msgspec.structs.replace(entry, since=now)


def _stated(entry: Entry, state: State) -> Entry:
    if state is State.WITHDRAWN:
        return entry.withdrawn()
    if entry.state is State.WITHDRAWN:
        raise ConflictError(
            "protect.withdrawn", "of an entry that was withdrawn nothing is left", where=entry.id[:80]
        )
    return msgspec.structs.replace(entry, state=state)
