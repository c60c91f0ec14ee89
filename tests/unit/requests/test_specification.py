"""The tables of docs/spec/requests.md say what the code does."""

import re
from collections.abc import Iterator
from pathlib import Path

from comity.requests.codes import SEVERITIES
from comity.requests.forms import Field, form_of
from comity.requests.kinds import all_kinds
from comity.requests.refusal import grounds
from comity.treaty import convention
from comity.treaty.packs import practice_pack

SPEC = Path(__file__).parents[3] / "docs/spec"
TEXT = (SPEC / "requests.md").read_text("utf-8")
FORMS = SPEC / "request-forms.md"


def table(*head: str) -> list[list[tuple[str, ...]]]:
    """Return the bodies of all tables with this head."""
    found: list[list[tuple[str, ...]]] = []
    lines = iter(TEXT.splitlines())
    for line in lines:
        if cells(line) == head:
            next(lines)
            body = []
            for row in lines:
                if not row.startswith("|"):
                    break
                body.append(cells(row))
            found.append(body)
    return found


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip().strip("`") for cell in line.strip().strip("|").split("|"))


def test_the_forms() -> None:
    page = FORMS.read_text("utf-8")
    for kind in all_kinds():
        (row,) = [cells(line) for line in page.splitlines() if line.startswith(f"| `{kind.code}` |")]
        assert row[1:4] == (kind.article, kind.mechanism, kind.fields_from)
        assert [cell.strip("`") for cell in row[4:6]] == [kind.act, kind.depth.value]
        section = page.partition(f"\n## {kind.code}\n")[2].partition("\n## ")[0]
        stated = [cells(line) for line in section.splitlines() if line.startswith("| `/")]
        assert [(row[0], *row[2:]) for row in stated] == list(fields(form_of(kind)))


def fields(some: tuple[Field, ...], above: str = "") -> Iterator[tuple[str, str, str, str]]:
    for one in some:
        here = f"{above}/{one.name}"
        if one.required:
            needed = "yes"
        else:
            said = [
                c.name if c.values == (True,) else f"{c.name} is {' or '.join(map(str, c.values))}"
                for c in one.when
            ]
            needed = f"if {' or '.join(said)}" if said else ""
        place = ("skeleton" if one.in_skeleton else "part") + (f", clock {one.clock}" if one.clock else "")
        yield here, needed, one.basis + (" serves" if one.serves else ""), place
        if one.of is not None:
            yield from fields(one.of.fields, f"{here}/*")
        elif not one.is_free_text:
            yield from fields(one.fields, here)


def test_the_findings() -> None:
    (body,) = table("code", "severity", "side", "paragraph", "when")
    assert {row[0]: row[1] for row in body} == {code: one.value for code, one in SEVERITIES.items()}
    assert len(body) == len(SEVERITIES)
    for row in body:
        if not row[3].startswith("of the"):
            assert all(convention.exists(ref) for ref in row[3].split(", ")), row


def test_the_grounds() -> None:
    (body,) = table("ground", "effect", "paragraph", "consult first", "sets")
    assert body == [
        (g.code, g.effect, g.basis, "yes" if g.consult else "no", ", ".join(g.sets)) for g in grounds()
    ]


def test_the_periods() -> None:
    (body,) = table("clock", "runs from", "length", "paragraph")
    clocks = practice_pack().clocks
    lengths = [clocks.preservation_least, clocks.first_alarm, clocks.order_most, clocks.secrecy_review]
    assert [int(re.findall(r"[0-9]+", row[2])[0]) for row in body] == lengths


def test_every_paragraph_in_the_text_exists() -> None:
    for ref in re.findall(r"(?<![:\w])[1-9][0-9]?\([0-9]{1,2}\)(?:\([a-z]\))*", TEXT):
        assert convention.exists(ref), ref
