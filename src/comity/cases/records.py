"""The records that cases share with their stores and their directory.

Every record carries the ``authority`` whose row it is: a Party has many, and one never reads the other's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from comity.kernel.clock import Instant
from comity.kernel.findings import Severity
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, OfficerName

SALT_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One end of an act: an authority and the fingerprint of its Party's root.

    Basis: PROTOCOL rule 6
    """

    authority: AuthorityId
    root: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRecord:
    """One act as it is kept.

    Attributes:
        authority: Ours, whose copy this is.
        signed: The signed act, ``{"act": DSSE, "approvals": [DSSE]}``; payload bytes exactly as signed.
        at: When the author says it was written; it never orders anything.
        stored_at: When this node stored it.
        own: Whether this authority issued it.
        covers: Highest ``seq`` of the other participant among the act's ancestors (0 for none);
            derived from the acts, kept so that rule 5 costs one comparison.
    """

    authority: AuthorityId
    case: CaseId
    act_id: ActId
    kind: str
    author: Address
    to: Address
    seq: int
    prev_own: ActId | None
    signed: bytes
    at: Instant
    stored_at: Instant
    own: bool
    covers: int

    def __post_init__(self) -> None:
        if self.seq < 1 or self.covers < 0:
            raise ValueError("an act's seq starts at 1 and covers at 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRecord:
    """One receipt of an act of a case: the facts that the fold uses, and the bytes.

    Attributes:
        act_seq: ``seq`` of the act received.
        signer: Who received the act and signed the receipt.
        result: ``stored`` or ``refused``.
        receipt: DSSE JSON bytes; empty for a receipt of our own until the exchange hands it over.
    """

    authority: AuthorityId
    case: CaseId
    act_id: ActId
    act_seq: int
    signer: Address
    at: Instant
    your_last_seq: int
    own_last_seq: int
    pending: ActId | None
    result: str
    code: str
    receipt: bytes

    def __post_init__(self) -> None:
        if self.result not in ("stored", "refused"):
            raise ValueError("a receipt says stored or refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecord:
    """One part of an act. When erased, ``salt`` and ``data`` are None and the digest remains.

    Basis: PROTOCOL rule 3
    """

    authority: AuthorityId
    act_id: ActId
    name: str
    media: str
    digest: str
    salt: bytes | None
    data: bytes | None

    def __post_init__(self) -> None:
        if (self.salt is None) != (self.data is None):
            raise ValueError("a part is erased with its salt or kept with it")
        if self.salt is not None and len(self.salt) != SALT_SIZE:
            raise ValueError("a part's salt has 16 bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRecord:
    """The one draft of an authority in a case that has its final payload but no authority signature yet.

    Attributes:
        case: For an opening act, the id that the act will have.
        approvals: Approval statements so far, each DSSE JSON bytes.
    """

    authority: AuthorityId
    case: CaseId
    act_id: ActId
    kind: str
    seq: int
    payload_type: str
    payload: bytes
    parts: tuple[PartRecord, ...]
    approvals: tuple[bytes, ...]
    drafted_by: OfficerName
    drafted_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """A named officer's decision on one finding, or the reasons that an approval commits to.

    Attributes:
        finding: Code and field of the finding, as :func:`gate.finding_key` writes them; empty where
            the record holds the reasons behind an approval.
        severity: Weight of the finding when it was decided.
        inner: The real reason; it never leaves the node.
        inner_salt: 16 bytes; ``SHA-256(salt || inner)`` is what an approval commits to.
        outer: What may be told; empty for none.
        rules: Digest of the rule set that made the finding.
    """

    authority: AuthorityId
    case: CaseId
    act_id: ActId
    finding: str
    severity: Severity
    officer: OfficerName
    role: str
    inner: str
    inner_salt: bytes
    outer: str
    rules: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRecord:
    """The closed gate of one act or local release: rules, findings and approvers at the moment it went out.

    Attributes:
        act_id: Id of the act, or of the release statement where something leaves without an act.
        kind: Kind of the act, or ``release.`` and the way out.
        findings: Keys of all findings, as :func:`gate.finding_key` writes them.
    """

    authority: AuthorityId
    case: CaseId
    act_id: ActId
    kind: str
    rules: str
    findings: tuple[str, ...]
    approvers: tuple[OfficerName, ...]
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRecord:
    """One line of the domestic facts of a case, numbered from 1 without a gap; it never leaves the node."""

    authority: AuthorityId
    case: CaseId
    number: int
    line: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRecord:
    """A State's private grouping of cases; its id never leaves the node.

    Basis: PROTOCOL rule 4
    """

    authority: AuthorityId
    dossier: str
    case: CaseId
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A public key for a usage, from the signed directory.

    Attributes:
        not_after: The first instant at which the key is no longer in force.
        invalid_since: From when on signatures are no longer believed (revocation); None for never.
    """

    public: bytes
    not_before: Instant
    not_after: Instant
    invalid_since: Instant | None = None

    def is_valid_at(self, at: Instant) -> bool:
        """Tell whether the key was in force at ``at`` and not revoked then."""
        if not self.not_before <= at < self.not_after:
            return False
        return self.invalid_since is None or at < self.invalid_since


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRecord:
    """An officer as the signed Party entry lists them; the name is unique under the Party.

    Basis: PROTOCOL rule 10
    """

    name: OfficerName
    authority: AuthorityId
    roles: frozenset[str]
    key: KeyRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMatter:
    """The request that an act answers, for an assessor on the requested side.

    Attributes:
        decided: Codes of the findings that named officers decided in acts of ours on this request that were
            issued.
        consultations: Acts of the case by which one side consulted the other on this request.
        hearings: Those of them by which we told the other side that we think of lifting a measure; of each
            whether it was answered. Basis: 50(8)
    """

    act_id: ActId
    kind: str
    body: Mapping[str, Any]
    parts: Mapping[str, bytes]
    decided: frozenset[str] = frozenset()
    consultations: frozenset[ActId] = frozenset()
    hearings: Mapping[ActId, bool] = field(default_factory=dict)


class LeafKind(StrEnum):
    """Tags of the leaves that cases write into the peer log."""

    ISSUED = "act.issued"
    RECEIVED = "act.received"
    FORK = "act.fork"
