"""Uploads and pieces of work as folders: whoever asks, in whichever process, sees the same."""

import fcntl
import json
import os
import re
import secrets
import shutil
import stat
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.engines import disktar
from comity.engines.presence import Presence
from comity.kernel.clock import Clock, Instant
from comity.kernel.errors import (
    ComityError,
    ConflictError,
    MalformedError,
    NotFoundError,
    UnavailableError,
)
from comity.kernel.ids import OfficerName
from comity.node.working import FAILED, LOST, READY, RUNNING, Room, UploadView, WorkFile, WorkView

MOST_UPLOAD = 64 << 30
MOST_UPLOADS = 100
MOST_WORKS = 20
AT_ONCE = 2
KEPT_SECONDS = 3600.0
UPLOAD_SECONDS = 24 * 3600.0
_PORTION = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_STATE, _FILES = "state.json", "files"
_UP, _WORK = "up", "work"


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """Fulfils ``Room`` with a folder."""

    path: str

    def pack(self, folder: str, *, name: str) -> None:
        """Make one archive of a folder's files, and remove the folder."""
        Path(folder).mkdir(exist_ok=True)
        disktar.pack(Path(folder), Path(self.path) / name)
        shutil.rmtree(folder)

    def unpack(self, archive: str, *, to: str) -> None:
        """Write the plain files of an uploaded archive into a new folder."""
        disktar.unpack(Path(archive), Path(to))


