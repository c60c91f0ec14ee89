"""Party entry: the signed page of the directory that says with which keys a Party acts today.

Signed by the quorum of entry keys that the named root version lists. Every version is kept, so an old
signature is judged by what was published when it was made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from comity.exchange.errors import untrusted
from comity.exchange.mandates import Mandate
from comity.exchange.roots import Root, require_quorum
from comity.exchange.services import Service
from comity.kernel.agekeys import CLASSICAL, HYBRID, HYBRID_SIZE, KEY_SIZE
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import AuthorityId, Fingerprint, KeyId, OfficerName, PartyCode, party_of
from comity.kernel.realms import Realm
from comity.kernel.signing import ALGORITHM, Envelope, is_sound_point, key_id

CLASS = "entry"
MOST_AUTHORITIES = 64
MOST_KEYS = 64
MOST_OFFICERS = 256


class Usage(StrEnum):
    """What a published key is for; a key has one usage."""

    ACT = "act"
    RECEIPT = "receipt"
    LOG = "log"
    TRANSPORT = "transport"
    AGE = "age"
    AGE_HYBRID = "age-hybrid"


RECEIVING = {CLASSICAL: Usage.AGE, HYBRID: Usage.AGE_HYBRID}
"""The usage of the keys that messages are sealed to, by the suite of the Party."""

_SIZES = {Usage.AGE_HYBRID: HYBRID_SIZE}


def key_size(usage: Usage) -> int:
    """Return the bytes of a public key of a usage."""
    return _SIZES.get(usage, KEY_SIZE)


class Role(StrEnum):
    """What an officer may be; which roles count for an approval is the cases' table."""

    DUTY_OFFICER = "duty-officer"
    OFFICER = "officer"
    HEAD = "head"
    REGISTRAR = "registrar"
    OVERSEER = "overseer"
    ADVOCATE = "victims-advocate"
    COUNSELLOR = "counsellor"
    TRUSTEE = "trustee"


