"""The passes over moves for amounts of more than 64 bits, such as wei: compiled, in two words each.

They are those of :mod:`comity.tracing.taint`, exact while fewer than 2^126 units exist; beyond, a pass stops
and says at which move, and the passes of the domain do it instead. Each takes arrays of the holders of one
window, or of all holders: whoever calls says which by how sources and targets are numbered.

Basis: Knuth, 1997
"""

from typing import Any

import numba as nb
import numpy as np

_W = np.uint64
_ZERO, _ONE, _HALF, _LOW = _W(0), _W(1), _W(32), _W(0xFFFFFFFF)
_BASE = _W(1 << 32)
_LIMIT = _W(1 << 62)
_made: Any = nb.njit(cache=True)
_FOLDED: Any = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_folded: Any = nb.njit(**_FOLDED)


@_folded  # type: ignore[untyped-decorator]
def _add(h: Any, low: Any, oh: Any, ol: Any) -> Any:
    """Return the sum of two numbers of two words."""
    s = low + ol
    return h + oh + (_ONE if s < low else _ZERO), s


@_folded  # type: ignore[untyped-decorator]
def _sub(h: Any, low: Any, oh: Any, ol: Any) -> Any:
    """Return the difference of two numbers, the first not the smaller."""
    return h - oh - (_ONE if low < ol else _ZERO), low - ol


@_folded  # type: ignore[untyped-decorator]
def _less(h: Any, low: Any, oh: Any, ol: Any) -> Any:
    """Tell whether a number is smaller than another."""
    return h < oh or (h == oh and low < ol)


@_folded  # type: ignore[untyped-decorator]
def _digits(h: Any, low: Any, into: Any, at: Any) -> None:
    """Write a number as four digits of 32 bits, the smallest first."""
    into[at] = low & _LOW
    into[at + 1] = low >> _HALF
    into[at + 2] = h & _LOW
    into[at + 3] = h >> _HALF


@_folded  # type: ignore[untyped-decorator]
def _product(x: Any) -> None:
    """Multiply digits 0 to 3 by digits 4 to 7 into digits 8 to 16."""
    for i in range(8, 17):
        x[i] = _ZERO
    for i in range(4):
        carry = _ZERO
        for j in range(4):
            t = x[i] * x[4 + j] + x[8 + i + j] + carry
            x[8 + i + j] = t & _LOW
            carry = t >> _HALF
        x[12 + i] = carry


@_folded  # type: ignore[untyped-decorator]
def _divided(x: Any, size: Any) -> Any:
    """Divide digits 8 to 16 by ``size`` digits from 20 on, of which the highest has its highest bit set."""
    high, low = _ZERO, _ZERO
    top, next_ = x[20 + size - 1], x[20 + size - 2] if size > 1 else _ZERO
    for j in range(8 - size, -1, -1):
        head = x[8 + j + size] * _BASE + x[8 + j + size - 1]
        guess, rest = head // top, head % top
        third = x[8 + j + size - 2] if size > 1 else _ZERO
        while guess >= _BASE or guess * next_ > rest * _BASE + third:
            guess -= _ONE
            rest += top
            if rest >= _BASE:
                break
        borrow, carry = _ZERO, _ZERO
        for i in range(size):
            t = guess * x[20 + i] + carry
            carry = t >> _HALF
            s = x[8 + i + j] - (t & _LOW) - borrow
            borrow = _ONE if s > _LOW else _ZERO
            x[8 + i + j] = s & _LOW
        s = x[8 + j + size] - carry - borrow
        x[8 + j + size] = s & _LOW
        if s > _LOW:
            guess -= _ONE
            carry = _ZERO
            for i in range(size):
                t = x[8 + i + j] + x[20 + i] + carry
                x[8 + i + j] = t & _LOW
                carry = t >> _HALF
            x[8 + j + size] = (x[8 + j + size] + carry) & _LOW
        if j < 2:
            low |= guess << (_HALF * _W(j))
        elif j < 4:
            high |= guess << (_HALF * _W(j - 2))
    return high, low


