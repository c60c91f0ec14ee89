"""The life of published keys: renewed in time, rotated, revoked, destroyed."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from comity.exchange.entries import (
    RECEIVING,
    Entry,
    PublishedAuthority,
    PublishedKey,
    PublishedOfficer,
    Revocation,
)
from comity.exchange.entry_wire import parse_entry
from comity.kernel.agekeys import HYBRID, Identity
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import AuthorityId, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.kernel.signing import key_id, parse_envelope
from comity.node.founding import LIFE, Founder, own_entry, own_root, parse_roles, with_office

AGE_LIFE = 30 * DAY
COURIER_WINDOW = 90 * DAY
_MOST_ENTRY = 1 << 20
_RECEIVING = frozenset(RECEIVING.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyKeeper:
    """Looks after the keys of the node's own Party. Every step is a new version of the Party entry."""

    founder: Founder

    def renew(self, *, passphrase: bytes | None = None) -> Instant:
        """Publish every office and officer for another term, with new age keys; return the new end.

        The signing keys stay the same. It works on an entry that has expired, too.

        Args:
            passphrase: Opens the entry key, where it is wrapped.

        Basis: PROTOCOL 13, 19
        """

        def change(entry: Entry, now: Instant) -> Entry:
            end = Instant(now + LIFE[entry.realm])
            offices = tuple(self._renewed(office, now, end) for office in entry.authorities)
            return dataclasses.replace(entry, authorities=offices, suite=HYBRID)

        return self.founder.amend(change, passphrase).expires_at

    def rotate_age(self, authority: AuthorityId, *, passphrase: bytes | None = None) -> bool:
        """Publish a new age key for an office when its newest is a month old; tell whether it was due.

        A Party whose entry still names X25519 moves to hybrid keys with its next one, all offices at once.

        The private half of the old one stays for couriers that are still on their way; see
        :meth:`destroy_old`. ``passphrase`` opens the entry key, where it is wrapped.

        Basis: PROTOCOL 19
        """
        with self.founder.store.snapshot() as tx:
            office = _office(own_entry(tx), authority)
        newest = max(key.not_before for key in office.keys if key.usage in _RECEIVING)
        if self.founder.clock.now() < newest + AGE_LIFE:
            return False

        def change(entry: Entry, now: Instant) -> Entry:
            end = Instant(now + LIFE[entry.realm])
            # NOTE: the suite is one for the whole Party, so an older Party changes every office at once.
            due = [o for o in entry.authorities if o.id == authority or entry.suite != HYBRID]
            for held in due:
                keys = (*_signing(held), self._new_age(held.id, now, end))
                entry = with_office(entry, dataclasses.replace(held, keys=keys))
            return dataclasses.replace(entry, suite=HYBRID)

        self.founder.amend(change, passphrase)
        return True

    def destroy_old(self) -> int:
        """Destroy the private age keys that were replaced more than 90 days ago; return how many.

        Basis: PROTOCOL 19
        """
        now, keys = self.founder.clock.now(), self.founder.keys
        with self.founder.store.snapshot() as tx:
            held = tx.exchange.entries(own_root(tx))
        entries = [parse_entry(parse_envelope(parse_ijson(data, most_bytes=_MOST_ENTRY))) for data in held]
        destroyed = 0
        for office in entries[-1].authorities:
            for identity in keys.identities(office.id):
                since = _replaced_at(entries, office.id, identity.public)
                if since is not None and now > since + COURIER_WINDOW:
                    destroyed += keys.destroy_identity(office.id, identity.public)
        return destroyed

    def revoke_officer(
        self, name: OfficerName, *, since: Instant, passphrase: bytes | None = None
    ) -> OfficerName:
        """Take an officer out of the entry and revoke the key: from ``since`` on it is not believed.

        Args:
            name: The officer.
            since: From when on; what the key signed before stays valid, what came later is suspect.
            passphrase: Opens the entry key, where it is wrapped.

        Raises:
            NotFoundError: ``officer.absent``.
            ConflictError: ``officer.last_head``: nobody would be left who may change the offices.

        Basis: PROTOCOL 13, 14; RFC 5280 section 5.3.2
        """

        def change(entry: Entry, now: Instant) -> Entry:
            office, officer = _officer(entry, name)
            _require_other_head(entry, name)
            left = tuple(o for o in office.officers if o.name != name)
            revocation = Revocation(key=key_id(officer.public), at=now, invalid_since=since)
            changed = with_office(entry, dataclasses.replace(office, officers=left))
            return dataclasses.replace(changed, revoked=(*entry.revoked, revocation))

        self.founder.amend(change, passphrase)
        return name

    def change_roles(
        self, name: OfficerName, *, roles: Sequence[str], passphrase: bytes | None = None
    ) -> tuple[str, ...]:
        """Publish other roles of an officer, who keeps the key; what they approved before stays as it was.

        Args:
            name: The officer.
            roles: All roles from now on.
            passphrase: Opens the entry key, where it is wrapped.

        Raises:
            NotFoundError: ``officer.absent``.
            MalformedError: ``officer.role``.
            ConflictError: ``officer.last_head``.

        Basis: PROTOCOL 10, 13
        """
        held = tuple(role.value for role in parse_roles(roles))

        def change(entry: Entry, _now: Instant) -> Entry:
            office, officer = _officer(entry, name)
            if "head" not in held:
                _require_other_head(entry, name)
            officers = tuple(
                dataclasses.replace(one, roles=held) if one.name == officer.name else one
                for one in office.officers
            )
            return with_office(entry, dataclasses.replace(office, officers=officers))

        self.founder.amend(change, passphrase)
        return held

    def _renewed(self, office: PublishedAuthority, now: Instant, end: Instant) -> PublishedAuthority:
        signing = [dataclasses.replace(key, not_after=end) for key in _signing(office)]
        officers = tuple(dataclasses.replace(officer, not_after=end) for officer in office.officers)
        made = self._new_age(office.id, now, end)
        return dataclasses.replace(office, keys=(*signing, made), officers=officers)

    def _new_age(self, authority: AuthorityId, now: Instant, end: Instant) -> PublishedKey:
        identity = Identity.generate(self.founder.entropy, suite=HYBRID)
        self.founder.keys.put_identity(authority, identity)
        return PublishedKey(usage=RECEIVING[HYBRID], public=identity.public, not_before=now, not_after=end)


