"""Statements and values as faces show them: named fields, without the object that came from outside."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evidence.limits import Limits
from comity.indicators.reports import FoundValue, Verdict
from comity.indicators.statements import Indicator, Publication, Retraction, Sighting, Source
from comity.kernel.clock import Instant
from comity.node.indicators import IndicatorPage


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One version of a statement.

    Attributes:
        tlp: As TLP 2.0 writes it.
        pap: Empty where nobody said.
    """

    id: str
    type: str
    value: str
    networks: tuple[str, ...]
    confidence: int
    tlp: str
    pap: str
    limits: Limits | None
    author: str
    created: Instant
    modified: Instant
    valid_from: Instant
    valid_until: Instant | None
    labels: tuple[str, ...]
    family: str
    note: str
    published: Publication | None
    retracted: Retraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """Some statements; ``after`` is where the next page begins, 0 at the end."""

    indicators: tuple[StatementView, ...]
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorView:
    """A statement with its versions, the newest first; where it was found, and when it was seen again."""

    versions: tuple[StatementView, ...]
    sources: tuple[Source, ...]
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueView:
    """One value of a report, with its first place and what was decided of it."""

    type: str
    value: str
    networks: tuple[str, ...]
    confidence: int
    role: str
    part: str
    offset: int
    written: str
    remarks: tuple[str, ...]
    places: int
    verdict: Verdict | None


def view_of(one: Indicator) -> StatementView:
    """Return a version of a statement."""
    return StatementView(
        id=one.id,
        type=one.kind.value,
        value=one.value,
        networks=one.networks,
        confidence=one.confidence,
        tlp=one.tlp.label,
        pap=one.pap.value if one.pap else "",
        limits=one.limits,
        author=one.author,
        created=one.created,
        modified=one.modified,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        labels=one.labels,
        family=one.family,
        note=one.note,
        published=one.published,
        retracted=one.retracted,
    )


def page_view(page: IndicatorPage) -> PageView:
    """Return a page of statements."""
    return PageView(indicators=tuple(map(view_of, page.indicators)), after=page.after)


def statement_view(versions: Sequence[Indicator], seen: Sequence[Sighting]) -> IndicatorView:
    """Return a statement with all that is known of it here."""
    return IndicatorView(
        versions=tuple(map(view_of, versions)), sources=versions[0].sources, sightings=tuple(seen)
    )


def value_views(values: Sequence[FoundValue]) -> tuple[ValueView, ...]:
    """Return the values of a report."""
    return tuple(
        ValueView(
            type=one.first.kind.value,
            value=one.first.value,
            networks=one.first.networks,
            confidence=one.first.confidence,
            role=one.first.role.value,
            part=one.first.where.part,
            offset=one.first.where.offset,
            written=one.first.where.written,
            remarks=one.first.remarks,
            places=one.places,
            verdict=one.verdict,
        )
        for one in values
    )
