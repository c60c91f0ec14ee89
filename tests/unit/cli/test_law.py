"""The commands on national law, against a real library; they need no node."""

import json

import pytest

from tests.unit.cli.fakes import comity

HEAD = {"country": "XAA", "language": "en", "instrument": "C"}
TEXT = "Whoever alters computer data without authority commits an offence and is liable to imprisonment."
LAW = (
    {**HEAD, "section": "9", "heading": "Data interference", "text": TEXT},
    {**HEAD, "section": "10", "heading": "Harbours", "text": "Ships pay\ndues. \u001b[2J"},
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "law.jsonl").write_text("\n".join(map(json.dumps, LAW)))
    return tmp_path


def law(folder, *argv):
    return comity("law", *argv, "--node", str(folder))


def taken(folder):
    ran = law(folder, "import", str(folder / "law.jsonl"), "--country", "XAA", "--on", "2026-01-01", "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_law_is_taken_in_found_searched_shown_and_listed(folder):
    assert taken(folder)["added"] == 2
    found = json.loads(law(folder, "find", "--country", "XAA", "--article", "9", "-k", "3", "--json").out)
    assert [(one["instrument"], one["section"], one["passage"]) for one in found] == [("C", "9", TEXT)]
    assert isinstance(found[0]["score"], int)
    hits = json.loads(law(folder, "search", "ships", "--json").out)
    assert hits[0]["reference"] == "XAA/C/10"
    assert "Ships" in hits[0]["passage"]
    shown = json.loads(law(folder, "show", "XAA/C/9", "--json").out)
    assert (shown[0]["since"], shown[0]["until"]) == ("2026-01-01", None)
    assert json.loads(law(folder, "list", "--json").out)[0]["provisions"] == 2
    assert json.loads(law(folder, "index", "--country", "XAA", "--json").out) == {
        "country": "XAA",
        "provisions": 2,
    }


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_people_read_it_in_their_language_and_nothing_turns_the_terminal(folder, language):
    taken(folder)
    for argv in (
        ("find", "--country", "XAA", "--article", "9"),
        ("show", "XAA/C/10"),
        ("search", "ships"),
        ("list",),
        ("import", str(folder / "law.jsonl"), "--country", "XAA"),
    ):
        ran = law(folder, *argv, "--lang", language)
        assert (ran.code, ran.err) == (0, "")
        assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("argv", "code", "exit_code"),
    [
        (("find", "--country", "XAB", "--article", "9"), "law.country", 5),
        (("find", "--country", "XAA", "--article", "69"), "law.article", 5),
        (("find", "--country", "XAA", "--article", "x"), "usage.count", 2),
        (("find", "--country", "XAA", "--article", "9", "-k", "0"), "usage.count", 2),
        (("find", "--country", "XAA", "--article", "9", "--on", "yesterday"), "usage.date", 2),
        (("find", "--country", "XAA", "--article", "9", "--language", "fr"), "law.country", 5),
        (("show", "XAA/C/77"), "law.provision", 5),
        (("show", "C/77"), "law.reference", 3),
        (("search", " "), "law.query", 3),
        (("import", "absent", "--country", "XAA"), "file.absent", 5),
        (("import", "absent", "--country", "kenya"), "law.country_code", 3),
        (("import", "absent", "--country", "XAA", "--on", "2999-01-01"), "usage.future", 2),
    ],
)
def test_what_is_wrong_is_told(folder, argv, code, exit_code):
    taken(folder)
    ran = law(folder, *argv, "--json")
    assert ran.code == exit_code
    assert json.loads(ran.err)["code"] == code
    assert ran.out == ""


def test_a_wrong_line_leaves_the_library_as_it_was(folder):
    taken(folder)
    (folder / "bad.jsonl").write_text(json.dumps({**LAW[0], "text": "Other."}) + "\n{")
    ran = law(folder, "import", str(folder / "bad.jsonl"), "--country", "XAA", "--json")
    assert (ran.code, json.loads(ran.err)["where"]) == (3, "bad.jsonl:2")
    assert json.loads(law(folder, "show", "XAA/C/9", "--json").out)[0]["text"] == TEXT


def test_without_a_library_it_says_what_to_do(tmp_path):
    ran = law(tmp_path, "find", "--country", "XAA", "--article", "9", "--json")
    assert (ran.code, json.loads(ran.err)["code"]) == (5, "law.library")
    assert not (tmp_path / "law").exists()
