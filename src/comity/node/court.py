"""The desk for court files: a whole case taken out, so that a court, or the defence, can check it alone."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from comity.cases.attested import is_outside
from comity.cases.courtcontents import (
    BagFile,
    CourtAct,
    CourtContents,
    CourtDelivery,
    CourtParty,
    HeldBack,
    WithheldItem,
)
from comity.cases.courtfile import plan_court_file
from comity.cases.desk import CaseReader
from comity.cases.gate import WayOut
from comity.cases.parts import open_parts
from comity.cases.state import CaseState
from comity.cases.wire import SignedAct
from comity.evidence.custody import CustodyStep
from comity.evidence.exhibits import Exhibit, stored_name
from comity.evidence.handling import RULES, Step
from comity.evidence.limits import Use
from comity.evidence.listing import unpacked
from comity.evidence.records import PackageRecord
from comity.evidence.service import check_use, require_use
from comity.evidence.touches import Particulars, gone_by, require_here
from comity.kernel.clock import Instant
from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.ids import ActId, CaseId, Fingerprint
from comity.node.access import Action, require_access
from comity.node.courtproofs import Witnessing, custody_of, decision_of
from comity.node.exhibits import EvidenceDesk
from comity.node.onward import OnwardDesk
from comity.node.packages import package_terms
from comity.node.ports import EvidenceFiles, Transaction
from comity.node.releasing import ReleaseDesk
from comity.node.sealed import exhibit_views
from comity.node.seams import address_of, case_reader
from comity.node.terms import consent_to
from comity.node.views import Actor, CourtView
from comity.node.withholding import Item, asked, by_place, named, require_exhibits
from comity.node.workplace import Workplace

DELIVER = "evidence.deliver"
CONFIDENTIAL = "40(20)"
_EVENTS = {Step.EXPORT: CustodyStep.EXPORTED, Step.DISCLOSE: CustodyStep.DISCLOSED}
KNOWN_FAULTS: tuple[str, ...] = ()
"""Known faults of this version that bear on a court file, one sentence each: a court has to learn of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtDesk:
    """Court files of the officer's authority.

    Attributes:
        tool: Name and version of this software, which the file tells.
    """

    place: Workplace
    evidence: EvidenceDesk = field(repr=False)
    files: EvidenceFiles = field(repr=False)
    tool: tuple[str, str]

    @property
    def releases(self) -> ReleaseDesk:
        """The desk that decides what may leave."""
        return ReleaseDesk(place=self.place)

    @property
    def onward(self) -> OnwardDesk:
        """The desk for what goes to a third State."""
        return OnwardDesk(place=self.place, evidence=self.evidence, releases=self.releases)

    def export(
        self,
        actor: Actor,
        *,
        case: str,
        purpose: str,
        out: str,
        withhold: Sequence[str] = (),
        release: str | None = None,
    ) -> CourtView:
        """Write the court file of a case.

        Args:
            actor: Who exports; whoever withholds is named in the file.
            case: Full id of the case.
            purpose: Why; it is in the log before anything is read.
            out: File to write.
            withhold: ``ACT`` for a delivered bag, ``ACT/3`` for its third exhibit, ``ACT/part`` for a part,
                each with ``=ground`` behind it.
            release: The closed release that decided it; a live node demands one.

        Raises:
            DeniedError: ``way_out.no_decision``; handling or limits forbid the export.
            ConflictError: ``file.exists``; ``court.grown``: an act came in while the file was made.

        Basis: PROTOCOL 11, 18, 22, 25
        """
        self._require(actor, purpose)
        now = self.place.clock.now()
        with self.place.store.transaction() as tx:
            acts = [record.act_id for record in tx.acts.of_case(actor.authority, CaseId(case))]
            self.releases.releases(tx, actor).require_way_out(
                tx,
                WayOut.EXPORT,
                case=CaseId(case),
                decided_by=ActId(release) if release else None,
                subjects=acts,
                purpose=purpose,
            )
            self.place.journal.read(
                tx, actor, action=Action.CASE_EXPORT.value, about=case, purpose=purpose, at=now
            )
        order = Leaving(
            actor=actor,
            case=CaseId(case),
            acts=frozenset(acts),
            purpose=purpose,
            withhold=tuple(withhold),
            decision=release or "",
            at=now,
        )
        return self.write(order, out)

    def write(self, order: "Leaving", out: str) -> CourtView:
        """Write what leaves into a new file; whoever calls it has passed the gate.

        The events of custody are durable before the file has its name.

        Raises:
            DeniedError: handling or limits forbid it.
            ConflictError: ``file.exists``, ``court.grown``.
        """
        with ExitStack() as rooms:
            contents, held = self._contents(order, rooms)
            signer = self.place.keys.signer(f"{order.actor.authority}/act")
            plan = plan_court_file(contents, signer=signer, at=order.at)
            writer = self.files.writer(out)
            try:
                digest = plan.write(writer)
                self._write_events(order, [record for record, _ in held], digest)
                writer.commit("")
            finally:
                writer.abort()
        return CourtView(
            path=out,
            case=order.case,
            exhibits=tuple(view for _, shown in held for view in exhibit_views(shown)),
            withheld=tuple(named(item) for item in contents.withheld),
            sha256=digest,
        )

    def _write_events(self, order: "Leaving", records: Sequence[PackageRecord], digest: str) -> None:
        book, step = self.evidence.book, _EVENTS[order.step]
        more = Particulars(to=order.to, decision=order.decision, digest=digest)
        with self.place.store.transaction() as tx:
            for record in records:
                require_here(book.touches(tx, record), where=record.bag_root)
                book.add(tx, record, book.act(order.actor, step, order.purpose, at=order.at), more=more)

    def _require(self, actor: Actor, purpose: str) -> None:
        require_access(
            actor, Action.CASE_EXPORT, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )

    def _contents(
        self, order: "Leaving", rooms: ExitStack
    ) -> tuple[CourtContents, list[tuple[PackageRecord, tuple[Exhibit, ...]]]]:
        actor, case = order.actor, order.case
        with self.place.store.transaction() as tx:
            reader, me = self._reader(tx, actor), address_of(tx, actor.authority)
            thread, state = reader.read(tx, case)
            if {act.id for act in thread.order} - order.acts:
                raise ConflictError(
                    "court.grown",
                    "an act came in while the court file was made",
                    hint="export again; on a live node release the case anew, with that act",
                    where=case,
                )
            signed = [reader.signed(tx, act.id) for act in thread.order]
            withheld = self.withheld(tx, order, state, signed) if order.fixed is None else order.fixed
            hidden = {(item.act_id, item.part, item.exhibit) for item in withheld}
            signer = self.place.keys.signer(f"{actor.authority}/log")
            seen = Witnessing(tx=tx, place=self.place, office=actor.authority, signer=signer)
            court_acts = tuple(self._court_act(tx, seen, act, hidden) for act in signed)
            parties = tuple(
                self._party(tx, root)
                for root in sorted(
                    {end.root for end in state.participants if not is_outside(end, self.place.realm)}
                )
            )
            kept = [
                record
                for act in signed
                if act.act.kind == DELIVER
                and (record := tx.evidence.delivered(actor.authority, act.act.id)) is not None
            ]
            for record in kept:
                seen.add_stamp(record.bag_root)
            records = [record for record in kept if (record.delivery, None, None) not in hidden]
            others = [tx.evidence.package(actor.authority, one.bag_root) for one in order.others]
            releases = self.releases.releases(tx, actor)
            every = [*kept, *(one for one in others if one is not None)]
            custody = custody_of(tx, self.evidence.book, releases, every)
            decision = decision_of(tx, releases, order.decision) if order.decision else None
        delivered = [self._delivery(order, record, withheld, rooms) for record in records]
        contents = CourtContents(
            realm=self.place.realm,
            case=case,
            sealed_by=me,
            acts=court_acts,
            parties=parties,
            deliveries=tuple(delivery for delivery, _ in delivered),
            withheld=withheld,
            others=order.others,
            custody=custody,
            stamps=seen.stamps,
            release=decision,
            way=order.way,
            version=" ".join(self.tool),
            bugs=KNOWN_FAULTS,
        )
        return contents, list(zip(records, [shown for _, shown in delivered], strict=True))

    def _court_act(self, tx: Transaction, seen: Witnessing, signed: SignedAct, hidden: set[Item]) -> CourtAct:
        act = signed.act
        parts = open_parts(tx.acts.parts(seen.office, act.id))
        held = tx.acts.receipt(seen.office, CaseId(act.case), act.id, signer=act.to)
        return CourtAct(
            signed=signed,
            parts=tuple(part for part in parts if (act.id, part.name, None) not in hidden),
            receipt=None if held is None else held.receipt or None,
            leaves=seen.leaves(signed),
        )

    def _party(self, tx: Transaction, root: Fingerprint) -> CourtParty:
        party = self.place.directory.party(tx.exchange, root)
        return CourtParty(code=party.party, roots=tx.exchange.roots(root), entries=tx.exchange.entries(root))

    def _delivery(
        self, order: "Leaving", record: PackageRecord, withheld: Sequence[WithheldItem], rooms: ExitStack
    ) -> tuple[CourtDelivery, tuple[Exhibit, ...]]:
        actor, purpose = order.actor, order.purpose
        folder = rooms.enter_context(self.files.scratch())
        bag = self.evidence.checked_bag(actor, record, purpose=purpose, folder=folder)
        use = Use(step=order.step, purpose=purpose, consent=self._consent(order, record), at=order.at)
        if record.delivery is None:
            raise NotFoundError("delivery.absent", "the package was not delivered")
        gone = {item.exhibit for item in withheld if item.act_id == record.delivery and item.exhibit}
        require_exhibits(gone, among=len(bag.exhibits), where=record.delivery)
        shown = tuple(exhibit for exhibit in bag.exhibits if exhibit.number not in gone)
        require_use(check_use(shown, use=use, roles=frozenset(actor.roles)))
        known = {exhibit.stored_name: exhibit.sha256 for exhibit in bag.exhibits}
        hidden = {stored_name(number) for number in gone}
        files = (file for file in self._bag_files(folder, known) if file.name not in hidden)
        return CourtDelivery(act_id=record.delivery, files=tuple(files)), shown

    def _consent(self, order: "Leaving", record: PackageRecord) -> str:
        """Return the consent of the sending State that covers a package, or "". Basis: 40(19)"""
        authority, delivery = order.actor.authority, record.delivery
        if delivery is None:
            return ""
        with self.place.store.snapshot() as tx:
            state = self._reader(tx, order.actor).state(tx, order.case)
            return consent_to(tx, authority, state, delivery, now=order.at)

    def _bag_files(self, folder: str, known: Mapping[str, str]) -> Iterator[BagFile]:
        for name, size in self.files.sizes(folder).items():
            digest = known.get(name) or _digest(self.files.chunks(folder, name))
            yield BagFile(
                name=name,
                size=size,
                sha256=digest,
                chunks=_Chunks(files=self.files, folder=folder, name=name),
            )

    def withheld(
        self, tx: Transaction, order: "Leaving", state: CaseState, signed: Sequence[SignedAct]
    ) -> tuple[WithheldItem, ...]:
        """Return what does not leave: erased, destroyed, forbidden, secret, or asked to be withheld."""
        actor = order.actor
        found: dict[Item, str] = {}
        for act in signed:
            readable = {part.name for part in open_parts(tx.acts.parts(actor.authority, act.act.id))}
            found |= {
                (act.act.id, part.name, None): "erased" for part in act.act.parts if part.name not in readable
            }
            if act.act.kind == DELIVER and (ground := self._ground(tx, order, act)):
                found[act.act.id, None, None] = ground
        found |= {
            (request.id, "form", None): CONFIDENTIAL
            for request in state.requests
            if request.to.authority == actor.authority
            and request.confidential_until is not None
            and order.at < request.confidential_until
        }
        for text in order.withhold:
            found |= self._asked(tx, actor, text, signed)
        return tuple(
            WithheldItem(
                act_id=act,
                part=part,
                exhibit=number,
                ground=ground,
                decided_by=actor.officer,
                at=order.at,
                decision=order.decision,
            )
            for (act, part, number), ground in sorted(found.items(), key=lambda one: by_place(one[0]))
            if number is None or (act, None, None) not in found  # a bag that stays stays whole
        )

    def _asked(
        self, tx: Transaction, actor: Actor, text: str, signed: Sequence[SignedAct]
    ) -> dict[Item, str]:
        """Return what a text asks to be withheld; an exhibit is one of its bag, where that is known."""
        found = asked(text, signed)
        for act_id, _, number in found:
            record = None if number is None else tx.evidence.delivered(actor.authority, ActId(act_id))
            if record is not None and record.exhibits and number is not None:
                require_exhibits({number}, among=len(unpacked(record.exhibits)[1]), where=act_id)
        return found

    def _ground(self, tx: Transaction, order: "Leaving", act: SignedAct) -> str:
        """Return why a delivered bag cannot leave, or "". Basis: PROTOCOL 25"""
        record = tx.evidence.delivered(order.actor.authority, act.act.id)
        if record is None:
            return "not yet received"
        gone = gone_by(self.evidence.book.touches(tx, record))
        if gone is not None:
            return f"{gone.act.step.value}; event of custody {gone.digest}"
        handling, _ = package_terms(tx, order.actor.authority, record)
        if order.fixed is None and order.step is Step.DISCLOSE and order.step in RULES[handling].forbidden:
            return f"{handling.value}: inspected under supervision"
        return ""

    def _reader(self, tx: Transaction, actor: Actor) -> CaseReader:
        return case_reader(tx, actor.authority, directory=self.place.directory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What leaves as one file: who, of which case, for what, and what does not.

    Attributes:
        acts: The acts that passed the gate.
        withhold: What is asked to be withheld, ``ACT[/part]=ground``.
        at: When.
        decision: Id of the release; empty where none stands behind it.
        step: ``export`` for a court file, ``disclose`` for a disclosure.
        to: Who gets it; empty where that is not told.
        fixed: What is withheld as it was approved; None to find it.
        others: Packages that no act delivered, as they are listed.
        way: ``disclosure``, or empty.
    """

    actor: Actor
    case: CaseId
    acts: frozenset[ActId]
    purpose: str
    withhold: tuple[str, ...] = ()
    at: Instant
    decision: str = ""
    step: Step = Step.EXPORT
    to: str = ""
    fixed: tuple[WithheldItem, ...] | None = None
    others: tuple[HeldBack, ...] = ()
    way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunks:
    """Returns the content of one file, each time it is called."""

    files: EvidenceFiles
    folder: str
    name: str

    def __call__(self) -> Iterator[bytes]:
        return self.files.chunks(self.folder, self.name)


def _digest(chunks: Iterator[bytes]) -> str:
    state = hashlib.sha256()
    for chunk in chunks:
        state.update(chunk)
    return state.hexdigest()
