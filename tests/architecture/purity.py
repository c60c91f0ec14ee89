"""The domain does no input and no output, and nothing happens at import."""

import ast
import sys
from collections.abc import Iterator

from tests.architecture.source import Module, dotted, imported, is_within

PACKAGED = "comity.kernel.packaged"  # reads what ships in the wheel: the one stated exception

IO_MODULES = frozenset(
    """
    _thread asyncio code codeop concurrent ctypes dbm fcntl fileinput ftplib getpass glob http imaplib
    importlib io linecache locale logging mmap multiprocessing nntplib os pathlib pickle pkgutil platform
    poplib posix pty queue random resource runpy sched secrets select selectors shelve shutil signal smtplib
    socket socketserver sqlite3 ssl subprocess sys syslog tempfile termios threading time tkinter urllib uuid
    webbrowser xmlrpc zipfile zoneinfo
    """.split()
)
FREE_THIRD_PARTIES = frozenset({"comity", "msgspec"})
THIRD_PARTIES = {
    "cryptography": ("comity.kernel.signing", "comity.kernel.agefile", "comity.kernel.agekeys"),
    "blake3": ("comity.evidence.sealing", "comity.evidence.pieces"),
}
IO_CALLS = frozenset({"open", "input", "print", "breakpoint", "exec", "eval", "__import__"})
IO_METHODS = frozenset(
    {"read_text", "write_text", "read_bytes", "write_bytes", "iterdir", "rglob", "mkdir", "rmdir", "unlink"}
)
CLOCK_READS = frozenset({"now", "utcnow", "today"})
CLOCK_OWNERS = frozenset({"datetime", "date"})


def io_calls(module: Module) -> Iterator[str]:
    """Yield calls in a domain module that reach a file, a terminal or a clock."""
    if not module.in_domain or module.name == PACKAGED:
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in IO_CALLS:
                yield module.at(node, f"calls {name}()")
            case ast.Attribute(attr=attr) if attr in IO_METHODS:
                yield module.at(node, f"calls .{attr}()")
            case ast.Attribute(attr=attr, value=owner) if (
                attr in CLOCK_READS and dotted(owner).rpartition(".")[2] in CLOCK_OWNERS
            ):
                yield module.at(node, f"reads the clock by {dotted(node.func)}(); take a Clock or an Instant")


def io_imports(module: Module) -> Iterator[str]:
    """Yield imports in a domain module that are neither pure standard library nor expressly allowed."""
    if not module.in_domain or module.name == PACKAGED:
        return
    for node, name in imported(module):
        top = name.partition(".")[0]
        if top in IO_MODULES:
            yield module.at(node, f"imports {name}: the domain does no input or output")
        elif top in FREE_THIRD_PARTIES or top in sys.stdlib_module_names:
            continue
        elif not is_within(module.name, THIRD_PARTIES.get(top, ())):
            yield module.at(node, f"imports {name}: not among the third parties allowed here")


def acts_at_import(module: Module) -> Iterator[str]:
    """Yield statements at the top of a module that do something, rather than name something."""
    allowed = (
        ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
        ast.Assign, ast.AnnAssign,
    )  # fmt: skip
    for node in module.tree.body:
        if isinstance(node, allowed):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.If) and _is_guard(node.test):
            continue
        yield module.at(node, "does something at import")


def _is_guard(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'"}
