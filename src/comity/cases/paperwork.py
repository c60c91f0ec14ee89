"""What of a thread happened outside any node: attestations and their status, and how own acts were carried.

Read before the fold gives acts any effect; like the fold it is a function of the set of acts.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from comity.cases import attested, kinds
from comity.cases.acts import Act
from comity.cases.attested import ATTEST, CONFIRM, CONVEY, DISPUTE, Attestation
from comity.cases.ports import Address
from comity.cases.talking import CONFIRMED, DISPUTED, RECALLED, STANDING, Attested, Unconveyed
from comity.cases.threads import Thread
from comity.kernel.clock import Instant
from comity.kernel.errors import MalformedError
from comity.kernel.ids import ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class Paperwork:
    """What happened outside any node.

    Attributes:
        attestations: By act: how, and by whom, it is attested.
        attested: The same with status, in causal order.
        without_effect: Attestations that the fold does not take as an act, each with a code; empty for one
            that merely puts an earlier one in writing.
        recalls: For each recalled attestation, the recall.
        arrived: When an own act arrived at an authority without a node, as its author attests.
        unconveyed: Acts to such an authority that are still to be carried.
    """

    attestations: dict[ActId, Attestation] = field(default_factory=dict)
    attested: tuple[Attested, ...] = ()
    without_effect: dict[ActId, str] = field(default_factory=dict)
    recalls: dict[ActId, ActId] = field(default_factory=dict)
    arrived: dict[ActId, Instant] = field(default_factory=dict)
    unconveyed: tuple[Unconveyed, ...] = ()


def paperwork(thread: Thread, *, passed_over: Collection[str]) -> Paperwork:
    """Return what of a thread happened outside any node.

    Args:
        thread: The acts.
        passed_over: Acts that have no effect for another reason.

    Basis: PROTOCOL rule 26
    """
    acts = [act for act in thread.order if act.id not in passed_over]
    reader = _Reader(thread, acts)
    arrived, left = reader.carried()
    return Paperwork(
        attestations={act.id: one for act, one in reader.found},
        attested=tuple(reader.judged(act, one) for act, one in reader.found),
        without_effect=reader.without_effect(),
        recalls=reader.recalls,
        arrived=arrived,
        unconveyed=tuple(
            Unconveyed(act=act.id, by=act.sender, at=act.at)
            for act in acts
            if attested.is_outside(act.to, act.realm)
            and act.kind not in attested.STAYS
            and act.kind in kinds.KINDS
            and act.id not in left
        ),
    )


class _Reader:
    """Reads the acts of a thread that speak of paper."""

    def __init__(self, thread: Thread, acts: Collection[Act]) -> None:
        self._thread, self._acts = thread, acts
        self.found: list[tuple[Act, Attestation]] = []
        for act in acts:
            if act.kind == ATTEST and _is_sound(act):
                one = attested.told(act).attestation
                if one is not None:
                    self.found.append((act, one))
        self._by_id = {act.id: (act, one) for act, one in self.found}
        self.recalls = self._named("act.recall", "act", by_author=True)
        self._disputed = self._named(DISPUTE, "attestation", by_author=False)
        self._confirmed = {**self._written(), **self._named(CONFIRM, "attestation", by_author=False)}

    def _named(self, kind: str, member: str, *, by_author: bool) -> dict[ActId, ActId]:
        """Return attestations named by later acts of a kind, by who attested, or by whom it is about."""
        named: dict[ActId, ActId] = {}
        for act in self._acts:
            target = self._by_id.get(ActId(str(act.body.get(member)))) if act.kind == kind else None
            if target is None or not self._thread.descends(act.id, target[0].id) or not _is_sound(act):
                continue
            if act.sender == (target[0].sender if by_author else target[0].to):
                named[target[0].id] = min(act.id, named.get(target[0].id, act.id))
        return named

    def _written(self) -> dict[ActId, ActId]:
        """Return attestations of what was said by voice that a later one of the same kind puts in writing."""
        written: dict[ActId, ActId] = {}
        for act, one in self.found:
            first = self._by_id.get(ActId(one.confirms or ""))
            if first is not None and self._repeats(act, one, first[0]):
                written[first[0].id] = min(act.id, written.get(first[0].id, act.id))
        return written

    def _repeats(self, act: Act, one: Attestation, first: Act) -> bool:
        same = act.sender == first.sender and act.body.get("kind") == first.body.get("kind")
        live = act.id not in self.recalls and one.channel != attested.VOICE
        return same and live and self._thread.descends(act.id, first.id)

    def status(self, act_id: ActId) -> str:
        """Return the status of an attestation; who disputes outweighs who confirms."""
        for status, named in (
            (RECALLED, self.recalls),
            (DISPUTED, self._disputed),
            (CONFIRMED, self._confirmed),
        ):
            if act_id in named:
                return status
        return STANDING

    def judged(self, act: Act, one: Attestation) -> Attested:
        """Return an attestation with its status."""
        return Attested(
            act=act.id,
            kind=str(act.body.get("kind")),
            of=act.to,
            by=act.sender,
            channel=one.channel,
            at=one.at,
            status=self.status(act.id),
            confirms=ActId(one.confirms) if one.confirms else None,
        )

    def without_effect(self) -> dict[ActId, str]:
        """Return the attestations that are no act of the other side, each with a code."""
        found: dict[ActId, str] = {}
        for act, one in self.found:
            status = self.status(act.id)
            if status in (RECALLED, DISPUTED):
                found[act.id] = f"attested.{status}"
            elif one.confirms is not None:
                first = self._by_id.get(ActId(one.confirms))
                ok = first is not None and self._repeats(act, one, first[0])
                found[act.id] = "" if ok else "attested.confirms"
        return found

    def carried(self) -> tuple[dict[ActId, Instant], frozenset[ActId]]:
        """Return when own acts arrived at an authority without a node, and which of them left."""
        arrived: dict[ActId, Instant] = {}
        left = set()
        for act in self._acts:
            if act.kind != CONVEY or not _is_sound(act):
                continue
            target = self._thread.get(str(act.body["act"]))
            if target is None or target.sender != act.sender or not self._thread.descends(act.id, target.id):
                continue
            left.add(target.id)
            if act.body["step"] == attested.ARRIVED and attested.is_outside(target.to, target.realm):
                at = Instant(act.body["at"])
                arrived[target.id] = min(at, arrived.get(target.id, at))
        return arrived, frozenset(left)


def _is_sound(act: Act) -> bool:
    """Tell whether the skeleton of an act fits its kind."""
    try:
        kinds.parse_body(act)
    except MalformedError:
        return False
    return True


def attester(act: Act, attestation: Attestation | None) -> Address:
    """Return who stands for an act: its author, or who attests it."""
    return act.sender if attestation is None else attestation.by
