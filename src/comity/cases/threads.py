"""The thread of a case as a directed acyclic graph: what each act had seen, forks, gaps, doubtful acts.

Everything here is a function of the set of acts and receipts, whatever order they arrived in.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from comity.cases.acts import Act
from comity.cases.ports import Address, ReceiptRecord
from comity.kernel.ids import ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """Two or more acts of one author with one ``seq``: each pair is proof against the author.

    Basis: PROTOCOL rule 5
    """

    author: Address
    seq: int
    acts: tuple[ActId, ...]


class Thread:
    """The acts of one case that descend without gap from the opening act, in a causal order.

    Acts with an ancestor that is not here are kept apart in ``orphans``, and what they lack in ``missing``.
    """

    def __init__(self, acts: Iterable[Act]) -> None:
        found = {act.id: act for act in acts}
        self.order: tuple[Act, ...] = _causal_order(found)
        self._index = {act.id: place for place, act in enumerate(self.order)}
        self._past = self._pasts()
        self.orphans = tuple(sorted(set(found) - set(self._index)))
        named = {parent for act_id in self.orphans for parent in found[act_id].parents}
        self.missing = tuple(sorted(named - set(found)))

    def _pasts(self) -> list[int]:
        pasts: list[int] = []
        for act in self.order:
            past = 0
            for parent in act.parents:
                place = self._index[parent]
                past |= pasts[place] | (1 << place)
            pasts.append(past)
        return pasts

    def __contains__(self, act_id: str) -> bool:
        return act_id in self._index

    def get(self, act_id: str) -> Act | None:
        """Return an act of the thread, or None."""
        place = self._index.get(ActId(act_id))
        return None if place is None else self.order[place]

    def descends(self, later: str, earlier: str) -> bool:
        """Tell whether ``later`` had seen ``earlier``, directly or through others; False for itself."""
        first, second = self._index.get(ActId(earlier)), self._index.get(ActId(later))
        return first is not None and second is not None and bool(self._past[second] >> first & 1)

    def crosses(self, one: str, other: str) -> bool:
        """Tell whether neither act had seen the other."""
        return one != other and not self.descends(one, other) and not self.descends(other, one)

    @property
    def heads(self) -> tuple[ActId, ...]:
        """The acts that no other act descends from, sorted by id."""
        covered = {parent for act in self.order for parent in act.parents}
        return tuple(sorted(act.id for act in self.order if act.id not in covered))

    @property
    def last_seqs(self) -> dict[Address, int]:
        """The highest ``seq`` of each author."""
        found: dict[Address, int] = {}
        for act in self.order:
            found[act.sender] = max(found.get(act.sender, 0), act.seq)
        return found

    @property
    def forks(self) -> tuple[Fork, ...]:
        """Every ``seq`` that an author used more than once, in a stable order."""
        groups: dict[tuple[str, str, int], list[Act]] = defaultdict(list)
        for act in self.order:
            groups[act.sender.authority, act.sender.root, act.seq].append(act)
        return tuple(
            Fork(author=same[0].sender, seq=seq, acts=tuple(sorted(act.id for act in same)))
            for (_, _, seq), same in sorted(groups.items())
            if len(same) > 1
        )

    def ignoring(self, receipts: Iterable[ReceiptRecord]) -> tuple[ActId, ...]:
        """Return the acts whose author had receipted an act that they do not descend from.

        After an author's receipt for X, the author's acts with ``seq`` above the receipt's
        ``own_last_seq``, except its one ``pending``, descend from X.

        Basis: PROTOCOL rule 5
        """
        by_author: dict[Address, list[Act]] = defaultdict(list)
        for act in self.order:
            by_author[act.sender].append(act)
        found: set[ActId] = set()
        for receipt in receipts:
            if receipt.result != "stored" or receipt.act_id not in self._index:
                continue
            for act in by_author[receipt.signer]:
                late = act.seq > receipt.own_last_seq and act.id != receipt.pending
                if late and not self.descends(act.id, receipt.act_id):
                    found.add(act.id)
        return tuple(sorted(found))


def _causal_order(acts: dict[ActId, Act]) -> tuple[Act, ...]:
    """Return the acts that hang together with an opening act, parents first, ties by id."""
    waits = {act.id: len(act.parents) for act in acts.values()}
    children: dict[ActId, list[ActId]] = defaultdict(list)
    for act in acts.values():
        for parent in act.parents:
            children[parent].append(act.id)
    ready = [act.id for act in acts.values() if act.opens_case]
    heapq.heapify(ready)
    done: list[Act] = []
    while ready:
        act_id = heapq.heappop(ready)
        done.append(acts[act_id])
        for child in children[act_id]:
            waits[child] -= 1
            if not waits[child]:
                heapq.heappush(ready, child)
    return tuple(done)
