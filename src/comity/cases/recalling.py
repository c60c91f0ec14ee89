"""Recalls: which acts their author takes back, and which are relied on already and stay."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from comity.cases import kinds
from comity.cases.rulings import Step
from comity.cases.threads import Thread
from comity.kernel.ids import ActId

RECALLABLE = frozenset(
    {
        "request.accept",
        "request.refuse",
        "request.postpone",
        "request.clarify",
        "request.answer",
        "case.consult",
        "preservation.extend",
        "transmission.decide",
        "evidence.deliver",
        "evidence.hand",
        "conditions.offer",
        "consent.ask",
        "consent.give",
        "assurance.ask",
        "costs.propose",
        "execution.warn",
        "consultation.draft",
    }
)
_RELYING = (
    "order.record",
    "preservation.effect",
    "transmission.decide",
    "evidence.deliver",
    "evidence.hand",
    "execution.report",
    "information.send",
)
_RELIED_ON = frozenset({"request.accept", "transmission.decide"})


class OfKind(Protocol):
    """Returns the steps of a kind that count, in causal order."""

    def __call__(self, kind: str) -> Iterable[Step]:
        """Return them."""
        ...


class Recalls:
    """Judges every recall of a thread.

    Attributes:
        made: For each act that is recalled, its recall.
        faults: Recalls without effect, each with a code.
    """

    def __init__(
        self,
        thread: Thread,
        steps: Mapping[ActId, Step],
        *,
        of_kind: OfKind,
        settled: Collection[ActId],
    ) -> None:
        """Judge them.

        Args:
            thread: The acts.
            steps: The regular steps.
            of_kind: Returns the steps of a kind.
            settled: Recalls that were judged before, of attestations.
        """
        self._thread = thread
        self.made: dict[str, ActId] = {}
        self.faults: list[tuple[ActId, str]] = []
        relying = self._relying(of_kind)
        for step in of_kind("act.recall"):
            if not isinstance(step.body, kinds.RecallBody) or step.id in settled:
                continue
            target = steps.get(ActId(step.body.act))
            if target is None or not self._is_own(target, step):
                self.faults.append((step.id, "recall.target"))
            elif self._is_relied_on(target, step, relying):
                self.faults.append((step.id, "recall.relied_on"))
            else:
                self.made[target.id] = min(step.id, self.made.get(target.id, step.id))

    def _is_own(self, target: Step, recall: Step) -> bool:
        own = target.kind in RECALLABLE and target.act.sender == recall.act.sender
        return own and self._thread.descends(recall.id, target.id)

    def _is_relied_on(self, target: Step, recall: Step, relying: Mapping[tuple[str, str], int]) -> bool:
        if target.kind not in _RELIED_ON:
            return False
        request = str(kinds.request_of(target.act, target.body))
        since = self._thread.after(target.id) & ~self._thread.after(recall.id)
        return any(relying.get((request, item), 0) & since for item in target.items)

    def _relying(self, of_kind: OfKind) -> dict[tuple[str, str], int]:
        """Return for each request and item the steps that rely on a decision about it, as a mask."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for kind in _RELYING:
            for step in of_kind(kind):
                request, bit = str(kinds.request_of(step.act, step.body)), self._thread.mask((step.id,))
                for item in step.items:
                    found[request, item] |= bit
        return found