@_folded  # type: ignore[untyped-decorator]
def _share(wh: Any, wl: Any, th: Any, tl: Any, bh: Any, bl: Any, x: Any) -> Any:  # noqa: PLR0917
    """Return ``floor(w t / b)`` where ``w`` is at most ``b``; ``x`` is room for 32 words."""
    if wh == _ZERO and th == _ZERO and bh == _ZERO and wl < _BASE and tl < _BASE:
        return _ZERO, wl * tl // bl
    _digits(wh, wl, x, 0)
    _digits(th, tl, x, 4)
    _product(x)
    _digits(bh, bl, x, 20)
    size = 4
    while x[20 + size - 1] == _ZERO:
        size -= 1
    shift = _ZERO
    while (x[20 + size - 1] << shift) & _W(1 << 31) == _ZERO:
        shift += _ONE
    if shift > _ZERO:
        for i in range(size - 1, 0, -1):
            x[20 + i] = ((x[20 + i] << shift) | (x[20 + i - 1] >> (_HALF - shift))) & _LOW
        x[20] = (x[20] << shift) & _LOW
        for i in range(16, 8, -1):
            x[i] = ((x[i] << shift) | (x[i - 1] >> (_HALF - shift))) & _LOW
        x[8] = (x[8] << shift) & _LOW
    return _divided(x, size)


@_folded  # type: ignore[untyped-decorator]
def _paid(state: Any, totals: Any, u: Any, wh: Any, wl: Any) -> Any:
    """Return what a payer holds before it pays, with what came from outside; False beyond the limit."""
    h, low = state[u, 0], state[u, 1]
    if _less(h, low, wh, wl):
        oh, ol = _sub(wh, wl, h, low)
        totals[2], totals[3] = _add(totals[2], totals[3], oh, ol)
        return wh, wl, totals[2] < _LIMIT
    return h, low, True


@_folded  # type: ignore[untyped-decorator]
def _arrived(state: Any, v: Any, wh: Any, wl: Any) -> Any:
    """Add an amount to what a holder holds; False beyond the limit."""
    h, low = _add(state[v, 0], state[v, 1], wh, wl)
    state[v, 0], state[v, 1] = h, low
    return h < _LIMIT


@_folded  # type: ignore[untyped-decorator]
def _began(seeds: Any, base: Any) -> Any:
    """Return which seed is the first at or behind a place."""
    at = 0
    while at < len(seeds) and seeds[at] < base:
        at += 1
    return at


@_folded  # type: ignore[untyped-decorator]
def _told(notes: Any, i: Any, th: Any, tl: Any, ph: Any, pl: Any) -> None:  # noqa: PLR0917
    """Write what a move took and paid, where it is asked for."""
    if len(notes):
        notes[i, 0], notes[i, 1], notes[i, 2], notes[i, 3] = th, tl, ph, pl


@_made  # type: ignore[untyped-decorator]
def haircut(s: Any, d: Any, a: Any, base: int, seeds: Any, state: Any, totals: Any, notes: Any) -> int:  # noqa: PLR0917
    """Follow taint in proportion through one window of moves.

    Args:
        s: Sources.
        d: Targets.
        a: Amounts, in two words.
        base: Place of the first of these moves among all.
        seeds: Places of the moves that arrive tainted, in order.
        state: Balance and taint of each holder, in two words each; changed.
        totals: Created and funded, likewise; changed.
        notes: Taken and paid of each move, likewise; of length 0 where nobody asks.

    Returns:
        -1, or the place in the window at which it stopped because an amount is too large.
    """
    at, room = _began(seeds, base), np.zeros(32, np.uint64)
    for i in range(len(s)):
        seeded = at < len(seeds) and seeds[at] == base + i
        at += seeded
        wh, wl, u, v = a[i, 0], a[i, 1], s[i], d[i]
        if wh == _ZERO and wl == _ZERO:
            continue
        bh, bl, fits = _paid(state, totals, u, wh, wl)
        if not fits or wh >= _LIMIT:
            return i
        if u == v and not seeded:
            state[u, 0], state[u, 1] = bh, bl
            continue
        th, tl = state[u, 2], state[u, 3]
        ph, pl = th, tl
        if (th or tl) and (bh != wh or bl != wl):
            ph, pl = _share(wh, wl, th, tl, bh, bl, room)
        state[u, 0], state[u, 1] = _sub(bh, bl, wh, wl)
        state[u, 2], state[u, 3] = _sub(th, tl, ph, pl)
        gh, gl = ph, pl
        if seeded:
            ch, cl = _sub(wh, wl, ph, pl)
            totals[0], totals[1] = _add(totals[0], totals[1], ch, cl)
            gh, gl = wh, wl
        if gh or gl:
            _told(notes, i, ph, pl, gh, gl)
            state[v, 2], state[v, 3] = _add(state[v, 2], state[v, 3], gh, gl)
        if not _arrived(state, v, wh, wl):
            return i
    return -1


