"""The source as syntax trees, and the map of the house that the rules are written against."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"

DOMAIN = (
    "kernel", "treaty", "ledger", "law", "evidence", "exchange", "cases",
    "requests", "indicators", "tracing", "protection", "restitution", "assistance", "node",
)  # fmt: skip
RIM = (
    "wording", "web", "api", "cli", "worker", "storage", "transport", "engines",
    "config", "bootstrap", "__main__",
)  # fmt: skip
ADAPTERS = ("storage", "transport", "engines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module: its dotted name, its text and its tree."""

    name: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The child of ``comity`` that it stands in; empty for the package itself."""
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def in_domain(self) -> bool:
        """Tell whether the module may do no input or output."""
        return self.room in DOMAIN

    def at(self, node: ast.AST, what: str) -> str:
        """Return one offence, as a line to print."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {what}"


def parse(name: str, text: str) -> Module:
    """Return a module of source text."""
    return Module(name=name, text=text, tree=ast.parse(text, filename=name))


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of ``src``; what lies in a folder ``data`` is data, even if it ends in ``.py``."""
    paths = sorted(p for p in SRC.rglob("*.py") if "data" not in p.relative_to(SRC).parts)
    return tuple(parse(module_name(p), p.read_text(encoding="utf-8")) for p in paths)


@cache
def carried_scripts() -> tuple[Module, ...]:
    """Return the Python files that ship as data: they run elsewhere, alone."""
    paths = sorted(p for p in SRC.rglob("*.py") if "data" in p.relative_to(SRC).parts)
    return tuple(parse(module_name(p), p.read_text(encoding="utf-8")) for p in paths)


def module_name(path: Path) -> str:
    """Return the dotted name of a file under ``src``."""
    parts = list(path.relative_to(SRC).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield every absolute import by its full name (``from a import b`` gives ``a.b``), lazy ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a chain of attributes on a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def is_within(name: str, packages: Iterable[str]) -> bool:
    """Tell whether a dotted name is one of the packages or lies in one."""
    return any(name == p or name.startswith(p + ".") for p in packages)


def require_clean(offences: Iterable[str]) -> None:
    """Fail with one line for each offence."""
    found = list(offences)
    assert not found, "\n" + "\n".join(found)
