"""What cases need from outside: a store, a directory of keys, an assessor; and the records they share.

Every record carries the ``authority`` whose row it is: a Party has many, and one never reads the other's.
All methods of a store work inside the caller's transaction and commit nothing themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from comity.kernel.clock import Instant
from comity.kernel.findings import Assessment, Severity
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
        outer: Set where ``outer`` reasons became the part ``reason``.
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
class DossierRecord:
    """A State's private grouping of cases; its id never leaves the node.

    Basis: PROTOCOL rule 4
    """

    authority: AuthorityId
    dossier: str
    case: CaseId
    at: Instant


class ActStore(Protocol):
    """Where acts, receipts, parts, drafts and decisions are kept; one port for every adapter."""

    def add(self, record: ActRecord) -> bool:
        """Keep an act; return False (and change nothing) when the authority has it already."""
        ...

    def get(self, authority: AuthorityId, act_id: ActId) -> ActRecord | None:
        """Return one act, or None."""
        ...

    def of_case(self, authority: AuthorityId, case: CaseId) -> tuple[ActRecord, ...]:
        """Return all acts of a case, ordered by ``act_id``."""
        ...

    def cases(self, authority: AuthorityId) -> tuple[CaseId, ...]:
        """Return every case with at least one act, sorted."""
        ...

    def at_seq(
        self, authority: AuthorityId, case: CaseId, author: Address, *, seq: int
    ) -> tuple[ActRecord, ...]:
        """Return the acts of one author with one ``seq`` (more than one is a fork), ordered by ``act_id``."""
        ...

    def last_seq(self, authority: AuthorityId, case: CaseId, author: Address) -> int:
        """Return the highest ``seq`` held of an author in a case; 0 for none."""
        ...

    def add_receipt(self, record: ReceiptRecord) -> None:
        """Keep a receipt, one for each act and signer; a second one only fills in missing bytes."""
        ...

    def receipts_of_case(self, authority: AuthorityId, case: CaseId) -> tuple[ReceiptRecord, ...]:
        """Return all receipts of a case, ordered by ``act_id`` and signer."""
        ...

    def receipted_seq(
        self, authority: AuthorityId, case: CaseId, signer: Address, *, below: int, but: ActId
    ) -> int:
        """Return the highest ``act_seq`` that ``signer`` receipted as stored.

        Only receipts with ``own_last_seq`` under ``below`` and with another ``pending`` than ``but``
        count; 0 for none.
        """
        ...

    def put_part(self, record: PartRecord) -> None:
        """Keep a part; the same part again changes nothing, and an erased one stays erased."""
        ...

    def parts(self, authority: AuthorityId, act_id: ActId) -> tuple[PartRecord, ...]:
        """Return the parts of an act, ordered by name."""
        ...

    def erase_part(self, authority: AuthorityId, act_id: ActId, name: str) -> bool:
        """Destroy salt and bytes of a part; return False when there was nothing left to destroy."""
        ...

    def pending(self, authority: AuthorityId, case: CaseId) -> PendingRecord | None:
        """Return the draft of an authority in a case, or None."""
        ...

    def pendings(self, authority: AuthorityId) -> tuple[PendingRecord, ...]:
        """Return all drafts of an authority, ordered by case."""
        ...

    def put_pending(self, record: PendingRecord) -> None:
        """Keep or replace the draft of an authority in a case."""
        ...

    def drop_pending(self, authority: AuthorityId, case: CaseId) -> None:
        """Forget the draft; nothing happens when there is none."""
        ...

    def put_decision(self, record: DecisionRecord) -> None:
        """Keep a decision; a later one by the same officer on the same finding replaces it."""
        ...

    def decisions(self, authority: AuthorityId, act_id: ActId) -> tuple[DecisionRecord, ...]:
        """Return the decisions on an act, ordered by finding, officer."""
        ...

    def put_gate(self, record: GateRecord) -> None:
        """Keep the closed gate of an act."""
        ...

    def gate(self, authority: AuthorityId, act_id: ActId) -> GateRecord | None:
        """Return the closed gate of an act, or None."""
        ...

    def put_dossier(self, record: DossierRecord) -> None:
        """Put a case into a dossier; again changes nothing."""
        ...

    def dossiers(self, authority: AuthorityId) -> tuple[DossierRecord, ...]:
        """Return every membership of a case in a dossier, ordered by dossier and case."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A public key for a usage, from the signed directory.

    Attributes:
        invalid_since: From when on signatures are no longer believed (revocation); None for never.
    """

    public: bytes
    not_before: Instant
    not_after: Instant
    invalid_since: Instant | None = None

    def is_valid_at(self, at: Instant) -> bool:
        """Tell whether the key was in force at ``at`` and not revoked then."""
        if not self.not_before <= at <= self.not_after:
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


class Directory(Protocol):
    """Who is who: read from pinned roots and signed entries only, never from a message.

    Basis: PROTOCOL rule 13
    """

    def act_keys(self, authority: AuthorityId, root: Fingerprint, *, at: Instant) -> tuple[KeyRecord, ...]:
        """Return the ``act`` keys valid at ``at``; empty for an unknown Party, authority or root."""
        ...

    def receipt_keys(
        self, authority: AuthorityId, root: Fingerprint, *, at: Instant
    ) -> tuple[KeyRecord, ...]:
        """Return the ``receipt`` keys valid at ``at``; empty for an unknown Party, authority or root."""
        ...

    def officer(self, root: Fingerprint, name: OfficerName, *, at: Instant) -> OfficerRecord | None:
        """Return the officer of the Party whose key is valid at ``at``, or None."""
        ...

    def algorithms(self, root: Fingerprint, *, at: Instant) -> frozenset[str]:
        """Return the signature algorithms that the entry in force at ``at`` demands."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMatter:
    """The request that an act answers, for an assessor on the requested side."""

    act_id: ActId
    kind: str
    body: Mapping[str, Any]
    parts: Mapping[str, bytes]


