"""What the documents point at exists: files, rules of the protocol, decisions, settings, alarms."""

import dataclasses
import re
import shlex
from pathlib import Path

import pytest

from comity.cli.commands import find_command
from comity.cli.reading import read_arguments
from comity.cli.table import COMMANDS
from comity.config import NodeConfig
from comity.exchange import channel, inbox, outbox, protocol, settlement
from comity.ledger.heads import AlarmKind
from tests.architecture.documenting import LAST_INVARIANT, LAST_RULE
from tests.docs.test_commands import shell_lines

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", ".git", "node_modules", ".pytest_cache", "build", "dist"}
DOCUMENTS = sorted(path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts))
GUIDES = [ROOT / "docs/guide/operator.md", ROOT / "docs/guide/developer.md"]
OPERATOR = GUIDES[0].read_text("utf-8")


def name_of(path):
    return path.relative_to(ROOT).as_posix() if isinstance(path, Path) else str(path)


def anchors(text):
    """The anchors of a page's headings, as hosts of repositories make them."""
    for heading in re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_relative_links_resolve(path):
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        aim = (path.parent / target).resolve() if target else path
        assert aim.exists(), target
        assert not anchor or anchor in set(anchors(aim.read_text("utf-8"))), f"{target}#{anchor}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_rules_and_decisions_cited_exist(path):
    text = path.read_text("utf-8")
    for found in re.findall(r"PROTOCOL(?: rules?)? ([0-9]+)", text):
        assert 1 <= int(found) <= LAST_RULE, f"PROTOCOL {found}"
    for found in re.findall(r"DESIGN invariants? ([0-9]+)", text):
        assert 1 <= int(found) <= LAST_INVARIANT, f"DESIGN invariant {found}"
    for found in re.findall(r"\bADR ([0-9]+)", text):
        assert list((ROOT / "docs/adr").glob(f"{int(found):04d}-*.md")), f"ADR {found}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_documents_name_no_machine(path):
    assert not re.search(r"(?<![\w.])/(?:work|root|home|tmp)/", path.read_text("utf-8"))


def test_decisions_are_numbered_without_a_gap():
    pages = sorted((ROOT / "docs/adr").glob("*.md"))
    for number, page in enumerate(pages, start=1):
        assert page.name.startswith(f"{number:04d}-")
        text = page.read_text("utf-8")
        assert text.startswith(f"# {number}. ")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), page.name


def test_every_specification_is_in_the_index():
    index = (ROOT / "docs/spec/README.md").read_text("utf-8")
    for page in (ROOT / "docs/spec").glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name


def test_vectors_named_in_the_specifications_exist():
    for page in (ROOT / "docs/spec").glob("*.md"):
        for name in re.findall(r"`(tests/[a-z_/]+(?:\.[a-z]+)?)`", page.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{page.name}: {name}"


def guide_lines():
    for guide in GUIDES:
        for line in shell_lines(guide.read_text("utf-8")):
            if line.startswith("comity "):
                yield pytest.param(line, id=f"{guide.stem}: {line[:50]}")


@pytest.mark.parametrize("line", tuple(guide_lines()))
def test_commands_of_the_guides_are_understood(line):
    words = shlex.split(line, comments=True)
    words = words[1 : words.index(">")] if ">" in words else words[1:]
    assert read_arguments(words).command is not None


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_commands_named_in_passing_exist(guide):
    text = re.sub(r"^```.*?^```", "", guide.read_text("utf-8"), flags=re.M | re.S)
    for found in re.findall(r"`comity ([^`]+)`", text):
        assert found == "COMMAND" or find_command(COMMANDS, found.split())[0] is not None, found


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_make_targets_and_tools_exist(guide):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    text = guide.read_text("utf-8")
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.M)) <= targets
    for name in re.findall(r"^(tools/[a-z-]+)", "\n".join(shell_lines(text)), re.M):
        assert (ROOT / name).is_file(), name


def test_the_unit_for_systemd_starts_a_command_that_exists():
    unit = (ROOT / "deploy/comity.service").read_text("utf-8")
    line = re.search(r"^ExecStart=(.+)$", unit, re.M)[1]
    program, *words = shlex.split(line)
    assert program.endswith("/comity")
    assert read_arguments(words).command.words == ("serve",)
    assert f"ReadWritePaths={words[1]}\n" in unit


def test_every_setting_is_in_the_operators_guide():
    section = OPERATOR[OPERATOR.index("### `node.json`") : OPERATOR.index("## The folder")]
    named = {
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall("`([a-z_]+)`", line.split("|")[1])
    }
    assert named == {field.name for field in dataclasses.fields(NodeConfig)}


def test_every_alarm_is_in_the_operators_guide():
    raised = set()
    for module in (channel, inbox, outbox, protocol, settlement):
        source = Path(module.__file__).read_text("utf-8")
        raised |= set(re.findall(r'raise_alarm\(\s*"([a-z._]+)"', source))
        for name in re.findall(r"(?:raise_alarm\(\s*|Alarm\(code=)([A-Z_]+)", source):
            raised.add(getattr(module, name))
    raised |= {kind.value for kind in AlarmKind}
    assert len(raised) > 10
    assert raised <= set(re.findall(r"`([a-z]+\.[a-z_]+)`", OPERATOR)), raised
