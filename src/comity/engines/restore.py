"""Opened exhibits under their original names: never outside the folder, collisions numbered."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from comity.engines.files import fsync_folder, write_all
from comity.evidence.errors import not_as_recorded
from comity.evidence.exhibits import Exhibit
from comity.evidence.originals import Restored, plan_names
from comity.kernel.errors import ConflictError, UnavailableError

_PORTION = 1 << 20


def restore_originals(bag: Path, exhibits: Sequence[Exhibit], *, to: Path) -> tuple[Restored, ...]:
    """Write the exhibits of an opened bag under their original names into a new folder.

    The folder appears when everything in it is written and durable; of what failed nothing stays.

    Args:
        bag: Folder of the opened bag.
        exhibits: As the bag reader returned them.
        to: Folder to make.

    Raises:
        ConflictError: ``open.exists`` when the folder is there already.
        UntrustedError: ``package.digest`` when a file no longer is what was checked.
        UnavailableError: ``open.io`` when reading or writing fails.
    """
    require_new(to)
    aside = to.absolute().with_name(f".{secrets.token_hex(8)}.part")
    try:
        aside.mkdir(mode=0o700)
        planned = plan_names(exhibits)
        for restored in planned:
            _restore(bag / restored.exhibit.stored_name, aside, restored)
        for folder in (aside, *(path for path in aside.rglob("*") if path.is_dir())):
            fsync_folder(folder)
        require_new(to)
        aside.rename(to)
        fsync_folder(aside.parent)
    except OSError as exc:
        raise UnavailableError("open.io", f"the exhibits could not be written: {exc.strerror}") from exc
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return planned


def require_new(to: Path) -> None:
    """Raise ConflictError ``open.exists`` where something has that name already."""
    if os.path.lexists(to):
        raise ConflictError("open.exists", "there is something of that name already", where=to.name)


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
