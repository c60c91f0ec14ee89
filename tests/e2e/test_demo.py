"""The whole story, as a user starts it: two served nodes, one case, and a court file that holds by itself."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests import warm

pytestmark = [pytest.mark.slow, pytest.mark.network]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240
KINDS = [
    "preservation.request",
    "request.accept",
    "order.record",
    "preservation.effect",
    "data.request",
    "request.accept",
    "order.record",
    "transmission.decide",
    "evidence.deliver",
    "preservation.release",
    "case.close",
]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COMITY_LANG": "en"}


def comity(*argv, cwd=None):
    command = [sys.executable, "-m", "comity", *map(os.fspath, argv)]
    return subprocess.run(
        command, capture_output=True, cwd=cwd, env=environment(), timeout=PATIENCE, check=False
    )


def processes_naming(path):
    """Processes whose command line names a path: what a demo in that folder would leave behind."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(path) in entry.read_bytes() and int(entry.parent.name) != os.getpid():
                found.append(entry.parent.name)
    return found


def digest(data):
    return hashlib.sha256(data).hexdigest()


def files_below(folder):
    """Contents of all files by path below the folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()
    }


NAMES = [
    "ملف الأدلة.eml",
    "证据",
    "line\nbreak",
    os.fsdecode(b"not-utf8-\xff\xfe"),
    "-o",
    " ",
    "per%20cent",
]


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Files with any names, a folder of them and one alone: name and content of each."""
    folder = tmp_path_factory.mktemp("given")
    many = {name: os.fsencode(name) * 1000 for name in NAMES} | {"empty": b""}
    (folder / "many").mkdir()
    for name, data in many.items():
        (folder / "many" / name).write_bytes(data)
    single = folder / "größer.bin"
    single.write_bytes(os.urandom(3_000_000))
    return folder, many | {single.name: single.read_bytes()}


@pytest.fixture(scope="module")
def told(given, tmp_path_factory):
    """One telling with files of one's own; the tests below look at what it left."""
    workdir = tmp_path_factory.mktemp("demo") / "work"
    exhibits = ("--exhibit", given[0] / "many", "--exhibit", given[0] / "größer.bin")
    done = comity("demo", "--once", "--json", "--workdir", workdir, *exhibits)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1
    return workdir, json.loads(done.stdout)


def test_answer_is_what_scripts_depend_on(told):
    workdir, answer = told
    assert set(answer) == {
        "case", "parties", "acts", "exhibits", "package", "age_identity", "court_file", "trust", "opened",
        "verified", "seconds",
    }  # fmt: skip
    assert answer["parties"] == ["XAA", "XAB"]
    assert [act["kind"] for act in answer["acts"]] == KINDS
    assert answer["case"] == answer["acts"][0]["id"]
    for act in answer["acts"]:
        assert set(act) == {"id", "kind", "from", "to", "at"}
        assert {act["from"], act["to"]} == {"XAA/contact-point", "XAB/contact-point"}
    assert answer["verified"] is True
    for name in ("package", "age_identity", "court_file", "trust", "opened"):
        assert Path(answer[name]).exists()
        assert Path(answer[name]).is_relative_to(workdir)


def test_nothing_keeps_running(told):
    assert processes_naming(told[0]) == []


def test_any_file_with_any_name_comes_out_byte_for_byte(told, given):
    _, answer = told
    opened = files_below(answer["opened"])
    assert {Path(path).name: data for path, data in opened.items()} == given[1]
    assert len(opened) == len(given[1])
    assert sorted(one["sha256"] for one in answer["exhibits"]) == sorted(map(digest, given[1].values()))
    assert 0 in {exhibit["bytes"] for exhibit in answer["exhibits"]}


def test_stock_age_and_tar_open_the_package(told, tmp_path):
    if shutil.which("age") is None:
        pytest.skip("stock age is not installed here")
    _, answer = told
    plain = tmp_path / "bag.tar"
    with plain.open("wb") as out:
        command = ["age", "-d", "-i", answer["age_identity"], answer["package"]]
        subprocess.run(command, stdout=out, check=True)
    subprocess.run(["tar", "-xf", str(plain), "-C", str(tmp_path)], check=True)
    inside = {digest(data) for data in files_below(tmp_path).values()}
    assert {exhibit["sha256"] for exhibit in answer["exhibits"]} <= inside
    (manifest,) = tmp_path.rglob("manifest-sha256.txt")
    subprocess.run(["sha256sum", "--quiet", "-c", manifest.name], cwd=manifest.parent, check=True)


