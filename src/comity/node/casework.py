"""The desk for requests, acts and cases: every step of an officer, with access and journal around it."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from comity.cases.desk import CaseReader
from comity.cases.documents import document_part
from comity.cases.drafts import PartInput
from comity.cases.parts import open_parts
from comity.cases.permitted import permissions
from comity.cases.ports import Address, PendingRecord
from comity.cases.procedure import case_lines, proceedings_of
from comity.cases.service import CaseDesk
from comity.cases.teamacts import SHARING
from comity.cases.wire import SignedAct
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import ActId, AuthorityId, CaseId
from comity.node.access import Action, require_access
from comity.node.addressing import addressee_of
from comity.node.assessing import RequestAssessor
from comity.node.athome import Home
from comity.node.callbacks import draft_of, end_telling, owe_review, require_called_back
from comity.node.drafting import complete_body, draft_act_of, parse_act_form, request_act
from comity.node.freezelane import follow_issue, require_no_key
from comity.node.oral import owe_confirmation
from comity.node.ports import Transaction
from comity.node.publishing import EntryPages
from comity.node.seams import CaseDirectory, OutwardDispatch, PeerLedger, address_of, case_reader
from comity.node.teaming import require_proven, team_form
from comity.node.unnamed import noting, require_unnamed
from comity.node.viewing import Viewer
from comity.node.views import Actor, ActView, CaseView, DraftView
from comity.node.workplace import Workplace
from comity.requests.wire import parse_form

PROCEED = "proceed"
STOP = "stop"
LEAST_PREFIX = 8


def nothing_more(_tx: Transaction, _signed: SignedAct) -> None:
    """Do nothing beside issuing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesDesk:
    """Requests, acts and cases of the officer's authority.

    Attributes:
        issued: What else has to become durable with an issued act, such as the start of a delivery.
    """

    place: Workplace
    issued: Callable[[Transaction, SignedAct], None] = nothing_more

    def draft_request(
        self,
        actor: Actor,
        *,
        form: bytes,
        to: str,
        case: str | None = None,
        consult: bool = False,
        outside: bool = False,
        document: bytes | None = None,
        single: str = "",
    ) -> DraftView:
        """Prepare a request from a form.

        Args:
            actor: Who drafts.
            form: Bytes of the form, as ``comity request example`` prints one.
            to: The authority asked.
            case: The case to add it to; None opens one.
            consult: Only talk about it: nothing is asked for, and the form need not be complete.
            outside: The authority has no node: the request leaves as a letter.
            document: What an authority signed under its own law, to go with it; None for none.
            single: Why one person will approve it alone, in an emergency; empty where two will.

        Raises:
            UntrustedError: ``approval.single_…``: it may not be marked.
        """
        reading, documents = parse_form(form), _documents(document)
        require_no_key(reading)
        with noting(self.place, actor), self.place.store.transaction() as tx:
            self._require(actor, Action.ACT_DRAFT)
            held = CaseId(self._resolved(tx, case)) if case else None
            addressee = addressee_of(self.place, tx, to, outside=outside) if held is None else None
            state = self._reader(tx, actor.authority).state(tx, held) if held else None
            kind, body, part = draft_act_of(reading) if consult else request_act(reading, case=state)
            desk = self._desk(tx, actor.authority)
            pending = desk.draft(
                tx,
                kind=kind,
                body=body,
                parts=[part, *documents],
                officer=actor.officer,
                case=held,
                to=addressee,
                single=single,
            )
            return self._drafted(tx, actor, pending, "act.draft")

    def draft_act(
        self,
        actor: Actor,
        *,
        kind: str,
        case: str,
        form: bytes,
        document: bytes | None = None,
        single: str = "",
    ) -> DraftView:
        """Prepare any other act from a form ``{"body": …, "parts": …}``; what is not said is filled in.

        ``single`` says why one person will approve it alone, in an emergency.
        """
        handed_in = parse_act_form(form)
        with noting(self.place, actor), self.place.store.transaction() as tx:
            self._require(actor, Action.ACT_DRAFT)
            held = CaseId(self._resolved(tx, case))
            reader, me = self._reader(tx, actor.authority), self._me(tx, actor.authority)
            state = reader.state(tx, held)
            handed_in = team_form(
                tx,
                actor.authority,
                kind,
                handed_in,
                state=state,
                resolve=lambda name: self._resolved(tx, name),
            )
            now, lines = self.place.clock.now(), case_lines(tx, actor.authority, held)
            body = complete_body(
                kind,
                handed_in.body,
                state=state,
                permitted=permissions(state, me, now=now),
                now=now,
                answered=lambda request, item: proceedings_of(lines, request).result(item),
            )
            pending = self._desk(tx, actor.authority).draft(
                tx,
                kind=kind,
                body=body,
                parts=(*handed_in.parts, *_documents(document)),
                officer=actor.officer,
                case=held,
                single=single,
            )
            return self._drafted(tx, actor, pending, "act.draft")

    def decide(
        self, actor: Actor, *, act: str, finding: str, outcome: str, inner: str, outer: str = ""
    ) -> DraftView:
        """Decide one open finding by name.

        Args:
            actor: Who decides.
            act: Id of the draft, or the beginning of it.
            finding: Key of the finding, or its code where only one has it.
            outcome: ``proceed``, or ``stop``, which drops the draft and keeps the reason in the journal.
            inner: The real reason; it never leaves the node.
            outer: What may be told; it may be wider than the inner reason, never false.
        """
        if outcome not in (PROCEED, STOP):
            raise MalformedError("decision.outcome", f"{outcome[:20]!r} is neither proceed nor stop")
        with self.place.store.transaction() as tx:
            self._require(actor, Action.ACT_DECIDE)
            pending = self._pending(tx, actor.authority, act)
            desk = self._desk(tx, actor.authority, pending)
            desk.decide(tx, pending.case, finding=finding, officer=actor.officer, inner=inner, outer=outer)
            view = self._drafted(tx, actor, pending, f"act.decide.{outcome}")
            if outcome == STOP:
                desk.drop(tx, pending.case)
            return view

    def approve(self, actor: Actor, *, act: str, reason: str) -> DraftView:
        """Approve a draft with the officer's own key; the reason stays here, the approval commits to it."""
        if actor.signer is None:
            raise DeniedError("key.locked", f"the key of {actor.officer} is not unlocked")
        with noting(self.place, actor), self.place.store.transaction() as tx:
            self._require(actor, Action.ACT_APPROVE)
            pending = self._pending(tx, actor.authority, act)
            self._require_ready(tx, actor.authority, pending)
            updated = self._desk(tx, actor.authority, pending).approve(
                tx, pending.case, officer=actor.officer, signer=actor.signer, reasons=reason
            )
            return self._drafted(tx, actor, updated, "act.approve")

    def issue(self, actor: Actor, *, act: str) -> ActView:
        """Sign a complete draft as the authority, log it and queue it: all of it, or nothing."""
        with noting(self.place, actor), self.place.store.transaction() as tx:
            self._require(actor, Action.ACT_ISSUE)
            pending = self._pending(tx, actor.authority, act)
            require_unnamed(self.place, tx, actor, pending)
            self._require_ready(tx, actor.authority, pending)
            signed = self._desk(tx, actor.authority, pending).issue(tx, pending.case)
            self.issued(tx, signed)
            now = self.place.clock.now()
            owe_review(tx, actor.authority, signed.act, at=now)
            end_telling(tx, actor.authority, signed.act, at=now)
            follow_issue(tx, actor.authority, signed.act, at=now)
            owe_confirmation(tx, actor.authority, signed.act, directory=self.place.directory, at=now)
            self.place.journal.decision(tx, actor, action="act.issue", about=signed.act.id, at=now)
            return self._viewer(tx, actor.authority).act(tx, signed.act.id)

    def drop(self, actor: Actor, *, act: str) -> None:
        """Drop a draft; its place in the thread is free again."""
        with self.place.store.transaction() as tx:
            self._require(actor, Action.ACT_DRAFT)
            pending = self._pending(tx, actor.authority, act)
            self._desk(tx, actor.authority).drop(tx, pending.case)
            now = self.place.clock.now()
            self.place.journal.decision(tx, actor, action="act.drop", about=pending.act_id, at=now)

    def draft(self, actor: Actor, *, act: str, purpose: str) -> DraftView:
        """Return a draft of the officer's office: what was found, what is decided, who is missing.

        The reading is in the log first.

        Raises:
            NotFoundError: ``draft.absent``: no draft of this office is called so.
        """
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose=purpose
        )
        with self.place.store.snapshot() as tx:
            found = self._pending(tx, actor.authority, act)
        self._log_read(actor, Action.CASE_READ, found.act_id, purpose)
        with self.place.store.snapshot() as tx:
            return self.draft_view(tx, self._pending(tx, actor.authority, found.act_id))

    def show(self, actor: Actor, *, case: str, purpose: str) -> CaseView:
        """Return one case, named by its id or by an act in it. The reading is in the log first."""
        with self.place.store.snapshot() as tx:
            held = CaseId(self._resolved(tx, case))
            record = tx.acts.get(actor.authority, ActId(held))
            held = held if record is None else record.case
        self._log_read(actor, Action.CASE_READ, held, purpose)
        with self.place.store.snapshot() as tx:
            return self.case_view(tx, actor, held)

    def part(self, actor: Actor, *, act: str, name: str, purpose: str) -> bytes:
        """Return one part of an act. The reading is in the log first.

        Raises:
            NotFoundError: ``part.absent``: there is no such part, or it was erased.
        """
        with self.place.store.snapshot() as tx:
            held = ActId(self._resolved(tx, act))
        self._log_read(actor, Action.CASE_READ, f"{held}/{name}", purpose)
        with self.place.store.snapshot() as tx:
            for part in open_parts(tx.acts.parts(actor.authority, held)):
                if part.name == name:
                    return part.data
        raise NotFoundError("part.absent", f"the act has no readable part {name[:40]!r}", where=held)

    def resolve(self, prefix: str) -> str:
        """Return the one id that begins with these digits: of an act, a draft, a case or a package."""
        with self.place.store.snapshot() as tx:
            return self._resolved(tx, prefix)

    def _require_ready(self, tx: Transaction, authority: AuthorityId, pending: PendingRecord) -> None:
        """Refuse a draft that waits for a call-back, or for a signature that is still to be checked here."""
        act = draft_of(pending)
        require_called_back(tx, authority, act)
        if act.kind in SHARING and not act.opens_case:
            keys = CaseDirectory(directory=self.place.directory, store=tx.exchange)
            state = self._reader(tx, authority).state(tx, pending.case)
            require_proven(tx, authority, act, state=state, directory=keys)

    def _require(self, actor: Actor, action: Action) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority)

    def _log_read(self, actor: Actor, action: Action, about: str, purpose: str) -> None:
        require_access(actor, action, realm=self.place.realm, owner=actor.authority, purpose=purpose)
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            self.place.journal.read(tx, actor, action=action.value, about=about, purpose=purpose, at=now)

    def _me(self, tx: Transaction, authority: AuthorityId) -> Address:
        return address_of(tx, authority)

    def _reader(self, tx: Transaction, authority: AuthorityId) -> CaseReader:
        return case_reader(tx, authority, directory=self.place.directory)

    def _viewer(self, tx: Transaction, authority: AuthorityId) -> Viewer:
        return Viewer(
            me=self._me(tx, authority),
            reader=self._reader(tx, authority),
            clock=self.place.clock,
            house=self.place.house,
            directory=self.place.directory,
        )

    def _desk(
        self, tx: Transaction, authority: AuthorityId, pending: PendingRecord | None = None
    ) -> CaseDesk:
        return case_desk(self.place, tx, authority, pending)

    def _drafted(self, tx: Transaction, actor: Actor, pending: PendingRecord, action: str) -> DraftView:
        if action != f"act.decide.{STOP}":
            require_unnamed(self.place, tx, actor, pending)
        now = self.place.clock.now()
        self.place.journal.decision(tx, actor, action=action, about=pending.act_id, at=now)
        return self.draft_view(tx, pending)

    def case_view(self, tx: Transaction, actor: Actor, case: CaseId) -> CaseView:
        """Return a case of the office as it stands in a transaction; the caller logs the reading."""
        viewer, pending = self._viewer(tx, actor.authority), tx.acts.pending(actor.authority, case)
        if pending is None:
            return viewer.case(tx, case)
        drafts = (self.draft_view(tx, pending),)
        if str(pending.act_id) == str(case):
            return viewer.opening(pending, drafts=drafts)
        return dataclasses.replace(viewer.case(tx, case), drafts=drafts)

    def draft_view(self, tx: Transaction, pending: PendingRecord) -> DraftView:
        """Return a draft as it stands in a transaction; the caller logs the reading."""
        assessment = self._desk(tx, pending.authority, pending).assessment(tx, pending.case)
        rules = RequestAssessor().rules_digest()
        return self._viewer(tx, pending.authority).draft(tx, pending, assessment=assessment, rules=rules)

    def _pending(self, tx: Transaction, authority: AuthorityId, act: str) -> PendingRecord:
        found = self._find_pending(tx, authority, act)
        if found is None:
            raise _no_draft(act)
        return found

    def _find_pending(self, tx: Transaction, authority: AuthorityId, act: str) -> PendingRecord | None:
        if len(act) < LEAST_PREFIX:
            raise _short(act)
        found = tx.acts.drafts_named(authority, act) if _is_hex(act) else ()
        return found[0] if len(found) == 1 else None

    def _resolved(self, tx: Transaction, prefix: str) -> str:
        if len(prefix) == 64:
            return prefix
        if len(prefix) < LEAST_PREFIX:
            raise _short(prefix)
        found = self._named(tx, prefix) if _is_hex(prefix) else set()
        if len(found) == 1:
            return found.pop()
        if found:
            raise ConflictError(
                "id.ambiguous", f"more than one id begins with {prefix}", hint="give more digits"
            )
        raise NotFoundError("id.unknown", f"nothing here has an id that begins with {prefix[:64]!r}")

    def _named(self, tx: Transaction, prefix: str) -> set[str]:
        """Return ids of this node that begin so; two of each kind are enough to tell that it is ambiguous."""
        found: set[str] = set()
        for authority in self.place.authorities(tx):
            found.update(tx.acts.named(authority, prefix))
            found.update(tx.evidence.named(authority, prefix))
        return found


