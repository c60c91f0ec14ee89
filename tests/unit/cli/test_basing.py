"""``comity basis`` and ``comity request rebase``: answers, exit codes, languages."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, cast

import pytest

from comity.cli.main import run
from comity.cli.toolbox import Toolbox
from comity.config import Environment
from comity.requests.service import example

ASK = ("basis", "--from", "FRA", "--to", "USA", "--kind", "preservation", "--on", "2026-11-02")


def called(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(
        argv,
        cast("Toolbox", None),
        surroundings=Environment(language="en"),
        stdin=io.StringIO(),
        stdout=out,
        stderr=err,
    )
    return code, out.getvalue(), err.getvalue()


def answer(*argv: str) -> Any:
    code, out, err = called(*argv, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_answer_is_stable() -> None:
    value = answer(*ASK, "--class", "B")
    assert [row["reference"] for row in value["basis"]] == ["29(1)", "29(2)", "29(5)"]
    assert set(value) == {
        *("requesting", "requested", "kind", "on", "offence_class", "basis", "instruments"),
    }
    assert value["instruments"][0]["instrument"] == "budapest"


def test_nothing_open_is_an_answer() -> None:
    assert answer("basis", "--from", "FRA", "--to", "FRA", "--kind", "search")["basis"] == []


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_it_speaks(language: str) -> None:
    code, out, _ = called(*ASK, "--lang", language)
    assert code == 0
    assert "29(1)" in out
    assert "why." not in out


@pytest.mark.parametrize(
    "argv",
    [
        ASK[:5],
        (*ASK[:6], "marriage"),
        (*ASK[:8], "soon"),
        (*ASK, "--class", "D"),
        ("basis", "--from", "France", *ASK[3:]),
    ],
)
def test_what_is_not_used_as_meant_is_two(argv: tuple[str, ...]) -> None:
    assert called(*argv)[0] == 2


def test_the_operators_data_is_read_and_refused_when_malformed(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(json.dumps({"overrides": [{"between": ["FRA", "USA"], "effect": "sanctions"}]}))
    assert answer(*ASK, "--overlay", str(own))["basis"] == []
    own.write_text('{"overides": []}')
    assert called(*ASK, "--overlay", str(own))[0] == 3


def test_a_node_here_brings_its_own_data(tmp_path: Path) -> None:
    (tmp_path / "node.json").write_text("{}")
    (tmp_path / "basis.json").write_text(
        json.dumps({"overrides": [{"between": ["FRA", "USA"], "effect": "objection"}]})
    )
    assert answer(*ASK)["basis"] == []


def test_a_form_is_put_on_another_instrument(tmp_path: Path) -> None:
    form = example("preservation")
    (tmp_path / "form.json").write_text(json.dumps({**form, "colour": "blue"}))
    value = answer("request", "rebase", "form.json", "--instrument", "reciprocity", "-o", "again.json")
    again = json.loads((tmp_path / "again.json").read_text())
    assert {**again, "basis": 0} == {**form, "colour": "blue", "basis": 0}
    assert again["basis"][0]["instrument"] == "reciprocity"
    assert value["unknown"] == ["/colour"]
    codes = [finding["code"] for finding in value["assessment"]["findings"]]
    assert "instrument.requires" in codes
    assert called("request", "rebase", "form.json", "--instrument", "budapest", "-o", "x.json")[0] == 6
