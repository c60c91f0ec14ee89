"""A warm process that forks a node on demand: its children are real processes, and start without imports.

Orders come line by line on stdin, answers go to stdout, both JSON. At the end of stdin every child is killed.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path

from tests.faults.crossings import Board, Trap, count_pieces, hasten, set_trap
from tests.faults.officers import work


def main() -> None:
    """Take orders until stdin ends."""
    import comity.bootstrap.loose
    import comity.bootstrap.pages
    import comity.bootstrap.serving
    import comity.bootstrap.verifying
    import comity.bootstrap.working  # noqa: F401  everything is warm

    children: set[int] = set()
    try:
        while line := _line():
            order = json.loads(line)
            if "reap" in order:
                pid, status = os.waitpid(order["reap"], 0 if order.get("wait") else os.WNOHANG)
                children.discard(pid)
                answer = {"status": None if not pid else os.waitstatus_to_exitcode(status)}
            else:
                pid = os.fork()
                if not pid:
                    _be(order)
                children.add(pid)
                answer = {"pid": pid}
            os.write(1, json.dumps(answer).encode() + b"\n")
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _line() -> bytes:
    found = b""
    while not found.endswith(b"\n"):
        got = os.read(0, 1)
        if not got:
            return b""
        found += got
    return found


def _be(order: dict) -> None:
    """Become what was ordered, and end with it."""
    code = 70
    try:
        os.setsid()
        said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        told = os.open(order["told"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(told, 1)
        os.dup2(said, 2)
        if order.get("epoch"):
            hasten(tuple(order["epoch"]))
        if order.get("board"):
            board = Board(Path(order["board"]))
            set_trap(Trap(board, Path(order["trail"])))
            count_pieces(board)
        if "plan" in order:
            work(order["folder"], order["plan"])
            code = 0
        else:
            from comity import __main__

            sys.argv = ["comity", "serve", order["folder"], "--port", "0"]
            code = __main__.main()
    except BaseException:  # noqa: BLE001  the end of a forked process
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
