"""How the command line speaks: the rules of this interface, and the few means to keep them.

* **stdout** carries the answer and nothing else. With ``--json`` it is exactly one JSON value in UTF-8 and a
  line feed, also when the answer is empty.
* **stderr** carries problems, questions (a passphrase) and progress. With ``--json`` a problem is one JSON
  object ``{"code","message","hint","where"}``. There is never a traceback.
* Exit 0 done, 1 a fault of ours, 2 not used as meant, 3 to 8 the families of errors, 130 interrupted.
  A judgement is an answer and exits 0; only ``verify`` says no, with 7.
* No colour and no movement: a line that was printed stays as it is; what reads well on paper reads well here.
* Times are RFC 3339 in UTC with a ``Z``, in every language; ids, codes and paragraphs are never translated.
* Columns are aligned by the width that letters have on a terminal, also in Arabic and for wide letters. In
  a language written from the right every value stands in a Unicode isolate, so that ids do not flip.
* Names from outside (a file name, a peer's text) are shown with control characters escaped, so that they
  cannot write to the terminal. In JSON a byte that is not UTF-8 is the lone surrogate of PEP 383, escaped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"ar"})
_HIDDEN = frozenset({"Mn", "Me", "Cf"})
_ESCAPED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_WIDE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_OPENS, _CLOSES = (
    "\u300a\uff08\u201c\u3010",
    "\u3001\u3002\u300b\uff0c\uff1a\uff1b\uff1f\uff01\uff09\u201d\u3011",
)
_PIECES = re.compile(f"[{_OPENS}]*(?:[{_WIDE}]|[^{_WIDE}{_OPENS}{_CLOSES}]+)?[{_CLOSES}]*")
# Marks that change the direction of what follows: in a name from outside they could disguise it.
_TURNS = frozenset(
    chr(point) for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command answers.

    Attributes:
        value: The JSON value, made of dicts, lists, strings, whole numbers, booleans and None.
        lines: The same for people, in their language.
        exit_code: 0, 7 where ``verify`` says no, or that of the first of several things that failed.
        told: Whether the answer stands on stdout already, so that nothing more is written.
    """

    value: object
    lines: tuple[str, ...] = ()
    exit_code: int = 0
    told: bool = False


def printable(text: str) -> str:
    """Return text from outside as one harmless line: control characters and direction marks are escaped."""
    return "".join(_escape(ch) if unicodedata.category(ch) in _ESCAPED or ch in _TURNS else ch for ch in text)


def width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(_columns(ch) for ch in text)


def table(rows: Iterable[Sequence[str]], *, indent: int = 0) -> tuple[str, ...]:
    """Return rows as lines with aligned columns, without trailing blanks."""
    kept = [tuple(row) for row in rows]
    count = max((len(row) for row in kept), default=0)
    widths = [
        max((width(row[place]) for row in kept if place < len(row)), default=0) for place in range(count)
    ]
    return tuple(
        (
            " " * indent
            + "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=False))
        ).rstrip()
        for row in kept
    )


def wrap(text: str, *, indent: int, hang: int = 0, columns: int = 96) -> tuple[str, ...]:
    """Return text broken at blanks, and between wide letters, into lines of at most ``columns``.

    Args:
        text: What is broken.
        indent: Blanks before each line.
        hang: Further blanks before each line but the first.
        columns: Most columns of a line; a longer word stands alone.
    """
    lines: list[str] = []
    line = ""
    for gap, word in _breakable(text):
        before = indent + (hang if lines else 0)
        if line and before + width(line) + len(gap) + width(word) > columns:
            lines.append(" " * before + line)
            line = word
        else:
            line = f"{line}{gap}{word}" if line else word
    before = indent + (hang if lines else 0)
    return (*lines, " " * before + line) if line else tuple(lines)


def _breakable(text: str) -> Iterator[tuple[str, str]]:
    """Return the pieces that a line may be broken before, each with the blank it follows, if any.

    Wide letters stand alone; closing marks stay with what they close, opening marks with what follows.
    Basis: Unicode UAX #14
    """
    for word in text.split():
        gap = " "
        for piece in filter(None, _PIECES.findall(word)):
            yield gap, piece
            gap = ""


def isolate(value: str, language: str) -> str:
    """Return a value fit to stand in a sentence: isolated where the language is written from the right."""
    return f"{_ISOLATE}{value}{_END}" if value and language in _RIGHT_TO_LEFT else value


def write_json(stream: TextIO, value: object) -> None:
    """Write one JSON value and a line feed; only what UTF-8 cannot carry is escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    stream.write("".join(f"\\u{ord(ch):04x}" if "\ud800" <= ch <= "\udfff" else ch for ch in text) + "\n")
    stream.flush()


def write_lines(stream: TextIO, lines: Iterable[str]) -> None:
    """Write lines of text."""
    for line in lines:
        stream.write(_harmless(line) + "\n")
    stream.flush()


def _harmless(line: str) -> str:
    return "".join(
        _escape(ch) if unicodedata.category(ch) in {"Cc", "Cs"} and ch != "\n" else ch for ch in line
    )


def _escape(ch: str) -> str:
    point = ord(ch)
    if ch == "\n":
        return "\\n"
    if 0xDC80 <= point <= 0xDCFF:
        return f"\\x{point - 0xDC00:02x}"
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"


def _columns(ch: str) -> int:
    if ch < "\u0300":
        return 1
    if unicodedata.category(ch) in _HIDDEN:
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1
