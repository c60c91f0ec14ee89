import pytest

from comity.kernel.errors import ConflictError, NotFoundError
from comity.kernel.findings import Severity
from comity.requests.refusal import (
    Refusal,
    allowed_grounds,
    check_refusal,
    forbidden_grounds,
    grounds,
    must_consult,
    require_ground,
)
from comity.treaty import convention
from comity.treaty.packs import OffenceClass

ALL_40 = {
    "R-40.8-DC",
    "R-40.8-DEMINIMIS",
    "R-40.8-OTHER-PROVISION",
    "R-40.21a",
    "R-40.21b",
    "R-40.21c",
    "R-40.21d",
    "R-40.22",
}


def codes(refusal: Refusal) -> dict[str, str]:
    return {f.code: f.basis for f in check_refusal(refusal).findings if f.severity is Severity.BLOCKS}


def test_the_lists_are_closed_and_those_of_the_treaty() -> None:
    assert {g.code for g in allowed_grounds("preservation")} == {"R-42.5", "R-40.21b", "R-40.21c", "R-40.22"}
    assert {g.code for g in allowed_grounds("stored-data")} == ALL_40 | {"R-36.1", "P-40.27"}
    assert {g.code for g in forbidden_grounds("stored-data")} == {"X-40.23", "X-40.24"}


def test_every_ground_stands_on_a_paragraph_that_exists() -> None:
    for ground in grounds():
        assert convention.exists(ground.basis)


@pytest.mark.parametrize(
    "code", ["R-40.21a", "R-40.21d", "R-40.8-DC", "X-42.4", "P-40.27", "R-36.1", "", "nonsense"]
)
def test_a_ground_outside_the_list_of_preservation_is_refused(code: str) -> None:
    with pytest.raises(ConflictError) as caught:
        require_ground("preservation", code)
    assert caught.value.code == "refusal.ground"
    assert "R-40.21b" in caught.value.hint


def test_a_ground_of_the_list_is_returned() -> None:
    assert require_ground("preservation", "R-40.22").basis == "40(22)"
    assert require_ground("stored-data", "P-40.27", postpone=True).effect == "postpone"


def test_a_ground_to_refuse_does_not_postpone_and_the_other_way_round() -> None:
    with pytest.raises(ConflictError):
        require_ground("stored-data", "R-40.22", postpone=True)
    with pytest.raises(ConflictError):
        require_ground("stored-data", "P-40.27")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(NotFoundError):
        require_ground("marriage", "R-40.22")
    with pytest.raises(NotFoundError):
        check_refusal(Refusal(kind="marriage", grounds=()))


@pytest.mark.parametrize("code", ["R-40.21a", "R-40.21b", "R-40.21c", "R-40.21d"])
def test_consultation_comes_before_a_refusal_under_21(code: str) -> None:
    assert must_consult("stored-data", [code])
    refusal = Refusal(kind="stored-data", grounds=(code,), reasoned=True)
    assert codes(refusal) == {"refusal.no_consultation": "40(28)"}
    assert codes(Refusal(kind="stored-data", grounds=(code,), reasoned=True, consulted=True)) == {}


def test_consultation_comes_before_a_postponement() -> None:
    refusal = Refusal(kind="stored-data", grounds=("P-40.27",), postpone=True, reasoned=True)
    assert codes(refusal) == {"refusal.no_consultation": "40(28)"}


@pytest.mark.parametrize("code", ["R-40.8-DC", "R-40.22", "R-36.1"])
def test_consultation_is_advice_on_other_grounds(code: str) -> None:
    found = check_refusal(Refusal(kind="stored-data", grounds=(code,), reasoned=True))
    assert found.may_proceed
    assert [f.code for f in found.findings] == ["refusal.consult_advised"]


def test_preservation_is_never_postponed() -> None:
    refusal = Refusal(kind="preservation", grounds=("P-40.27",), postpone=True, reasoned=True, consulted=True)
    assert codes(refusal) == {"postponement.not_allowed": "42(6)"}


@pytest.mark.parametrize(
    ("kind", "code", "basis"),
    [
        ("preservation", "X-42.4", "42(4)"),
        ("stored-data", "X-40.24", "40(24)"),
        ("stored-data", "X-40.23", "40(23)"),
    ],
)
def test_a_forbidden_reason_blocks_with_the_paragraph_that_forbids_it(
    kind: str, code: str, basis: str
) -> None:
    assert codes(Refusal(kind=kind, grounds=(code,), reasoned=True)) == {"refusal.forbidden": basis}


def test_dual_criminality_is_no_ground_against_preservation() -> None:
    refusal = Refusal(kind="preservation", grounds=("R-40.8-DC",), reasoned=True)
    assert codes(refusal) == {"refusal.not_allowed": "42(6)"}


def test_a_reservation_is_used_only_by_who_made_it_and_never_for_a_convention_offence() -> None:
    bare = Refusal(
        kind="preservation", grounds=("R-42.5",), reasoned=True, offence_class=OffenceClass.SERIOUS
    )
    assert codes(bare) == {"refusal.no_reservation": "42(5)"}
    made = frozenset({"42(5)"})
    for offence_class, expected in (
        (OffenceClass.SERIOUS, {}),
        (OffenceClass.CONVENTION, {"refusal.reservation_class": "42(5)"}),
    ):
        refusal = Refusal(
            kind="preservation",
            grounds=("R-42.5",),
            reasoned=True,
            offence_class=offence_class,
            reservations=made,
        )
        assert codes(refusal) == expected


def test_a_refusal_names_a_ground_and_gives_reasons() -> None:
    refusal = Refusal(kind="stored-data", grounds=())
    assert codes(refusal) == {"refusal.no_ground": "40(25)", "refusal.no_reasons": "40(25)"}
