"""Laws of taint: nothing is lost or made, methods contain each other, and compiled passes are the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.tracing.taint import Method, spread

np = pytest.importorskip("numpy")
pytest.importorskip("numba")

AMOUNTS = st.one_of(st.integers(0, 20), st.integers(0, 1 << 49))
HOLDERS = 6
MOVES = st.lists(st.tuples(st.integers(0, HOLDERS - 1), st.integers(0, HOLDERS - 1), AMOUNTS), max_size=40)
HUGE = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 1 << 100)), min_size=1, max_size=20
)


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


@settings(max_examples=50, deadline=None)
@given(MOVES, st.sets(st.integers(0, 39), max_size=5), st.integers(1, 15))
def test_compiled_passes_in_windows_are_those_of_the_domain(moves, seeds, size):
    from comity.engines.tracing.passes import Window, follow

    columns = [
        np.array([move[n] for move in moves], dtype=kind) for n, kind in ((0, "i4"), (1, "i4"), (2, "i8"))
    ]

    def windows():
        for base in range(0, len(moves), size):
            yield Window(base, *(column[base : base + size] for column in columns))

    for method in Method:
        told, compiled = follow(
            method, windows, holders=HOLDERS, seeds=sorted(seeds), exact=lambda: iter(moves)
        )
        assert told == spread(method, moves, seeds=seeds)
        assert compiled or method is Method.HAIRCUT


@settings(max_examples=50, deadline=None)
@given(HUGE, st.sets(st.integers(0, 19), max_size=4))
def test_amounts_too_large_for_a_compiled_pass_are_followed_exactly(moves, seeds):
    from comity.engines.tracing.passes import Window, follow

    told_amounts = np.array([min(move[2], 1 << 62) for move in moves], dtype="i8")
    window = Window(0, *(np.array([move[n] for move in moves], dtype="i4") for n in (0, 1)), told_amounts)
    for method in Method:
        told, _ = follow(
            method, lambda: iter([window]), holders=4, seeds=sorted(seeds), exact=lambda: iter(moves)
        )
        assert told == spread(method, moves, seeds=seeds)
