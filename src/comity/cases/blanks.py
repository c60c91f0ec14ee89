"""Forms of named texts: what a record asks for, and how an answer in words becomes a value.

Every face fills the same form: a command by NAME=VALUE, a page by fields, a program by an object of texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from comity.kernel.clock import read_instant
from comity.kernel.errors import MalformedError

MOST_TEXT = 20_000
"""Characters of one answer."""


class Answer(StrEnum):
    """How an answer is read."""

    TEXT = "text"
    PROSE = "prose"
    CHOICE = "choice"
    NUMBER = "number"
    AMOUNT = "amount"
    TIME = "time"
    FLAG = "flag"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One thing that is asked.

    Attributes:
        name: Member of the record that it becomes.
        answer: How it is read; an amount stays a text, since its unit is known elsewhere.
        needed: Whether a record without it is refused.
        choices: Of a choice.
        secret: Whether it stands on no command line, in no list and in no log.
    """

    name: str
    answer: Answer = Answer.TEXT
    needed: bool = False
    choices: tuple[str, ...] = ()
    secret: bool = False


def filled(blanks: Sequence[Blank], values: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a form; what was left empty is left out.

    Raises:
        MalformedError: ``blank.unknown``, ``blank.missing``, ``blank.value``.
    """
    known = {one.name: one for one in blanks}
    for name in values:
        if name not in known:
            raise MalformedError(
                "blank.unknown",
                f"{name[:40]!r} is not asked here",
                hint="asked are " + ", ".join(known),
                where=name[:40],
            )
    given = {name: text.strip() for name, text in values.items() if text.strip()}
    for one in blanks:
        if one.needed and one.name not in given:
            raise MalformedError("blank.missing", f"{one.name} is needed and was left empty", where=one.name)
    return {name: _read(known[name], text) for name, text in given.items()}


def _read(blank: Blank, text: str) -> Any:
    if len(text) > MOST_TEXT or "\0" in text:
        raise _unread(blank, f"one line of text of at most {MOST_TEXT} characters")
    match blank.answer:
        case Answer.CHOICE:
            if text not in blank.choices:
                raise _unread(blank, "one of " + ", ".join(blank.choices))
            return text
        case Answer.FLAG:
            if text not in ("yes", "no"):
                raise _unread(blank, "yes or no")
            return text == "yes"
        case Answer.NUMBER:
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                raise _unread(blank, "a whole number")
            return int(text)
        case Answer.TIME:
            return _time(blank, text)
        case Answer.LIST:
            return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())
        case Answer.TEXT:
            return " ".join(text.split())
        case Answer.PROSE | Answer.AMOUNT:
            return text


def _time(blank: Blank, text: str) -> int:
    try:
        return int(read_instant(text))
    except ValueError as exc:
        raise _unread(blank, "a day as 2026-01-31 or a moment as 2026-01-31T09:00:00Z") from exc


def _unread(blank: Blank, wanted: str) -> MalformedError:
    return MalformedError(
        "blank.value", f"{blank.name} cannot be read", hint=f"write {wanted}", where=blank.name
    )
