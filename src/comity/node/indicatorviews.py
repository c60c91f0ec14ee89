"""Statements and values as faces show them: named fields, without the object that came from outside."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evidence.limits import Limits
from comity.indicators.ports import Receiver
from comity.indicators.reports import FoundValue, Verdict
from comity.indicators.statements import Indicator, Publication, Retraction, Sighting, Source
from comity.kernel.clock import Instant
from comity.node.indicators import IndicatorPage
from comity.node.pulling import SourceView


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverView:
    """A receiver of TAXII and MISP; nothing of its key.

    Attributes:
        tlp: It receives nothing that goes less far.
        writes: Whether it may bring objects.
        revoked_at: Since when its key is no longer good; None while it is.
    """

    name: str
    tlp: str
    writes: bool
    made_at: Instant
    revoked_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDetails:
    """A server that is pulled; nothing of its secret but whether there is one.

    Attributes:
        pulled_at: When the last pull ended well; None for never.
        failed_at: When one failed last, with the code ``fault``; None for never.
    """

    name: str
    kind: str
    url: str
    collection: str
    user: str
    has_secret: bool
    has_certificates: bool
    pulled_at: Instant | None
    failed_at: Instant | None
    fault: str


def receiver_view(one: Receiver) -> ReceiverView:
    """Return a receiver as it is shown."""
    return ReceiverView(
        name=one.name,
        tlp=one.most_tlp.label,
        writes=one.writes,
        made_at=one.made_at,
        revoked_at=one.revoked_at,
    )


def source_details(one: SourceView) -> SourceDetails:
    """Return a server as it is shown."""
    record, state = one.record, one.state
    return SourceDetails(
        name=record.name,
        kind=record.kind.value,
        url=record.url,
        collection=record.collection,
        user=record.user,
        has_secret=bool(record.secret),
        has_certificates=bool(record.certificates),
        pulled_at=state.at or None,
        failed_at=state.failed_at or None,
        fault=state.fault,
    )
