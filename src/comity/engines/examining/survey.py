"""The files of a folder that an officer names: no link is followed, no special file is opened."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from comity.engines.imagesets import parts_of
from comity.evidence.examination import Item, Listing, Note, in_parts
from comity.evidence.exhibits import Part, media_type_of
from comity.kernel.errors import MalformedError, NotFoundError

MOST_FILES = 100_000


class FolderSurveyor:
    """Fulfils ``Surveyor``."""

    def listing(self, folder: str) -> Listing:
        """Return the files below a folder in the order of their names as bytes, and what is none."""
        root = Path(folder)
        if not root.is_dir() or root.is_symlink():
            raise NotFoundError("examine.folder", "there is no such folder", where=folder)
        items: list[Item] = []
        left: list[tuple[bytes, Note]] = []
        for path, found in _below(os.fsencode(root), b""):
            if len(items) + len(left) == MOST_FILES:
                raise MalformedError(
                    "examine.files",
                    f"the folder holds more than {MOST_FILES} files",
                    hint="examine its folders one by one",
                    where=folder,
                )
            if stat.S_ISREG(found.st_mode):
                items.append(
                    Item(
                        number=len(items) + 1,
                        path=os.fsdecode(path),
                        name=path,
                        dated=found.st_mtime_ns // 1000,
                        claimed=media_type_of(path),
                    )
                )
            else:
                left.append((path, Note.LINK if stat.S_ISLNK(found.st_mode) else Note.DEVICE))
        return Listing(items=_in_parts(items), left=tuple(left))


def _in_parts(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return items, with images that came in several files joined to the first: by their names, by folder."""
    names: dict[bytes, list[bytes]] = {}
    for item in items:
        folder, _, name = item.name.rpartition(b"/")
        names.setdefault(folder, []).append(name)
    parts = {
        (folder, name): part for folder, listed in names.items() for name, part in parts_of(listed).items()
    }

    def part_of(item: Item) -> Part | None:
        folder, _, name = item.name.rpartition(b"/")
        return parts.get((folder, name))

    return in_parts((item, part_of(item)) for item in items)


def _below(root: bytes, below: bytes) -> Iterator[tuple[bytes, os.stat_result]]:
    with os.scandir(os.path.join(root, below)) as entries:  # noqa: PTH118  names are bytes
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        path = below + b"/" + entry.name if below else entry.name
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode):
            yield from _below(root, path)
        else:
            yield path, found
