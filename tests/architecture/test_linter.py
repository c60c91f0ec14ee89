"""The import rules of ``pyproject.toml`` bite: shown on a made-up house."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

HOUSE = {
    "__init__": "",
    "kernel/__init__": "",
    "kernel/ids": "A = 1",
    "treaty/__init__": "",
    "ledger/__init__": "from comity.kernel import ids",
    "cases/__init__": "from comity import ledger, treaty",
    "storage/__init__": "import os\nimport sqlite3\nfrom comity import cases",
    "cli/__init__": "import sys\nfrom comity import cases",
}


def lint(folder, changes):
    for name, text in {**HOUSE, **changes}.items():
        path = folder / "comity" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_sound_house_passes(tmp_path):
    result = lint(tmp_path, {})
    assert result.returncode == 0, result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kernel/ids": "from comity import treaty"}, "Imports point down"),
        ({"treaty/__init__": "from comity import ledger"}, "Imports point down"),
        ({"cli/__init__": "from comity import storage"}, "Imports point down"),
        (
            {"storage/__init__": "def f():\n    from comity import bootstrap", "bootstrap": ""},
            "Imports point down",
        ),
        ({"attic/__init__": ""}, "comity.attic"),
        ({"kernel/a": "from comity.kernel import b", "kernel/b": "from comity.kernel import a"}, "No cycles"),
        ({"cases/fold": "import socket"}, "no input and no output"),
        ({"indicators/__init__": "def f():\n    import os.path"}, "no input and no output"),
        ({"law/__init__": "from sqlalchemy import Table"}, "no input and no output"),
    ],
)
def test_a_broken_house_fails(tmp_path, changes, named):
    result = lint(tmp_path, changes)
    assert result.returncode == 1, result.stdout
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line or named in line]
    assert any(named in line and ("BROKEN" in line or "comity." in named) for line in broken) or (
        named.startswith("comity.") and named in result.stdout
    )
