"""Statements as they are kept, the places of their values, and what all of them join.

A statement bears its first places; each further one is a row of its own, so that a value that thousands of
messages hold loses none of them, and none makes a version of the statement.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from comity.indicators.campaigns import Grouping, Ignores
from comity.indicators.errors import no_indicator
from comity.indicators.kinds import Kind
from comity.indicators.marks import Tlp
from comity.indicators.ports import PLACES, STATEMENTS, Shared, Value, Wanted
from comity.indicators.statements import Indicator, Source, named_uuid, parse_indicator
from comity.indicators.warnings import Warnings, gives_mailboxes
from comity.kernel.clock import Instant
from comity.kernel.ids import AuthorityId
from comity.node.indicatorrows import found_by, statement_row
from comity.node.ports import Transaction

MOST_BORNE = 20
"""Places that a statement bears itself."""
PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a statement that it does not bear itself."""

    indicator: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePage:
    """Some places of a statement.

    Attributes:
        after: Where the next page begins; 0 at the end.
    """

    places: tuple[Source, ...]
    after: int


_encoder = msgspec.json.Encoder()
_places = msgspec.json.Decoder(Place)


def add_statements(
    tx: Transaction, authority: AuthorityId, indicators: Iterable[Indicator], *, at: Instant
) -> tuple[str, ...]:
    """Keep versions of statements and return the ids of those that are new."""
    rows = [statement_row(authority, one, at=at) for one in indicators]
    values = [found_by(one) for _, one in rows]
    added = tx.sharing.add_shared([row for row, _ in rows], values=values)
    return tuple(one.object_id for one in added)


def named(tx: Transaction, authority: AuthorityId, name: str) -> Indicator:
    """Return the statement with an id or with a value; raise NotFoundError ``indicators.absent``."""
    rows = tx.sharing.shared(authority, STATEMENTS, Wanted(ids=(name,), most=1))
    rows = rows or tx.sharing.with_value(authority, STATEMENTS, text=name, most=2)
    if len(rows) != 1:
        raise no_indicator(name)
    return parse_indicator(rows[0].body)


def add_places(
    tx: Transaction, authority: AuthorityId, found: Iterable[tuple[Indicator, Source]], *, at: Instant
) -> frozenset[str]:
    """Keep further places of statements and return the ids of the statements that got one."""
    rows = {}
    for indicator, source in found:
        body = _encoder.encode(Place(indicator=indicator.id, source=source))
        name = f"place--{named_uuid(body.decode())}"
        rows[name] = (
            indicator.id,
            Shared(
                authority=authority,
                shelf=PLACES,
                number=0,
                object_id=name,
                version="1",
                kind=indicator.kind.value,
                added_at=at,
                tlp=Tlp.RED,
                body=body,
            ),
        )
    values = [[Value(kind="indicator", text=name)] for name, _ in rows.values()]
    added = tx.sharing.add_shared([row for _, row in rows.values()], values=values)
    return frozenset(rows[one.object_id][0] for one in added)


def places_of(
    tx: Transaction, authority: AuthorityId, name: str, *, after: int = 0, most: int = PAGE
) -> tuple[tuple[int, Source], ...]:
    """Return places of a statement that it does not bear itself, each with its number."""
    rows = tx.sharing.with_value(authority, PLACES, kinds=("indicator",), text=name, after=after, most=most)
    return tuple((one.number, _places.decode(one.body).source) for one in rows)


def place_page(tx: Transaction, authority: AuthorityId, name: str, *, after: int, most: int) -> PlacePage:
    """Return a page of the places of a statement that it does not bear itself."""
    rows = places_of(tx, authority, name, after=after, most=most + 1)
    return PlacePage(
        places=tuple(one for _, one in rows[:most]), after=rows[most - 1][0] if len(rows) > most else 0
    )


def cases_of(tx: Transaction, authority: AuthorityId, found: Sequence[Indicator]) -> frozenset[str]:
    """Return the cases of all places of some statements."""
    cases = {source.case for one in found for source in one.sources}
    for one in found:
        after = 0
        while rows := places_of(tx, authority, one.id, after=after):
            cases |= {source.case for _, source in rows}
            after = rows[-1][0]
    return frozenset(cases - {""})


def statements_of(tx: Transaction, authority: AuthorityId) -> Iterator[Indicator]:
    """Yield the newest version of every statement, by number."""
    after = 0
    while rows := tx.sharing.shared(authority, STATEMENTS, Wanted(after=after, most=PAGE)):
        yield from (parse_indicator(one.body) for one in rows)
        after = rows[-1].number


def known_to(warnings: Warnings) -> Ignores:
    """Return what joins nothing: what a warning list knows, and domains where all may have a mailbox."""

    def ignores(kind: Kind, value: str) -> bool:
        return (kind is Kind.DOMAIN and gives_mailboxes(value)) or bool(warnings.lists_of(kind, value))

    return ignores


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What all statements of an office come to.

    Attributes:
        grouping: Statements and sources, ready to be grouped.
        cases: Cases of each source, by its digest.
        more: Digests of the places that statements do not bear themselves, by the statement's id.
    """

    grouping: Grouping = field(default_factory=Grouping)
    cases: dict[str, set[str]] = field(default_factory=dict)
    more: dict[str, list[str]] = field(default_factory=dict)


def gather(tx: Transaction, authority: AuthorityId) -> Gathered:
    """Return all statements with all their places, one portion in memory at a time."""
    made = Gathered()
    digests: dict[str, str] = {}
    after = 0
    while rows := tx.sharing.shared(authority, PLACES, Wanted(after=after, most=PAGE)):
        for one in rows:
            place = _places.decode(one.body)
            digest = digests.setdefault(place.source.digest, place.source.digest)
            made.more.setdefault(place.indicator, []).append(digest)
            _note_case(made, place.source)
        after = rows[-1].number
    for stated in statements_of(tx, authority):
        for source in stated.sources:
            _note_case(made, source)
        made.grouping.add(stated, made.more.get(stated.id, ()))
    return made


def _note_case(made: Gathered, source: Source) -> None:
    if source.case and source.digest:
        made.cases.setdefault(source.digest, set()).add(source.case)