@_made  # type: ignore[untyped-decorator]
def poison(  # noqa: PLR0917
    s: Any, d: Any, a: Any, base: int, seeds: Any, state: Any, totals: Any, notes: Any, first: Any
) -> int:
    """Follow taint to whoever received anything; ``first`` takes the places of moves; see :func:`haircut`."""
    at = _began(seeds, base)
    for i in range(len(s)):
        seeded = at < len(seeds) and seeds[at] == base + i
        at += seeded
        wh, wl, u, v = a[i, 0], a[i, 1], s[i], d[i]
        if wh == _ZERO and wl == _ZERO:
            continue
        bh, bl, fits = _paid(state, totals, u, wh, wl)
        if not fits or wh >= _LIMIT:
            return i
        if u == v and not seeded:
            state[u, 0], state[u, 1] = bh, bl
            continue
        state[u, 0], state[u, 1] = _sub(bh, bl, wh, wl)
        if not _arrived(state, v, wh, wl):
            return i
        if seeded:
            totals[0], totals[1] = _add(totals[0], totals[1], wh, wl)
        if seeded or first[u] >= 0:
            if first[u] >= 0:
                _told(notes, i, wh, wl, wh, wl)
            else:
                _told(notes, i, _ZERO, _ZERO, wh, wl)
            if first[v] < 0:
                first[v] = base + i
    return -1


@_folded  # type: ignore[untyped-decorator]
def _taken_lot(lots: Any, links: Any, free: Any) -> Any:
    """Return a lot that was free."""
    lot = free[0]
    free[0] = links[lot]
    free[1] -= 1
    return lot


@_folded  # type: ignore[untyped-decorator]
def _freed(links: Any, free: Any, lot: Any) -> None:
    """Give a lot back."""
    links[lot] = free[0]
    free[0] = lot
    free[1] += 1


@_folded  # type: ignore[untyped-decorator]
def _queued(lots: Any, links: Any, ends: Any, free: Any, v: Any, h: Any, low: Any, bad: Any) -> None:  # noqa: PLR0917
    """Put an amount behind the queue of a holder, into its last lot where that is of the same kind."""
    last = ends[v, 1]
    if last >= 0 and lots[last, 2] == bad:
        lots[last, 0], lots[last, 1] = _add(lots[last, 0], lots[last, 1], h, low)
        return
    lot = _taken_lot(lots, links, free)
    lots[lot, 0], lots[lot, 1], lots[lot, 2] = h, low, bad
    links[lot] = -1
    if last < 0:
        ends[v, 0] = lot
    else:
        links[last] = lot
    ends[v, 1] = lot


