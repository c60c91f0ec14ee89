"""Times that people write, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.clock import Instant, format_instant, read_instant

DAY = 1_796_083_200_000_000  # 2026-12-01T00:00:00Z
LATEST = 253_402_300_799_999_999


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01",
        "2026-12-01T00:00",
        "2026-12-01T00:00:00Z",
        "2026-12-01 03:00+03:00",
        "2026-11-30T19:00:00-05:00",
    ],
)
def test_a_day_is_its_first_instant_and_an_offset_counts(text: str) -> None:
    assert read_instant(text) == DAY


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01", "2026-12-01T25:00", "0001-01-01", "1969-12-31", "12/01/2026", "9" * 5_000],
)
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_instant(text)


@given(st.integers(min_value=0, max_value=LATEST))
def test_what_is_written_is_read_again(at: int) -> None:
    assert read_instant(format_instant(Instant(at))) == at
