"""What is open between two Parties on a day."""

from datetime import date

import msgspec

from comity.kernel.ids import PartyCode
from comity.treaty.overlay import Overlay
from comity.treaty.pairs import pair
from tests.unit.treaty.test_force import deposits

ONE, OTHER = PartyCode("QAT"), PartyCode("VNM")


def test_each_mechanism_has_its_best_instrument_and_what_the_convention_itself_gives() -> None:
    before = pair(ONE, OTHER, on=date(2026, 11, 22), kinds=["preservation"])
    assert [(row.convention, row.reason) for row in before.mechanisms] == [("closed", "force.nowhere")]
    whole = Overlay(events={"uncc": tuple(msgspec.structs.replace(e, source="x") for e in deposits(37))})
    after = pair(ONE, OTHER, on=date(2027, 4, 1), overlay=whole)
    row = next(row for row in after.mechanisms if row.kind == "preservation")
    assert (row.verdict, row.instrument, row.article) == ("opens", "uncc", "42(1)")
    assert len(after.mechanisms) > 20


def test_a_pair_of_one_is_closed() -> None:
    view = pair(ONE, ONE, on=date(2027, 4, 1), kinds=["extradition"])
    assert [(row.verdict, row.instrument) for row in view.mechanisms] == [("closed", "")]
