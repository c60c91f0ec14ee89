"""The desk that seals for a case, and goes on where sealing was interrupted.

What was ordered is kept before the first byte is sealed. After a crash the same order is carried out to its
end, by any officer of the office who may seal; the gate is passed again before anything goes to others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from comity.cases.desk import matter_of
from comity.cases.gate import WayOut, require_way_out
from comity.evidence.custody import MOST_TEXT, CustodyStep
from comity.evidence.handling import Handling
from comity.evidence.label import PackageLabel
from comity.evidence.limits import AtEnd, Limits
from comity.evidence.ports import KeptSealing, SealingRoom
from comity.evidence.records import PackageRecord
from comity.evidence.resuming import SealingPlan
from comity.evidence.sealing import SEGMENT, SealedPackage, Sealing, SealOrder
from comity.evidence.service import Vault
from comity.evidence.touches import Particulars
from comity.evidence.wire import limits_value, parse_limits
from comity.kernel.agekeys import suite_of
from comity.kernel.clock import DAY, Instant
from comity.kernel.errors import (
    ComityError,
    MalformedError,
    NotFoundError,
    UnavailableError,
)
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.node.access import Action, require_access
from comity.node.copies import Copier, recipient_keys
from comity.node.custodybook import CustodyBook
from comity.node.halting import halts
from comity.node.packages import keep_package
from comity.node.ports import Transaction
from comity.node.sealed import UnfinishedView, seal_view
from comity.node.seams import case_reader
from comity.node.terms import agreed_conditions
from comity.node.views import Actor, SealView
from comity.node.workplace import Workplace
from comity.requests.kinds import is_request
from comity.requests.limits import limits_of
from comity.requests.wire import parse_part

RETENTION = 3 * 365 * DAY
"""How long the receiver may keep evidence when the sealing office says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingWish:
    """What an officer wants sealed; see ``EvidenceDesk.seal``."""

    sources: tuple[str, ...]
    case: str
    request: str
    handling: str = Handling.ORDINARY.value
    limits: Mapping[str, Any] = field(default_factory=dict)
    out: str = ""
    to: tuple[str, ...] = ()
    segment: int = SEGMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingDesk:
    """Seals packages of the officer's authority.

    Attributes:
        sealings: Where they are kept while they are under way.
        copier: Writes copies of what was sealed.
        book: Where events of custody are written.
    """

    place: Workplace
    vault: Vault = field(repr=False)
    sealings: SealingRoom = field(repr=False)
    copier: Copier = field(repr=False)
    book: CustodyBook = field(repr=False)

    def seal(
        self, actor: Actor, wish: SealingWish, *, tell: Callable[[Sealing], None] | None = None
    ) -> SealView:
        """Seal files and folders for a request, to this office's own key.

        Basis: PROTOCOL 11, 21, 25
        """
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)
        now = self.place.clock.now()
        identity = self.place.keys.store_identity(actor.authority)
        with self.place.store.snapshot() as tx:
            limits = self._limits(tx, actor.authority, ActId(wish.request), case=wish.case, given=wish.limits)
            if wish.to:
                self._released(tx, actor.authority, CaseId(wish.case), ActId(wish.request))
            for text in wish.to:
                recipient_keys(self.place, tx, text)
        label = PackageLabel(
            realm=self.place.realm,
            case=CaseId(wish.case),
            authority=actor.authority,
            sealed_at=now,
            handling=_handling(wish.handling),
            limits=limits,
        )
        act = self.book.act(actor, CustodyStep.SEALED, "answer to a request", at=now)
        order = SealOrder(
            sources=tuple(source.encode("utf-8", "surrogateescape") for source in wish.sources),
            recipients=(identity.public,),
            label=label,
            acts=(act,),
            segment=wish.segment,
        )
        task = {"request": wish.request, "out": wish.out, "to": list(wish.to)}
        return self._carry_out(actor, self._begun(actor, order, task, at=now), tell=tell)

    def _begun(self, actor: Actor, order: SealOrder, task: Mapping[str, Any], *, at: Instant) -> KeptSealing:
        """Order a sealing to the newest store key; a rotation in between is seen, or sees the order."""
        keys, office = self.place.keys, actor.authority
        while True:
            identity = keys.store_identity(office)
            order = replace(order, recipients=(identity.public,))
            plan = SealingPlan(
                name=self.place.entropy.bytes(16).hex(), began=at, order=order, task=dict(task)
            )
            kept = self.sealings.begin(plan, identity=identity)
            if keys.store_identity(office).public == identity.public:
                return kept
            kept.abort()
            self.sealings.drop(plan.name)

    def unfinished(self, actor: Actor) -> tuple[UnfinishedView, ...]:
        """Return the sealings of the officer's authority that were interrupted, the oldest first."""
        require_access(actor, Action.EVIDENCE_SEAL, realm=self.place.realm, owner=actor.authority)
        return tuple(unfinished_view(plan) for plan in self._plans(actor))

    def resume(self, actor: Actor, *, name: str, tell: Callable[[Sealing], None] | None = None) -> SealView:
        """Go on with a sealing that was interrupted; at most the exhibit in progress is read again.

        Raises:
            NotFoundError: ``seal.none_unfinished``.
            ConflictError: ``seal.running``.
            Others: as :meth:`seal`.

        Basis: PROTOCOL 11, 21
        """
        self.require(actor, name)
        held = self.place.keys.store_identities(actor.authority)
        return self._carry_out(actor, self.sealings.resume(name, identities=held), tell=tell)

    def drop(self, actor: Actor, *, name: str) -> None:
        """Throw a sealing away that was interrupted, with its ciphertext."""
        self.require(actor, name)
        self.sealings.drop(name)

    def _plans(self, actor: Actor) -> tuple[SealingPlan, ...]:
        plans = self.sealings.unfinished()
        return tuple(plan for plan in plans if plan.order.label.authority == actor.authority and not plan.out)

    def require(self, actor: Actor, name: str) -> UnfinishedView:
        """Return an interrupted sealing of the officer's authority.

        Raises:
            NotFoundError: ``seal.none_unfinished``.
        """
        found = [one for one in self.unfinished(actor) if one.name == name]
        if not found:
            raise NotFoundError(
                "seal.none_unfinished",
                "there is no interrupted sealing of this name",
                hint="'comity evidence resume' without a name tells which there are",
                where=name[:64],
            )
        return found[0]

    def _carry_out(
        self, actor: Actor, kept: KeptSealing, *, tell: Callable[[Sealing], None] | None
    ) -> SealView:
        label, task = kept.plan.order.label, kept.plan.task
        case, to, out = label.case, [str(text) for text in task["to"]], str(task["out"])
        if case is None:
            raise ValueError("an office seals for a case")
        sealed = carried_out(kept, lambda: self.vault.carry_out(kept, tell=tell), drop=self.sealings.drop)
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            suite = suite_of(kept.plan.order.recipients)
            record = keep_package(tx, actor.authority, sealed, case=case, at=now, suite=suite)
            self.place.journal.decision(tx, actor, action="evidence.seal", about=sealed.bag_root, at=now)
        self.sealings.drop(kept.plan.name)
        if out:
            with self.place.store.snapshot() as tx:
                keys = [key for text in to for key in recipient_keys(self.place, tx, text)]
            self._write_copy(actor, record, request=ActId(str(task["request"])), out=out, to=to, keys=keys)
        return seal_view(sealed, path=out or sealed.piece_root, label="")

    def _released(self, tx: Transaction, authority: AuthorityId, case: CaseId, request: ActId) -> None:
        """Pass the gate that a copy for somebody else needs: the decision to transmit stands behind it."""
        state = case_reader(tx, authority, directory=self.place.directory).state(tx, case)
        asked = state.request(request)
        decided = asked.decisions[-1].act if asked is not None and asked.decisions else None
        gate = tx.acts.gate(authority, decided) if decided is not None else None
        stops = halts(tx, self.place, authority, case, request=request)
        require_way_out(WayOut.SEAL, realm=self.place.realm, case=case, gate=gate, state=state, halts=stops)

    def _limits(
        self, tx: Transaction, authority: AuthorityId, request: ActId, *, case: str, given: Mapping[str, Any]
    ) -> Limits:
        matter = matter_of(tx, authority, request)
        held = tx.acts.get(authority, request)
        if matter is None or held is None or held.case != case:
            raise NotFoundError("request.absent", "the case has no such request", where=request)
        if not is_request(matter.kind):
            raise MalformedError("request.kind", "this act is no request", where=request)
        form = parse_part(matter.kind, matter.parts["form"])
        follows = limits_of(
            form, retain_until=Instant(self.place.clock.now() + RETENTION), at_end=AtEnd.DESTROY
        )
        state = case_reader(tx, authority, directory=self.place.directory).state(tx, CaseId(case))
        agreed = agreed_conditions(tx, authority, state.request(request))
        value = limits_value(replace(follows, conditions=(*follows.conditions, *agreed)))
        return parse_limits({**(value if isinstance(value, dict) else {}), **given}, where="/limits")

    def _write_copy(
        self,
        actor: Actor,
        record: PackageRecord,
        *,
        request: ActId,
        out: str,
        to: Sequence[str],
        keys: Sequence[bytes],
    ) -> None:
        """Write the sealed file, through the gate once more where it is for others."""
        with self.place.store.transaction() as tx:
            if to and record.case is not None:  # a challenge may have been lodged meanwhile
                self._released(tx, actor.authority, record.case, request)
            note_copy(self.book, tx, actor, record, "the sealed file", to=", ".join(to))
        self.copier.copy(actor.authority, record.piece_root, out=out, recipients=keys)


