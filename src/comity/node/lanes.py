"""The desk of the fast lanes: call-backs, reviews, confirmations in writing, and the hours of a hold."""

from dataclasses import dataclass

import msgspec

from comity.cases.approvals import APPROVING_ROLES, HEAD
from comity.cases.single import completes_row, is_emergency
from comity.cases.wire import SignedAct, parse_signed_act
from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest
from comity.kernel.errors import ConflictError, DeniedError, MalformedError, NotFoundError
from comity.kernel.ids import ActId
from comity.node.access import Action, require_access
from comity.node.callbacks import (
    NOT_REACHED,
    CallBack,
    calls_about,
    close_call_backs,
    is_confirmed,
    keep_call,
    numbers_of,
    owe_telling,
    request_act,
    require_number,
    require_outcome,
)
from comity.node.lanetasks import keep_task, require_words, tasks_of
from comity.node.ports import Transaction
from comity.node.seams import CaseDirectory
from comity.node.views import Actor
from comity.node.workplace import Workplace
from comity.requests.lanes import (
    ASSETS,
    REVIEW,
    TAG_RETRACTED,
    USUAL_HOLD,
    Task,
    confirmation_of,
    property_plan,
)

MOST_DAYS = 90
UPHELD, NOT_UPHELD = "upheld", "not-upheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneDesk:
    """Steps of the fast lanes of the officer's authority. Each is in the national log."""

    place: Workplace

    def numbers(self, actor: Actor, *, request: str) -> tuple[str, ...]:
        """Return the numbers of the signed entry on which the other side of a request is called back."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            act = request_act(tx, actor.authority, request)
            other = act.to if act.sender.authority == actor.authority else act.sender
            return numbers_of(tx, self.place.directory, other, at=self.place.clock.now())[1]

    def call(self, actor: Actor, *, request: str, number: str, outcome: str, reached: str = "") -> CallBack:
        """Record a call to the other side of a request, made by this officer; either side may call.

        Raises:
            DeniedError: ``callback.number``: the number is not in the signed entry.
            NotFoundError: ``request.absent``.
            MalformedError: ``callback.outcome``.

        Basis: PROTOCOL rule 10; DESIGN invariant 7
        """
        require_access(actor, Action.ACT_DECIDE, realm=self.place.realm, owner=actor.authority)
        require_outcome(outcome)
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            act = request_act(tx, actor.authority, request)
            other = act.to if act.sender.authority == actor.authority else act.sender
            version, known = numbers_of(tx, self.place.directory, other, at=now)
            require_number(number, known)
            made = CallBack(
                request=act.id,
                office=other.authority,
                party=other.root,
                number=number,
                entry=version,
                officer=actor.officer,
                at=now,
                outcome=outcome,
                reached=reached.replace("\0", "").strip()[:200],
            )
            keep_call(tx, actor.authority, made)
            if outcome != NOT_REACHED:
                close_call_backs(tx, actor.authority, made)
            self._log(tx, actor, f"duty.call.{outcome}", act.id)
        return made

    def calls(self, actor: Actor, *, request: str) -> tuple[CallBack, ...]:
        """Return the calls that this office made about a request."""
        require_access(actor, Action.PEER_LIST, realm=self.place.realm, owner=actor.authority)
        with self.place.store.snapshot() as tx:
            return calls_about(tx, actor.authority, request_act(tx, actor.authority, request).id)

    def needs_call(self, actor: Actor, *, request: str) -> bool:
        """Tell whether a request is an emergency that no call has confirmed yet."""
        with self.place.store.snapshot() as tx:
            act = request_act(tx, actor.authority, request)
            return is_emergency(act) and not is_confirmed(calls_about(tx, actor.authority, request))

    def review(self, actor: Actor, *, decision: str, outcome: str, words: str) -> Task:
        """Review an emergency decision, as a person who took no part in it.

        What one person approved alone is reviewed by a second one who may approve, and one of the two is a
        head: together they are who the act needed. What that person refuses is owed to the other side.

        Raises:
            NotFoundError: ``duty.no_task``: no review is owed on this act.
            DeniedError: ``review.same_person``; ``review.no_second``.
            ConflictError: ``duty.done``.
            MalformedError: ``review.outcome``; ``duty.words``.

        Basis: PROTOCOL rule 10
        """
        require_access(
            actor, Action.CASE_READ, realm=self.place.realm, owner=actor.authority, purpose="oversight"
        )
        if outcome not in (UPHELD, NOT_UPHELD):
            raise MalformedError("review.outcome", f"{outcome[:20]!r} is neither {UPHELD} nor {NOT_UPHELD}")
        said = require_words(words)
        with self.place.store.transaction() as tx:
            record = tx.acts.get(actor.authority, ActId(parse_digest(decision, where="act")))
            signed = parse_signed_act(record.signed) if record is not None else None
            if signed is not None:
                self._require_reviewer(tx, actor, signed)
            done = self._done(tx, actor, f"{decision}/{REVIEW}", f"{outcome}: {said}")
            if signed is not None and signed.act.single and outcome == NOT_UPHELD:
                owe_telling(tx, actor.authority, signed.act, at=self.place.clock.now())
            return done

    def _require_reviewer(self, tx: Transaction, actor: Actor, signed: SignedAct) -> None:
        if any(approval.officer == actor.officer for approval in signed.approvals):
            raise DeniedError(
                "review.same_person",
                f"{actor.officer} approved this decision and cannot review it",
                hint="an overseer, or an officer who took no part in it, reviews it",
            )
        if not signed.act.single:
            return
        known = CaseDirectory(directory=self.place.directory, store=tx.exchange)
        second = known.officer(signed.act.sender.root, actor.officer, at=self.place.clock.now())
        mine = sorted(APPROVING_ROLES & second.roles) if second is not None else []
        roles = [HEAD if HEAD in mine else "", *(one.role for one in signed.approvals)]
        if not mine or not completes_row(roles, kind=signed.act.kind):
            raise DeniedError(
                "review.no_second",
                f"{actor.officer} cannot be the second person for what one approved alone",
                hint="a second officer who may approve reviews it; one of the two is a head",
            )

    def done(self, actor: Actor, *, task: str, words: str) -> Task:
        """Say that a step of a lane was done, and how.

        Raises:
            DeniedError: ``duty.review``: a review is done by :meth:`review` alone; ``duty.weighing``: the
                book of an asset says whether a freeze stands after a tag was retracted.
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        if task.endswith(f"/{REVIEW}"):
            raise DeniedError("duty.review", "a review is recorded as one", hint="use 'comity duty review'")
        if task.endswith(f"/{TAG_RETRACTED}"):
            raise DeniedError(
                "duty.weighing",
                "whether the freeze stands is said in the book of the asset",
                hint="use 'comity freeze weighed'",
            )
        with self.place.store.transaction() as tx:
            return self._done(tx, actor, task, require_words(words))

    def begin_property(
        self,
        actor: Actor,
        *,
        name: str,
        asset: str,
        hold_ends: Instant | None = None,
        case: str | None = None,
    ) -> tuple[Task, ...]:
        """Begin the lane for a payment or a wallet; again with another end of the hold, plan it anew.

        Steps that were done stay done.

        Raises:
            MalformedError: ``lane.asset``; ``lane.name``; ``lane.hold``: the hold ended before it began.
            NotFoundError: ``case.unknown``: this office has no such case.
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        if asset not in ASSETS:
            raise MalformedError(
                "lane.asset", f"{asset[:20]!r} is no asset", hint="one of " + ", ".join(ASSETS)
            )
        if not name or not name.replace("-", "").isalnum() or not name.isascii() or len(name) > 40:
            raise MalformedError("lane.name", "a lane is named by letters, digits and hyphens, 40 at most")
        lane = f"property-{name}"
        belongs = "" if case is None else parse_digest(case, where="case")
        with self.place.store.transaction() as tx:
            now = self.place.clock.now()
            begun = tx.node.setting(f"lane/{actor.authority}/property/{lane}")
            start = now if begun is None else Instant(int(begun))
            tx.node.put_setting(f"lane/{actor.authority}/property/{lane}", str(start).encode("ascii"))
            held = {task.id: task for task in tasks_of(tx, actor.authority)}
            end = Instant(start + USUAL_HOLD) if hold_ends is None else hold_ends
            if end < start:
                raise MalformedError("lane.hold", "the hold ended before the lane began", where="hold_ends")
            if belongs and tx.acts.get(actor.authority, ActId(belongs)) is None:
                raise NotFoundError("case.unknown", "this office has no such case", where=belongs)
            belongs = belongs or next((one.case for one in held.values() if one.lane == lane), "")
            planned = property_plan(lane, asset, start=start, hold_ends=end, case=belongs)
            kept = [task if (old := held.get(task.id)) is None or old.is_open else old for task in planned]
            for task in kept:
                keep_task(tx, actor.authority, task)
            self._log(tx, actor, "duty.property", lane)
        return tuple(kept)

    def end_property(self, actor: Actor, *, name: str, words: str) -> tuple[Task, ...]:
        """End the lane for a payment or a wallet, and say why: what is still open in it is owed no more.

        Raises:
            NotFoundError: ``duty.no_task``: there is no such lane.
            ConflictError: ``duty.done``: every step of it was done.

        Basis: 50(2)
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        said, lane = require_words(words), f"property-{name}"
        with self.place.store.transaction() as tx:
            steps = [task for task in tasks_of(tx, actor.authority) if task.lane == lane]
            if not steps:
                raise NotFoundError(
                    "duty.no_task", f"this office keeps no lane {name[:40]!r}", where=name[:40]
                )
            if not steps[0].is_open:
                raise ConflictError("duty.done", f"every step of {lane} is done")
            self._log(tx, actor, "duty.property.end", lane)
            return tuple(self._done(tx, actor, task.id, said) for task in steps if task.is_open)

    def confirm_later(self, actor: Actor, *, act: str, said_at: Instant, days: int | None = None) -> Task:
        """Owe a confirmation in writing of what was said by voice.

        Raises:
            MalformedError: ``digest.form``: no id; ``duty.days``: fewer than one day or more than 90.
        """
        require_access(actor, Action.ACT_DRAFT, realm=self.place.realm, owner=actor.authority)
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise MalformedError("duty.days", f"the days are between 1 and {MOST_DAYS}", where="days")
        named = ActId(parse_digest(act, where="act"))
        with self.place.store.transaction() as tx:
            record = tx.acts.get(actor.authority, named)
            case = record.case if record is not None else ""
            task = confirmation_of(named, said_at=said_at, days=days, case=case)
            keep_task(tx, actor.authority, task)
            self._log(tx, actor, "duty.confirm", act)
        return task

    def _done(self, tx: Transaction, actor: Actor, task: str, words: str) -> Task:
        found = next((one for one in tasks_of(tx, actor.authority) if one.id == task), None)
        if found is None:
            raise NotFoundError("duty.no_task", f"this office owes no {task[:80]!r}")
        if not found.is_open:
            raise ConflictError("duty.done", f"{found.done_by} did this already")
        made = msgspec.structs.replace(
            found, done_by=actor.officer, done_at=self.place.clock.now(), words=words[:500]
        )
        keep_task(tx, actor.authority, made)
        self._log(tx, actor, f"duty.done.{found.code}", task)
        return made

    def _log(self, tx: Transaction, actor: Actor, action: str, about: str) -> None:
        self.place.journal.decision(tx, actor, action=action, about=about, at=self.place.clock.now())
