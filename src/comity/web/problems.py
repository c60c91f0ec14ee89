"""What a page tells when the fault is ours."""

from typing import ClassVar

from comity.kernel.errors import ComityError


class BugError(ComityError):
    """A fault of this software; nothing of its cause is shown to a reader."""

    family: ClassVar[str] = "bug"

    def __init__(self) -> None:
        super().__init__("bug", "a fault of this software; nothing was half done")
