"""Names that come out of evidence: shown escaped, judged, and never handed to a file system."""

import re
import unicodedata
from collections.abc import Iterator

from comity.evidence.examination import Note
from comity.evidence.exhibits import display_text

MOST_SHOWN = 1024
_DRIVE = re.compile(rb"[A-Za-z]:")


def shown(name: bytes) -> str:
    """Return a name as it may be shown: escaped, and at most ``MOST_SHOWN`` characters of it."""
    text = display_text(name)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def name_notes(name: bytes) -> Iterator[tuple[Note, str]]:
    """Yield what is wrong with a name."""
    steps = name.replace(b"\\", b"/").split(b"/")
    if name.startswith((b"/", b"\\")) or b".." in steps or _DRIVE.match(name):
        yield Note.NAME_OUTSIDE, ""
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        yield Note.NAME_BYTES, ""
        text = name.decode("utf-8", "replace")
    if any(unicodedata.category(ch) in ("Cc", "Cf", "Zl", "Zp") for ch in text):
        yield Note.NAME_HIDDEN, ""
    if len(name) > 4096:
        yield Note.TOO_LARGE, "name"


def folded(name: bytes) -> int:
    """Return what two names share that a system without cases cannot keep apart."""
    text = name.decode("utf-8", "surrogateescape").replace("\\", "/").strip("/")
    return hash(unicodedata.normalize("NFKC", text).casefold())
