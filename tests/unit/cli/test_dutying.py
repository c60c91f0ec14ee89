"""Duty at the command line: what rings is told first, and every step is one command."""

import pytest

from comity.kernel.clock import Instant
from tests.unit.cli.fakes import ALARM, REQUEST, TASK, comity

LANGUAGES = ["en", "fr", "ar"]
STEPS = {
    "duty_single": ("single", "on", "--confirmed-by", "m.okafor"),
    "duty_drill": ("drill",),
    "duty_take": ("take", "9c3f5e21", "--words", "mine"),
    "duty_numbers": ("numbers", REQUEST),
    "duty_call": ("call", REQUEST, "--number", "+999 1", "--outcome", "confirmed", "--reached", "desk"),
    "duty_review": ("review", REQUEST, "--outcome", "upheld", "--words", "needed"),
    "duty_done": ("done", TASK.id, "--words", "sent"),
    "duty_property": ("property", "x", "--asset", "wallet", "--hold-ends", "2026-11-25T12:00:00Z"),
    "duty_end": ("end", "x", "--words", "given back"),
    "duty_confirm": ("confirm", REQUEST, "--said-at", "2026-11-22T09:00:00Z", "--days", "2"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_is_told_in_every_language(language):
    ran = comity("duty", "watch", "--lang", language)
    assert (ran.code, ran.err) == (0, "")
    for shown in (ALARM.id, REQUEST, "XAB", "XAC", "XAD", TASK.id, "24(1)", "m.okafor", "o.seer"):
        assert shown in ran.out
    for code in ("duty_desk", "duty_alarm", "lane_task", "{"):
        assert code not in ran.out


def test_a_program_reads_the_board():
    value = comity("duty", "watch", "--json").value
    assert value["on_duty"] == ["a.diallo"]
    assert [one["taken_by"] for one in value["alarms"]] == ["", "m.okafor"]
    assert [(one["party"], one["silent"]) for one in value["peers"]] == [
        ("XAB", True),
        ("XAC", False),
        ("XAD", False),
    ]
    assert [one["done_by"] for one in value["tasks"]] == ["", "o.seer"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STEPS)
def test_every_step_is_handed_on(name, language):
    ran = comity("duty", *STEPS[name], "--lang", language)
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.calls.of(name)) == 1
    assert "duty_desk" not in ran.out


def test_times_days_and_files_are_read(tmp_path):
    (given,) = comity("duty", *STEPS["duty_property"]).calls.of("duty_property")
    assert given == {
        "name": "x",
        "asset": "wallet",
        "hold_ends": Instant(1_795_608_000_000_000),
        "case": None,
    }
    (given,) = comity("duty", *STEPS["duty_confirm"]).calls.of("duty_confirm")
    assert given["days"] == 2
    for bad in ("0", "91", "two"):
        assert (
            comity("duty", "confirm", REQUEST, "--said-at", "2026-11-22T09:00:00Z", "--days", bad).code == 2
        )
    for bad in ("yesterday", "2026-11-22T09:00:00"):
        assert comity("duty", "property", "x", "--asset", "wallet", "--hold-ends", bad).code == 2
    file = tmp_path / "roster.json"
    file.write_bytes(b"{}")
    assert comity("duty", "roster", str(file)).calls.of("duty_roster") == [{"roster": b"{}"}]
    assert comity("duty", "roster", str(tmp_path / "none")).code == 5
