"""How large things may grow. ``python -m tests.architecture.budget`` lists what passed the soft limits."""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import Module, carried_scripts, modules

SOFT = {"function": 40, "module": 250}
HARD = {"function": 60, "module": 400, "class": 12}
EXCEPTIONS = Path(__file__).with_name("exceptions.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The size of one thing: lines of a module or function, public methods of a class."""

    kind: str
    name: str
    size: int


def measure(module: Module) -> Iterator[Measured]:
    """Yield the sizes of a module, of its classes and of its functions, however deep."""
    yield Measured(kind="module", name=module.name, size=len(module.text.splitlines()))
    yield from _measure_inside(module.tree, module.name)


def _measure_inside(owner: ast.AST, prefix: str) -> Iterator[Measured]:
    for node in ast.iter_child_nodes(owner):
        name = prefix
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{prefix}.{node.name}"
            yield Measured(
                kind="function", name=name, size=(node.end_lineno or node.lineno) - node.lineno + 1
            )
        elif isinstance(node, ast.ClassDef):
            name = f"{prefix}.{node.name}"
            yield Measured(kind="class", name=name, size=len(public_methods(node)))
        yield from _measure_inside(node, name)


def public_methods(owner: ast.ClassDef) -> set[str]:
    """Return the names of the methods of a class that anyone may call (a property and its setter are one)."""
    functions = (n for n in owner.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {n.name for n in functions if not n.name.startswith("_")}


def read_exceptions(text: str) -> dict[tuple[str, str], int]:
    """Return each exception's own limit by kind and name; raise ValueError where no reason is given."""
    found = {}
    for row in tomllib.loads(text).get("exception", []):
        if len(row.get("reason", "").split()) < 4:
            raise ValueError(f"the exception for {row.get('name')} gives no reason")
        found[row["kind"], row["name"]] = row["most"]
    return found


def over_budget(sizes: Iterable[Measured], exceptions: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Yield what is larger than its limit."""
    for item in sizes:
        most = exceptions.get((item.kind, item.name), HARD[item.kind])
        if item.size > most:
            what = "public methods" if item.kind == "class" else "lines"
            yield f"{item.kind} {item.name}: {item.size} {what}, at most {most}"


def stale(sizes: Iterable[Measured], exceptions: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Yield exceptions that nothing needs any more."""
    known = {(item.kind, item.name): item.size for item in sizes}
    for (kind, name), most in exceptions.items():
        size = known.get((kind, name))
        if size is None:
            yield f"{kind} {name} is gone; take its exception away"
        elif size <= HARD[kind]:
            yield f"{kind} {name} is down to {size} and needs no exception of {most}"


def tree_sizes() -> tuple[Measured, ...]:
    """Return the sizes of everything that ships."""
    return tuple(item for module in (*modules(), *carried_scripts()) for item in measure(module))


def main() -> None:
    """Print what is larger than the soft limits, largest first."""
    large = [item for item in tree_sizes() if item.size > SOFT.get(item.kind, item.size)]
    for item in sorted(large, key=lambda i: (i.kind, -i.size)):
        print(f"{item.size:5} {item.kind:9} {item.name}")
    print(f"{len(large)} above the soft limits (function {SOFT['function']}, module {SOFT['module']} lines)")


if __name__ == "__main__":
    main()
