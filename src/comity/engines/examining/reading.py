"""One pass over a content: digest, type, identifiers, and a copy aside where it is a container."""

import hashlib
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO

from comity.engines.examining.detector import HEAD, Detected, detect
from comity.engines.examining.identifiers import Scanner
from comity.evidence.examination import Bounds, Kind, Note

RECOGNISED = ("image", "sealed")
"""Containers whose format is told, and which are not opened."""

SEARCHED = ("", *RECOGNISED, "disk")
"""What identifiers are looked for in: what is no container, and images, which hold more than their files."""

_PORTION = 1 << 20


class Reading:
    """One pass over a content."""

    def __init__(self, bounds: Bounds, *, spool: BinaryIO | None, top: bool, plain: bool) -> None:
        self._bounds, self._spool, self._top, self._plain = bounds, spool, top, plain
        self._hash = hashlib.sha256()
        self._full = False
        self._large = False
        self._bomb = False
        self.size = 0
        self.found = Detected(media_type="application/x-empty")

    @property
    def digest(self) -> str:
        """SHA-256 of what was read."""
        return self._hash.hexdigest()

    @property
    def opens(self) -> bool:
        """Whether the content can be opened as a container: all of it was read and kept aside."""
        return not self._large and not self._bomb

    def read(
        self, content: IO[bytes], keep: Callable[[Kind, str, int, int, str], None], *, packed: int
    ) -> Iterator[int]:
        """Read to the end, and yield the bytes of each portion."""
        head = b""
        while len(head) < HEAD and (chunk := content.read(HEAD - len(head))):
            head += chunk
        self.found = Detected(media_type="text/plain") if self._plain and head else detect(head)
        if self._spool is not None:
            self._spool.seek(0)
            self._spool.truncate()
        scanner = None
        if self.found.container in SEARCHED:
            scanner = Scanner(keep, most=self._bounds.found)
        chunk = head
        while chunk:
            self._take(chunk, scanner)
            yield len(chunk)
            if packed and self.size > self._bounds.ratio_from and self.size > packed * self._bounds.ratio:
                self._bomb = True
                break
            chunk = content.read(_PORTION)
        if scanner is not None:
            scanner.feed(b"", last=True)
            self._full = scanner.full

    def notes(self) -> Iterator[tuple[Note, str]]:
        """Yield what is to be told about the content."""
        if not self.size:
            yield Note.EMPTY, ""
        if self.found.container in RECOGNISED:
            yield Note.NOT_OPENED, self.found.media_type
        if self._full:
            yield Note.TOO_MANY, f"identifiers: {self._bounds.found}"
        if self._large:
            yield Note.TOO_LARGE, str(self._bounds.member)
        if self._bomb:
            yield Note.BOMB, str(self._bounds.ratio)

    def _take(self, chunk: bytes, scanner: Scanner | None) -> None:
        self._hash.update(chunk)
        self.size += len(chunk)
        if scanner is not None:
            scanner.feed(chunk)
        if self._spool is not None and not self._top and self.found.container not in ("", *RECOGNISED):
            if self.size > self._bounds.member:
                self._large = True
            else:
                self._spool.write(chunk)
