"""Laws of taint: nothing is lost or made, methods contain each other, and compiled passes are the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.engines.tracing.passes import Pass, WidePass, WideWindow, Window
from comity.tracing.taint import Method, spread

np = pytest.importorskip("numpy")
pytest.importorskip("numba")

AMOUNTS = st.one_of(st.integers(0, 20), st.integers(0, 1 << 49))
HOLDERS = 6
MOVES = st.lists(st.tuples(st.integers(0, HOLDERS - 1), st.integers(0, HOLDERS - 1), AMOUNTS), max_size=40)
SIZES = st.one_of(
    st.integers(0, 9), st.integers(0, 1 << 66), st.integers(0, 1 << 100), st.integers(0, 1 << 125)
)
HUGE = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), SIZES), min_size=1, max_size=40)


@settings(max_examples=50, deadline=None)
@given(MOVES, st.sets(st.integers(0, 39), max_size=5))
def test_laws(moves, seeds):
    found = {method: spread(method, moves, seeds=seeds) for method in Method}
    for method in (Method.FIFO, Method.HAIRCUT):
        one = found[method]
        assert sum(one.taint.values()) == one.created
        assert all(0 < bad <= one.balances[holder] for holder, bad in one.taint.items())
        assert one.taint.keys() <= found[Method.POISON].first.keys()
    assert len({one.funded for one in found.values()}) == 1
    poison = found[Method.POISON]
    marked = {place for place in seeds if place < len(moves) and moves[place][2]}
    assert {moves[place][1] for place in marked} <= poison.first.keys()
    for holder, place in poison.first.items():
        source, target, amount = moves[place]
        assert target == holder and amount
        assert place in marked or poison.first[source] < place


def windows(moves, size):
    columns = [
        np.array([move[n] for move in moves], dtype=kind) for n, kind in ((0, "i4"), (1, "i4"), (2, "i8"))
    ]
    for base in range(0, len(moves), size):
        yield Window(base, *(column[base : base + size] for column in columns))


@settings(max_examples=30, deadline=None)
@given(MOVES, st.sets(st.integers(0, 39), max_size=5), st.integers(1, 15))
def test_compiled_passes_in_windows_are_those_of_the_domain(moves, seeds, size):
    for method in Method:
        one = Pass(method, holders=HOLDERS, seeds=sorted(seeds))
        if all(one.feed(window) for window in windows(moves, size)):
            assert one.told() == spread(method, moves, seeds=seeds)
        else:
            assert method is Method.HAIRCUT


@settings(max_examples=30, deadline=None)
@given(HUGE, st.sets(st.integers(0, 39), max_size=4), st.integers(1, 15))
def test_passes_in_two_words_are_those_of_the_domain_and_so_are_their_notes(moves, seeds, size):
    words = np.array([(amount >> 64, amount & (1 << 64) - 1) for *_, amount in moves], np.uint64)
    s, d = (np.array([move[n] for move in moves], dtype=np.int64) for n in (0, 1))
    for method in Method:
        one = WidePass(
            method, holders=4, seeds=np.array(sorted(seeds), np.int64), totals=np.zeros(4, np.uint64)
        )
        noted, told = [], []
        fits = True
        for base in range(0, len(moves), size):
            part = slice(base, base + size)
            notes = np.zeros((len(s[part]), 4), np.uint64)
            fits = fits and one.feed(WideWindow(base, s[part], d[part], words[part]), notes)
            noted += [
                (base + at, whole(notes[at, :2]), whole(notes[at, 2:]))
                for at in range(len(notes))
                if notes[at].any()
            ]
        found = spread(method, moves, seeds=seeds, note=lambda *one, told=told: told.append(one))
        assert fits == (found.funded < 1 << 126)
        if not fits:
            continue
        assert (whole(one.totals[:2]), whole(one.totals[2:])) == (found.created, found.funded)
        assert noted == told
        if method is Method.POISON:
            assert {n: int(place) for n, place in enumerate(one.first) if place >= 0} == found.first
            assert all(whole(one.state[n, :2]) == held for n, held in found.balances.items())
        else:
            assert {n: whole(row[2:]) for n, row in enumerate(one.state) if row[2:].any()} == found.taint
        if method is Method.FIFO:
            holders, lots = one.get_lots()
            for n in range(4):
                assert sum(whole(row[:2]) for row in lots[holders == n]) == whole(one.state[n, :2])


def whole(words):
    return int(words[0]) << 64 | int(words[1])
