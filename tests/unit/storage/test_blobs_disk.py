"""A full disk under packages on their way: our own words, and nothing stays of the step."""

import errno
import os

import pytest

from comity.kernel.errors import UnavailableError
from comity.storage.blobs.disk import told_plainly


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "blobs.full"),
        (errno.EDQUOT, "blobs.full"),
        (errno.EFBIG, "blobs.full"),
        (errno.EIO, "blobs.io"),
    ],
)
def test_what_the_system_says_becomes_ours(number: int, code: str) -> None:
    with pytest.raises(UnavailableError) as caught, told_plainly():
        raise OSError(number, os.strerror(number), "/a/path/of/this/machine")
    assert caught.value.code == code
    assert "/a/path" not in str(caught.value)
    assert caught.value.hint


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="ours"), told_plainly():
        raise ValueError("ours")
