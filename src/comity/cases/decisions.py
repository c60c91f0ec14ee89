"""Who decides: findings decided by name, approvals by the officers' own keys, and the closed gate.

One way of deciding for everything that leaves: an act of the case desk, or a release without an act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.cases.approvals import (
    APPROVING_ROLES,
    Statement,
    approval_envelope,
    check_statement,
    parse_approval,
)
from comity.cases.errors import UndecidedError
from comity.cases.gate import finding_key, require_open
from comity.cases.parts import Part, salted_digest
from comity.cases.ports import (
    SALT_SIZE,
    Address,
    Assessor,
    CaseTransaction,
    DecisionRecord,
    Directory,
    GateRecord,
    OfficerRecord,
    RequestMatter,
)
from comity.cases.restore import require_clock
from comity.kernel.clock import Clock, to_date
from comity.kernel.entropy import Entropy
from comity.kernel.errors import (
    ConflictError,
    DeniedError,
    MalformedError,
    NotFoundError,
    UntrustedError,
)
from comity.kernel.findings import Assessment, Severity
from comity.kernel.ids import ActId, CaseId, OfficerName
from comity.kernel.realms import Realm
from comity.kernel.signing import Envelope, Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is decided: an act in its final bytes, or a release statement.

    Attributes:
        request: The request it is about, where it answers one.
    """

    case: CaseId
    id: ActId
    kind: str
    body: Mapping[str, Any]
    parts: tuple[Part, ...]
    request: RequestMatter | None


