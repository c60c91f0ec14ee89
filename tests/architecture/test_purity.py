"""Invariant 11: the domain does no input and no output."""

import pytest

from tests.architecture.purity import acts_at_import, io_calls, io_imports
from tests.architecture.source import DOMAIN, modules, parse, require_clean


@pytest.mark.parametrize("rule", [io_calls, io_imports, acts_at_import])
def test_tree_is_clean(rule):
    require_clean(line for module in modules() for line in rule(module))


@pytest.mark.parametrize(
    "line",
    [
        "open('a')",
        "x = [input() for _ in range(3)]",
        "print('a')",
        "path.read_text()",
        "self.place.write_bytes(b'')",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "datetime.date.today()",
        "__import__('os')",
    ],
)
@pytest.mark.parametrize("room", DOMAIN)
def test_call_is_found(room, line):
    assert list(io_calls(parse(f"comity.{room}.made_up", f"def f():\n    {line}\n")))


def test_call_is_none_of_ours_elsewhere():
    text = "def f(clock):\n    clock.now()\n    reopen('a')\n    self.opened()\n"
    assert list(io_calls(parse("comity.cases.made_up", text))) == []
    assert list(io_calls(parse("comity.storage.made_up", "def f():\n    open('a')\n"))) == []
    assert list(io_calls(parse("comity.kernel.packaged", "def f(p):\n    p.read_bytes()\n"))) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("comity.cases.fold", "import os"),
        ("comity.cases.fold", "import os.path as p"),
        ("comity.cases.fold", "from time import monotonic"),
        ("comity.ledger.merkle", "from pathlib import Path"),
        ("comity.treaty.articles", "import importlib.resources"),
        ("comity.treaty.articles", "import requests"),
        ("comity.exchange.identity", "from cryptography.hazmat.primitives import hashes"),
        ("comity.evidence.bags", "import blake3"),
    ],
)
def test_import_is_found_even_inside_a_function(name, line):
    assert list(io_imports(parse(name, f"def f():\n    {line}\n")))


def test_import_is_allowed_where_it_is_named():
    assert (
        list(io_imports(parse("comity.kernel.signing", "import cryptography.exceptions\nimport msgspec\n")))
        == []
    )
    assert list(io_imports(parse("comity.evidence.pieces", "from blake3 import blake3\n"))) == []
    assert list(io_imports(parse("comity.cases.fold", "import re\nfrom comity.kernel import ids\n"))) == []


@pytest.mark.parametrize(
    "text", ["register(1)", "for x in y:\n    pass", "with a:\n    pass", "del a", "a += 1"]
)
def test_act_at_import_is_found(text):
    assert list(acts_at_import(parse("comity.web.made_up", text)))


def test_naming_at_import_is_fine():
    text = '"""Doc."""\nimport re\nA = re.compile("a")\nB: int = 1\nif TYPE_CHECKING:\n    import x\n'
    assert list(acts_at_import(parse("comity.web.made_up", text))) == []
