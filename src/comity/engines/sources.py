"""Files, folders and streams as sources of exhibits: walked in byte order, links never followed."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

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


class SourceFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One regular file of a source, or the stream.

    Attributes:
        path: Where it is, undecodable bytes as surrogates.
        name: Its name, as bytes.
        folder: Folder below the source, the source's own name first; empty for a source that is a file.
        part: Which part of an image it is.
    """

    path: str
    name: bytes
    folder: bytes
    part: Part | None = None

    @property
    def is_stream(self) -> bool:
        """Whether its length is not known before it ends."""
        return self.path == "-"

    @property
    def display(self) -> str:
        """Its path below the source in characters that are safe to show."""
        return display_text(self.folder + b"/" + self.name if self.folder else self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was found below the sources, in the order of sealing.

    Attributes:
        files: The regular files and the stream; made anew each time they are gone through.
        left_out: Links and special files.
        total: Bytes of the files when they were found; streams not counted.
    """

    files: "FoundFiles"
    left_out: tuple[LeftOut, ...]
    total: int


class FoundFiles(Iterable[SourceFile]):
    """Regular files, kept as the names of each folder: a tree may hold millions."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, bytes, bytes]] = []
        self._parts: dict[tuple[str, bytes], Part] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, at: str, folder: bytes, names: list[bytes], parts: Mapping[bytes, Part]) -> None:
        """Add files of one folder that follow one another.

        Args:
            at: Where the folder is.
            folder: The folder as it is shown; empty for files that are sources themselves.
            names: Of the files.
            parts: Which of them are parts of an image.
        """
        if names:
            self._runs.append((at, folder, b"/".join(names)))
            self._parts.update({(at, name): parts[name] for name in names if name in parts} if parts else {})
            self._count += len(names)

    def __iter__(self) -> Iterator[SourceFile]:
        for at, folder, names in self._runs:
            if not at:
                yield SourceFile(path=os.fsdecode(STREAM), name=b"stream", folder=b"")
                continue
            front = at if at.endswith(os.sep) else at + os.sep
            for name, text in zip(names.split(b"/"), os.fsdecode(names).split("/"), strict=True):
                part = self._parts.get((at, name)) if self._parts else None
                yield SourceFile(path=front + text, name=name, folder=folder, part=part)


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
    if sources.count(STREAM) > 1:
        raise MalformedError("seal.two_streams", "standard input can be a source once", where="-")
    found = _Walk()
    for source in _with_later_parts(sources):
        found.source(source)
    left = found.left
    if left and not leave_out:
        raise not_regular([item.display for item in left[:_SHOWN]], len(left))
    if not found.files:
        raise MalformedError(
            "seal.nothing",
            "there is no file in what is to be sealed",
            hint="name a file, or a folder that holds one",
            where=os.fsencode(sources[0]).decode("utf-8", "backslashreplace") if sources else "",
        )
    return Sources(files=found.files, left_out=tuple(left), total=found.total)


class _Walk:
    def __init__(self) -> None:
        self.files, self.total = FoundFiles(), 0
        self.left: list[LeftOut] = []
        self._known: dict[str, dict[bytes, Part]] = {}

    def source(self, source: bytes) -> None:
        """Take one source."""
        if source == STREAM:
            self.files.add("", b"", [STREAM], {})
            return
        path = os.fsdecode(source)
        name = os.fsencode(Path(path).absolute().name)
        found = _found(path)
        if stat.S_ISDIR(found.st_mode):
            self._folders(path, name)
        elif stat.S_ISREG(found.st_mode):
            self.total += found.st_size
            folder = os.path.dirname(path) or os.curdir  # noqa: PTH120  paths with undecodable bytes
            part = _part_of_file(path, self._known)
            self.files.add(folder, b"", [os.fsencode(os.path.basename(path))], {name: part} if part else {})  # noqa: PTH119
        else:
            self._leave_out(found.st_mode, name)

    def _folders(self, path: str, shown: bytes) -> None:
        """Take a folder with all that is below it; the folders on the way down stand in ``open_now``."""
        open_now = [(path, shown, self._scanned(path, shown))]
        while open_now:
            at, folder, rest = open_now[-1]
            below = next(rest, None)
            if below is None:
                open_now.pop()
            else:
                inside = os.path.join(at, os.fsdecode(below))  # noqa: PTH118
                open_now.append((inside, folder + b"/" + below, self._scanned(inside, folder + b"/" + below)))

    def _scanned(self, at: str, folder: bytes) -> Iterator[bytes]:
        """Take the files of one folder and yield its folders, each where its name falls."""
        names, others = list[bytes](), dict[bytes, int]()
        with os.scandir(os.fsencode(at)) as entries:
            for entry in entries:
                name = entry.name
                names.append(name)
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(found.st_mode):
                    self.total += found.st_size
                else:
                    others[name] = found.st_mode
        names.sort()
        parts, begun = parts_of(names), 0
        if not others:
            self.files.add(at, folder, names, parts)
            return
        for place, name in enumerate(names):
            if name not in others:
                continue
            self.files.add(at, folder, names[begun:place], parts)
            begun = place + 1
            if stat.S_ISDIR(others[name]):
                yield name
            else:
                self._leave_out(others[name], folder + b"/" + name)
        self.files.add(at, folder, names[begun:], parts)

    def _leave_out(self, mode: int, shown: bytes) -> None:
        kind = next((word for is_kind, word in _KINDS if is_kind(mode)), "other")
        self.left.append(LeftOut(path=shown, reason=kind))


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
