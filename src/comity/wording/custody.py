"""Custody as a report in words: what the typesetter sets, in one or two of the languages of letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comity.kernel.clock import format_instant
from comity.kernel.errors import MalformedError
from comity.node.caseuco import ToldPackage
from comity.node.custodial import CustodyView
from comity.node.telling import ToldCustody
from comity.wording.letters import Words, WrittenLetter, WrittenRow, WrittenSection
from comity.wording.speech import say


class PrintCustody(Protocol):
    """Prints the custody of a case: what bootstrap hands to every face."""

    def __call__(self, told: ToldCustody, *, languages: str) -> bytes:
        """Return the report as PDF, in one or two languages joined by a comma; English where none is named.

        Raises:
            MalformedError: ``letter.language``.
            UnavailableError: without the extra ``letters`` or without a font.
        """
        ...


def custody_file(told: ToldCustody, form: str, *, language: str, printer: PrintCustody) -> tuple[bytes, str]:
    """Return the custody of a case as a file, and its media type.

    Args:
        told: The custody.
        form: ``case``, ``bagit`` or ``pdf``.
        language: One or two languages of the PDF; empty for English.
        printer: Prints.

    Raises:
        MalformedError: ``custody.format``.
    """
    if form == "case":
        return told.json_ld, "application/ld+json"
    if form == "bagit":
        return told.bag, "application/x-tar"
    if form == "pdf":
        return printer(told, languages=language), "application/pdf"
    raise MalformedError(
        "custody.format",
        f"custody is not written as {form[:20]!r}",
        hint="use case, bagit or pdf",
        where="format",
    )


def custody_report(told: ToldCustody, *, languages: tuple[str, ...], on: date) -> WrittenLetter:
    """Return the custody of a case in words.

    Args:
        told: The custody.
        languages: One or two of the languages in which letters are written, the leading one first.
        on: The day on which it is drawn up.

    Basis: ISO/IEC 27037
    """
    return _Clerk(told=told, languages=languages).write(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clerk:
    told: ToldCustody
    languages: tuple[str, ...]

    def write(self, on: date) -> WrittenLetter:
        return WrittenLetter(
            languages=self.languages,
            title=self._say("letter.custody.title"),
            subtitle=(_plain(self.told.case),),
            banner=self._say("letter.practice") if self.told.practice else (),
            drawn_up=self._say("letter.drawn_up", day=on.isoformat()),
            opening=self._say("letter.custody.opening"),
            blanks=(),
            sections=tuple(self._section(one) for one in self.told.packages),
            closing=self._say("letter.custody.closing"),
            signature=(),
            enclosures=None,
            footer=(f"{self.told.authority} · {self.told.case}",),
            page=self._say("letter.page"),
        )

    def _section(self, package: ToldPackage) -> WrittenSection:
        held = package.held
        rows = [self._row("bag", _plain(held.bag_root)), self._row("handling", _plain(held.handling))]
        parents = held.derived.parents if held.derived is not None else ()
        rows += [self._row("parent", _plain(parent)) for parent in parents]
        rows += [
            self._row("exhibit", _plain(f"{one.number}. {one.name}"), _plain(one.sha256))
            for one in package.exhibits
        ]
        for event in held.events:
            rows += self._event(event)
        return WrittenSection(title=self._say("letter.custody.package"), rows=tuple(rows))

    def _event(self, event: CustodyView) -> Iterator[WrittenRow]:
        head = tuple(
            Words(text=f"{event.number}. {words.text}", language=words.language)
            for words in self._say(f"letter.custody.step.{event.step}")
        )
        yield WrittenRow(names=head, head=True)
        yield self._row("at", _plain(format_instant(event.at)))
        yield self._row("officer", _plain(f"{event.officer} ({event.role}), {event.authority}"))
        more = event.more
        found = (
            ("reason", event.reason),
            ("operation", more.operation),
            ("to", more.to),
            ("place", event.place),
            ("tool", event.tool),
        )
        for name, text in found:
            if text:
                yield self._row(name, Words(text=text, language=_tongue(text)))
        for name, code in (("child", more.child), ("decision", more.decision), ("digest", event.digest)):
            if code:
                yield self._row(name, _plain(code))

    def _row(self, name: str, *values: Words) -> WrittenRow:
        return WrittenRow(
            names=self._say(f"letter.custody.{name}"), values=tuple((one,) for one in values), level=1
        )

    def _say(self, key: str, **parameters: str | int) -> tuple[Words, ...]:
        return tuple(
            Words(text=say(key, language=one, parameters=parameters), language=one) for one in self.languages
        )


def _plain(text: str) -> Words:
    return Words(text=text, language="")


def _tongue(text: str) -> str:
    """Return a language for the direction of a text that says none: Arabic script runs from the right."""
    return "ar" if any("\u0600" <= ch <= "\u06ff" for ch in text) else "en"
