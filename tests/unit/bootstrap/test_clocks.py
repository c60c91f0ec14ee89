"""Calendars in the folder of a node, and the run of a scenario with the zones of this machine."""

import json
from pathlib import Path

import pytest

from comity.bootstrap.clocks import FOLDER, kept_calendars
from comity.bootstrap.scenarios import run_scenario
from comity.cases.calendars import NO_CALENDARS
from comity.kernel.errors import MalformedError

SPEC = (Path(__file__).parents[3] / "docs" / "spec" / "clocks.md").read_text("utf-8")


def examples() -> list[str]:
    return [block.split("```")[0] for block in SPEC.split("```json\n")[1:]]


def test_a_folder_without_calendars_has_none(tmp_path: Path) -> None:
    assert kept_calendars(tmp_path) == NO_CALENDARS


def test_calendars_are_files_named_after_their_party(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "XAB.json").write_text(examples()[0])
    first = kept_calendars(tmp_path)
    assert first.of("XAB").weekend == {6, 7} and first.of("XAA").weekend == frozenset() and first.digest
    assert kept_calendars(tmp_path).digest == first.digest
    changed = json.loads(examples()[0]) | {"weekend": [5, 6]}
    (folder / "XAB.json").write_text(json.dumps(changed))
    assert kept_calendars(tmp_path).digest != first.digest


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("XAB.json", "[]", "calendar.form"),
        ("XAB.json", '{"moon": 1}', "calendar.form"),
        ("XAB.json", '{"zone": "Moon/Sea"}', "zone.unknown"),
        ("xab.json", "{}", "party.code"),
        ("XAB.json", "{", "json.syntax"),
        ("XAB.json", " " * (1024 * 1024 + 1), "calendar.form"),
    ],
)
def test_what_is_no_calendar_is_told_with_its_file(tmp_path: Path, name: str, text: str, code: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / name).write_text(text)
    with pytest.raises(MalformedError) as told:
        kept_calendars(tmp_path)
    assert told.value.code == code


def test_the_scenario_of_the_specification_runs() -> None:
    found = run_scenario(examples()[1].encode())
    outcomes = {(one.request, one.code): one.outcome for one in found.deadlines}
    assert outcomes["p1", "duty.follow_up"] == "done" and found.unowned == ()
    assert outcomes["appeal", "duty.term"] == "overdue"


def test_the_specification_names_every_duty() -> None:
    catalogue = Path(__file__).parents[3] / "src/comity/wording/catalogues/en"
    known = {
        key.removeprefix("duty.")
        for file in sorted(catalogue.glob("*.json"))
        for key in json.loads(file.read_text("utf-8"))
        if key.startswith("duty.")
    }
    at_home = (Path(__file__).parents[3] / "docs/spec/procedure.md").read_text("utf-8")
    sections = SPEC.split("## 3. ")[1].split("## 4. ")[0] + at_home.split("## 5. ")[1].split("## 6. ")[0]
    rows = [line.split("|")[1] for line in sections.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in row.split("`")[1::2]}
    assert named == known - {"term"}
