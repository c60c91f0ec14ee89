"""Blobs in a folder of the local file system; their payloads may lie in an object store instead.

Below the root:

    blobs/<name>              sealed files, complete and durable
    heads/<name>              age headers that stand apart (``heads``)
    going/<name>              marks: the payload in the object store is to be removed
    aside/<process>.<random>  files in the making; :meth:`FolderBlobs.sweep` removes those of no live process
    turn                      locked for the short steps that change where something is

Names are proved to be 64 hexadecimal digits before any path is made of them. Whatever is no age file is
refused, so that nothing lies here that is not sealed.

Basis: PROTOCOL rule 24
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from comity.evidence.ports import BlobReader
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.digests import parse_digest
from comity.kernel.errors import MalformedError, NotFoundError
from comity.storage.blobs.heads import Head, Heads, Payloads, overwrite_front, require_header
from comity.storage.blobs.passing import ReadBehind

_AHEAD = 4 << 20
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
        payloads: Returns the object store, where the node has one; asked when something is needed from it.
    """

    def __init__(
        self, root: Path, processes: Processes, *, payloads: Callable[[], Payloads | None] = lambda: None
    ) -> None:
        self.processes = processes
        self.blobs, self.aside = root / "blobs", root / "aside"
        for folder in (self.blobs, self.aside):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.apart = Heads(root, aside=lambda: self.aside / name_aside(processes), payloads=payloads)

    def create(self) -> "FolderBlobWriter":
        """Return a writer for a new blob."""
        return FolderBlobWriter(self)

    def open(self, name: str) -> BlobReader:
        """Return a reader; raise NotFoundError ``blob.absent``, UnavailableError ``blobs.away``."""
        path = self.path(name)
        for _ in range(2):  # between two looks it may have been moved
            head = self.apart.head(name)
            if head is not None and head.away:
                return HeadedReader(head, AwayPayload(self.apart.require_payloads(), name, size=head.payload))
            try:
                file = FolderBlobReader(path, name)
            except NotFoundError:
                continue
            return file if head is None else HeadedReader(head, file, skip=head.skip)
        raise NotFoundError("blob.absent", "there is no such sealed file here", where=name)

    def exists(self, name: str) -> bool:
        """Tell whether a blob of that name is here."""
        return self.path(name).is_file() or self.apart.is_away(name)

    def delete(self, name: str) -> bool:
        """Remove a blob durably; return False when there was none."""
        return self.shred(name, front=0)

    def shred(self, name: str, *, front: int) -> bool:
        """Overwrite so many bytes at the front and every header, durably, then remove the blob.

        Headers lie on this disk alone, so the blob is destroyed also while the object store cannot be
        reached; its payload there is removed later then (``Heads.remove_going``).
        """
        path = self.path(name)
        with self.apart.turn():
            head = self.apart.head(name)
            away = head is not None and head.away
            if away:
                self.apart.mark_going(name)
            gone = self.apart.destroy(name)
            gone = overwrite_front(path, front=max(front, head.skip if head is not None else 0)) or gone
            path.unlink(missing_ok=True)
            fsync_folder(self.blobs)
        if away:
            self.apart.remove_going()
        return gone

    def put_header(self, name: str, header: bytes) -> None:
        """Put another header in front of a payload that stays; the one before is overwritten.

        Raises:
            NotFoundError: ``blob.absent``.
            MalformedError: ``blobs.unsealed``.
        """
        path = self.path(name)
        require_header(header)
        with self.apart.turn():
            head = replace(self.apart.head(name) or head_of(path, name), header=header)
            self.apart.put(name, head)
            overwrite_front(path, front=head.skip)

    def names(self) -> tuple[str, ...]:
        """Return the names of all blobs, sorted."""
        return tuple(sorted({path.name for path in self.blobs.iterdir()} | self.apart.away()))

    def sweep(self) -> int:
        """Remove what processes left that are no more, and return how many files that were."""
        left = [path for path in self.aside.iterdir() if is_left(path.name, self.processes)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left) + self._sweep_twice()

    def _sweep_twice(self) -> int:
        """Remove files whose payload is away too: a move was cut off after both copies were proved whole."""
        both = {path.name for path in self.blobs.iterdir()} & self.apart.names()
        if not both:
            return 0
        with self.apart.turn():
            twice = [self.blobs / name for name in both if self.apart.is_away(name)]
            for path in twice:
                overwrite_front(path, front=MOST_HEADER)
                path.unlink(missing_ok=True)
        return len(twice)

    def path(self, name: str) -> Path:
        """Return where a blob is or would be; raise MalformedError for a name that is no digest."""
        return self.blobs / parse_digest(name, where="blob name")

    def adopt(self, aside: Path, name: str) -> None:
        """Give a complete, durable file its name; an existing blob of that name stays as it is.

        Where two processes complete the same blob from one file, one of them finds it done.

        Raises:
            MalformedError: ``blobs.unsealed``: it is no sealed file; it is removed.
        """
        target = self.path(name)
        try:
            _require_sealed(aside)
            if self.exists(name):
                aside.unlink(missing_ok=True)
                return
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
        self._behind = ReadBehind(self._handle, size=self.size)

    def read_into(self, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes from offset ``at`` on; return how many, fewer only at the end."""
        done = 0
        while done < len(target) and (count := os.preadv(self._handle, [target[done:]], at + done)):
            done += count
        self._behind.passed(at, done)
        return done

    def close(self) -> None:
        """Let go of the blob; harmless twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class AwayPayload:
    """A payload in the object store, as a reader; whoever reads on gets what was fetched ahead."""

    def __init__(self, payloads: Payloads, name: str, *, size: int) -> None:
        self._payloads, self._name, self._size = payloads, name, size
        self._ahead, self._from, self._next = bytearray(), 0, -1

    def read_into(self, target: memoryview, *, at: int) -> int:
        """Fill ``target`` from an offset of the payload on; the caller stays inside it."""
        start = at - self._from
        if not 0 <= start <= start + len(target) <= len(self._ahead):
            if at != self._next or len(target) >= _AHEAD:
                self._next = at + len(target)
                return self._payloads.read_into(self._name, target, at=at)
            self._ahead, self._from, start = bytearray(min(_AHEAD, self._size - at)), at, 0
            self._payloads.read_into(self._name, memoryview(self._ahead), at=at)
        target[:] = memoryview(self._ahead)[start : start + len(target)]
        self._next = at + len(target)
        return len(target)

    def close(self) -> None:
        """Let go of what was fetched ahead."""
        self._ahead = bytearray()


class _Readable(Protocol):
    def read_into(self, target: memoryview, *, at: int) -> int: ...

    def close(self) -> None: ...


class HeadedReader:
    """A payload behind a header that stands apart, read as one sealed file."""

    def __init__(self, head: Head, payload: _Readable, *, skip: int = 0) -> None:
        self._head, self._payload, self._skip = head, payload, skip
        self.size = head.size

    def read_into(self, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes from offset ``at`` on; return how many, fewer only at the end."""
        front = self._head.header[at : at + len(target)]
        target[: len(front)] = front
        rest = target[len(front) : max(min(len(target), self.size - at), 0)]
        if not rest:
            return len(front)
        behind = at + len(front) - len(self._head.header)
        return len(front) + self._payload.read_into(rest, at=self._skip + behind)

    def close(self) -> None:
        """Let go of the blob; harmless twice."""
        self._payload.close()


def head_of(path: Path, name: str) -> Head:
    """Return the head of a file that has its header in front; raise ``blob.absent``, ``blobs.unsealed``."""
    reader = FolderBlobReader(path, name)
    try:
        front = bytearray(min(reader.size, MOST_HEADER))
        reader.read_into(memoryview(front), at=0)
        size = require_header(bytes(front), whole=False)
        return Head(header=bytes(front[:size]), skip=size, payload=reader.size - size, away=False)
    finally:
        reader.close()


def _require_sealed(path: Path) -> None:
    with path.open("rb") as file:
        front = file.read(MOST_HEADER)
    try:
        require_header(front, whole=False)
    except MalformedError:
        path.unlink(missing_ok=True)
        raise