class FolderWorkroom:
    """Fulfils ``Workroom`` below a folder of the node that nobody else reads.

    Args:
        root: The folder; made when it is needed.
        presence: This process among those of the node.
        clock: Tells when something began.
        report: Takes one line about a fault of ours.
    """

    def __init__(
        self, root: Path, presence: Presence, *, clock: Clock, report: Callable[[str], None]
    ) -> None:
        self._root = root
        self._presence = presence
        self._clock = clock
        self._report = report
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def begin(
        self, owner: OfficerName, *, kind: str, about: str, do: Callable[[Room], Mapping[str, Any]]
    ) -> WorkView:
        """Do something in a thread of its own."""
        self.sweep()
        if len(self.works(owner)) >= MOST_WORKS or not self._turns.acquire(blocking=False):
            raise UnavailableError(
                "work.full", "too much is being done already", hint="fetch or drop what is ready, or wait"
            )
        work = secrets.token_hex(16)
        state: dict[str, Any] = {
            "owner": owner,
            "kind": kind,
            "about": about,
            "began": int(self._clock.now()),
            "process": self._presence.name,
            "state": RUNNING,
        }
        try:
            folder = self._made(_WORK, work)
            _write_state(folder, state)
            threading.Thread(target=self._run, args=(folder, state, do), name="work", daemon=True).start()
        except BaseException:
            self._turns.release()
            raise
        return self.work(owner, work)

    def _run(self, folder: Path, state: dict[str, Any], do: Callable[[Room], Mapping[str, Any]]) -> None:
        try:
            done: dict[str, Any] = {"state": READY, "result": dict(do(WorkFolder(str(folder / _FILES))))}
        except ComityError as error:
            done = {"state": FAILED, "problem": dict(error.problem())}
        except OSError as error:
            done = {"state": FAILED, "problem": _problem("work.io", f"a file failed: {error.strerror}")}
        except Exception as error:  # noqa: BLE001  the edge of a thread: told without a traceback
            self._report(f"work: {type(error).__name__}")
            done = {"state": FAILED, "problem": _problem("bug", "a fault of this software")}
        finally:
            self._turns.release()
        if done["state"] == FAILED:
            shutil.rmtree(folder / _FILES, ignore_errors=True)
        with suppress(FileNotFoundError):  # it was swept meanwhile
            _write_state(folder, {**state, **done})

    def work(self, owner: OfficerName, work: str) -> WorkView:
        """Return a piece of work as it stands now."""
        folder, state = self._state(_WORK, work, owner)
        shown = state["state"]
        if shown == RUNNING and not self._presence.is_live(str(state["process"])):
            shown = LOST
        files = _files(folder / _FILES)
        return WorkView(
            work=work,
            kind=state["kind"],
            about=state["about"],
            began=Instant(state["began"]),
            state=shown,
            bytes=sum(size for _, size in files),
            result=state.get("result", {}),
            problem=state.get("problem", {}),
            files=tuple(
                WorkFile(number=number, name=path.name, size=size)
                for number, (path, size) in enumerate(files, start=1)
            )
            if shown == READY
            else (),
        )

    def works(self, owner: OfficerName) -> tuple[WorkView, ...]:
        """Return all of an officer's, newest first."""
        found = []
        for path in self._all(_WORK):
            try:
                found.append(self.work(owner, path.name))
            except NotFoundError:
                continue
        return tuple(sorted(found, key=lambda one: (-one.began, one.work)))

    def chunks(self, owner: OfficerName, work: str, number: int, *, at: int, most: int) -> Iterator[bytes]:
        """Yield a stretch of a file."""
        folder, _ = self._state(_WORK, work, owner)
        files = _files(folder / _FILES)
        if not 1 <= number <= len(files) or self.work(owner, work).state != READY:
            raise NotFoundError("work.file", "there is no such file of this work", where=str(number))
        return _stretch(files[number - 1][0], at, most)

    def drop(self, owner: OfficerName, work: str) -> None:
        """Throw a piece of work away with all its files."""
        folder, _ = self._state(_WORK, work, owner)
        if self.work(owner, work).state == RUNNING:
            raise ConflictError("work.running", "it is still being done", hint="wait until it is ready")
        shutil.rmtree(folder, ignore_errors=True)

    def new_upload(self, owner: OfficerName, *, name: str) -> UploadView:
        """Make room for a file."""
        self.sweep()
        mine = [path for path in self._all(_UP) if _read_state(path).get("owner") == owner]
        if len(mine) >= MOST_UPLOADS:
            raise UnavailableError("upload.full", "too many uploads wait", hint="drop what is not needed")
        upload = secrets.token_hex(16)
        folder = self._made(_UP, upload)
        safe = _safe(name)
        (folder / _FILES / safe).touch(mode=0o600)
        _write_state(folder, {"owner": owner, "name": safe})
        return UploadView(upload=upload, name=safe, size=0)

    def upload(self, owner: OfficerName, upload: str) -> UploadView:
        """Return how much of it is here."""
        path = Path(self.path(owner, upload))
        return UploadView(upload=upload, name=path.name, size=path.stat().st_size)

    async def append(
        self, owner: OfficerName, upload: str, chunks: AsyncIterator[bytes], *, at: int
    ) -> UploadView:
        """Append what arrives; what arrived is kept even where the rest does not come."""
        path = Path(self.path(owner, upload))
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            size = _locked(handle, at)
            pending = bytearray()
            async for chunk in chunks:
                size += len(chunk)
                if size > MOST_UPLOAD:
                    raise MalformedError("upload.size", f"an upload has at most {MOST_UPLOAD} bytes")
                pending += chunk
                if len(pending) >= _PORTION:
                    _write_all(handle, pending)
                    pending.clear()
            _write_all(handle, pending)
            os.fsync(handle)
        except OSError as exc:
            raise UnavailableError("upload.io", f"the upload cannot be kept: {exc.strerror}") from exc
        finally:
            os.close(handle)
        return self.upload(owner, upload)

    def take(self, owner: OfficerName, path: str, *, name: str) -> UploadView:
        """Take over a file that lies in the node's own room already."""
        made = self.new_upload(owner, name=name)
        Path(path).replace(self.path(owner, made.upload))
        return self.upload(owner, made.upload)

    def path(self, owner: OfficerName, upload: str) -> str:
        """Return where an upload lies."""
        folder, state = self._state(_UP, upload, owner)
        return str(folder / _FILES / str(state["name"]))

    def drop_upload(self, owner: OfficerName, upload: str) -> None:
        """Throw an upload away."""
        folder, _ = self._state(_UP, upload, owner)
        shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> int:
        """Remove work that is older than an hour and no longer done, and uploads older than a day."""
        now, removed = time.time(), 0
        for path in self._all(_WORK):
            state = _read_state(path)
            live = state.get("state") == RUNNING and self._presence.is_live(str(state.get("process")))
            lost = state.get("state") == RUNNING and not live
            if lost or (not live and now - _changed(path, now) > KEPT_SECONDS):
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
        for path in self._all(_UP):
            if now - _changed(path, now) > UPLOAD_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
        return removed

    def _all(self, family: str) -> list[Path]:
        folder = self._root / family
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def _made(self, family: str, name: str) -> Path:
        folder = self._root / family / name
        try:
            folder.mkdir(mode=0o700, parents=True)
            (folder / _FILES).mkdir(mode=0o700)
        except OSError as exc:
            raise UnavailableError("work.io", f"no room for the work: {exc.strerror}") from exc
        return folder

    def _state(self, family: str, name: str, owner: OfficerName) -> tuple[Path, dict[str, Any]]:
        """Return folder and state; another officer's is as absent as one that never was."""
        folder = self._root / family / name
        state = _read_state(folder) if _ID.fullmatch(name) else {}
        if state.get("owner") == owner:
            return folder, state
        if family == _WORK:
            raise NotFoundError("work.absent", "there is no such work of this officer", where=name[:64])
        raise NotFoundError("upload.absent", "there is no such upload of this officer", where=name[:64])


