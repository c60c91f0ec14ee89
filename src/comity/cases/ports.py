"""What cases need from outside: a store, a directory of keys, an assessor, a log, an outbox.

All methods of a store work inside the caller's transaction and commit nothing themselves. The records
they exchange are named here too, so that an adapter imports one module.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from comity.cases.lines import CaseKey, CaseLine, DutyKey, DutyLine, Mark
from comity.cases.records import (
    SALT_SIZE,
    ActRecord,
    Address,
    DecisionRecord,
    DossierRecord,
    FactRecord,
    GateRecord,
    KeyRecord,
    LeafKind,
    OfficerRecord,
    PartRecord,
    PendingRecord,
    ReceiptRecord,
    RequestMatter,
)
from comity.kernel.clock import Instant
from comity.kernel.findings import Assessment
from comity.kernel.ids import ActId, AuthorityId, CaseId, Fingerprint, OfficerName

__all__ = [
    "SALT_SIZE",
    "ActRecord",
    "ActStore",
    "Address",
    "Assessor",
    "CaseTransaction",
    "DecisionRecord",
    "Directory",
    "Dispatch",
    "DossierRecord",
    "FactRecord",
    "GateRecord",
    "KeyRecord",
    "LeafKind",
    "Ledger",
    "OfficerRecord",
    "PartRecord",
    "PendingRecord",
    "ReceiptRecord",
    "RequestMatter",
    "Settings",
]


class ActRows(Protocol):
    """The acts of an authority's cases."""

    def add(self, record: ActRecord) -> bool:
        """Keep an act; return False (and change nothing) when the authority has it already."""
        ...

    def get(self, authority: AuthorityId, act_id: ActId) -> ActRecord | None:
        """Return one act, or None."""
        ...

    def expect(self, authority: AuthorityId, act_ids: Sequence[ActId]) -> None:
        """Read many acts at once, for the calls of ``get`` that follow; it changes no answer."""
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

    def named(self, authority: AuthorityId, prefix: str, *, most: int = 2) -> tuple[ActId, ...]:
        """Return ids of acts and drafts that begin with these hexadecimal digits, sorted, so many at most."""
        ...


class ReceiptRows(Protocol):
    """The receipts of either side."""

    def add_receipt(self, record: ReceiptRecord) -> None:
        """Keep a receipt, one for each act and signer; a second one only fills in missing bytes."""
        ...

    def receipt(
        self, authority: AuthorityId, case: CaseId, act_id: ActId, *, signer: Address
    ) -> ReceiptRecord | None:
        """Return the receipt of one signer for an act, or None."""
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


class PartRows(Protocol):
    """The parts of acts, which can be erased."""

    def put_part(self, record: PartRecord) -> None:
        """Keep a part; the same part again changes nothing, and an erased one stays erased."""
        ...

    def parts(self, authority: AuthorityId, act_id: ActId) -> tuple[PartRecord, ...]:
        """Return the parts of an act, ordered by name."""
        ...

    def erase_part(self, authority: AuthorityId, act_id: ActId, name: str) -> bool:
        """Destroy salt and bytes of a part; return False when there was nothing left to destroy."""
        ...


class DraftRows(Protocol):
    """The one pending act of an authority in each case."""

    def pending(self, authority: AuthorityId, case: CaseId) -> PendingRecord | None:
        """Return the draft of an authority in a case, or None."""
        ...

    def pendings(self, authority: AuthorityId) -> tuple[PendingRecord, ...]:
        """Return all drafts of an authority, ordered by case."""
        ...

    def pendings_after(
        self, authority: AuthorityId, case: CaseId | None, *, most: int
    ) -> tuple[PendingRecord, ...]:
        """Return so many drafts of an authority at most, ordered by case, from after one on."""
        ...

    def drafts_named(
        self, authority: AuthorityId, prefix: str, *, most: int = 2
    ) -> tuple[PendingRecord, ...]:
        """Return so many drafts at most whose id begins with these hexadecimal digits, by id."""
        ...

    def put_pending(self, record: PendingRecord) -> None:
        """Keep or replace the draft of an authority in a case."""
        ...

    def drop_pending(self, authority: AuthorityId, case: CaseId) -> None:
        """Forget the draft; nothing happens when there is none."""
        ...


