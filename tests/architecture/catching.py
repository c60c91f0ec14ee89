"""How errors are raised and caught."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.architecture.source import Module, dotted

# The outermost edge of each face: here alone a bug of ours becomes a plain answer.
EDGES = frozenset(
    {
        "comity.__main__",
        "comity.cli.main",
        "comity.api.app",
        "comity.api.sharing.misp",
        "comity.api.sharing.taxii",
        "comity.web.safe.door",
        "comity.web.app",
        "comity.worker.loop",
        "comity.engines.workroom",  # of a thread that does long work
    }
)
BROAD = frozenset({"Exception", "BaseException"})
FAMILIES = frozenset(
    {"MalformedError", "DeniedError", "NotFoundError", "ConflictError", "UntrustedError", "UnavailableError"}
)
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", re.ASCII)
BLANKET = re.compile(r"#\s*(type:\s*ignore(?!\[)|noqa(?!:)|pragma: no cover)")


def broad_catches(module: Module) -> Iterator[str]:
    """Yield handlers away from the edges that catch whatever comes."""
    if module.name in EDGES:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(c is None or dotted(c).rpartition(".")[2] in BROAD for c in caught):
                yield module.at(node, "catches everything; name what can happen here")
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "suppress":
            if any(dotted(a).rpartition(".")[2] in BROAD for a in node.args):
                yield module.at(node, "suppresses everything; name what can happen here")


def blanket_ignores(module: Module) -> Iterator[str]:
    """Yield comments that switch a check off without saying which, and marks of unfinished work."""
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if BLANKET.search(token.string):
            yield f"{module.name}:{token.start[0]}: {token.string.strip()!r} names no code"
        elif re.search(r"\b(TODO|FIXME)\b", token.string):
            yield f"{module.name}:{token.start[0]}: unfinished work"


def error_codes(module: Module) -> Iterator[str]:
    """Yield errors whose code is no dotted lower-case word, or whose message ends in a full stop."""
    for node in ast.walk(module.tree):
        if not (
            isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in FAMILIES and node.args
        ):
            continue
        first = node.args[0]
        if isinstance(first, ast.JoinedStr):
            yield module.at(node, "an error's code is stable: no f-string")
        elif isinstance(first, ast.Constant) and not (
            isinstance(first.value, str) and CODE.fullmatch(first.value)
        ):
            yield module.at(node, f"{first.value!r} is no error code; write it as noun.fault")
        if len(node.args) > 1 and _last_words(node.args[1]).endswith("."):
            yield module.at(node, "an error's message ends without a full stop")


def _last_words(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr) and node.values:
        return _last_words(node.values[-1])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
