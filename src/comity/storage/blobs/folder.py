"""Blobs in a folder of the local file system.

Below the root:

    blobs/<name>              sealed files, complete and durable
    aside/<process>.<random>  files in the making; :meth:`FolderBlobs.sweep` removes those of no live process

Names are proved to be 64 hexadecimal digits before any path is made of them.

Basis: PROTOCOL rule 24
"""

import os
import secrets
from pathlib import Path
from typing import Protocol

from comity.kernel.digests import parse_digest
from comity.kernel.errors import NotFoundError

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Processes(Protocol):
    """The processes that work in the folder."""

    @property
    def name(self) -> str:
        """The name of this process, without a full stop."""
        ...

    def is_live(self, name: str) -> bool:
        """Tell whether the process of that name still runs."""
        ...


def name_aside(processes: Processes) -> str:
    """Return a new name for something in the making, which says whose it is."""
    return f"{processes.name}.{secrets.token_hex(8)}"


def is_left(name: str, processes: Processes) -> bool:
    """Tell whether something in the making belongs to a process that is no more."""
    return not processes.is_live(name.lstrip(".").partition(".")[0])


class FolderBlobs:
    """The blob port over a folder.

    Args:
        root: Folder to keep them in; made when it does not exist.
        processes: Who works in it.
    """

    def __init__(self, root: Path, processes: Processes) -> None:
        self.processes = processes
        self.blobs = root / "blobs"
        self.aside = root / "aside"
        for folder in (self.blobs, self.aside):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def create(self) -> "FolderBlobWriter":
        """Return a writer for a new blob."""
        return FolderBlobWriter(self)

    def open(self, name: str) -> "FolderBlobReader":
        """Return a reader; raise NotFoundError ``blob.absent``."""
        return FolderBlobReader(self.path(name), name)

    def exists(self, name: str) -> bool:
        """Tell whether a blob of that name is here."""
        return self.path(name).is_file()

    def delete(self, name: str) -> bool:
        """Remove a blob durably; return False when there was none."""
        try:
            self.path(name).unlink()
        except FileNotFoundError:
            return False
        fsync_folder(self.blobs)
        return True

    def shred(self, name: str, *, front: int) -> bool:
        """Overwrite so many bytes at the front, durably, then remove the blob; False when there was none."""
        try:
            handle = os.open(self.path(name), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            rest = memoryview(bytes(min(front, os.fstat(handle).st_size)))
            at = 0
            while at < len(rest):
                at += os.pwrite(handle, rest[at:], at)
            os.fsync(handle)
        finally:
            os.close(handle)
        return self.delete(name)

    def names(self) -> tuple[str, ...]:
        """Return the names of all blobs, sorted."""
        return tuple(sorted(path.name for path in self.blobs.iterdir()))

    def sweep(self) -> int:
        """Remove what processes left that are no more, and return how many files that were."""
        left = [path for path in self.aside.iterdir() if is_left(path.name, self.processes)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def path(self, name: str) -> Path:
        """Return where a blob is or would be; raise MalformedError for a name that is no digest."""
        return self.blobs / parse_digest(name, where="blob name")

    def adopt(self, aside: Path, name: str) -> None:
        """Give a complete, durable file its name; an existing blob of that name stays as it is.

        Where two processes complete the same blob from one file, one of them finds it done.
        """
        target = self.path(name)
        if target.is_file():
            aside.unlink(missing_ok=True)
            return
        try:
            aside.rename(target)
        except FileNotFoundError:
            if not target.is_file():
                raise
        fsync_folder(self.blobs)


class FolderBlobWriter:
    """A blob in the making."""

    def __init__(self, store: FolderBlobs) -> None:
        self._store = store
        self._path = store.aside / name_aside(store.processes)
        self._handle = os.open(self._path, _NEW, 0o600)

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def commit(self, name: str) -> None:
        """Make the blob durable under a name; an existing blob of that name stays as it is."""
        self._store.path(name)
        os.fsync(self._handle)
        self._close()
        self._store.adopt(self._path, name)

    def abort(self) -> None:
        """Drop what was written; harmless after :meth:`commit`."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class FolderBlobReader:
    """A blob that is being read."""

    def __init__(self, path: Path, name: str) -> None:
        try:
            self._handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError as exc:
            raise NotFoundError("blob.absent", "there is no such sealed file here", where=name) from exc
        self.size = os.fstat(self._handle).st_size

    def read_into(self, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes from offset ``at`` on; return how many, fewer only at the end."""
        done = 0
        while done < len(target) and (count := os.preadv(self._handle, [target[done:]], at + done)):
            done += count
        return done

    def close(self) -> None:
        """Let go of the blob; harmless twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
