import json

import pytest

from comity.config import Environment
from comity.kernel.errors import FAMILIES
from comity.kernel.realms import Realm
from tests.unit.cli.fakes import CASE, WORDS, comity, refused


def test_version():
    from comity import __version__

    assert comity("--version").out == f"comity {__version__}\n"
    assert comity("--version", "--json").value == {"comity": __version__}


def test_help_names_every_command_and_needs_no_node():
    from comity.cli.table import COMMANDS

    ran = comity("--help")
    assert ran.code == 0
    assert not ran.calls.made
    for command in COMMANDS:
        assert f"  {command.name} " in ran.out


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_help_of_one_command(language):
    ran = comity("request", "check", "--help", "--lang", language)
    assert ran.code == 0
    assert "comity request check FILE --side requesting|requested [--on DATE]" in ran.out
    assert "argument." not in ran.out


def test_help_is_json_when_asked():
    assert comity("log", "--help", "--json").value["help"][0]["command"] == "log list"


def test_unknown_command_lists_what_there_is():
    ran = comity("dance", "show", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.problem["code"] == "usage.unknown_command"
    assert "request" in ran.problem["hint"]
    assert set(ran.problem) == {"code", "message", "hint", "where"}


def test_a_problem_is_readable_lines_without_json():
    ran = comity("case", "show", CASE, answers={"show": refused()})
    assert ran.code == 6
    assert ran.out == ""
    assert ran.err.splitlines() == [
        "Problem: an open finding is not decided",
        "  where: rights.review",
        "  what helps: decide it",
        "  code: gate.undecided",
    ]


def test_a_problem_is_told_in_the_language_of_the_person_with_the_original_beside_it():
    ran = comity("case", "show", CASE, "--lang", "fr", answers={"show": refused()})
    assert ran.code == 6
    assert [line.replace("\u00a0", " ") for line in ran.err.splitlines()] == [
        "Problème : des constats attendent la décision d’un agent nommé",
        "  où : rights.review",
        "  que faire : tranchez chacun d’eux avec un motif",
        "  détail en anglais : an open finding is not decided; decide it",
        "  code : gate.undecided",
    ]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_problem_as_json_is_the_same_in_every_language(language):
    ran = comity("case", "show", CASE, "--lang", language, "--json", answers={"show": refused()})
    assert ran.problem == {
        "code": "gate.undecided",
        "message": "an open finding is not decided",
        "hint": "decide it",
        "where": "rights.review",
    }


def test_an_original_cannot_turn_the_line_it_stands_in():
    answers = {"show": FAMILIES[0]("id.unknown", "nothing begins with '\u202eab'")}
    ran = comity("case", "show", CASE, "--lang", "ar", answers=answers)
    assert "\\u202eab" in ran.err
    assert "\u202e" not in ran.err


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_its_exit_code(family):
    ran = comity("case", "list", "--json", answers={"cases": family("some.code", "a message", hint="help")})
    assert ran.code == family.exit_code
    assert ran.problem == {"code": "some.code", "message": "a message", "hint": "help", "where": ""}
    assert ran.out == ""


def test_a_fault_of_ours_is_told_without_traceback_and_without_the_case():
    ran = comity("case", "list", "--json", answers={"cases": ValueError("the secret of the case")})
    assert ran.code == 1
    assert ran.problem["code"] == "bug"
    assert "ValueError" in ran.problem["message"]
    assert "Traceback" not in ran.err
    assert "secret" not in ran.err


def test_interruption():
    ran = comity("case", "list", "--json", answers={"cases": KeyboardInterrupt()})
    assert ran.code == 130
    assert ran.problem["code"] == "interrupted"


def test_system_failure_has_a_code_of_its_own():
    ran = comity("case", "list", "--json", answers={"cases": OSError(28, "No space left on device")})
    assert ran.code == 8
    assert ran.problem["code"] == "system.failed"
    assert "No space left" in ran.problem["message"]


def test_a_reader_who_left_is_no_fault():
    assert comity("case", "list", answers={"cases": BrokenPipeError()}).code == 8


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (("--lang", "ar"), "مشكلة"),
        (("--lang", "fr_CA.UTF-8"), "Problème"),
        ((), "Problème"),
        (("--lang=en",), "Problem:"),
    ],
)
def test_language_by_option_then_environment(wishes, expected):
    ran = comity("nonsense", *wishes, environment=Environment(language="fr"))
    assert expected in ran.err.splitlines()[0]


def test_an_unknown_language_is_a_usage_error_but_not_in_the_environment():
    assert comity("--version", "--lang", "xx").code == 0
    ran = comity("log", "list", "--lang", "xx", "--json")
    assert (ran.code, ran.problem["code"]) == (2, "usage.choice")
    assert comity("log", "list", environment=Environment(language="zh")).code == 0


