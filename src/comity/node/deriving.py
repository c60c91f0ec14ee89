"""The desk for derived exhibits: a copy that was worked on is a package of its own, beside the originals.

The label names each exhibit it was made from, by its digest, and the operation; the original stays as it is.
Handling and limits go with it: a derived exhibit is never handled with less care, a redacted one only by a
named decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comity.cases.decisions import approving_role
from comity.cases.gate import finding_key
from comity.cases.ports import SALT_SIZE, DecisionRecord
from comity.evidence.custody import CustodyAct, CustodyStep
from comity.evidence.errors import child_abuse_refused
from comity.evidence.exhibits import Exhibit
from comity.evidence.handling import Handling, Step, require_lawful
from comity.evidence.label import Derivation, PackageLabel, Parent
from comity.evidence.limits import Limits, Use
from comity.evidence.listing import unpacked
from comity.evidence.ports import BlobStore
from comity.evidence.records import PackageRecord
from comity.evidence.sealing import SealedPackage
from comity.evidence.service import Vault, check_use, require_use
from comity.evidence.touches import Particulars, require_here
from comity.kernel.agefile import Identity
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError
from comity.kernel.findings import Finding, Severity
from comity.kernel.ids import ActId, CaseId
from comity.node.access import Action, require_access
from comity.node.assessing import RequestAssessor
from comity.node.custodybook import CustodyBook
from comity.node.packages import keep_package, package_of, require_store_key
from comity.node.ports import Transaction
from comity.node.sealed import seal_view
from comity.node.seams import CaseDirectory, case_reader
from comity.node.terms import consent_to
from comity.node.views import Actor, SealView
from comity.node.workplace import Workplace

CARE = (Handling.ORDINARY, Handling.INTIMATE, Handling.PRIVILEGED, Handling.CLASSIFIED)
"""Classes from the least care to the most; child abuse is never derived from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was done to exhibits, to make others from them.

    Attributes:
        parents: ``BAG`` for all exhibits of a package, or ``BAG:1,3``, by full bag roots.
        operation: What was done, in words.
        redacted: Whether something was taken out or made unreadable.
        handling: Class of what was made; empty for that of the parents.
        tool: With which tool, and its version.
        where: Where, in words.
        decisions: A reason for each finding that a named officer has to decide, by code.
    """

    parents: tuple[str, ...]
    operation: str
    redacted: bool = False
    handling: str = ""
    tool: tuple[str, str] = ("", "")
    where: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """One parent package with the exhibits that were worked on."""

    record: PackageRecord
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivingDesk:
    """Derived exhibits of the officer's authority.

    Basis: PROTOCOL 25; ISO/IEC 27037
    """

    place: Workplace
    vault: Vault = field(repr=False)
    blobs: BlobStore = field(repr=False)
    tool: tuple[str, str]

    def derive(
        self, actor: Actor, *, case: str, sources: Sequence[str], work: Work, purpose: str
    ) -> SealView:
        """Seal what was made from exhibits as a package of its own; the originals stay as they are.

        Args:
            actor: Who made it; whoever decides a finding is named too.
            case: Full id of the case.
            sources: Paths of what was made.
            work: From what, and how.
            purpose: What the work is for.

        Raises:
            NotFoundError: ``package.absent``, ``exhibit.absent``.
            ConflictError: ``derive.undecided``: a finding waits for a reason; ``derive.unopened``;
                ``derive.limits``: the parents have different limits; ``package.gone``.
            DeniedError: ``evidence.use_refused``, ``handling.child_abuse_refused``, ``access.…``.
            MalformedError: ``derive.parents``, ``derive.operation``, ``derive.handling``.

        Basis: PROTOCOL 25; 40(19)
        """
        require_access(
            actor, Action.EVIDENCE_DERIVE, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            self.place.journal.read(
                tx, actor, action=Action.EVIDENCE_DERIVE.value, about=case, purpose=purpose, at=now
            )
        with self.place.store.snapshot() as tx:
            found = self._parents(tx, actor, case, work.parents)
            limits = _limits_of(found)
            handling = _handling_of(found, work)
            decided = self._decided(tx, actor, found, work, handling=handling, purpose=purpose)
        label = PackageLabel(
            realm=self.place.realm,
            case=CaseId(case),
            authority=actor.authority,
            sealed_at=now,
            handling=handling,
            limits=limits,
            derived=_derivation(found, work),
        )
        book = CustodyBook(place=self.place, tool=self.tool)
        step = CustodyStep.REDACTED if work.redacted else CustodyStep.DERIVED
        made = CustodyBook(place=self.place, tool=work.tool).act(
            actor, step, work.operation, at=now, where=work.where
        )
        identity = self.place.keys.store_identity(actor.authority)
        sealed = self.vault.seal(
            [source.encode("utf-8", "surrogateescape") for source in sources],
            to=self.blobs.create(),
            recipients=[identity.public],
            label=label,
            acts=[made, book.act(actor, CustodyStep.SEALED, "made from other exhibits", at=now)],
        )
        self._keep(actor, sealed, found, made, identity=identity, decided=decided, work=work)
        return seal_view(sealed, path=sealed.piece_root, label="")

    def _keep(
        self,
        actor: Actor,
        sealed: SealedPackage,
        found: Sequence[_Found],
        made: CustodyAct,
        *,
        identity: Identity,
        decided: Sequence[Finding],
        work: Work,
    ) -> None:
        """Keep the new package, who decided what about it, and an event on each package it was made from."""
        book = CustodyBook(place=self.place, tool=self.tool)
        case = CaseId(sealed.label.case or "")
        with self.place.store.transaction() as tx:
            for one in found:
                require_here(book.touches(tx, one.record), where=one.record.bag_root)
            require_store_key(self.place.keys, actor.authority, identity.public)
            kept = keep_package(tx, actor.authority, sealed, case=case, at=made.at, suite=identity.suite)
            about = sealed.bag_root
            self.place.journal.decision(tx, actor, action="evidence.seal", about=about, at=made.at)
            self._keep_decisions(tx, actor, kept, decided=decided, work=work)
            for one in found:
                more = Particulars(
                    operation=work.operation.strip(),
                    exhibits=tuple(exhibit.number for exhibit in one.exhibits),
                    child=sealed.bag_root,
                )
                book.add(tx, one.record, made, more=more)

    def _parents(self, tx: Transaction, actor: Actor, case: str, named: Sequence[str]) -> tuple[_Found, ...]:
        if not named or len({text.partition(":")[0] for text in named}) != len(named):
            raise MalformedError(
                "derive.parents",
                "name each package once from which this was made",
                hint="write BAG for all its exhibits, or BAG:1,3",
                where="--from",
            )
        book = CustodyBook(place=self.place)
        found = []
        for text in named:
            bag_root, _, numbers = text.partition(":")
            record = package_of(tx, actor.authority, case, bag_root)
            require_here(book.touches(tx, record), where=bag_root)
            if not record.exhibits:
                raise ConflictError(
                    "derive.unopened",
                    "what stands in this package is not known here before it was opened",
                    hint="open the delivery first",
                    where=bag_root,
                )
            exhibits = unpacked(record.exhibits)[1]
            found.append(_Found(record=record, exhibits=_chosen(exhibits, numbers, bag_root)))
        return tuple(found)

    def _decided(
        self,
        tx: Transaction,
        actor: Actor,
        found: Sequence[_Found],
        work: Work,
        *,
        handling: Handling,
        purpose: str,
    ) -> tuple[Finding, ...]:
        """Return the findings that the officer decides by name; raise where one blocks or waits."""
        now = self.place.clock.now()
        reader = case_reader(tx, actor.authority, directory=self.place.directory)
        open_ones: list[Finding] = []
        for one in found:
            case, delivery = one.record.case, one.record.delivery
            state = reader.state(tx, case) if case is not None else None
            consent = (
                consent_to(tx, actor.authority, state, delivery, now=now)
                if state is not None and delivery is not None
                else ""
            )
            use = Use(step=Step.DERIVE, purpose=purpose, consent=consent, at=now)
            found_here = check_use(one.exhibits, use=use, roles=frozenset(actor.roles))
            require_use(found_here)
            open_ones += found_here.to_decide
        strictest = max((CARE.index(x.handling) for one in found for x in one.exhibits), default=0)
        if CARE.index(handling) < strictest:
            parameters = {"handling": CARE[strictest].value, "step": Step.DERIVE.value}
            lowered = Finding(
                code="handling.decide", severity=Severity.DECIDE, basis="24(1)", parameters=parameters
            )
            open_ones += [] if "handling.decide" in [x.code for x in open_ones] else [lowered]
        waiting = sorted({x.code for x in open_ones if not work.decisions.get(x.code, "").strip()})
        if waiting:
            raise ConflictError(
                "derive.undecided",
                f"a named officer has to decide: {', '.join(waiting)}",
                hint="give a reason for each with --decide CODE=proceed:REASON",
                where=waiting[0],
            )
        return tuple(open_ones)

    def _keep_decisions(
        self,
        tx: Transaction,
        actor: Actor,
        record: PackageRecord,
        *,
        decided: Sequence[Finding],
        work: Work,
    ) -> None:
        if not decided:
            return
        now = self.place.clock.now()
        people = CaseDirectory(directory=self.place.directory, store=tx.exchange)
        person = people.officer(self.place.root(tx), actor.officer, at=now)
        if person is None:
            raise NotFoundError("officer.absent", f"{actor.officer} is no officer of this node")
        for finding in decided:
            tx.acts.put_decision(
                DecisionRecord(
                    authority=actor.authority,
                    case=CaseId(record.case or ""),
                    act_id=ActId(record.bag_root),
                    finding=finding_key(finding),
                    severity=Severity.DECIDE,
                    officer=actor.officer,
                    role=approving_role(person),
                    inner=work.decisions[finding.code],
                    inner_salt=self.place.entropy.bytes(SALT_SIZE),
                    outer="",
                    rules=RequestAssessor().rules_digest(),
                    at=now,
                )
            )
        self.place.journal.decision(tx, actor, action="derive.decide", about=record.bag_root, at=now)


def _chosen(exhibits: Sequence[Exhibit], numbers: str, where: str) -> tuple[Exhibit, ...]:
    if not numbers:
        return tuple(exhibits)
    wanted = {text.strip() for text in numbers.split(",")}
    known = {str(exhibit.number): exhibit for exhibit in exhibits}
    if not wanted <= set(known):
        missing = sorted(wanted - set(known))[0]
        raise NotFoundError(
            "exhibit.absent", f"the package has no exhibit {missing[:20]!r}", where=where[:64]
        )
    return tuple(exhibit for exhibit in exhibits if str(exhibit.number) in wanted)


def _limits_of(found: Sequence[_Found]) -> Limits:
    limits = {exhibit.limits for one in found for exhibit in one.exhibits}
    if len(limits) != 1:
        raise ConflictError(
            "derive.limits",
            "these exhibits were given under different limits",
            hint="derive from each on its own",
        )
    return limits.pop()


def _handling_of(found: Sequence[_Found], work: Work) -> Handling:
    classes = [exhibit.handling for one in found for exhibit in one.exhibits]
    require_lawful(classes)
    strictest = max(classes, key=CARE.index)
    if not work.handling:
        return strictest
    if work.handling == Handling.CHILD_ABUSE.value:
        raise child_abuse_refused()
    known = {one.value: one for one in CARE}
    wanted = known.get(work.handling)
    if wanted is None or (not work.redacted and CARE.index(wanted) < CARE.index(strictest)):
        raise MalformedError(
            "derive.handling",
            f"what is made from {strictest.value} exhibits is not handled as {work.handling[:20]!r}",
            hint="only what was redacted may be handled with less care, by a named decision",
            where="--handling",
        )
    return wanted


def _derivation(found: Sequence[_Found], work: Work) -> Derivation:
    parents = tuple(
        Parent(bag_root=one.record.bag_root, number=exhibit.number, sha256=exhibit.sha256)
        for one in found
        for exhibit in one.exhibits
    )
    try:
        return Derivation(
            operation=work.operation.strip(),
            redacted=work.redacted,
            parents=parents,
            tool=work.tool[0].strip(),
            tool_version=work.tool[1].strip(),
        )
    except ValueError as exc:
        raise MalformedError("derive.operation", str(exc), where="--operation") from exc
