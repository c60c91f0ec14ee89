"""Books of lines: each names the one before by its digest, and is kept as its bytes."""

import re
from typing import Any

import msgspec

from comity.kernel.digests import sha256
from comity.kernel.ijson import dump_ijson

FIRST_PREVIOUS = "0" * 64
"""What the first line names."""


def line_bytes(line: msgspec.Struct) -> bytes:
    """Return a line as it is kept: I-JSON without a line feed.

    Basis: RFC 7493
    """
    value: Any = msgspec.to_builtins(line)
    return dump_ijson(value)


def line_digest(data: bytes) -> str:
    """Return the SHA-256 by which the next line names this one, in hexadecimal.

    Args:
        data: The line, without its line feed.
    """
    return sha256(data).hex()


def place_of(exc: msgspec.ValidationError) -> str:
    """Return the JSON pointer to which a message about a form points; ``/`` where it is the whole of it."""
    path = str(exc).rpartition(" - at `$")[2].rstrip("`") if " - at `$" in str(exc) else ""
    return re.sub(r"\[([0-9]+)\]", r"/\1", path).replace(".", "/") or "/"
