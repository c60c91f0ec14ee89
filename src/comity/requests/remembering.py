"""What was found in a text, remembered by the digest of the text.

A form is checked again after each change, and each check reads every text of it for words and concepts; all
texts but one are then those of the check before. No text is kept, only what kinds of things it speaks of.
"""

import hashlib
from collections.abc import Callable
from typing import Generic, TypeVar

Found = TypeVar("Found")

MOST = 4096
"""Findings that are kept at once: some forty forms."""


class Remembered(Generic[Found]):
    """Findings by text, the same for the same text; all are forgotten when there are too many."""

    def __init__(self, most: int = MOST) -> None:
        """Keep at most so many findings."""
        self._most = most
        self._found: dict[tuple[bytes, str], Found] = {}

    def of(self, text: str, find: Callable[[], Found], *, beside: str = "") -> Found:
        """Return what was found in a text before, or find it.

        Args:
            text: The text.
            find: What finds it; its answer hangs on nothing but the text and ``beside``.
            beside: What the answer hangs on beside the text; no text of a form.
        """
        name = (hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).digest(), beside)
        known = self._found.get(name)
        if known is None:
            known = find()
            if len(self._found) >= self._most:
                self._found.clear()
            self._found[name] = known
        return known
