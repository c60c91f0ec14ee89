"""Files, folders and streams as sources of exhibits: walked in byte order, links never followed."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from comity.engines.imagesets import beside, parts_of
from comity.evidence.errors import not_regular
from comity.evidence.exhibits import Part, display_text
from comity.evidence.label import LeftOut
from comity.kernel.errors import MalformedError, NotFoundError

STREAM = b"-"
"""The source that is standard input."""

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
    """One regular file of a source, or the stream.

    Attributes:
        path: Where it is, undecodable bytes as surrogates.
        name: Its name, as bytes.
        folder: Folder below the source, the source's own name first; empty for a source that is a file.
        size: Bytes when it was found; 0 for the stream.
        part: Which part of an image it is.
    """

    path: str
    name: bytes
    folder: bytes
    size: int = 0
    part: Part | None = None

    @property
    def is_stream(self) -> bool:
        """Whether its length is not known before it ends."""
        return os.fsencode(self.path) == STREAM

    @property
    def display(self) -> str:
        """Its path below the source in characters that are safe to show."""
        return display_text(self.folder + b"/" + self.name if self.folder else self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was found below the sources, in the order of sealing."""

    files: tuple[SourceFile, ...]
    left_out: tuple[LeftOut, ...]


def walk(sources: tuple[bytes, ...], *, leave_out: bool) -> Sources:
    """Return the regular files of the sources, each folder in the order of its names' bytes.

    A file that is the first part of an image brings the later parts beside it.

    Args:
        sources: Paths of files and folders; ``-`` for standard input.
        leave_out: Whether links and special files are listed; refused when not.

    Raises:
        NotFoundError: ``seal.absent``.
        MalformedError: ``seal.not_regular``, naming the first ten; ``seal.nothing``: no file is there;
            ``seal.two_streams``: ``-`` stands twice.
        OSError: a folder cannot be read.
    """
    files: list[SourceFile] = []
    left: list[LeftOut] = []
    if sources.count(STREAM) > 1:
        raise MalformedError("seal.two_streams", "standard input can be a source once", where="-")
    known: dict[str, dict[bytes, Part]] = {}
    for source in _with_later_parts(sources):
        _walk_one(source, files, left, known)
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


def _walk_one(
    source: bytes, files: list[SourceFile], left: list[LeftOut], known: dict[str, dict[bytes, Part]]
) -> None:
    if source == STREAM:
        files.append(SourceFile(path="-", name=b"stream", folder=b""))
        return
    path = os.fsdecode(source)
    own = os.fsencode(Path(path).absolute().name)
    # Each entry: where it is, its name, the folder it is shown in, its part; the last one is taken next.
    todo: list[tuple[str, bytes, bytes, Part | None]] = [(path, own, b"", _part_of_file(path, known))]
    while todo:
        path, name, folder, part = todo.pop()
        found = _found(path)
        if stat.S_ISDIR(found.st_mode):
            inside = folder + b"/" + name if folder else name
            with os.scandir(path) as entries:
                names = sorted(((os.fsencode(entry.name), entry.path) for entry in entries), reverse=True)
            parts = parts_of(name for name, _ in names)
            todo.extend((where, name, inside, parts.get(name)) for name, where in names)
        elif stat.S_ISREG(found.st_mode):
            files.append(SourceFile(path=path, name=name, folder=folder, size=found.st_size, part=part))
        else:
            kind = next((word for is_kind, word in _KINDS if is_kind(found.st_mode)), "other")
            left.append(LeftOut(path=folder + b"/" + name if folder else name, reason=kind))


def _with_later_parts(sources: tuple[bytes, ...]) -> list[bytes]:
    """Return the sources, each first part of an image followed by the parts beside it that nobody named."""
    named = {os.path.abspath(source) for source in sources}  # noqa: PTH100
    found: list[bytes] = []
    for source in sources:
        found.append(source)
        if source != STREAM and Path(os.fsdecode(source)).is_file():
            later = [os.fsencode(path) for path in beside(os.fsdecode(source))]
            found.extend(path for path in later if path not in named)
    return found


def _part_of_file(path: str, known: dict[str, dict[bytes, Part]]) -> Part | None:
    """Return which part a file is that was named itself, judged by what lies beside it."""
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100
    if not Path(path).is_file():
        return None
    if folder not in known:
        with os.scandir(folder) as entries:
            known[folder] = parts_of(os.fsencode(entry.name) for entry in entries)
    return known[folder].get(os.fsencode(name))


def _found(path: str) -> os.stat_result:
    try:
        return Path(path).lstat()
    except FileNotFoundError as exc:
        shown = display_text(os.fsencode(path))
        raise NotFoundError("seal.absent", "there is no such file or folder", where=shown) from exc
