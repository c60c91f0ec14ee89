"""Folders that officers name, and a private room for plaintext while it is checked."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from comity.engines.files import fsync_folder, write_all
from comity.engines.restore import restore_originals
from comity.evidence.exhibits import Exhibit
from comity.evidence.ports import BlobReader
from comity.kernel.errors import ConflictError, UnavailableError

_PORTION = 1 << 20


class FolderEvidenceFiles:
    """Works below a room of its own, which the node owns and nobody else reads."""

    def __init__(self, room: Path) -> None:
        self._room = room

    @contextmanager
    def scratch(self) -> Iterator[str]:
        """Yield the path of a folder that is yet to be made; whatever is there is removed afterwards."""
        try:
            self._room.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self._room))
        except OSError as exc:
            raise UnavailableError("open.io", f"no room to check a package: {exc.strerror}") from exc
        try:
            yield str(folder / "bag")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def restore(self, bag: str, exhibits: Sequence[Exhibit], *, to: str) -> None:
        """Write the exhibits of an opened bag under their original names into a new folder."""
        restore_originals(Path(bag), exhibits, to=Path(to))

    def copy(self, source: BlobReader, *, to: str) -> None:
        """Write a blob to a new file, durably."""
        target = Path(to)
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError as exc:
            raise ConflictError("out.exists", "there is a file of that name already", where=to) from exc
        except OSError as exc:
            raise UnavailableError("out.io", f"the file could not be made: {exc.strerror}", where=to) from exc
        try:
            _pour(source, handle)
            os.fsync(handle)
        except OSError as exc:
            target.unlink(missing_ok=True)
            raise UnavailableError(
                "out.io", f"the file could not be written: {exc.strerror}", where=to
            ) from exc
        finally:
            os.close(handle)
        fsync_folder(target.parent)


def _pour(source: BlobReader, handle: int) -> None:
    buffer = memoryview(bytearray(_PORTION))
    at = 0
    while count := source.read_into(buffer, at=at):
        write_all(handle, buffer[:count])
        at += count
