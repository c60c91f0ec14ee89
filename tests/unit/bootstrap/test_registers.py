"""A register made, filled and read by the commands, with real nodes in folders."""

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


def comity(*argv: str) -> tuple[int, Any]:
    out, err = io.StringIO(), io.StringIO()
    code = run(
        [*argv, "--json"],
        toolbox(),
        surroundings=Environment(language="en"),
        stdin=io.StringIO(),
        stdout=out,
        stderr=err,
    )
    return code, json.loads(out.getvalue() or err.getvalue() or "null")


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for code in ("XAA", "XAB"):
        init_node(
            code, party=code, name=code, practice=True, host="127.0.0.1", exchange_port=None, passphrase=None
        )
    return tmp_path


def card(code: str, name: str) -> str:
    assert comity("--node", code, "peer", "card", "-o", name)[0] == 0
    return name


def test_from_an_empty_register_to_a_newer_entry(three: Path) -> None:
    code, made = comity("register", "init", "register", "--practice", "-o", "root.json")
    assert (code, len(made["root"])) == (0, 64)
    assert comity("--node", "XAA", "peer", "add", card("XAB", "first.json"))[0] == 0
    (three / "service.json").write_text('{"languages": ["fr"]}')
    assert comity("--node", "XAB", "directory", "publish", "service.json")[0] == 0
    code, listed = comity("register", "add", "register", card("XAA", "a.json"), card("XAB", "b.json"))
    assert [one["party"] for one in listed["parties"]] == ["XAA", "XAB"]
    assert comity("register", "show", "register") == (0, listed)
    fetch = ("--node", "XAA", "register", "fetch", "register/repository")
    assert comity(*fetch)[1]["code"] == "register.unpinned"
    code, found = comity(*fetch, "--root", "root.json")
    assert [(one["party"], one["outcome"]) for one in found["parties"]] == [("XAA", "own"), ("XAB", "new")]
    shown = comity("--node", "XAA", "directory", "show", "XAB")[1]["parties"][0]
    assert shown["offices"][0]["service"]["languages"] == ["fr"]
    assert comity("register", "refresh", "register")[0] == 0
    assert comity("register", "renew", "register")[0] == 0
    assert comity(*fetch)[1]["parties"][1]["outcome"] == "same"


def test_another_register_is_not_followed_in_place_of_the_pinned_one(three: Path) -> None:
    for name in ("one", "other"):
        assert comity("register", "init", name, "--practice", "-o", f"{name}.json")[0] == 0
    assert comity("--node", "XAA", "register", "fetch", "one/repository", "--root", "one.json")[0] == 0
    code, problem = comity("--node", "XAA", "register", "fetch", "other/repository", "--root", "other.json")
    assert (code, problem["code"]) == (7, "register.pinned")
    code, problem = comity("--node", "XAA", "register", "fetch", "other/repository")
    assert (code, problem["code"]) == (7, "register.signature")
    assert comity("register", "show", "nothing")[1]["code"] == "register.absent"
    (three / "no.pem").write_text("no certificate")
    code, problem = comity("--node", "XAA", "register", "fetch", "one/repository", "--certificate", "no.pem")
    assert (code, problem["code"]) == (3, "register.certificate")
