"""Where a package is opened: a folder aside that gets its name only when everything held."""

import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType

from comity.engines.files import fsync_folder, write_all
from comity.kernel.errors import ConflictError

_ENDING = ".quarantine"


def sweep_quarantine(folder: Path) -> int:
    """Remove what a crash left in quarantine below a folder and return how much; only while nobody opens."""
    left = [path for path in folder.iterdir() if path.name.startswith(".") and path.name.endswith(_ENDING)]
    for path in left:
        shutil.rmtree(path)
    return len(left)


class Quarantine:
    """A sink for the files of a bag; unless it is released, all of it is removed at the end of the block.

    The names it is given come from the bag reader, which knows no others than its own.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._aside = self._folder.with_name(f".{secrets.token_hex(8)}{_ENDING}")
        self._handle = -1

    def __enter__(self) -> "Quarantine":
        if os.path.lexists(self._folder):
            raise ConflictError(
                "open.exists",
                "there is something of that name already",
                hint="name a folder that does not exist yet; nothing is overwritten",
                where=os.fsencode(self._folder).decode("utf-8", "backslashreplace"),
            )
        (self._aside / "data").mkdir(parents=True, mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        shutil.rmtree(self._aside, ignore_errors=True)

    def begin(self, name: str) -> None:
        """Start the file with this name of ours."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._handle = os.open(self._aside / name, flags, 0o600)

    def write(self, content: memoryview) -> None:
        """Append to the file."""
        write_all(self._handle, content)

    def end(self) -> None:
        """Make the file durable."""
        os.fsync(self._handle)
        os.close(self._handle)
        self._handle = -1

    def release(self) -> None:
        """Give the folder its name, durably."""
        fsync_folder(self._aside / "data")
        fsync_folder(self._aside)
        self._aside.rename(self._folder)
        fsync_folder(self._folder.parent)