def case_desk(
    place: Workplace, tx: Transaction, authority: AuthorityId, pending: PendingRecord | None = None
) -> CaseDesk:
    """Return the desk at which the acts of an office are written and signed, in a transaction."""
    return CaseDesk(
        me=address_of(tx, authority),
        realm=place.realm,
        signer=place.keys.signer(f"{authority}/act"),
        directory=CaseDirectory(directory=place.directory, store=tx.exchange),
        assessor=RequestAssessor(
            overlay=place.overlay,
            pages=EntryPages(place=place, tx=tx, authority=authority, pending=pending),
            home=Home(place=place, tx=tx, authority=authority),
        ),
        ledger=PeerLedger(realm=place.realm, entropy=place.entropy, clock=place.clock),
        dispatch=OutwardDispatch(
            realm=place.realm, directory=place.directory, entropy=place.entropy, clock=place.clock
        ),
        clock=place.clock,
        entropy=place.entropy,
        house=place.house,
    )


def _documents(data: bytes | None) -> tuple[PartInput, ...]:
    return () if data is None else (document_part(data),)


def _is_hex(text: str) -> bool:
    return not set(text) - set("0123456789abcdef")


def _no_draft(act: str) -> NotFoundError:
    told = f"no draft of this office begins with {act[:64]!r}"
    return NotFoundError("draft.absent", told, hint="'comity act list' shows the drafts")


def _short(prefix: str) -> MalformedError:
    return MalformedError(
        "id.short", f"{prefix[:64]!r} is too short for an id", hint=f"give at least {LEAST_PREFIX} digits"
    )
