"""The commands on national law, against a real library; they need no node."""

import json
import re

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


def test_gaps_dual_and_table_need_no_library_and_say_that_they_rest_on_drafts(folder):
    told = json.loads(law(folder, "gaps", "--country", "KEN", "--json").out)
    assert told["profile"]["status"] == "draft"
    seven = next(one for one in told["articles"] if one["article"] == 7)
    assert (seven["result"], seven["provisions"][0]["reference"]) == ("covered", "KEN/CMCA/14")
    assert {one["right"] for one in told["excess"]} == {"expression"}
    argv = ("dual", "--between", "DEU,KEN", "--article", "7", "--on", "2026-11-22", "--json")
    found = json.loads(law(folder, *argv).out)
    assert (found["result"], found["certain"], found["offence_class"]) == ("met", False, "A")
    assert found["elements"][0]["sides"]["DEU"]["provisions"] == ["DEU/StGB/202a"]
    assert found["penalties"]["KEN"]["most"] == {"months": 36, "life": False, "serious": False}
    rows = json.loads(law(folder, "table", "--json").out)
    assert rows["confirmed"] == []
    fifteen = next(one for one in rows["articles"] if one["article"] == 15)
    assert fifteen["parties"]["KEN"] == {
        "implements": "unknown",
        "status": "draft",
        "said_by": None,
    }


def test_where_no_profile_is_the_ranking_proposes_and_nobody_claims(folder):
    taken(folder)
    told = json.loads(law(folder, "gaps", "--country", "XAA", "--json").out)
    nine = next(one for one in told["articles"] if one["article"] == 9)
    assert (told["profile"], nine["result"]) == (None, "unknown")
    best = nine["candidates"][0]
    assert (best["reference"], best["claimed_by"]) == ("XAA/C/9", None)
    found = json.loads(law(folder, "dual", "--between", "XAA,KEN", "--article", "9", "--json").out)
    assert found["result"] == "unclear"
    assert found["sides"]["XAA"]["reason"] == "profile.absent"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_gaps_dual_and_table_speak_every_language(folder, language):
    taken(folder)
    form = folder / "conduct.json"
    form.write_text('{"act": "access", "object": "ict_system", "victim_age": 12}')
    for argv in (
        ("gaps", "--country", "DEU"),
        ("gaps", "--country", "XAA"),
        ("dual", "--between", "USA,EST", "--article", "15"),
        ("dual", "--between", "USA,EST", "--conduct", str(form)),
        ("table",),
    ):
        ran = law(folder, *argv, "--lang", language)
        assert (ran.code, ran.err) == (0, "")
        assert re.search(r"\b(law|line|element|row|fact)\.[a-z]", ran.out) is None


def test_the_text_of_a_compared_provision_is_shown_where_the_library_holds_it(folder):
    row = {**HEAD, "country": "KEN", "instrument": "CMCA", "section": "14", "text": "Made-up words."}
    (folder / "ken.jsonl").write_text(json.dumps(row))
    assert (
        law(folder, "import", str(folder / "ken.jsonl"), "--country", "KEN", "--on", "2026-11-01").code == 0
    )
    argv = ("dual", "--between", "DEU,KEN", "--article", "7", "--on", "2026-10-01")
    found = json.loads(law(folder, *argv, "--json").out)
    provision = found["articles"][0]["sides"]["KEN"]["provisions"][0]
    assert [(one["text"], one["since"]) for one in provision["texts"]] == [("Made-up words.", "2026-11-01")]
    assert "Made-up words." in law(folder, *argv).out


@pytest.mark.parametrize(
    ("argv", "code", "exit_code"),
    [
        (("gaps", "--country", "ken"), "law.country_code", 3),
        (("dual", "--between", "KEN", "--article", "7"), "usage.between", 2),
        (("dual", "--between", "KEN,KEN", "--article", "7"), "usage.between", 2),
        (("dual", "--between", "KEN,DEU"), "usage.one_of", 2),
        (("dual", "--between", "KEN,DEU", "--article", "x"), "usage.count", 2),
        (("dual", "--between", "KEN,DEU", "--article", "18"), "law.offence", 5),
        (("dual", "--between", "KEN,DEU", "--conduct", "nowhere.json"), "file.absent", 5),
        (("profile", "take", "nowhere.json", "--key", "12"), "usage.public_key", 2),
    ],
)
def test_profiles_used_wrongly_say_what_is_meant(folder, argv, code, exit_code):
    ran = law(folder, *argv, "--json")
    assert (json.loads(ran.err)["code"], ran.code) == (code, exit_code)


def test_gaps_are_told_or_written_as_a_file_and_never_over_another(folder):
    value = json.loads(law(folder, "gaps", "--country", "KEN", "--json").out)
    assert value["weights"]["weak"] == 2
    assert value["without_offence"]["assistance"] == "unknown"
    assert "7(1) [left open] Access" in law(folder, "gaps", "--country", "KEN").out
    out = str(folder / "KEN.xlsx")
    assert law(folder, "gaps", "--country", "KEN", "-o", out).code == 0
    assert (folder / "KEN.xlsx").read_bytes()[:2] == b"PK"
    assert law(folder, "gaps", "--country", "KEN", "-o", out).code == 6
    for wrong in (("-o", str(folder / "KEN.doc")), ("--format", "pdf"), ("--format", "doc", "-o", out + "2")):
        assert law(folder, "gaps", "--country", "KEN", *wrong).code == 2
    notes = law(
        folder, "gaps", "--country", "KEN", "--format", "notes", "-o", str(folder / "n.docx"), "--json"
    )
    assert json.loads(notes.out)["bytes"] == (folder / "n.docx").stat().st_size


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_bill_is_compared_and_not_taken_in(folder, language):
    taken(folder)
    bill = folder / "bill.jsonl"
    bill.write_text(json.dumps({**HEAD, "section": "9", "text": TEXT[:-1] + " not exceeding five years."}))
    view = json.loads(law(folder, "bill", "--country", "XAA", str(bill), "--json").out)
    assert view["counts"] == {"added": 0, "changed": 1, "repealed": 0, "same": 0}
    assert view["changes"][0]["after"]["longest"] == {"months": 60, "life": False, "serious": True}
    told = comity("--lang", language, "law", "bill", "--country", "XAA", str(bill), "--node", str(folder))
    assert told.code == 0
    assert "XAA/C/9" in told.out and "{+" in told.out and "law." not in told.out
    whole = json.loads(law(folder, "bill", "--country", "XAA", str(bill), "--whole", "--json").out)
    assert whole["counts"]["repealed"] == 1
    assert len(json.loads(law(folder, "show", "XAA/C/9", "--json").out)) == 1
    assert law(folder, "bill", "--country", "XBB", str(bill)).code != 0
