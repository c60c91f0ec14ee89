"""Archives that the system's libarchive reads: 7z, RAR, cabinets, LHA, cpio. Nothing is extracted to a name.

One format is switched on at a time, the one whose signature was seen: a format of libarchive that names
other files (mtree) is never among them. Without the library such an archive is recognised and not opened.
"""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from io import SEEK_END, RawIOBase
from types import ModuleType
from typing import IO, Any, BinaryIO, cast

from comity.engines.examining.containers import Entry
from comity.evidence.examination import Bounds, Note

KINDS = ("7z", "rar", "rar5", "cab", "lha", "cpio")
_FORMATS = {"7z": "7zip"}
_PORTION = 1 << 20


@cache
def library() -> ModuleType | None:
    """Return the binding; None where the system has no libarchive."""
    try:
        import libarchive
    except (ImportError, OSError, TypeError, AttributeError):  # so it is told that the library is missing
        return None
    for name in ("data", "metadata"):
        libarchive.ffi.ffi(f"entry_is_{name}_encrypted", [ctypes.c_void_p], ctypes.c_int)
    return cast("ModuleType", libarchive)


def version() -> str:
    """Return the version of the library; empty where there is none."""
    found = library()
    if found is None:
        return ""
    number = int(found.ffi.version_number())
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def warm() -> None:
    """Load the reader of each format while libraries may still be looked for."""
    if (found := library()) is not None:
        for kind in KINDS:
            found.ffi.get_read_format_function(_FORMATS.get(kind, kind))


def archive_entries(kind: str) -> Callable[[BinaryIO, bytes, Bounds], Iterator[Entry]]:
    """Return the reader of one kind of archive."""

    def entries(file: BinaryIO, _name: bytes, _bounds: Bounds) -> Iterator[Entry]:
        found = library()
        if found is None:
            raise NotImplementedError("the library libarchive of the system is not installed")
        size = file.seek(0, SEEK_END)
        file.seek(0)
        try:
            form = _FORMATS.get(kind, kind)
            with found.stream_reader(file, form, "none", block_size=1 << 16) as archive:
                known = False
                for info in archive:
                    known = True
                    if not info.isdir:
                        yield _entry(found, info, packed=size)
                if not known:
                    raise ValueError("no entry is found in it")
        except found.ArchiveError as error:
            raise ValueError(str(error)) from error

    return entries


def _entry(found: ModuleType, info: Any, *, packed: int) -> Entry:
    notes = []
    opened: Callable[[], IO[bytes]] | None = None
    if info.issym or info.islnk:
        notes.append((Note.LINK, str(info.linkpath or "")))
    elif info.isdev:
        notes.append((Note.DEVICE, ""))
    elif found.ffi.entry_is_data_encrypted(info._entry_p) > 0:
        notes.append((Note.ENCRYPTED, ""))
    else:
        opened = lambda: cast("IO[bytes]", _Content(found, info._archive_p))  # noqa: E731
    name, at = info.pathname, info.mtime
    raw = name if isinstance(name, bytes) else (name or "").encode("utf-8", "surrogateescape")
    dated = int(at * 1_000_000) if at is not None and 0 < at < 1 << 40 else None
    return Entry(name=raw, open=opened, dated=dated, packed=packed, notes=tuple(notes))


class _Content(RawIOBase):
    """The content of the entry at which an archive stands, read once and forward."""

    def __init__(self, found: ModuleType, archive: Any) -> None:
        super().__init__()
        self._found, self._archive = found, archive
        self._buffer = ctypes.create_string_buffer(_PORTION)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill with what follows."""
        want = min(len(target), _PORTION)
        try:
            count = int(self._found.ffi.read_data(self._archive, self._buffer, want))
        except self._found.ArchiveError as error:
            raise ValueError(str(error)) from error
        if count < 0:  # a warning: the digest differs, or the like
            raise ValueError(str(self._found.ffi._error_string(self._archive)))
        target[:count] = memoryview(self._buffer).cast("B")[:count]
        return count
