"""The Convention, its status and its entry into force as values for people and programs.

A day that is known only as an interval is ``{earliest, latest}``; one that is known is a date; one that is
not reached is null. Every face shows these same values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from comity.treaty.articles import Reference, parse_reference
from comity.treaty.book import Book, Difference, Taken
from comity.treaty.citing import address, cited_by, references_in
from comity.treaty.convention import (
    Declaration,
    Element,
    Figure,
    Notification,
    Paragraph,
    article,
    declarations,
    figures,
    notifications,
    paragraphs,
    sources,
)
from comity.treaty.force import Day, Depositor, Force
from comity.treaty.standing import ORGANIZATIONS, Event, EventKind
from comity.treaty.statements import Statement, statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Two days between which an event lies, both included."""

    earliest: date
    latest: date


When = date | Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphView:
    """A paragraph with its address and the places that it names."""

    ref: str
    address: str
    rule: str
    summary: str
    force: str
    actor: str
    mark: str
    ground: str
    sources: tuple[str, ...]
    subparagraphs: tuple[str, ...]
    safeguard: bool
    caveat: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article, whole or in part; ``place`` is what was asked for, ``title`` in the language asked for."""

    article: int
    place: str
    title: str
    title_mark: str
    chapter: str
    subject: str
    numbering: str
    notes: str
    paragraphs: tuple[ParagraphView, ...]
    elements: tuple[Element, ...]
    numbers: tuple[Figure, ...]
    declarations: tuple[Declaration, ...]
    notifications: tuple[Notification, ...]
    cited_by: tuple[str, ...]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositView:
    """A depositor: what, when, and from when it is bound."""

    event: str
    deposited: When
    counted: bool
    supposed: bool
    bound_from: When
    bound_until: date | None
    mark: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceView:
    """How the Convention stands on a day; see :class:`comity.treaty.force.Force`."""

    on: date
    in_force: bool
    counted: int
    counted_at_most: int
    needed: int
    date: When
    parties: Mapping[str, DepositView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionView:
    """An objection to a statement."""

    party: str
    on: When
    effect: str
    source: str
    withdrawn: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A statement of a Party: the label is its own, the sort is ours."""

    sort: str
    label: str
    provision: str
    effect: str
    made: When
    in_effect_from: When
    withdrawn: date | None
    confirmation: str
    objections: tuple[ObjectionView, ...]
    objections_until: date | None
    mark: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What a Party notified: place and content."""

    provision: str
    effect: str
    on: When
    mark: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """What one Party did towards the Convention up to a day."""

    organization: bool
    signature: When
    consent: DepositView | None
    statements: tuple[StatementView, ...]
    notifications: tuple[NoticeView, ...]
    denounced: When


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """The status on a day: counts, and every Party that did something."""

    on: date
    signatories: int
    force: ForceView
    parties: Mapping[str, PartyView]
    imports: tuple[Taken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One line of a difference."""

    change: str
    party: str
    event: str
    provision: str
    before: When
    after: When


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """What a page of the depositary changes, or changed."""

    file: str
    sha256: str
    applied: bool
    changes: tuple[ChangeView, ...]
    kept: int
    unread: tuple[tuple[str, str], ...]


def article_view(place: Reference, *, title: str = "") -> ArticleView:
    """Return an article, or a part of it; raise NotFoundError where there is no such place."""
    one = article(place.article)
    rules = one.paragraphs if place == Reference(article=place.article) else paragraphs(str(place))
    keys = {key for rule in rules for key in rule.sources}
    number = place.article
    return ArticleView(
        article=number,
        place=str(place),
        title=title or one.title,
        title_mark=one.title_mark.value,
        chapter=one.chapter,
        subject=one.subject,
        numbering=one.numbering,
        notes=one.notes,
        paragraphs=tuple(_paragraph(rule) for rule in rules),
        elements=one.elements,
        numbers=tuple(row for row in figures() if _of(row.ref, number)),
        declarations=tuple(row for row in declarations() if _of(row.ref, number)),
        notifications=tuple(row for row in notifications() if _of(row.ref, number)),
        cited_by=cited_by(number),
        sources={row.key: row.what for row in sources() if row.key in keys},
    )


def force_view(found: Force) -> ForceView:
    """Return how the Convention stands."""
    return ForceView(
        on=found.on,
        in_force=found.in_force,
        counted=found.counted,
        counted_at_most=found.counted_at_most,
        needed=found.needed,
        date=when(found.since),
        parties={one.party: _deposit(one) for one in found.depositors},
    )


