"""The tables of ``docs/spec/acts.md`` say what the code does."""

import re
from pathlib import Path

from comity.cases import crossing
from comity.cases.acts import MOST_CRIT, MOST_PARTS, MOST_PAYLOAD, MOST_SEEN
from comity.cases.approvals import MOST_APPROVAL, MOST_APPROVALS, PERSONS
from comity.cases.fold import AFTER_CLOSE, RECALLABLE
from comity.cases.kinds import KINDS
from comity.cases.parts import MOST_PART
from comity.cases.wire import MOST_PARCEL, MOST_SIGNED

SPEC = (Path(__file__).parents[3] / "docs" / "spec" / "acts.md").read_text(encoding="utf-8")


def section(number: int) -> str:
    return SPEC.split(f"\n## {number}. ")[1].split("\n## ")[0]


def test_every_kind_has_its_row() -> None:
    rows = re.findall(
        r"^\| `([a-z.]+)` \| (\w+) \| (\d) \| (yes|no) \| (.*?) \| (.*?) \|$", section(8), re.MULTILINE
    )
    written = []
    for kind in KINDS.values():
        parts = " ".join((*kind.needs, *(f"[{name}]" for name in kind.may)))
        coercive = "yes" if kind.coercive else "no"
        written.append((kind.name, kind.sender.value, str(PERSONS[kind.name]), coercive, parts, kind.basis))
    assert rows == written
    assert set(PERSONS) == set(KINDS)


def test_the_crossing_table_is_the_one_in_the_code() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \| `([a-z.]+)` \| (\w+) \|$", section(9), re.MULTILINE)
    assert tuple(rows) == tuple((a, b, result.value) for a, b, result in crossing.rows())


def test_the_limits_are_the_ones_in_the_code() -> None:
    rows = dict(re.findall(r"^\| ([a-z ]+) \| ([0-9,]+)", section(1), re.MULTILINE))
    assert {name: int(text.replace(",", "")) for name, text in rows.items()} == {
        "act payload": MOST_PAYLOAD,
        "signed act": MOST_SIGNED,
        "approval payload": MOST_APPROVAL,
        "part": MOST_PART,
        "parcel": MOST_PARCEL,
    }
    line = f"At most {MOST_SEEN} ids in `seen`, {MOST_CRIT} names in `crit`, {MOST_PARTS} parts"
    assert line in SPEC and f"{MOST_APPROVALS} approvals" in SPEC


def test_the_fold_names_the_kinds_that_may_be_recalled_and_that_follow_a_close() -> None:
    steps = section(10)
    assert all(f"`{kind}`" in steps for kind in RECALLABLE | AFTER_CLOSE)


def test_every_code_that_the_code_gives_is_in_the_document() -> None:
    source = Path(__file__).parents[3] / "src" / "comity" / "cases"
    text = "".join((source / name).read_text() for name in ("acts.py", "approvals.py", "wire.py", "parts.py"))
    codes = set(re.findall(r'"((?:act|approval|part|parcel|signed|body)\.[a-z_]+)"', text)) - set(PERSONS)
    written = set(re.findall(r"`([a-z.]+[a-z_*]+)`", section(11)))
    assert {
        code for code in codes if code not in written and f"{code.split('.')[0]}.*" not in written
    } == set()
