"""The desk for lists that go to other nodes and come from them: a record on each side, or nothing moves.

Basis: 14, 16, 34, 36(1)
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from comity.exchange.envelope import End
from comity.kernel.clock import Instant
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.node.access import Action, require_access
from comity.node.addressing import addressee_of
from comity.node.feedbook import LIST, Channel, Share, keep_share, share_of
from comity.node.feedlists import Acceptance, acceptance, keep_acceptance
from comity.node.hashsecrets import member_of, office_lists
from comity.node.hashviews import About, Grounds
from comity.node.ports import Transaction
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.protection.categories import Subject
from comity.protection.ports import Vault
from comity.protection.recalls import recall
from comity.protection.shelves import Holding, Shelf, parse_name, require_not_of_pleas

WARNING = (
    "fingerprints can give away what they show: whoever receives them must seal them, may only match with "
    "them, and must follow every withdrawal"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFeedDesk:
    """Lists of the officer's authority between nodes. Each decision is in the national log."""

    place: Workplace
    make_vault: Callable[[bytes], Vault] = field(repr=False)

    def share(self, actor: Actor, *, name: str, to: str, grounds: Grounds, consent: bool) -> Share:
        """Record that an office of a pinned Party may receive a list; its node is told when it agreed.

        Args:
            actor: A head.
            name: The list.
            to: ``PARTY/name``.
            grounds: The legal ground and the licence of the receiver.
            consent: That the head read the warning.

        Raises:
            DeniedError: ``protect.warned``, ``protect.onward``, ``access.…``.
            NotFoundError: ``peer.absent``, ``peer.no_authority``, ``protect.absent``.
        """
        self._require(actor)
        if not consent:
            raise DeniedError("protect.warned", WARNING, hint="say --consent once you have weighed that")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            room = office_lists(self.place, self.make_vault, tx, actor.authority)
            shelf = room.shelf(tx.hashes, name)
            channel = self._channel(tx, actor, to, name)
            record = _holding(str(channel.peer.authority), grounds, actor, now, member=member_of(tx, to))
            room.put_shelf(tx.hashes, shelf.shared(record, now))
            held = share_of(tx, channel)
            made = Share(
                office=channel.peer.authority,
                root=channel.peer.root,
                feed=LIST,
                name=name,
                purpose=grounds.ground,
                since=int(now),
                officer=str(actor.officer),
                until=None if grounds.until is None else int(grounds.until),
                revision=1 if held is None else held.revision + 1,
                consent=True,
            )
            keep_share(tx, actor.authority, made)
            about = f"{name} {to}"
            self.place.journal.decision(tx, actor, action="hash.share", about=about, at=now)
        return made

    def stop(self, actor: Actor, *, name: str, to: str) -> None:
        """End the record of an office of a peer, and take back what it was given.

        Raises:
            NotFoundError: ``protect.receiver``.
        """
        self._require(actor)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            channel = self._channel(tx, actor, to, name)
            share = share_of(tx, channel)
            if share is None:
                raise NotFoundError("protect.receiver", "the list has no such receiver", where=to[:80])
            room = office_lists(self.place, self.make_vault, tx, actor.authority)
            shelf = room.shelf(tx.hashes, name)
            receiver = str(channel.peer.authority)
            if shelf.of_pleas:  # what its people gave is taken back, and watched until the peer was told
                given = [one for _, one in room.entries(tx.hashes, [name]) if not one.prints.is_empty]
                recall(room, tx.hashes, shelf, given, at=now, only=receiver)
            with suppress(NotFoundError):  # it ended by itself
                room.put_shelf(tx.hashes, shelf.stopped(receiver, now))
            stopped = msgspec.structs.replace(
                share,
                stopped=int(now),
                recall=True,
                since=int(now),
                officer=str(actor.officer),
                revision=share.revision + 1,
            )
            keep_share(tx, actor.authority, stopped)
            self.place.journal.decision(tx, actor, action="hash.stop", about=f"{name} {to}", at=now)

    def accept(
        self, actor: Actor, *, source: str, name: str, local: str = "", grounds: Grounds | None, about: About
    ) -> Shelf:
        """Record that this office may hold a list of a peer, and take it in when it comes.

        Args:
            actor: A head.
            source: Office of the peer that gives it, ``PARTY/name``.
            name: The list, as the peer calls it.
            local: What it is called here; the same where nobody says.
            grounds: The legal ground and the licence by which this office holds it; a list that is there
                already keeps its record where none is told.
            about: Whom it protects, and whose list it is.

        Raises:
            MalformedError: ``protect.record``: nothing is held without a ground; ``protect.name`` …
            NotFoundError: ``peer.absent``, ``peer.no_authority``.
        """
        self._require(actor)
        kept = parse_name(local or parse_name(name))
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            channel = self._channel(tx, actor, source, name)
            room = office_lists(self.place, self.make_vault, tx, actor.authority, make=True)
            shelf = room.find(tx.hashes, kept)
            if shelf is not None:
                require_not_of_pleas(shelf)
            if shelf is None or grounds is not None:
                record = _holding(str(actor.authority), grounds or Grounds(ground="", licence=""), actor, now)
                shelf = _with_record(shelf, record, name=kept, about=about, source=source, now=now)
            room.put_shelf(tx.hashes, shelf)
            known = acceptance(tx, channel)
            made = Acceptance(local=kept, officer=str(actor.officer), since=int(now))
            if known is not None and known.local == kept:
                made = msgspec.structs.replace(known, officer=str(actor.officer), since=int(now))
            keep_acceptance(tx, channel, made)
            about_it = f"{name} of {source} as {kept}"
            self.place.journal.decision(tx, actor, action="hash.accept", about=about_it, at=now)
        return shelf

    def _channel(self, tx: Transaction, actor: Actor, office: str, name: str) -> Channel:
        peer = addressee_of(self.place, tx, office)
        end = End(authority=peer.authority, root=peer.root)
        return Channel(authority=actor.authority, peer=end, feed=LIST, name=name)

    def _require(self, actor: Actor) -> None:
        require_access(actor, Action.HASH_KEEP, realm=self.place.realm, owner=actor.authority)


def is_office(name: str) -> bool:
    """Tell whether the name of a receiver is an office of a peer's node, and not one at the doors."""
    return "/" in name


def _holding(name: str, grounds: Grounds, actor: Actor, now: Instant, *, member: int = 1) -> Holding:
    return Holding(
        name=name,
        ground=grounds.ground,
        licence=grounds.licence,
        onward=grounds.onward,
        since=now,
        until=grounds.until,
        officer=str(actor.officer),
        member=member,
    )


def _with_record(
    shelf: Shelf | None, record: Holding, *, name: str, about: About, source: str, now: Instant
) -> Shelf:
    if shelf is not None:
        return msgspec.structs.replace(shelf, holding=record)
    if about.subject not in {one.value for one in Subject}:
        raise MalformedError(
            "protect.subject",
            f"{about.subject[:20]!r} is no subject of a list",
            hint="one of: " + ", ".join(one.value for one in Subject),
            where="subject",
        )
    return Shelf(
        name=name,
        subject=Subject(about.subject),
        source=about.source or source,
        scheme=about.scheme,
        dated=about.dated,
        made=now,
        holding=record,
    )
