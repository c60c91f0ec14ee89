"""Figures without persons: what is hidden cannot be reckoned from what is shown."""

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.protection.victims.counting import ALL, FEWEST, Counted, counted

ROWS, COLUMNS = ("14", "15", "16"), ("adult", "child", "unknown")
TABLES = st.fixed_dictionaries(
    {(row, column): st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 30]) for row in ROWS for column in COLUMNS}
)


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_a_small_count_is_never_told_and_every_count_that_is_told_is_true(counts) -> None:
    table = counted(counts, rows=ROWS, columns=COLUMNS)
    for row, line in zip(table.rows, table.cells, strict=True):
        for column, shown in zip(table.columns, line, strict=True):
            true = sum(count for (r, c), count in counts.items() if row in (r, ALL) and column in (c, ALL))
            assert shown is None or shown == true
            assert shown is None or not 0 < shown < FEWEST


def raised(table: Counted, counts, row: str, column: str) -> bool:
    """Tell whether a hidden cell could hold FEWEST more, by a path of hidden counts that can give it."""
    true = {}
    for r in table.rows:
        for c in table.columns:
            true[r, c] = sum(n for (a, b), n in counts.items() if r in (a, ALL) and c in (b, ALL))
    hidden = {
        (r, c)
        for r, line in zip(table.rows, table.cells, strict=True)
        for c, shown in zip(table.columns, line, strict=True)
        if shown is None
    }

    def ends(place):
        r, c = place
        if r == ALL:
            return ("sink", "source") if c == ALL else (f"c {c}", "sink")
        return ("source", f"r {r}") if c == ALL else (f"r {r}", f"c {c}")

    start, goal = ends((row, column))[1], ends((row, column))[0]
    reached, grown = {start}, True
    while grown:
        grown = False
        for place in hidden - {(row, column)}:
            a, b = ends(place)
            for one, other, allowed in ((a, b, True), (b, a, true[place] >= FEWEST)):
                if one in reached and allowed and other not in reached:
                    reached.add(other)
                    grown = True
    return goal in reached


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_every_small_count_could_be_larger_by_as_much_as_is_hidden(counts) -> None:
    table = counted(counts, rows=ROWS, columns=COLUMNS)
    whole = all(shown is None for line in table.cells for shown in line)
    for (row, column), count in counts.items():
        if 0 < count < FEWEST:
            assert whole or raised(table, counts, row, column)


def test_a_table_by_hand() -> None:
    counts = {("14", "child"): 2, ("14", "adult"): 20, ("16", "adult"): 30, ("16", "child"): 12}
    table = counted(counts, rows=("14", "16"), columns=("adult", "child"))
    assert table.cells == ((None, None, 22), (None, None, 42), (50, 14, 64))
    alone = counted({("14", "child"): 1}, rows=("14",), columns=("child",))
    assert {shown for line in alone.cells for shown in line} == {None}
