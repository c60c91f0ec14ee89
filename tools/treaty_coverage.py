"""Write docs/reference/treaty-coverage.md: each paragraph, what implements it, and the test that shows it.

Called by ``python -m tools.reference``. The paragraphs come from the data of the Convention. What implements
them is found by the paragraph that kinds, fields, rules, grounds, acts and docstrings cite; ``treaty.json``
in ``tests/coverage`` adds the words, the tests, and the reasons for what is left out. :func:`faults` tells
where the three do not agree, and a test keeps it empty.
"""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from comity.cases.kinds import KINDS
from comity.requests.forms import Field, form_of
from comity.requests.kinds import all_kinds
from comity.requests.refusal import grounds
from comity.requests.rulebook import rules
from comity.treaty import convention
from tools import coverage, source

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "comity"
PAGE = ROOT / "docs" / "reference" / "treaty-coverage.md"
ROWS = ROOT / "tests" / "coverage" / "treaty.json"
FIGURES = ROOT / "tests" / "coverage" / "figures.json"
ARTICLES = (*range(25, 32), *range(37, 53))
SHOWN_CODE = 3
STRONG = ("kind", "act", "rule", "ground")
"""Elements that contradict a paragraph that is said to be left out."""
_REFERENCE = re.compile(r"(?<![\w:.])[1-9][0-9]?(?:\([0-9]{1,2}\))?(?:\([a-z]\))*(?![\w.])")
_BASIS = re.compile(r"\bBasis:\s*(.+?)\s*\Z", re.DOTALL)
HEAD = """# Coverage of the treaty

Made from the data of the Convention, the source and `tests/coverage` by `python -m tools.reference`; do not
edit. It holds every paragraph of articles 25 to 31 and 37 to 52: what in the software cites it and the test
that shows it, or why it is left out. Summaries are in our own words and no substitute for the authentic text;
what was recalled about the treaty is marked so in its data. A test fails where a paragraph has neither, where
a test or an element that is named does not exist, and where something implements a paragraph that is said to
be left out.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Something in the software that cites a paragraph: its sort, its name, and the paragraph."""

    sort: str
    name: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is said of a paragraph: what is done and the tests that show it, or why it is left out."""

    ref: str
    does: str = ""
    tests: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    out: str = ""


def paragraphs() -> dict[str, str]:
    """Return the paragraphs of the articles, each with its summaries."""
    found: dict[str, list[str]] = {}
    for number in ARTICLES:
        for one in convention.article(number).paragraphs:
            found.setdefault(str(one.ref), []).append(one.summary)
    return {ref: " ".join(texts) for ref, texts in found.items()}


@cache
def said() -> tuple[Row, ...]:
    """Return what is said of each paragraph."""
    rows = json.loads(ROWS.read_text("utf-8"))
    return tuple(
        Row(**{**row, **{name: tuple(row[name]) for name in ("tests", "by") if name in row}}) for row in rows
    )


@cache
def elements() -> tuple[Element, ...]:
    """Return everything in the software that cites a paragraph."""
    return tuple(dict.fromkeys((*_of_requests(), *_of_acts(), *_of_code())))


def implementing(row: Row) -> tuple[Element, ...]:
    """Return the elements that cite a paragraph or a part of it, and those that the row names."""
    return tuple(
        one
        for one in elements()
        if _within(one.basis, row.ref) or (f"{one.sort} {one.name}" in row.by and _within(row.ref, one.basis))
    )


def faults() -> list[str]:
    """Return where the treaty, the software and the words about both do not agree."""
    told = {row.ref: row for row in said()}
    found = [f"{ref}: nothing is said of it" for ref in paragraphs() if ref not in told]
    found += [f"{ref}: no paragraph of these articles" for ref in told if ref not in paragraphs()]
    if len(told) != len(said()):
        found.append("a paragraph is spoken of twice")
    for row in said():
        found.extend(f"{row.ref}: {fault}" for fault in _faults(row))
    return found


def page() -> str:
    """Return the text of the page."""
    rows = {row.ref: row for row in said()}
    done = [row for row in rows.values() if not row.out]
    lines = [
        HEAD + f"{len(rows)} paragraphs: {len(done)} implemented, {len(rows) - len(done)} left out.",
        "",
        *_figures(),
        "## Paragraphs",
    ]
    for number in ARTICLES:
        lines += ["", f"### Article {number}: {convention.article(number).title}", ""]
        lines += [
            "| paragraph | what it says | what is done | cited by | shown by |",
            "|---|---|---|---|---|",
        ]
        for ref, summary in paragraphs().items():
            if ref.partition("(")[0] == str(number):
                lines.append(_line(rows[ref], summary))
    return "\n".join(lines) + "\n"


def _figures() -> Iterator[str]:
    yield "## Figures of the assessment"
    yield ""
    yield json.loads(FIGURES.read_text("utf-8"))["words"]
    yield ""
    yield "| set | run | bad requests found | stories found | alarms on innocent stories | on lawful forms |"
    yield "|---|---|---|---|---|---|"
    for run in json.loads(FIGURES.read_text("utf-8"))["runs"]:
        yield f"| {run['set']} | {run['run']} | {' | '.join(run[name] for name in coverage.JUDGES)} |"
    for name in coverage.folders():
        counted = coverage.counted(name)
        yield f"| {name} | this version | {' | '.join(counted[one] for one in coverage.JUDGES)} |"
    yield ""


def _line(row: Row, summary: str) -> str:
    cells = (
        row.ref,
        summary,
        f"**left out**: {row.out}" if row.out else row.does,
        "" if row.out else _named(implementing(row)),
        "<br>".join(f"`{test.removeprefix('tests/')}`" for test in row.tests),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _named(found: tuple[Element, ...]) -> str:
    parts = []
    for sort in STRONG:
        names = sorted({f"`{one.name}`" for one in found if one.sort == sort})
        if names:
            parts.append(f"{sort} {', '.join(names)}")
    fields = len({one.name for one in found if one.sort == "field"})
    if fields:
        parts.append(f"{fields} {'field' if fields == 1 else 'fields'}")
    if not parts:  # else the page would change with every docstring
        code = sorted({one.name for one in found if one.sort == "code"})
        parts.append("code " + ", ".join(f"`{name}`" for name in code[:SHOWN_CODE]))
    return "; ".join(parts)


def _faults(row: Row) -> Iterator[str]:
    found = implementing(row)
    if bool(row.out) == bool(row.does or row.tests):
        yield "it is either done, with its tests, or left out with a reason"
    if row.out:
        yield from (
            f"left out, and {one.sort} {one.name} cites it"
            for one in found
            if one.sort in STRONG and one.basis == row.ref
        )
        return
    if not found:
        yield "nothing in the software cites it"
    if not row.tests:
        yield "no test shows it"
    yield from (f"there is no test {test}" for test in row.tests if not _is_test(test))
    names = {f"{one.sort} {one.name}" for one in found}
    yield from (f"there is no {name} that cites it" for name in row.by if name not in names)


def _is_test(name: str) -> bool:
    path, _, inner = name.partition("::")
    file = ROOT / path
    return file.is_file() and inner in _tests(file)


@cache
def _tests(file: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            found.add(node.name)
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            inner = [one.name for one in node.body if isinstance(one, ast.FunctionDef)]
            found |= {f"{node.name}::{one}" for one in inner if one.startswith("test")}
            found |= {node.name} if inner else set()
    return frozenset(found)


def _of_requests() -> Iterator[Element]:
    for kind in all_kinds():
        for basis in (kind.mechanism, kind.fields_from, kind.refusal):
            yield Element(sort="kind", name=kind.code, basis=basis)
        for pointer, field in _fields(form_of(kind), kind.code):
            yield Element(sort="field", name=pointer, basis=field.basis)
    for rule in rules():
        for basis in rule.bases:
            yield Element(sort="rule", name=rule.code, basis=basis)
    for ground in grounds():
        yield Element(sort="ground", name=ground.code, basis=ground.basis)


def _of_acts() -> Iterator[Element]:
    for name, kind in KINDS.items():
        yield Element(sort="act", name=name, basis=kind.basis)


def _of_code() -> Iterator[Element]:
    for where, module in source.modules().items():
        named = (node for node, _ in (*module.functions, *module.classes))
        for node in sorted(named, key=lambda node: node.lineno):
            if "Basis:" in (text := ast.get_docstring(node, clean=False) or ""):
                cited = _BASIS.search(inspect.cleandoc(text))
                for basis in _REFERENCE.findall(cited[1]) if cited else ():
                    yield Element(sort="code", name=f"{where}:{node.name}", basis=basis)


def _fields(fields: tuple[Field, ...], above: str) -> Iterator[tuple[str, Field]]:
    for one in fields:
        here = f"{above}/{one.name}"
        yield here, one
        yield from _fields(one.fields, here)
        if one.of is not None:
            yield from _fields(one.of.fields, f"{here}/*")


def _within(inner: Any, outer: str) -> bool:
    return inner == outer or str(inner).startswith(f"{outer}(")
