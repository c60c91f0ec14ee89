"""``comity`` and ``python -m comity``: hand the command line its toolbox, its streams and the environment."""

import io
import os
import sys


def main() -> int:
    """Run one command and return its exit code."""
    from comity.bootstrap import toolbox
    from comity.cli.main import run
    from comity.config import read_environment

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return run(
        sys.argv[1:],
        toolbox(),
        surroundings=read_environment(os.environ),
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
