"""Files and folders as sources of exhibits: walked in byte order, links and special files never followed."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from comity.evidence.errors import not_regular
from comity.evidence.exhibits import display_text
from comity.evidence.label import LeftOut
from comity.kernel.errors import MalformedError, NotFoundError

_SHOWN = 10
_KINDS = (
    (stat.S_ISLNK, "symlink"),
    (stat.S_ISFIFO, "fifo"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISBLK, "device"),
    (stat.S_ISCHR, "device"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One regular file of a source.

    Attributes:
        path: Where it is, undecodable bytes as surrogates.
        name: Its name, as bytes.
        folder: Folder below the source, the source's own name first; empty for a source that is a file.
    """

    path: str
    name: bytes
    folder: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was found below the sources, in the order of sealing."""

    files: tuple[SourceFile, ...]
    left_out: tuple[LeftOut, ...]


def walk(sources: tuple[bytes, ...], *, leave_out: bool) -> Sources:
    """Return the regular files of the sources, each folder in the order of its names' bytes.

    Args:
        sources: Paths of files and folders.
        leave_out: Whether links and special files are listed; refused when not.

    Raises:
        NotFoundError: ``seal.absent``.
        MalformedError: ``seal.not_regular``, naming the first ten; ``seal.nothing``: no file is there.
        OSError: a folder cannot be read.
    """
    files: list[SourceFile] = []
    left: list[LeftOut] = []
    for source in sources:
        path = os.fsdecode(source)
        # Each entry: where it is, its name, and the folder it is shown in; the last one is taken next.
        todo = [(path, os.fsencode(Path(path).absolute().name), b"")]
        while todo:
            path, name, folder = todo.pop()
            mode = _mode(path)
            if stat.S_ISDIR(mode):
                inside = folder + b"/" + name if folder else name
                with os.scandir(path) as entries:
                    found = [(entry.path, os.fsencode(entry.name), inside) for entry in entries]
                todo.extend(sorted(found, key=lambda item: item[1], reverse=True))
            elif stat.S_ISREG(mode):
                files.append(SourceFile(path=path, name=name, folder=folder))
            else:
                kind = next((word for is_kind, word in _KINDS if is_kind(mode)), "other")
                left.append(LeftOut(path=folder + b"/" + name if folder else name, reason=kind))
    if left and not leave_out:
        raise not_regular([item.display for item in left[:_SHOWN]], len(left))
    if not files:
        raise MalformedError(
            "seal.nothing",
            "there is no file in what is to be sealed",
            hint="name a file, or a folder that holds one",
            where=os.fsencode(sources[0]).decode("utf-8", "backslashreplace") if sources else "",
        )
    return Sources(files=tuple(files), left_out=tuple(left))


def _mode(path: str) -> int:
    try:
        return Path(path).lstat().st_mode
    except FileNotFoundError as exc:
        shown = display_text(os.fsencode(path))
        raise NotFoundError("seal.absent", "there is no such file or folder", where=shown) from exc
