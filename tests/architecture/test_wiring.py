"""Only ``config`` reads the environment, only ``bootstrap`` names adapters, the linter knows every room."""

import re
import tomllib

import pytest

from tests.architecture.source import DOMAIN, RIM, ROOT, modules, parse, require_clean
from tests.architecture.wiring import environment_reads, named_adapters


@pytest.mark.parametrize("rule", [environment_reads, named_adapters])
def test_tree_is_clean(rule):
    require_clean(line for module in modules() for line in rule(module))


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['A']",
        "import os\nos.getenv('A')",
        "from os import environ",
        "from os import getenv",
    ],
)
def test_environment_read_is_found(text):
    assert list(environment_reads(parse("comity.engines.made_up", text)))
    assert list(environment_reads(parse("comity.config", text))) == []


def test_environment_may_be_handed_over_by_those_who_start():
    text = "import os\nread_environment(os.environ)"
    assert list(environment_reads(parse("comity.__main__", text))) == []
    assert list(environment_reads(parse("comity.cli.made_up", text)))
    assert list(environment_reads(parse("comity.__main__", text + "\nos.environ.get('A')")))


@pytest.mark.parametrize(
    "line",
    ["import comity.storage.sql", "from comity.engines import keystore", "from comity import transport"],
)
def test_named_adapter_is_found(line):
    assert list(named_adapters(parse("comity.__main__", f"def f():\n    {line}")))
    assert list(named_adapters(parse("comity.bootstrap", line))) == []


def test_a_room_may_name_itself():
    assert (
        list(named_adapters(parse("comity.storage.sql.rows", "from comity.storage.sql import tables"))) == []
    )


def contracts():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return {c["id"]: c for c in tomllib.loads(text)["tool"]["importlinter"]["contracts"]}


def test_layers_name_every_room_once():
    named = [word for layer in contracts()["layers"]["layers"] for word in re.findall(r"\w+", layer)]
    assert sorted(named) == sorted(DOMAIN + RIM)
    assert contracts()["layers"]["exhaustive"] is True


def test_no_domain_room_is_excused_from_the_ban_on_io():
    excused = {line.split(" -> ")[0].split(".")[1] for line in contracts()["domain-io"]["ignore_imports"]}
    assert excused == set(RIM)