def test_node_and_officer_come_from_option_then_environment_then_here():
    told = Environment(node="there", officer="m.okafor")
    ran = comity("case", "list", environment=told)
    assert ran.calls.of("open_node") == [{"directory": "there"}]
    assert ran.calls.of("actor") == [{"name": "m.okafor"}]
    ran = comity("--node", "n", "--as", "a.diallo", "case", "list", environment=told)
    assert ran.calls.of("open_node") == [{"directory": "n"}]
    assert ran.calls.of("actor") == [{"name": "a.diallo"}]
    ran = comity("case", "list")
    assert ran.calls.of("open_node") == [{"directory": "."}]
    assert ran.calls.of("actor") == [{"name": None}]


def test_passphrase_comes_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"correct horse\nsecond line\n")
    ran = comity("case", "list", "--purpose", "casework", "--passphrase-file", str(secret), realm=Realm.LIVE)
    assert ran.code == 0
    assert ran.calls.of("unlocked") == [{"secret": b"correct horse"}]


def test_nobody_is_asked_for_a_passphrase_without_a_terminal():
    ran = comity("case", "list", "--json", realm=Realm.LIVE)
    assert (ran.code, ran.problem["code"]) == (2, "usage.passphrase")


@pytest.mark.parametrize(
    "argv",
    [
        ("case", "list"),
        ("case", "show", CASE),
        ("case", "export", CASE, "-o", "court.tar"),
        ("case", "release", CASE),
        ("request", "list"),
        ("request", "show", "44444444"),
        ("evidence", "open", "88888888", "-o", "opened"),
    ],
)
def test_purpose_is_practice_by_default_and_demanded_on_a_live_node(argv, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"x\n")
    live = ("--passphrase-file", str(secret), "--json")
    ran = comity(*argv, *live, realm=Realm.LIVE)
    assert (ran.code, ran.problem["code"]) == (2, "usage.purpose")
    assert comity(*argv, *live, "--purpose", " ", realm=Realm.LIVE).code == 2
    assert comity(*argv, *live, "--purpose", "trial", realm=Realm.LIVE).code == 0
    ran = comity(*argv)
    assert ran.code == 0
    assert "practice" in {arguments.get("purpose") for _, arguments in ran.calls.made}


@pytest.mark.parametrize("argv", [("blobs", "check", "--read"), ("keys", "rotate")])
def test_a_round_over_packages_that_found_a_fault_is_exit_7(argv):
    ran = comity(*argv, "--json")
    assert (ran.code, len(ran.value["faults"])) == (7, 1)
    assert "aaaaaaaaaaaaaaaa" in comity(*argv).out


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize(
    "argv",
    [
        ("init", "d", "--party", "XAA", "--name", "Altavia", "--practice"),
        ("serve", "d"),
        ("migrate",),
        ("keys", "show"),
        ("keys", "guard", "passphrase:secret"),
        ("blobs", "show"),
        ("blobs", "check"),
        ("blobs", "move", "--to", "folder"),
        ("authority", "add", "XAA/court", "--name", "Court"),
        ("officer", "add", "m.okafor", "--role", "head"),
        ("officer", "list"),
        ("peer", "card"),
        ("peer", "list"),
        ("courier", "export", "disk", "--peer", "XAB"),
        ("courier", "import", "disk"),
        ("line", "show"),
        ("line", "set", "--rate", "2M"),
        ("request", "kinds"),
        ("request", "example", "preservation"),
        ("request", "schema", "stored-data"),
        ("request", "send", "77777777", "--reason", "yes"),
        ("request", "list"),
        ("request", "show", "44444444"),
        ("request", "decide", "44444444", "--accept", "--inner", "yes"),
        ("request", "answer", "66666666", "--text", "yes", "--reason", "yes"),
        ("act", "approve", "77777777", "--reason", "yes"),
        ("act", "drop", "77777777"),
        ("act", "list"),
        ("act", "list", "--case", "4be1c09a"),
        ("act", "part", "44444444", "form"),
        ("evidence", "seal", "a", "-o", "x", "--to", "XAB"),
        ("evidence", "seal", "a", "-o", "x", "--to", "XAB", "--case", "4be1c09a"),
        ("evidence", "send", "cdcdcdcd", "--case", "4be1c09a", "--reason", "yes"),
        ("evidence", "resume"),
        ("evidence", "resume", "cd"),
        ("evidence", "inspect", "p.age"),
        ("evidence", "list", "--case", "4be1c09a"),
        ("evidence", "open", "88888888", "-o", "opened"),
        ("case", "list"),
        ("case", "show", "4be1c09a"),
        ("case", "export", "4be1c09a", "-o", "court.tar", "--withhold", "4444/form"),
        ("case", "release", "4be1c09a"),
        ("case", "approve", "r1", "--reason", "yes"),
        ("case", "releases"),
        ("log", "list"),
        ("log", "proof", "44444444"),
        ("log", "checkpoint"),
        ("log", "audit"),
        ("stamp", "list"),
    ],
    ids=lambda argv: "-".join(argv[:2]) if isinstance(argv, tuple) else argv,
)
def test_every_command_answers_in_words_and_in_json(argv, language):
    spoken = comity(*argv, "--lang", language)
    assert (spoken.code, spoken.err) == (0, "")
    assert spoken.out.strip()
    for line in spoken.out.splitlines():
        assert "\x1b" not in line
        assert "\u202e" not in line
    written = comity(*argv, "--json", "--lang", language)
    assert (written.code, written.err) == (0, "")
    assert written.value is not None
    assert written.calls.made == spoken.calls.made


