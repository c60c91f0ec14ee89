"""The modules of the source, each parsed and walked once, for all tools that read it."""

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "comity"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Parsed:
    """One module, and what stands in it at any depth.

    Attributes:
        tree: The module.
        calls: Every call.
        functions: Every function, with the calls inside it.
        classes: Every class, with the calls inside it.
        texts: Every text.
    """

    tree: ast.Module
    calls: list[ast.Call] = field(default_factory=list)
    functions: list[tuple[Function, list[ast.Call]]] = field(default_factory=list)
    classes: list[tuple[ast.ClassDef, list[ast.Call]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def parse(source: str | bytes) -> Parsed:
    """Return one module."""
    found = Parsed(ast.parse(source))
    _walk(found.tree, found, [found.calls])
    return found


@cache
def modules() -> dict[str, Parsed]:
    """Return every module of the source by its path there; data that ships as Python is not source."""
    paths = [path for path in sorted(SOURCE.rglob("*.py")) if "data" not in path.parts]
    return {path.relative_to(SOURCE).as_posix(): parse(path.read_bytes()) for path in paths}


def _walk(node: ast.AST, found: Parsed, inside: list[list[ast.Call]]) -> None:
    match node:
        case ast.Call():
            for calls in inside:
                calls.append(node)
        case ast.Constant(value=str(text)):
            found.texts.append(text)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            inside = [*inside, []]
            found.functions.append((node, inside[-1]))
        case ast.ClassDef():
            inside = [*inside, []]
            found.classes.append((node, inside[-1]))
    for name in node._fields:
        value = getattr(node, name, None)
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, ast.AST):
                _walk(item, found, inside)
