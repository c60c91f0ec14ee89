"""What takedowns are looked up in: registers, channels and terms that an operator brings in, with their days.

Basis: 34(6)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

import msgspec

from comity.kernel.clock import HOUR
from comity.kernel.figures import LEAST, hidden
from comity.node.access import Action, require_access
from comity.node.guardroom import TAKEDOWN, GuardRoom
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.takedownviews import FigureView, RegisterView
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.channels import Channel, read_channels
from comity.protection.guard import Guarded
from comity.protection.hostings import findings, states_of
from comity.protection.registries import Register, read_register
from comity.protection.takedown import Step, Takedown
from comity.protection.terms import Term, read_terms, shipped_terms

REGISTER, BOOK = "register", "book"
_NUMBERS = ("afrinic", "apnic", "arin", "lacnic", "ripencc", "tlds", "rdap", "registrars")


class Book(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an office brought in: its channels and its terms."""

    channels: tuple[Channel, ...] = ()
    terms: tuple[Term, ...] = ()


def book_of(tx: Transaction, room: Guarded) -> Book:
    """Return what an office brought in."""
    return room.find(tx.guarded, BOOK, "book", Book) or Book()


def channels_of(tx: Transaction, room: Guarded) -> tuple[Channel, ...]:
    """Return the channels of an office."""
    return book_of(tx, room).channels


def terms_of(tx: Transaction, room: Guarded) -> tuple[Term, ...]:
    """Return the terms that ship, each replaced by one of the same code that the office brought in."""
    held = {one.code: one for one in shipped_terms()}
    held |= {one.code: one for one in book_of(tx, room).terms}
    return tuple(held.values())


def registers_of(tx: Transaction, room: Guarded) -> tuple[Register, ...]:
    """Return the registers that were brought in."""
    return tuple(room.all(tx.guarded, REGISTER, Register))


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDesk:
    """Registers, channels and terms of this node's offices, and figures on takedowns.

    Attributes:
        hashes: The desk of lists, whose secret seals.
    """

    place: Workplace
    hashes: HashDesk = field(repr=False)

    def take_register(self, actor: Actor, *, data: bytes, dated: str = "") -> RegisterView:
        """Take a register in, in the place of the one of the same name.

        Raises:
            MalformedError: ``register.…``.
        """
        self._require(actor, Action.GUARD_CHANGE)
        taken = read_register(data, dated=dated)
        name = taken.register.name
        with self.place.store.transaction() as tx:
            room = GuardRoom(hashes=self.hashes).made(tx, actor.authority)
            if taken.ranges:
                tx.guarded.put_ranges(name, taken.ranges)
            number = _NUMBERS.index(name) + 1
            room.put(tx.guarded, REGISTER, taken.register, number=number, key=name)
            self._note(tx, actor, "takedown.register", name)
        return _register(taken.register)

    def registers(self, actor: Actor) -> tuple[RegisterView, ...]:
        """Return the registers that were brought in, with their days."""
        self._require(actor, Action.TAKEDOWN_KEEP)
        with self.place.store.snapshot() as tx:
            room = GuardRoom(hashes=self.hashes).opened(tx, actor.authority)
            return tuple(map(_register, registers_of(tx, room))) if room else ()

    def take_channels(self, actor: Actor, *, data: bytes) -> tuple[Channel, ...]:
        """Take a file of channels in, in the place of all that there were.

        Raises:
            MalformedError: ``takedown.channel``.
        """
        return self._change(actor, "takedown.channels", channels=read_channels(data)).channels

    def take_terms(self, actor: Actor, *, data: bytes) -> tuple[Term, ...]:
        """Take a file of terms in, in the place of those that the office brought in before.

        Raises:
            MalformedError: ``takedown.term``.
        """
        self._change(actor, "takedown.terms", terms=read_terms(data))
        return self.terms(actor)

    def channels(self, actor: Actor) -> tuple[Channel, ...]:
        """Return the channels of the office."""
        self._require(actor, Action.TAKEDOWN_KEEP)
        with self.place.store.snapshot() as tx:
            room = GuardRoom(hashes=self.hashes).opened(tx, actor.authority)
            return channels_of(tx, room) if room else ()

    def terms(self, actor: Actor) -> tuple[Term, ...]:
        """Return the terms that ship and those of the office."""
        self._require(actor, Action.TAKEDOWN_KEEP)
        with self.place.store.snapshot() as tx:
            room = GuardRoom(hashes=self.hashes).opened(tx, actor.authority)
            return terms_of(tx, room) if room else shipped_terms()

    def figures(self, actor: Actor) -> tuple[FigureView, ...]:
        """Return times to removal by State and by host; what concerns fewer than five takedowns is hidden."""
        self._require(actor, Action.TAKEDOWN_KEEP)
        with self.place.store.snapshot() as tx:
            room = GuardRoom(hashes=self.hashes).opened(tx, actor.authority)
            if room is None:
                return ()
            registers = {one.name: one for one in registers_of(tx, room)}
            by_state: dict[str, list[Takedown]] = {}
            by_host: dict[str, list[Takedown]] = {}
            for one in room.all(tx.guarded, TAKEDOWN, Takedown):
                if any(event.step is Step.NOTICE for event in one.events):
                    found = findings(tx.guarded, registers, host=one.host, address=one.address, registrar="")
                    by_state.setdefault(next(iter(states_of(found)), "?"), []).append(one)
                    by_host.setdefault(one.host or one.address or one.service, []).append(one)
        return (*_figures("state", by_state), *_figures("host", by_host))

    def _change(self, actor: Actor, action: str, **told: object) -> Book:
        self._require(actor, Action.GUARD_CHANGE)
        with self.place.store.transaction() as tx:
            room = GuardRoom(hashes=self.hashes).made(tx, actor.authority)
            book = msgspec.structs.replace(book_of(tx, room), **told)
            room.put(tx.guarded, BOOK, book, number=1, key="book")
            self._note(tx, actor, action, "")
        return book

    def _note(self, tx: Transaction, actor: Actor, action: str, about: str) -> None:
        now = self.place.clock.now()
        self.place.journal.decision(tx, actor, action=action, about=about, at=now)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)


def _figures(by: str, cells: Mapping[str, list[Takedown]]) -> list[FigureView]:
    covered = hidden({name: len(held) for name, held in cells.items()})
    made = []
    for name, held in sorted(cells.items()):
        if name in covered:
            if by == "state":  # that a host is in the table at all would tell of its few cases
                made.append(FigureView(by=by, name=name, notices=None, removed=None, median_hours=None))
            continue
        times = sorted(time for one in held if (time := one.until_removed()) is not None)
        enough = len(times) >= LEAST and (len(held) - len(times) == 0 or len(held) - len(times) >= LEAST)
        made.append(
            FigureView(
                by=by,
                name=name,
                notices=len(held),
                removed=len(times) if enough else None,
                median_hours=int(median(times) // HOUR) if enough else None,
            )
        )
    return made


def _register(one: Register) -> RegisterView:
    return RegisterView(name=one.name, dated=one.dated, rows=one.rows)
