"""``comity treaty …``: answers, exit codes, languages, and what a node keeps."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from comity.bootstrap import toolbox
from comity.cli.main import run
from comity.config import Environment

SAMPLE = Path(__file__).parents[2] / "vectors/treaty/status.en.xml"


def called(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(
        argv,
        toolbox(),
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


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A folder that is a node as far as its configuration goes."""
    folder = tmp_path / "node"
    folder.mkdir()
    config = {"version": 1, "party": "XAA", "realm": "practice"}
    (folder / "node.json").write_text(json.dumps(config))
    return folder


def test_an_article_and_a_paragraph_are_shown() -> None:
    whole = answer("treaty", "article", "42")
    assert {"article", "title", "paragraphs"} <= set(whole)
    assert (whole["article"], len(whole["paragraphs"])) == (42, 11)
    part = answer("treaty", "article", "42.4")
    assert [row["ref"] for row in part["paragraphs"]] == ["42(4)", "42(4)"]
    assert part["place"] == "42(4)"


def test_what_is_not_there_is_not_found() -> None:
    for place in ("69", "42.10"):
        code, _, err = called("treaty", "article", place, "--json")
        assert code == 5
        assert json.loads(err)["code"] in ("treaty.article", "treaty.paragraph")
    assert called("treaty", "article", "next")[0] == 3


@pytest.mark.parametrize(
    ("language", "word"),
    [("fr", "Accès"), ("ar", "النفاذ"), ("zh", "非法"), ("ru", "доступ"), ("es", "Acceso")],
)
def test_titles_and_elements_are_said_in_six_languages(language: str, word: str) -> None:
    code, out, _ = called("treaty", "article", "7", "--lang", language)
    assert code == 0
    assert word in out
    assert word in answer("treaty", "article", "7", "--lang", language)["title"]


def test_a_search_answers_with_places() -> None:
    assert {"query", "hits"} == set(answer("treaty", "search", "dual", "criminality"))
    assert answer("treaty", "search", "nowhere-at-all")["hits"] == []
    assert called("treaty", "search", "nowhere-at-all")[1].startswith("Nothing")


def test_force_answers_as_promised() -> None:
    value = answer("treaty", "force", "--deposit", "KEN=2027-03-01", "--deposit", "EUE=2027-01-01")
    assert (value["in_force"], value["counted"], value["needed"], value["date"]) == (False, 4, 40, None)
    assert value["parties"]["KEN"]["bound_from"] is None
    assert value["parties"]["QAT"]["deposited"] == {"earliest": "2026-02-01", "latest": "2026-02-13"}
    states = "AGO AUS AUT BLR BEL BRA BRN BFA KHM CHL CHN CRI CIV CUB CZE PRK COD DJI DOM ECU EGY FRA GHA GRC"
    states += " GNB IRN IRL JAM KAZ LAO LBY LUX MYS MDV MAR MOZ KEN"
    many = [f"--deposit={code}=2027-01-01" for code in states.split()]
    whole = answer("treaty", "force", *many, "--deposit", "FJI=2027-05-01..2027-05-09")
    assert whole["date"] == "2027-04-01"
    assert whole["parties"]["FJI"]["bound_from"] == {"earliest": "2027-05-31", "latest": "2027-06-08"}
    assert answer("treaty", "force", *many, "--on", "2027-04-01")["in_force"]


@pytest.mark.parametrize(
    "wrong", ["KEN", "KEN=soon", "Kenya=2027-01-01", "KEN=2027-02-01..2027-01-01", "=2027-01-01"]
)
def test_a_deposit_that_is_none_is_refused(wrong: str) -> None:
    assert called("treaty", "force", "--deposit", wrong)[0] == 2


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_status_and_force_are_told(language: str) -> None:
    for words in (
        ("status",),
        ("status", "--party", "QAT"),
        ("force",),
        ("pair", "--from", "QAT", "--to", "VNM"),
    ):
        code, out, _ = called("treaty", *words, "--lang", language)
        assert code == 0
        assert "treaty." not in out


def test_a_status_of_the_past() -> None:
    assert answer("treaty", "status", "--on", "2025-10-24")["parties"] == {}
    assert answer("treaty", "status", "--on", "2025-10-25")["signatories"] == 62


def test_a_page_is_looked_at_then_kept_and_used(node: Path) -> None:
    shutil.copy(SAMPLE, "page.xml")
    look = answer("treaty", "import", "page.xml", "--dry-run", "--node", str(node))
    assert (look["applied"], (node / "status.json").exists()) == (False, False)
    assert {"change": "added", "party": "KEN", "event": "accession"}.items() <= next(
        row for row in look["changes"] if row["party"] == "KEN"
    ).items()
    done = answer("treaty", "import", "page.xml", "--node", str(node))
    assert done["applied"]
    assert done["changes"] == look["changes"]
    assert answer("treaty", "force", "--node", str(node))["counted"] == 5
    assert answer("treaty", "import", "page.xml", "--node", str(node))["changes"] == []
    value = answer("treaty", "status", "--party", "QAT", "--node", str(node))
    assert set(value["parties"]) == {"QAT"}
    assert [row["party"] for row in value["parties"]["QAT"]["statements"][0]["objections"]] == ["FJI"]
    assert len(value["imports"]) == 2
    assert "Kept." in called("treaty", "import", "page.xml", "--node", str(node))[1]


def test_without_a_node_a_page_can_only_be_looked_at() -> None:
    assert answer("treaty", "import", str(SAMPLE), "--dry-run")["applied"] is False
    assert called("treaty", "import", str(SAMPLE))[0] == 5


def test_a_damaged_status_is_told(node: Path) -> None:
    (node / "status.json").write_text('{"format": 9}')
    code, _, err = called("treaty", "force", "--node", str(node), "--json")
    assert (code, json.loads(err)["code"]) == (3, "treaty.book")


def test_a_kit_is_told_and_written_into_a_new_folder() -> None:
    plan = answer("treaty", "kit", "--party", "FJI", "--on", "2026-11-22")
    assert (plan["route"], plan["files"]) == ("ratification", [])
    words = ("--choose", "63.3", "--tell", "40.12=Attorney General", "--lang", "fr,ar", "--out", "kit")
    done = answer("treaty", "kit", "--party", "FJI", *words)
    assert [Path(name).name for name in done["files"]] == [
        *("1-full-powers.docx", "2-instrument.docx", "3-choices.docx", "4-notifications.docx", "5-plan.docx")
    ]
    assert all(Path(name).stat().st_size > 1000 for name in done["files"])
    assert called("treaty", "kit", "--party", "FJI", "--out", "kit")[0] == 6
    assert called("treaty", "kit", "--party", "QAT")[0] == 6
    assert called("treaty", "kit", "--party", "FJI", "--tell", "40.12")[0] == 2
    assert called("treaty", "kit", "--party", "FJI", "--choose", "7.2")[0] == 3
