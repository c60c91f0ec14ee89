"""An exact index of PDQ hashes: a base that never changes, and beside it a small part that does.

Additions and removals go to the small part. Once that has grown, :meth:`PdqIndex.renew` builds another base
from what counts, while the one before goes on answering, and puts it in place in one step.
"""

import itertools
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.engines.protection import kernels
from comity.protection.ports import Near

_MOST_BITS = 31
_ROOM = 4096
_SMALL = 4096
"""Below so many hashes no buckets are made: comparing with every one is quicker."""
_LATE = 65_536
"""So many changes beside the base, or an eighth of it, and it is time for another."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Base:
    """What never changes but in ``gone``.

    Attributes:
        keys: The caller's number of each row.
        hashes: Four words a row.
        gone: One for each row that no longer counts.
        plan, heads, rows, flips: As :func:`kernels.search` takes them; no chunks where it is small.
    """

    keys: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    gone: NDArray[np.uint8]
    plan: NDArray[np.int64]
    heads: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    flips: NDArray[np.int64]


class PdqIndex:
    """Finds every hash within 31 bits; safe to use from several threads.

    Args:
        keys: The caller's number of each hash, each once.
        hashes: 32 bytes each, one after the other.
    """

    def __init__(self, keys: Sequence[int] | NDArray[np.int64], hashes: bytes | NDArray[np.uint64]) -> None:
        self._turn = threading.Lock()
        self._renewing = threading.Lock()
        words = _words(hashes)
        self._base = _base(np.asarray(keys, dtype=np.int64), words)
        self._order: NDArray[np.int64] | None = None
        self._added: dict[int, bytes] = {}
        self._removed = 0
        self._since: list[tuple[int, bytes]] | None = None
        self._small: tuple[NDArray[np.int64], NDArray[np.uint64]] | None = None

    def __len__(self) -> int:
        """Return how many hashes count."""
        with self._turn:
            return len(self._base.keys) - self._removed + len(self._added)

    @property
    def is_late(self) -> bool:
        """Whether so much changed that another base is worth its while."""
        changed = len(self._added) + self._removed
        return changed > max(_SMALL, min(_LATE, len(self._base.keys) // 8))

    def put(self, key: int, hashed: bytes) -> None:
        """Add a hash of 32 bytes, or put it in the place of another under the same key; none: remove it."""
        with self._turn:
            self._put(key, hashed)
            if self._since is not None:
                self._since.append((key, hashed))

    def _put(self, key: int, hashed: bytes) -> None:
        row = self._row(key)
        if row is not None and not self._base.gone[row]:
            self._base.gone[row] = 1
            self._removed += 1
        self._added.pop(key, None)
        if hashed:
            self._added[key] = hashed
        self._small = None

    def _row(self, key: int) -> int | None:
        """Return the row of a key in the base, or None."""
        keys = self._base.keys
        if self._order is None:
            self._order = np.argsort(keys, kind="stable")
        place = int(np.searchsorted(keys, key, sorter=self._order))
        if place == len(keys):
            return None
        row = int(self._order[place])
        return row if keys[row] == key else None

    def search(self, asked: Sequence[bytes], *, most: int = _MOST_BITS) -> tuple[tuple[Near, ...], ...]:
        """Return, for each hash asked for, what lies within ``most`` bits, the nearest first."""
        if not 0 <= most <= _MOST_BITS:
            raise ValueError("an index made for 31 bits finds no more")
        answers: list[list[Near]] = [[] for _ in asked]
        if asked:
            words = _words(b"".join(asked))
            with self._turn:
                base, small = self._base, self._changed()
            for keys, found in (
                (base.keys, _found(base, words, most)),
                (small[0], _swept(small[1], words, most)),
            ):
                for question, row, apart in found.tolist():
                    answers[question].append(Near(key=int(keys[row]), distance=apart))
        return tuple(tuple(sorted(one, key=lambda near: (near.distance, near.key))) for one in answers)

    def renew(self) -> None:
        """Build another base from what counts; searches go on meanwhile, and changes too."""
        with self._renewing:
            with self._turn:
                base, added = self._base, dict(self._added)
                kept = base.gone == 0
                self._since = []
            words = base.hashes[kept]
            keys = base.keys[kept]
            if added:
                words = np.concatenate((words, _words(b"".join(added.values()))))
                keys = np.concatenate((keys, np.fromiter(added, np.int64, len(added))))
            made = _base(keys, words)
            with self._turn:
                since, self._since = self._since or [], None
                self._base, self._order, self._added, self._removed = made, None, {}, 0
                self._small = None
                for key, hashed in since:
                    self._put(key, hashed)

    def _changed(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        if self._small is None:
            keys = np.fromiter(self._added, np.int64, len(self._added))
            self._small = (keys, _words(b"".join(self._added.values())))
        return self._small


def plan_of(count: int) -> tuple[tuple[int, int, int], ...]:
    """Return offset, width and radius of each chunk for so many hashes: a little over log2 of them wide.

    Basis: Norouzi et al. 2014
    """
    return _split(math.ceil(256 / (math.log2(max(count, _SMALL)) + 1.5)))


def _split(chunks: int) -> tuple[tuple[int, int, int], ...]:
    """Return chunks whose radii plus one add up to 32; the wide ones have the large radii."""
    spare = _MOST_BITS + 1 - chunks
    made, offset = [], 0
    for number in range(chunks):
        width = 256 // chunks + (number < 256 % chunks)
        made.append((offset, width, spare // chunks + (number < spare % chunks)))
        offset += width
    return tuple(made)


def _base(keys: NDArray[np.int64], hashes: NDArray[np.uint64]) -> _Base:
    count = len(hashes)
    if len(keys) != count:
        raise ValueError("every hash has its key")
    chunks = plan_of(count) if count > _SMALL else ()
    plan = np.zeros((len(chunks), 6), np.int64)
    flips: list[int] = []
    heads = np.empty(sum((1 << width) + 1 for _, width, _ in chunks), np.uint32)
    rows = np.empty(len(chunks) * count, np.uint32)
    spare = np.empty(count, np.uint64)
    begins = 0
    for number, (offset, width, radius) in enumerate(chunks):
        first = len(flips)
        for many in range(radius + 1):
            flips.extend(sum(1 << bit for bit in bits) for bits in itertools.combinations(range(width), many))
        ends = begins + (1 << width) + 1
        plan[number] = (offset, width, radius, begins, first, len(flips))
        held = rows[number * count : (number + 1) * count]
        kernels.fill(hashes, offset, width, heads[begins:ends], held, spare)
        begins = ends
    return _Base(
        keys=keys,
        hashes=hashes,
        gone=np.zeros(count, np.uint8),
        plan=plan,
        heads=heads,
        rows=rows,
        flips=np.array(flips, np.int64),
    )


def _found(base: _Base, asked: NDArray[np.uint64], most: int) -> NDArray[np.int64]:
    def ran(found: NDArray[np.int64]) -> int:
        if not len(base.plan):
            return kernels.sweep(base.hashes, base.gone, asked, most, found)
        return kernels.search(
            base.hashes, base.gone, base.plan, base.heads, base.rows, base.flips, asked, most, found
        )

    return _grown(ran)


def _swept(hashes: NDArray[np.uint64], asked: NDArray[np.uint64], most: int) -> NDArray[np.int64]:
    if not len(hashes):
        return np.empty((0, 3), np.int64)
    gone = np.zeros(len(hashes), np.uint8)
    return _grown(lambda found: kernels.sweep(hashes, gone, asked, most, found))


def _grown(ran: Any) -> NDArray[np.int64]:
    """Return what a search found; it is asked again with room for all where there was more than expected."""
    room = _ROOM
    while True:
        found = np.empty((room, 3), np.int64)
        count = ran(found)
        if count <= room:
            return found[:count]
        room = count


def _words(hashes: bytes | NDArray[np.uint64]) -> NDArray[np.uint64]:
    if isinstance(hashes, np.ndarray):
        return np.ascontiguousarray(hashes, dtype=np.uint64).reshape(-1, 4)
    return np.frombuffer(hashes, dtype=np.dtype("<u8")).astype(np.uint64).reshape(-1, 4)
