"""What one request has come to: every item judged from the acts on it and what each of them had seen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec

from comity.cases import kinds
from comity.cases.acts import Act
from comity.cases.attested import Attestation, told
from comity.cases.crossing import EXECUTIONS, WITHDRAW, Outcome, outcome
from comity.cases.state import (
    Account,
    Item,
    ItemState,
    Ruling,
    Undoing,
)
from comity.cases.threads import Thread
from comity.kernel.clock import Instant
from comity.kernel.ids import ActId

_RULINGS = ("request.refuse", "request.postpone")
# Where a fork leaves several last words, the more cautious one stands first.
_LAST_WORDS = (
    "request.refuse",
    "request.postpone",
    "information.send",
    "request.forward",
    "transmission.decide",
    "order.record",
    "request.accept",
)
_WORD_STATES = {
    "request.refuse": ItemState.REFUSED,
    "request.postpone": ItemState.POSTPONED,
    "information.send": ItemState.EXECUTED,
    "request.forward": ItemState.FORWARDED,
    "transmission.decide": ItemState.DECIDED,
    "order.record": ItemState.ORDERED,
    "request.accept": ItemState.ACCEPTED,
}
_DELIVERIES = ("evidence.deliver", "evidence.hand")
_UNDONE = {
    **dict.fromkeys(_DELIVERIES, "return"),
    "order.record": "lift",
    "execution.report": "lift",
}
_EFFECT_STATES = {"held": ItemState.HELD, "partly": ItemState.PARTLY_HELD, "not_held": ItemState.NOT_HELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A regular act, as it was signed or as it is attested, with its typed body and the items it names."""

    act: Act
    body: msgspec.Struct
    items: frozenset[str]
    attestation: Attestation | None = None

    @property
    def kind(self) -> str:
        """The kind of the act."""
        return self.act.kind

    @property
    def id(self) -> ActId:
        """The id of the act."""
        return self.act.id


