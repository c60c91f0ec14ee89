"""The desk for offices and officers of one's own Party, and the desk for other Parties."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.exchange.cards import Card, build_card, keep_card, parse_card
from comity.exchange.ports import Alarm, Pin
from comity.exchange.words import same_words, twelve_words
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, DeniedError
from comity.kernel.ids import AuthorityId, Fingerprint, OfficerName, parse_authority, parse_officer
from comity.kernel.realms import Realm
from comity.node.access import Action, require_access
from comity.node.founding import own_entry, own_root
from comity.node.ports import Transaction
from comity.node.preferences import PreferencesDesk
from comity.node.views import Actor, AlarmView, KeyView, OfficerView, PeerView
from comity.node.workplace import Workplace

ROOT_CHANGED = "root.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDesk:
    """Offices and officers of this node."""

    place: Workplace

    def add_authority(
        self,
        actor: Actor,
        *,
        authority: str,
        name: str,
        roles: Sequence[str],
        passphrase: bytes | None = None,
    ) -> AuthorityId:
        """Publish another office. ``passphrase`` opens the entry key, where it is wrapped."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        made = self.place.founder.add_authority(
            authority=authority, name=name, roles=roles, passphrase=passphrase
        )
        self._record(actor, "authority.add", made)
        return made

    def add_officer(
        self,
        actor: Actor,
        *,
        authority: str,
        name: str,
        roles: Sequence[str],
        passphrase: bytes | None = None,
        entry_passphrase: bytes | None = None,
    ) -> OfficerView:
        """Enrol an officer. ``passphrase`` wraps their key, ``entry_passphrase`` opens the entry key."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        made = self.place.founder.add_officer(
            authority=parse_authority(authority),
            name=name,
            roles=roles,
            passphrase=passphrase,
            entry_passphrase=entry_passphrase,
        )
        self._record(actor, "officer.add", made.name)
        return made

    def renew(self, actor: Actor, *, entry_passphrase: bytes | None = None) -> Instant:
        """Publish every office and officer for another term, with new age keys; return the new end."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        end = self.place.keeper.renew(passphrase=entry_passphrase)
        self._record(actor, "authority.renew", self.place.party)
        return end

    def revoke_officer(
        self, actor: Actor, *, name: str, since: Instant | None = None, entry_passphrase: bytes | None = None
    ) -> OfficerName:
        """Take an officer out and revoke the key from an instant on; from now where none is given."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        from_when = self.place.clock.now() if since is None else since
        gone = self.place.keeper.revoke_officer(
            parse_officer(name), since=from_when, passphrase=entry_passphrase
        )
        self._record(actor, "officer.revoke", gone)
        return gone

    def change_roles(
        self, actor: Actor, *, name: str, roles: Sequence[str], entry_passphrase: bytes | None = None
    ) -> OfficerView:
        """Give an officer other roles; the key stays. ``entry_passphrase`` opens the entry key."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        held = self.place.keeper.change_roles(parse_officer(name), roles=roles, passphrase=entry_passphrase)
        self._record(actor, "officer.roles", parse_officer(name))
        office = next(one.authority for one in self.officers() if one.name == name)
        return OfficerView(name=parse_officer(name), authority=office, roles=held)

    def choose_language(self, actor: Actor, *, language: str) -> None:
        """Keep the language of an officer's pages; see :class:`PreferencesDesk`."""
        PreferencesDesk(place=self.place).choose_language(actor, language=language)

    def keys(self, actor: Actor) -> tuple[KeyView, ...]:
        """Return the public keys that the newest entry lists for every office; never a private one."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm)
        with self.place.store.snapshot() as tx:
            entry = own_entry(tx)
        return tuple(
            KeyView(
                authority=office.id,
                usage=key.usage.value,
                key=key.id,
                not_before=key.not_before,
                not_after=key.not_after,
            )
            for office in entry.authorities
            for key in office.keys
        )

    def rotate(self, actor: Actor, *, authority: str, entry_passphrase: bytes | None = None) -> bool:
        """Publish a new age key for an office where its newest is a month old; tell whether it was due."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        office = parse_authority(authority)
        was_due = self.place.keeper.rotate_age(office, passphrase=entry_passphrase)
        if was_due:
            self._record(actor, "authority.rotate", office)
        return was_due

    def officers(self) -> tuple[OfficerView, ...]:
        """Return the officers that the entry in force lists."""
        with self.place.store.snapshot() as tx:
            entry = self.place.own_party(tx).in_force(self.place.clock.now())
        return tuple(
            OfficerView(name=officer.name, authority=office.id, roles=officer.roles)
            for office in (entry.authorities if entry else ())
            for officer in office.officers
        )

    def _record(self, actor: Actor, action: str, about: str) -> None:
        with self.place.store.transaction() as tx:
            self.place.journal.decision(tx, actor, action=action, about=about, at=self.place.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class PeersDesk:
    """Other Parties: pinned by card and twelve words, never by a message.

    Basis: PROTOCOL 13
    """

    place: Workplace

    def card(self) -> bytes:
        """Return this Party's card, to hand to others."""
        with self.place.store.snapshot() as tx:
            root = own_root(tx)
            return build_card(tx.exchange.roots(root), tx.exchange.entries(root))

    def words(self, card: bytes) -> tuple[str, ...]:
        """Return the twelve words that both sides must read alike, by voice."""
        theirs = parse_card(card, where="card").party.fingerprint
        with self.place.store.snapshot() as tx:
            return twelve_words(own_root(tx), theirs)

    def add(
        self,
        actor: Actor,
        *,
        card: bytes,
        words: str | None = None,
        confirmed_by: Sequence[str] = (),
        channel: str = "voice",
    ) -> PeerView:
        """Pin the Party of a card after its words were compared.

        Args:
            actor: Who adds it; counts as one of those who compared.
            card: Bytes of the card.
            words: The words as the other side read them; a live node demands them.
            confirmed_by: Other officers who compared; a live node needs two persons in all.
            channel: How they were compared.

        Raises:
            DeniedError: ``peer.words``: they differ, or are missing; ``peer.two_officers``; ``peer.realm``.
            ConflictError: ``peer.known``: the same code is pinned with another root; a change of root
                without the old quorum is a new first contact, with an alarm.
        """
        require_access(actor, Action.PEER_ADD, realm=self.place.realm)
        read = parse_card(card, where="card")
        party, officers = read.party, self._officers(actor, confirmed_by)
        if party.realm is not self.place.realm:
            raise DeniedError(
                "peer.realm", f"the card is of the {party.realm} realm, this node is {self.place.realm}"
            )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self._require_words(tx, words, party.fingerprint)
            other = [pin for pin in tx.exchange.pins() if pin.party == party.party]
            impostor = any(pin.fingerprint != party.fingerprint for pin in other)
            if impostor:  # the alarm has to outlive the refusal, so it is kept before anything is raised
                tx.exchange.alarm(
                    Alarm(code=ROOT_CHANGED, authority=actor.authority, peer=other[0].fingerprint, at=now)
                )
            else:
                self._pin(tx, actor, read, officers=officers, channel=channel)
                return self._view(tx, tx.exchange.pin_of(party.fingerprint))
        raise ConflictError(
            "peer.known",
            f"{party.party} is pinned with another root",
            hint="treat it as an impostor until a note verbale explains it; the first pin stays",
        )

    def _pin(
        self, tx: Transaction, actor: Actor, card: Card, *, officers: tuple[OfficerName, ...], channel: str
    ) -> None:
        party, now = card.party, self.place.clock.now()
        keep_card(tx.exchange, card)
        if tx.exchange.pin_of(party.fingerprint) is None:
            pin = Pin(
                fingerprint=party.fingerprint,
                party=party.party,
                realm=party.realm,
                pinned_at=now,
                officers=officers,
                channel=channel,
            )
            tx.exchange.pin(pin)
        self.place.journal.decision(tx, actor, action="peer.add", about=party.fingerprint, at=now)

    def list(self) -> tuple[PeerView, ...]:
        """Return the pinned Parties, oldest pin first."""
        with self.place.store.snapshot() as tx:
            return tuple(self._view(tx, pin) for pin in tx.exchange.pins() if not pin.ours)

    def alarms(self, actor: Actor) -> tuple[AlarmView, ...]:
        """Return what a person must see about the exchange, newest first; none of it is case material."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm)
        with self.place.store.snapshot() as tx:
            known = {pin.fingerprint: pin.party for pin in tx.exchange.pins()}
            found = tx.exchange.alarms()
        return tuple(
            AlarmView(
                code=one.code,
                authority=one.authority,
                party=known.get(one.peer, ""),
                at=one.at,
                detail=one.detail.decode("utf-8", "backslashreplace"),
            )
            for one in reversed(found)
            if one.authority == actor.authority
        )

    def _officers(self, actor: Actor, confirmed_by: Sequence[str]) -> tuple[OfficerName, ...]:
        known = {officer.name for officer in PeopleDesk(place=self.place).officers()}
        named = dict.fromkeys([actor.officer, *(parse_officer(name) for name in confirmed_by)])
        strangers = [name for name in named if name not in known]
        if strangers:
            raise DeniedError("peer.confirmed_by", f"{strangers[0]} is no officer of this node")
        if self.place.realm is Realm.LIVE and len(named) < 2:
            raise DeniedError(
                "peer.two_officers",
                "two officers compare the words before a Party is pinned",
                hint="name the second with --confirmed-by",
            )
        return tuple(named)

    def _require_words(self, tx: Transaction, words: str | None, theirs: Fingerprint) -> None:
        if words is None:
            if self.place.realm is Realm.LIVE:
                raise DeniedError(
                    "peer.words",
                    "a Party is pinned after its twelve words were compared by voice",
                    hint="call the number you know, not one from the card; give what they read with --words",
                )
            return
        if not same_words(words, own_root(tx), theirs):
            raise DeniedError(
                "peer.words",
                "the words differ: one of the two cards is not genuine, or a word was misheard",
                hint="read all twelve again; if they still differ, somebody stands between you",
            )

    def _view(self, tx: Transaction, pin: Pin | None) -> PeerView:
        if pin is None:
            raise ValueError("only a pinned Party is shown")
        party = self.place.directory.party(tx.exchange, pin.fingerprint)
        entry = party.in_force(self.place.clock.now())
        offices = entry.authorities if entry else ()
        alarms = [alarm.code for alarm in tx.exchange.alarms() if alarm.peer == pin.fingerprint]
        return PeerView(
            party=pin.party,
            root=pin.fingerprint,
            words=twelve_words(own_root(tx), pin.fingerprint),
            confirmed_by=pin.officers,
            authorities=tuple(office.id for office in offices),
            endpoint=next((office.endpoint for office in offices if office.endpoint), ""),
            queued=tx.exchange.count_queued(pin.fingerprint),
            alarms=tuple(dict.fromkeys(alarms)),
        )
