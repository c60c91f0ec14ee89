"""Opened exhibits under their original names: never outside the folder, collisions numbered."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.engines.files import fsync_folder, write_all
from comity.evidence.errors import not_as_recorded
from comity.evidence.exhibits import Exhibit
from comity.kernel.errors import ConflictError, UnavailableError

_PORTION = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Where one exhibit was written.

    Attributes:
        exhibit: Which.
        path: Below the folder, as the system's bytes.
    """

    exhibit: Exhibit
    path: bytes


def restore_originals(bag: Path, exhibits: Sequence[Exhibit], *, to: Path) -> tuple[Restored, ...]:
    """Write the exhibits of an opened bag under their original names into a new folder.

    Args:
        bag: Folder of the opened bag.
        exhibits: As the bag reader returned them.
        to: Folder to make.

    Raises:
        ConflictError: ``open.exists`` when the folder is there already.
        UntrustedError: ``package.digest`` when a file no longer is what was checked.
        UnavailableError: ``open.io`` when reading or writing fails.
    """
    try:
        to.mkdir(mode=0o700)
    except FileExistsError as exc:
        raise ConflictError("open.exists", "there is something of that name already", where=to.name) from exc
    except OSError as exc:
        raise UnavailableError("open.io", f"the folder could not be made: {exc.strerror}") from exc
    try:
        planned = plan_names(exhibits)
        for restored in planned:
            _restore(bag / restored.exhibit.stored_name, to, restored)
        fsync_folder(to)
    except OSError as exc:
        raise UnavailableError("open.io", f"the exhibits could not be written: {exc.strerror}") from exc
    return planned


def plan_names(exhibits: Sequence[Exhibit]) -> tuple[Restored, ...]:
    """Return a path of its own for each exhibit; who comes later under a taken name gets a number.

    Folders keep their names; a file that is called like a folder is numbered.
    """
    taken = {prefix for item in exhibits for prefix in _prefixes(item.folder)}
    planned = []
    for item in exhibits:
        front = item.folder + b"/" if item.folder else b""
        name, count = item.name, 1
        while front + name in taken:
            count += 1
            name = _numbered(item.name, count)
        taken.add(front + name)
        planned.append(Restored(exhibit=item, path=front + name))
    return tuple(planned)


def _prefixes(folder: bytes) -> list[bytes]:
    parts = folder.split(b"/") if folder else []
    return [b"/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _numbered(name: bytes, count: int) -> bytes:
    stem, dot, ending = name.rpartition(b".")
    mark = b" (%d)" % count
    return stem + mark + dot + ending if stem else name + mark


def _restore(source: Path, to: Path, restored: Restored) -> None:
    target = to / os.fsdecode(restored.path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    state, size = hashlib.sha256(), 0
    handle = os.open(target, flags, 0o600)
    try:
        with source.open("rb") as content:
            while portion := content.read(_PORTION):
                state.update(portion)
                size += len(portion)
                write_all(handle, portion)
        os.fsync(handle)
    finally:
        os.close(handle)
    if (size, state.hexdigest()) != (restored.exhibit.size, restored.exhibit.sha256):
        target.unlink()
        raise not_as_recorded("an exhibit is no longer what was checked", where=restored.exhibit.stored_name)
