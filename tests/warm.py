"""A warm command line: each command is a process of its own, forked from one that has loaded the house.

A command that opens a node takes most of a second to load and milliseconds to run; a suite that runs hundreds
of them would measure the loading. Tests about the start itself use :func:`subprocess.run`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 240
"""Seconds: a last resort against hanging, never a measure."""

OURS = ("COMITY_", "LC_", "LANG")


def environment(**more: str) -> dict[str, str]:
    """Return the surroundings of a command: those of the tests without what Comity reads, and ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", **more}


def comity(*argv: str | os.PathLike[str], cwd: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run one command in a folder and return what it said."""
    line = [os.fspath(word) for word in argv]
    with TemporaryDirectory() as room:
        names = {name: f"{room}/{name}" for name in ("stdout", "stderr")}
        status = _warm().ask({"argv": line, "cwd": str(cwd), "env": environment(**env), **names})
        stdout, stderr = (Path(names[name]).read_bytes() for name in ("stdout", "stderr"))
    assert status != -signal.SIGALRM, (line, stderr)
    return subprocess.CompletedProcess(line, status, stdout, stderr)


class _Warm:
    """The process that forks; it ends when its stdin does, and so with the tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**environment(), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        )

    def ask(self, order: Mapping[str, object]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the warm process ended"
        return int(json.loads(answer)["status"])

    def close(self) -> None:
        self._process.communicate()


@cache
def _warm() -> _Warm:
    made = _Warm()
    atexit.register(made.close)
    return made


def _orders() -> Iterator[dict[str, object]]:
    while line := sys.stdin.readline():
        yield json.loads(line)


def _serve() -> None:
    import comity.bootstrap.loose
    import comity.bootstrap.nodes
    import comity.bootstrap.verifying  # noqa: F401  everything is warm

    for order in _orders():
        pid = os.fork()
        if not pid:
            _be(order)
        _, status = os.waitpid(pid, 0)
        os.write(1, json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode() + b"\n")


def _be(order: dict[str, object]) -> None:
    """Become the command that was ordered, and end with it."""
    code = 70
    signal.alarm(PATIENCE)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(str(order[name]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        from comity import __main__

        os.chdir(str(order["cwd"]))
        os.environ.clear()
        os.environ.update(order["env"])  # type: ignore[call-overload]
        sys.argv = ["comity", *order["argv"]]  # type: ignore[misc]
        code = __main__.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 70
    except BaseException:  # noqa: BLE001  the end of a forked process
        os.write(2, traceback.format_exc().encode())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
