"""The operator's own data on instruments, kept beside a node's configuration."""

from pathlib import Path

from comity.treaty.overlay import Overlay, parse_overlay

OVERLAY = "basis.json"


def kept_overlay(folder: Path) -> Overlay | None:
    """Return what ``basis.json`` of a node's folder says; None where there is no such file.

    Raises:
        MalformedError: ``overlay.form``: a node does not start on data that it cannot read.
    """
    path = folder / OVERLAY
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return parse_overlay(data, where=str(path))