class Decisions:
    """Takes decisions and approvals for one authority."""

    def __init__(
        self,
        *,
        me: Address,
        realm: Realm,
        directory: Directory,
        assessor: Assessor,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._me = me
        self._realm = realm
        self._directory = directory
        self._assessor = assessor
        self._clock = clock
        self._entropy = entropy

    def officer(self, name: OfficerName) -> OfficerRecord:
        """Return an officer of this Party; raise DeniedError ``officer.unknown``."""
        record = self._directory.officer(self._me.root, name, at=self._clock.now())
        if record is None:
            raise DeniedError(
                "officer.unknown", f"{name} is no officer in this Party's entry", hint="enrol the officer"
            )
        return record

    def assessment(self, subject: Subject) -> Assessment:
        """Return the findings on a subject, judged today under the rules in force."""
        held = {part.name: part.data for part in subject.parts}
        on = to_date(self._clock.now())
        return self._assessor.assess(subject.kind, subject.body, held, on=on, request=subject.request)

    def decide(
        self,
        tx: CaseTransaction,
        subject: Subject,
        *,
        finding: str,
        officer: OfficerName,
        inner: str,
        outer: str,
    ) -> DecisionRecord:
        """Record a named officer's decision on one finding.

        Args:
            tx: The caller's transaction.
            subject: What is decided.
            finding: The finding's key, or its code where only one finding has it.
            officer: Who decides.
            inner: The real reason; it stays on the node.
            outer: What may be told; wider than the inner reason perhaps, never false.

        Raises:
            NotFoundError: ``finding.unknown``.
            MalformedError: ``decision.reason`` without an inner reason.
            DeniedError: ``gate.blocked`` (nobody can decide it away), ``officer.unknown``, ``officer.role``.

        Basis: DESIGN invariant 3
        """
        role = approving_role(self.officer(officer))
        if not inner.strip():
            raise MalformedError("decision.reason", "a decision needs a reason", where="inner")
        made = DecisionRecord(
            authority=self._me.authority,
            case=subject.case,
            act_id=subject.id,
            finding=_find(self.assessment(subject), finding),
            severity=Severity.DECIDE,
            officer=officer,
            role=role,
            inner=inner,
            inner_salt=self._entropy.bytes(SALT_SIZE),
            outer=outer,
            rules=self._assessor.rules_digest(),
            at=self._clock.now(),
        )
        tx.acts.put_decision(made)
        return made

    def approve(
        self,
        tx: CaseTransaction,
        subject: Subject,
        given: Sequence[Envelope],
        *,
        officer: OfficerName,
        signer: Signer,
        reasons: str,
    ) -> Envelope:
        """Return an officer's signed approval; the reasons are kept here, the approval commits to them.

        Args:
            tx: The caller's transaction.
            subject: What is approved.
            given: Approvals so far.
            officer: Who approves.
            signer: The officer's own key, which the Party entry must list.
            reasons: Free text; it stays on the node.

        Raises:
            DeniedError: ``officer.unknown``, ``officer.role``, ``officer.key``, ``gate.blocked``.
            ConflictError: ``gate.undecided``, ``approval.twice``, ``clock.behind``.

        Basis: PROTOCOL rule 8
        """
        now = self._clock.now()
        require_clock(tx, now)
        record = self.officer(officer)
        role = approving_role(record)
        if record.key.public != signer.public:
            raise DeniedError("officer.key", f"the key is not the one listed for {officer}")
        if officer in [parse_approval(envelope).officer for envelope in given]:
            raise ConflictError("approval.twice", f"{officer} has approved this already", where=subject.id)
        self.require_gate(tx, subject)
        rules = self._assessor.rules_digest()
        salt = self._keep_reasons(tx, subject, officer=record, role=role, reasons=reasons)
        return approval_envelope(
            subject.id,
            realm=self._realm,
            officer=officer,
            authority=record.authority,
            role=role,
            rules=rules,
            reasons=salted_digest(salt, reasons.encode()),
            at=now,
        ).signed_by(signer)

    def _keep_reasons(
        self, tx: CaseTransaction, subject: Subject, *, officer: OfficerRecord, role: str, reasons: str
    ) -> bytes:
        """Keep the reasons behind an approval under a fresh salt, which is returned."""
        salt = self._entropy.bytes(SALT_SIZE)
        tx.acts.put_decision(
            DecisionRecord(
                authority=self._me.authority,
                case=subject.case,
                act_id=subject.id,
                finding="",
                severity=Severity.NOTE,
                officer=officer.name,
                role=role,
                inner=reasons,
                inner_salt=salt,
                outer="",
                rules=self._assessor.rules_digest(),
                at=self._clock.now(),
            )
        )
        return salt

    def require_gate(self, tx: CaseTransaction, subject: Subject) -> Assessment:
        """Return the assessment if its gate is open; see :func:`gate.require_open`."""
        assessment = self.assessment(subject)
        decisions = tx.acts.decisions(self._me.authority, subject.id)
        require_open(assessment, decisions, rules=self._assessor.rules_digest())
        return assessment

    def close(
        self, tx: CaseTransaction, subject: Subject, given: Sequence[Envelope], *, persons: int
    ) -> GateRecord:
        """Return the closed gate of a subject: all decided, and approved by enough persons.

        Raises:
            DeniedError: ``gate.blocked``.
            ConflictError: ``gate.undecided``, ``gate.rules_changed``.
            UntrustedError: the approvals do not meet the table.

        Basis: PROTOCOL rules 9 and 10
        """
        now = self._clock.now()
        assessment = self.require_gate(tx, subject)
        approvals = [parse_approval(envelope) for envelope in given]
        rules = self._assessor.rules_digest()
        if any(approval.rules != rules for approval in approvals):
            raise UndecidedError(
                "gate.rules_changed", "it was approved under other rules", hint="drop it and draft anew"
            )
        statement = Statement(id=subject.id, realm=self._realm, root=self._me.root)
        faults = check_statement(statement, approvals, persons=persons, directory=self._directory, at=now)
        if faults:
            raise UntrustedError(
                faults[0].code,
                f"the approvals do not meet what {subject.kind} demands: {persons} persons",
                hint="let the officers that are missing approve",
                where=subject.id,
            )
        return GateRecord(
            authority=self._me.authority,
            case=subject.case,
            act_id=subject.id,
            kind=subject.kind,
            rules=rules,
            findings=tuple(finding_key(f) for f in assessment.findings),
            approvers=tuple(approval.officer for approval in approvals),
            at=now,
        )


def approving_role(record: OfficerRecord) -> str:
    """Return the weightiest approving role of an officer; raise DeniedError ``officer.role``."""
    for role in ("head", "officer", "duty-officer"):
        if role in record.roles & APPROVING_ROLES:
            return role
    raise DeniedError("officer.role", f"{record.name} has no role that decides or approves")


def _find(assessment: Assessment, wanted: str) -> str:
    matches = [f for f in assessment.findings if wanted in (finding_key(f), f.code)]
    keys = {finding_key(f) for f in matches}
    if len(keys) != 1:
        problem = "no finding" if not keys else "more than one finding"
        raise NotFoundError(
            "finding.unknown", f"{problem} is called {wanted[:80]!r}", hint="name it by its key"
        )
    if matches[0].severity is Severity.BLOCKS:
        raise DeniedError("gate.blocked", f"{matches[0].code} blocks and cannot be decided away")
    return keys.pop()
