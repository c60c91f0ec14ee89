"""What the Convention says, in our own words, and how sure we are: read from packaged data when first asked.

The summaries are no substitute for the authentic text. A fact marked *recalled* was not seen in a source
about this Convention; a correction is a change to ``data/convention.json`` alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from comity.kernel.errors import NotFoundError
from comity.kernel.packaged import packaged_bytes
from comity.treaty.articles import Reference, is_reference, parse_reference

DATA = "data/convention.json"


class Mark(StrEnum):
    """Whether a source about this Convention states the fact, or it was recalled."""

    CONFIRMED = "confirmed"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One rule of the Convention.

    Attributes:
        ref: Where it stands, e.g. ``42(3)``.
        rule: Letter that tells apart several rules of one paragraph; no part of the treaty's numbering.
        summary: The rule in our own words, in English.
        force: ``shall``, ``may``, ``may refuse`` and so on.
        actor: Who is bound or entitled.
        mark: Confirmed or recalled.
        ground: Kind of evidence behind the mark, a key of :func:`grounds`.
        sources: Keys of :func:`sources`.
        subparagraphs: Letters that the paragraph lists inside its text.
        safeguard: Whether it protects persons.
        caveat: What part of the rule is less sure than its mark says; empty when nothing is.
    """

    ref: str
    rule: str
    summary: str
    force: str
    actor: str
    mark: Mark
    ground: str
    sources: tuple[str, ...]
    subparagraphs: tuple[str, ...]
    safeguard: bool
    caveat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of an offence, or what a State may add to narrow or widen it.

    Attributes:
        code: Its name within the article.
        role: ``conduct``, ``object``, ``result``, ``circumstance``, ``mental``, ``subject``, or of an option
            ``limit``, ``exclusion``, ``extension``, ``reservation``, ``option``.
        required: Whether the offence has it by the text; False for what a State may choose.
        text: What it says, in English; the catalogues say ``element.<article>.<code>`` in six languages.
        alternatives: Of which one is enough; empty where there is one only.
        mark: Confirmed or recalled.
    """

    code: str
    role: str
    required: bool
    text: str
    alternatives: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article; ``numbering`` says how sure its paragraph numbers are: high, medium or low."""

    number: int
    chapter: str
    title: str
    title_mark: Mark
    subject: str
    numbering: str
    parent: str
    notes: str
    paragraphs: tuple[Paragraph, ...]
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that the Convention fixes; ``bound`` says in which direction it binds."""

    ref: str
    what: str
    value: str
    unit: str
    bound: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact was read."""

    key: str
    what: str
    address: str
    strength: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A reservation, declaration or option that the text foresees."""

    ref: str
    nature: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something that a Party tells the Secretary-General, and when."""

    ref: str
    what: str
    when: str


def article(number: int) -> Article:
    """Return an article by its number; raise NotFoundError outside 1 to 68."""
    found = _articles().get(number)
    if found is None:
        raise NotFoundError(
            "treaty.article", f"the Convention has no article {number}", hint="it has articles 1 to 68"
        )
    return found


def articles() -> tuple[Article, ...]:
    """Return all articles in order."""
    return tuple(_articles().values())


def exists(ref: str) -> bool:
    """Tell whether the text refers to an article, paragraph or listed subparagraph that is known here."""
    return is_reference(ref) and str(parse_reference(ref)) in _index()


def paragraphs(ref: str) -> tuple[Paragraph, ...]:
    """Return the rules at a reference: its own, those inside it, or those of the paragraph that lists it.

    Raises:
        MalformedError: not written as a reference.
        NotFoundError: no such place.
    """
    place: Reference | None = parse_reference(ref)
    if str(place) not in _index():
        raise NotFoundError(
            "treaty.paragraph", f"the Convention has no {ref}, as far as its text is known here"
        )
    while place is not None:
        if found := _index()[str(place)]:
            return found
        place = place.parent
    return ()


