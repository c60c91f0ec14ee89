"""Founding a node and changing its offices: roots, Party entries and the keys behind them.

A Party root is made once and then belongs off the machine. Every later change (an office, an officer, a
key) is a new version of the Party entry, signed by the entry key; old versions are kept for ever, since
an old signature is judged by what was published when it was made.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.exchange.entries import (
    RECEIVING,
    SHELTER,
    Entry,
    PublishedAuthority,
    PublishedKey,
    PublishedOfficer,
    Role,
    Usage,
)
from comity.exchange.entry_wire import entry_statement, parse_entry
from comity.exchange.ports import ExchangeStore, Pin
from comity.exchange.roots import Root, fingerprint, root_statement, sign
from comity.kernel.agekeys import HYBRID, Identity
from comity.kernel.clock import DAY, Clock, Instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import (
    AuthorityId,
    Fingerprint,
    OfficerName,
    PartyCode,
    parse_authority,
    parse_officer,
    party_of,
)
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope, Signer, parse_envelope
from comity.node.names import require_name, require_office_roles
from comity.node.ports import KeyStore, Store
from comity.node.views import OfficerView

FIRST_AUTHORITY = "contact-point"
_FIRST_OFFICE = {
    False: (FIRST_AUTHORITY, ("contact-point", "central-authority"), (Role.OFFICER, Role.HEAD)),
    True: (SHELTER, (SHELTER,), (Role.TRUSTEE, Role.COUNSELLOR)),
}
"""By whether the node is a shelter: name and roles of its first office, and roles of its first officer."""
ENTRY_KEY = "entry/1"
FIRST_OFFICER = OfficerName("first-officer")
LIFE = {Realm.LIVE: 366 * DAY, Realm.PRACTICE: 3660 * DAY}
_ROOT_KEYS = {Realm.LIVE: (3, 2), Realm.PRACTICE: (1, 1)}
AGELIFE = 30 * DAY
COURIER_WINDOW = 90 * DAY
_SIGNING = (Usage.ACT, Usage.RECEIPT, Usage.LOG, Usage.TRANSPORT)


class _ExchangeTransaction(Protocol):
    @property
    def exchange(self) -> ExchangeStore: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """What founding and every later change of the entry need."""

    store: Store
    keys: KeyStore
    clock: Clock
    entropy: Entropy

    def found(
        self,
        *,
        party: PartyCode,
        realm: Realm,
        name: str,
        endpoint: str,
        certificate: bytes,
        languages: tuple[str, ...] = ("en",),
        passphrase: bytes | None = None,
        shelter: bool = False,
    ) -> Fingerprint:
        """Make root, entry, first authority and first officer, and return the Party's fingerprint.

        A node is founded as a shelter or not; it never becomes one, and never ceases to be one.

        Raises:
            DeniedError: ``init.passphrase``: a live node is founded with a passphrase only.
            ConflictError: ``key.exists``: this folder holds a node already.
        """
        if realm is Realm.LIVE and not passphrase:
            raise DeniedError(
                "init.passphrase",
                "a live node keeps its root, entry and officers' keys under a passphrase",
                hint="give one with --passphrase-file, or make a practice node with --practice",
            )
        called, now = require_name(name), self.clock.now()
        signed_root, entry_signer = self._new_root(party, realm, now, passphrase)
        called_first, roles, held = _FIRST_OFFICE[shelter]
        first = parse_authority(f"{party}/{called_first}")
        office = PublishedAuthority(
            id=first,
            names={languages[0]: called},
            roles=roles,
            endpoint=endpoint,
            languages=languages,
            keys=self._new_keys(first, realm, now, suite=HYBRID),
            certificate=certificate,
            officers=(self._first_officer(party, realm, now, passphrase, held),),
        )
        entry = Entry(
            party=party,
            realm=realm,
            root=fingerprint(signed_root),
            root_version=1,
            version=1,
            issued_at=now,
            expires_at=Instant(now + LIFE[realm]),
            authorities=(office,),
            suite=HYBRID,
        )
        self._keep(signed_root, entry, entry_signer)
        return entry.root

    def add_authority(
        self, *, authority: str, name: str, roles: Sequence[str], passphrase: bytes | None = None
    ) -> AuthorityId:
        """Publish another office of the Party, with keys of its own, at the same endpoint."""
        made = parse_authority(authority)
        called, held = require_name(name), require_office_roles(roles)

        def change(entry: Entry, now: Instant) -> Entry:
            if party_of(made) != entry.party:
                raise MalformedError("authority.party", f"{made} is no authority of {entry.party}")
            if entry.authority(made) is not None:
                raise ConflictError("authority.exists", f"{made} is an authority of this node already")
            first = entry.authorities[0]
            office = PublishedAuthority(
                id=made,
                names={first.languages[0]: called},
                roles=held,
                endpoint=first.endpoint,
                languages=first.languages,
                certificate=first.certificate,
                keys=self._new_keys(made, entry.realm, now, suite=entry.suite),
            )
            return dataclasses.replace(entry, authorities=(*entry.authorities, office))

        self.amend(change, passphrase)
        return made

    def add_officer(
        self,
        *,
        authority: AuthorityId,
        name: str,
        roles: Sequence[str],
        passphrase: bytes | None = None,
        entry_passphrase: bytes | None = None,
    ) -> OfficerView:
        """Enrol an officer with a key of their own and publish them.

        Args:
            authority: The office that the officer acts for.
            name: Pseudonym, unique under the Party.
            roles: At least one role of :class:`comity.exchange.entries.Role`.
            passphrase: Wraps the officer's key; a live node demands one.
            entry_passphrase: Unlocks the entry key, where it is wrapped.
        """
        officer, held = parse_officer(name), parse_roles(roles)

        def change(entry: Entry, now: Instant) -> Entry:
            if entry.realm is Realm.LIVE and not passphrase:
                raise DeniedError("officer.passphrase", "an officer's key on a live node needs a passphrase")
            office = entry.authority(authority)
            if office is None:
                raise NotFoundError("authority.absent", f"{authority} is no authority of this node")
            if any(o.name == officer for a in entry.authorities for o in a.officers):
                raise ConflictError("officer.exists", f"{officer} is an officer of this Party already")
            window = (now, Instant(now + LIFE[entry.realm]))
            made = self._new_officer(entry.party, officer, roles=held, window=window, passphrase=passphrase)
            return with_office(entry, dataclasses.replace(office, officers=(*office.officers, made)))

        self.amend(change, entry_passphrase)
        return OfficerView(name=officer, authority=authority, roles=tuple(role.value for role in held))

    def amend(self, change: Callable[[Entry, Instant], Entry], passphrase: bytes | None) -> Entry:
        """Publish a new version of the Party entry: the old one, changed.

        Args:
            change: Returns the changed entry; version and times are set here.
            passphrase: Opens the entry key, where it is wrapped; a wrong one changes nothing.
        """
        signer = self.keys.signer(ENTRY_KEY, passphrase=passphrase)
        with self.store.transaction() as tx:
            now = self.clock.now()
            old = own_entry(tx)
            new = dataclasses.replace(
                change(old, now),
                version=old.version + 1,
                issued_at=Instant(max(now, old.issued_at)),
                expires_at=Instant(max(now + LIFE[old.realm], old.expires_at)),
            )
            if new.is_shelter is not old.is_shelter:
                raise ConflictError("node.kind_change", "a node never becomes a shelter or ceases to be one")
            signed = sign(entry_statement(new), [signer])
            parse_entry(signed, where="the new entry")  # what peers would refuse is not published
            tx.exchange.put_entry(new.root, version=new.version, envelope=_encoded(signed))
        return new

    def _keep(self, root: Envelope, entry: Entry, entry_signer: Signer) -> None:
        pin = Pin(
            fingerprint=entry.root,
            party=entry.party,
            realm=entry.realm,
            pinned_at=entry.issued_at,
            officers=(FIRST_OFFICER,),
            channel="own",
            ours=True,
        )
        with self.store.transaction() as tx:
            tx.exchange.put_root(entry.root, version=1, envelope=_encoded(root))
            signed_entry = sign(entry_statement(entry), [entry_signer])
            tx.exchange.put_entry(entry.root, version=1, envelope=_encoded(signed_entry))
            tx.exchange.pin(pin)

    def _first_officer(
        self, party: PartyCode, realm: Realm, now: Instant, passphrase: bytes | None, roles: Sequence[Role]
    ) -> PublishedOfficer:
        return self._new_officer(
            party,
            FIRST_OFFICER,
            roles=roles,
            window=(now, Instant(now + LIFE[realm])),
            passphrase=passphrase,
        )

    def _new_root(
        self, party: PartyCode, realm: Realm, now: Instant, passphrase: bytes | None
    ) -> tuple[Envelope, Signer]:
        held, needed = _ROOT_KEYS[realm]
        roots = [self._new_signer(f"root/{n}", passphrase) for n in range(1, held + 1)]
        entry_signer = self._new_signer(ENTRY_KEY, passphrase)
        root = Root(
            party=party,
            realm=realm,
            version=1,
            issued_at=now,
            threshold=needed,
            keys=tuple(signer.public for signer in roots),
            entry_threshold=1,
            entry_keys=(entry_signer.public,),
        )
        return sign(root_statement(root), roots), entry_signer

    def _new_signer(self, name: str, passphrase: bytes | None) -> Signer:
        return self.keys.make_signer(name, entropy=self.entropy, passphrase=passphrase)

    def _new_keys(
        self, authority: AuthorityId, realm: Realm, now: Instant, *, suite: str
    ) -> tuple[PublishedKey, ...]:
        end = Instant(now + LIFE[realm])
        identity = Identity.generate(self.entropy, suite=suite)
        self.keys.put_identity(authority, identity)
        self.keys.put_store_identity(authority, Identity.generate(self.entropy, suite=suite))
        signing = [
            PublishedKey(
                usage=usage,
                public=self._new_signer(f"{authority}/{usage.value}", None).public,
                not_before=now,
                not_after=end,
            )
            for usage in _SIGNING
        ]
        return (
            *signing,
            PublishedKey(usage=RECEIVING[suite], public=identity.public, not_before=now, not_after=end),
        )

    def _new_officer(
        self,
        party: PartyCode,
        name: OfficerName,
        *,
        roles: Sequence[Role],
        window: tuple[Instant, Instant],
        passphrase: bytes | None,
    ) -> PublishedOfficer:
        signer = self._new_signer(officer_key(party, name), passphrase)
        return PublishedOfficer(
            name=name,
            roles=tuple(role.value for role in roles),
            public=signer.public,
            not_before=window[0],
            not_after=window[1],
        )


def officer_key(party: PartyCode, name: OfficerName) -> str:
    """Return the name under which the key store keeps an officer's key."""
    return f"officer/{party}/{name}"