def status_view(events: Iterable[Event], found: Force, *, book: Book) -> StatusView:
    """Return the status; the events are those up to the day, as ``found`` was reckoned from them."""
    told = tuple(events)
    deposits: dict[str, Depositor] = {one.party: one for one in found.depositors}
    parties = sorted({one.party for one in told})
    said = statements(told)
    return StatusView(
        on=found.on,
        signatories=len({one.party for one in told if one.event is EventKind.SIGNATURE}),
        force=force_view(found),
        parties={
            party: _party(party, told, tuple(s for s in said if s.party == party), deposits)
            for party in parties
        },
        imports=book.taken,
    )


def import_view(found: Difference, *, applied: bool) -> ImportView:
    """Return what an import changes; ``applied`` tells whether it did."""
    taken = found.book.taken[-1]
    return ImportView(
        file=taken.name,
        sha256=taken.sha256,
        applied=applied,
        changes=tuple(
            ChangeView(
                change=line.change.value,
                party=line.event.party,
                event=line.event.event.value,
                provision=line.event.provision,
                before=None if line.before is None else _days(line.before),
                after=None if line.after is None else _days(line.after),
            )
            for line in found.changes
        ),
        kept=len(found.lines) - len(found.changes),
        unread=tuple((one.reason, one.text) for one in found.unread),
    )


def when(day: Day | None) -> When:
    """Return a day, an interval, or nothing."""
    if day is None:
        return None
    return day.exact or Interval(earliest=day.earliest, latest=day.latest)


def _days(one: Event) -> When:
    return when(Day(earliest=one.first, latest=one.on))


def _of(ref: str, number: int) -> bool:
    return parse_reference(ref).article == number


def _paragraph(rule: Paragraph) -> ParagraphView:
    return ParagraphView(
        ref=rule.ref,
        address=address(rule.ref),
        rule=rule.rule,
        summary=rule.summary,
        force=rule.force,
        actor=rule.actor,
        mark=rule.mark.value,
        ground=rule.ground,
        sources=rule.sources,
        subparagraphs=rule.subparagraphs,
        safeguard=rule.safeguard,
        caveat=rule.caveat,
        names=tuple(ref for ref in references_in(rule.summary) if ref != rule.ref),
    )


def _deposit(one: Depositor) -> DepositView:
    return DepositView(
        event=one.event.value,
        deposited=when(one.deposited),
        counted=one.counted,
        supposed=one.supposed,
        bound_from=when(one.bound_from),
        bound_until=one.bound_until,
        mark=one.mark.value,
        source=one.source,
    )


def _party(
    party: str, told: tuple[Event, ...], said: tuple[Statement, ...], deposits: Mapping[str, Depositor]
) -> PartyView:
    own = [one for one in told if one.party == party]
    deposit = deposits.get(party)
    signed = next((one for one in own if one.event is EventKind.SIGNATURE), None)
    left = next((one for one in own if one.event is EventKind.DENUNCIATION), None)
    return PartyView(
        organization=party in ORGANIZATIONS,
        signature=None if signed is None else _days(signed),
        consent=None if deposit is None else _deposit(deposit),
        statements=tuple(_statement(one, deposit) for one in said),
        notifications=tuple(
            NoticeView(
                provision=one.provision,
                effect=one.effect,
                on=_days(one),
                mark=one.mark.value,
                source=one.source,
            )
            for one in own
            if one.event is EventKind.NOTIFICATION
        ),
        denounced=None if left is None else _days(left),
    )


def _statement(one: Statement, deposit: Depositor | None) -> StatementView:
    bound = None if deposit is None else deposit.bound_from
    from_day = None
    if bound is not None:
        from_day = Day(
            earliest=max(bound.earliest, one.made.earliest), latest=max(bound.latest, one.made.latest)
        )
    return StatementView(
        sort=one.sort.value,
        label=one.label,
        provision=one.provision,
        effect=one.effect,
        made=when(one.made),
        in_effect_from=when(from_day),
        withdrawn=one.withdrawn,
        confirmation=one.confirmation.value,
        objections=tuple(
            ObjectionView(
                party=o.party, on=when(o.on), effect=o.effect, source=o.source, withdrawn=o.withdrawn
            )
            for o in one.objections
        ),
        objections_until=one.objections_until,
        mark=one.mark.value,
        source=one.source,
    )
