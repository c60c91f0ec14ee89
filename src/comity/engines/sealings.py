"""Sealings that survive a crash, as folders: the plan, the ciphertext so far, and a journal of marks.

    <room>/<name>/plan.json     what was ordered, and on which boot of the machine the work goes on
    <room>/<name>/<n>.journal   first line: file key and nonce, sealed to the store key; then the marks
    <room>/<name>/<n>.cipher    the ciphertext; beside the file it becomes where the plan names one

Files are for their owner only. Generation ``n`` + 1 is begun where sealing goes on under a new file key; the
older one goes once the newer holds as much.
"""

import base64
import fcntl
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from comity.engines.files import FileReader, fsync_folder, write_all
from comity.evidence.ports import HeldSealing
from comity.evidence.resuming import (
    SealingMark,
    SealingPlan,
    dump_mark,
    dump_plan,
    exhibit_count,
    parse_marks,
    parse_plan,
)
from comity.kernel import agefile
from comity.kernel.agefile import Identity
from comity.kernel.ageheader import MOST_HEADER
from comity.kernel.clock import Instant
from comity.kernel.entropy import Entropy
from comity.kernel.errors import ComityError, ConflictError, MalformedError, NotFoundError

_PLAN, _BOOT, _LOCK = "plan.json", "boot", "lock"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_SECRET_SIZE = 32
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_PLAN = 8 << 20


class FolderSealingRoom:
    """Sealings below a folder of the node.

    Args:
        root: The folder; made when it is needed.
        entropy: Seals the secrets.
        adopt: Takes a complete, durable file and the name of the blob it becomes, where a plan names no file.
    """

    def __init__(self, root: Path, *, entropy: Entropy, adopt: Callable[[Path, str], None]) -> None:
        self._root, self.entropy, self.adopt = root, entropy, adopt

    def begin(self, plan: SealingPlan, *, identity: Identity) -> "FolderSealing":
        """Make room for a sealing; raise ConflictError ``file.exists`` where its file is there already."""
        if plan.out and os.path.lexists(plan.out):
            raise _taken(plan.out)
        folder = self._root / plan.name
        folder.mkdir(mode=0o700, parents=True)
        lock = _locked(folder)
        _write_new(folder / _BOOT, _boot())
        _write_new(folder / _PLAN, dump_plan(plan))
        fsync_folder(folder)
        return FolderSealing(self, folder, plan, [identity], lock)

    def unfinished(self) -> tuple[SealingPlan, ...]:
        """Return the plans of those that no process works on, the oldest first."""
        found = []
        for folder in self._root.iterdir() if self._root.is_dir() else ():
            lock = _locked(folder)
            if lock < 0:
                continue
            os.close(lock)
            try:
                found.append(parse_plan((folder / _PLAN).read_bytes()[:_MOST_PLAN]))
            except (FileNotFoundError, ComityError):
                continue  # begun and not ordered: nothing was sealed
        return tuple(sorted(found, key=lambda plan: (plan.began, plan.name)))

    def ordered(self) -> tuple[Instant, ...]:
        """Return when those were ordered that are under way or interrupted, whoever works on them."""
        found = []
        for folder in self._root.iterdir() if self._root.is_dir() else ():
            try:
                found.append(parse_plan((folder / _PLAN).read_bytes()[:_MOST_PLAN]).began)
            except (FileNotFoundError, ComityError):
                continue
        return tuple(found)

    def resume(self, name: str, *, identities: Sequence[Identity]) -> "FolderSealing":
        """Return an interrupted sealing; see ``SealingRoom``."""
        folder = self._folder(name)
        lock = _locked(folder)
        if lock < 0:
            raise ConflictError(
                "seal.running",
                "another process is at this sealing",
                hint="wait for it, or end it",
                where=name,
            )
        plan = parse_plan((folder / _PLAN).read_bytes()[:_MOST_PLAN])
        return FolderSealing(self, folder, plan, identities, lock)

    def drop(self, name: str) -> None:
        """Remove a sealing with its ciphertext and its secret; harmless where it is gone."""
        try:
            folder = self._folder(name)
        except NotFoundError:
            return
        plan = parse_plan((folder / _PLAN).read_bytes()[:_MOST_PLAN])
        for path in _ciphers(folder, plan).values():
            path.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, name: str) -> Path:
        folder = self._root / name
        if not name.isalnum() or not (folder / _PLAN).is_file():
            raise NotFoundError(
                "seal.none_unfinished",
                "there is no interrupted sealing of this name",
                hint="'comity evidence resume' without a name tells which there are",
                where=name[:64],
            )
        return folder


