"""``comity`` and ``python -m comity``: hand the command line its toolbox, its streams and the environment."""

import io
import os
import sys


def main() -> int:
    """Run one command and return its exit code."""
    try:
        return _run()
    except KeyboardInterrupt:  # before or after the command itself
        return 130


def _run() -> int:
    from comity.bootstrap import toolbox
    from comity.cli.main import run
    from comity.config import read_environment

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    code = run(
        sys.argv[1:],
        toolbox(),
        surroundings=read_environment(os.environ),
        stdin=sys.stdin or io.StringIO(),
        stdout=sys.stdout or io.StringIO(),
        stderr=sys.stderr or io.StringIO(),
    )
    _let_go_of_stdout()
    return code


def _let_go_of_stdout() -> None:
    """Flush stdout; where that fails, as was told already, point it nowhere: Python then ends in silence."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