def _signing(office: PublishedAuthority) -> tuple[PublishedKey, ...]:
    return tuple(key for key in office.keys if key.usage not in _RECEIVING)


def _officer(entry: Entry, name: OfficerName) -> tuple[PublishedAuthority, PublishedOfficer]:
    for office in entry.authorities:
        for officer in office.officers:
            if officer.name == name:
                return office, officer
    raise NotFoundError("officer.absent", f"{name} is no officer of this node")


def _require_other_head(entry: Entry, name: OfficerName) -> None:
    heads = [o.name for a in entry.authorities for o in a.officers if "head" in o.roles]
    if heads == [name]:
        raise ConflictError(
            "officer.last_head",
            f"{name} is the only head, and nobody else could enrol officers",
            hint="enrol another head first: comity officer add NAME --role head",
        )


def _office(entry: Entry, authority: AuthorityId) -> PublishedAuthority:
    office = entry.authority(authority)
    if office is None:
        raise NotFoundError("authority.absent", f"{authority} is no authority of this node")
    return office


def _replaced_at(entries: Sequence[Entry], authority: AuthorityId, public: bytes) -> Instant | None:
    """Return when an entry first no longer listed a key that an earlier one had; None while it is listed."""
    replaced: Instant | None = None
    for entry in reversed(entries):
        office = entry.authority(authority)
        if office is not None and any(key.public == public for key in office.keys):
            return replaced
        replaced = entry.issued_at
    return None