class FolderSealing:
    """One sealing under way, locked by this process. See ``KeptSealing``."""

    def __init__(
        self,
        room: FolderSealingRoom,
        folder: Path,
        plan: SealingPlan,
        identities: Sequence[Identity],
        lock: int,
    ) -> None:
        self.plan = plan
        self._room, self._folder, self._identities = room, folder, tuple(identities)
        self._lock, self._cipher, self._journal = lock, -1, -1
        self._generation = 0

    def held(self) -> HeldSealing | None:
        """Return what there is of the generation that came furthest; the others go."""
        found = []
        for generation, cipher in _ciphers(self._folder, self.plan).items():
            read = self._read(generation)
            if read is not None:
                found.append((exhibit_count(read[1]), generation, read, cipher))
        if not found:
            return None
        _, generation, (secret, marks), cipher = max(found, key=lambda one: one[:2])
        reader = FileReader(cipher)
        front = bytearray(min(reader.size, MOST_HEADER + agefile.NONCE_SIZE))
        try:
            found_header = agefile.parse_header(bytes(front[: reader.read_into(memoryview(front), at=0)]))
            agefile.require_nonce(bytes(front[found_header.size :]))
        except MalformedError:
            reader.close()
            return None  # cut off before its first chunk
        certain = (self._folder / _BOOT).read_bytes() == _boot() != b""
        self._open(generation)
        return HeldSealing(secret=secret, marks=marks, cipher=reader, certain=certain)

    def keep(self, secret: bytes) -> None:
        """Begin a new generation."""
        taken = [*_ciphers(self._folder, self.plan), *_journals(self._folder)]
        self._close()
        self._generation = max(taken, default=0) + 1
        sealed = agefile.seal(secret, recipients=[self._identities[0].public], entropy=self._room.entropy)
        self._journal = os.open(self._path("journal"), _NEW, 0o600)
        write_all(self._journal, base64.b64encode(sealed) + b"\n")
        os.fsync(self._journal)
        self._cipher = os.open(_cipher(self._folder, self.plan, self._generation), _NEW, 0o600)
        fsync_folder(self._folder)
        (self._folder / _BOOT).write_bytes(_boot())

    def write(self, data: bytes | memoryview) -> None:
        """Append ciphertext."""
        write_all(self._cipher, data)

    def mark(self, mark: SealingMark) -> None:
        """Note how far the ciphertext reaches."""
        write_all(self._journal, dump_mark(mark))

    def commit(self, name: str) -> None:
        """Make the ciphertext durable under its file's name, or in the store.

        A sealing for the store stays until it is dropped, so that a crash before what follows loses nothing.
        """
        os.fsync(self._cipher)
        cipher = _cipher(self._folder, self.plan, self._generation)
        if self.plan.out:
            if os.path.lexists(self.plan.out):
                raise _taken(self.plan.out)
            target = Path(self.plan.out)
            cipher.rename(target)
            fsync_folder(target.parent)
            self._room.drop(self.plan.name)
        else:
            link = cipher.with_suffix(".whole")
            link.unlink(missing_ok=True)
            link.hardlink_to(cipher)
            self._room.adopt(link, name)

    def abort(self) -> None:
        """Let go, and leave everything to go on from; harmless after :meth:`commit`."""
        self._close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _read(self, generation: int) -> tuple[bytes, tuple[SealingMark, ...]] | None:
        try:
            first, _, marks = (self._folder / f"{generation}.journal").read_bytes().partition(b"\n")
            secret = agefile.open_sealed(
                base64.b64decode(first, validate=True), identities=self._identities, most_bytes=_SECRET_SIZE
            )
        except (FileNotFoundError, ValueError, ComityError):
            return None
        return (secret, parse_marks(marks)) if len(secret) == _SECRET_SIZE else None

    def _open(self, generation: int) -> None:
        self._close()
        self._generation = generation
        for other, path in _ciphers(self._folder, self.plan).items():
            if other != generation:
                path.unlink(missing_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._cipher = os.open(_cipher(self._folder, self.plan, generation), flags)
        self._journal = os.open(self._path("journal"), flags)
        _end_last_line(self._journal)

    def _path(self, ending: str) -> Path:
        return self._folder / f"{self._generation}.{ending}"

    def _close(self) -> None:
        for handle in (self._cipher, self._journal):
            if handle >= 0:
                os.close(handle)
        self._cipher = self._journal = -1


def _cipher(folder: Path, plan: SealingPlan, generation: int) -> Path:
    if not plan.out:
        return folder / f"{generation}.cipher"
    target = Path(plan.out)
    return target.with_name(f".{plan.name}.{generation}.part")


def _ciphers(folder: Path, plan: SealingPlan) -> dict[int, Path]:
    return {number: path for number in _journals(folder) if (path := _cipher(folder, plan, number)).is_file()}


def _journals(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("*.journal") if path.stem.isdecimal())


def _locked(folder: Path) -> int:
    """Return a handle that holds the lock of a sealing; -1 where another process holds it."""
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return -1
    return handle


def _boot() -> bytes:
    """Return what names this boot of the machine; empty where the system does not tell."""
    try:
        return _BOOT_ID.read_bytes().strip()
    except OSError:
        return b""


def _end_last_line(journal: int) -> None:
    """Cut a line that a crash left unfinished."""
    size = os.fstat(journal).st_size
    while size:
        back = min(size, 1 << 16)
        found = os.pread(journal, back, size - back).rfind(b"\n")
        if found >= 0:
            os.ftruncate(journal, size - back + found + 1)
            return
        size -= back


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, _NEW, 0o600)
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def _taken(out: str) -> ConflictError:
    return ConflictError(
        "file.exists",
        "there is a file of that name already",
        hint="name another file; nothing is overwritten",
        where=os.fsencode(out).decode("utf-8", "backslashreplace"),
    )
