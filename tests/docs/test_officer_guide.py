"""The tables of the officer's guide say what the code does."""

import re
from pathlib import Path

from comity.cli.problems import UsageError
from comity.kernel.errors import FAMILIES
from comity.node.access import ALLOWED, Action, Purpose, Role
from comity.node.drafting import parse_act_form

TEXT = (Path(__file__).resolve().parents[2] / "docs/guide/officer.md").read_text()


def rows(header):
    """The cells of the table under a header line."""
    lines = TEXT[TEXT.index(header) :].splitlines()[2:]
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_who_may_do_what():
    order = [Role.DUTY_OFFICER, Role.OFFICER, Role.HEAD, Role.REGISTRAR, Role.OVERSEER, Role.ADVOCATE]
    assert f"| | {' | '.join(role.value for role in order)} |" in TEXT
    told = {cells[0]: [bool(cell) for cell in cells[1:]] for cells in rows("| | duty-officer")}
    assert told == {action.value: [action in ALLOWED[role] for role in order] for action in Action}


def test_forms_are_read_as_they_stand():
    blocks = re.findall(r"^```json\n(.*?)^```", TEXT, re.M | re.S)
    assert blocks
    for block in blocks:
        assert parse_act_form(block.encode()).parts


def test_purposes():
    told = set(re.findall(r"`([a-z-]+)`", TEXT[TEXT.index("Purposes:") :].split("\n\n")[0]))
    assert told == {purpose.value for purpose in Purpose}


def test_exit_codes():
    told = {(int(cells[0]), cells[1].replace(" ", "_")) for cells in rows("| exit |")}
    assert told == {(family.exit_code, family.family) for family in (*FAMILIES, UsageError)}