def own_root(tx: _ExchangeTransaction) -> Fingerprint:
    """Return the fingerprint of the node's own Party; raise NotFoundError before it is founded."""
    for pin in tx.exchange.pins():
        if pin.ours:
            return pin.fingerprint
    raise NotFoundError("node.unfounded", "this store belongs to no Party yet", hint="run comity init")


def own_entry(tx: _ExchangeTransaction) -> Entry:
    """Return the newest entry of the node's own Party."""
    held = tx.exchange.entries(own_root(tx))
    return parse_entry(parse_envelope(parse_ijson(held[-1], most_bytes=1 << 20, where="own entry")))


def _encoded(envelope: Envelope) -> bytes:
    return envelope.json


def with_office(entry: Entry, office: PublishedAuthority) -> Entry:
    """Return the entry with one of its offices replaced."""
    offices = tuple(office if held.id == office.id else held for held in entry.authorities)
    return dataclasses.replace(entry, authorities=offices)


def parse_roles(roles: Sequence[str]) -> tuple[Role, ...]:
    """Return the roles of an officer, each once; raise MalformedError ``officer.role`` for any other."""
    known = {role.value: role for role in Role}
    strange = next((role for role in roles if role not in known), None)
    if strange is not None or not roles:
        raise MalformedError(
            "officer.role",
            "an officer has at least one role"
            if strange is None
            else f"{strange[:40]!r} is no role of an officer",
            hint="roles are " + ", ".join(sorted(known)),
            where="--role",
        )
    return tuple(known[role] for role in dict.fromkeys(roles))
