"""Folders that officers name, and a private room for plaintext while it is checked."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from comity.engines.files import FileReader, FileWriter
from comity.engines.presence import Presence
from comity.engines.restore import require_new
from comity.kernel.errors import UnavailableError

_PORTION = 1 << 20


class FolderEvidenceFiles:
    """Works below a room of its own, which the node owns and nobody else reads.

    Args:
        room: The folder; made when it is needed.
        presence: This process among those that use the room.
    """

    def __init__(self, room: Path, presence: Presence) -> None:
        self._room = room
        self._presence = presence

    @contextmanager
    def scratch(self) -> Iterator[str]:
        """Yield the path of a folder that is yet to be made; whatever is there is removed afterwards.

        What a crash left behind goes first, so that plaintext does not stay where no server runs.
        """
        self.sweep()
        try:
            self._room.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=f"{self._presence.name}.", dir=self._room))
        except OSError as exc:
            raise UnavailableError("open.io", f"no room to check a package: {exc.strerror}") from exc
        try:
            yield str(folder / "bag")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> int:
        """Remove what processes that are no more left in the room, and return how much it was."""
        if not self._room.is_dir():
            return 0
        live = self._presence.is_live
        left = [path for path in self._room.iterdir() if not live(path.name.partition(".")[0])]
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return len(left)

    def reader(self, path: str) -> FileReader:
        """Return a reader of a file; raise NotFoundError ``file.absent``."""
        return FileReader(Path(path))

    def writer(self, out: str) -> FileWriter:
        """Return a writer for a new file, which appears whole and durable or not at all."""
        return FileWriter(Path(out))

    def require_new(self, folder: str) -> None:
        """Raise ConflictError ``open.exists`` where something has that name already."""
        require_new(Path(folder))

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