def mark(ref: str) -> Mark:
    """Return whether a place is confirmed: when every rule found there is, without a caveat.

    Errors as :func:`paragraphs`.
    """
    sure = all(p.mark is Mark.CONFIRMED and not p.caveat for p in paragraphs(ref))
    return Mark.CONFIRMED if sure else Mark.RECALLED


def convention_offences() -> tuple[int, ...]:
    """Return the articles that establish offences, participation included. Basis: 7, 19(1)"""
    return tuple(_data()["convention_offences"])


def figures() -> tuple[Figure, ...]:
    """Return every number that the Convention fixes."""
    return tuple(
        Figure(
            ref=row["ref"],
            what=row["what"],
            value=str(row["value"]),
            unit=row["unit"],
            bound=row["bound"],
            mark=Mark(row["mark"]),
        )
        for row in _data()["numbers"]
    )


def declarations() -> tuple[Declaration, ...]:
    """Return the reservations, declarations and options that the text foresees."""
    return tuple(
        Declaration(ref=row["ref"], nature=row["type"], mark=Mark(row["mark"]))
        for row in _data()["declarations"]
    )


def sources() -> tuple[Source, ...]:
    """Return the sources that the marks rest on."""
    return tuple(
        Source(key=key, what=row["what"], address=row["url"], strength=row["strength"])
        for key, row in _data()["sources"].items()
    )


def notifications() -> tuple[Notification, ...]:
    """Return what the text asks a Party to tell the Secretary-General."""
    return tuple(
        Notification(ref=row["ref"], what=row["what"], when=row["when"]) for row in _data()["notifications"]
    )


def grounds() -> Mapping[str, str]:
    """Return what each kind of evidence behind a mark means, in English."""
    return dict(_data()["grounds"])


@cache
def _data() -> Any:
    return json.loads(packaged_bytes("comity.treaty", DATA))


@cache
def _articles() -> dict[int, Article]:
    return {row["number"]: _article(row) for row in _data()["articles"]}


def _article(row: dict[str, Any]) -> Article:
    return Article(
        number=row["number"],
        chapter=row["chapter"],
        title=row["title"],
        title_mark=Mark(row["title_mark"]),
        subject=row["subject"],
        numbering=row["numbering"],
        parent=row.get("parent", ""),
        notes=row.get("notes", ""),
        paragraphs=tuple(
            Paragraph(
                ref=p["ref"],
                rule=p.get("rule", ""),
                summary=p["summary"],
                force=p["force"],
                actor=p["actor"],
                mark=Mark(p["mark"]),
                ground=p["ground"],
                sources=tuple(p["sources"]),
                subparagraphs=tuple(p.get("subparagraphs", ())),
                safeguard=p.get("safeguard", False),
                caveat=p.get("partly_recalled", ""),
            )
            for p in row["paragraphs"]
        ),
        elements=tuple(_element(e, row) for e in row.get("elements", ())),
    )


def _element(row: dict[str, Any], article: dict[str, Any]) -> Element:
    """Return an element; it is as sure as the least sure paragraph of its article."""
    sure = all(p["mark"] == "confirmed" and not p.get("partly_recalled") for p in article["paragraphs"])
    return Element(
        code=row["code"],
        role=row["role"],
        required=row["required"],
        text=row["text"],
        alternatives=tuple(row.get("alternatives", ())),
        mark=Mark.CONFIRMED if sure else Mark.RECALLED,
    )


@cache
def _index() -> dict[str, tuple[Paragraph, ...]]:
    """Return every known place with the rules inside it; a listed letter has none of its own."""
    places: dict[str, list[Paragraph]] = {}
    for row in articles():
        places.setdefault(str(row.number), [])
        for rule in row.paragraphs:
            place: Reference | None = parse_reference(rule.ref)
            while place is not None:
                places.setdefault(str(place), []).append(rule)
                place = place.parent
            for letter in rule.subparagraphs:
                places.setdefault(f"{rule.ref}({letter})", [])
    return {ref: tuple(rules) for ref, rules in places.items()}
