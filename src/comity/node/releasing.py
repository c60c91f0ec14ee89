"""The desk for releases: what may leave a case without being an act, and who must decide and approve it.

Whoever approves sees the findings first: what stands in the limits and the handling of every delivered
package that would leave. What is open is decided by name before anybody can approve.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from comity.cases.approvals import parse_approval
from comity.cases.decisions import Decisions
from comity.cases.desk import CaseReader
from comity.cases.gate import RELEASE, WayOut, Withholding, finding_key, undecided
from comity.cases.kinds import DeliverBody, parse_body
from comity.cases.parts import open_parts
from comity.cases.ports import RequestMatter
from comity.cases.releases import PERSONS, Release, Releases
from comity.cases.wire import SignedAct, parse_signed_act
from comity.evidence.handling import RULES, Handling, Step, check_handling
from comity.evidence.limits import Use, check_limits
from comity.evidence.wire import parse_limits
from comity.kernel.clock import Instant
from comity.kernel.errors import DeniedError, MalformedError
from comity.kernel.findings import Assessment, Finding, Severity
from comity.kernel.ids import ActId, AuthorityId, CaseId, OfficerName
from comity.kernel.ijson import parse_ijson
from comity.kernel.realms import Realm
from comity.node.access import Action, require_access
from comity.node.assessing import RequestAssessor
from comity.node.discarding import destruction_findings
from comity.node.ports import Transaction
from comity.node.seams import CaseDirectory, address_of, case_reader
from comity.node.terms import consent_onward, consent_to
from comity.node.viewing import missing_roles
from comity.node.views import Actor
from comity.node.workplace import Workplace

LIMITS = "limits"
_STEPS: Mapping[str, Step] = {
    f"{RELEASE}.{WayOut.EXPORT.value}": Step.EXPORT,
    f"{RELEASE}.{WayOut.DISCLOSURE.value}": Step.DISCLOSE,
}
_FIRM = frozenset({"limits.onward", "limits.retention_ended", "handling.forbidden"})
PARTY_CODE = 3
_CLEARANCES = frozenset(rule.clearance for rule in RULES.values())
"""A clearance is asked of whoever takes the step, not of whoever approves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseView:
    """A decision that something of a case may leave: what was found, what is decided, who is missing.

    Attributes:
        release: Its id.
        way: ``export``, ``disclosure``, ``seal``, ``destruction`` or ``onward``.
        purpose: The purpose it is for.
        proposed_at: When it was proposed.
        acts: How many acts it names.
        undecided: Keys of the findings that wait for a named officer.
        roles_missing: Roles that still have to approve.
        closed: Whether it is decided: what it names may leave.
        packages: Roots of the packages that are to be destroyed.
        withheld: What a disclosure leaves out.
    """

    release: ActId
    case: CaseId
    way: str
    purpose: str
    proposed_at: Instant
    acts: int
    assessment: Assessment
    undecided: tuple[str, ...]
    approved_by: tuple[OfficerName, ...]
    roles_missing: tuple[str, ...]
    closed: bool
    packages: tuple[str, ...] = ()
    withheld: tuple[Withholding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAssessor:
    """Fulfils the cases' ``Assessor`` for releases: limits and handling of what would leave.

    Attributes:
        tx: The transaction in which it judges.
        authority: Whose release.
        now: When.
        realm: Of the node.
        reader: Reads the cases of the authority, for consents; None to look for none.

    Basis: 40(19), 40(20), 36(2); PROTOCOL 25
    """

    tx: Transaction = field(repr=False)
    authority: AuthorityId
    now: Instant
    realm: Realm
    reader: CaseReader | None = field(default=None, repr=False)

    def rules_digest(self) -> str:
        """Return the digest of the rule set: 64 hexadecimal digits."""
        return RequestAssessor().rules_digest()

    def assess(
        self,
        kind: str,
        body: Mapping[str, Any],
        parts: Mapping[str, bytes],
        *,
        on: date,
        request: RequestMatter | None = None,
    ) -> Assessment:
        """Return the findings on a release; see :class:`comity.cases.ports.Assessor`.

        None blocks an export or disclosure: it refuses by itself what may not leave, unless that is withheld.
        A legal hold blocks a destruction.
        """
        if kind == f"{RELEASE}.{WayOut.DESTRUCTION.value}":
            roots = [str(subject) for subject in body["subjects"]]
            return destruction_findings(
                self.tx, self.authority, roots, realm=self.realm, now=self.now, reader=self.reader
            )
        if kind == f"{RELEASE}.{WayOut.ONWARD.value}":
            return Assessment.of(self._onward(body))
        use = Use(step=_STEPS.get(kind, Step.DISCLOSE), purpose=str(body["purpose"]), at=self.now)
        found = [one for subject in body["subjects"] for one in self._delivery(ActId(subject), use)]
        return Assessment.of(_to_decide(finding) for finding in found)

    def _onward(self, body: Mapping[str, Any]) -> list[Finding]:
        """Return the findings on passing something on; without a consent that covers it, one blocks.

        Basis: 36(3)
        """
        recipient = next(subject for subject in body["subjects"] if len(subject) == PARTY_CODE)
        act = ActId(next(subject for subject in body["subjects"] if subject != recipient))
        consent, purpose = "", str(body["purpose"])
        record = self.tx.acts.get(self.authority, act)
        if self.reader is not None and record is not None:
            state = self.reader.state(self.tx, record.case)
            consent = consent_onward(
                self.tx, self.authority, state, act, recipient=recipient, purpose=purpose, now=self.now
            )
        place = f"/acts/{act}"
        if not consent:
            told = {"onward": "consent"}
            blocks = Severity.BLOCKS
            return [
                Finding(code="limits.onward", severity=blocks, basis="36(3)", field=place, parameters=told)
            ]
        use = Use(step=Step.DISCLOSE, purpose=purpose, outside=True, consent=consent, at=self.now)
        return [_unless_onward(finding) for finding in self._package(act, use)]

    def _package(self, act_id: ActId, use: Use) -> tuple[Finding, ...]:
        """Return what stands in handling and limits of a delivered package; nothing for other acts."""
        record = self.tx.acts.get(self.authority, act_id)
        signed = parse_signed_act(record.signed) if record is not None else None
        body = parse_body(signed.act) if signed is not None else None
        if signed is None or not isinstance(body, DeliverBody):
            return ()
        place = f"/acts/{act_id}"
        handling = check_handling(Handling(body.handling), step=use.step, roles=_CLEARANCES, field=place)
        return (*handling.findings, *self._limits(signed, use, place))

    def _delivery(self, act_id: ActId, use: Use) -> tuple[Finding, ...]:
        record = self.tx.acts.get(self.authority, act_id)
        signed = parse_signed_act(record.signed) if record is not None else None
        body = parse_body(signed.act) if signed is not None else None
        if signed is None or not isinstance(body, DeliverBody):
            return ()
        return self._package(act_id, replace(use, consent=self._consent(signed)))

    def _consent(self, signed: SignedAct) -> str:
        """Return the consent of the sending State that covers a delivery, or "". Basis: 40(19)"""
        if self.reader is None:
            return ""
        state = self.reader.state(self.tx, signed.act.case)
        return consent_to(self.tx, self.authority, state, signed.act.id, now=self.now)

    def _limits(self, signed: SignedAct, use: Use, place: str) -> tuple[Finding, ...]:
        parts = open_parts(self.tx.acts.parts(self.authority, signed.act.id))
        data = next((part.data for part in parts if part.name == LIMITS), None)
        if data is None:
            return (Finding(code="limits.erased", severity=Severity.DECIDE, basis="36(2)", field=place),)
        return check_limits(parse_limits(parse_ijson(data), where=place), use, field=place).findings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDesk:
    """Releases of the officer's authority.

    Basis: PROTOCOL 11
    """

    place: Workplace

    def propose(self, actor: Actor, *, case: str, purpose: str) -> ReleaseView:
        """Propose that a case, with all its acts of this moment, leave as a court file.

        Raises:
            DeniedError: ``access.role``, ``access.purpose``.
            NotFoundError: ``case.unknown``.
        """
        self._require(actor, Action.CASE_EXPORT, purpose)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            made = self.releases(tx, actor).propose(
                tx,
                WayOut.EXPORT,
                case=CaseId(case),
                subjects=[record.act_id for record in tx.acts.of_case(actor.authority, CaseId(case))],
                purpose=purpose,
                officer=actor.officer,
            )
            self.place.journal.decision(tx, actor, action="release.propose", about=made.id, at=now)
            return self.view(tx, actor, made)

    def list(self, actor: Actor, *, purpose: str, case: str | None = None) -> tuple[ReleaseView, ...]:
        """Return the releases of the office, or of one case, newest first; the reading is logged first."""
        self._log_read(actor, "releases" if case is None else case, purpose)
        with self.place.store.snapshot() as tx:
            found = self.releases(tx, actor).list(tx)
            return tuple(self.view(tx, actor, one) for one in found if case in (None, one.case))

    def show(self, actor: Actor, *, release: str, purpose: str) -> ReleaseView:
        """Return one release: what it lets out, and what was found. The reading is in the log first.

        Raises:
            NotFoundError: ``release.unknown``.
        """
        self._log_read(actor, release, purpose)
        with self.place.store.snapshot() as tx:
            return self.view(tx, actor, self.releases(tx, actor).get(tx, ActId(release)))

    def decide(self, actor: Actor, *, release: str, finding: str, inner: str, outer: str = "") -> ReleaseView:
        """Decide by name that one open finding does not stand against the release.

        Args:
            actor: Who decides.
            release: Full id.
            finding: Key of the finding, or its code where only one has it.
            inner: The real reason; it never leaves the node.
            outer: What may be told.

        Raises:
            NotFoundError: ``release.unknown``, ``finding.unknown``.
            MalformedError: ``decision.reason``.
            DeniedError: ``gate.blocked``, ``officer.role``.
        """
        require_access(actor, Action.ACT_DECIDE, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            releases, wanted = self.releases(tx, actor), ActId(release)
            releases.decide(tx, wanted, finding=finding, officer=actor.officer, inner=inner, outer=outer)
            self.place.journal.decision(tx, actor, action="release.decide", about=release, at=now)
            return self.view(tx, actor, releases.get(tx, wanted))

    def approve(self, actor: Actor, *, release: str, reason: str) -> ReleaseView:
        """Approve a release with the officer's own key; with the last approval needed, it is closed.

        Raises:
            DeniedError: ``key.locked``, ``gate.blocked``, ``officer.role``.
            ConflictError: ``gate.undecided``: a finding still waits; ``approval.twice``.
            NotFoundError: ``release.unknown``.
        """
        require_access(actor, Action.ACT_APPROVE, realm=self.place.realm, owner=actor.authority)
        if actor.signer is None:
            raise DeniedError("key.locked", f"the key of {actor.officer} is not unlocked")
        if not reason.strip():
            raise MalformedError("decision.reason", "an approval needs a reason", where="reason")
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            releases, wanted = self.releases(tx, actor), ActId(release)
            held = releases.approve(tx, wanted, officer=actor.officer, signer=actor.signer, reasons=reason)
            if not _missing(held):
                releases.close(tx, wanted)
            self.place.journal.decision(tx, actor, action="release.approve", about=release, at=now)
            return self.view(tx, actor, held)

    def releases(self, tx: Transaction, actor: Actor) -> Releases:
        """Return what decides and judges every way out of the officer's authority, in a transaction."""
        me, place = address_of(tx, actor.authority), self.place
        reader = case_reader(tx, actor.authority, directory=place.directory)
        assessor = ReleaseAssessor(
            tx=tx, authority=actor.authority, now=place.clock.now(), realm=place.realm, reader=reader
        )
        return Releases(
            me=me,
            realm=place.realm,
            decisions=Decisions(
                me=me,
                realm=place.realm,
                directory=CaseDirectory(directory=place.directory, store=tx.exchange),
                assessor=assessor,
                clock=place.clock,
                entropy=place.entropy,
            ),
            reader=reader,
            clock=place.clock,
            house=place.house,
        )

    def _require(self, actor: Actor, action: Action, purpose: str) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose)

    def _log_read(self, actor: Actor, about: str, purpose: str) -> None:
        self._require(actor, Action.CASE_READ, purpose)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(tx, actor, action="release.read", about=about, purpose=purpose, at=now)

    def view(self, tx: Transaction, actor: Actor, held: Release) -> ReleaseView:
        """Return a release as it is shown; whoever calls it has logged the reading."""
        found = self.releases(tx, actor).assessment(tx, held.id)
        decisions = tx.acts.decisions(actor.authority, held.id)
        waiting = undecided(found, decisions, rules=RequestAssessor().rules_digest())
        return ReleaseView(
            release=held.id,
            case=held.case,
            way=held.way.value,
            purpose=held.purpose,
            proposed_at=held.at,
            acts=len(held.subjects),
            assessment=found,
            undecided=tuple(finding_key(finding) for finding in waiting),
            approved_by=tuple(parse_approval(envelope).officer for envelope in held.approvals),
            roles_missing=_missing(held),
            closed=tx.acts.gate(actor.authority, held.id) is not None,
            packages=tuple(sorted(held.subjects)) if held.way is WayOut.DESTRUCTION else (),
            withheld=held.withheld,
        )


def _unless_onward(finding: Finding) -> Finding:
    """Leave a limit that forbids passing on as it is: no officer decides it away. Basis: 36(3)"""
    return finding if finding.code in _FIRM else _to_decide(finding)


def _to_decide(finding: Finding) -> Finding:
    blocks = finding.severity is Severity.BLOCKS
    return replace(finding, severity=Severity.DECIDE) if blocks else finding


def _missing(held: Release) -> tuple[str, ...]:
    return missing_roles(PERSONS, [parse_approval(envelope).role for envelope in held.approvals])
