"""Heads of sealed files that stand apart from their payload: after re-wrapping, or when the payload is away.

    heads/<name>   one line of I-JSON (v, skip, payload, away), then the age header

A head that is replaced or destroyed is overwritten first, since it holds a wrapped file key. The folder is on
the node's own disk whatever the payload lies in, so that destruction never depends on somebody else's copies.

Basis: PROTOCOL rule 27
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from comity.kernel import ageheader
from comity.kernel.digests import parse_digest
from comity.kernel.errors import MalformedError, UnavailableError
from comity.kernel.ijson import dump_ijson, parse_ijson

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_HEAD = 1 << 20


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: int
    skip: int
    payload: int
    away: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands in front of a payload.

    Attributes:
        header: The age header in force.
        skip: Bytes at the front of the file that belong to a header which no longer counts.
        payload: Bytes of the payload.
        away: Whether the payload lies in the object store.
    """

    header: bytes
    skip: int
    payload: int
    away: bool

    def __post_init__(self) -> None:
        require_header(self.header)
        if self.skip < 0 or self.payload < 0:
            raise MalformedError("blobs.head", "the head of a sealed file has no such lengths")

    @property
    def size(self) -> int:
        """Bytes of the whole sealed file."""
        return len(self.header) + self.payload


def require_header(front: bytes, *, whole: bool = True) -> int:
    """Return the length of the age header at the front; nothing else is ever kept.

    Args:
        front: The first bytes of a sealed file.
        whole: Whether they are the header and nothing behind it.

    Raises:
        MalformedError: ``blobs.unsealed``.

    Basis: C2SP age v1
    """
    try:
        size = ageheader.parse_header(front).size
    except MalformedError as exc:
        raise _unsealed() from exc
    if whole and size != len(front):
        raise _unsealed()
    return size


def _unsealed() -> MalformedError:
    return MalformedError(
        "blobs.unsealed",
        "only sealed files are kept here, and this is none",
        hint="report this with the command that you gave: nothing was stored",
    )


class Payloads(Protocol):
    """Payloads in an object store."""

    def read_into(self, name: str, target: memoryview, *, at: int) -> int:
        """Fill ``target`` with the bytes of a payload from an offset on; fewer only at the end."""
        ...

    def remove(self, name: str) -> None:
        """Remove a payload; harmless where there is none."""
        ...


class Heads:
    """The heads of a folder of blobs, and the marks of payloads that are to go.

    Args:
        root: The folder.
        aside: Returns the path of a new file in the making.
        payloads: Returns the object store, where the node has one.
    """

    def __init__(
        self, root: Path, *, aside: Callable[[], Path], payloads: Callable[[], Payloads | None]
    ) -> None:
        self._root, self._heads, self._going = root, root / "heads", root / "going"
        self._aside, self._payloads = aside, payloads
        for folder in (self._heads, self._going):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def head(self, name: str) -> Head | None:
        """Return the head that stands apart; None where the file has its own in front, or there is none.

        Raises:
            MalformedError: ``blobs.head``: the file is not what this store writes.
        """
        try:
            data = (self._heads / parse_digest(name, where="blob name")).read_bytes()
        except FileNotFoundError:
            return None
        line, _, header = data.partition(b"\n")
        try:
            found = msgspec.convert(parse_ijson(line, where=name), _Line)
            return Head(header=header, skip=found.skip, payload=found.payload, away=found.away)
        except (msgspec.ValidationError, MalformedError) as exc:
            raise MalformedError(
                "blobs.head",
                "the head of a sealed file does not read",
                hint="bring it back from the newest backup of the folder blobs/heads",
                where=name,
            ) from exc

    def is_away(self, name: str) -> bool:
        """Tell whether the payload of a blob lies in the object store."""
        head = self.head(name)
        return head is not None and head.away

    def names(self) -> frozenset[str]:
        """Return the names of the blobs that have a head."""
        return frozenset(path.name for path in self._heads.iterdir())

    def away(self) -> frozenset[str]:
        """Return the names of the blobs whose payload lies in the object store."""
        return frozenset(name for name in self.names() if self.is_away(name))

    def put(self, name: str, head: Head) -> None:
        """Put a head in its place, durable; the one before is overwritten once it is replaced."""
        path, aside = self._heads / name, self._aside()
        line = _Line(v=1, skip=head.skip, payload=head.payload, away=head.away)
        _write_durably(aside, dump_ijson(line) + b"\n" + head.header)
        try:
            before = os.open(path, _OLD)
        except FileNotFoundError:
            before = -1
        try:
            aside.rename(path)
            _fsync_folder(self._heads)
            if before >= 0:
                _overwrite(before, os.fstat(before).st_size)
        finally:
            if before >= 0:
                os.close(before)

    def destroy(self, name: str) -> bool:
        """Overwrite a head and remove it, durably; False when there was none."""
        path = self._heads / name
        if not overwrite_front(path, front=_MOST_HEAD):
            return False
        path.unlink(missing_ok=True)
        _fsync_folder(self._heads)
        return True

    def mark_going(self, name: str) -> None:
        """Note durably that a payload in the object store is to be removed once its head is gone."""
        (self._going / name).touch(mode=0o600)
        _fsync_folder(self._going)

    def forget_going(self, name: str) -> None:
        """Take a mark back: the payload is being put again."""
        (self._going / name).unlink(missing_ok=True)

    def remove_going(self, *, moving: bool = False) -> int:
        """Remove payloads from the object store that are no blob any more; return how many wait still.

        Args:
            moving: Whether the caller holds the lock of moves; else nothing is done while another has it.
        """
        with ExitStack() as held:
            if moving or held.enter_context(self.moving(wait=False)):
                for mark in sorted(self._going.iterdir()):
                    if not self.is_away(mark.name) and not _could(partial(self._remove, mark.name)):
                        break
        return len(list(self._going.iterdir()))

    def _remove(self, name: str) -> None:
        self.require_payloads().remove(name)
        self.forget_going(name)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock of the short steps that change where something is."""
        with _locked(self._root / "turn", wait=True):
            yield

    @contextmanager
    def moving(self, *, wait: bool) -> Iterator[bool]:
        """Hold the lock of moves, which may take long; False, without ``wait``, while another has it."""
        with _locked(self._root / "moving", wait=wait) as have:
            yield have

    def require_payloads(self) -> Payloads:
        """Return the object store; raise UnavailableError ``blobs.away`` where the node names none."""
        found = self._payloads()
        if found is None:
            raise UnavailableError(
                "blobs.away",
                "the payload lies in an object store, and node.json names none",
                hint="name the store again as blobs in node.json",
            )
        return found


def overwrite_front(path: Path, *, front: int) -> bool:
    """Overwrite so many bytes at the front of a file with zeros, durably; False when there is none."""
    try:
        handle = os.open(path, _OLD)
    except FileNotFoundError:
        return False
    try:
        _overwrite(handle, min(front, os.fstat(handle).st_size))
    finally:
        os.close(handle)
    return True


@contextmanager
def _locked(path: Path, *, wait: bool) -> Iterator[bool]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _could(work: Callable[[], None]) -> bool:
    try:
        work()
    except UnavailableError:
        return False
    return True


def _overwrite(handle: int, count: int) -> None:
    rest, at = memoryview(bytes(count)), 0
    while at < len(rest):
        at += os.pwrite(handle, rest[at:], at)
    os.fsync(handle)


def _write_durably(path: Path, data: bytes) -> None:
    handle = os.open(path, _NEW, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
