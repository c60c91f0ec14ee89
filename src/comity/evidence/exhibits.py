"""One item of evidence: its number, its names as they were, its size and digest."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from comity.evidence.handling import Handling
from comity.evidence.limits import Limits
from comity.kernel.clock import Instant
from comity.kernel.digests import parse_digest

MOST_EXHIBITS = 2_000_000
MOST_NAME = 4096
GREW, SHRANK, MODIFIED = "grew", "shrank", "modified"
CHANGES = (GREW, SHRANK, MODIFIED)
"""What may have happened to a source while it was read."""
STREAM, SPLIT, EWF = "stream", "split", "ewf"
PARTS = (STREAM, SPLIT, EWF)
"""What an exhibit that was taken in parts is: a stream of unknown length, a split file, an image in EWF."""

_MEDIA_TYPES = {
    "csv": "text/csv",
    "eml": "message/rfc822",
    "gif": "image/gif",
    "gz": "application/gzip",
    "htm": "text/html",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "log": "text/plain",
    "mbox": "application/mbox",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pcap": "application/vnd.tcpdump.pcap",
    "pdf": "application/pdf",
    "png": "image/png",
    "sqlite": "application/vnd.sqlite3",
    "tar": "application/x-tar",
    "txt": "text/plain",
    "warc": "application/warc",
    "xml": "application/xml",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where a stored file belongs that is a part of one exhibit.

    Attributes:
        kind: One of ``PARTS``.
        of: Name of the whole, as bytes; with the folder it tells which parts belong together.
        number: From 1, by the numbering of the parts themselves: a gap is a part that was not there.
        last: Whether no later part was there.
    """

    kind: str
    of: bytes
    number: int
    last: bool

    def __post_init__(self) -> None:
        if self.kind not in PARTS or not is_component(self.of) or not 1 <= self.number <= MOST_EXHIBITS:
            raise ValueError("a part is numbered and belongs to something that has a name")


class Exhibit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One exhibit as the package records it.

    Attributes:
        number: From 1, in the order of sealing; the stored name follows from it.
        name: Original file name, the bytes as the file system had them.
        folder: Original folder below the source, components separated by ``/``; empty for none.
        size: Bytes.
        sha256: Digest of the content, in hexadecimal.
        media_type: Guess from the name, a hint only.
        modified: Modification time as the source claimed it.
        language: Main language as a BCP 47 tag, where somebody stated it.
        changing: Whether the source changed while it was read.
        changes: What happened to it then, of ``CHANGES``.
        read: Bytes that the source gave, where it became shorter than it was when it was opened; what
            follows them up to ``size`` are zeros that were put there. None where it gave all.
        sha256_read: Digest of the bytes that it gave; empty where it gave all.
        part: Which part of a whole this is; None for an exhibit in one file.
        handling: How carefully it has to be handled.
        limits: What may be done with it.
    """

    number: int
    name: bytes
    folder: bytes = b""
    size: int
    sha256: str
    media_type: str = "application/octet-stream"
    modified: Instant | None = None
    language: str = ""
    changing: bool = False
    changes: tuple[str, ...] = ()
    read: int | None = None
    sha256_read: str = ""
    part: Part | None = None
    handling: Handling
    limits: Limits

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MOST_EXHIBITS or self.size < 0:
            raise ValueError(f"exhibits are numbered 1 to {MOST_EXHIBITS}, sizes are not negative")
        parse_digest(self.sha256)
        if self.changes and not (self.changing and set(self.changes) <= set(CHANGES)):
            raise ValueError("a source that changed is marked with what happened to it")
        if (self.read is None) != (not self.sha256_read) or not 0 <= (self.read or 0) <= self.size:
            raise ValueError("what a source gave is stated with its digest")
        if self.sha256_read:
            parse_digest(self.sha256_read)
        require_names(self.name, self.folder)

    @property
    def stored_name(self) -> str:
        """The name inside the bag, ours and ASCII."""
        return stored_name(self.number)

    @property
    def display_name(self) -> str:
        """The original path in characters that are safe to show; not reversible."""
        return display_text(self.folder + b"/" + self.name if self.folder else self.name)


def is_component(name: bytes) -> bool:
    """Tell whether bytes are one plain path component: no ``.``, no ``..``, no ``/`` and no NUL in it."""
    return name not in (b"", b".", b"..") and b"/" not in name and b"\x00" not in name


def stored_name(number: int) -> str:
    """Return the path inside the bag of the exhibit with this number."""
    return f"data/{number:09d}.bin"


def display_text(name: bytes) -> str:
    """Return a file name for people: control, format and undecodable characters are written as escapes."""
    text = name.decode("utf-8", "surrogateescape")
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(ch) for ch in text)


def require_names(name: bytes, folder: bytes) -> None:
    """Raise ValueError unless name and folder are plain path components of 4,096 bytes together at most."""
    plain = is_component(name) and (not folder or _is_folder(folder))
    if not plain or len(name) + len(folder) > MOST_NAME:
        raise ValueError("an original name is made of plain path components")


@lru_cache(maxsize=1024)
def _is_folder(folder: bytes) -> bool:
    return all(is_component(item) for item in folder.split(b"/"))


def media_type_of(name: bytes) -> str:
    """Return a media type guessed from the ending of a name; ``application/octet-stream`` when unknown."""
    return _media_type_of_ending(name.rpartition(b".")[2])


@lru_cache(maxsize=256)
def _media_type_of_ending(ending: bytes) -> str:
    return _MEDIA_TYPES.get(ending.decode("ascii", "replace").lower(), "application/octet-stream")


def _shown(ch: str) -> str:
    if "\udc80" <= ch <= "\udcff":
        return f"\\x{ord(ch) - 0xDC00:02x}"
    if unicodedata.category(ch) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
        return f"\\u{{{ord(ch):04x}}}"
    return ch
