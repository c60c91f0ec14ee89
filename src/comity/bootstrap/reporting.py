"""What a running node says of its own faults."""

import sys


def report(line: str) -> None:
    """Say on stderr what went wrong; nothing else of a running node is written anywhere."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