class Assessor(Protocol):
    """Judges an act before it goes out; fulfilled by ``requests`` through ``node``."""

    def assess(
        self,
        kind: str,
        body: Mapping[str, Any],
        parts: Mapping[str, bytes],
        *,
        on: date,
        request: RequestMatter | None = None,
    ) -> Assessment:
        """Return the assessment of an act of ``kind`` with this skeleton and these parts, judged on a day.

        ``request`` is the request that the act is about, where it is about one.
        """
        ...

    def rules_digest(self) -> str:
        """Return the digest of the rule set that :meth:`assess` applies: 64 hexadecimal digits."""
        ...


class LeafKind(StrEnum):
    """Tags of the leaves that cases write into the peer log."""

    ISSUED = "act.issued"
    RECEIVED = "act.received"
    FORK = "act.fork"


class Ledger(Protocol):
    """Appends blinded leaves to the log shared with one peer, in the caller's transaction.

    Basis: PROTOCOL rule 17
    """

    def append(self, tx: Any, *, authority: AuthorityId, peer: Fingerprint, tag: str, digest: bytes) -> None:
        """Add a leaf; durable when the caller's transaction is."""
        ...


class Dispatch(Protocol):
    """Seals an issued act to its addressee and queues it, in the caller's transaction."""

    def queue(self, tx: Any, *, message_id: ActId, author: Address, to: Address, plaintext: bytes) -> None:
        """Seal the parcel and put it into the outbox."""
        ...


class Settings(Protocol):
    """The node's settings; cases keep the clock's high-water mark of rule 14 there."""

    def setting(self, name: str) -> bytes | None:
        """Return a stored value, or None."""
        ...

    def put_setting(self, name: str, value: bytes) -> None:
        """Store a value under a name, replacing an older one."""
        ...


class CaseTransaction(Protocol):
    """What a transaction of the store must have for cases; the node's has more."""

    @property
    def acts(self) -> ActStore:
        """Acts, receipts, parts, drafts and decisions."""
        ...

    @property
    def node(self) -> Settings:
        """Settings of the node."""
        ...
