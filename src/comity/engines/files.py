"""Plain files behind the blob ports of evidence: written aside, made durable, then renamed."""

import os
import secrets
from pathlib import Path

from comity.kernel.errors import ConflictError, NotFoundError


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes | memoryview) -> None:
    """Write every byte to an open file."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


class FileWriter:
    """Writes one file that appears under its path when it is complete and durable, and never before.

    Raises:
        ConflictError: ``file.exists`` on commit, when the path is taken.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._aside = target.with_name(f".{secrets.token_hex(8)}.part")
        self._handle = -1

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes; the first call makes the file aside."""
        if self._handle < 0:
            self._require_free()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self._handle = os.open(self._aside, flags, 0o600)
        write_all(self._handle, data)

    def commit(self, name: str) -> None:
        """Make the file durable under its path, whatever the blob's own name is."""
        self.write(b"")
        os.fsync(self._handle)
        self._close()
        self._require_free()
        self._aside.rename(self._target)
        fsync_folder(self._target.parent)

    def abort(self) -> None:
        """Drop what was written; harmless after :meth:`commit`."""
        self._close()
        self._aside.unlink(missing_ok=True)

    def _require_free(self) -> None:
        if os.path.lexists(self._target):
            raise ConflictError(
                "file.exists",
                "there is a file of that name already",
                hint="name another file; nothing is overwritten",
                where=os.fsencode(self._target).decode("utf-8", "backslashreplace"),
            )

    def _close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class FileReader:
    """Reads one file at any offset; raises NotFoundError ``file.absent`` when there is none."""

    def __init__(self, path: Path) -> None:
        try:
            self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as exc:
            shown = os.fsencode(path).decode("utf-8", "backslashreplace")
            raise NotFoundError("file.absent", "there is no such file", where=shown) from exc
        self.size = os.fstat(self._handle).st_size

    def read_into(self, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes from offset ``at`` on; return how many, fewer only at the end."""
        done = 0
        while done < len(target) and (count := os.preadv(self._handle, [target[done:]], at + done)):
            done += count
        return done

    def close(self) -> None:
        """Close the file; harmless twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
