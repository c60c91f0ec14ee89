"""What is hidden in a row of counts cannot be told from the rest and the sum."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.kernel.figures import LEAST, hidden


@given(cells=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12)))
@settings(max_examples=50)
def test_no_small_count_is_shown_and_none_follows_from_the_sum(cells: dict[str, int]) -> None:
    covered = hidden(cells)
    assert {name for name, count in cells.items() if count < LEAST} <= covered <= set(cells)
    together = sum(cells[name] for name in covered)
    assert not covered or covered == set(cells) or (len(covered) > 1 and together >= LEAST)


def test_the_next_smallest_is_hidden_with_one_that_stands_alone() -> None:
    assert hidden({"a": 2, "b": 9, "c": 7}) == {"a", "c"}
    assert hidden({"a": 1, "b": 1, "c": 7, "d": 8}) == {"a", "b", "c"}
    assert hidden({"a": 3, "b": 3, "c": 7}) == {"a", "b"}
    assert hidden({"a": 5, "b": 6}) == frozenset() == hidden({})