class FactRows(Protocol):
    """Domestic facts of cases: lines that are added and never changed."""

    def add_fact(self, record: FactRecord) -> None:
        """Append a line; raise ConflictError ``fact.number`` unless its number is the next."""
        ...

    def facts(self, authority: AuthorityId, case: CaseId) -> tuple[FactRecord, ...]:
        """Return the lines of a case by number."""
        ...


class DecisionRows(Protocol):
    """Decisions, closed gates and the State's own dossiers; none of them leaves the node."""

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


class RegisterRows(Protocol):
    """The register of an authority's cases: lines that lists read, derived from acts, receipts and drafts.

    The store marks a case as waiting in the transaction that changes its acts, receipts or draft, or the
    published keys of one of its Parties. Whoever reads the register has the lines of waiting cases written.
    """

    def register_version(self, authority: AuthorityId) -> str:
        """Return by which rules the lines were derived; empty where no register is kept."""
        ...

    def restart_register(self, authority: AuthorityId, *, version: str) -> None:
        """Throw all lines of an authority away and mark each of its cases as waiting."""
        ...

    def case_changed(self, authority: AuthorityId, case: CaseId) -> None:
        """Mark a case as waiting for a change that is none of acts, receipts, draft or published keys."""
        ...

    def waiting_cases(self, authority: AuthorityId, *, most: int) -> tuple[Mark, ...]:
        """Return so many of the waiting cases at most, ordered by case."""
        ...

    def keep_lines(self, mark: Mark, line: CaseLine | None, duties: Sequence[DutyLine]) -> bool:
        """Put the lines of a case in place of its older ones; None for a case of which nothing is left.

        Return False, changing nothing, when the case has changed since the mark was read.
        """
        ...

    def case_lines(
        self, authority: AuthorityId, *, after: CaseKey | None, most: int, newest: bool = False
    ) -> tuple[CaseLine, ...]:
        """Return so many cases at most by time of opening, from after a place on; newest first if asked."""
        ...

    def duties_of(self, authority: AuthorityId, cases: Sequence[CaseId]) -> tuple[DutyLine, ...]:
        """Return every duty of some cases, open now or not, by case and number."""
        ...

    def duty_lines(
        self, authority: AuthorityId, *, theirs: bool, now: Instant, after: DutyKey | None, most: int
    ) -> tuple[DutyLine, ...]:
        """Return so many duties open at ``now`` at most, those due first, from after a place on."""
        ...


class ActStore(ActRows, ReceiptRows, PartRows, DraftRows, FactRows, DecisionRows, RegisterRows, Protocol):
    """Where acts, receipts, parts, drafts and decisions are kept; one port for every adapter."""


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

    def single_approval(self, root: Fingerprint, *, at: Instant) -> bool:
        """Tell whether the entry in force at ``at`` lets one person approve in an emergency."""
        ...


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


class Ledger(Protocol):
    """Appends blinded leaves to the log shared with one peer, in the caller's transaction.

    Basis: PROTOCOL rule 17
    """

    def append(self, tx: Any, *, authority: AuthorityId, peer: Fingerprint, tag: str, digest: bytes) -> None:
        """Add a leaf; durable when the caller's transaction is."""
        ...


class Dispatch(Protocol):
    """Seals an issued act to its addressee and queues it, in the caller's transaction."""

    def queue(
        self,
        tx: Any,
        *,
        message_id: ActId,
        author: Address,
        to: Address,
        plaintext: bytes,
        digest: bytes,
    ) -> None:
        """Seal the parcel and put it into the outbox.

        Args:
            tx: The caller's transaction.
            message_id: Id of the act.
            author: Our office.
            to: The addressee.
            plaintext: The parcel.
            digest: SHA-256 of the signed act's bytes, which the leaves on both sides commit to.
        """
        ...


class Settings(Protocol):
    """The node's settings; cases keep the clock's high-water mark of rule 14 there."""

    def setting(self, name: str) -> bytes | None:
        """Return a stored value, or None."""
        ...

    def put_setting(self, name: str, value: bytes) -> None:
        """Store a value under a name, replacing an older one."""
        ...

    def names(self, prefix: str) -> tuple[str, ...]:
        """Return the names of all settings that begin with a prefix, sorted."""
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
