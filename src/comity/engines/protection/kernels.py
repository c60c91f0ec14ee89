"""The compiled search: general pigeonhole over chunks of a hash, buckets as compressed rows.

If two hashes of 256 bits differ in at most r bits, and the bits are split into chunks with radii t so that
the sum of (t + 1) exceeds r, then in at least one chunk they differ in at most its t. So every bucket of a
chunk that lies within t bits of the query's is looked at, and every hash found there is compared whole:
nothing is missed, and nothing is told that is further away.

What is looked at lies all over memory; so each step asks for all its cache lines before it reads the first.

Basis: Norouzi et al. 2014
"""

from typing import Any

import numba as nb
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.core.extending import intrinsic
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Ids = NDArray[np.uint32]
_BUCKETS = 4096
"""Most buckets of one chunk that are looked at before hashes are compared."""
_FOUND = 1024
"""Most candidates that are gathered before they are compared."""
_LOW = 13
"""Bits of a chunk by which rows are sorted last, in little memory."""


def _ones_made(_context: Any, _word: Any) -> Any:
    """Count the bits that are set."""

    def made(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        called = builder.module.declare_intrinsic("llvm.ctpop", [ir.IntType(64)])
        return builder.call(called, [arguments[0]])

    return types.uint64(types.uint64), made


def _ask_made(_context: Any, array: Any, _place: Any) -> Any:
    """Ask for the cache line of one element of an array, without waiting for it."""

    def made(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = target.make_array(signature.args[0])(target, builder, arguments[0])
        byte = ir.IntType(8).as_pointer()
        place = builder.bitcast(builder.gep(held.data, [arguments[1]]), byte)
        whole = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole])
        called = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        builder.call(called, [place, whole(0), whole(3), whole(1)])
        return target.get_dummy_value()

    return types.void(array, types.int64), made


_ones: Any = intrinsic(_ones_made)
_ask: Any = intrinsic(_ask_made)


@nb.njit(nogil=True, cache=True)
def _chunk(hashes: Words, row: int, offset: int, width: int) -> int:
    """Return the bits of a chunk of one hash."""
    word, shift = offset >> 6, nb.uint64(offset & 63)
    value = hashes[row, word] >> shift
    if (offset & 63) + width > 64:
        value |= hashes[row, word + 1] << (nb.uint64(64) - shift)
    found: int = nb.int64(value & ((nb.uint64(1) << nb.uint64(width)) - nb.uint64(1)))
    return found


@nb.njit(nogil=True, cache=True)
def fill(  # noqa: PLR0917  compiled code takes its arguments by place
    hashes: Words, offset: int, width: int, heads: Ids, rows: Ids, spare: Words
) -> None:
    """Sort the rows of all hashes into the buckets of one chunk: roughly first, then each part by itself.

    Args:
        hashes: One hash a row, four words.
        offset: First bit of the chunk.
        width: Its bits.
        heads: Takes where each bucket begins in ``rows``; one longer than there are buckets.
        rows: Takes the rows, as many as there are hashes.
        spare: Room for as many words.
    """
    low = min(width, _LOW)
    parts, within = 1 << (width - low), 1 << low
    begins = np.zeros(parts + 2, np.int64)
    for row in range(len(hashes)):
        begins[(_chunk(hashes, row, offset, width) >> low) + 2] += 1
    for part in range(1, len(begins)):
        begins[part] += begins[part - 1]
    for row in range(len(hashes)):
        value = _chunk(hashes, row, offset, width)
        place = begins[(value >> low) + 1]
        spare[place] = nb.uint64((value & (within - 1)) << 32 | row)
        begins[(value >> low) + 1] = place + 1
    counts = np.empty(within, np.uint32)
    for part in range(parts):
        first, last = begins[part], begins[part + 1]
        counts[:] = 0
        for place in range(first, last):
            counts[nb.int64(spare[place] >> nb.uint64(32))] += 1
        at = first
        for bucket in range(within):
            heads[part * within + bucket] = at
            many = counts[bucket]
            counts[bucket] = at
            at += many
        for place in range(first, last):
            bucket = nb.int64(spare[place] >> nb.uint64(32))
            rows[counts[bucket]] = nb.uint32(spare[place])
            counts[bucket] += 1
    heads[parts * within] = len(hashes)


@nb.njit(nogil=True, cache=True)
def _apart(hashes: Words, row: int, other: Words, at: int, most: int) -> int:
    """Return how many bits two hashes differ in; some number above ``most`` where they differ in more."""
    apart: Any = _ones(hashes[row, 0] ^ other[at, 0]) + _ones(hashes[row, 1] ^ other[at, 1])
    if apart <= most:
        apart += _ones(hashes[row, 2] ^ other[at, 2]) + _ones(hashes[row, 3] ^ other[at, 3])
    found: int = nb.int64(apart)
    return found


