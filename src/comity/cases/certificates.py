"""Certificates of destruction: what was destroyed, by whose decision, checked by anyone who trusts the Party.

A certificate is one JSON file: the signed event, the statement that two officers approved, their approvals,
and the Party's roots and entries. Nothing else is needed to check it but the fingerprint of the Party's root.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from comity.cases.approvals import Statement, check_statement, parse_approval
from comity.cases.gate import RELEASE, WayOut
from comity.cases.ports import KeyRecord, OfficerRecord
from comity.cases.releases import PERSONS
from comity.cases.verdicts import Trust, Verdict
from comity.evidence.custody import CustodyStep
from comity.evidence.touches import Touch
from comity.evidence.touchwire import read_touch
from comity.exchange.directory import TrustedKey, TrustedParty, trusted_party
from comity.exchange.entries import Usage
from comity.kernel.clock import Instant
from comity.kernel.errors import ComityError, MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm, parse_payload_type
from comity.kernel.signing import Envelope, envelope_value, parse_envelope

VERSION = 1
WHAT = "certificate of destruction"
MOST_CERTIFICATE = 32 << 20


class _Certificate(msgspec.Struct, frozen=True):
    v: int
    what: str
    event: dict[str, Any]
    decision: dict[str, Any]
    approvals: list[dict[str, Any]]
    roots: list[dict[str, Any]]
    entries: list[dict[str, Any]]


class _Decision(msgspec.Struct, frozen=True):
    v: int
    way: str
    case: str
    subjects: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReport:
    """What a certificate is worth.

    Attributes:
        verdict: None where it does not hold.
        good: Whether the exit code is 0.
        reason: Why not; empty where it is good.
        event: The event it certifies; None where it does not hold.
        approved_by: Who approved the destruction.
        root: Fingerprint of the Party root.
    """

    verdict: Verdict | None
    good: bool
    reason: str
    event: Touch | None = None
    approved_by: tuple[OfficerName, ...] = ()
    root: str = ""


def certificate(
    event: Envelope,
    *,
    decision: Envelope,
    approvals: Sequence[Envelope],
    roots: Sequence[bytes],
    entries: Sequence[bytes],
) -> bytes:
    """Return a certificate of destruction.

    Args:
        event: The signed custody event ``destroyed``.
        decision: The release statement that decided it.
        approvals: Of two officers, a head among them.
        roots: All versions of the Party root, DSSE JSON, oldest first.
        entries: All versions of the Party entry, oldest first.
    """
    value = {
        "v": VERSION,
        "what": WHAT,
        "event": envelope_value(event),
        "decision": envelope_value(decision),
        "approvals": [envelope_value(one) for one in approvals],
        "roots": [parse_ijson(one, most_bytes=MOST_CERTIFICATE) for one in roots],
        "entries": [parse_ijson(one, most_bytes=MOST_CERTIFICATE) for one in entries],
    }
    return dump_ijson(value) + b"\n"


def is_certificate(front: bytes) -> bool:
    """Tell whether a file that begins so may be a certificate: neither an archive nor a package does."""
    return front[:1] == b"{"


def check_certificate(
    data: bytes, *, trust: Trust | None = None, integrity_only: bool = False
) -> CertificateReport:
    """Return the verdict on a certificate; whatever the file holds, this is a report and no error.

    Args:
        data: The file.
        trust: What the reader trusts; None for nothing.
        integrity_only: Ask for the bytes and inner signatures only.

    Basis: PROTOCOL rules 11 and 23; 36(2)
    """
    try:
        touch, approved, party = _checked(data)
    except ComityError as exc:
        return CertificateReport(verdict=None, good=False, reason=exc.message)
    practice = touch.over.realm is Realm.PRACTICE
    trusted = trust is not None and trust.covers(party.fingerprint)
    whole = Verdict.AUTHENTIC if trusted else Verdict.INTACT
    missing = "not a trusted root" if trust is not None else "no trusted roots were given"
    return CertificateReport(
        verdict=Verdict.PRACTICE if practice else whole,
        good=trusted or integrity_only,
        reason="" if trusted or integrity_only else missing,
        event=touch,
        approved_by=approved,
        root=party.fingerprint,
    )


def _checked(data: bytes) -> tuple[Touch, tuple[OfficerName, ...], TrustedParty]:
    try:
        found = msgspec.convert(parse_ijson(data, most_bytes=MOST_CERTIFICATE), _Certificate)
    except msgspec.ValidationError as exc:
        raise MalformedError("certificate.form", "not a certificate of destruction") from exc
    if (found.v, found.what) != (VERSION, WHAT):
        raise MalformedError("certificate.form", "not a certificate of destruction")
    party = trusted_party(tuple(map(dump_ijson, found.roots)), tuple(map(dump_ijson, found.entries)))
    touch, decision = read_touch(parse_envelope(found.event)), parse_envelope(found.decision)
    act = touch.act
    # NOTE: nobody else proves when it was signed, so a key that was revoked at any time proves nothing.
    keys = [key for key in party.keys(act.authority, Usage.ACT, at=act.at) if key.invalid_since is None]
    if act.step is not CustodyStep.DESTROYED or not any(
        touch.signed.is_signed_by(key.public) for key in keys
    ):
        raise UntrustedError(
            "certificate.signature", "the event is no destruction signed by the authority it names"
        )
    _require_decided(touch, decision)
    approvals = [parse_approval(parse_envelope(one)) for one in found.approvals]
    statement = Statement(id=ActId(decision.id), realm=touch.over.realm, root=party.fingerprint)
    faults = check_statement(
        statement, approvals, persons=PERSONS, directory=OneParty(party=party), at=act.at
    )
    if faults or any(approval.at > act.at for approval in approvals):
        raise UntrustedError("certificate.approvals", "two officers, a head among them, did not approve it")
    return touch, tuple(approval.officer for approval in approvals), party


def _require_decided(touch: Touch, decision: Envelope) -> None:
    """Raise unless the statement decided this very destruction."""
    what, _, realm = parse_payload_type(decision.payload_type)
    try:
        said = msgspec.convert(parse_ijson(decision.payload, most_bytes=MOST_CERTIFICATE), _Decision)
    except msgspec.ValidationError as exc:
        raise MalformedError("certificate.form", "the decision is no release") from exc
    right = (what, realm, said.way) == (RELEASE, touch.over.realm, WayOut.DESTRUCTION.value)
    named = touch.over.bag_root in said.subjects and said.case == touch.over.case
    if not right or not named or touch.more.decision != decision.id:
        raise UntrustedError("certificate.decision", "the decision is not about this package")


@dataclass(frozen=True, slots=True, kw_only=True)
class OneParty:
    """Fulfils the cases' ``Directory`` for the one Party of a document that brings its roots and entries.

    Nobody else proves when such a document was signed, so a key that was revoked at any time proves nothing.
    """

    party: TrustedParty = field(repr=False)

    def act_keys(self, authority: AuthorityId, root: Fingerprint, *, at: Instant) -> tuple[KeyRecord, ...]:
        """Return the keys of an authority that are valid at ``at`` and were never revoked."""
        return self._keys(authority, Usage.ACT, at)

    def receipt_keys(
        self, authority: AuthorityId, root: Fingerprint, *, at: Instant
    ) -> tuple[KeyRecord, ...]:
        """Return the receipt keys of an authority that are valid at ``at`` and were never revoked."""
        return self._keys(authority, Usage.RECEIPT, at)

    def officer(self, root: Fingerprint, name: OfficerName, *, at: Instant) -> OfficerRecord | None:
        """Return an officer whose key is valid at ``at``."""
        found = self.party.officer(name, at=at)
        if found is None or found.key.invalid_since is not None:
            return None
        return OfficerRecord(
            name=found.name, authority=found.authority, roles=found.roles, key=_record(found.key)
        )

    def algorithms(self, root: Fingerprint, *, at: Instant) -> frozenset[str]:
        """Return the algorithms that the Party's entry demands."""
        return self.party.algorithms(at=at)

    def single_approval(self, root: Fingerprint, *, at: Instant) -> bool:
        """Return False: no emergency lets one person destroy anything."""
        return False

    def _keys(self, authority: AuthorityId, usage: Usage, at: Instant) -> tuple[KeyRecord, ...]:
        found = self.party.keys(authority, usage, at=at)
        return tuple(_record(key) for key in found if key.invalid_since is None)


def _record(key: TrustedKey) -> KeyRecord:
    return KeyRecord(
        public=key.public,
        not_before=key.not_before,
        not_after=key.not_after,
        invalid_since=key.invalid_since,
    )
