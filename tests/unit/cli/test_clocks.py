"""`comity clock simulate`, and the arithmetic that lists and cases show."""

import json
from pathlib import Path
from typing import Any

import pytest

from comity.cases.reckoning import Step
from comity.cli.reckoned import reckoned, steps_value
from comity.cli.words import Words
from comity.kernel.clock import Instant
from comity.wording import LANGUAGES
from comity.wording.catalogue import catalogue, placeholders
from comity.wording.clocks import rung_text
from tests.unit.cli.fakes import comity as call

SCENARIO: dict[str, Any] = {
    "version": 1,
    "until": "2027-12-31",
    "requesting": "XAA",
    "requested": "XAB",
    "calendars": {"XAA": {"zone": "Europe/Paris", "weekend": [6, 7]}},
    "facts": [
        {"at": "2027-03-01T09:00:00Z", "do": "preservation.request", "name": "p1"},
        {"at": "2027-03-03T10:00:00Z", "do": "preservation.effect", "request": "p1"},
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(SCENARIO))
    return path


def test_a_scenario_is_told_in_full(file: Path) -> None:
    found = call("clock", "simulate", str(file), "--json")
    assert found.code == 0, found.err
    value = json.loads(found.out)
    assert set(value) >= {"until", "deadlines", "alarms", "lapses", "unowned"} and value["unowned"] == []
    lapsed = [one for one in value["lapses"] if one["code"] == "duty.lapsed"]
    assert [(one["owner"], one["due"], one["basis"], one["acknowledged"]) for one in lapsed] == [
        ("XAA", "2027-05-02T10:00:00Z", "42(8)", None)
    ]
    arithmetic = lapsed[0]["arithmetic"]
    assert [step["code"] for step in arithmetic] == ["effected", "plus_days"]
    assert arithmetic[1]["at"] == "2027-05-02T10:00:00Z" and arithmetic[1]["parameters"] == {"count": 60}
    assert arithmetic[1]["text"] == "+ 60 days of 24 hours = 2 May 2027, 10:00 UTC"
    assert len([one for one in value["alarms"] if one["code"].startswith("duty.follow_up")]) == 29


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scenario_is_told_in_words(file: Path, language: str) -> None:
    found = call("clock", "simulate", str(file), "--lang", language)
    assert found.code == 0 and "42(8)" in found.out and "reckon." not in found.out


@pytest.mark.parametrize("text", ["{", "{}", json.dumps(SCENARIO | {"facts": [{"at": "x", "do": "y"}]})])
def test_what_is_no_scenario_ends_with_3(file: Path, text: str) -> None:
    file.write_text(text)
    assert call("clock", "simulate", str(file), "--json").code == 3


def test_what_is_quoted_from_outside_is_made_harmless() -> None:
    step = Step(code="fact", at=Instant(0), given=(("name", "served\x1b[31m"),))
    (text,) = reckoned([step], Words("en"))
    assert "\x1b" not in text and "served" in text
    assert steps_value([step], Words("en"))[0]["parameters"] == {"name": "served\x1b[31m"}  # type: ignore[index]


def test_every_language_fills_the_same_places_of_the_arithmetic() -> None:
    keys = [key for key in catalogue("en") if key.startswith(("reckon.", "rung."))]
    assert len(keys) > 30
    for language in LANGUAGES[1:]:
        assert {k: placeholders(catalogue(language)[k]) for k in keys} == {
            k: placeholders(catalogue("en")[k]) for k in keys
        }


def test_alarms_are_told_by_how_long_is_left() -> None:
    hour = 3_600_000_000
    assert rung_text(None, Instant(0)) == "" == rung_text(5, None)
    assert rung_text(30 * 24 * hour, Instant(0)).startswith("30 days before")
    assert rung_text(2 * hour, Instant(0)).startswith("less than 2 hours")
    assert rung_text(0, Instant(0)).startswith("over since")
