"""The desk of the directory: what Parties publish of their offices and mandates, this Party among them.

Every change is a new version of the own Party entry, made by a head, with an entry in the national log; on a
live node two officers stand behind it.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from comity.cases.ports import Address
from comity.exchange.directory import TrustedParty
from comity.exchange.entries import Entry, PublishedAuthority
from comity.exchange.mandates import Deputy, Mandate, parse_mandates, require_mandates
from comity.exchange.services import Service, parse_service, require_service
from comity.kernel.clock import Instant, to_date
from comity.kernel.errors import DeniedError, MalformedError, NotFoundError
from comity.kernel.findings import Assessment, Finding
from comity.kernel.ids import (
    AuthorityId,
    Fingerprint,
    OfficerName,
    parse_authority,
    parse_officer,
    party_of,
)
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm
from comity.node.access import Action, require_access
from comity.node.founding import own_root, with_office
from comity.node.listed import OfficeEntry, PartyEntry
from comity.node.noticing import StatedLaws
from comity.node.people import PeopleDesk
from comity.node.ports import Transaction
from comity.node.publishing import EntryPages
from comity.node.views import Actor
from comity.node.wayfinding import RouteView, check_entry, find_route, page_of_party, unknown_party
from comity.node.workplace import Workplace
from comity.requests.published import Published
from comity.requests.routing import Wanted

MOST_FILE = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryDesk:
    """The directory of one node.

    Basis: 40(12), 41(1), PROTOCOL rule 13
    """

    place: Workplace

    def parties(self) -> tuple[PartyEntry, ...]:
        """Return every pinned Party, the own one first."""
        with self.place.store.snapshot() as tx:
            pins = sorted(tx.exchange.pins(), key=lambda pin: not pin.ours)
            return tuple(self._entry(tx, pin.fingerprint) for pin in pins)

    def party(self, code: str) -> PartyEntry:
        """Return one pinned Party; raise NotFoundError ``directory.party``."""
        with self.place.store.snapshot() as tx:
            return self._entry(tx, pinned_root(tx, code))

    def mandates(self) -> tuple[Mandate, ...] | None:
        """Return the mandates that this Party publishes; None where it publishes none yet."""
        with self.place.store.snapshot() as tx:
            return self._entry(tx, own_root(tx)).mandates

    def check(self, code: str = "") -> tuple[Finding, ...]:
        """Return what is missing in, or wrong with, what one Party publishes, or all of them."""
        entries = (self.party(code),) if code else self.parties()
        now = self.place.clock.now()
        return Assessment.of(one for entry in entries for one in check_entry(entry, now=now)).findings

    def route(
        self,
        *,
        requesting: str,
        requested: str,
        kind: str,
        at: Instant | None = None,
        territory: str = "",
        instrument: str = "",
        language: str = "",
        urgent: bool = False,
    ) -> RouteView:
        """Return which office of a Party a request goes to, and why.

        Args:
            requesting: The Party that asks.
            requested: The Party that is asked; the own one too, to learn to whom something belongs here.
            kind: Code of the request kind.
            at: When; now where None.
            territory: Code of the territory concerned.
            instrument: The instrument relied on; the best between the two where empty.
            language: Language of the request.
            urgent: Whether it is urgent.

        Raises:
            NotFoundError: ``directory.party``, ``request.kind``.

        Basis: 40(12), 41(1)
        """
        wanted = Wanted(
            kind=kind, instrument=instrument, at=at, territory=territory, language=language, urgent=urgent
        )
        with self.place.store.snapshot() as tx:
            page = page_of_party(self.place, tx, requested)
            return find_route(self.place, tx, requesting=requesting, page=page, wanted=wanted)

    def known(self, actor: Actor, *, to: str) -> Published:
        """Return what the entries say of a request of the officer's office that is no draft yet."""
        authority = parse_authority(to, where="to") if to else None
        with self.place.store.snapshot() as tx:
            address = None
            for pin in tx.exchange.pins():
                if authority is not None and pin.party == party_of(authority):
                    address = Address(authority=authority, root=pin.fingerprint)
            known = EntryPages(place=self.place, tx=tx, authority=actor.authority, to=address).of(None)
        return replace(known, laws=StatedLaws(place=self.place))

    def publish(
        self,
        actor: Actor,
        *,
        authority: str,
        service: bytes,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Service:
        """Publish what an office takes, in place of what it published before.

        Args:
            actor: A head.
            authority: The office.
            service: JSON as in ``docs/spec/directory.md``, section 1.
            confirmed_by: Further officers who looked at it; one at least on a live node.
            entry_passphrase: Opens the entry key, where it is wrapped.
        """
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        named = parse_authority(authority, where="--authority")
        value = _value(service)
        made = parse_service(value, where="the service")
        _require_known(value, made, "")
        require_service(made, zones=self.place.zones, where=named)

        def change(entry: Entry, _now: Instant) -> Entry:
            office = entry.authority(named)
            if office is None:
                raise NotFoundError("authority.absent", f"{named} is no authority of this node")
            return with_office(entry, dataclasses.replace(office, service=made))

        self._amend(actor, change, ("directory.publish", named), confirmed_by, entry_passphrase)
        return made

    def grant(
        self,
        actor: Actor,
        *,
        mandate: bytes,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Mandate:
        """Publish a mandate; one of the same name is replaced.

        Args:
            actor: A head.
            mandate: JSON as in ``docs/spec/directory.md``, section 2.
            confirmed_by: Further officers who looked at it; one at least on a live node.
            entry_passphrase: Opens the entry key, where it is wrapped.
        """
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        value = _value(mandate)
        (made,) = parse_mandates([value], where="the mandate")
        _require_known(value, made, "")
        self._replace(actor, made, "mandate.grant", confirmed_by, entry_passphrase)
        return made

    def end(
        self,
        actor: Actor,
        *,
        mandate: str,
        until: date,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Mandate:
        """Let a mandate end: ``until`` is the first day on which it no longer holds. It stays listed."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        made = _changed(self._mandate(mandate), until=until)
        self._replace(actor, made, "mandate.end", confirmed_by, entry_passphrase)
        return made

    def deputize(
        self,
        actor: Actor,
        *,
        mandate: str,
        officer: str,
        since: date,
        until: date | None = None,
        confirmed_by: Sequence[str] = (),
        entry_passphrase: bytes | None = None,
    ) -> Mandate:
        """Name an officer who signs in the place of the holders, from a day until, and without, another."""
        require_access(actor, Action.OFFICE_CHANGE, realm=self.place.realm)
        held = self._mandate(mandate)
        deputy = Deputy(officer=parse_officer(officer), since=since, until=until)
        made = _changed(held, deputies=(*held.deputies, deputy))
        self._replace(actor, made, "mandate.deputy", confirmed_by, entry_passphrase)
        return made

    def _replace(
        self,
        actor: Actor,
        made: Mandate,
        action: str,
        confirmed_by: Sequence[str],
        entry_passphrase: bytes | None,
    ) -> None:
        def change(entry: Entry, _now: Instant) -> Entry:
            others = tuple(one for one in entry.mandates or () if one.id != made.id)
            mandates = (*others, made)
            require_mandates(mandates, offices=_offices(entry))
            return dataclasses.replace(entry, mandates=mandates)

        self._amend(actor, change, (action, made.id), confirmed_by, entry_passphrase)

    def _amend(
        self,
        actor: Actor,
        change: Callable[[Entry, Instant], Entry],
        journal: tuple[str, str],
        confirmed_by: Sequence[str],
        entry_passphrase: bytes | None,
    ) -> None:
        place, (action, about) = self.place, journal
        others = self._confirmed(actor, confirmed_by)
        place.founder.amend(change, entry_passphrase)
        told = " ".join((about, *(f"confirmed-by={name}" for name in others)))
        with place.store.transaction() as tx:
            place.journal.decision(tx, actor, action=action, about=told, at=place.clock.now())

    def _confirmed(self, actor: Actor, confirmed_by: Sequence[str]) -> tuple[OfficerName, ...]:
        """Return the further officers behind a change; a live node wants one.

        Basis: PROTOCOL 10
        """
        known = {officer.name for officer in PeopleDesk(place=self.place).officers()}
        named = dict.fromkeys(parse_officer(name) for name in confirmed_by)
        named.pop(actor.officer, None)
        if strangers := [name for name in named if name not in known]:
            raise DeniedError("directory.confirmed_by", f"{strangers[0]} is no officer of this node")
        if self.place.realm is Realm.LIVE and not named:
            raise DeniedError(
                "directory.two_officers",
                "two officers look at what this Party publishes of its offices",
                hint="name the second with --confirmed-by",
            )
        return tuple(named)

    def _mandate(self, name: str) -> Mandate:
        found = next((one for one in self.mandates() or () if one.id == name), None)
        if found is None:
            raise NotFoundError(
                "mandate.absent",
                f"no mandate of this Party is called {name[:64]!r}",
                hint="'comity mandate list' shows them",
            )
        return found

    def _entry(self, tx: Transaction, root: Fingerprint) -> PartyEntry:
        party, now = self.place.directory.party(tx.exchange, root), self.place.clock.now()
        entry = party.entries[-1]
        pages = EntryPages(place=self.place, tx=tx, authority=entry.authorities[0].id)
        page = pages.page(root)
        if page is None:
            raise ValueError("a pinned Party has a page")
        return PartyEntry(
            party=party.party,
            root=root,
            version=entry.version,
            issued_at=entry.issued_at,
            expires_at=entry.expires_at,
            heard_at=page.heard_at,
            flagged_from=page.flagged_from,
            blocked_from=page.blocked_from,
            freshness=_freshness(party, page.flagged_from, page.blocked_from, now),
            offices=tuple(_office(one) for one in entry.authorities),
            mandates=entry.mandates,
        )


def pinned_root(tx: Transaction, code: str) -> Fingerprint:
    """Return the root of a pinned Party; raise NotFoundError ``directory.party``."""
    for pin in tx.exchange.pins():
        if pin.party == code:
            return pin.fingerprint
    raise unknown_party(code)


def _freshness(party: TrustedParty, flagged: date | None, blocked: date | None, now: Instant) -> str:
    if party.in_force(now) is None:
        return "expired"
    if flagged is None or blocked is None:
        return "own"
    today = to_date(now)
    return "fresh" if today < flagged else "flagged" if today < blocked else "stale"


def _office(one: PublishedAuthority) -> OfficeEntry:
    return OfficeEntry(
        id=one.id,
        names=tuple(one.names.items()),
        types=one.roles,
        endpoint=one.endpoint or "",
        service=one.service,
    )


def _offices(entry: Entry) -> dict[AuthorityId, tuple[OfficerName, ...]]:
    return {one.id: tuple(officer.name for officer in one.officers) for one in entry.authorities}


def _changed(one: Mandate, **changes: object) -> Mandate:
    return Mandate(**{name: getattr(one, name) for name in one.__struct_fields__} | changes)


def _value(data: bytes) -> object:
    """Return what a file of one's own says, without its version; raise MalformedError for no object."""
    value = parse_ijson(data, most_bytes=MOST_FILE, where="the file")
    if not isinstance(value, dict):
        raise MalformedError("directory.file", "the file holds one JSON object")
    return {name: member for name, member in value.items() if name != "v"}


def _require_known(value: object, made: object, where: str) -> None:
    """Raise MalformedError ``directory.member`` for a member that is not read: a typing error is seen.

    Entries of other Parties are read with more patience: later versions may add members.
    """
    if isinstance(made, tuple) and isinstance(value, list):
        for at, (given, one) in enumerate(zip(value, made, strict=True)):
            _require_known(given, one, f"{where}/{at}")
    if not isinstance(made, msgspec.Struct) or not isinstance(value, dict):
        return
    if strange := sorted(set(value) - set(made.__struct_fields__)):
        raise MalformedError(
            "directory.member",
            f"{strange[0][:40]!r} is no member here",
            hint="members are " + ", ".join(made.__struct_fields__),
            where=where or "/",
        )
    for name, given in value.items():
        _require_known(given, getattr(made, name), f"{where}/{name}")
