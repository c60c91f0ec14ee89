"""Texts as they are meant: defanged links made whole, letters that nobody sees left out, foreign digits read.

The way back to the written bytes is kept, so that every place told is a place in what came in.
"""

import re
from bisect import bisect_right

_DEFANGED = re.compile(
    rb"(?P<http>\b[hH][xX]{2}[pP](?=[sS]?(?:\[?:|://))|\bh\*\*p(?=s?:))"
    rb"|(?P<dot>\s?[\[({](?:\.|dot|DOT)[\])}]\s?)"
    rb"|(?P<at>\s?[\[({](?:@|at|AT)[\])}]\s?)"
    rb"|(?P<mark>\[:\](?://)?|\[://\]|:\[//\])"
)
_UNSEEN = (
    rb"\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf"
)
"""In UTF-8: soft hyphen, joiners, marks of direction and their overrides, spaces without width."""

_FOREIGN = re.compile(
    rb"(?P<unseen>" + _UNSEEN + rb")"
    rb"|(?P<wide>\xef(?:\xbc[\x81-\xbf]|\xbd[\x80-\x9e]))"
    rb"|(?P<digit>\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xe0\xa5[\xa6-\xaf])|" + _DEFANGED.pattern
)
_SEEN = re.compile(_UNSEEN)
_PLAIN = {"http": b"http", "dot": b".", "at": b"@", "mark": b"://"}


class Places:
    """Maps places of the plain text back to the written one."""

    def __init__(self) -> None:
        self._made, self._written = [0], [0]

    def note(self, made: int, written: int) -> None:
        """Say that a place of the plain text stands elsewhere in the written one."""
        self._made.append(made)
        self._written.append(written)

    def back(self, at: int) -> int:
        """Return where a place of the plain text stands in the written one."""
        found = bisect_right(self._made, at) - 1
        return self._written[found] + at - self._made[found]


def as_meant(data: bytes) -> tuple[bytes, Places]:
    """Return a text in UTF-8 as it is meant, and the way back."""
    places = Places()
    pieces: list[bytes] = []
    size = done = 0
    for match in (_DEFANGED if data.isascii() else _FOREIGN).finditer(data):
        plain = _plain(str(match.lastgroup), match.group())
        pieces += [data[done : match.start()], plain]
        size += match.start() - done + len(plain)
        done = match.end()
        places.note(size, done)
    return b"".join([*pieces, data[done:]]), places


def how_written(written: bytes) -> tuple[str, ...]:
    """Return remarks on how a value was written that is not as it is meant."""
    remarks = []
    if _DEFANGED.search(written):
        remarks.append("defanged")
    if _SEEN.search(written):
        remarks.append("hidden_letters")
    return tuple(remarks)


def _plain(what: str, written: bytes) -> bytes:
    if what == "unseen":
        return b""
    if what == "wide":
        return chr(ord(written.decode("utf-8")) - 0xFEE0).encode("ascii")
    if what == "digit":
        return b"%d" % _digit(written)
    return _PLAIN[what]


def _digit(written: bytes) -> int:
    import unicodedata

    return unicodedata.decimal(written.decode("utf-8"))
