import pytest

from comity.cases.duties import FIRST_ALARM
from comity.cases.state import LEAST_PRESERVATION
from comity.kernel.clock import DAY, Instant
from comity.kernel.findings import Severity
from comity.requests.deadlines import check_order
from comity.treaty import convention
from comity.treaty.packs import practice_pack

CLOCKS = practice_pack().clocks
START = Instant(1_790_000_000_000_000)


@pytest.mark.parametrize(
    ("length", "codes"),
    [
        (1, []),
        (90 * DAY, []),
        (90 * DAY + 1, ["order.long"]),
        (0, ["order.reversed"]),
        (-DAY, ["order.reversed"]),
        (None, ["order.open"]),
    ],
)
def test_a_domestic_order_runs_for_ninety_days_at_most(length: int | None, codes: list[str]) -> None:
    until = None if length is None else Instant(START + length)
    found = check_order(start=START, until=until, clocks=CLOCKS)
    assert [f.code for f in found.findings] == codes
    assert all((f.severity, f.basis) == (Severity.BLOCKS, "25(2)") for f in found.findings)
    assert found.may_proceed is not bool(codes)


def test_pack_case_and_convention_know_the_same_periods() -> None:
    figures = {(figure.ref, figure.unit): figure.value for figure in convention.figures()}
    assert figures["42(8)", "days"] == str(CLOCKS.preservation_least)
    assert figures["25(2)", "days"] == str(CLOCKS.order_most)
    assert CLOCKS.preservation_least * DAY == LEAST_PRESERVATION
    assert CLOCKS.first_alarm * DAY == FIRST_ALARM
