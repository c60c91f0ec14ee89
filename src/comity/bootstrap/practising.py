"""Where guided cases are played: a second practice node in the folder of the first, and files beside it."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from comity.node.played import PlayedNode

PARTNERS = ("XPP", "XPQ")
_TURN = threading.Lock()
"""One guided step at a time in this process: two would draft for the scripted side at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFolder:
    """Fulfils the node's ``PracticeGround``.

    Attributes:
        place: The folder.
        own: Code of the Party that practises; the other side has another one.
        make: Makes a practice node in a folder.
        open: Opens one.
    """

    place: Path
    own: str
    make: Callable[[str, str], None] = field(repr=False)
    open: Callable[[str], AbstractContextManager[PlayedNode]] = field(repr=False)

    @contextmanager
    def partner(self) -> Iterator[PlayedNode]:
        """Open the second node, which is made where it is not there yet."""
        party = next(code for code in PARTNERS if code != self.own)
        folder = self.place / party.lower()
        with _TURN:
            if not folder.exists():
                self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
                self.make(str(folder), party)
            with self.open(str(folder)) as desks:
                yield desks

    @contextmanager
    def carried(self) -> Iterator[str]:
        """Return an empty folder that is removed afterwards."""
        with tempfile.TemporaryDirectory(prefix="carried-", dir=self.place) as folder:
            yield folder

    def put(self, case: str, name: str, data: bytes) -> str:
        """Write a file of a guided case, in place of an older one, and return its path."""
        folder = Path(self.folder(case))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        return str(folder / name)

    def folder(self, case: str) -> str:
        """Return the path of the files of a guided case."""
        return str(self.place / "files" / case)
