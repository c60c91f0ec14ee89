"""Outcomes of takedowns on their way back: told at a shelter, and put on the list for one elsewhere.

Basis: 34(3), 34(6)
"""

from dataclasses import dataclass, field

from comity.exchange.envelope import End
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError, UntrustedError
from comity.kernel.ids import AuthorityId
from comity.node.access import Action, require_access
from comity.node.addressing import addressee_of
from comity.node.feedbook import Share, owner_of
from comity.node.hashsecrets import member_of
from comity.node.hashviews import Grounds
from comity.node.listsharing import is_office
from comity.node.outcomes import Said, put_outcomes, said_of, tell_here
from comity.node.ports import Transaction
from comity.node.protecting import HashDesk
from comity.node.views import Actor
from comity.protection.categories import Subject
from comity.protection.shelves import Holding, Shelf
from comity.protection.takedown import Event, Step, Takedown


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturningDesk:
    """Where outcomes go back to: the lists of outcomes of an office.

    Attributes:
        hashes: The desk of lists.
    """

    hashes: HashDesk = field(repr=False)

    def begin(self, actor: Actor, *, to: str, name: str, grounds: Grounds, consent: bool) -> Share:
        """Make a list of outcomes for a shelter whose list this office was given, and share it with it.

        Args:
            actor: A head.
            to: Office of the shelter, ``PARTY/name``.
            name: What the list is called.
            grounds: Under which law and terms it goes back.
            consent: That the head read the warning.

        Raises:
            ConflictError: ``protect.list_exists``: there is such a list, and it is another one.
            DeniedError: ``protect.warned``, ``access.…``.
            NotFoundError: ``peer.absent``, ``peer.no_authority``.
        """
        place = self.hashes.place
        require_access(actor, Action.HASH_KEEP, realm=place.realm, owner=actor.authority)
        now = place.clock.now()
        with place.store.transaction() as tx:
            addressee_of(place, tx, to)
            room = self.hashes.room(tx, actor.authority, make=True)
            held = room.find(tx.hashes, name)
            if held is not None and not held.of_outcomes:
                raise ConflictError("protect.list_exists", "there is such a list already", where=name)
            if held is None:
                holding = Holding(
                    name=str(actor.authority),
                    ground=grounds.ground,
                    licence=grounds.licence,
                    onward=True,
                    since=now,
                    officer=str(actor.officer),
                    member=1,
                )
                shelf = Shelf(
                    name=name,
                    subject=Subject.INTIMATE,
                    source=str(actor.authority),
                    made=now,
                    holding=holding,
                    of_outcomes=True,
                )
                room.put_shelf(tx.hashes, shelf)
        return self.hashes.feeds.share(actor, name=name, to=to, grounds=grounds, consent=consent)


def give_back(
    hashes: HashDesk, tx: Transaction, authority: AuthorityId, held: Takedown, event: Event
) -> Takedown:
    """Tell whoever asked for help what an event means, and return the takedown, noting that they were told.

    At a shelter it stands in the cases at once. Elsewhere it goes into the list of outcomes of each shelter
    whose list had the fingerprint.
    """
    said = said_of(held, event)
    if said is None:
        return held
    room = hashes.room(tx, authority)
    if hashes.place.is_shelter:
        if tell_here(room, tx.hashes, held.prints, said):
            return held.after(Event(step=Step.TOLD, at=event.at, by="desk", words=said.outcome.value))
        return held
    for shelf in room.shelves(tx.hashes):
        if shelf.of_outcomes:
            _put(hashes, tx, shelf, held, said)
    return held


def _put(hashes: HashDesk, tx: Transaction, shelf: Shelf, held: Takedown, said: Said) -> None:
    room = hashes.room(tx, AuthorityId(shelf.holding.name))
    for one in shelf.receivers:
        if is_office(one.name) and one.is_open(Instant(said.at)):
            try:
                peer = addressee_of(hashes.place, tx, one.name)
            except (UntrustedError, NotFoundError):
                continue  # it is no peer, or its entry is not in force: nothing would reach it
            owner = owner_of(End(authority=peer.authority, root=peer.root))
            put_outcomes(room, tx.hashes, shelf, held, said, member=member_of(tx, owner))