class Rulings:
    """Judges the items of one request from its regular, not recalled steps."""

    def __init__(
        self, thread: Thread, request: Step, steps: Sequence[Step], *, recalls: Callable[[str], ActId | None]
    ) -> None:
        self._thread = thread
        self._recalls = recalls
        self.request = request
        self.steps = tuple(step for step in steps if recalls(step.id) is None or step.kind in EXECUTIONS)
        self._by_kind: dict[str, list[Step]] = {}
        for step in self.steps:
            self._by_kind.setdefault(step.kind, []).append(step)
        self._withdrawals = self._by_kind.get(WITHDRAW, [])
        self._words = [step for step in self.steps if step.kind in _LAST_WORDS]
        self._on_item = self._masks()
        self._known: dict[str, ItemState] = {}

    def _masks(self) -> dict[tuple[str, str], int]:
        """Return for each kind of withdrawal or word and each item the steps of it, as a mask."""
        found: dict[tuple[str, str], int] = {}
        for step in (*self._withdrawals, *self._words):
            bit = self._thread.mask((step.id,))
            for item in step.items:
                found[step.kind, item] = found.get((step.kind, item), 0) | bit
        return found

    def is_recalled(self, act_id: str) -> bool:
        """Tell whether an act was taken back."""
        return self._recalls(act_id) is not None

    def of_kind(self, *names: str) -> tuple[Step, ...]:
        """Return the steps of some kinds, in causal order."""
        if len(names) == 1:
            return tuple(self._by_kind.get(names[0], ()))
        return tuple(step for step in self.steps if step.kind in names)

    def stands(self, step: Step, item: str) -> bool:
        """Tell whether what a step says of an item holds against everything that it had seen or crossed."""
        if item not in step.items:
            return False
        withdrawn = self._on_item.get((WITHDRAW, item), 0)
        if withdrawn & self._thread.before(step.id):
            return False
        across = self._thread.across(step.id)
        if withdrawn & across and outcome(step.kind, WITHDRAW) is Outcome.SECOND:
            return False
        return not any(self._on_item.get((word, item), 0) & across for word in _beating(step.kind))

    def executions(self, item: str) -> tuple[Step, ...]:
        """Return the recorded executions that hold for an item, in causal order."""
        return tuple(step for step in self.of_kind(*EXECUTIONS) if self.stands(step, item))

    def item(self, item: str) -> Item:
        """Return an item with its state."""
        return Item(id=item, state=self._state(item))

    def _state(self, item: str) -> ItemState:
        if item not in self._known:
            self._known[item] = self._judged(item)
        return self._known[item]

    def _judged(self, item: str) -> ItemState:
        step = self._deciding(item)
        if step is None:
            return ItemState.ASKED
        if step.kind in EXECUTIONS:
            return executed(step, item)
        return ItemState.WITHDRAWN if step.kind == WITHDRAW else _WORD_STATES[step.kind]

    def _deciding(self, item: str) -> Step | None:
        """Return the step from which the state of an item follows, or None."""
        done = [step for step in self.executions(item) if self._recalls(step.id) is None]
        if done:
            return self._last(done)
        away = [step for step in self._withdrawals if item in step.items]
        return self._last(away) if away else self.last_word(item)

    def account(self, item: str) -> Account:
        """Return how an item stands, and what it came to: ground, order, delivery.

        Basis: 40(25), 40(26)
        """
        step = self._deciding(item)
        body = None if step is None else step.body
        ground = (
            getattr(body, "ground", "") if isinstance(body, (kinds.RefuseBody, kinds.PostponeBody)) else ""
        )
        orders = [s for s in self.of_kind("order.record") if self.stands(s, item)]
        gone = [s for s in self.of_kind(*_DELIVERIES) if self.stands(s, item) and not self.is_recalled(s.id)]
        return Account(
            id=item,
            state=self._state(item),
            act=None if step is None else step.id,
            ground=ground,
            order=self._last(orders).id if orders else None,
            delivery=self._last(gone).id if gone else None,
            forwarded_to=body.authority if isinstance(body, kinds.ForwardBody) else "",
        )

    def last_word(self, item: str) -> Step | None:
        """Return the decision or step that holds for an item now, or None."""
        standing = [step for step in self._words if self.stands(step, item)]
        return self._last(standing) if standing else None

    def _last(self, steps: Iterable[Step]) -> Step:
        steps = tuple(steps)
        all_of_them = self._thread.mask(step.id for step in steps)
        ends = [step for step in steps if not self._thread.after(step.id) & all_of_them]
        return min(ends, key=lambda s: (_LAST_WORDS.index(s.kind) if s.kind in _LAST_WORDS else 9, s.id))

    def irregular(self) -> tuple[ActId, ...]:
        """Return the executions that came after a withdrawal which they had seen."""
        return tuple(
            step.id
            for step in self.of_kind(*EXECUTIONS, "order.record")
            if any(not self.stands(step, item) for item in step.items)
        )

    def rulings(self, items: Sequence[str]) -> tuple[Ruling, ...]:
        """Return the refusals and postponements that hold, each with the items it holds for."""
        held: dict[ActId, list[str]] = {}
        found: dict[ActId, Step] = {}
        for item in items:
            word = self.last_word(item)
            if word is not None and word.kind in _RULINGS and self._state(item) is _WORD_STATES[word.kind]:
                held.setdefault(word.id, []).append(item)
                found[word.id] = word
        return tuple(_ruling(found[act_id], tuple(names)) for act_id, names in sorted(held.items()))

    def undoings(self, *, released: bool) -> tuple[Undoing, ...]:
        """Return what withdrawals and recalls that came too late leave to be done."""
        made = []
        for step in self.of_kind(*EXECUTIONS, "order.record"):
            standing = {item for item in step.items if self.stands(step, item)}
            what = _UNDONE.get(step.kind, "release")
            if what != "return" and released:
                continue
            recall = self._recalls(step.id)
            causes = [(w.id, standing & w.items) for w in self._withdrawals]
            causes += [(recall, standing)] if recall is not None and what == "return" else []
            for cause, names in causes:
                if names:
                    made.append(
                        Undoing(
                            what=what,
                            request=self.request.id,
                            items=tuple(sorted(names)),
                            execution=step.id,
                            cause=cause,
                            since=self._at(cause),
                            owner=self.request.act.sender if what == "return" else self.request.act.to,
                        )
                    )
        return tuple(sorted(made, key=lambda u: (u.execution, u.cause)))

    def _at(self, act_id: ActId) -> Instant:
        act = self._thread.get(act_id)
        assert act is not None
        return told(act).act.at


@cache
def _beating(kind: str) -> tuple[str, ...]:
    """Return the words that hold against a crossing act of this kind."""
    return tuple(word for word in _LAST_WORDS if outcome(word, kind) is Outcome.FIRST)


def executed(step: Step, item: str) -> ItemState:
    """Return what an execution says of an item."""
    if isinstance(step.body, (kinds.DeliverBody, kinds.HandBody, kinds.ReportBody)):
        return next(ItemState(entry.result) for entry in step.body.items if entry.id == item)
    if isinstance(step.body, kinds.EffectBody):
        return next(_EFFECT_STATES[entry.state] for entry in step.body.items if entry.id == item)
    raise AssertionError(step.kind)


def _ruling(step: Step, items: tuple[str, ...]) -> Ruling:
    body = step.body
    if isinstance(body, kinds.PostponeBody):
        until = None if body.until is None else Instant(body.until)
        return Ruling(act=step.id, kind=step.kind, items=items, ground=body.ground, until=until)
    if isinstance(body, kinds.RefuseBody):
        return Ruling(act=step.id, kind=step.kind, items=items, ground=body.ground)
    raise AssertionError(step.kind)
