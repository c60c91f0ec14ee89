"""The depositary's page on a treaty: its table of participants and its statements, read as dated events.

A page is what an engine found in the XML; nothing in it is trusted to be well formed. What cannot be read is
told and left out, never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from comity.kernel.errors import MalformedError
from comity.kernel.ids import PartyCode
from comity.treaty.naming import parties_in, party_named
from comity.treaty.openings import Confidence
from comity.treaty.pagewords import (
    column_of,
    dates_in,
    label_in,
    places_in,
    speaks_of_confirmation,
    speaks_of_signature,
)
from comity.treaty.standing import CONSENTS, Event, EventKind
from comity.treaty.statements import Sort, sort_of

MOST_EFFECT = 8000
_SIGN = re.compile(r":\s|\s[–—-]\s")
_TAGS = re.compile(r"<(superscript|sup|footnote)>.*?</\1>|<[^<>]{1,80}>", re.IGNORECASE | re.DOTALL)
_NOTES = re.compile(r"(?<=[^\W\d])\s*[0-9]{1,2}(?:\s*,\s*[0-9]{1,2})*\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an XML file of the depositary holds.

    Attributes:
        title: Title of the treaty; empty where the file has none.
        columns: Heads of the table of participants.
        rows: Its rows, cell by cell.
        texts: Texts of the sections behind it, in order: name of the section, and the text.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What of the page is left out: ``reason`` is a code of the catalogue, ``text`` what stands there."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page as events, and what was left out."""

    events: tuple[Event, ...]
    unread: tuple[Unread, ...]


def clean(text: str) -> str:
    """Return a text of the page on one line, without the marks of footnotes that it carries."""
    return " ".join(_TAGS.sub("", text).split())


def read_page(page: Page, *, source: str) -> Reading:
    """Return what a page says as events.

    Args:
        page: The page.
        source: What every event names as its source.

    Raises:
        MalformedError: ``treaty.columns``: the table has no column of participants, or says nothing else.
    """
    return _Reader(page=page, source=source, events=[], unread=[]).read()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    page: Page
    source: str
    events: list[Event]
    unread: list[Unread]

    def read(self) -> Reading:
        kinds = [column_of(clean(head)) for head in self.page.columns]
        if not kinds or not any(kinds[1:]):
            raise MalformedError(
                "treaty.columns",
                "the file has no table of participants with signatures or instruments",
                hint="take the XML of the treaty's own page at the depositary",
            )
        for row in self.page.rows:
            self._row(row, kinds)
        for section, participant, text in self._blocks():
            self._statement(section, participant, text)
        return Reading(events=tuple(self.events), unread=tuple(self.unread))

    def _leave(self, reason: str, text: str) -> None:
        self.unread.append(Unread(reason=reason, text=text[:200]))

    def _row(self, row: tuple[str, ...], kinds: list[dict[str, EventKind]]) -> None:
        name = _NOTES.sub("", clean(row[0])) if row else ""
        if not name:
            return
        party = party_named(name)
        if party is None:
            self._leave("name", name)
            return
        for cell, codes in zip(row[1:], kinds[1:], strict=False):
            for found in dates_in(clean(cell)):
                kind = codes.get(found.code)
                if found.day is None or kind is None:
                    self._leave("cell", f"{name}: {clean(cell)}")
                elif found.bracketed:
                    self._leave("bracketed", f"{name}: {clean(cell)}")
                else:
                    self._add(party, kind, found.day)
            if clean(cell) and codes and not dates_in(clean(cell)):
                self._leave("cell", f"{name}: {clean(cell)}")

    def _add(
        self,
        party: PartyCode,
        kind: EventKind,
        on: date,
        *,
        provision: str = "",
        effect: str = "",
        label: str = "",
        against: str = "",
    ) -> None:
        made = Event(
            party=party,
            event=kind,
            on=on,
            provision=provision,
            against=against,
            label=label,
            effect=effect,
            mark=Confidence.CONFIRMED,
            source=self.source,
        )
        if made not in self.events:
            self.events.append(made)

    def _blocks(self) -> Iterator[tuple[str, str, str]]:
        """Yield section, participant and text; a text that is a Party's name opens that Party's block."""
        section, name, told = "", "", list[str]()
        for where, text in (*((s, clean(t)) for s, t in self.page.texts), ("", "")):
            who, rest = _opening(text)
            if (where != section or who) and name and told:
                yield section, name, "\n".join(told)
            if where != section or who:
                name, told = who, [rest] if rest else []
            elif text and name:
                told.append(text)
            section = where

    def _day_of(self, party: PartyCode, *, signature: bool) -> date | None:
        kinds = {EventKind.SIGNATURE} if signature else CONSENTS
        return max((e.on for e in self.events if e.party == party and e.event in kinds), default=None)

    def _statement(self, section: str, name: str, text: str) -> None:
        party = party_named(name)
        if party is None:
            return
        objects = "objection" in section
        stated = next((one.day for one in dates_in(text.partition("\n")[0]) if one.day), None)
        if objects:
            stated = stated or next((one.day for one in dates_in(text) if one.day), None)
        on = stated or self._day_of(party, signature=speaks_of_signature(text))
        on = on or self._day_of(party, signature=True)
        if on is None:
            self._leave("undated", f"{name}: {text}")
            return
        effect, label = text[:MOST_EFFECT], label_in(text)
        places = places_in(text) or ("",)
        if objects:
            self._object(party, on, places, effect=effect, label=label, text=text)
            return
        for place in places:
            kind = _kind_of(section, place, label)
            self._add(party, kind, on, provision=place, effect=effect, label=label)
            consent = self._day_of(party, signature=False)
            if speaks_of_confirmation(text) and consent is not None:
                self._add(party, EventKind.CONFIRMATION, consent, provision=place)

    def _object(
        self, party: PartyCode, on: date, places: tuple[str, ...], *, effect: str, label: str, text: str
    ) -> None:
        others = [one for one in parties_in(text) if one != party]
        if not others:
            self._leave("against", f"{party}: {text}")
            return
        for place in places:
            self._add(
                party, EventKind.OBJECTION, on, provision=place, against=others[0], effect=effect, label=label
            )


def _opening(text: str) -> tuple[str, str]:
    """Return the Party whose block a text opens, and what it says already; empty where it opens none."""
    whole = _NOTES.sub("", text)
    if party_named(whole) is not None:
        return whole, ""
    sign = _SIGN.search(text)
    name = "" if sign is None else _NOTES.sub("", text[: sign.start()])
    if sign is None or party_named(name) is None:
        return "", ""
    return name, text[sign.end() :].strip()


def _kind_of(section: str, place: str, label: str) -> EventKind:
    if "notification" in section:
        return EventKind.NOTIFICATION
    reserves = "reserv" in label.lower() or "réserve" in label.lower() or sort_of(place) is Sort.FORESEEN
    return EventKind.RESERVATION if reserves else EventKind.DECLARATION
