"""Approvals: named officers' own signatures over an act, demanded by a table and part of its validity.

The table is normative in ``docs/spec/acts.md`` and repeated in ``verify.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import msgspec

from comity.cases.acts import Act
from comity.cases.ports import Directory
from comity.kernel.clock import Instant, require_instant
from comity.kernel.digests import parse_digest
from comity.kernel.errors import MalformedError, UntrustedError
from comity.kernel.ids import ActId, AuthorityId, Fingerprint, OfficerName, parse_authority, parse_officer
from comity.kernel.ijson import dump_ijson, parse_ijson
from comity.kernel.realms import Realm, parse_payload_type, payload_type
from comity.kernel.signing import Envelope

APPROVAL = "approval"
APPROVE = "approve"
HEAD = "head"
APPROVING_ROLES = frozenset({"duty-officer", "officer", HEAD})
ROLES = APPROVING_ROLES | {"registrar", "overseer", "victims-advocate"}
MOST_APPROVAL = 4096
MOST_APPROVALS = 8

PERSONS: Mapping[str, int] = MappingProxyType(
    {
        "preservation.request": 1,
        "data.request": 2,
        "assistance.request": 2,
        "cooperation.request": 2,
        "police.request": 1,
        "information.offer": 2,
        "information.send": 2,
        "execution.report": 2,
        "request.forward": 2,
        "request.accept": 1,
        "request.refuse": 2,
        "request.postpone": 2,
        "request.clarify": 1,
        "request.answer": 1,
        "request.withdraw": 1,
        "case.consult": 1,
        "case.close": 1,
        "order.record": 2,
        "preservation.effect": 1,
        "preservation.extend": 1,
        "preservation.release": 1,
        "transmission.decide": 2,
        "evidence.deliver": 2,
        "act.recall": 1,
        "part.erase": 2,
        "evidence.hand": 2,
        "consult.answer": 1,
        "conditions.offer": 2,
        "conditions.accept": 2,
        "conditions.decline": 1,
        "consent.ask": 1,
        "consent.give": 2,
        "consent.decline": 2,
        "assurance.ask": 1,
        "assurance.give": 2,
        "assurance.decline": 1,
        "status.ask": 1,
        "status.tell": 1,
        "costs.propose": 1,
        "costs.agree": 2,
        "costs.decline": 1,
        "execution.warn": 1,
        "execution.proceed": 1,
        "exculpation.answer": 1,
        "exculpation.notify": 1,
        "recall.answer": 1,
        "data.correct": 2,
        "correction.answer": 1,
        "breach.notify": 1,
        "breach.answer": 1,
        "consultation.draft": 1,
        "draft.answer": 1,
        "original.confirm": 1,
        "measure.lift": 2,
        "act.attest": 1,
        "act.convey": 1,
        "attest.confirm": 1,
        "attest.dispute": 1,
        "team.agree": 2,
        "team.sign": 2,
        "team.decline": 1,
        "team.carry": 2,
        "team.share": 2,
        "team.leave": 2,
    }
)
"""How many distinct officers each kind demands; a row of two demands a head among them."""


EMERGENCY_KINDS = frozenset(
    {
        "assistance.request",
        "order.record",
        "transmission.decide",
        "evidence.deliver",
        "evidence.hand",
        "execution.report",
    }
)
"""What one person may approve in an emergency, marked: the request and what leads to the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One officer's statement that an act may go out.

    Attributes:
        rules: Digest of the rule set under which the officer judged.
        reasons: ``SHA-256(salt || reasons)``; the reasons stay with the author.

    Basis: PROTOCOL rule 8
    """

    envelope: Envelope = field(repr=False)
    act: ActId
    rules: str
    reasons: str
    officer: OfficerName
    authority: AuthorityId
    role: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalFault:
    """Why an act's approvals do not hold: a code, and the officer concerned if one is."""

    code: str
    officer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What officers approve: its id, its realm, and the root of the Party whose officers they are."""

    id: ActId
    realm: Realm
    root: Fingerprint


class _Statement(msgspec.Struct, frozen=True):
    v: int
    act: str
    decision: str
    rules: str
    reasons: str
    officer: str
    authority: str
    role: str
    at: int


def persons_needed(kind: str) -> int:
    """Return how many officers must approve an act of this kind; 0 for a kind that is not known."""
    return PERSONS.get(kind, 0)


def needs_head(kind: str) -> bool:
    """Tell whether a head must be among those who approve."""
    return persons_needed(kind) >= 2


def approval_envelope(
    act: ActId,
    *,
    realm: Realm,
    officer: OfficerName,
    authority: AuthorityId,
    role: str,
    rules: str,
    reasons: str,
    at: Instant,
) -> Envelope:
    """Return the unsigned statement of an officer; ``reasons`` is the salted digest in hexadecimal."""
    value = {
        "v": 1,
        "act": act,
        "decision": APPROVE,
        "rules": rules,
        "reasons": reasons,
        "officer": officer,
        "authority": authority,
        "role": role,
        "at": at,
    }
    made = Envelope(payload_type=payload_type(APPROVAL, realm), payload=dump_ijson(value))
    parse_approval(made)
    return made


def parse_approval(envelope: Envelope) -> Approval:
    """Return the approval in an envelope; raise MalformedError for any other statement."""
    what, version, _ = parse_payload_type(envelope.payload_type, where="payloadType")
    if what != APPROVAL or version != 1:
        raise MalformedError("approval.type", f"a {what!r} of version {version} is no approval of version 1")
    value = parse_ijson(envelope.payload, most_bytes=MOST_APPROVAL, most_depth=2, where="approval")
    try:
        raw = msgspec.convert(value, _Statement)
    except msgspec.ValidationError as exc:
        raise MalformedError("approval.form", "not the shape of an approval", where=str(exc)) from exc
    if raw.v != 1 or raw.decision != APPROVE:
        raise MalformedError("approval.decision", f"version {raw.v}, decision {raw.decision[:20]!r}")
    return Approval(
        envelope=envelope,
        act=ActId(parse_digest(raw.act, where="/act")),
        rules=parse_digest(raw.rules, where="/rules"),
        reasons=parse_digest(raw.reasons, where="/reasons"),
        officer=parse_officer(raw.officer, where="/officer"),
        authority=parse_authority(raw.authority, where="/authority"),
        role=raw.role,
        at=require_instant(raw.at, where="/at"),
    )


def check_approvals(
    act: Act, approvals: Sequence[Approval], *, directory: Directory, at: Instant
) -> tuple[ApprovalFault, ...]:
    """Return what is wrong with an act's approvals, judged at ``at``; empty when they hold.

    Every approval that is present must hold, and the row of the table must be met by distinct officers. An
    act that is marked as approved by one person alone needs one; whether it may be marked so is asked by
    :func:`comity.cases.single.single_fault`.

    Basis: PROTOCOL rules 8 to 10
    """
    statement = Statement(id=act.id, realm=act.realm, root=act.sender.root)
    alone = bool(act.single) and act.kind in EMERGENCY_KINDS
    persons = 1 if alone else persons_needed(act.kind)
    return check_statement(statement, approvals, persons=persons, directory=directory, at=at)


def check_statement(
    statement: Statement, approvals: Sequence[Approval], *, persons: int, directory: Directory, at: Instant
) -> tuple[ApprovalFault, ...]:
    """Return what is wrong with the approvals of any statement that ``persons`` officers must approve."""
    if len(approvals) > MOST_APPROVALS:
        return (ApprovalFault(code="approval.too_many"),)
    faults = [fault for approval in approvals if (fault := _fault_of(statement, approval, directory, at))]
    if faults:
        return tuple(faults)
    officers = [approval.officer for approval in approvals]
    found = [directory.officer(statement.root, name, at=at) for name in officers]
    keys = {officer.key.public for officer in found if officer is not None}
    if len(set(officers)) != len(officers) or len(keys) != len(officers):
        return (ApprovalFault(code="approval.same_person"),)
    if len(officers) < persons:
        faults.append(ApprovalFault(code="approval.missing"))
    elif persons >= 2 and all(approval.role != HEAD for approval in approvals):
        faults.append(ApprovalFault(code="approval.no_head"))
    return tuple(faults)


def require_approvals(act: Act, approvals: Sequence[Approval], *, directory: Directory, at: Instant) -> None:
    """Raise UntrustedError with the code of the first fault of :func:`check_approvals`."""
    for fault in check_approvals(act, approvals, directory=directory, at=at):
        who = f" of {fault.officer}" if fault.officer else ""
        raise UntrustedError(
            fault.code, f"the approvals{who} do not meet what {act.kind} demands", where=act.id
        )


def require_statement(
    statement: Statement, approvals: Sequence[Approval], *, persons: int, directory: Directory, at: Instant
) -> None:
    """Raise UntrustedError with the code of the first fault of :func:`check_statement`."""
    for fault in check_statement(statement, approvals, persons=persons, directory=directory, at=at):
        who = f" of {fault.officer}" if fault.officer else ""
        raise UntrustedError(
            fault.code, f"the approvals{who} do not meet what the statement demands", where=statement.id
        )


def _fault_of(
    statement: Statement, approval: Approval, directory: Directory, at: Instant
) -> ApprovalFault | None:
    def fault(code: str) -> ApprovalFault:
        return ApprovalFault(code=code, officer=approval.officer)

    if approval.act != statement.id:
        return fault("approval.other_act")
    if parse_payload_type(approval.envelope.payload_type)[2] is not statement.realm:
        return fault("approval.realm")
    officer = directory.officer(statement.root, approval.officer, at=at)
    if officer is None or officer.authority != approval.authority:
        return fault("approval.unknown_officer")
    if approval.role not in officer.roles or approval.role not in APPROVING_ROLES:
        return fault("approval.role")
    if not approval.envelope.is_signed_by(officer.key.public):
        return fault("approval.signature")
    return None
