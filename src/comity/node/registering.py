"""The desk that takes what a register lists: newer entries of pinned Parties, and never another root.

The register is read by the caller; what is taken is judged here by the pinned root alone, so a register that
lies can withhold, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass

from comity.exchange.cards import Card, keep_card, parse_card
from comity.exchange.ports import Alarm, Pin
from comity.exchange.registers import Index, Listing
from comity.kernel.clock import Instant
from comity.kernel.errors import DeniedError, MalformedError, UntrustedError
from comity.kernel.ids import Fingerprint, PartyCode
from comity.node.access import Action, require_access
from comity.node.people import ROOT_CHANGED
from comity.node.ports import Transaction
from comity.node.publishing import HEARD
from comity.node.views import Actor
from comity.node.workplace import Workplace

TWO_FACES = "entry.untrusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """What came of one line of a register.

    Attributes:
        outcome: ``new`` (a newer entry is kept), ``same``, ``older`` (ours is newer), ``unknown`` (the Party
            is not pinned here), ``own``; ``other_root``, ``differs`` or ``broken``: an alarm was raised, and
            nothing was taken.
    """

    party: PartyCode
    root: Fingerprint
    version: int
    listed_at: Instant
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDesk:
    """Takes what a register lists.

    Basis: PROTOCOL rule 13
    """

    place: Workplace

    def take(
        self, actor: Actor, *, index: Index, card: Callable[[Listing], bytes]
    ) -> tuple[RegisterLine, ...]:
        """Keep newer entries of pinned Parties.

        Args:
            actor: Who fetches.
            index: What is listed.
            card: Returns the card of a line.

        Raises:
            DeniedError: ``register.realm``, or the officer's role does not allow it.
        """
        place = self.place
        require_access(actor, Action.PEER_ADD, realm=place.realm)
        if index.realm is not place.realm:
            raise DeniedError(
                "register.realm", f"the register is of the {index.realm} realm, this node is {place.realm}"
            )
        with place.store.snapshot() as tx:
            pins = {pin.party: pin for pin in tx.exchange.pins()}
        cards = {
            one.party: card(one)
            for one in index.listings
            if one.party in pins and pins[one.party].fingerprint == one.root and not pins[one.party].ours
        }
        with place.store.transaction() as tx:
            lines = tuple(
                self._line(tx, actor, one, pins.get(one.party), cards.get(one.party, b""))
                for one in index.listings
            )
            news = sum(line.outcome == "new" for line in lines)
            now = place.clock.now()
            place.journal.decision(tx, actor, action="register.fetch", about=f"new={news}", at=now)
        return lines

    def _line(
        self, tx: Transaction, actor: Actor, one: Listing, pin: Pin | None, card: bytes
    ) -> RegisterLine:
        return RegisterLine(
            party=one.party,
            root=one.root,
            version=one.version,
            listed_at=one.listed_at,
            outcome=self._outcome(tx, actor, one, pin, card),
        )

    def _outcome(self, tx: Transaction, actor: Actor, one: Listing, pin: Pin | None, card: bytes) -> str:
        if pin is None:
            return "unknown"
        if pin.fingerprint != one.root:
            self._alarm(tx, actor, ROOT_CHANGED, pin.fingerprint)
            return "other_root"
        if pin.ours:
            return "own"
        try:
            read = parse_card(card, where=one.name)
            if read.party.fingerprint == pin.fingerprint and read.party.newest_id == one.entry:
                return self._kept(tx, actor, one, pin, read)
        except (MalformedError, UntrustedError):
            pass  # one Party's broken card is no reason to leave the others aside
        self._alarm(tx, actor, TWO_FACES, pin.fingerprint)
        return "broken"

    def _kept(self, tx: Transaction, actor: Actor, one: Listing, pin: Pin, card: Card) -> str:
        held = self.place.directory.party(tx.exchange, pin.fingerprint)
        newest = held.entries[-1]
        if one.version < newest.version:
            return "older"
        if one.version == newest.version and one.entry != held.newest_id:
            self._alarm(tx, actor, TWO_FACES, pin.fingerprint)
            return "differs"
        keep_card(tx.exchange, card)
        heard = min(one.listed_at, self.place.clock.now())
        name = f"{HEARD}{pin.fingerprint}"
        if heard > int(tx.node.setting(name) or b"0"):
            tx.node.put_setting(name, str(heard).encode("ascii"))
        return "new" if one.version > newest.version else "same"

    def _alarm(self, tx: Transaction, actor: Actor, code: str, peer: Fingerprint) -> None:
        now = self.place.clock.now()
        tx.exchange.alarm(Alarm(code=code, authority=actor.authority, peer=peer, at=now))