@nb.njit(nogil=True, cache=True)
def _is_first(  # noqa: PLR0917  compiled code takes its arguments by place
    hashes: Words, row: int, asked: Words, at: int, plan: NDArray[np.int64], chunk: int
) -> bool:
    """Tell whether no chunk before this one finds the pair too: each match is told once."""
    for before in range(chunk):
        offset, width, radius = plan[before, 0], plan[before, 1], plan[before, 2]
        differ = _chunk(hashes, row, offset, width) ^ _chunk(asked, at, offset, width)
        if _ones(nb.uint64(differ)) <= radius:
            return False
    return True


@nb.njit(nogil=True, cache=True)
def _buckets(  # noqa: PLR0917  compiled code takes its arguments by place
    chunk: NDArray[np.int64],
    here: int,
    heads: Ids,
    rows: Ids,
    flips: NDArray[np.int64],
    spans: NDArray[np.int64],
) -> int:
    """Note where the rows of each bucket near the query's begin and end; return how many have any."""
    base, first, last = chunk[3], chunk[4], chunk[5]
    for number in range(first, last):
        _ask(heads, base + (here ^ flips[number]))
    used = 0
    for number in range(first, last):
        place = base + (here ^ flips[number])
        begin, end = nb.int64(heads[place]), nb.int64(heads[place + 1])
        if begin < end:
            spans[used, 0], spans[used, 1] = begin, end
            used += 1
            _ask(rows, begin)
    return used


@nb.njit(nogil=True, cache=True)
def _gathered(
    spans: NDArray[np.int64], used: int, rows: Ids, flat: Words, held: NDArray[np.int64]
) -> tuple[int, int]:
    """Take candidates out of the buckets, from the last one on; return how many, and the buckets left."""
    full = 0
    while used > 0 and full < len(held):
        row = nb.int64(rows[spans[used - 1, 0]])
        _ask(flat, row * 4)
        held[full] = row
        full += 1
        spans[used - 1, 0] += 1
        if spans[used - 1, 0] == spans[used - 1, 1]:
            used -= 1
    return full, used


@nb.njit(nogil=True, cache=True)
def search(  # noqa: PLR0917  compiled code takes its arguments by place
    hashes: Words,
    gone: NDArray[np.uint8],
    plan: NDArray[np.int64],
    heads: Ids,
    rows: Ids,
    flips: NDArray[np.int64],
    asked: Words,
    most: int,
    found: NDArray[np.int64],
) -> int:
    """Find every hash within ``most`` bits of each of those that are asked for; return how many there are.

    Args:
        hashes: One hash a row, four words.
        gone: One for each row that no longer counts.
        plan: For each chunk its offset, width and radius, where its buckets begin in ``heads``, and where
            its flips begin and end.
        heads: Where each bucket begins, chunk after chunk.
        rows: The rows of each bucket; one row of this table a chunk.
        flips: What is turned over in a chunk to come to each bucket that is looked at.
        asked: The hashes that are asked for.
        most: Largest distance, in bits.
        found: Takes number of the question, row and distance; what does not fit is only counted.
    """
    count = 0
    spans, held = np.empty((_BUCKETS, 2), np.int64), np.empty(_FOUND, np.int64)
    flat = hashes.reshape(-1)
    for at in range(len(asked)):
        for chunk in range(len(plan)):
            table = rows[chunk * len(hashes) : (chunk + 1) * len(hashes)]
            here = _chunk(asked, at, plan[chunk, 0], plan[chunk, 1])
            used = _buckets(plan[chunk], here, heads, table, flips, spans)
            while used:
                full, used = _gathered(spans, used, table, flat, held)
                for number in range(full):
                    row = held[number]
                    apart = _apart(hashes, row, asked, at, most)
                    if apart > most or gone[row] or not _is_first(hashes, row, asked, at, plan, chunk):
                        continue
                    if count < len(found):
                        found[count, 0], found[count, 1], found[count, 2] = at, row, apart
                    count += 1
    return count


@nb.njit(nogil=True, cache=True)
def sweep(hashes: Words, gone: NDArray[np.uint8], asked: Words, most: int, found: NDArray[np.int64]) -> int:
    """Find the same as :func:`search`, by comparing with every hash."""
    count = 0
    for row in range(len(hashes)):
        if gone[row]:
            continue
        for at in range(len(asked)):
            apart = _apart(hashes, row, asked, at, most)
            if apart <= most:
                if count < len(found):
                    found[count, 0], found[count, 1], found[count, 2] = at, row, apart
                count += 1
    return count
