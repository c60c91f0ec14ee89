"""The door of bound receivers: where they found what they were given, and what they did about it.

A receiver shows the key of its record. It supplies a host or an address for an entry that it was given, and
answers takedowns that it supplied itself, or whose last notice went to the channel that bears its name. It is
told nothing else, and nothing that it supplies is looked up, fetched or sent.

Basis: 14, 16, 34(6)
"""

from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from comity.kernel.clock import Instant
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import OfficerName
from comity.node.guardroom import TAKEDOWN, GuardRoom
from comity.node.hashdoors import HashDoors, Receiver
from comity.node.ports import Transaction
from comity.node.reappearing import keep_prints
from comity.node.returning import give_back
from comity.node.views import Actor
from comity.protection.categories import Subject
from comity.protection.fingerprints import Fingerprints
from comity.protection.hosts import Place, parse_address, parse_place
from comity.protection.takedown import Event, State, Step, Takedown, opened

STEPS = (Step.REMOVED, Step.REFUSED, Step.AGAIN, Step.RESTORED)
"""What a receiver may answer."""
MOST_ENTRIES, MOST_OPEN = 50, 500
_SIGNALS = ("ImagePDQ", "VideoMD5", "sha256")


class Supplied(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a receiver found something that it was given.

    Attributes:
        place: A web address, a host or an IP address, as text.
        address: The IP address of the host, where it is known.
        service: The service, by name.
        entries: Entries as its door names them: ``MEMBER/ID``.
        hashes: Or their fingerprints, in hexadecimal digits.
    """

    place: str
    address: str = ""
    service: str = ""
    entries: list[str] = []
    hashes: list[str] = []


class Answered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a receiver did: ``removed``, ``refused`` with a reason, ``again``, ``restored``."""

    step: str
    reason: str = ""
    words: str = ""


class BoundView(msgspec.Struct, frozen=True, kw_only=True):
    """A takedown as a receiver sees it that may answer it."""

    takedown: int
    state: str
    place: str
    opened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundDoors:
    """What bound receivers may say of takedowns.

    Attributes:
        doors: The doors of lists, which know who calls.
    """

    doors: HashDoors = field(repr=False)

    def receiver(self, key: str) -> tuple[Receiver, Subject]:
        """Return who called, and whom the lists protect that it may receive.

        Raises:
            DeniedError: ``protect.caller``.
        """
        with suppress(DeniedError):
            return self.doors.receiver(key, subject=Subject.INTIMATE), Subject.INTIMATE
        return self.doors.receiver(key, subject=Subject.CHILD), Subject.CHILD

    def supply(self, caller: Receiver, *, subject: Subject, told: Supplied) -> BoundView:
        """Open a takedown of a place, or return the one that the receiver opened for it.

        Raises:
            MalformedError: ``takedown.place``, ``bound.entries``: nothing that it was given is named;
                ``bound.many``.
            NotFoundError: ``protect.entry_absent``.
        """
        if not 0 < len(told.entries) + len(told.hashes) <= MOST_ENTRIES:
            raise MalformedError(
                "bound.entries", f"it names one to {MOST_ENTRIES} entries that were given", where="entries"
            )
        place = parse_place(told.place, where="place")
        if told.address:
            given = parse_address(told.address, where="address")
            place = Place(url=place.url, host=place.host, address=given)
        now = self.doors.desk.place.clock.now()
        with self.doors.desk.place.store.transaction() as tx:
            prints = self._prints(tx, caller, told)
            room = self._room.made(tx, caller.authority)
            own = [one for one in room.all(tx.guarded, TAKEDOWN, Takedown) if _opened_by(one, caller)]
            for one in own:
                same = (one.url, one.host, one.address) == (place.url, place.host, place.address)
                if same and one.state is not State.CLOSED and set(prints) <= set(one.prints):
                    return _view(one)
            if sum(one.state is not State.CLOSED for one in own) >= MOST_OPEN:
                raise MalformedError("bound.many", f"at most {MOST_OPEN} takedowns of one receiver are open")
            number = room.next(tx.guarded, TAKEDOWN)
            made = opened(
                place,
                number=number,
                subject=subject,
                service=" ".join(told.service.split())[:80],
                prints=prints,
                opened=now,
                by=f"receiver.{caller.name}: supplied",
            )
            room.put(tx.guarded, TAKEDOWN, made, number=number)
            keep_prints(self.doors.desk, tx, room, made, at=now)
            self._note(tx, caller, "takedown.open", number, now)
        return _view(made)

    def answer(self, caller: Receiver, *, takedown: int, told: Answered) -> BoundView:
        """Record what a receiver did.

        Raises:
            NotFoundError: ``guard.absent``: there is none that it may answer.
            MalformedError: ``takedown.answer``, ``takedown.reason``.
            ConflictError: ``takedown.step``.
        """
        if told.step not in {one.value for one in STEPS}:
            raise MalformedError("takedown.answer", f"{told.step[:40]!r} is no answer", where="step")
        now = self.doors.desk.place.clock.now()
        with self.doors.desk.place.store.transaction() as tx:
            room = self._room.made(tx, caller.authority)
            held = room.find(tx.guarded, TAKEDOWN, takedown, Takedown)
            if held is None or not _may_answer(held, caller):
                raise NotFoundError("guard.absent", "there is no such takedown", where=str(takedown))
            event = Event(
                step=Step(told.step),
                at=now,
                by=f"receiver.{caller.name}",
                reason=told.reason,
                words=" ".join(told.words.split())[:4000],
            )
            held = give_back(self.doors.desk, tx, caller.authority, held.after(event), event)
            room.put(tx.guarded, TAKEDOWN, held, number=takedown)
            self._note(tx, caller, f"takedown.{event.step.value}", takedown, now)
        return _view(held)

    def listed(self, caller: Receiver) -> tuple[BoundView, ...]:
        """Return the takedowns that the receiver may answer."""
        with self.doors.desk.place.store.transaction() as tx:
            room = self._room.made(tx, caller.authority)
            rows = tuple(room.all(tx.guarded, TAKEDOWN, Takedown))
        return tuple(_view(one) for one in rows if _may_answer(one, caller) and one.state is not State.CLOSED)

    @property
    def _room(self) -> GuardRoom:
        return GuardRoom(hashes=self.doors.desk)

    def _prints(self, tx: Transaction, caller: Receiver, told: Supplied) -> tuple[Fingerprints, ...]:
        asked = [[name] for name in told.entries]
        asked += [[f"1/{signal}:{text.lower()}" for signal in _SIGNALS] for text in told.hashes]
        found = (self.doors.given(tx, caller, places) for places in asked)
        return tuple(dict.fromkeys(one.prints for one in found))

    def _note(self, tx: Transaction, caller: Receiver, action: str, number: int, now: Instant) -> None:
        actor = Actor(officer=OfficerName(f"receiver.{caller.name}"), authority=caller.authority, roles=())
        self.doors.desk.place.journal.decision(tx, actor, action=action, about=f"takedown {number}", at=now)


def _opened_by(held: Takedown, caller: Receiver) -> bool:
    return held.by.startswith(f"receiver.{caller.name}: ")


def _may_answer(held: Takedown, caller: Receiver) -> bool:
    sent = [one.to for one in held.events if one.step in (Step.NOTICE, Step.APPEAL)]
    return _opened_by(held, caller) or (bool(sent) and sent[-1] == caller.name)


def _view(held: Takedown) -> BoundView:
    return BoundView(takedown=held.number, state=held.state.value, place=held.where, opened=held.opened)
