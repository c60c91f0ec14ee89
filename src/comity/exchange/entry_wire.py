"""Party entry as JSON: build and parse, without judging signatures."""

from typing import Any, Literal

import msgspec

from comity.exchange.entries import (
    CLASS,
    Entry,
    PublishedAuthority,
    PublishedKey,
    PublishedOfficer,
    Revocation,
    Usage,
    key_size,
)
from comity.exchange.mandates import Mandate, parse_mandates
from comity.exchange.services import Service, parse_service
from comity.exchange.wire import read_payload, statement
from comity.kernel.clock import require_instant
from comity.kernel.digests import b64, parse_digest, unb64
from comity.kernel.errors import MalformedError
from comity.kernel.ids import Fingerprint, KeyId, parse_authority, parse_officer, parse_party
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm, parse_payload_type
from comity.kernel.signing import Envelope

_MOST_CERTIFICATE = 16 * 1024
_EXTENSION = 1
"""Version of the optional members; a reader passes over one that it does not know or cannot read."""


class _KeyWire(msgspec.Struct, frozen=True, kw_only=True):
    usage: str
    public: str
    not_before: int
    not_after: int


class _OfficerWire(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    roles: list[str]
    public: str
    not_before: int
    not_after: int


class _AuthorityWire(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    names: dict[str, str]
    roles: list[str]
    endpoint: str | None
    callback: dict[str, Any]
    languages: list[str]
    keys: list[_KeyWire]
    certificate: str | None
    officers: list[_OfficerWire]
    service: Any = msgspec.UNSET


class _RevocationWire(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    at: int
    invalid_since: int


class _EntryWire(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    party: str
    realm: Realm
    root: str
    root_version: int
    version: int
    issued_at: int
    expires_at: int
    suite: str
    algorithms: list[str]
    authorities: list[_AuthorityWire]
    single_approval_in_emergency: bool
    revoked: list[_RevocationWire]
    mandates: Any = msgspec.UNSET


def entry_statement(entry: Entry) -> Envelope:
    """Return the unsigned statement of an entry."""
    return statement(
        CLASS,
        entry.realm,
        _EntryWire(
            party=entry.party,
            realm=entry.realm,
            root=entry.root,
            root_version=entry.root_version,
            version=entry.version,
            issued_at=entry.issued_at,
            expires_at=entry.expires_at,
            suite=entry.suite,
            algorithms=list(entry.algorithms),
            authorities=[_authority_wire(authority) for authority in entry.authorities],
            single_approval_in_emergency=entry.single_approval_in_emergency,
            revoked=[
                _RevocationWire(key=item.key, at=item.at, invalid_since=item.invalid_since)
                for item in entry.revoked
            ],
            mandates=msgspec.UNSET
            if entry.mandates is None
            else {"v": _EXTENSION, "list": msgspec.to_builtins(entry.mandates)},
        ),
    )


def parse_entry(envelope: Envelope, *, where: str = "") -> Entry:
    """Return what an entry says, without judging its signatures.

    Raises:
        MalformedError: another class, a shape, id, key or number that an entry cannot have.
    """
    _, _, realm = parse_payload_type(envelope.payload_type, where=where)
    wire = read_payload(envelope, CLASS, realm, _EntryWire, where=where)
    if wire.realm is not realm:
        raise MalformedError("entry.realm", "payload type and payload name different realms", where=where)
    return Entry(
        party=parse_party(wire.party, where=where),
        realm=realm,
        root=Fingerprint(parse_digest(wire.root, where=where)),
        root_version=wire.root_version,
        version=wire.version,
        issued_at=require_instant(wire.issued_at, where=where),
        expires_at=require_instant(wire.expires_at, where=where),
        suite=wire.suite,
        algorithms=tuple(wire.algorithms),
        authorities=tuple(_parse_authority(item, where) for item in wire.authorities),
        single_approval_in_emergency=wire.single_approval_in_emergency,
        revoked=tuple(
            Revocation(
                key=KeyId(parse_digest(item.key, where=where)),
                at=require_instant(item.at, where=where),
                invalid_since=require_instant(item.invalid_since, where=where),
            )
            for item in wire.revoked
        ),
        mandates=_parse_mandates(wire.mandates, where),
    )


def _authority_wire(authority: PublishedAuthority) -> _AuthorityWire:
    return _AuthorityWire(
        id=authority.id,
        names=dict(authority.names),
        roles=list(authority.roles),
        endpoint=authority.endpoint,
        callback=parse_ijson(authority.callback, where="callback"),
        languages=list(authority.languages),
        keys=[
            _KeyWire(
                usage=key.usage, public=b64(key.public), not_before=key.not_before, not_after=key.not_after
            )
            for key in authority.keys
        ],
        certificate=None if authority.certificate is None else b64(authority.certificate),
        officers=[
            _OfficerWire(
                name=officer.name,
                roles=list(officer.roles),
                public=b64(officer.public),
                not_before=officer.not_before,
                not_after=officer.not_after,
            )
            for officer in authority.officers
        ],
        service=msgspec.UNSET
        if authority.service is None
        else {"v": _EXTENSION, **msgspec.to_builtins(authority.service)},
    )


def _parse_authority(wire: _AuthorityWire, where: str) -> PublishedAuthority:
    if wire.certificate is not None and len(wire.certificate) > _MOST_CERTIFICATE:
        raise MalformedError("entry.certificate", "the certificate is too long", where=where)
    known = {usage.value for usage in Usage}
    return PublishedAuthority(
        id=parse_authority(wire.id, where=where),
        names=wire.names,
        roles=tuple(wire.roles),
        endpoint=wire.endpoint,
        callback=dump_ijson(wire.callback),
        languages=tuple(wire.languages),
        # NOTE: a usage that later versions add is passed over; the signed bytes keep it.
        keys=tuple(_parse_key(key, where) for key in wire.keys if key.usage in known),
        certificate=None if wire.certificate is None else unb64(wire.certificate, where=where),
        officers=tuple(
            PublishedOfficer(
                name=parse_officer(officer.name, where=where),
                roles=tuple(officer.roles),
                public=unb64(officer.public, size=32, where=where),
                not_before=require_instant(officer.not_before, where=where),
                not_after=require_instant(officer.not_after, where=where),
            )
            for officer in wire.officers
        ),
        service=_parse_service(wire.service, where),
    )


def _parse_mandates(wire: Any, where: str) -> tuple[Mandate, ...] | None:
    try:
        return parse_mandates(wire.get("list"), where=where) if _is_known(wire) else None
    except MalformedError:
        return None  # NOTE: a mandate that cannot be read keeps no revocation from being believed


def _parse_service(wire: Any, where: str) -> Service | None:
    try:
        return parse_service(wire, where=where) if _is_known(wire) else None
    except MalformedError:
        return None


def _is_known(wire: Any) -> bool:
    return isinstance(wire, dict) and type(wire.get("v")) is int and wire["v"] == _EXTENSION


def _parse_key(wire: _KeyWire, where: str) -> PublishedKey:
    usage = Usage(wire.usage)
    return PublishedKey(
        usage=usage,
        public=unb64(wire.public, size=key_size(usage), where=where),
        not_before=require_instant(wire.not_before, where=where),
        not_after=require_instant(wire.not_after, where=where),
    )
