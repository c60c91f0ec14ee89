"""One place wires, one place reads the environment."""

import ast
from collections.abc import Iterator

from tests.architecture.source import ADAPTERS, Module, dotted, imported

CONFIG = "comity.config"
HANDS_OVER = frozenset({"comity.__main__", "comity.bootstrap"})
WIRES = frozenset({"comity.bootstrap"})
ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb", "environ", "getenv"})


def environment_reads(module: Module) -> Iterator[str]:
    """Yield uses of the process environment outside ``config``.

    ``__main__`` and ``bootstrap`` may hand it over, unread: ``read_environment(os.environ)``.
    """
    if module.name == CONFIG:
        return
    handed = {
        id(argument)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "read_environment"
        for argument in node.args
        if module.name in HANDS_OVER
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in ENVIRONMENT and id(node) not in handed:
            yield module.at(node, f"reads {dotted(node)}; only comity.config reads the environment")
    for node, name in imported(module):
        if name in ENVIRONMENT:
            yield module.at(node, f"imports {name}; only comity.config reads the environment")


def named_adapters(module: Module) -> Iterator[str]:
    """Yield imports of a concrete adapter from outside its room and ``bootstrap``."""
    if ".".join(module.name.split(".")[:2]) in WIRES:
        return
    for node, name in imported(module):
        parts = [*name.split("."), ""]
        if parts[0] == "comity" and parts[1] in ADAPTERS and parts[1] != module.room:
            yield module.at(node, f"names the adapter {name}; only comity.bootstrap does")
