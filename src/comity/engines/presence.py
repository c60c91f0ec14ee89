"""The mark of a running process in a node's folder: it tells what is left behind from what is in use.

Each process that makes something unfinished in the folder has a file of its own in ``run/``, which it keeps
locked. The system lets go of the lock when the process ends, however it ends; so a name whose file is gone or
unlocked belongs to nobody any more. The locks are those of flock(2): they hold between the processes of one
machine, and between machines where the file system carries them.
"""

import fcntl
import os
import re
import secrets
import threading
from contextlib import suppress
from pathlib import Path

from comity.kernel.errors import UnavailableError

_NAME = re.compile(r"[0-9a-f]{16}")
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC


class Presence:
    """This process among the processes of a node. Safe to use from several threads.

    Args:
        folder: Where the marks are; made with the first one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()
        self._name = ""
        self._handle = -1

    @property
    def name(self) -> str:
        """The name of this process; the mark is made when somebody asks first.

        Raises:
            UnavailableError: ``node.presence``: the folder cannot be written, or keeps no locks.
        """
        with self._turn:
            while self._handle < 0:
                self._name, self._handle = self._marked()
            return self._name

    def is_live(self, name: str) -> bool:
        """Tell whether the process of that name still runs; what is no name of a process never does."""
        if _NAME.fullmatch(name) is None:
            return False
        try:
            handle = os.open(self._folder / name, _OLD)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:  # held by that process; or nobody can say
            return True
        finally:
            os.close(handle)
        return False

    def forget_dead(self) -> int:
        """Remove the marks of processes that ended, and return how many those were."""
        if not self._folder.is_dir():
            return 0
        return sum(self._forget(path) for path in sorted(self._folder.iterdir()))

    def close(self) -> None:
        """Take the mark away; a later look at the name makes another one."""
        with self._turn:
            if self._handle < 0:
                return
            (self._folder / self._name).unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1
            with suppress(OSError):  # somebody else is there
                self._folder.rmdir()

    def _marked(self) -> tuple[str, int]:
        """Return a new name and its locked file; no file if somebody took it for a dead one meanwhile."""
        name = secrets.token_hex(8)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._folder / name, _NEW, 0o600)
        except FileNotFoundError:  # whoever was the last has just removed the folder
            return name, -1
        except OSError as exc:
            raise _unavailable(exc) from exc
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle).st_nlink:
                os.write(handle, b"%d\n" % os.getpid())  # for whoever wants to know which process it is
                return name, handle
        except OSError as exc:
            os.close(handle)
            raise _unavailable(exc) from exc
        os.close(handle)
        return name, -1

    def _forget(self, path: Path) -> bool:
        try:
            handle = os.open(path, _OLD)
        except OSError:  # somebody else has just removed it
            return False
        try:
            # Removed under the lock: whoever made it just now and waits for the lock sees that it is gone.
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except OSError:
            return False
        finally:
            os.close(handle)
        return True


def _unavailable(exc: OSError) -> UnavailableError:
    return UnavailableError(
        "node.presence",
        f"this process cannot mark the node's folder as in use: {exc.strerror}",
        hint="the folder has to be writable, on a file system that keeps locks",
    )
