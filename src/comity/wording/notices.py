"""A notice to take content out, in the language of its receiver: as a letter, or as text for a form.

Basis: 34(6)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comity.kernel.clock import Instant, to_datetime
from comity.kernel.errors import MalformedError
from comity.node.takedownviews import NoticeView
from comity.wording.catalogue import is_rtl
from comity.wording.letters import Words, WrittenLetter, WrittenRow, WrittenSection
from comity.wording.speech import say

SPOKEN = ("en", "fr", "ar", "es", "ru", "zh")
SUFFIXES = (".txt", ".pdf", ".docx")


class PrintNotice(Protocol):
    """Writes a notice: what bootstrap hands to every face."""

    def __call__(self, told: NoticeView, *, suffix: str, language: str) -> bytes:
        """Return the notice as a file.

        Raises:
            MalformedError: ``notice.suffix``, ``letter.language``.
            UnavailableError: PDF without the extra ``letters`` or without a font.
        """
        ...


def notice_language(told: NoticeView, wanted: str) -> str:
    """Return the language of a notice: the one wanted, else the first of the receiver's that is written here.

    Raises:
        MalformedError: ``letter.language``.
    """
    if wanted:
        if wanted not in SPOKEN:
            raise MalformedError(
                "letter.language",
                f"letters are not written in {wanted[:20]!r}",
                hint="use one of " + ", ".join(SPOKEN),
                where="language",
            )
        return wanted
    bases = [one.partition("-")[0].lower() for one in told.languages]
    return next((one for one in bases if one in SPOKEN), "en")


def require_suffix(suffix: str) -> str:
    """Return a suffix that notices have; raise MalformedError ``notice.suffix``."""
    if suffix not in SUFFIXES:
        raise MalformedError(
            "notice.suffix", f"a notice is no {suffix[:20]!r} file", hint="use " + ", ".join(SUFFIXES)
        )
    return suffix


def notice_letter(told: NoticeView, *, language: str, on: date) -> WrittenLetter:
    """Return a notice as a letter in one language."""
    return _Clerk(told=told, language=language).write(on)


def notice_text(told: NoticeView, *, language: str, on: date) -> str:
    """Return a notice as plain text, to be pasted into a form or a message."""
    letter = notice_letter(told, language=language, on=on)
    lines = [one.text for one in (*letter.title, *letter.banner, *letter.drawn_up, *letter.opening)]
    for section in letter.sections:
        lines += ["", section.title[0].text]
        for row in section.rows:
            values = "; ".join(words[0].text for words in row.values)
            # where words run from the right, what they name has a line of its own, and runs its own way
            between = ":\n" if is_rtl(language) else ": "
            name = row.names[0].text
            lines.append(f"- {name}{between}{_seen(values)}" if values else f"- {name}")
    return "\n".join((*lines, "", *(one.text for one in letter.closing), *letter.footer)) + "\n"


def _seen(text: str) -> str:
    """Return a text without signs that nobody sees, or that turn others."""
    return "".join(one if one.isprintable() else " " for one in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clerk:
    told: NoticeView
    language: str

    def write(self, on: date) -> WrittenLetter:
        told = self.told
        return WrittenLetter(
            languages=(self.language,),
            title=self._say(f"title.{told.step}"),
            subtitle=(Words(text=f"{told.office} · {told.takedown}", language=""),),
            banner=(_words("letter.practice", self.language),) if told.practice else (),
            drawn_up=(_words("letter.drawn_up", self.language, day=on.isoformat()),),
            opening=self._say(f"opening.{told.subject}"),
            blanks=(),
            sections=(
                self._section("content", self._content()),
                self._section("asked", self._asked()),
                self._section("law", self._law()),
            ),
            closing=self._say("closing"),
            signature=(),
            enclosures=None,
            footer=(f"{told.office} · {told.takedown}",),
            page=(_words("letter.page", self.language),),
        )

    def _content(self) -> Iterator[WrittenRow]:
        told = self.told
        for name, text in (
            ("receiver", told.to),
            ("url", told.url),
            ("host", told.host),
            ("ip", told.ip),
            ("service", told.service),
        ):
            if text:
                yield self._row(name, text)
        for digest in told.digests:
            yield self._row("digest", digest)
        if told.words:
            yield self._row("words", told.words)

    def _asked(self) -> Iterator[WrittenRow]:
        for name in ("remove", "identical", "keep", "answer", "contest"):
            yield WrittenRow(names=self._say(f"asked.{name}"))

    def _law(self) -> Iterator[WrittenRow]:
        told = self.told
        yield WrittenRow(names=self._say(f"law.{told.subject}"))
        if told.citation:
            yield self._row("citation", told.citation)
        if told.note:
            yield self._row("note", told.note)
        if told.due is not None:
            yield self._row("due", f"{to_datetime(Instant(told.due)):%Y-%m-%d %H:%M} UTC")
        else:
            yield WrittenRow(names=self._say("no_due"))

    def _section(self, name: str, rows: Iterator[WrittenRow]) -> WrittenSection:
        return WrittenSection(title=self._say(f"section.{name}"), rows=tuple(rows))

    def _row(self, name: str, text: str) -> WrittenRow:
        return WrittenRow(names=self._say(f"row.{name}"), values=((Words(text=text, language=""),),))

    def _say(self, key: str) -> tuple[Words, ...]:
        return (_words(f"letter.takedown.{key}", self.language),)


def _words(key: str, language: str, **parameters: str) -> Words:
    return Words(text=say(key, language=language, parameters=parameters), language=language)
