"""Procedure at home by the commands, with a real node in a folder: sheets and what is recorded of a case."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from comity.bootstrap import toolbox
from comity.bootstrap.nodes import init_node
from comity.cli.main import run
from comity.config import Environment
from comity.requests.service import example

ARTICLE = "Mutual Assistance Act, article 24"


def told(*argv: str, language: str = "en") -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(
        ["--node", "XAB", *argv],
        toolbox(),
        surroundings=Environment(language=language),
        stdin=io.StringIO(),
        stdout=out,
        stderr=err,
    )
    return code, out.getvalue() or err.getvalue()


def comity(*argv: str) -> tuple[int, Any]:
    code, text = told(*argv, "--json")
    return code, json.loads(text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    init_node(
        "XAB", party="XAB", name="XAB", practice=True, host="127.0.0.1", exchange_port=None, passphrase=None
    )
    return tmp_path


def written(folder: Path, name: str, value: Any) -> str:
    (folder / name).write_text(json.dumps(value), encoding="utf-8")
    return name


def received(folder: Path) -> str:
    """Register a request for stored data that came by letter; return its case."""
    form = written(folder, "form.json", example("stored-data"))
    how = ("--from", "XAC", "--channel", "post", "--statement", "I opened the letter")
    code, made = comity("request", "register", form, *how)
    assert code == 0, made
    return str(made["act"]["case"])


def record(folder: Path, case: str, name: str, *more: str, **changes: Any) -> tuple[int, Any]:
    code, fact = comity("procedure", "example", name)
    assert code == 0
    return comity("procedure", "record", case, written(folder, "fact.json", {**fact, **changes}), *more)


def test_a_sheet_is_shown_checked_kept_and_holds_from_its_day(folder: Path) -> None:
    code, shown = comity("sheet", "show", "XAB")
    assert (code, shown["ships"], shown["sheet"]["version"]) == (0, True, 1)
    newer = written(folder, "sheet.json", {**shown["sheet"], "version": 2, "since": "2027-06-01"})
    code, checked = comity("sheet", "check", newer)
    assert (code, checked["sheet"]["version"], len(checked["digest"])) == (0, 2, 64)
    assert len(comity("sheet", "list")[1]["sheets"]) == 2  # checking kept nothing
    assert comity("sheet", "set", newer) == (0, {**checked, "ships": False})
    assert [one["sheet"]["version"] for one in comity("sheet", "list")[1]["sheets"]] == [1, 1, 2]
    for day, version in (("2027-05-31", 1), ("2027-06-01", 2)):
        assert comity("sheet", "show", "XAB", "--on", day)[1]["sheet"]["version"] == version
    assert comity("sheet", "show", "XAB", "--on", "2027-06-01", "--raw") == (0, checked["sheet"])
    assert comity("sheet", "set", newer)[1]["code"] == "sheet.version"
    wrong = written(folder, "wrong.json", {**shown["sheet"], "version": 3, "colour": "blue"})
    assert comity("sheet", "check", wrong)[1]["code"] == "sheet.form"
    assert comity("sheet", "show", "XAC")[1]["code"] == "sheet.absent"
    assert told("sheet", "show", "XAB", "--on", "soon")[0] == 2


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_challenge_is_recorded_and_shown_in_every_language(folder: Path, language: str) -> None:
    case = received(folder)
    code, lodged = record(folder, case, "challenge.lodged")
    assert code == 0, lodged
    (request,) = lodged["requests"]
    assert [(one["why"], one["line"], one["provision"]) for one in request["halts"]] == [
        ("challenge", 1, ARTICLE)
    ]
    assert (request["kind"], request["sheet"]["version"]) == ("stored-data", 1)
    assert comity("procedure", "show", case[:12]) == (0, lodged)
    for words in (("procedure", "show", case), ("sheet", "show", "XAB"), ("sheet", "list")):
        code, text = told(*words, language=language)
        assert code == 0, text
        assert not [sign for sign in ("{", "line.", "home_", "fact.") if sign in text]
    assert ARTICLE in told("procedure", "show", case, language=language)[1]
    code, ended = record(folder, case, "challenge.decided")
    assert (code, ended["requests"][0]["halts"], len(ended["lines"])) == (0, [], 2)


def test_what_is_open_wants_a_reason_and_nonsense_keeps_nothing(folder: Path) -> None:
    case = received(folder)
    assert record(folder, case, "ruling", digest="short")[1]["code"] == "fact.form"
    assert record(folder, case, "struck", line=9)[1]["code"] == "fact.line"
    assert record(folder, case, "served")[1]["code"] == "procedure.undecided"
    assert record(folder, case, "served", "--reason", "because")[0] == 2
    assert comity("procedure", "show", case)[1]["lines"] == []
    code, made = record(folder, case, "served", "--reason", "procedure.ruling_missing=ruled by telephone")
    assert code == 0, made
    assert made["lines"][0]["decided"] == {"procedure.ruling_missing": "ruled by telephone"}
    assert [(one["who"], one["used"]) for one in made["requests"][0]["remedies"]] == [("provider", False)]
