"""Every paragraph of the articles is implemented, with a test, or left out, with a reason; figures hold."""

import pytest

from tools import coverage, treaty_coverage
from tools.treaty_coverage import Row

A_TEST = "tests/docs/test_treaty_coverage.py::test_nothing_disagrees"


def test_nothing_disagrees() -> None:
    assert treaty_coverage.faults() == []


def test_the_articles_are_there_whole() -> None:
    refs = treaty_coverage.paragraphs()
    assert len(refs) > 130
    assert {ref.partition("(")[0] for ref in refs} == {str(number) for number in treaty_coverage.ARTICLES}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (Row(ref="31(5)", does="It is done.", tests=(A_TEST,)), "nothing in the software cites it"),
        (Row(ref="42(9)", does="It is done."), "no test shows it"),
        (Row(ref="42(9)", does="It is done.", tests=(A_TEST + "_not",)), f"there is no test {A_TEST}_not"),
        (Row(ref="42(9)", out="For no reason."), "left out, and act preservation.extend cites it"),
        (Row(ref="42(9)"), "it is either done, with its tests, or left out with a reason"),
        (
            Row(ref="50(1)(a)", does="It is done.", tests=(A_TEST,), by=("field confiscation/colour",)),
            "there is no field confiscation/colour that cites it",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.ref,
)
def test_what_does_not_agree_is_told(row: Row, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(one for one in treaty_coverage.said() if one.ref != row.ref)
    monkeypatch.setattr(treaty_coverage, "said", lambda: (*others, row))
    assert f"{row.ref}: {fault}" in treaty_coverage.faults()


def test_a_paragraph_of_which_nothing_is_said_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(one for one in treaty_coverage.said() if one.ref != "42(8)")
    monkeypatch.setattr(treaty_coverage, "said", lambda: others)
    assert treaty_coverage.faults() == ["42(8): nothing is said of it"]


AT_FAULT = {"G014", "KG008", "LS011"}
"""Seeds that are at fault themselves and are kept as they were written."""


@pytest.mark.parametrize("name", list(coverage.JUDGES))
@pytest.mark.parametrize("folder", coverage.folders())
def test_at_least_95_in_100_are_judged_rightly(folder: str, name: str) -> None:
    verdicts = coverage.judged(folder).get(name, [])
    wrong = [verdict.seed for verdict in verdicts if not verdict.right and verdict.seed not in AT_FAULT]
    assert len(wrong) <= len(verdicts) * 0.05, wrong


def test_the_sets_are_as_large_as_they_are_said_to_be() -> None:
    assert len(coverage.seeds("first", "bad")) >= 100
    assert len(coverage.seeds("first", "stories")) >= 40
    assert len(coverage.seeds("first", "innocent")) >= 40
    for folder in coverage.folders()[1:]:
        assert len(coverage.seeds(folder, "bad")) >= 30
        assert len(coverage.seeds(folder, "stories")) >= 20
        assert len(coverage.seeds(folder, "innocent")) >= 20


def test_no_seed_has_the_name_of_another() -> None:
    names = [
        seed["id"]
        for folder in coverage.folders()
        for name in coverage.judged(folder)
        for seed in coverage.seeds(folder, name)
    ]
    assert len(set(names)) == len(names)
