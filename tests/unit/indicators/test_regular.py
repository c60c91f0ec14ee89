"""Regular expressions of warning lists: the same verdict as the standard library, in bounded time."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.indicators.regular import MOST_STATES, Expression

PATTERNS = [
    r"^(security|noc|soc|abuse)\@.*\..*$",
    r"a{2,3}b?c*",
    r"\bcat\b",
    r"\Bat",
    r"[^a-c.-]+x",
    r"[]a]",
    r"(?:ab|a)(?:bc|c)$",
    r"\d\w\s\.\x41",
    r"(a*)*b",
    r"a??b{0}c{1,}",
    r"^$",
    r"",
    r"[\d_][a-z-]",
    r"x\u0062",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text(alphabet="abcxt@.-_ 19]", max_size=12))
@settings(max_examples=25, deadline=None)
def test_the_verdict_is_that_of_the_library(pattern: str, text: str) -> None:
    assert Expression(pattern).fits(text) == bool(re.search(pattern, text, re.IGNORECASE))


def test_an_expression_that_tries_every_way_is_followed_in_one_pass() -> None:
    for pattern in (r"(a+)+$", r"(a|aa)+$", r"(.*a){12}$", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(x+x+)+y"):
        assert not Expression(pattern).fits("a" * 255 + "!")


@pytest.mark.parametrize(
    "bad",
    [
        "(", ")", "a)", "[a", "*a", "(?=a)", "(?<n>a)", "a++", r"(a)\1", r"\p{L}", "a{3,2}", "a{500}", "\\",
        r"\xz", "[z-a]", "(" * 60 + "a" + ")" * 60, "(a{200}){200}",
    ],
)  # fmt: skip
def test_what_cannot_be_matched_in_bounded_time_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        Expression(bad)
    assert len(Expression("a" * 100)._states) < MOST_STATES
