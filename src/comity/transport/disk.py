"""Plain files in a folder that anybody may have touched on the way.

Names are matched, never trusted; links are not followed; sizes are judged before anything is read; every
file appears whole and durable, or not at all.
"""

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError

_ASIDE = re.compile(r"\.[0-9a-f]{16}\.part", re.ASCII)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """Files of a folder and of the folders right below it.

    Every method raises UnavailableError ``courier.disk`` when the disk fails and ``courier.full`` when it has
    no room, NotFoundError ``courier.absent`` for what is no plain file there, and MalformedError for what is
    too large.
    """

    root: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for the block, so that no other process writes into it or takes it in meanwhile.

        Raises:
            ConflictError: ``courier.busy``: another process has it.
        """
        with self.opened() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                raise ConflictError(
                    "courier.busy",
                    "another process writes into this folder or takes it in",
                    hint="wait for its end, or stop it: both go on where they were",
                    where=str(self.root),
                ) from exc
            yield

    @contextmanager
    def opened(self, folder: str = "") -> Iterator[int]:
        """Open the folder, or one folder right below it, which must not be a link."""
        with disk_errors(folder or str(self.root)):
            root = os.open(self.root, _FOLDER)
        try:
            if not folder:
                yield root
                return
            with disk_errors(folder):
                below = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=root)
            try:
                yield below
            finally:
                os.close(below)
        finally:
            os.close(root)

    def names(self, folder: str = "") -> Iterator[str]:
        """Yield the names in the folder, or in one right below it; nothing is kept in memory."""
        with self.opened(folder) as handle, disk_errors(folder), os.scandir(handle) as found:
            for entry in found:
                yield entry.name

    def make(self, folder: str) -> None:
        """Make a folder right below; one that is there stays."""
        with self.opened() as handle, disk_errors(folder), suppress(FileExistsError):
            os.mkdir(folder, 0o755, dir_fd=handle)

    def put(self, name: str, data: bytes, *, folder: str = "", settle: bool = True) -> None:
        """Write a file whole; without ``settle`` its name is durable only after :meth:`settle`."""
        aside = f".{secrets.token_hex(8)}.part"
        with self.opened(folder) as handle, disk_errors(name):
            made = os.open(aside, _WRITE, 0o644, dir_fd=handle)
            try:
                with os.fdopen(made, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(made)
                os.rename(aside, name, src_dir_fd=handle, dst_dir_fd=handle)
            except OSError:
                with suppress(FileNotFoundError):
                    os.unlink(aside, dir_fd=handle)
                raise
            if settle:
                os.fsync(handle)

    def settle(self, folder: str) -> None:
        """Make the names in a folder durable."""
        with self.opened(folder) as handle, disk_errors(folder):
            os.fsync(handle)

    def has(self, name: str, *, folder: str, size: int) -> bool:
        """Tell whether a plain file of this name and size is there."""
        try:
            with self.opened(folder) as handle, disk_errors(name):
                facts = os.stat(name, dir_fd=handle, follow_symlinks=False)
        except NotFoundError:
            return False
        return stat.S_ISREG(facts.st_mode) and facts.st_size == size

    def remove(self, name: str, *, folder: str) -> None:
        """Remove a file; one that is not there is no fault."""
        with self.opened(folder) as handle, disk_errors(name), suppress(FileNotFoundError):
            os.unlink(name, dir_fd=handle)

    def sweep(self, folder: str = "") -> None:
        """Remove what a process that was stopped left half written; for whoever holds the folder."""
        for name in [name for name in self.names(folder) if _ASIDE.fullmatch(name)]:
            self.remove(name, folder=folder)

    def read(self, name: str, *, most: int, folder: str = "") -> bytes:
        """Return a file of so many bytes at most."""
        with self.opened(folder) as handle, disk_errors(name):
            found = os.open(name, _READ, dir_fd=handle)
            with os.fdopen(found, "rb") as file:
                facts = os.fstat(found)
                if not stat.S_ISREG(facts.st_mode):
                    raise NotFoundError("courier.absent", "it is no plain file", where=name)
                data = b"" if facts.st_size > most else file.read(most + 1)
            if facts.st_size > most or len(data) > most:
                raise MalformedError("courier.size", f"a file has at most {most} bytes", where=name)
            return data

    def read_if_there(self, name: str, *, most: int, folder: str = "") -> bytes | None:
        """Return a file, None where it is not there."""
        try:
            return self.read(name, most=most, folder=folder)
        except NotFoundError:
            return None


@contextmanager
def disk_errors(name: str) -> Iterator[None]:
    """Turn what a disk reports into errors of the families."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise NotFoundError("courier.absent", "the file is not there", where=name) from exc
    except OSError as exc:
        if exc.errno in (errno.ELOOP, errno.ENXIO):
            raise NotFoundError("courier.absent", "it is no plain file", where=name) from exc
        if exc.errno in _NO_ROOM:
            raise UnavailableError(
                "courier.full",
                "the disk that is carried has no room left",
                hint="carry it as it is: what is on it counts, and the rest goes by wire or on the next disk",
                where=name,
            ) from exc
        raise UnavailableError(
            "courier.disk", f"the disk did not do it: {os.strerror(exc.errno or 0)}", where=name
        ) from exc
