import pytest

from comity.kernel.ids import PartyCode
from comity.treaty.packs import (
    Clocks,
    DualCriminality,
    OffenceClass,
    PenaltySide,
    pack_between,
    practice_pack,
)

ONE, OTHER, LIVE = PartyCode("XAA"), PartyCode("XAB"), PartyCode("KEN")


def test_the_convention_is_in_force_between_practice_parties_only() -> None:
    pack = pack_between(ONE, OTHER)
    assert pack is not None
    assert pack.instruments == ("uncc",)
    assert pack_between(LIVE, PartyCode("FRA")) is None
    assert pack_between(ONE, LIVE) is None
    assert pack_between(LIVE, ONE) is None


def test_preservation_never_depends_on_dual_criminality() -> None:
    mechanism = practice_pack().mechanisms["preservation"]
    assert mechanism.dual_criminality is DualCriminality.NEVER
    assert mechanism.penalty_side is PenaltySide.REQUESTING
    assert OffenceClass.OTHER not in mechanism.classes


def test_the_clocks_are_those_of_the_treaty() -> None:
    clocks = practice_pack().clocks
    assert (clocks.preservation_least, clocks.order_most, clocks.first_alarm) == (60, 90, 30)


def test_clocks_refuse_nonsense_at_birth() -> None:
    with pytest.raises(ValueError, match="less than one day"):
        Clocks(preservation_least=60, order_most=0, first_alarm=30, secrecy_review=366)
    with pytest.raises(ValueError, match="before the preservation began"):
        Clocks(preservation_least=60, order_most=90, first_alarm=60, secrecy_review=366)


def test_reservations_and_languages_are_those_of_the_party() -> None:
    pack = practice_pack()
    assert pack.reservations_of(PartyCode("XAC")) == {"42(5)"}
    assert pack.reservations_of(ONE) == frozenset()
    assert pack.languages_of(OTHER) == ("fr", "en")
