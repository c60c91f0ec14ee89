"""What passed through a large file is let go: the system's memory of files stays with what is read again.

A package of many gibibytes would push everything else out of that memory, and each page of it would have to
be found anew, which on a virtual machine costs more than encrypting what it holds. Smaller files stay: they
are read again soon.
"""

import os

LARGE = 256 << 20
"""Bytes beyond which a file is not kept in memory."""
_STEP = 8 << 20


def let_go(handle: int, at: int, count: int) -> None:
    """Tell the system that so many bytes of an open file will not be read soon; they must be durable."""
    os.posix_fadvise(handle, at, count, os.POSIX_FADV_DONTNEED)


class ReadBehind:
    """Lets go of what was read of one file, in steps, where it is read from front to back.

    Args:
        handle: The open file.
        size: Its bytes.
    """

    __slots__ = ("_from", "_handle", "_large", "_upto")

    def __init__(self, handle: int, *, size: int) -> None:
        self._handle, self._large = handle, size > LARGE
        self._from = self._upto = 0

    def passed(self, at: int, count: int) -> None:
        """Note that so many bytes were read from there."""
        if not self._large:
            return
        if at != self._upto:
            self._from = at
        self._upto = at + count
        if self._upto - self._from >= _STEP:
            let_go(self._handle, self._from, self._upto - self._from)
            self._from = self._upto
