"""The program as a process: exit codes and streams that only a real one has."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # every test starts a program

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "comity"]


def run(*argv, cwd=None, **more):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), **more.pop("env", {})}
    return subprocess.run(
        [*COMMAND, *argv], env=environment, cwd=cwd, check=False, stderr=subprocess.PIPE, **more
    )


def test_version_and_help_need_nothing(tmp_path):
    for argv in (("--version",), ("--help",), ("request", "kinds", "--json")):
        done = run(*argv, cwd=tmp_path, stdout=subprocess.PIPE)
        assert (done.returncode, done.stderr) == (0, b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    ["case list", "log audit", "migrate", "peer card", "serve .", "evidence seal x -o y --to XAB"],
)
def test_without_a_node_is_exit_5(tmp_path, line):
    done = run(*line.split(), "--json", cwd=tmp_path, stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (5, b"")
    assert json.loads(done.stderr)["code"] == "node.absent"
    assert list(tmp_path.iterdir()) == []


def test_environment_names_language_node_and_officer(tmp_path):
    env = {"COMITY_LANG": "fr", "COMITY_NODE": "nowhere"}
    done = run("case", "list", cwd=tmp_path, env=env, stdout=subprocess.PIPE)
    assert done.returncode == 5
    assert done.stderr.decode().startswith("Problème")
    assert "nowhere" in done.stderr.decode()


def test_output_is_utf8_in_any_locale(tmp_path):
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("--help", "--lang", "ar", cwd=tmp_path, env=env, stdout=subprocess.PIPE)
    assert "الاستعمال" in done.stdout.decode("utf-8")


def test_a_disk_that_is_full_is_told_without_a_traceback(tmp_path):
    with Path("/dev/full").open("wb") as full:
        done = run("request", "kinds", "--json", cwd=tmp_path, stdout=full)
    assert done.returncode == 8
    assert json.loads(done.stderr)["code"] == "system.failed"


def test_a_reader_who_left_is_no_complaint(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run("--help", cwd=tmp_path, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (8, b"")