def note_copy(
    book: CustodyBook, tx: Transaction, actor: Actor, record: PackageRecord, reason: str, *, to: str = ""
) -> None:
    """Write the event of a copy before its first byte is written."""
    made = book.act(actor, CustodyStep.COPIED, reason, at=book.place.clock.now())
    book.add(tx, record, made, more=Particulars(to=to[:MOST_TEXT]))


def carried_out(
    kept: KeptSealing, seal: Callable[[], SealedPackage], *, drop: Callable[[str], None]
) -> SealedPackage:
    """Seal; where it fails for good, drop what was begun, and where it was interrupted, leave it to go on."""
    try:
        return seal()
    except UnavailableError as exc:
        exc.hint = exc.hint or f"when that is mended: comity evidence resume {kept.plan.name}"
        raise
    except ComityError as exc:
        begun = isinstance(exc, NotFoundError) and kept.held() is not None
        kept.abort()
        if begun:  # a disk that is not there today is no reason to throw away what was read from it
            exc.hint = f"when it is there again: comity evidence resume {kept.plan.name}"
            raise
        drop(kept.plan.name)
        raise


def unfinished_view(plan: SealingPlan) -> UnfinishedView:
    """Return an interrupted sealing as a face shows it."""
    return UnfinishedView(
        name=plan.name,
        began=plan.began,
        case=plan.order.label.case or "",
        sources=tuple(source.decode("utf-8", "surrogateescape") for source in plan.order.sources),
        out=plan.out or str(plan.task.get("out", "")),
    )


def _handling(text: str) -> Handling:
    known = {handling.value: handling for handling in Handling}
    if text not in known:
        raise MalformedError(
            "handling.unknown",
            f"{text[:40]!r} is no class of handling",
            hint="classes are " + ", ".join(known),
        )
    return known[text]
