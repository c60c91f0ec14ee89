"""Single commands: what they hand to the node, and what they answer."""

import hashlib
import json

import pytest

from comity.cli.toolbox import PagesWish
from comity.kernel.clock import Instant
from comity.kernel.errors import NotFoundError
from comity.kernel.findings import Assessment
from comity.kernel.realms import Realm
from comity.node.courtviews import ShownChain, ShownToken
from comity.node.views import VerifyReport
from comity.wording.catalogue import catalogue
from tests.unit.cli.fakes import CASE, CASE_VIEW, DATA, NASTY, OPEN, REQUEST, comity, release_view


def test_request_check_is_an_answer_also_when_it_blocks(tmp_path):
    form = tmp_path / "form.json"
    argv = ("request", "check", str(form), "--side", "requesting", "--on", "2026-11-02", "--json")
    example = json.loads(comity("request", "example", "preservation").out)
    form.write_text(json.dumps(example))
    ran = comity(*argv)
    assert ran.code == 0
    assert ran.value["assessment"]["may_proceed"] is True
    for finding in ran.value["assessment"]["findings"]:
        assert set(finding) == {"code", "severity", "basis", "field", "message"}
        assert finding["severity"] in {"blocks", "decide", "note"}
    example["requesting_authority"]["name"] = "  "
    form.write_text(json.dumps(example))
    ran = comity(*argv)
    assert ran.code == 0
    assessment = ran.value["assessment"]
    assert assessment["may_proceed"] is False
    (blocking,) = [f for f in assessment["findings"] if f["severity"] == "blocks"]
    assert (blocking["basis"], blocking["field"]) == ("42(3)(a)", "/requesting_authority/name")
    assert blocking["message"]
    assert not ran.calls.made


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zh", "ru", "es"])
def test_request_check_speaks(tmp_path, language):
    form = tmp_path / "form.json"
    form.write_text(comity("request", "example", "stored-data").out)
    ran = comity("request", "check", str(form), "--side", "requested", "--lang", language)
    assert ran.code == 0
    assert "rights.review" in ran.out
    assert "\\u2068" not in ran.out
    words = catalogue(language)
    joined = "".join(ran.out.split())
    for key in ("rights.review", "sovereignty.review", "severity.decide"):
        assert "".join(words[key].split()) in joined


def test_findings_are_said_in_more_languages_than_the_rest(tmp_path):
    form = tmp_path / "form.json"
    form.write_text(json.dumps({"kind": "preservation", "version": 1}))
    ran = comity("request", "check", str(form), "--side", "requesting", "--lang", "es")
    assert "Obligatorio y sin rellenar" in ran.out
    assert "→ Rellene el campo" in ran.out
    assert comity("request", "check", "--help", "--lang", "zh").code == 0
    refused = comity("case", "list", "--lang", "es", "--json")
    assert (refused.code, refused.problem["code"]) == (2, "usage.choice")


def test_request_check_refuses_what_is_no_form(tmp_path):
    form = tmp_path / "form.json"
    for bad in (b"", b"[", b"\xff", b'{"a":1,"a":2}', b"[" * 100_000):
        form.write_bytes(bad)
        ran = comity("request", "check", str(form), "--side", "requesting", "--json")
        assert (ran.code, ran.out) == (3, "")
        assert ran.problem["code"]
    form.write_bytes(b" " * (1024 * 1024 + 1))
    assert comity("request", "check", str(form), "--side", "requesting").code == 3
    ran = comity("request", "check", str(form), "--side", "requesting", "--on", "2026-13-01", "--json")
    assert ran.code in {2, 3}


def test_request_kinds_example_schema():
    kinds = comity("request", "kinds", "--json").value
    assert {"preservation": "42", "stored-data": "44", "extradition": "37"}.items() <= {
        kind["kind"]: kind["article"] for kind in kinds
    }.items()
    assert {kind["article"] for kind in kinds} == {str(n) for n in (*range(37, 49), 50, 51, 52)}
    for kind in kinds:
        assert {"kind", "article", "title", "depth", "two_person", "coercive"} <= set(kind)
        assert kind["depth"] in {"deep", "form"}
        example = comity("request", "example", kind["kind"], "--json").value
        assert example["kind"] == kind["kind"]
        assert json.loads(comity("request", "example", kind["kind"]).out) == example
        assert comity("request", "schema", kind["kind"], "--json").value["properties"]
    assert comity("request", "example", "nonsense").code == 5
    assert comity("request", "example", "statements", "--variant", "2").code == 0
    assert comity("request", "example", "statements", "--variant", "9").code == 5
    assert comity("request", "example", "statements", "--variant", "two").code == 2