def test_what_carries_out_a_request_implies_its_purpose(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"x\n")
    live = ("--passphrase-file", str(secret))
    for argv, purpose in (
        (("request", "decide", "44444444", "--accept", "--inner", "yes"), "execution"),
        (("request", "answer", "66666666", "--text", "yes", "--reason", "yes"), "investigation"),
        (("evidence", "seal", "a", "-o", "x", "--case", "4be1c09a"), "execution"),
    ):
        ran = comity(*argv, *live, realm=Realm.LIVE)
        assert ran.code == 0
        assert {given["purpose"] for _, given in ran.calls.made if "purpose" in given} == {purpose}
        ran = comity(*argv, *live, "--purpose", "court", realm=Realm.LIVE)
        assert {given["purpose"] for _, given in ran.calls.made if "purpose" in given} == {"court"}


def test_a_passphrase_is_asked_at_a_terminal(monkeypatch):
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda question, stream: asked.append(question) or "geheim")
    argv = ("case", "list", "--purpose", "court")
    ran = comity(*argv, realm=Realm.LIVE, terminal=True)
    assert ran.calls.of("unlocked") == [{"secret": b"geheim"}]
    assert asked == ["Passphrase of a.diallo: "]
    init = ("init", "d", "--party", "KEN", "--name", "Kenya")
    assert comity(*init, terminal=True).calls.of("init")[0]["passphrase"] == b"geheim"
    answers = iter(("one", "other"))
    monkeypatch.setattr("getpass.getpass", lambda question, stream: next(answers))
    ran = comity(*init, "--json", terminal=True)
    assert (ran.code, ran.problem["code"]) == (2, "usage.passphrase_differs")


def test_no_node_is_exit_5():
    from comity.kernel.errors import NotFoundError

    missing = NotFoundError("node.absent", "there is no node in '.'", hint="make one")
    ran = comity("log", "list", "--json", answers={"open_node": missing})
    assert (ran.code, ran.problem["code"]) == (5, "node.absent")


def test_file_that_is_not_there(tmp_path):
    for argv in (
        ("request", "check", str(tmp_path / "no"), "--side", "requesting"),
        ("verify", str(tmp_path / "no")),
        ("peer", "words", str(tmp_path / "no" / "card")),
        ("demo", "--once", "--exhibit", str(tmp_path / "no")),
    ):
        ran = comity(*argv, "--json")
        assert (ran.code, ran.problem["code"]) == (5, "file.absent")
        assert not ran.calls.made
    ran = comity("request", "check", str(tmp_path), "--side", "requesting", "--json")
    assert (ran.code, ran.problem["code"]) == (3, "file.kind")


def test_nothing_is_overwritten(tmp_path):
    out = tmp_path / "card.json"
    assert comity("peer", "card", "-o", str(out)).code == 0
    kept = out.read_bytes()
    ran = comity("peer", "card", "-o", str(out), "--json")
    assert (ran.code, ran.problem["code"]) == (6, "file.exists")
    assert out.read_bytes() == kept
    assert comity("peer", "card", "-o", str(tmp_path / "no" / "card"), "--json").code == 8


def test_words_are_shown_numbered(tmp_path):
    card = tmp_path / "card.json"
    card.write_bytes(b"{}")
    ran = comity("peer", "words", str(card))
    assert [word for word in ran.out.split() if word in WORDS] == list(WORDS)
    assert json.loads(comity("peer", "words", str(card), "--json").out) == {"words": list(WORDS)}
