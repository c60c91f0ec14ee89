"""Drafting notes: for each gap what the Convention asks, what the law says, what to add, what stays open.

Drafts in our own words for the State's own lawyers. Nobody has signed them, and they say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from comity.law.gapviews import GapsView, GapView, LineView
from comity.law.lacks import RESERVATION
from comity.treaty.convention import exists, paragraphs
from comity.wording.gapreport import basis_said
from comity.wording.lawlines import add_said, found_said
from comity.wording.letters import Words, WrittenLetter, WrittenRow, WrittenSection
from comity.wording.paragraphs import summary_said
from comity.wording.reports import Speaker

_TOLD = frozenset({"gap", "weak", "excess"})
_MOST_ASKED = 4


def gap_notes(view: GapsView, *, language: str, on: date) -> WrittenLetter:
    """Return drafting notes in one of the languages of pages."""
    return _Drafter(view=view, to=Speaker(language=language)).write(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drafter:
    view: GapsView
    to: Speaker

    def write(self, on: date) -> WrittenLetter:
        sections = tuple(self._sections())
        opening = f"{basis_said(self.view, self.to)}\n{self.to.say('report.notes.opening')}"
        if not sections:
            opening += "\n" + self.to.say("report.notes.nothing")
        return WrittenLetter(
            languages=(self.to.language,),
            title=self._words(self.to.say("report.notes.title", party=self.view.country)),
            subtitle=self._words(self.to.say("report.gaps.subtitle")),
            banner=self._words(self.to.say("report.banner")),
            drawn_up=self._words(self.to.say("letter.drawn_up", day=on.isoformat())),
            opening=self._words(opening),
            blanks=(),
            sections=sections,
            closing=self._words(self.to.say("report.notes.closing")),
            signature=(),
            enclosures=None,
            footer=(f"{self.view.country} · A/RES/79/243",),
            page=self._words(self.to.say("letter.page")),
        )

    def _sections(self) -> Iterator[WrittenSection]:
        for one in self.view.articles:
            told = [line for line in one.lines if line.weight in _TOLD or line.code == "element.reserved"]
            if told:
                number = self.to.say("letter.article", article=str(one.article))
                title = f"{number[:1].upper()}{number[1:]} – {self.to.say(f'article.{one.article}')}"
                yield WrittenSection(
                    title=self._words(title),
                    rows=tuple(row for line in told for row in self._rows(one, line)),
                )
        if self.view.excess:
            yield WrittenSection(
                title=self._words(self.to.say("report.gaps.excess")), rows=tuple(self._excess())
            )

    def _rows(self, one: GapView, line: LineView) -> Iterator[WrittenRow]:
        to = self.to
        elements = tuple(e.element for e in one.elements)
        yield WrittenRow(names=self._words(found_said(line, language=to.language)), head=True)
        yield self._row("asked", *self._asked(line.basis))
        cited: list[tuple[Words, ...]] = [(_code(", ".join(line.provisions)),)] if line.provisions else []
        if line.note:
            cited.append((Words(text=line.note, language=self._own()),))
        if one.candidates:
            ranked = ", ".join(found.reference for found in one.candidates)
            cited.append(self._words(to.say("report.notes.by_ranking", provisions=ranked)))
        if cited:
            yield self._row("now", *cited)
        yield self._row("add", self._words(add_said(line, language=to.language, elements=elements)))
        if line.leaves and line.code.partition(".")[0] in ("element", "article"):
            yield self._row("left", *self._left(line.leaves))

    def _excess(self) -> Iterator[WrittenRow]:
        for one in self.view.excess:
            line = LineView(
                code="excess.reaches",
                weight="excess",
                article=6,
                subject=one.right,
                basis=one.basis,
                address="",
                mark="",
                facts=(),
                leaves=(),
                provisions=(one.reference,),
                note=one.note,
            )
            yield WrittenRow(names=(_code(one.reference),), head=True)
            yield self._row("found", self._words(found_said(line, language=self.to.language)))
            if one.note:
                yield self._row("now", (Words(text=one.note, language=self._own()),))
            yield self._row("asked", *self._asked(one.basis))
            yield self._row("add", self._words(add_said(line, language=self.to.language)))

    def _asked(self, place: str) -> Iterator[tuple[Words, ...]]:
        """Yield the place and what it says, rule by rule, and whether it is sure."""
        rules = paragraphs(place)[:_MOST_ASKED] if exists(place) else ()
        yield (_code(place),)
        for rule in rules:
            text, language = summary_said(rule, language=self.to.language)
            yield (Words(text=text, language=language),)
        if any(rule.mark.value == "recalled" for rule in rules):
            yield self._words(self.to.say("report.notes.recalled"))

    def _left(self, places: Iterable[str]) -> Iterator[tuple[Words, ...]]:
        for place in places:
            kind = "reservation" if place == RESERVATION else "option"
            yield self._words(self.to.say(f"report.notes.left.{kind}", place=place))
            for rule in paragraphs(place)[:_MOST_ASKED] if exists(place) else ():
                text, language = summary_said(rule, language=self.to.language)
                yield (Words(text=text, language=language),)

    def _row(self, code: str, *values: tuple[Words, ...]) -> WrittenRow:
        return WrittenRow(
            names=self._words(self.to.say(f"report.notes.{code}")), values=tuple(values), level=1
        )

    def _words(self, text: str) -> tuple[Words, ...]:
        return (Words(text=text, language=self.to.language),)

    def _own(self) -> str:
        return "en" if self.view.profile is None else self.view.profile.language


def _code(text: str) -> Words:
    return Words(text=text, language="")