def test_a_new_form_lacks_everything_and_says_so(tmp_path):
    path = tmp_path / "form.json"
    ran = comity("request", "new", "confiscation", "-o", str(path), "--json")
    assert (ran.code, ran.value) == (0, {"form": str(path)})
    found = comity("request", "check", str(path), "--side", "requesting", "--json").value["assessment"]
    missing = {f["field"] for f in found["findings"] if f["code"] == "field.missing"}
    assert {"/facts/text", "/items/0/id", "/route", "/purpose/text"} <= missing
    assert not found["may_proceed"]
    assert comity("request", "new", "confiscation", "-o", str(path)).code == 6


def test_verify_says_no_with_7_and_names_the_first_fault(tmp_path):
    path = tmp_path / "court.tar"
    path.write_bytes(b"")
    broken = VerifyReport(
        verdict="BROKEN", exit_code=7, step="4", path="data/000000001.bin", reason="digest differs"
    )
    ran = comity("verify", str(path), "--json", answers={"verify": broken})
    assert ran.code == 7
    assert ran.err == ""
    assert ran.value["verdict"] == "BROKEN"
    assert (ran.value["step"], ran.value["path"], ran.value["reason"]) == (
        "4",
        "data/000000001.bin",
        "digest differs",
    )
    spoken = comity("verify", str(path), answers={"verify": broken})
    assert spoken.code == 7
    assert spoken.out.startswith("BROKEN: ")
    assert "data/000000001.bin" in spoken.out


def test_verify_tells_what_a_court_file_has_beside_exhibits(tmp_path):
    path = tmp_path / "court.tar"
    path.write_bytes(b"")
    told = VerifyReport(
        verdict="AUTHENTIC",
        exit_code=0,
        withheld=("a" * 64 + "/3",),
        packages=("b" * 64,),
        custody=(
            ShownChain(bag_root="c" * 64, events=2, last="destroyed"),
            ShownChain(bag_root="d" * 64, events=1, last="\x1b[2J"),
        ),
        stamps=(
            ShownToken(digest="e" * 64, at=Instant(1_790_000_000_000_000), holds=True),
            ShownToken(digest="f" * 64, at=Instant(1_790_000_000_000_000), holds=False),
        ),
        released="9" * 64,
    )
    for language in ("en", "fr", "ar"):
        spoken = comity("--lang", language, "verify", str(path), answers={"verify": told}).out
        assert "\x1b" not in spoken
        for part in ("a" * 64 + "/3", "b" * 64, "c" * 12, "e" * 12, "f" * 12, "--certificates", "9" * 64):
            assert part in spoken, (language, part)
    value = comity("verify", str(path), "--json", answers={"verify": told}).value
    assert value["withheld"] == ["a" * 64 + "/3"] and value["released"] == "9" * 64
    assert [one["holds"] for one in value["stamps"]] == [True, False]


def test_verify_trusts_what_is_told_and_the_node_that_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "court.tar"
    path.write_bytes(b"")
    named = ("--trust", "roots.json", "--certificates", "tsa.pem")
    ran = comity("verify", "court.tar", *named, "--integrity-only")
    assert ran.calls.of("verify") == [
        {
            "path": "court.tar",
            "trust": "roots.json",
            "integrity_only": True,
            "node": None,
            "certificates": "tsa.pem",
        }
    ]
    (tmp_path / "node.json").write_text("{}")
    assert comity("verify", "court.tar").calls.of("verify")[0]["node"] == "."
    assert comity("verify", "court.tar", "--node", "n").calls.of("verify")[0]["node"] == "n"


