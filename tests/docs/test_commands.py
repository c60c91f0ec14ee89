"""What the documents tell people to type exists, and is written as the program takes it."""

import re
import shlex
from pathlib import Path

import pytest

from comity.cli.commands import find_command
from comity.cli.reading import read_arguments
from comity.cli.table import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "docs/guide/officer.md")
SHELLS = {"sh", "console", "shell", "bash"}


def shell_lines(text):
    """Every line of the fenced shell blocks, without prompt, comment and continuation."""
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S):
        if language in SHELLS:
            for line in block.replace("\\\n", " ").splitlines():
                yield line.removeprefix("$ ").strip()


def comity_lines():
    for name in DOCUMENTS:
        for line in shell_lines((ROOT / name).read_text()):
            if line.startswith("comity "):
                yield pytest.param(line, id=f"{name}: {line[:50]}")


@pytest.mark.parametrize("line", tuple(comity_lines()))
def test_command_is_understood(line):
    words = shlex.split(line, comments=True)
    words = words[1 : words.index(">")] if ">" in words else words[1:]
    invocation = read_arguments([word for word in words if word != "&"])
    assert invocation.command is not None or invocation.wants_help or invocation.wants_version


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_named_in_passing_exist(name):
    text = re.sub(r"^```.*?^```", "", (ROOT / name).read_text(), flags=re.M | re.S)
    named = [
        found for found in re.findall(r"`comity ([^`]+)`", text) if not found.startswith(("-", "COMMAND"))
    ]
    for found in named:
        command, _ = find_command(COMMANDS, found.split())
        assert command is not None, found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_exist(name):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for target in re.findall(r"(?:^|`|\s)make ([a-z-]+)", (ROOT / name).read_text()):
        assert target in targets, target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_documents_speak_of_the_software_only():
    for name in DOCUMENTS:
        assert not re.search("/(work|tmp|root|home)/", (ROOT / name).read_text())
