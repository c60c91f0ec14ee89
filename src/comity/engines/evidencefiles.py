"""Folders that officers name, and a private room for plaintext while it is checked."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from comity.engines.files import FileWriter
from comity.kernel.errors import UnavailableError

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
