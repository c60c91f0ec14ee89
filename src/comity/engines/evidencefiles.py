"""Folders that officers name, and a private room for plaintext while it is checked."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from comity.engines.files import FileWriter
from comity.kernel.errors import UnavailableError

_PORTION = 1 << 20
_LEFT_BEHIND = 6 * 3600.0
_LONG_AGO = 24 * 3600.0


class FolderEvidenceFiles:
    """Works below a room of its own, which the node owns and nobody else reads."""

    def __init__(self, room: Path) -> None:
        self._room = room

    @contextmanager
    def scratch(self) -> Iterator[str]:
        """Yield the path of a folder that is yet to be made; whatever is there is removed afterwards.

        What a crash left behind more than a day ago goes first, so that plaintext does not stay where no
        server runs.
        """
        self.sweep(older=_LONG_AGO)
        try:
            self._room.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self._room))
        except OSError as exc:
            raise UnavailableError("open.io", f"no room to check a package: {exc.strerror}") from exc
        try:
            yield str(folder / "bag")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, *, older: float = _LEFT_BEHIND) -> int:
        """Remove what a crash left in the room, older than so many seconds, and return how much it was."""
        if not self._room.is_dir():
            return 0
        left = [path for path in self._room.iterdir() if time.time() - path.stat().st_mtime > older]
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return len(left)

    def writer(self, out: str) -> FileWriter:
        """Return a writer for a new file, which appears whole and durable or not at all."""
        return FileWriter(Path(out))

    def sizes(self, folder: str) -> Mapping[str, int]:
        """Return the files of a checked bag by their names inside it, with their sizes in bytes."""
        root = Path(folder)
        return {
            path.relative_to(root).as_posix(): path.stat().st_size
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }

    def chunks(self, folder: str, name: str) -> Iterator[bytes]:
        """Yield the content of one file of a checked bag."""
        with (Path(folder) / name).open("rb") as file:
            while chunk := file.read(_PORTION):
                yield chunk
