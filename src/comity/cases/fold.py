"""The fold: acts and receipts of a case in, its state out; whatever order they came in, the same state."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from comity.cases import kinds, recorded
from comity.cases.acts import Act
from comity.cases.attested import KINDS_OF_ATTESTING
from comity.cases.crossing import EXECUTIONS, Outcome, outcome
from comity.cases.kinds import KINDS, REQUEST_KINDS
from comity.cases.paperwork import paperwork
from comity.cases.ports import Address, ReceiptRecord
from comity.cases.preserving import Preserving
from comity.cases.recalling import RECALLABLE, Recalls
from comity.cases.rulings import Rulings, Step
from comity.cases.state import (
    FINAL,
    CaseState,
    Irregularity,
    Preservation,
    PreservationState,
    RequestState,
    Undoing,
)
from comity.cases.talks import consultations, sides, talks, undone, unnotified
from comity.cases.teams import NOT_IN_FORCE, drop_early, fits_team, teams
from comity.cases.threads import Thread
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId

FOLD_VERSION = 1

FURNISHING = frozenset({"evidence.hand", "data.correct"})
PRESERVATION_ONLY = frozenset({"preservation.effect", "preservation.extend", "preservation.release"})
DATA_ONLY = frozenset({"transmission.decide", "evidence.deliver"})
OFFER_ONLY = frozenset({"information.send"})
_NOT_KEPT = {"request.postpone", "execution.report", "measure.lift"}
_UNFIT = {
    "preservation.request": DATA_ONLY | OFFER_ONLY | FURNISHING | _NOT_KEPT,
    kinds.OFFER: (PRESERVATION_ONLY | DATA_ONLY | _NOT_KEPT)
    | {"order.record", "evidence.hand", "execution.warn", "execution.proceed"},
}
_LASTING = frozenset(
    {
        "consult.answer",
        "consent.ask",
        "consent.give",
        "consent.decline",
        "exculpation.answer",
        "exculpation.notify",
        "recall.answer",
        "data.correct",
        "correction.answer",
        "breach.notify",
        "breach.answer",
        "measure.lift",
    }
)
AFTER_CLOSE = (
    frozenset({"act.recall", "part.erase", "case.consult", "preservation.release", "case.close"})
    | _LASTING
    | KINDS_OF_ATTESTING
)
"""What follows a close: taking back, destroying, releasing, and what lasts as long as something is kept."""
_BEATING_CLOSE = tuple(kind for kind in sorted(KINDS) if outcome("case.close", kind) is Outcome.SECOND)


def fold(
    acts: Iterable[Act],
    receipts: Iterable[ReceiptRecord] = (),
    *,
    suspects: Collection[str] = (),
    fold_version: int = FOLD_VERSION,
) -> CaseState:
    """Return the state of one case.

    Args:
        acts: The acts held, in any order, repeats allowed.
        receipts: The receipts of either side, in any order.
        suspects: Acts whose key was not valid when they were first seen, judged from the directory.
        fold_version: Which rules; only version 1 exists.

    Basis: PROTOCOL rule 5; DESIGN invariant 1
    """
    if fold_version != FOLD_VERSION:
        raise ValueError(f"no fold of version {fold_version}")
    return fold_thread(Thread(acts), receipts, suspects=suspects)


def fold_thread(
    thread: Thread, receipts: Iterable[ReceiptRecord] = (), *, suspects: Collection[str] = ()
) -> CaseState:
    """Return the state of one case whose acts are ordered already; see :func:`fold`."""
    return _Fold(thread, tuple(receipts), frozenset(suspects)).state()


class _Fold:
    """One run of the fold over a thread."""

    def __init__(self, thread: Thread, receipts: Sequence[ReceiptRecord], suspects: frozenset[str]) -> None:
        self.thread = thread
        self.receipts = receipts
        self.suspects = suspects
        self.ignoring = thread.ignoring(receipts)
        self.paper = paperwork(thread, passed_over=self.ignoring)
        self.irregular: set[tuple[ActId, str]] = set()
        self.recalls: dict[str, ActId] = {}
        self.steps: dict[ActId, Step] = {}
        self.by_kind: dict[str, list[ActId]] = defaultdict(list)
        self.requests: dict[str, Step] = {}
        self.stored_at: dict[tuple[ActId, Address], Instant] = {}
        for r in receipts:
            if r.result == "stored":
                key = (r.act_id, r.signer)
                self.stored_at[key] = min(r.at, self.stored_at.get(key, r.at))

    def state(self) -> CaseState:
        self._read_bodies()
        self._drop_after_close()
        self.requests = {str(s.id): s for s in self.steps.values() if s.kind in REQUEST_KINDS}
        by_request = self._regular_steps()
        self._read_recalls()
        judged = [
            Rulings(self.thread, step, by_request[key], recalls=self.recalls.get)
            for key, step in sorted(self.requests.items())
        ]
        states, undoings = self._requests(judged)
        return self._assemble(states, undoings)

    def _assemble(self, states: tuple[RequestState, ...], undoings: tuple[Undoing, ...]) -> CaseState:
        thread, order = self.thread, self.thread.order
        seqs = sorted(thread.last_seqs.items(), key=lambda pair: (pair[0].authority, pair[0].root))
        erased = {
            (ActId(s.body.act), s.body.part)
            for s in self.steps.values()
            if isinstance(s.body, kinds.EraseBody) and s.body.act in thread
        }
        closes = self._closes(None)
        critical = tuple(sorted(a.id for a in order if kinds.unknown_critical(a)))
        suspect = tuple(sorted(a.id for a in order if a.id in self.suspects))
        doubted = {*(a for fork in thread.forks for a in fork.acts), *self.ignoring, *critical, *suspect}
        return CaseState(
            fold_version=FOLD_VERSION,
            case=order[0].case if order else None,
            participants=order[0].participants if order else (),
            requests=states,
            undoings=undoings,
            closed=bool(closes),
            closed_by=_authors(closes),
            consultations=consultations(thread, self.steps.values(), self.recalls),
            attested=self.paper.attested,
            unconveyed=self.paper.unconveyed,
            doubted_at=min((a.at for a in order if a.id in doubted), default=None),
            forks=thread.forks,
            ignoring=self.ignoring,
            suspect=suspect,
            unknown_critical=critical,
            unknown_kinds=tuple(sorted(a.id for a in order if a.kind not in KINDS)),
            irregular=tuple(Irregularity(act=a, code=c) for a, c in sorted(self.irregular)),
            recalled=tuple(sorted(ActId(act_id) for act_id in self.recalls)),
            erased=tuple(sorted(erased)),
            orphans=thread.orphans,
            missing=thread.missing,
            heads=thread.heads,
            last_seqs=tuple(seqs),
            refused=tuple(
                sorted(
                    {
                        (r.act_id, r.code)
                        for r in self.receipts
                        if r.result == "refused" and r.act_id in thread
                    }
                )
            ),
        )

    # --- which acts count -------------------------------------------------------------------

    def _read_bodies(self) -> None:
        participants = set(self.thread.order[0].participants) if self.thread.order else set()
        for act in self.thread.order:
            if act.id in self.ignoring or kinds.unknown_critical(act):
                continue
            if (code := self.paper.without_effect.get(act.id)) is not None:
                self.irregular.update({(act.id, code)} if code else ())
                continue
            if {act.sender, act.to} != participants:
                self.irregular.add((act.id, "sender.no_participant"))
                continue
            try:
                what, body = kinds.told_steps(act)
            except MalformedError as exc:
                self.irregular.add((act.id, exc.code))
                continue
            if body is not None:
                self.by_kind[what.kind].append(act.id)
                self.steps[act.id] = Step(
                    act=what,
                    body=body,
                    items=frozenset(kinds.items_of(body)),
                    attestation=self.paper.attestations.get(act.id),
                )

    def _closes(self, request: str | None) -> list[Step]:
        """Return the closing acts that hold: no request or execution crosses them."""
        closes = [step for step in self._of_kind("case.close") if _closed_by(step) == request]
        if not closes:
            return []
        beating = self.thread.mask(
            step.id
            for kind in _BEATING_CLOSE
            for step in self._of_kind(kind)
            if request in (None, kinds.request_of(step.act, step.body))
        )
        return [close for close in closes if not beating & self.thread.across(close.id)]

    def _drop_after_close(self) -> None:
        closes = self._closes(None)
        if not closes:
            return
        others = self.thread.mask(step.id for step in self.steps.values() if step.kind not in AFTER_CLOSE)
        for close in closes:
            for act in self.thread.among(self.thread.after(close.id) & others):
                self.irregular.add((act.id, "case.closed"))
                self.steps.pop(act.id, None)

    def _of_kind(self, kind: str) -> tuple[Step, ...]:
        """Return the steps of a kind that count now, in causal order."""
        found = (self.steps.get(act_id) for act_id in self.by_kind.get(kind, ()))
        return tuple(step for step in found if step is not None)

    def _regular_steps(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = defaultdict(list)
        for step in tuple(self.steps.values()):
            key = kinds.request_of(step.act, step.body)
            if key is None or step.kind in REQUEST_KINDS:
                continue
            code = self._fault(step, self.requests.get(key))
            if code:
                self.irregular.add((step.id, code))
                del self.steps[step.id]
            else:
                found[key].append(step)
        self._drop_undecided(found)
        for early in drop_early(self.thread, self.requests, found):
            self.irregular.add((early, NOT_IN_FORCE))
            del self.steps[early]
        return found

    def _fault(self, step: Step, request: Step | None) -> str:
        if request is None or not self.thread.descends(step.id, request.id):
            return "request.unknown"
        if not is_from_side(step.act, request.act):
            return "sender.side"
        if not step.items <= request.items:
            return "item.unknown"
        if step.kind in unfit_under(request.kind) or not fits_team(step.kind, request):
            return "kind.mechanism"
        return ""

    def _drop_undecided(self, found: dict[str, list[Step]]) -> None:
        """Set aside deliveries that no decision to transmit covers."""
        recalls: dict[str, list[Step]] = defaultdict(list)
        for step in self._of_kind("act.recall"):
            if isinstance(step.body, kinds.RecallBody):
                recalls[step.body.act].append(step)
        for steps in found.values():
            decisions = {step.id: step for step in steps if step.kind == "transmission.decide"}
            kept = []
            for step in steps:
                if isinstance(step.body, (kinds.DeliverBody, kinds.HandBody)) and not step.attestation:
                    decision = decisions.get(ActId(step.body.decision or ""))
                    if decision is None or not self._is_covered(step, decision, recalls[decision.id]):
                        self.irregular.add((step.id, "decision.missing"))
                        del self.steps[step.id]
                        continue
                kept.append(step)
            steps[:] = kept

    def _is_covered(self, step: Step, decision: Step, recalls: Sequence[Step]) -> bool:
        seen = self.thread.before(step.id)
        recalled = self.thread.mask(r.id for r in recalls if r.act.sender == decision.act.sender)
        return (
            step.items <= decision.items
            and bool(seen & self.thread.mask((decision.id,)))
            and not (recalled & seen)
        )

    def _read_recalls(self) -> None:
        found = Recalls(self.thread, self.steps, of_kind=self._of_kind, settled=self.paper.recalls.values())
        self.irregular.update(found.faults)
        self.recalls = found.made | dict(self.paper.recalls.items())

    # --- what the requests came to ----------------------------------------------------------

    def _requests(self, judged: Sequence[Rulings]) -> tuple[tuple[RequestState, ...], tuple[Undoing, ...]]:
        final = {
            rulings.request.id: all(rulings.item(i).state in FINAL for i in rulings.request.items)
            for rulings in judged
        }
        preserving = Preserving(self.thread, self.requests.values(), received_at=self._received_at)
        states: list[RequestState] = []
        undoings: list[Undoing] = []
        for rulings in judged:
            preservation = preserving.judged(rulings, is_final=final.__getitem__)
            released = preservation.state is PreservationState.RELEASED
            left = undone(self.thread, rulings, rulings.undoings(released=released))
            states.append(self._request(rulings, preservation, left))
            undoings.extend(left)
            self.irregular.update((act_id, "request.withdrawn") for act_id in rulings.irregular())
        return tuple(states), tuple(undoings)

    def _request(
        self, rulings: Rulings, preservation: Preservation, left: tuple[Undoing, ...]
    ) -> RequestState:
        step = rulings.request
        assert isinstance(step.body, kinds.RequestBody)
        asked = step.body.request
        until = asked.confidential_until
        consultations, closes = rulings.of_kind("case.consult"), self._closes(step.id)
        questions = recorded.questions(rulings)
        return RequestState(
            id=step.id,
            kind=step.kind,
            mechanism=asked.mechanism,
            instrument=asked.instrument,
            by=step.act.sender,
            to=step.act.to,
            urgent=asked.urgent,
            confidential_until=None if until is None else Instant(until),
            asked_at=step.act.at,
            received_at=self._received_at(step),
            preserves=None if asked.preservation is None else ActId(asked.preservation),
            items=tuple(rulings.item(item) for item in asked.items),
            rulings=rulings.rulings(asked.items),
            consultations=tuple(sorted(s.id for s in consultations)),
            consulted_at=max((s.act.at for s in consultations if s.act.sender == step.act.to), default=None),
            clarifications=tuple(sorted(q.act for q in questions if q.answered_at is None)),
            orders=recorded.orders(rulings),
            decisions=recorded.decisions(rulings),
            deliveries=recorded.deliveries(rulings),
            preservation=preservation,
            closed=bool(closes),
            closed_by=_authors(closes),
            questions=questions,
            talks=talks(self.thread, rulings),
            accounts=tuple(rulings.account(item) for item in asked.items),
            handed=recorded.handed(rulings),
            unnotified=unnotified(rulings),
            attested=step.attestation is not None,
            undoings=left,
            teams=teams(self.thread, rulings.steps),
            originals=recorded.originals(rulings),
            liftings=recorded.liftings(rulings),
        )

    def _received_at(self, step: Step) -> Instant | None:
        """Return when a request was received: as its receipt says, or as it is attested."""
        if step.attestation is not None:
            return step.attestation.at
        stored = self.stored_at.get((step.id, step.act.to))
        return self.paper.arrived.get(step.id) if stored is None else stored


def _authors(steps: Iterable[Step]) -> tuple[Address, ...]:
    return tuple(sorted({s.act.sender for s in steps}, key=lambda end: (end.authority, end.root)))


def _closed_by(step: Step) -> str | None:
    """Return the request that a closing act is about; None where it closes the whole case."""
    assert isinstance(step.body, kinds.CloseBody)
    return step.body.request


def is_from_side(act: Act, request: Act) -> bool:
    """Tell whether the author of an act is on the side of the request that may send its kind."""
    offered = request.kind == kinds.OFFER
    asked: Any = request.body.get("request")
    mechanism = asked.get("mechanism") if isinstance(asked, dict) else ""
    sender = kinds.sender_of(act.kind, mechanism=str(mechanism))
    return act.sender in sides(sender, by=request.sender, to=request.to, offered=offered)


def unfit_under(request_kind: str) -> frozenset[str]:
    """Return the kinds that have no effect under a request of a kind."""
    return _UNFIT.get(request_kind, PRESERVATION_ONLY | OFFER_ONLY)


__all__ = [
    "EXECUTIONS",
    "FOLD_VERSION",
    "RECALLABLE",
    "fold",
    "fold_thread",
    "is_from_side",
    "unfit_under",
]