SHELTER = "shelter"
"""What each office of a shelter is: a body that is not the police, for those whose images are spread."""
OF_SHELTERS = frozenset({Role.COUNSELLOR, Role.TRUSTEE})
"""The roles that officers of a shelter hold, and nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """A key of an authority and its window: Ed25519, or for ``age`` and ``age-hybrid`` an age recipient."""

    usage: Usage
    public: bytes
    not_before: Instant
    not_after: Instant

    def __post_init__(self) -> None:
        _require_window(self.not_before, self.not_after)
        receives = self.usage in RECEIVING.values()
        if len(self.public) != key_size(self.usage) or not (receives or is_sound_point(self.public)):
            raise MalformedError("entry.key", f"a published {self.usage} key is not a sound point")

    @property
    def id(self) -> KeyId:
        """Name of the key."""
        return key_id(self.public)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedOfficer:
    """An officer as other Parties see one: a pseudonym, roles and an Ed25519 key with its window."""

    name: OfficerName
    roles: tuple[str, ...]
    public: bytes
    not_before: Instant
    not_after: Instant

    def __post_init__(self) -> None:
        _require_window(self.not_before, self.not_after)
        if not is_sound_point(self.public):
            raise MalformedError("entry.officer_key", f"the key of {self.name} is not a sound Ed25519 point")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAuthority:
    """An office of the Party.

    Attributes:
        names: Its name by BCP 47 language tag.
        roles: Such as ``contact-point`` or ``central-authority``.
        endpoint: Base URL of its node; None where it is reached by courier only.
        callback: How to reach a person, as I-JSON bytes of an object; never taken from a message.
        certificate: The self-issued TLS certificate (DER) that alone is trusted at the endpoint.
        service: What it takes from other Parties, how and when; None where the entry does not say.
    """

    id: AuthorityId
    names: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    endpoint: str | None = None
    callback: bytes = b"{}"
    languages: tuple[str, ...] = ("en",)
    keys: tuple[PublishedKey, ...] = ()
    certificate: bytes | None = None
    officers: tuple[PublishedOfficer, ...] = ()
    service: Service | None = None

    def __post_init__(self) -> None:
        if len(self.keys) > MOST_KEYS or len(self.officers) > MOST_OFFICERS:
            raise MalformedError("entry.size", f"too many keys or officers at {self.id}")
        if len({officer.name for officer in self.officers}) != len(self.officers):
            raise MalformedError("entry.officer_twice", f"an officer stands twice at {self.id}")
        if self.endpoint is not None and not self.endpoint.startswith("https://"):
            raise MalformedError("entry.endpoint", f"the endpoint of {self.id} is not an https address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A key that is not to be relied on for anything from ``invalid_since`` on.

    Basis: RFC 5280, section 5.3.2
    """

    key: KeyId
    at: Instant
    invalid_since: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version of a Party entry.

    Attributes:
        root: Fingerprint of the Party; ``root_version`` says whose entry keys signed.
        suite: The age suite that messages to this Party use; fixed, never negotiated.
        algorithms: Every one must be present and valid on an act of this Party.
        single_approval_in_emergency: The Party's law lets one person decide in an emergency.
        mandates: Who may issue, transmit and sign; None where the entry does not say.
    """

    party: PartyCode
    realm: Realm
    root: Fingerprint
    root_version: int
    version: int
    issued_at: Instant
    expires_at: Instant
    authorities: tuple[PublishedAuthority, ...]
    suite: str = CLASSICAL
    algorithms: tuple[str, ...] = (ALGORITHM,)
    single_approval_in_emergency: bool = False
    revoked: tuple[Revocation, ...] = ()
    mandates: tuple[Mandate, ...] | None = None

    def __post_init__(self) -> None:
        _require_window(self.issued_at, self.expires_at)
        if self.version < 1 or self.root_version < 1:
            raise MalformedError("entry.version", "versions of an entry begin at 1")
        if not self.algorithms:
            raise MalformedError("entry.algorithms", "an entry names at least one signature algorithm")
        _require_offices(self.party, self.authorities)
        _require_one_kind(self.authorities)

    @property
    def is_shelter(self) -> bool:
        """Tell whether this is the entry of a shelter, which is never one of an authority as well."""
        return any(SHELTER in office.roles for office in self.authorities)

    def authority(self, authority: AuthorityId) -> PublishedAuthority | None:
        """Return one office of the Party."""
        return next((found for found in self.authorities if found.id == authority), None)


def require_entries(
    pairs: Sequence[tuple[Entry, Envelope]],
    roots: Sequence[Root],
    root: Fingerprint,
    *,
    after: Entry | None = None,
) -> None:
    """Hold versions of an entry against the chain of roots: all of them, or those ``after`` a checked one.

    1. Party, realm and fingerprint are those of the root.
    2. Versions rise; the named root version never falls; time never runs backwards.
    3. The quorum of entry keys of the named root version signed.

    Raises:
        UntrustedError: with a code that begins with ``entry.``.
    """
    before = after
    for entry, envelope in pairs:
        where = f"entry {entry.version}"
        if (entry.party, entry.realm, entry.root) != (roots[0].party, roots[0].realm, root):
            raise untrusted("entry.root", "the entry belongs to another Party root", where=where)
        if entry.root_version > len(roots):
            raise untrusted(
                "entry.root_version",
                f"signed under root version {entry.root_version}, which is not known here",
                hint="ask the peer for its card with all root versions",
                where=where,
            )
        if before is not None and not (
            entry.version > before.version
            and entry.root_version >= before.root_version
            and entry.issued_at >= before.issued_at
        ):
            raise untrusted("entry.order", "the entry is not newer than the one before", where=where)
        by = roots[entry.root_version - 1]
        require_quorum(envelope, by.entry_keys, by.entry_threshold, code="entry.quorum", where=where)
        before = entry


def _require_window(start: Instant, end: Instant) -> None:
    if start >= end:
        raise MalformedError("entry.window", "a validity ends before it begins")


def _require_offices(party: PartyCode, authorities: Sequence[PublishedAuthority]) -> None:
    ids = [authority.id for authority in authorities]
    if not 1 <= len(ids) <= MOST_AUTHORITIES or len(set(ids)) != len(ids):
        raise MalformedError(
            "entry.authorities", f"an entry has 1 to {MOST_AUTHORITIES} distinct authorities"
        )
    for authority in ids:
        if party_of(authority) != party:
            raise MalformedError("entry.authority", f"{authority} is no authority of {party}")
    seen: dict[bytes, tuple[AuthorityId, Usage]] = {}
    for office in authorities:
        for key in office.keys:
            if seen.setdefault(key.public, (office.id, key.usage)) != (office.id, key.usage):
                raise MalformedError("entry.key_twice", f"a key of {office.id} has two usages or two owners")
    taken, names = set(seen), set[OfficerName]()
    for officer in (found for office in authorities for found in office.officers):
        if officer.name in names:
            raise MalformedError("entry.officer_twice", f"the officer {officer.name} stands twice")
        if officer.public in taken:
            raise MalformedError("entry.key_twice", f"the key of {officer.name} has two usages or two owners")
        names.add(officer.name)
        taken.add(officer.public)


def _require_one_kind(authorities: Sequence[PublishedAuthority]) -> None:
    """Refuse an entry that is of a shelter and of an authority at once, in its offices or in its officers.

    Basis: 34; docs/spec/safe.md section 1
    """
    is_shelter = any(SHELTER in office.roles for office in authorities)
    held = {role for office in authorities for officer in office.officers for role in officer.roles}
    foreign = held - OF_SHELTERS if is_shelter else held & OF_SHELTERS
    if foreign or (is_shelter and any(office.roles != (SHELTER,) for office in authorities)):
        raise MalformedError(
            "entry.shelter",
            "a shelter and an authority are never one node",
            hint="offices of a shelter are 'shelter' and nothing else; its officers, and nobody else, are "
            "counsellors and trustees",
            where=min(foreign, default=SHELTER),
        )