def beginning(path: str, most: int) -> bytes:
    """Return the first bytes of a file, at most so many; raise UnavailableError ``upload.io``."""
    try:
        with Path(path).open("rb") as file:
            return file.read(most)
    except OSError as exc:
        raise UnavailableError("upload.io", f"the upload cannot be read: {exc.strerror}") from exc


def _locked(handle: int, at: int) -> int:
    """Return the size of an upload that nobody else appends to; raise ConflictError otherwise."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise ConflictError("upload.busy", "something is being appended already") from exc
    size = os.fstat(handle).st_size
    if size != at:
        raise ConflictError(
            "upload.offset", f"{size} bytes of it are here", hint=f"send the rest with at={size}", where="at"
        )
    return size


def _write_all(handle: int, data: bytearray) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    rest.release()


def _write_state(folder: Path, state: Mapping[str, Any]) -> None:
    aside = folder / f".{secrets.token_hex(4)}"
    aside.write_text(json.dumps(state), encoding="utf-8")
    aside.replace(folder / _STATE)


def _read_state(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _changed(folder: Path, now: float) -> float:
    try:
        return max([folder.stat().st_mtime, *(found.st_mtime for _, found in _below(folder))])
    except OSError:
        return now


def _files(folder: Path) -> list[tuple[Path, int]]:
    """Return the plain files below a folder with their sizes; the work may be removing them meanwhile."""
    return sorted((path, found.st_size) for path, found in _below(folder) if stat.S_ISREG(found.st_mode))


def _below(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield what lies below a folder; what goes away while it is looked at is left out."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            with suppress(FileNotFoundError):
                yield path, path.lstat()


def _stretch(path: Path, at: int, most: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(at)
        while most > 0 and (chunk := file.read(min(_PORTION, most))):
            most -= len(chunk)
            yield chunk


def _safe(name: str) -> str:
    """Return the last step of a file name, without anything a file system or a reader would stumble over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(ch for ch in last if ch.isprintable()).strip().lstrip(".")
    return kept.encode("utf-8", "ignore")[:200].decode("utf-8", "ignore") or "file"


def _problem(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message, "hint": "", "where": ""}
