"""Containers as streams of entries: archives, compressed files, mail, mailboxes, web captures.

Each reader yields entries in the order of the bytes, holds one of them at a time, and raises one of
``READ_ERRORS`` where the bytes do not hold. The libraries read; nothing is extracted to a name.
"""

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from binascii import Error as Base64Error
from calendar import timegm
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import SEEK_END, SEEK_SET, BufferedReader, BytesIO, RawIOBase
from typing import IO, BinaryIO, cast

from comity.evidence.examination import Bounds, Note

READ_ERRORS = (
    OSError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    RecursionError,
    MemoryError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    Base64Error,
)
"""What the libraries raise on hostile bytes; each becomes a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a container.

    Attributes:
        name: The bytes, as they are there.
        open: Returns the content; None where there is none to read.
        dated: The date that it claims, in microseconds.
        packed: Bytes that it takes in the container, at most; 0 where that is not known.
        size: Bytes of the content, where the container says so and can open any entry at any time.
        plain: Whether it is text that the reader made out, never a container.
        notes: What is known about it without reading it.
    """

    name: bytes
    open: Callable[[], IO[bytes]] | None
    dated: int | None = None
    packed: int = 0
    size: int = 0
    plain: bool = False
    notes: tuple[tuple[Note, str], ...] = ()


class TooManyError(ValueError):
    """The container announces more entries than are listed."""


class Slice(RawIOBase):
    """A stretch of another file, read only."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go to an offset."""
        base = {SEEK_SET: 0, SEEK_END: self._size}.get(whence, self._at)
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill with what follows."""
        want = min(len(target), max(0, self._size - self._at))
        self._file.seek(self._start + self._at)
        found = self._file.read(want)
        target[: len(found)] = found
        self._at += len(found)
        return len(found)


def moment(*parts: int) -> int | None:
    """Return microseconds for year, month, day, hour, minute, second; None where that is no time."""
    try:
        seconds = timegm((*parts, 0, 0, 0))
    except (ValueError, OverflowError):
        return None
    return seconds * 1_000_000 if parts[0] > 1980 or any(parts[3:]) else None


def zip_entries(file: BinaryIO, _name: bytes, bounds: Bounds) -> Iterator[Entry]:
    """Yield the entries of a zip file; what is encrypted is told and not read."""
    _require_few(file, bounds)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.is_dir() and not info.file_size:
                continue
            utf8 = info.flag_bits & 0x800
            name = info.orig_filename.encode("utf-8" if utf8 else "cp437", "surrogateescape")
            notes = []
            mode = info.external_attr >> 16
            opened: Callable[[], IO[bytes]] | None = lambda info=info: archive.open(info)  # noqa: E731
            if mode & 0o170000 == 0o120000:
                notes.append((Note.LINK, ""))
            if info.flag_bits & 1:
                notes.append((Note.ENCRYPTED, ""))
                opened = None
            yield Entry(
                name=name,
                open=opened,
                dated=moment(*info.date_time),
                packed=info.compress_size,
                size=info.file_size,
                notes=tuple(notes),
            )


def _require_few(file: BinaryIO, bounds: Bounds) -> None:
    """Raise unless the directory of a zip file fits into memory; the library reads it at once.

    Basis: ISO/IEC 21320-1
    """
    size = file.seek(0, SEEK_END)
    back = min(size, 65_557 + 20)
    file.seek(size - back)
    tail = file.read(back)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 20 > len(tail):
        raise zipfile.BadZipFile("no end of the directory")
    count, length = struct.unpack_from("<HL", tail, at + 10)
    locator = tail.rfind(b"PK\x06\x07", 0, at)
    if locator >= 0 and locator + 16 <= len(tail):
        (place,) = struct.unpack_from("<Q", tail, locator + 8)
        file.seek(min(place, size))
        record = file.read(56)
        if record[:4] == b"PK\x06\x06" and len(record) == 56:
            count, length = struct.unpack_from("<QQ", record, 32)
    if count > bounds.entries or length > bounds.entries * 184:
        raise TooManyError(f"{count} entries are announced")
    file.seek(0)


def tar_entries(file: BinaryIO, _name: bytes, _bounds: Bounds) -> Iterator[Entry]:
    """Yield the files of a tar archive; links and devices are told and not followed."""
    file.seek(0)
    with tarfile.open(fileobj=file, mode="r:", encoding="utf-8", errors="surrogateescape") as archive:
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # the library would keep every header
            if info.isdir():
                continue
            name = info.name.encode("utf-8", "surrogateescape")
            notes, opened = [], None
            if info.islnk() or info.issym():
                notes.append(
                    (Note.LINK, info.linkname.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
                )
            elif info.isdev():
                notes.append((Note.DEVICE, ""))
            elif info.isreg():
                opened = lambda info=info: cast("IO[bytes]", archive.extractfile(info))  # noqa: E731
            else:
                notes.append((Note.NOT_OPENED, "type"))
            dated = int(info.mtime * 1_000_000) if 0 < info.mtime < 1 << 40 else None
            yield Entry(
                name=name,
                open=opened,
                dated=dated,
                packed=info.size,
                size=info.size,
                notes=tuple(notes),
            )
        file.seek(archive.offset)
        if file.read(512).strip(b"\x00"):
            raise tarfile.ReadError("what follows is no entry")


def packed_entries(file: BinaryIO, name: bytes, _bounds: Bounds) -> Iterator[Entry]:
    """Yield the one content of a file that gzip, bzip2 or xz packed."""
    file.seek(0)
    start = file.read(6)
    file.seek(0)
    inner = name.rpartition(b".")[0] if name.lower().endswith((b".gz", b".bz2", b".xz")) else name
    if name.lower().endswith((b".tgz", b".tbz", b".txz")):
        inner = name.rpartition(b".")[0] + b".tar"
    size = file.seek(0, SEEK_END)
    file.seek(0)
    opener: Callable[[], IO[bytes]]
    if start.startswith(b"\x1f\x8b"):
        opener = lambda: cast("IO[bytes]", gzip.GzipFile(fileobj=file))  # noqa: E731
    elif start.startswith(b"BZh"):
        opener = lambda: cast("IO[bytes]", bz2.BZ2File(file))  # noqa: E731
    else:
        opener = lambda: cast("IO[bytes]", lzma.LZMAFile(file))  # noqa: E731, SIM115
    yield Entry(name=inner.rpartition(b"/")[2] or b"content", open=opener, packed=size)


def sliced(file: BinaryIO, start: int, size: int) -> BinaryIO:
    """Return a stretch of a file as a file."""
    return cast("BinaryIO", BufferedReader(Slice(file, start, size)))


def held(data: bytes) -> Callable[[], IO[bytes]]:
    """Return an opener of bytes in memory."""
    return lambda: BytesIO(data)
