"""Everything public says what it promises, and what it cites exists."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.source import ROOT, Module

BASIS = re.compile(r"\bBasis:\s*(.+?)\s*\Z", re.DOTALL)
# A comma before "section" or a year belongs to the item in front of it; "and" may stand between two authors.
SEPARATOR = re.compile(
    r"\s*;\s*|,(?! ?(?:section|clause|[12][0-9]{3}\b))\s*|\s+and\s+(?=[0-9]|RFC |C2SP |PROTOCOL |DESIGN )"
)
ARTICLE = re.compile(r"[1-9][0-9]?(\([0-9a-z]{1,4}\))*", re.ASCII)
INSTRUMENT = re.compile(r"([a-z][a-z0-9-]+):(.+)")
SECTION = r"((,? section|,? clause|,? appendix|,? part|,? rule) [0-9A-Z]+(\.[0-9A-Z]+)*)?"
RULES = re.compile(r"PROTOCOL(?: rules?)? ([0-9]+)(?: to ([0-9]+))?")
INVARIANTS = re.compile(r"DESIGN invariants? ([0-9]+)(?: to ([0-9]+))?")
FOLLOW_ON = re.compile(r"section [0-9]+(\.[0-9]+)*|[0-9]+(\.[0-9]+){2,}")
STANDARDS = tuple(
    re.compile(form + SECTION)
    for form in (
        r"RFC [0-9]{3,5}",
        r"C2SP [a-z][a-z0-9-]+( v[0-9]+)?",
        r"FIPS [0-9]{3}(-[0-9])?",
        r"NIST SP [0-9]{3}-[0-9]+[A-Z]?( Rev\. [0-9])?",
        r"ISO(/IEC)? [0-9]+(-[0-9]+)?(:[0-9]{4})?",
        r"IEEE [0-9]+(\.[0-9]+)?",
        r"ETSI [A-Z]{2} [0-9]{3} [0-9]{3}(-[0-9])?",
        r"BIP[ -][0-9]+",
        r"POSIX\.1-[0-9]{4}( pax)?",
        r"DSSE( v[0-9.]+)?",
        r"Unicode [A-Z0-9 #-]+",
        r"The Update Framework( specification)?",
    )
)
PAPER = re.compile(r"[A-Z][\w'-]+( (and|&) [A-Z][\w'-]+| et al\.)?,? (19|20)[0-9]{2}")
LAST_RULE = 27
LAST_INVARIANT = 12


def undocumented(module: Module) -> Iterator[str]:
    """Yield public modules, classes, functions and methods without a docstring."""
    if not ast.get_docstring(module.tree):
        yield module.at(module.tree, "the module has no docstring")
    for name, node in _public(module.tree):
        if not ast.get_docstring(node):
            yield module.at(node, f"{name} has no docstring")


def _public(owner: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, "Documented"]]:
    for node in owner.body:
        if not isinstance(node, Documented) or node.name.startswith("_"):
            continue
        if any(ast.unparse(d).endswith(("overload", ".setter")) for d in node.decorator_list):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _public(node, f"{node.name}.")


Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def cited(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield every item that a docstring cites as its basis."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Module | Documented):
            if found := BASIS.search(ast.get_docstring(node) or ""):
                for item in SEPARATOR.split(" ".join(found[1].split())):
                    yield node, item


def unresolved(module: Module, exists: Callable[[str], bool], instruments: frozenset[str]) -> Iterator[str]:
    """Yield cited items that are no place of the Convention, no known instrument and no named standard.

    Args:
        module: Where to look.
        exists: Whether a reference such as ``42(3)(a)`` is a place of the Convention.
        instruments: Codes that may stand in front of a colon.
    """
    for node, item in cited(module):
        if not resolves(item, exists, instruments):
            yield module.at(node, f"Basis: {item!r} resolves to nothing")


def resolves(item: str, exists: Callable[[str], bool], instruments: frozenset[str]) -> bool:
    """Tell whether one cited item names something that exists."""
    if ARTICLE.fullmatch(item):
        return exists(item)
    if found := INSTRUMENT.fullmatch(item):
        return found[1] in instruments
    for form, last in ((RULES, LAST_RULE), (INVARIANTS, LAST_INVARIANT)):
        if found := form.fullmatch(item):
            return 1 <= int(found[1]) <= int(found[2] or found[1]) <= last
    if item.startswith("docs/"):
        return (ROOT / Path(item.partition(" ")[0])).is_file()
    return any(form.fullmatch(item) for form in (*STANDARDS, PAPER, FOLLOW_ON))
