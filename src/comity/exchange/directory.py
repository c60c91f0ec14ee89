"""The directory: what pinned roots and signed entries say, at any time T, and nothing a message says.

A :class:`TrustedParty` is made from bytes whose whole chain was checked; every answer is a lookup in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from comity.exchange.entries import (
    RECEIVING,
    Entry,
    PublishedAuthority,
    PublishedKey,
    PublishedOfficer,
    Usage,
    require_entries,
)
from comity.exchange.entry_wire import parse_entry
from comity.exchange.errors import untrusted
from comity.exchange.ports import DirectoryStore
from comity.exchange.roots import Root, fingerprint, require_chain
from comity.exchange.wire import read_envelope
from comity.kernel.clock import MINUTE, Instant
from comity.kernel.errors import DeniedError
from comity.kernel.ids import AuthorityId, Fingerprint, KeyId, OfficerName, PartyCode
from comity.kernel.realms import Realm
from comity.kernel.signing import key_id

SKEW = 5 * MINUTE
_MOST_ANSWERS = 64


class Standing(StrEnum):
    """What a signature by a key is worth at T.

    Basis: PROTOCOL rule 14; ETSI EN 319 102-1
    """

    VALID = "valid"
    SUSPECT = "suspect"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A published key with what was learnt of it later.

    Attributes:
        invalid_since: From when on its signatures are not believed; None for never.
    """

    public: bytes
    not_before: Instant
    not_after: Instant
    invalid_since: Instant | None = None

    def is_valid_at(self, at: Instant) -> bool:
        """Tell whether the key was in force at T and T lies before its revocation."""
        if not self.not_before <= at < self.not_after:
            return False
        return self.invalid_since is None or at < self.invalid_since


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedOfficer:
    """An officer of a Party: pseudonym, office, roles and key."""

    name: OfficerName
    authority: AuthorityId
    roles: frozenset[str]
    key: TrustedKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedParty:
    """A Party whose chain of roots and entries was checked from version 1 of the root on.

    Attributes:
        roots: All versions, the first is version 1.
        entries: All versions known, oldest first.
        newest_id: Id of the newest entry; empty where there is none.
    """

    fingerprint: Fingerprint
    roots: tuple[Root, ...]
    entries: tuple[Entry, ...]
    newest_id: str
    revoked: tuple[tuple[KeyId, Instant], ...] = field(repr=False)
    # The messages of a call ask the same of the same instant.
    _keys_at: dict[tuple[AuthorityId, Usage, Instant], tuple[TrustedKey, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _officers_at: dict[tuple[OfficerName, Instant], TrustedOfficer | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def party(self) -> PartyCode:
        """Code of the Party."""
        return self.roots[0].party

    @property
    def realm(self) -> Realm:
        """Live or practice."""
        return self.roots[0].realm

    def in_force(self, at: Instant) -> Entry | None:
        """Return the entry in force at T: the newest issued by then, unless it had expired.

        An entry counts up to five minutes before its time, as clocks of two States differ.
        """
        issued = [entry for entry in self.entries if entry.issued_at <= at + SKEW]
        return issued[-1] if issued and at < issued[-1].expires_at else None

    def office(self, authority: AuthorityId, *, at: Instant) -> PublishedAuthority | None:
        """Return what the entry in force at T says of an authority: endpoint, certificate, call-back."""
        entry = self.in_force(at)
        return None if entry is None else entry.authority(authority)

    def keys(self, authority: AuthorityId, usage: Usage, *, at: Instant) -> tuple[TrustedKey, ...]:
        """Return the keys of one usage that are valid at T, the newest first."""
        asked = (authority, usage, at)
        if asked not in self._keys_at:
            if len(self._keys_at) >= _MOST_ANSWERS:
                self._keys_at.clear()
            self._keys_at[asked] = self._valid_keys(authority, usage, at)
        return self._keys_at[asked]

    def _valid_keys(self, authority: AuthorityId, usage: Usage, at: Instant) -> tuple[TrustedKey, ...]:
        if self.in_force(at) is None:
            return ()
        found = {key.public: key for key in self._published(authority, usage, at)}
        trusted = (self._trusted(key.public, key.not_before, key.not_after) for key in found.values())
        valid = [key for key in trusted if key.is_valid_at(at)]
        return tuple(sorted(valid, key=lambda key: (-key.not_before, key.public)))

    def standing(self, key: KeyId, authority: AuthorityId, usage: Usage, *, at: Instant) -> Standing:
        """Return what a signature by the key is worth if T is the earliest proof of it.

        Basis: PROTOCOL rule 14; RFC 5280, section 5.3.2
        """
        listed = [found for found in self._published(authority, usage, None) if found.id == key]
        if not listed:
            return Standing.INVALID
        held = self.keys(authority, usage, at=at)
        return Standing.VALID if any(key_id(found.public) == key for found in held) else Standing.SUSPECT

    def age_recipients(self, authority: AuthorityId, *, at: Instant) -> tuple[bytes, ...]:
        """Return the keys to seal to: valid, listed by the entry in force, and of the suite that it names.

        None where the entry names a suite that is not known here.

        Basis: PROTOCOL rule 19
        """
        entry = self.in_force(at)
        office = entry.authority(authority) if entry is not None else None
        usage = RECEIVING.get(entry.suite) if entry is not None else None
        if office is None or usage is None:
            return ()
        listed = {key.public for key in office.keys}
        return tuple(key.public for key in self.keys(authority, usage, at=at) if key.public in listed)

    def officer(self, name: OfficerName, *, at: Instant) -> TrustedOfficer | None:
        """Return the officer of this name whose key is valid at T; names are unique under a Party."""
        if (name, at) not in self._officers_at:
            if len(self._officers_at) >= _MOST_ANSWERS:
                self._officers_at.clear()
            self._officers_at[name, at] = self._valid_officer(name, at)
        return self._officers_at[name, at]

    def _valid_officer(self, name: OfficerName, at: Instant) -> TrustedOfficer | None:
        if self.in_force(at) is None:
            return None
        for entry in reversed(self.entries):
            if entry.issued_at > at + SKEW:
                continue
            for office in entry.authorities:
                for officer in office.officers:
                    if officer.name == name:
                        return self._trusted_officer(officer, office.id, at)
        return None

    def algorithms(self, *, at: Instant) -> frozenset[str]:
        """Return the signature algorithms that an act signed at T must carry, all of them."""
        entry = self.in_force(at)
        return frozenset(entry.algorithms) if entry is not None else frozenset()

    def single_approval(self, *, at: Instant) -> bool:
        """Tell whether one person may approve in an emergency, by the entry in force at T."""
        entry = self.in_force(at)
        return entry is not None and entry.single_approval_in_emergency

    def _published(self, authority: AuthorityId, usage: Usage, at: Instant | None) -> Iterator[PublishedKey]:
        for entry in self.entries:
            office = entry.authority(authority)
            if office is not None and (at is None or entry.issued_at <= at + SKEW):
                yield from (key for key in office.keys if key.usage is usage)

    def _trusted(self, public: bytes, not_before: Instant, not_after: Instant) -> TrustedKey:
        name = key_id(public)
        since = [at for key, at in self.revoked if key == name]
        return TrustedKey(
            public=public,
            not_before=not_before,
            not_after=not_after,
            invalid_since=min(since) if since else None,
        )

    def _trusted_officer(
        self, officer: PublishedOfficer, authority: AuthorityId, at: Instant
    ) -> TrustedOfficer | None:
        key = self._trusted(officer.public, officer.not_before, officer.not_after)
        if not key.is_valid_at(at):
            return None
        return TrustedOfficer(name=officer.name, authority=authority, roles=frozenset(officer.roles), key=key)


def trusted_party(roots: tuple[bytes, ...], entries: tuple[bytes, ...]) -> TrustedParty:
    """Return the Party that the bytes of all root and entry versions prove, oldest first.

    Raises:
        MalformedError: bytes that are no root or entry.
        UntrustedError: a chain or quorum does not hold.
    """
    root_envelopes = [read_envelope(data, where="root") for data in roots]
    chain = require_chain(root_envelopes)
    name = fingerprint(root_envelopes[0])
    bare = TrustedParty(fingerprint=name, roots=chain, entries=(), newest_id="", revoked=())
    return _continued(bare, entries)


def _continued(party: TrustedParty, entries: tuple[bytes, ...]) -> TrustedParty:
    """Return the Party with entries after those it has, each held against the one before; none again."""
    if not entries:
        return party
    envelopes = [read_envelope(data, where="entry") for data in entries]
    parsed = tuple(parse_entry(envelope, where="entry") for envelope in envelopes)
    pairs = tuple(zip(parsed, envelopes, strict=True))
    last = party.entries[-1] if party.entries else None
    require_entries(pairs, party.roots, party.fingerprint, after=last)
    revoked = tuple((item.key, item.invalid_since) for entry in parsed for item in entry.revoked)
    return replace(
        party,
        entries=(*party.entries, *parsed),
        newest_id=envelopes[-1].id,
        revoked=(*party.revoked, *revoked),
    )


class Directory:
    """Reads trusted Parties from a store; remembers what it checked by the bytes it checked."""

    def __init__(self) -> None:
        self._checked: dict[Fingerprint, tuple[tuple[bytes, ...], tuple[bytes, ...], TrustedParty]] = {}

    def party(self, store: DirectoryStore, root: Fingerprint) -> TrustedParty:
        """Return a pinned Party.

        Raises:
            UntrustedError: ``party.unpinned``, or the stored chain does not hold.
        """
        if store.pin_of(root) is None:
            raise untrusted(
                "party.unpinned",
                f"no officer has pinned the Party root {root[:16]}",
                hint="add the peer's card and compare the twelve words",
            )
        return self._party(store, root)

    def by_transport_key(
        self, store: DirectoryStore, key: KeyId, *, at: Instant
    ) -> tuple[TrustedParty, AuthorityId, bytes] | None:
        """Return which pinned Party and authority signs calls with this key now, and the public key."""
        for pin in store.pins():
            party = self.party(store, pin.fingerprint)
            entry = party.in_force(at)
            for office in entry.authorities if entry is not None else ():
                for found in party.keys(office.id, Usage.TRANSPORT, at=at):
                    if key_id(found.public) == key:
                        return party, office.id, found.public
        return None

    def learn_root(self, store: DirectoryStore, root: Fingerprint, data: bytes) -> None:
        """Keep a new root version of a known Party; the same again changes nothing.

        Raises:
            UntrustedError: it does not continue the chain that is held (``root.gap``, ``root.old_quorum`` …).
        """
        held = store.roots(root)
        if data in held:
            return
        versions = trusted_party((*held, data), store.entries(root)).roots
        store.put_root(root, version=versions[-1].version, envelope=data)

    def learn_entry(
        self, store: DirectoryStore, root: Fingerprint, data: bytes, *, has_room: bool = True
    ) -> bool:
        """Keep a newer entry of a known Party; tell whether it was new.

        Raises:
            DeniedError: ``entry.quota``: it would be new, and there is no room for more today.
            UntrustedError: wrong quorum, another Party's, or a second entry of a version that is held
                (``entry.two_versions``: the Party shows different faces).
        """
        if data in store.entries(root):
            return False
        envelope = read_envelope(data, where="entry")
        entry = parse_entry(envelope, where="entry")
        party = self._party(store, root)
        for known, held in zip(party.entries, store.entries(root), strict=True):
            if known.version != entry.version:
                continue
            if read_envelope(held).id == envelope.id:
                return False
            require_entries(((entry, envelope),), party.roots, root)
            raise untrusted("entry.two_versions", f"two different entries of version {entry.version}")
        if party.entries and entry.version < party.entries[-1].version:
            return False
        if entry.root_version < len(party.roots):
            raise untrusted("entry.old_root", "a new entry is signed under the newest root version")
        if not has_room:
            raise DeniedError("entry.quota", "the peer published more entries in a day than are taken")
        _continued(party, (data,))
        store.put_entry(root, version=entry.version, envelope=data)
        return True

    def _party(self, store: DirectoryStore, root: Fingerprint) -> TrustedParty:
        roots, entries = store.roots(root), store.entries(root)
        known = self._checked.get(root)
        if known is not None and known[0] == roots and known[1] == entries:
            return known[2]
        if known is not None and known[0] == roots and known[1] == entries[: len(known[1])]:
            party = _continued(known[2], entries[len(known[1]) :])
        else:
            party = trusted_party(roots, entries)
        if party.fingerprint != root:
            raise untrusted("root.fingerprint", "the stored root is not the one that was pinned")
        self._checked[root] = (roots, entries, party)
        return party
