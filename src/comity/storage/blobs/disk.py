"""What the disk says, in our own words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from comity.kernel.errors import UnavailableError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what the system says of the disk within the block, or the function it decorates, into our errors.

    Raises:
        UnavailableError: ``blobs.full`` when there is no room; ``blobs.io`` for anything else.
    """
    try:
        yield
    except OSError as exc:
        if exc.errno in _NO_ROOM:
            raise UnavailableError(
                "blobs.full",
                "the disk of the packages is full",
                hint="make room on the disk; nothing of this step was stored",
            ) from exc
        raise UnavailableError(
            "blobs.io",
            f"the disk of the packages cannot be read or written: {exc.strerror}",
            hint="look at the disk and at who may write there; nothing of this step was stored",
        ) from exc