@_folded  # type: ignore[untyped-decorator]
def _unqueued(lots: Any, links: Any, ends: Any, free: Any, u: Any, h: Any, low: Any) -> Any:  # noqa: PLR0917
    """Take at most an amount of one kind from the front of a queue; return how much, and its kind."""
    lot = ends[u, 0]
    sh, sl, bad = lots[lot, 0], lots[lot, 1], lots[lot, 2]
    if _less(h, low, sh, sl):
        lots[lot, 0], lots[lot, 1] = _sub(sh, sl, h, low)
        return h, low, bad
    ends[u, 0] = links[lot]
    if ends[u, 0] < 0:
        ends[u, 1] = -1
    _freed(links, free, lot)
    return sh, sl, bad


@_made  # type: ignore[untyped-decorator]
def fifo(  # noqa: PLR0917
    s: Any,
    d: Any,
    a: Any,
    base: int,
    seeds: Any,
    state: Any,
    totals: Any,
    notes: Any,
    lots: Any,
    links: Any,
    ends: Any,
    free: Any,
) -> int:
    """Follow taint first in, first out through one window of moves; see :func:`haircut`.

    Further arguments:
        lots: Amount of each lot in two words, and 1 where it is tainted.
        links: The lot behind each, or -1.
        ends: First and last lot of each holder, or -1.
        free: ``free[0]`` the first free lot, behind which all others hang; ``free[1]`` how many.
    """
    at = _began(seeds, base)
    for i in range(len(s)):
        seeded = at < len(seeds) and seeds[at] == base + i
        at += seeded
        wh, wl, u, v = a[i, 0], a[i, 1], s[i], d[i]
        if wh == _ZERO and wl == _ZERO:
            continue
        bh, bl, fits = _paid(state, totals, u, wh, wl)
        if not fits or wh >= _LIMIT:
            return i
        oh, ol = _sub(bh, bl, state[u, 0], state[u, 1])
        if oh or ol:
            _queued(lots, links, ends, free, u, oh, ol, _ZERO)
        if u == v and not seeded:
            state[u, 0], state[u, 1] = bh, bl
            continue
        state[u, 0], state[u, 1] = _sub(bh, bl, wh, wl)
        lh, ll, ph, pl = wh, wl, _ZERO, _ZERO
        while lh or ll:
            sh, sl, bad = _unqueued(lots, links, ends, free, u, lh, ll)
            lh, ll = _sub(lh, ll, sh, sl)
            if bad:
                ph, pl = _add(ph, pl, sh, sl)
            if not seeded:
                _queued(lots, links, ends, free, v, sh, sl, bad)
        state[u, 2], state[u, 3] = _sub(state[u, 2], state[u, 3], ph, pl)
        gh, gl = ph, pl
        if seeded:
            ch, cl = _sub(wh, wl, ph, pl)
            totals[0], totals[1] = _add(totals[0], totals[1], ch, cl)
            _queued(lots, links, ends, free, v, wh, wl, _ONE)
            gh, gl = wh, wl
        if gh or gl:
            _told(notes, i, ph, pl, gh, gl)
            state[v, 2], state[v, 3] = _add(state[v, 2], state[v, 3], gh, gl)
        if not _arrived(state, v, wh, wl):
            return i
    return -1


@_made  # type: ignore[untyped-decorator]
def threaded(holders: Any, lots: Any, links: Any, ends: Any, free: Any) -> None:
    """Hang lots, which stand in order of holder and place, into the queues of their holders."""
    count = len(holders)
    for i in range(count):
        if ends[holders[i], 0] < 0:
            ends[holders[i], 0] = i
        else:
            links[i - 1] = i
        links[i] = -1
        ends[holders[i], 1] = i
    free[0], free[1] = (count if count < len(links) else -1), len(links) - count
    for i in range(count, len(links)):
        links[i] = i + 1 if i + 1 < len(links) else -1


@_made  # type: ignore[untyped-decorator]
def unthreaded(lots: Any, links: Any, ends: Any, holders: Any, order: Any) -> int:
    """Write the lots of all queues in order: whose each is, and which; return how many."""
    count = 0
    for holder in range(len(ends)):
        lot = ends[holder, 0]
        while lot >= 0:
            holders[count], order[count] = holder, lot
            count += 1
            lot = links[lot]
    return count
