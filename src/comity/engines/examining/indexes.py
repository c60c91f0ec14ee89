"""Sealed segments of indexes as files of the node, and lists of known files beside them."""

import fcntl
import heapq
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from comity.engines.files import fsync_folder, write_all
from comity.kernel.errors import ConflictError, MalformedError, NotFoundError, UnavailableError

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SIZE = 32
_AT_ONCE = 1 << 20
_DIGEST = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_MOST_LINE = 1 << 16
_FRONT = 1 << 16


class FolderIndexes:
    """Fulfils ``IndexStore`` with a folder for each index."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def count(self, name: str) -> int:
        """Return how many segments there are without a gap."""
        folder = self._folder(name)
        number = 0
        while (folder / _file(number + 1)).exists():
            number += 1
        return number

    def put(self, name: str, number: int, data: bytes) -> None:
        """Keep a segment durably."""
        folder = self._folder(name)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside = folder / f".{secrets.token_hex(8)}"
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                write_all(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
            aside.replace(folder / _file(number))
            fsync_folder(folder)
        except OSError as exc:
            raise UnavailableError("examine.io", f"the index cannot be kept: {exc.strerror}") from exc

    def get(self, name: str, number: int) -> bytes:
        """Return a segment."""
        try:
            return (self._folder(name) / _file(number)).read_bytes()
        except FileNotFoundError:
            raise NotFoundError("index.absent", "there is no such index here", where=name[:64]) from None

    def cut(self, name: str, count: int) -> None:
        """Remove the segments behind the first so many; an index without any goes whole."""
        folder = self._folder(name)
        if count == 0:
            for path in sorted(folder.glob("*.age")):
                _overwrite(path)
            shutil.rmtree(folder, ignore_errors=True)
            return
        for number in range(self.count(name), count, -1):
            (folder / _file(number)).unlink(missing_ok=True)

    @contextmanager
    def claim(self, name: str) -> Iterator[None]:
        """Hold an index for this process; raise ConflictError ``examine.busy`` where another one does."""
        self._folder(name)
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._root / f".{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise UnavailableError("examine.io", f"the index cannot be kept: {exc.strerror}") from exc
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            os.close(handle)
            raise ConflictError("examine.busy", "somebody examines this already", hint="wait for it") from exc
        try:
            yield
        finally:
            os.close(handle)

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NotFoundError("index.absent", "there is no such index here", where=name[:64])
        return self._root / name


class FolderKnownFiles:
    """Lists of digests as sorted files; a look-up reads a few dozen bytes, whatever the size of the list."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, source: str) -> int:
        """Keep the SHA-256 digests of a text file as the list of this name, and return how many there are.

        A line may hold more than its digest, as the lists of others do; lines without one are passed over.

        Raises:
            NotFoundError: ``known.source``: there is no such file.
            MalformedError: ``known.empty``: it holds no SHA-256.
            UnavailableError: ``examine.io``.
        """
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside = self._root / f".{secrets.token_hex(8)}"
            aside.mkdir(mode=0o700)
        except OSError as exc:
            raise UnavailableError("examine.io", f"the list cannot be kept: {exc.strerror}") from exc
        try:
            count = _merged(_runs(Path(source), aside), aside / "merged")
            if not count:
                raise MalformedError("known.empty", "the file holds no SHA-256", where=source)
            (aside / "merged").replace(self._root / f"{name}.sha256")
            fsync_folder(self._root)
            return count
        except FileNotFoundError:
            raise NotFoundError("known.source", "there is no such file", where=source) from None
        except OSError as exc:
            raise UnavailableError("examine.io", f"the list cannot be kept: {exc.strerror}") from exc
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def drop(self, name: str) -> None:
        """Remove a list."""
        (self._root / f"{name}.sha256").unlink(missing_ok=True)

    def names(self) -> tuple[str, ...]:
        """Return the names of the lists, sorted."""
        return tuple(sorted(path.stem for path in self._root.glob("[!.]*.sha256")))

    def lists_of(self, digest: str) -> tuple[str, ...]:
        """Return the names of the lists that hold a SHA-256."""
        wanted = bytes.fromhex(digest)
        return tuple(name for name in self.names() if _holds(self._root / f"{name}.sha256", wanted))


def _overwrite(path: Path) -> None:
    """Overwrite the beginning of a sealed file, where its wrapped key stands."""
    handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.pwrite(handle, bytes(min(os.fstat(handle).st_size, _FRONT)), 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def _holds(path: Path, wanted: bytes) -> bool:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        low, high = 0, os.fstat(handle).st_size // _SIZE
        while low < high:
            middle = (low + high) // 2
            found = os.pread(handle, _SIZE, middle * _SIZE)
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return False
    finally:
        os.close(handle)


def _runs(source: Path, aside: Path) -> list[Path]:
    """Write the digests of a file as sorted runs that fit into memory each."""
    made: list[Path] = []
    held: set[bytes] = set()

    def out() -> None:
        made.append(aside / str(len(made)))
        made[-1].write_bytes(b"".join(sorted(held)))
        held.clear()

    with source.open("rb") as file:
        while line := file.readline(_MOST_LINE):
            held.update(bytes.fromhex(match.decode("ascii")) for match in _DIGEST.findall(line))
            if len(held) >= _AT_ONCE:
                out()
    if held:
        out()
    return made


def _merged(runs: list[Path], to: Path) -> int:
    count, last = 0, b""
    with ExitStack() as stack, to.open("wb") as file:
        streams = [_digests(stack.enter_context(run.open("rb"))) for run in runs]
        for digest in heapq.merge(*streams):
            if digest != last:
                file.write(digest)
                count, last = count + 1, digest
        file.flush()
        os.fsync(file.fileno())
    return count


def _digests(file: BinaryIO) -> Iterator[bytes]:
    while digest := file.read(_SIZE):
        yield digest


def _file(number: int) -> str:
    return f"{number:08d}.age"
