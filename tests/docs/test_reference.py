"""The references are made from the source, and the architecture names what is there."""

import re
from pathlib import Path

import pytest

from comity.requests.codes import SEVERITIES
from comity.storage.sql.every_table import METADATA
from tools import reference, request_forms, request_rules, treaty_coverage
from tools.source import parse

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "comity"
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")


@pytest.fixture(scope="module")
def tree():
    return reference.whole()


@pytest.fixture(scope="module")
def pages():
    return reference.pages()


@pytest.mark.parametrize(
    "page",
    [reference.ERRORS, reference.FINDINGS, request_forms.FORMS, request_rules.RULES, treaty_coverage.PAGE],
    ids=lambda page: page.name,
)
def test_reference_is_up_to_date(page, pages):
    assert page.read_text("utf-8") == pages[page], "run: python -m tools.reference"


def test_codes_that_are_made_in_different_ways_are_found(tree):
    told = {(family.__name__, code) for family, code in reference.errors(tree)}
    assert ("DeniedError", "access.role") in told  # a literal
    assert ("UnavailableError", "door.busy") in told  # a constant of the module
    assert ("UntrustedError", "receipt.unproved") in told  # through a function of another module
    assert ("MalformedError", "act.part_name") in told  # through a function of the same module
    assert ("ConflictError", "gate.undecided") in told  # a class below a family
    assert ("UntrustedError", "court.fault") in told  # a class that chooses its code
    assert ("ConflictError", "permitted.closed") in told  # worked out at run time
    assert ("UsageError", "usage.missing") in told


def test_a_code_that_cannot_be_read_stops_the_tool():
    tree = reference.Tree({})
    tree.add("cases/made_up.py", parse("def f(x):\n    raise DeniedError(x.name(), 'no')\n"))
    with pytest.raises(SystemExit, match=r"cases/made_up\.py:2"):
        reference.errors(tree)


def test_every_finding_has_a_severity_and_the_list_of_requests_is_whole(tree):
    judged = reference.findings(tree)
    assert set(SEVERITIES) < set(judged)
    assert all(one.severities <= {"blocks", "decide", "note"} and one.severities for one in judged.values())


def test_architecture_is_short():
    assert len(ARCHITECTURE.splitlines()) <= 250


def code_map():
    table = ARCHITECTURE[ARCHITECTURE.index("## Code map") :].split("\n\n")[1]
    return {name for line in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split("|")[1])}


def test_every_package_is_in_the_code_map():
    there = {path.name for path in SOURCE.iterdir() if path.is_dir() and list(path.rglob("*.py"))}
    assert there <= code_map(), sorted(there - code_map())


def test_the_code_map_names_nothing_else():
    rooms = {path.stem for path in SOURCE.iterdir()} | {"web"}
    assert code_map() <= rooms, sorted(code_map() - rooms)


def test_files_named_in_the_documents_exist():
    for document in (
        ROOT / "ARCHITECTURE.md",
        *(ROOT / "docs/guide").glob("*.md"),
        *(ROOT / "docs/adr").glob("*.md"),
    ):
        for name in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", document.read_text("utf-8")):
            places = (SOURCE / name, ROOT / name)
            assert any(place.is_file() for place in places), f"{document.name}: {name}"


def test_every_table_is_told():
    section = ARCHITECTURE[ARCHITECTURE.index("## Storage") : ARCHITECTURE.index("## Libraries")]
    named = set(re.findall(r"`([a-z_]+)`", section))
    assert set(METADATA.tables) <= named, sorted(set(METADATA.tables) - named)


def test_every_library_of_the_core_is_told():
    text = ARCHITECTURE[ARCHITECTURE.index("## Libraries") : ARCHITECTURE.index("## Cross-cutting")].lower()
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    core = project[project.index("dependencies = [") : project.index("[project.optional-dependencies]")]
    for name in re.findall(r'^  "([a-z0-9-]+)', core, re.M):
        assert name in text, name
