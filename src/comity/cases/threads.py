"""The thread of a case as a directed acyclic graph: what each act had seen, forks, gaps, doubtful acts.

Everything here is a function of the set of acts and receipts, whatever order they arrived in. What each act
had seen, and what had seen it, is one number with a bit for each act; so a fold compares sets, not pairs.
"""

import heapq
from bisect import bisect_right
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
        self._future = self._futures()
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

    def _futures(self) -> list[int]:
        futures = [0] * len(self.order)
        for place in range(len(self.order) - 1, -1, -1):
            known = futures[place] | (1 << place)
            for parent in self.order[place].parents:
                futures[self._index[parent]] |= known
        return futures

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

    def mask(self, act_ids: Iterable[str]) -> int:
        """Return acts as a number with a bit for each; those that are not of the thread are left out."""
        found = 0
        for act_id in act_ids:
            place = self._index.get(ActId(act_id))
            if place is not None:
                found |= 1 << place
        return found

    def before(self, act_id: str) -> int:
        """Return everything that an act of the thread had seen, as a mask."""
        return self._past[self._index[ActId(act_id)]]

    def after(self, act_id: str) -> int:
        """Return everything that had seen an act of the thread, as a mask."""
        return self._future[self._index[ActId(act_id)]]

    def across(self, act_id: str) -> int:
        """Return everything that crosses an act of the thread, as a mask."""
        place = self._index[ActId(act_id)]
        return ~(self._past[place] | self._future[place] | (1 << place))

    def among(self, mask: int) -> tuple[Act, ...]:
        """Return the acts of a mask, in causal order."""
        found = []
        while mask > 0:
            lowest = mask & -mask
            found.append(self.order[lowest.bit_length() - 1])
            mask ^= lowest
        return tuple(found)

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
        authors = self._authors()
        found = 0
        for receipt in receipts:
            if receipt.result != "stored" or receipt.act_id not in self._index:
                continue
            late = authors[receipt.signer].above(receipt.own_last_seq) if receipt.signer in authors else 0
            if receipt.pending is not None:
                late &= ~self.mask((receipt.pending,))
            found |= late & ~self.after(receipt.act_id)
        return tuple(sorted(act.id for act in self.among(found)))

    def _authors(self) -> "dict[Address, _Author]":
        places: dict[Address, list[tuple[int, int]]] = defaultdict(list)
        for place, act in enumerate(self.order):
            places[act.sender].append((act.seq, place))
        return {sender: _Author(found) for sender, found in places.items()}


class _Author:
    """The acts of one author by ``seq``.

    Args:
        places: Each act's ``seq`` and place in the thread.
    """

    def __init__(self, places: list[tuple[int, int]]) -> None:
        places.sort()
        self._seqs = [seq for seq, _ in places]
        self._masks = [0] * (len(places) + 1)
        for at in range(len(places) - 1, -1, -1):
            self._masks[at] = self._masks[at + 1] | (1 << places[at][1])

    def above(self, seq: int) -> int:
        """Return the acts with a ``seq`` above this one, as a mask."""
        return self._masks[bisect_right(self._seqs, seq)]


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
