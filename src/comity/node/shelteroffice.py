"""The desk of a shelter's officers: counts, clocks, lists and outcomes. No case of anybody is on it.

Basis: 34, 36(1)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, DeniedError, NotFoundError
from comity.node.access import Action, require_access
from comity.node.outcomes import tell_outcome
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.shelterrows import offer_of
from comity.node.shelterviews import Offer, ReceiverClock, ShelterView
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.categories import Subject
from comity.protection.recalls import late
from comity.protection.service import Lists
from comity.protection.shelves import Holding, Shelf, parse_name

DOUBTS = 2
"""So many receivers say that an entry is no such image before officers are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterOffice:
    """What officers of a shelter do.

    Attributes:
        hashes: The lists of fingerprints.
    """

    place: Workplace
    hashes: HashDesk = field(repr=False)

    def overview(self, actor: Actor) -> ShelterView:
        """Return counts and clocks to an officer of the shelter; no case is in it."""
        self._require(actor, Action.PLEA_SEE)
        now = self.place.clock.now()
        with self.place.store.snapshot() as tx:
            if not tx.hashes.shelves(actor.authority):
                return ShelterView(cases=0, lists=(), clocks=(), doubted=0)
            room = self.hashes.room(tx, actor.authority)
            shelves = [one for one in room.shelves(tx.hashes) if one.of_pleas]
            doubted = sum(
                sum(not vote.good for vote in entry.votes) >= DOUBTS and entry.is_matched
                for _, entry in room.entries(tx.hashes, [one.name for one in shelves])
            )
            return ShelterView(
                cases=len(tx.hashes.pleas(actor.authority)),
                lists=tuple(offer_of(one, now) for one in shelves),
                clocks=_clocks(tx, room, shelves, now),
                doubted=doubted,
            )

    def make_list(self, actor: Actor, *, name: str, about: str, ground: str, licence: str) -> Offer:
        """Make a list to which people may give; it says what it is, and under which law.

        Raises:
            ConflictError: ``shelter.list_exists``.
            MalformedError: ``protect.name``, ``protect.record``, ``protect.source``.
        """
        self._require(actor, Action.HASH_KEEP)
        parse_name(name)
        now = self.place.clock.now()
        holding = Holding(
            name=str(actor.authority),
            ground=ground,
            licence=licence,
            onward=True,
            since=now,
            officer=str(actor.officer),
            member=1,
        )
        shelf = Shelf(
            name=name, subject=Subject.INTIMATE, source=about, made=now, holding=holding, of_pleas=True
        )
        with self.place.store.transaction() as tx:
            room = self.hashes.room(tx, actor.authority, make=True)
            if room.find(tx.hashes, name) is not None:
                raise ConflictError("shelter.list_exists", "there is such a list already", where=name)
            room.put_shelf(tx.hashes, shelf)
            self.place.journal.decision(tx, actor, action="plea.list", about=name, at=now)
        return offer_of(shelf, now)

    def confirm(self, actor: Actor, *, name: str, receiver: str) -> int:
        """Note that a receiver says by other means that it took out what was taken back; return how much."""
        self._require(actor, Action.PLEA_TELL)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            rows = [
                one
                for one in tx.hashes.recalls(actor.authority)
                if (one.shelf, one.receiver) == (name, receiver)
            ]
            if not rows:
                raise NotFoundError("shelter.told", "this receiver was told everything", where=receiver[:80])
            tx.hashes.drop_recalls(rows)
            self.place.journal.decision(tx, actor, action="plea.confirm", about=f"{name} {receiver}", at=now)
        return len(rows)

    def outcome(self, actor: Actor, *, value: str, outcome: str, by: str) -> int:
        """Tell whoever gave a fingerprint what became of the image somewhere; return how many entries had it.

        Args:
            actor: A counsellor or a trustee.
            value: The fingerprint, in hexadecimal digits.
            outcome: One of :class:`comity.protection.pleas.Outcome`.
            by: Who says it: a platform, a host, an authority.

        Raises:
            MalformedError: ``shelter.outcome``.
            NotFoundError: ``shelter.unknown``: nobody gave it, or it was taken back.
        """
        self._require(actor, Action.PLEA_TELL)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = self.hashes.room(tx, actor.authority)
            told = tell_outcome(room, tx.hashes, value=value, outcome=outcome, by=by, at=now)
            self.place.journal.decision(tx, actor, action="plea.outcome", about=by[:80], at=now)
        if not told:
            raise NotFoundError("shelter.unknown", "nobody gave this fingerprint, or it was taken back")
        return told

    def _require(self, actor: Actor, action: Action) -> None:
        """Raise unless this is a shelter, and the officer may do it."""
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)
        if not self.place.is_shelter:
            raise DeniedError(
                "shelter.not_here",
                "this node is not a shelter's",
                hint="a shelter has a node of its own: comity init DIR --shelter",
            )


def _clocks(
    tx: Transaction, room: Lists, shelves: Sequence[Shelf], now: Instant
) -> tuple[ReceiverClock, ...]:
    rows = tx.hashes.recalls(room.authority)
    rings = late(rows, now=now)
    found = []
    for shelf in shelves:
        for one in shelf.receivers:
            since = [row.since for row in rows if (row.shelf, row.receiver) == (shelf.name, one.name)]
            found.append(
                ReceiverClock(
                    list=shelf.name,
                    receiver=one.name,
                    since=one.since,
                    until=one.until,
                    waiting=len(since),
                    oldest=min(since, default=None),
                    is_late=(shelf.name, one.name) in rings,
                )
            )
    return tuple(found)