def test_court_file_holds_without_us(told, tmp_path):
    _, answer = told
    verifier = tmp_path / "verify.py"
    with tarfile.open(answer["court_file"], "r:") as tar:
        (member,) = [m for m in tar if m.name.rpartition("/")[2] == "verify.py"]
        stream = tar.extractfile(member)
        assert stream is not None
        verifier.write_bytes(stream.read())
    alone = [sys.executable, "-I", "-S", str(verifier)]
    trusting = [*alone, "--trust", answer["trust"], answer["court_file"]]
    assert subprocess.run(trusting, capture_output=True, check=False).returncode == 0
    assert subprocess.run([*alone, answer["court_file"]], capture_output=True, check=False).returncode == 7


def test_verify_says_yes_only_with_the_roots_and_no_to_a_changed_bit(told, tmp_path):
    _, answer = told
    yes = warm.comity("verify", answer["court_file"], "--trust", answer["trust"], "--json", cwd=tmp_path)
    assert (yes.returncode, json.loads(yes.stdout)["verdict"]) == (0, "PRACTICE")
    assert warm.comity("verify", answer["court_file"], "--json", cwd=tmp_path).returncode == 7
    changed = bytearray(Path(answer["court_file"]).read_bytes())
    changed[len(changed) // 2] ^= 1
    other = tmp_path / "changed.tar"
    other.write_bytes(changed)
    no = warm.comity("verify", other, "--trust", answer["trust"], "--json", cwd=tmp_path)
    found = json.loads(no.stdout)
    assert (no.returncode, found["verdict"]) == (7, "BROKEN")
    assert found["step"]
    assert found["reason"]


def test_both_nodes_remember_the_same_case(told):
    workdir, answer = told
    seen = []
    for node, officer in (("xaa", "a.diallo"), ("xab", "l.haddad")):
        done = warm.comity(
            "--node", workdir / node, "--as", officer, "case", "show", answer["case"], "--json", cwd=workdir
        )
        assert done.returncode == 0
        seen.append(json.loads(done.stdout))
    assert [act["id"] for act in seen[0]["acts"]] == [act["id"] for act in seen[1]["acts"]]
    assert all(view["closed"] and not view["forked"] for view in seen)
    for node, officer in (("xaa", "a.diallo"), ("xab", "l.haddad")):
        done = warm.comity("--node", workdir / node, "--as", officer, "log", "audit", "--json", cwd=workdir)
        assert json.loads(done.stdout)["assessment"]["findings"] == []


def test_it_stays_until_told_to_stop_and_then_leaves_nothing_in_the_language_asked_for(tmp_path):
    workdir = tmp_path / "work"
    command = [sys.executable, "-m", "comity", "demo", "--lang", "ar", "--workdir", str(workdir)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        last = b""
        while b"Ctrl-C" not in last:
            last = process.stderr.readline()
            assert last, "the demo ended by itself"
        assert len(processes_naming(workdir)) == 3
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert b"Traceback" not in err
    told = out.decode()
    assert "تطلب ألتافيا" in told
    for basis in ("42(1)", "42(8)", "44(1)", "40(14)"):
        assert basis in told
    built_in = {path.name: path.read_bytes() for path in (workdir / "exhibits").iterdir()}
    opened = {Path(name).name: data for name, data in files_below(workdir / "opened").items()}
    assert b"" in built_in.values()
    assert opened == built_in
    assert processes_naming(workdir) == []


def test_a_stop_in_the_middle_leaves_no_process(tmp_path):
    workdir = tmp_path / "work"
    command = [sys.executable, "-m", "comity", "demo", "--once", "--json", "--workdir", str(workdir)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    try:
        until = time.monotonic() + PATIENCE
        while len(processes_naming(workdir)) < 3:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, out) == (130, b"")
    assert json.loads(err)["code"] == "interrupted"
    assert processes_naming(workdir) == []
