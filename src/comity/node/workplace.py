"""What every desk stands on: the store, the keys, time, randomness, and which node this is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from comity.cases.calendars import NO_CALENDARS, Calendars
from comity.cases.owed import House
from comity.exchange.directory import Directory, TrustedParty
from comity.exchange.entries import Usage
from comity.exchange.office import Office
from comity.indicators.ports import Expressions, no_expressions
from comity.kernel.agefile import Identity
from comity.kernel.clock import Clock
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import AuthorityId, Fingerprint, OfficerName, PartyCode, parse_officer
from comity.kernel.realms import Realm
from comity.kernel.signing import Checker, check_when_asked
from comity.ledger.origins import peer_log_origin
from comity.node.founding import Founder, officer_key, own_entry, own_root
from comity.node.journal import Journal
from comity.node.keeping import KeyKeeper
from comity.node.ports import KeyStore, Store, Transaction
from comity.node.views import Actor
from comity.protection.ports import Vault
from comity.requests.published import Zones, utc_only
from comity.treaty.overlay import Overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The parts that bootstrap joined; handed to every desk, changed by none.

    Attributes:
        directory: Remembers the chains it checked; what it reads is the store's.
        check: Looks at the signatures of a whole call ahead.
        endpoint: Address that peers call, as published.
        calendars: Of the Parties, by which times are reckoned.
        overlay: The operator's own data on instruments; None where there is none.
        zones: Knows the time zones of offices.
        expressions: Matches regular expressions of warning lists.
        make_vault: Makes what seals lists of fingerprints, from a secret; None where no list is exchanged.
        is_shelter: Whether this node is a shelter's: it takes no act, and no case of a State is on it.
    """

    party: PartyCode
    realm: Realm
    endpoint: str
    store: Store
    keys: KeyStore
    clock: Clock
    entropy: Entropy
    directory: Directory = field(repr=False)
    check: Checker = field(default=check_when_asked, repr=False)
    calendars: Calendars = field(default=NO_CALENDARS, repr=False)
    overlay: Overlay | None = field(default=None, repr=False)
    zones: Zones = field(default=utc_only, repr=False)
    expressions: Expressions = field(default=no_expressions, repr=False)
    make_vault: Callable[[bytes], Vault] | None = field(default=None, repr=False)
    is_shelter: bool = False

    @property
    def house(self) -> House:
        """The targets and calendars by which times are reckoned."""
        return House(calendars=self.calendars)

    @property
    def journal(self) -> Journal:
        """The journal behind the national logs."""
        return Journal(realm=self.realm, entropy=self.entropy)

    @property
    def founder(self) -> Founder:
        """Changes of the Party entry."""
        return Founder(store=self.store, keys=self.keys, clock=self.clock, entropy=self.entropy)

    @property
    def keeper(self) -> KeyKeeper:
        """The life of the published keys."""
        return KeyKeeper(founder=self.founder)

    def root(self, tx: Transaction) -> Fingerprint:
        """Return the fingerprint of the node's own Party."""
        return own_root(tx)

    def own_party(self, tx: Transaction) -> TrustedParty:
        """Return the node's own Party, its chain checked like any other."""
        return self.directory.party(tx.exchange, own_root(tx))

    def authorities(self, tx: Transaction) -> tuple[AuthorityId, ...]:
        """Return the offices that the entry in force lists, in its order."""
        entry = self.own_party(tx).in_force(self.clock.now())
        if entry is None:
            raise ConflictError(
                "entry.expired",
                "no Party entry of this node is in force now",
                hint="look at the clock; 'comity authority renew' issues a new entry",
            )
        return tuple(office.id for office in entry.authorities)

    def office(self, tx: Transaction, authority: AuthorityId) -> Office:
        """Return one of our offices with the keys that the exchange needs."""
        if not self.own_party(tx).keys(authority, Usage.TRANSPORT, at=self.clock.now()):
            raise NotFoundError("authority.absent", f"{authority} is no authority of this node")
        return Office(
            authority=authority,
            root=own_root(tx),
            realm=self.realm,
            receipt=self.keys.signer(f"{authority}/receipt"),
            log=self.keys.signer(f"{authority}/log"),
            transport=self.keys.signer(f"{authority}/transport"),
            identities=self.keys.identities(authority),
        )

    def commit_heads(self) -> None:
        """Commit each office's national log to the heads of its other logs, where the hour has come."""
        now = self.clock.now()
        with self.store.transaction() as tx:
            peers = [pin.fingerprint for pin in tx.exchange.pins() if not pin.ours]
            for office in self.authorities(tx):
                logs = [peer_log_origin(self.realm, authority=office, peer_root=peer) for peer in peers]
                self.journal.commit_heads(tx, office, logs=logs, at=now)

    def openers(self, authority: AuthorityId) -> tuple[Identity, ...]:
        """Return what opens an authority's packages: its store keys, then those that others seal to."""
        return (*self.keys.store_identities(authority), *self.keys.identities(authority))

    def actor(self, name: str | None, *, passphrase: bytes | None = None, unlock: bool = True) -> Actor:
        """Return the officer who acts: the one named, or the only one there is.

        Args:
            name: Pseudonym; None for the only officer.
            passphrase: Opens the officer's key, where it is wrapped.
            unlock: False for steps that need no signature of the officer's own.

        Raises:
            NotFoundError: ``officer.absent``.
            ConflictError: ``officer.unnamed``: there are several, and none was named.
            DeniedError: ``key.locked``.
        """
        with self.store.snapshot() as tx:
            # NOTE: the newest entry, even an expired one: somebody has to be able to renew it.
            known = [(o, a.id) for a in own_entry(tx).authorities for o in a.officers]
        if name is None:
            if len(known) != 1:
                raise ConflictError(
                    "officer.unnamed",
                    "this node has several officers, and none was named",
                    hint="say who acts with --as OFFICER: " + ", ".join(o.name for o, _ in known),
                )
            officer, office = known[0]
        else:
            wanted = parse_officer(name)
            found = [(o, a) for o, a in known if o.name == wanted]
            if not found:
                raise NotFoundError("officer.absent", f"{wanted} is no officer of this node")
            officer, office = found[0]
        signer = (
            self.keys.signer(officer_key(self.party, officer.name), passphrase=passphrase) if unlock else None
        )
        return Actor(officer=officer.name, authority=office, roles=officer.roles, signer=signer)

    def is_locked(self, officer: OfficerName) -> bool:
        """Tell whether an officer's key waits for a passphrase."""
        return self.keys.is_locked(officer_key(self.party, officer))