def test_init_practice_needs_no_passphrase_and_live_does(tmp_path):
    argv = ("init", "d", "--party", "XAA", "--name", "Altavia", "--exchange-port", "9443")
    ran = comity(*argv, "--practice", "--json")
    assert ran.calls.of("init") == [
        {
            "directory": "d",
            "party": "XAA",
            "name": "Altavia",
            "practice": True,
            "host": "127.0.0.1",
            "store": "",
            "exchange_port": 9443,
            "passphrase": None,
            "shelter": None,
        }
    ]
    assert (ran.value["directory"], ran.value["party"], ran.value["realm"]) == ("d", "XAA", "practice")
    ran = comity(*argv, "--json")
    assert (ran.code, ran.problem["code"]) == (2, "usage.new_passphrase")
    secret = tmp_path / "secret"
    secret.write_bytes(b"\n")
    assert comity(*argv, "--passphrase-file", str(secret), "--json").problem["code"] == "passphrase.empty"
    secret.write_bytes(b"correct horse\r\n")
    assert (
        comity(*argv, "--passphrase-file", str(secret)).calls.of("init")[0]["passphrase"] == b"correct horse"
    )


def test_a_new_officers_key_has_its_own_passphrase(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_bytes(b"ours\n")
    theirs.write_bytes(b"theirs\n")
    ran = comity(
        "officer", "add", "m.okafor", "--role", "head", "--passphrase-file", str(ours),
        "--officer-passphrase-file", str(theirs), realm=Realm.LIVE,
    )  # fmt: skip
    assert ran.calls.of("unlocked") == [{"secret": b"ours"}]
    assert ran.calls.of("add_officer") == [{"passphrase": b"theirs", "entry_passphrase": b"ours"}]
    argv = ("authority", "add", "XAA/court", "--name", "Court", "--passphrase-file", str(ours))
    assert comity(*argv, realm=Realm.LIVE).calls.of("add_authority")[0]["passphrase"] == b"ours"
    assert (
        comity("officer", "add", "m.okafor", "--role", "head").calls.of("add_officer")[0]["passphrase"]
        is None
    )


def test_serve_says_ready_once():
    assert comity("serve", "d", "--port", "8400").out == "ready https://127.0.0.1:8443\n"
    ran = comity("serve", "d", "--json", "--host", "0.0.0.0")
    assert ran.value == {"ready": "ready https://127.0.0.1:8443"}
    (asked,) = ran.calls.of("serve")
    usual = {"directory": "d", "port": None, "exchange_port": None, "host": "0.0.0.0"}
    assert asked.items() >= (usual | {"with_worker": True, "share_ports": False}).items()


def test_the_pages_have_an_address_and_a_certificate_of_their_own():
    (asked,) = comity("serve", "d").calls.of("serve")
    assert asked["pages"] == PagesWish()
    ran = comity("serve", "d", "--pages-host", "::", "--pages-certificate", "c", "--pages-key", "k")
    (asked,) = ran.calls.of("serve")
    assert asked["pages"] == PagesWish(host="::", certificate="c", key="k")
    (asked,) = comity("serve", "d", "--behind-proxy").calls.of("serve")
    assert asked["pages"].behind_proxy


def test_officers_keys_alarms_and_custody():
    ran = comity("officer", "roles", "a.diallo", "--role", "officer", "--role", "head")
    assert ran.calls.of("roles") == [{"name": "a.diallo", "roles": ("officer", "head"), "entry": None}]
    assert comity("officer", "language", "ar").calls.of("language") == [
        {"officer": "a.diallo", "language": "ar"}
    ]
    assert comity("officer", "language", "browser").calls.of("language")[0]["language"] == ""
    assert comity("officer", "language", "xx").code == 2
    assert comity("authority", "keys", "--json").value["keys"][0]["usage"] == "act"
    assert comity("authority", "rotate").calls.of("rotate")[0]["authority"] == "XAA/contact-point"
    assert comity("peer", "alarms", "--json").value["alarms"][0]["code"] == "peer.silent"
    shown = comity("evidence", "custody", "--case", "4be1c09a")
    assert "\\x1b" in shown.out
    assert shown.calls.of("custody") == [{"case": CASE, "purpose": "practice"}]
    argv = ("evidence", "record", "cdcdcdcd", "--case", "4be1c09a", "--reason", "asked", "--step")
    (made,) = comity(*argv, "copied", "--at", "2026-11-20T08:00:00Z").calls.of("record")
    assert (made["step"], made["reason"], made["at"]) == ("copied", "asked", 1_795_161_600_000_000)
    assert (made["to"], made["operation"], made["tool"]) == ("", "", ("", ""))
    assert comity(*argv, "opened").code == comity(*argv, "destroyed").code == 2


def test_what_is_made_from_exhibits_what_is_held_and_what_ends():
    case = ("--case", "4be1c09a")
    argv = ("a.csv", "b.csv", "--from", "cdcdcdcd:1,3", *case, "--operation", "counted", "--tool", "awk")
    (made,) = comity("evidence", "derive", *argv).calls.of("derive")
    work = made["work"]
    assert (made["sources"], made["purpose"], work.parents) == (
        ("a.csv", "b.csv"),
        "practice",
        ("cd" * 32 + ":1,3",),
    )
    assert (work.operation, work.redacted, work.tool, work.decisions) == ("counted", False, ("awk", ""), {})
    decided = ("--decide", "handling.decide=proceed:no face", "--handling", "ordinary")
    (redacted,) = comity("evidence", "redact", *argv, *decided).calls.of("derive")
    assert redacted["work"].redacted and redacted["work"].decisions == {"handling.decide": "no face"}
    assert comity("evidence", "redact", *argv, "--decide", "handling.decide=stop:x").code == 2
    back = ("evidence", "return", "cdcdcdcd", *case, "--to", "XAB", "--reason", "over")
    (returned,) = comity(*back).calls.of("record")
    assert (returned["step"], returned["to"]) == ("returned", "XAB")
    hold = ("evidence", "hold", "cdcdcdcd", *case, "--reason", "appeal")
    assert comity(*hold).calls.of("hold")[0]["lift"] is None
    assert comity(*hold, "--lift", "2").calls.of("hold")[0]["lift"] == 2
    assert comity(*hold, "--lift", "two").code == 2
    destroy = ("evidence", "destroy", "cdcdcdcd", *case)
    assert comity(*destroy).code == 2
    asked = comity(*destroy, "--reason", "over")
    assert asked.calls.of("propose_destruction")[0]["reason"] == "over" and "--release" in asked.out
    assert comity(*destroy, "--release", "9" * 64).calls.of("destroy")[0]["release"] == "9" * 64
    wrote = comity("evidence", "certificate", "cdcdcdcd", *case, "-o", "c.json").calls.of("certificate")
    assert (wrote[0]["out"], wrote[0]["purpose"]) == ("c.json", "practice")
    assert comity("evidence", "custody", "show", *case).calls.of("custody")
    export = ("evidence", "custody", "export", *case, "-o", "x", "--format")
    for form, front in (("case", b'{"@context"'), ("bagit", b"bag-info.txt"), ("pdf", b"%PDF")):
        ran = comity(*export, form, "--release", "r1")
        assert ran.calls.of("tell") == [{"case": CASE, "purpose": "practice", "release": "r1"}]
        assert ran.calls.of("write")[0]["data"].startswith(front)
    assert comity(*export, "pdf", "--language", "ar").calls.of("print_custody") == [{"languages": "ar"}]
    assert comity(*export, "docx").code == 2
    disclose = ("evidence", "disclose", *case)
    (asked,) = comity(*disclose, "--withhold", "a=b").calls.of("propose_disclosure")
    assert (asked["withhold"], asked["purpose"]) == (("a=b",), "practice")
    assert comity(*disclose, "-o", "x").code == comity(*disclose, "--release", "r").code == 2
    (done,) = comity(*disclose, "-o", "x", "--release", "r", "--to", "the defence").calls.of("disclose")
    assert (done["out"], done["release"], done["to"]) == ("x", "r", "the defence")


def test_a_path_that_is_no_folder_is_not_taken_for_an_id():
    for place in ("./nowhere", __file__):
        ran = comity("evidence", "examine", place)
        assert ran.code == 5 and "there is no such folder" in ran.err, ran.err
    assert "a folder of its own" in comity("evidence", "examine", __file__).err


def test_the_doors_and_the_work_of_a_node_may_be_apart():
    doors = comity("serve", "d", "--no-worker", "--share-ports").calls.of("serve")
    assert [(call["with_worker"], call["share_ports"]) for call in doors] == [(False, True)]
    assert [call["only"] for call in comity("serve", "d", "--only", "exchange").calls.of("serve")] == [
        "exchange"
    ]
    assert comity("serve", "d").calls.of("serve")[0]["only"] == ""
    assert comity("serve", "d", "--only", "both").code == 2
    ran = comity("worker", "d")
    assert (ran.out, ran.calls.of("work")) == ("XAA worker\n", [{"directory": "d"}])


def test_loose_bag_needs_a_recipient():
    ran = comity("evidence", "seal", "a", "b", "-o", "x", "--to", "age1q", "--node", "n")
    assert ran.calls.of("seal_loose") == [
        {"sources": ("a", "b"), "out": "x", "recipients": ("age1q",), "node": "n"}
    ]
    ran = comity("evidence", "seal", "a", "-o", "x", "--json")
    assert (ran.code, ran.problem["code"]) == (2, "usage.missing")


def test_people_are_told_how_far_a_sealing_is_and_programs_are_not():
    argv = ("evidence", "seal", "-", "-o", "x", "--to", "age1q")
    assert comity(*argv).err == "Sealed so far: 3,072 of 20,480 MiB\n"
    assert comity(*argv, "--json").err == ""


def test_time_stamps_are_shown_written_and_checked(tmp_path):
    ran = comity("stamp", "list", "--json")
    assert [one["fault"] for one in ran.value["stamps"]] == ["", "stamp.digest"]
    assert (ran.value["waiting"], ran.value["silent"]["problem"]) == (3, "stamp.silent")
    out = tmp_path / "t.tsr"
    assert comity("stamp", "export", "abab", "-o", str(out), "--json").value["sha256"] == "ab" * 32
    assert out.read_bytes() == b"0"
    data = tmp_path / "data"
    data.write_bytes(b"hello")
    check = ("stamp", "check", "t.tsr", "--certificates", "ca.pem", "--json")
    ran = comity(*check, "--data", str(data))
    digest = hashlib.sha256(b"hello").digest()
    assert ran.calls.of("check_stamp") == [{"token": "t.tsr", "digest": digest, "certificates": "ca.pem"}]
    assert ran.value["sha256"] == digest.hex()
    assert comity(*check, "--digest", "ab" * 32).calls.of("check_stamp")[0]["digest"] == bytes.fromhex(
        "ab" * 32
    )
    for wrong in ((), ("--data", "x", "--digest", "y")):
        assert comity(*check, *wrong).problem["code"] == "usage.missing"


def test_an_interrupted_sealing_goes_on_by_its_name_or_is_thrown_away():
    ran = comity("evidence", "resume", "--json")
    assert [one["name"] for one in ran.value["unfinished"]] == ["ab" * 16, "cd" * 16]
    assert not ran.calls.of("resume") and not ran.calls.of("resume_loose")
    assert comity("evidence", "resume", "ab").calls.of("resume_loose") == [{"name": "ab" * 16, "node": "."}]
    ran = comity("evidence", "resume", "cd", "--json")
    assert (ran.calls.of("resume"), ran.value["bag_root"]) == ([{"name": "cd" * 16}], "cd" * 32)
    assert comity("evidence", "resume", "cd", "--drop").calls.of("drop") == [{"name": "cd" * 16}]
    ran = comity("evidence", "resume", "ab", "--drop", "--json")
    assert ran.calls.of("resume_loose") == [{"name": "ab" * 16, "node": ".", "drop": True}]
    assert ran.value == {"dropped": "ab" * 16}
    assert comity("evidence", "resume", "ff", "--json").problem["code"] == "seal.none_unfinished"
    assert comity("evidence", "resume", "--drop", "--json").problem["code"] == "usage.missing"


def test_a_sealed_file_is_looked_at_without_a_key_with_one_or_with_the_nodes():
    ran = comity("evidence", "inspect", "p.age", "--json")
    assert ran.calls.of("inspect") == [{"path": "p.age", "identities": ()}]
    assert ran.value == {
        "bytes": 70_000,
        "suite": "age-x25519",
        "recipients": [{"type": "X25519", "count": 2}],
        "stock_copy": True,
        "header_bytes": 200,
        "payload_length": 69_800,
        "pieces": 1,
        "archive_bytes": 69_768,
        "inside": None,
    }
    shown = comity("evidence", "inspect", "p.age").out
    assert "X25519 × 2" in shown and "stock tools" in shown and "no key" in shown
    (asked,) = comity("evidence", "inspect", "p.age", "--node", "n").calls.of("inspect")
    assert asked == {"path": "p.age", "purpose": "practice"}


def test_sealing_for_a_case_finds_the_one_request_for_stored_data():
    argv = ("evidence", "seal", "a", "-o", "x", "--case", "4be1c09a")
    (made,) = comity(*argv).calls.of("seal")
    assert (made["case"], made["request"], made["handling"], made["limits"]) == (CASE, DATA, "ordinary", None)
    assert comity(*argv, "--request", "44444444").calls.of("seal")[0]["request"] == REQUEST
    import dataclasses

    none = dataclasses.replace(CASE_VIEW, requests=CASE_VIEW.requests[:1])
    ran = comity(*argv, "--json", answers={"show": none})
    assert (ran.code, ran.problem["code"]) == (2, "usage.which_request")
    ran = comity(*argv, "--to", "XAC", "--json")
    assert (ran.code, ran.problem["code"]) == (2, "usage.not_in_case")
    assert comity(*argv, "--to", "XAB/contact-point").code == 0


def test_limits_are_an_object(tmp_path):
    limits = tmp_path / "limits.json"
    argv = ("evidence", "seal", "a", "-o", "x", "--case", "4be1c09a", "--limits", str(limits), "--json")
    limits.write_text('{"purpose": "trial"}')
    assert comity(*argv).calls.of("seal")[0]["limits"] == {"purpose": "trial"}
    limits.write_text("[]")
    assert comity(*argv).problem["code"] == "limits.form"


def test_names_from_outside_are_exact_in_json_and_harmless_in_words():
    argv = ("evidence", "open", "88888888", "-o", "opened")
    assert comity(*argv, "--json").value["exhibits"] == [
        {"number": 1, "name": NASTY, "sha256": "ab" * 32, "bytes": 3}
    ]
    out = comity(*argv).out
    assert "col\\x1b[31mumn\\n\\u202egpj.exe \\xff ملف" in out


def test_case_shows_what_happened_and_what_is_due():
    ran = comity("case", "show", "4be1c09a")
    for text in (
        "request.withdraw",
        "1/2",
        "XAB/contact-point",
        "42(1)",
        "two different acts",
        "answer the question",
        "request withdrawn",
    ):
        assert text in ran.out
    value = comity("case", "show", "4be1c09a", "--json").value
    assert [act["kind"] for act in value["acts"]] == ["preservation.request", "request.clarify"]
    assert value["duties"][0]["due"] is None
    assert value["requests"][0]["preserved_until"] == "2026-09-21T14:13:20Z"


def test_a_court_file_leaves_under_a_release():
    ran = comity("case", "release", "4be1c09a")
    assert 'comity --as OFFICER case approve r1 --reason "…"' in ran.out
    ran = comity("case", "approve", "r1", "--reason", "asked for")
    assert ran.calls.of("release") == [{"release": "r1", "reason": "asked for"}]
    assert "comity case export 4be1c09a0000 -o court.tar --release r1" in ran.out
    ran = comity("case", "export", "4be1c09a", "-o", "court.tar", "--release", "r1")
    assert ran.calls.of("export") == [{"purpose": "practice", "release": "r1"}]


def test_a_release_with_an_open_finding_is_decided_before_it_is_approved():
    waiting = release_view(assessment=Assessment.of([OPEN]), undecided=("rights.review@#ab",))
    ran = comity("case", "approve", "r1", "--reason", "asked for", answers={"release_show": waiting})
    assert ran.calls.of("release") == []
    assert "--decide rights.review=proceed" in ran.out
    ran = comity("case", "approve", "r1", "--decide", "rights.review=proceed:seen", "--reason", "asked for")
    assert ran.calls.of("release_decide") == [{"release": "r1", "finding": "rights.review", "inner": "seen"}]
    assert ran.calls.of("release_show") == [{"purpose": "practice"}]
    assert len(ran.calls.of("release")) == 1
    stopped = comity("case", "approve", "r1", "--decide", "a=stop:no", "--reason", "asked for")
    assert (stopped.code, stopped.calls.of("release")) == (2, [])


def test_releases_are_listed_with_who_must_still_approve():
    ran = comity("case", "releases", "--case", "4be1c09a")
    assert "waits for: head, officer" in ran.out
    assert "decided: it may leave" in ran.out
    assert ran.calls.of("releases") == [{"case": CASE, "purpose": "practice"}]


def test_what_a_courier_could_not_use_is_told():
    assert "call-000009" in comity("courier", "import", "disk").out
    assert comity("courier", "import", "disk", "--json").value["failures"] == ["call-000009"]


def test_an_id_that_is_too_short_or_unknown():
    for prefix in ("4be1", "ffffffff"):
        assert comity("case", "show", prefix).code == 5


def test_checkpoints_of_all_logs_or_of_one():
    assert len(comity("log", "checkpoint", "--json").value["checkpoints"]) == 2
    one = comity("log", "checkpoint", "national", "--json").value["checkpoints"]
    assert one == [{"origin": "national", "note": "national\n7\nroot=\n"}]
    assert comity("log", "checkpoint", "national").out == "national\n7\nroot=\n\n"


def test_part_is_shown_or_written(tmp_path):
    out = tmp_path / "form.json"
    ran = comity("act", "part", "44444444", "form", "-o", str(out))
    assert out.read_bytes() == b'{"kind":"preservation"}'
    assert ran.calls.of("part") == [{"act": REQUEST, "name": "form", "purpose": "practice"}]
    assert comity("act", "part", "44444444", "form", "--json").value["text"] == '{"kind":"preservation"}'
    missing = NotFoundError("part.absent", "no such part")
    assert comity("act", "part", "44444444", "form", answers={"part": missing}).code == 5


def test_peer_is_confirmed_by_who_acts_and_those_named(tmp_path):
    card = tmp_path / "card.json"
    card.write_bytes(b"{}")
    argv = ("peer", "add", str(card), "--words", "a b c")
    assert comity(*argv).calls.of("peer_add") == [{"card": b"{}", "words": "a b c", "confirmed_by": ()}]
    ran = comity(*argv, "--confirmed-by", "x", "--confirmed-by", "y")
    assert ran.calls.of("peer_add")[0]["confirmed_by"] == ("x", "y")


def test_the_line_is_set_in_sizes_and_hours():
    ran = comity(
        "line", "set", "--rate", "2M", "--hours", "08:00-18:00=512k", "--hours", "22:00-06:00=free", "--low"
    )
    terms = ran.calls.of("line_set")[0]["terms"]
    assert (terms.rate, terms.zone, terms.low) == (2 << 20, "UTC", True)
    assert [(one.begins, one.ends, one.rate) for one in terms.hours] == [
        ("08:00", "18:00", 512 << 10),
        ("22:00", "06:00", 0),
    ]
    assert "2097152" in ran.out
    for wrong in (("--rate", "fast"), ("--rate", "1T"), ("--hours", "8-9=1k"), ("--hours", "08:00-09:00")):
        assert comity("line", "set", *wrong).code == 2
    assert comity("line", "show", "--json").value == {"rate": 65536, "hours": [], "zone": "UTC", "low": True}


def test_what_each_delivery_lacks_is_told():
    out, came = comity("courier", "export", "disk"), comity("courier", "import", "disk", "--json")
    assert "written 2" in out.out and "still missing 2" in out.out
    assert [(one["bad"], one["done"]) for one in came.value["shipments"]] == [(1, False), (0, True)]
    assert "complete" in comity("courier", "import", "disk").out
