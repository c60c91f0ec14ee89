"""What scripts may rely on, asked of the real command line: streams, exit codes, forms, verdicts, doors."""

import json
import queue
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from comity.kernel.agefile import Identity, recipient_text
from comity.kernel.entropy import SeededEntropy
from tests.warm import comity, environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
FAMILIES = {3, 4, 5, 6, 7, 8}
VERIFIER = ROOT / "src" / "comity" / "cases" / "data" / "verify.py"


def answer(*argv, cwd, code=0, **env):
    """The one JSON value on stdout of a command that ends with ``code``, with nothing on stderr."""
    done = comity(*argv, "--json", cwd=cwd, **env)
    assert (done.returncode, done.stderr) == (code, b"")
    assert done.stdout.count(b"\n") == 1
    return json.loads(done.stdout)


def problem(*argv, cwd, code, **env):
    """The problem on stderr of a command that ends with ``code`` and says nothing on stdout."""
    done = comity(*argv, "--json", cwd=cwd, **env)
    assert (done.returncode, done.stdout) == (code, b""), done.stderr
    told = json.loads(done.stderr)
    assert list(told) == ["code", "message", "hint", "where"]
    assert all(isinstance(value, str) for value in told.values())
    assert told["code"] and told["message"]
    return told


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A practice node with three officers; no test changes it."""
    folder = tmp_path_factory.mktemp("contract")
    answer("init", "node", "--party", "XAA", "--name", "Practice State A", "--practice", cwd=folder)
    for name, role in (("duty", "duty-officer"), ("head", "head")):
        answer("--node", "node", "--as", "first-officer", "officer", "add", name, "--role", role, cwd=folder)
    return folder / "node"


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """The examples of both kinds, each in its file."""
    folder = tmp_path_factory.mktemp("forms")
    for kind in ("preservation", "stored-data"):
        value = answer("request", "example", kind, cwd=folder)
        (folder / f"{kind}.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


# --- without a node ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [
        ["--version"],
        ["--help"],
        ["request", "kinds"],
        ["request", "example", "preservation"],
        ["request", "schema", "stored-data"],
    ],
    ids=" ".join,
)
def test_some_commands_need_no_node(argv, tmp_path):
    assert answer(*argv, cwd=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "argv",
    [
        ["officer", "list"],
        ["officer", "add", "a.b", "--role", "head"],
        ["authority", "add", "XAA/court"],
        ["peer", "list"],
        ["request", "draft"],
        ["request", "list"],
        ["request", "show", "0" * 64],
        ["request", "decide", "0" * 64],
        ["act", "order.record", "--case", "0" * 64, "--form", "form.json"],
        ["evidence", "seal", "a", "-o", "b", "--to", "XAB"],
        ["evidence", "open", "0" * 64],
        ["case", "show", "0" * 64],
        ["case", "export", "0" * 64],
        ["courier", "export", "out"],
        ["log", "audit"],
        ["migrate"],
        ["serve", "."],
        ["--node", "elsewhere", "case", "list"],
    ],
    ids=" ".join,
)
def test_all_others_say_that_there_is_no_node(argv, tmp_path):
    assert problem(*argv, cwd=tmp_path, code=5)["code"] == "node.absent"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "argv",
    [["nonsense"], ["init"], ["request", "check"], ["request", "list", "--bogus"], ["verify"]],
    ids=" ".join,
)
def test_a_line_that_cannot_be_understood_is_two(argv, tmp_path):
    assert problem(*argv, cwd=tmp_path, code=2)["code"].startswith("usage.")


# --- founding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--party", "ZZZ", "--name", "A", "--practice"], 3, "party.realm"),
        (["--party", "xaa", "--name", "A", "--practice"], 3, "party.code"),
        (["--party", "FRA", "--name", "A", "--practice"], 3, "party.realm"),
        (["--party", "XAA", "--name", "   ", "--practice"], 3, "name.empty"),
        (["--party", "XAA", "--name", "a\nb", "--practice"], 3, "name.characters"),
        (["--party", "XAA", "--name", "\udcff", "--practice"], 3, "name.characters"),
        (["--party", "XAA", "--name", "x" * 5000, "--practice"], 3, "name.size"),
        (["--party", "XAA", "--name", "A", "--practice", "--exchange-port", "0"], 3, "config.port"),
        (["--party", "XAA", "--name", "A", "--practice", "--exchange-port", "70000"], 2, "usage.port"),
        (["--party", "FRA", "--name", "A"], 2, "usage.new_passphrase"),
        (["--party", "ZZZ", "--name", "A", "--passphrase-file", "secret"], 3, "party.unknown"),
        (["--party", "XAA", "--name", "A", "--passphrase-file", "secret"], 3, "party.realm"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_node_that_cannot_be_is_not_made(options, code, told, tmp_path):
    (tmp_path / "secret").write_text("a passphrase\n")
    assert problem("init", "made", *options, cwd=tmp_path, code=code)["code"] == told
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_nothing_is_made_over_something(node):
    again = ["init", "node", "--party", "XAA", "--name", "Another", "--practice"]
    assert problem(*again, cwd=node.parent, code=6)["code"] == "node.exists"


def test_who_acts_is_named_by_option_or_environment(node):
    said = problem("case", "list", cwd=node, code=6)
    assert said["code"] == "officer.unnamed"
    assert "duty" in said["hint"]
    assert answer("case", "list", "--as", "duty", cwd=node) == {"cases": [], "next": "", "waiting": 0}
    assert answer("case", "list", cwd=node, COMITY_OFFICER="duty") == {"cases": [], "next": "", "waiting": 0}
    assert problem("case", "list", "--as", "ghost", cwd=node, code=5)["code"] == "officer.absent"
    assert problem("authority", "add", "XAA/court", "--name", "C", "--as", "duty", cwd=node, code=4)


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["officer", "add", "A B", "--role", "head"], "officer.name"),
        (["officer", "add", "../x", "--role", "head"], "officer.name"),
        (["officer", "add", "x", "--role", "emperor"], "officer.role"),
        (["authority", "add", "court", "--name", "Court"], "authority.id"),
        (["authority", "add", "XAB/court", "--name", "Court"], "authority.party"),
        (["authority", "add", "XAA/court", "--name", "Court", "--role", "No Role"], "authority.role"),
        (["case", "show", "\udcff"], "id.short"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_office_would_be_called_is_malformed(argv, told, node):
    assert problem(*argv, "--as", "first-officer", cwd=node, code=3)["code"] == told


# --- forms ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["preservation", "stored-data"])
def test_every_field_of_the_schema_names_one_paragraph_and_the_example_fits(kind, forms, tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    schema = answer("request", "schema", kind, cwd=tmp_path)
    jsonschema.Draft202012Validator.check_schema(schema)
    example = json.loads((forms / f"{kind}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(example)

    def properties(part):
        for name, inner in part.get("properties", {}).items():
            yield name, inner
            yield from properties(inner)
        if "items" in part:
            yield from properties(part["items"])

    found = list(properties(schema))
    assert len(found) > 40
    without = [name for name, inner in found if not isinstance(inner.get("x-basis"), str)]
    assert sorted(without) == ["kind", "version"]


@pytest.mark.parametrize("side", ["requesting", "requested"])
@pytest.mark.parametrize(
    ("kind", "field", "spoil", "basis"),
    [
        ("preservation", "facts", lambda value: None, "42(3)(b)"),
        ("preservation", "necessity", lambda value: {}, "42(3)(e)"),
        ("preservation", "intends_request", lambda value: "  ", "42(3)(f)"),
        ("stored-data", "purpose", lambda value: {**value, "text": " \u3000 "}, "40(15)(g)"),
        ("stored-data", "assistance", lambda value: ..., "40(15)(d)"),
    ],
    ids=["null", "empty", "space", "wide space", "removed"],
)
def test_a_field_left_empty_is_one_blocking_finding(kind, field, spoil, basis, side, forms, tmp_path):
    value = json.loads((forms / f"{kind}.json").read_text(encoding="utf-8"))
    spoilt = spoil(value.pop(field))
    if spoilt is not ...:
        value[field] = spoilt
    (tmp_path / "form.json").write_text(json.dumps(value))
    found = answer("request", "check", "form.json", "--side", side, cwd=tmp_path)["assessment"]
    blocking = [one for one in found["findings"] if one["severity"] == "blocks"]
    place = f"/{field}/text" if isinstance(spoilt, dict) and spoilt else f"/{field}"
    assert [(one["field"], one["basis"]) for one in blocking] == [(place, basis)]
    assert found["may_proceed"] is False
    assert set(blocking[0]) == {"code", "severity", "basis", "field", "message"}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty", b"", "json.syntax"),
        ("huge", b'{"a":"' + b"x" * (8 << 20) + b'"}', "file.size"),
        ("deep", b"[" * 100_000, "json.depth"),
        ("no utf-8", b'{"a":"\xff\xfe"}', "json.encoding"),
        ("twice", b'{"kind":"preservation","kind":"preservation"}', "json.duplicate"),
        ("float", b'{"a":1.5}', "json.number"),
        ("not a number", b'{"a":NaN}', "json.number"),
        ("nul", b'{"a":"\\u0000"}', "json.character"),
        ("half a pair", b'{"a":"\\ud800"}', "json.character"),
        ("trailing", b"{} {}", "json.syntax"),
        ("a list", b"[]", "request.form"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bytes_that_are_no_form_are_malformed(name, data, code, tmp_path):
    (tmp_path / "form.json").write_bytes(data)
    told = problem("request", "check", "form.json", "--side", "requested", cwd=tmp_path, code=3)
    assert told["code"] == code


@pytest.mark.parametrize("day", ["2026-13-01", "20260101", "yesterday"])
def test_a_day_that_is_none_is_usage(day, forms):
    argv = ["request", "check", "preservation.json", "--side", "requested", "--on", day]
    assert problem(*argv, cwd=forms, code=2)["code"] == "usage.date"


@pytest.mark.parametrize(
    ("env", "option", "word"),
    [
        ({}, ["--lang", "fr"], "Conservation"),
        ({"COMITY_LANG": "fr"}, [], "Conservation"),
        ({"LC_ALL": "ar_EG.UTF-8"}, [], "الحفظ"),
        ({"COMITY_LANG": "fr"}, ["--lang", "ar"], "الحفظ"),
        ({"COMITY_LANG": "xx"}, [], "Expedited"),
    ],
)
def test_it_speaks_the_language_asked_for(env, option, word, tmp_path):
    done = comity("request", "kinds", *option, cwd=tmp_path, **env)
    assert done.returncode == 0
    assert word in done.stdout.decode()


# --- verdicts ---------------------------------------------------------------------------------------


def _inputs(folder):
    (folder / "empty").write_bytes(b"")
    (folder / "text").write_bytes(b"to whom it may concern\n" * 100)
    (folder / "zeros").write_bytes(bytes(20_480))
    (folder / "noise").write_bytes(bytes((7 * n * n + 3) % 256 for n in range(5_000)))
    (folder / "sealed").write_bytes(b"age-encryption.org/v1\n")
    return ("empty", "text", "zeros", "noise", "sealed", ".", "/dev/null")


def test_what_is_no_court_file_is_seven_in_both_verifiers(tmp_path):
    for name in _inputs(tmp_path):
        ours = comity("verify", name, "--json", cwd=tmp_path)
        theirs = subprocess.run(
            [sys.executable, "-I", "-S", VERIFIER, name],
            capture_output=True,
            cwd=tmp_path,
            timeout=PATIENCE,
            check=False,
        )
        assert (ours.returncode, theirs.returncode) == (7, 7), name
        told = json.loads(ours.stdout)
        assert told["verdict"] in {"BROKEN", "UNREADABLE"}
        assert told["step"] and told["reason"]
        assert ours.stderr == b""
        assert b"Traceback" not in theirs.stderr


def test_a_file_that_is_not_there_is_five_in_both_verifiers(tmp_path):
    assert problem("verify", "absent.tar", cwd=tmp_path, code=5)["code"] == "file.absent"
    theirs = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, "absent.tar"],
        capture_output=True,
        cwd=tmp_path,
        timeout=PATIENCE,
        check=False,
    )
    assert theirs.returncode == 5


# --- loose sealing ----------------------------------------------------------------------------------


def test_a_loose_bag_is_for_practice_and_never_released(node, tmp_path):
    (tmp_path / "a b.txt").write_bytes(b"evidence")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "secret").write_text("a passphrase\n")
    key = recipient_text(Identity.generate(SeededEntropy(b"loose bags")).public)
    seal = ["evidence", "seal", "a b.txt", "empty", "-o", "bag.age", "--to", key]
    sealed = answer("--node", str(node), "--as", "duty", *seal, cwd=tmp_path)
    assert [one["name"] for one in sealed["exhibits"]] == ["a b.txt", "empty"]
    assert (tmp_path / "bag.age").read_bytes().startswith(b"age-encryption.org/v1\n")
    assert answer("verify", "bag.age", cwd=tmp_path, code=7)["verdict"] == "UNREADABLE"
    assert problem("--node", str(node), "--as", "duty", *seal, cwd=tmp_path, code=6)["code"] == "file.exists"

    live = ["init", "live", "--party", "FRA", "--name", "France", "--passphrase-file", "secret"]
    answer(*live, cwd=tmp_path)
    seal[seal.index("bag.age")] = "live.age"
    told = problem("--node", "live", *seal, "--passphrase-file", "secret", cwd=tmp_path, code=4)
    assert told["code"] == "way_out.no_decision"
    assert not (tmp_path / "live.age").exists()


# --- two nodes, on a carried disk -------------------------------------------------------------------


class Office:
    """One node with its one officer, who need not be named, driven by single commands."""

    def __init__(self, folder, party):
        self.folder, self.party = folder, party
        self.node = folder / party.lower()
        answer("init", str(self.node), "--party", party, "--name", party, "--practice", cwd=folder)

    def do(self, *argv):
        """The answer of a command of this node."""
        return answer("--node", str(self.node), *argv, cwd=self.folder)

    def refused(self, *argv, code):
        """The problem of a command that is refused."""
        return problem("--node", str(self.node), *argv, cwd=self.folder, code=code)

    def issue(self, *argv):
        """Draft, decide what is open and approve; the id of the act."""
        told = self.do(*argv)
        if not told["issued"]:
            draft = told["draft"]
            decided = [part for one in draft["undecided"] for part in ("--decide", f"{one}=proceed:examined")]
            told = self.do("act", "approve", draft["act"], *decided, "--reason", "read")
        assert told["issued"] is True
        return told["act"]["id"]

    def act(self, kind, case, body, parts):
        form = self.folder / "form.json"
        form.write_text(json.dumps({"body": body, "parts": parts}))
        return self.issue("act", kind, "--case", case, "--form", str(form))


def acquainted(folder):
    asking, asked = Office(folder, "XAA"), Office(folder, "XAB")
    for one in (asking, asked):
        one.do("peer", "card", "-o", str(folder / f"{one.party}.card"))
    words = asking.do("peer", "words", "XAB.card")["words"]
    assert words == asked.do("peer", "words", "XAA.card")["words"]
    assert len(words) == 12
    wrong = " ".join(reversed(words))
    assert asking.refused("peer", "add", "XAB.card", "--words", wrong, code=4)
    asking.do("peer", "add", "XAB.card", "--words", " ".join(words))
    asked.do("peer", "add", "XAA.card", "--words", " ".join(words))
    return asking, asked


@pytest.fixture(scope="module")
def couriered(tmp_path_factory, forms):
    """Two offices that only ever exchange a folder, and a preservation that was asked and consulted on."""
    folder = tmp_path_factory.mktemp("courier")
    asking, asked = acquainted(folder)
    (folder / "form.json").write_bytes((forms / "preservation.json").read_bytes())
    return asking, asked


def carry(sender, receiver, name):
    sender.do("courier", "export", name)
    return receiver.do("courier", "import", name)


def test_one_request_travels_in_a_folder_and_is_answered_in_one(couriered):
    asking, asked = couriered
    case = asking.issue(
        "request", "draft", "preservation", "--to", "XAB/contact-point", "--form", "form.json"
    )
    assert carry(asking, asked, "out-1")["messages"] == 1
    assert carry(asking, asked, "out-2")["messages"] in {0, 1}  # the same bytes again change nothing
    assert [one["act"] for one in asked.do("request", "list")["requests"]] == [case]

    later = ["request", "decide", case, "--postpone", "--inner", "i", "--outer", "o"]
    assert asked.refused(*later, code=6)["code"] == "permitted.mechanism"
    draft = asked.do("request", "decide", case, "--refuse", "R-40.21a", "--inner", "i", "--outer", "o")
    blocking = [one for one in draft["draft"]["assessment"]["findings"] if one["severity"] == "blocks"]
    assert "42(6)" in {one["basis"] for one in blocking}
    asked.do("act", "drop", draft["draft"]["act"])

    question = asked.act(
        "request.clarify", case, {"request": case, "fields": ["/items/0"]}, {"question": "which one?"}
    )
    carry(asked, asking, "back-1")
    reply = asking.issue("request", "answer", question, "--text", "the first", "--reason", "asked")
    carry(asking, asked, "out-3")
    assert asked.do("act", "part", reply, "answer")["text"] == "the first"
    view = asked.do("case", "show", case[:12])
    assert [one["kind"] for one in view["acts"]] == [
        "preservation.request",
        "request.clarify",
        "request.answer",
    ]
    assert asking.do("log", "audit") == {"assessment": {"findings": [], "may_proceed": True}}
    assert asking.do("log", "proof", case)["act"] == case


def test_a_loose_bag_is_not_released_for_its_reader_either(couriered):
    asking, asked = couriered
    (asking.folder / "loose.txt").write_bytes(b"evidence")
    sealed = asking.do("evidence", "seal", "loose.txt", "-o", "loose.age", "--to", "XAB")
    assert sealed["label"] == "UNRELEASED"
    told = answer("--node", str(asked.node), "verify", "loose.age", cwd=asked.folder, code=7)
    assert (told["verdict"], told["exhibits"][0]["bytes"]) == ("UNRELEASED", 8)
    told = answer("--node", str(asked.node), "verify", "loose.age", "--integrity-only", cwd=asked.folder)
    assert told["verdict"] == "UNRELEASED"


def test_a_damaged_folder_takes_nothing_in(couriered):
    asking, asked = couriered
    case = asking.do("case", "list")["cases"][0]["case"]
    asking.act("request.withdraw", case, {"request": case, "items": ["mailbox"]}, {})
    asking.do("courier", "export", "spoilt")
    spoilt = [path for path in sorted((asking.folder / "spoilt").rglob("*")) if path.is_file()]
    assert spoilt
    for path in spoilt:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    done = comity("--node", str(asked.node), "courier", "import", "spoilt", "--json", cwd=asked.folder)
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, *FAMILIES}
    if done.returncode == 0:
        assert json.loads(done.stdout)["failures"]
    assert "request.withdraw" not in {one["kind"] for one in asked.do("case", "show", case)["acts"]}


# --- the door ---------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def first_line(process):
    """The first line a process prints, or empty when it is silent for too long."""
    lines = queue.Queue()
    threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True).start()
    try:
        return lines.get(timeout=60)
    except queue.Empty:
        return b""


@pytest.mark.network
def test_a_node_says_once_that_it_is_ready_and_ends_at_a_signal(node, tmp_path):
    port, pages = free_port(), free_port()
    doors = ["--port", str(pages), "--exchange-port", str(port)]
    served = subprocess.Popen(
        [sys.executable, "-m", "comity", "serve", str(node), *doors],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    )
    try:
        line = first_line(served)
        assert f"127.0.0.1:{port}".encode() in line
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            pass
        taken = problem("serve", str(node), *doors, cwd=tmp_path, code=8)
        assert taken["code"] == "serve.port"
        served.send_signal(signal.SIGTERM)
        rest, errors = served.communicate(timeout=30)
    finally:
        served.kill()
        served.wait()
    assert (served.returncode, rest, errors) == (0, b"", b"")


def test_a_port_that_is_none_is_usage(node, tmp_path):
    assert problem("serve", str(node), "--port", "70000", cwd=tmp_path, code=2)["code"] == "usage.port"
